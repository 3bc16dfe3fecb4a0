"""What a quarterly appraisal (考核) weighs: the table `[appraisal]` of a town's rules file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from coverage.toml_values import refuse_unknown
from geodata.errors import RulesProblem


@dataclass(frozen=True)
class Indicator:
    """One thing that units are scored by: part / whole, more is better.

    Attributes
    ----------
    name
        What it is called in the rules file and on paper.
    weight
        Points of a hundred, unless the town says otherwise.
    part, whole
        What is counted, in words: 应查 1,000 项，已查 723 项.
    unit
        The measure word.
    """

    name: str
    weight: float
    part: str
    whole: str
    unit: str


INDICATORS: Mapping[str, Indicator] = MappingProxyType(
    {
        "coverage": Indicator("检查覆盖率", 20, "已查", "应查", "项"),
        "verified": Indicator("检查核实率", 10, "经核实", "应查", "项"),
        "on_schedule": Indicator("按期检查率", 10, "没有逾期", "应查", "项"),
        "rectified": Indicator("隐患整改率", 20, "已整改", "发现隐患", "条"),
        "in_time": Indicator("按期整改率", 15, "按期整改", "到期和已整改隐患", "条"),
        "major": Indicator("重大隐患清零", 15, "已整改", "重大隐患", "条"),
        "once": Indicator("隐患不反复率", 10, "没有反复", "发现隐患", "条"),
        "refreshed": Indicator("重大隐患按时更新", 0, "按时更新", "未整改重大隐患", "条"),
        "undoubted": Indicator("检查无存疑率", 0, "无存疑", "检查", "次"),
    }
)
"""In the order in which they stand on paper. The documents name no weights: these are wangge's, to be edited."""

HUNDRED = 100.0
REFRESH_DAYS = 7
"""A major hazard is brought up to date every week (寮步)."""
_WHERE = "规则文件 [appraisal]"


@dataclass(frozen=True)
class AppraisalPolicy:
    """What a town weighs: weight by indicator (together 100), and within how many days a major hazard is refreshed."""

    weights: Mapping[str, float]
    refresh_days: int


def parse_appraisal(toml: str) -> AppraisalPolicy:
    """Read `[appraisal]` of a rules file; a weight that is left out is the one of `INDICATORS`.

    Raises
    ------
    RulesProblem
        Names the key and says what to write instead; weights that don't make 100 together are told with their sum.
    """
    given = tomllib.loads(toml).get("appraisal", {})
    if not isinstance(given, dict):
        raise RulesProblem(f'{_WHERE} 应写成一节，例如 [appraisal.weights] 下写 "检查覆盖率" = 20。')
    refuse_unknown(_WHERE, given, ("weights", "refresh_days"))
    table = given.get("weights", {})
    if not isinstance(table, dict):
        raise RulesProblem(f"{_WHERE} 的 weights 应写成 [appraisal.weights] 一节，现为 {table!r}。")
    names = {indicator.name: key for key, indicator in INDICATORS.items()}
    refuse_unknown("规则文件 [appraisal.weights]", table, tuple(names))
    weights = {key: float(indicator.weight) for key, indicator in INDICATORS.items()}
    weights |= {names[name]: _weight(name, weight) for name, weight in table.items()}
    total = sum(weights.values())
    if abs(total - HUNDRED) > 1e-6:
        said = "、".join(f"{INDICATORS[key].name} {weight:g}" for key, weight in weights.items() if weight)
        raise RulesProblem(f"规则文件 [appraisal.weights] 的权重合计 {total:g}，应为 100（{said}）。不考核的写 0。")
    return AppraisalPolicy(MappingProxyType(weights), _refresh_days(given.get("refresh_days", REFRESH_DAYS)))


def _weight(name: str, weight: object) -> float:
    number = isinstance(weight, int | float) and not isinstance(weight, bool)
    if not number or not 0 <= float(str(weight)) <= HUNDRED:
        raise RulesProblem(f"规则文件 [appraisal.weights] 的“{name}”写成了 {weight!r}，应写权重（0 到 100）。")
    return float(str(weight))


def _refresh_days(days: object) -> int:
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 366:
        raise RulesProblem(f"{_WHERE} 的 refresh_days 写成了 {days!r}，应写几天内更新过算按时（1 到 366 的整数）。")
    return days
