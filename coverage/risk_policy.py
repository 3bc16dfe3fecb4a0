"""How a town scores the risk of a place: the table `[risk]` of its rules file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from coverage.toml_values import refuse_unknown
from geodata.errors import RulesProblem
from geodata.model import RISKS

LOWEST = RISKS[-1]
RISING: tuple[str, ...] = tuple(reversed(RISKS))
"""The four colours, the least one first."""
OTHERS = "其他"
WHERE = "规则文件 [risk]"
LONGEST = 3650
MOST_POINTS = 1000.0

COUNTED: Mapping[str, str] = MappingProxyType(
    {
        "major": "重大隐患",
        "general": "一般隐患",
        "open": "未整改隐患",
        "overdue": "逾期未整改",
        "recurring": "反复出现",
        "missed": "逾期未查",
    }
)
"""What is counted at a place, and what it is called in the rules file: so many points each, at most so many in all."""
FACTORS: Mapping[str, str] = MappingProxyType(
    {"industry": "行业", **COUNTED, "headcount": "从业人数", "worrying": "不放心点位"}
)
"""What a score is made of, and what it is called."""
CHANGES: Mapping[str, str] = MappingProxyType(
    {"raised": "建议调高", "lowered": "建议调低", "same": "不变", "unrated": "建议定级"}
)
"""What is proposed of a place, and what it is called."""

DAYS, WORRYING_POINTS = 365, 10.0
EACH: Mapping[str, float] = MappingProxyType(
    {"major": 25.0, "general": 1.0, "open": 3.0, "overdue": 5.0, "recurring": 4.0, "missed": 4.0}
)
MOST: Mapping[str, float] = MappingProxyType(
    {"major": 50.0, "general": 10.0, "open": 15.0, "overdue": 20.0, "recurring": 20.0, "missed": 12.0}
)
INDUSTRY: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("危险化学品", "烟花爆竹", "非煤矿山"), 50.0)
    | dict.fromkeys(("粉尘涉爆", "涉炉", "有限空间", "燃气", "加油站"), 35.0)
    | dict.fromkeys(("冶金工矿", "冶金工矿/工贸", "工贸", "建筑施工", "人员密集场所"), 20.0)
    | dict.fromkeys(("特种设备", "养老民政", "养老/民政", "交通运输", "文化娱乐", "文化/KTV", "再生资源"), 15.0)
    | dict.fromkeys(("教育", "卫生", "群租房", "自建房", "消防", "九小场所", "电力", "森林防火", "水利防汛"), 10.0)
    | {OTHERS: 5.0}
)
LEAST: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("危险化学品", "烟花爆竹", "非煤矿山", "粉尘涉爆"), "较大")
    | dict.fromkeys(("燃气", "加油站", "涉炉", "有限空间"), "一般")
)
HEADCOUNT: tuple[tuple[int, float], ...] = ((10, 3.0), (50, 8.0), (100, 12.0), (300, 20.0))
LEVELS: Mapping[str, float] = MappingProxyType({"一般": 15.0, "较大": 40.0, "重大": 70.0})
MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "重大": "镇（街）领导挂牌包保，制定专项管控方案和应急预案，每月至少检查一次；隐患未消除的，限制或停止作业。",
        "较大": "行业主管部门牵头管控，落实专人负责和应急措施，每月至少检查一次，隐患限期整改并复查。",
        "一般": "村（社区）和企业共同管控，企业定期自查，网格每季度至少检查一次，隐患及时整改。",
        "低": "企业落实主体责任，日常自查自改，网格按计划检查。",
    }
)
"""What keeps a risk under control, by colour: the words of the quarterly list."""


@dataclass(frozen=True)
class RiskPolicy:
    """How a town scores.

    Attributes
    ----------
    days
        Hazards of so many days up to D are counted.
    each, most
        Points for each of `COUNTED`, and how many at most.
    industry
        Points by industry; `其他` for all others, and for places without one.
    headcount
        Pairs (from that many people, points), rising; fewer people, or nobody knows how many: none.
    worrying
        Points of a worrying place.
    levels
        Points from which a place is 一般, 较大, 重大; below it is 低.
    least
        Industry → colour below which nothing is proposed.
    measures
        Control measures by colour.
    """

    days: int
    each: Mapping[str, float]
    most: Mapping[str, float]
    industry: Mapping[str, float]
    headcount: tuple[tuple[int, float], ...]
    worrying: float
    levels: Mapping[str, float]
    least: Mapping[str, str]
    measures: Mapping[str, str]


def parse_risk(toml: str) -> RiskPolicy:
    """Read `[risk]` of a rules file; what is left out is wangge's own assumption.

    Raises
    ------
    RulesProblem
        Names the key and says what to write instead. Points are never negative, so that one more hazard never lowers
        a score.
    """
    given = tomllib.loads(toml).get("risk", {})
    if not isinstance(given, dict):
        raise RulesProblem(f'{WHERE} 应写成一节，例如 [risk] 下写 days = 365，[risk.each] 下写 "重大隐患" = 25。')
    refuse_unknown(WHERE, given, KEYS)
    names = tuple(COUNTED.values())
    fields_of = {word: name for name, word in COUNTED.items()}
    each, most = (
        {fields_of[word]: points for word, points in _points(given, key, names).items()} for key in ("each", "most")
    )
    return RiskPolicy(
        days=_days(given),
        each={**EACH, **each},
        most={**MOST, **most},
        industry={**INDUSTRY, **_points(given, "industry")},
        headcount=_headcount(given),
        worrying=_number(f"{WHERE} 的 worrying", given.get("worrying", WORRYING_POINTS)),
        levels=_levels(given),
        least={**LEAST, **_least(given)},
        measures={**MEASURES, **_measures(given)},
    )


KEYS = ("days", "worrying", "each", "most", "industry", "headcount", "levels", "least", "measures")


def _days(given: Mapping[str, Any]) -> int:
    days = given.get("days", DAYS)
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= LONGEST:
        raise RulesProblem(f"{WHERE} 的 days 写成了 {days!r}，应写看最近多少天的隐患（1 到 {LONGEST} 的整数）。")
    return days


def _table(given: Mapping[str, Any], key: str, known: tuple[str, ...] = ()) -> dict[str, Any]:
    table = given.get(key, {})
    if not isinstance(table, dict):
        raise RulesProblem(f"{WHERE} 的 {key} 应写成 [risk.{key}] 一节，现为 {table!r}。")
    if known:
        refuse_unknown(f"规则文件 [risk.{key}]", table, known)
    return table


def _points(given: Mapping[str, Any], key: str, known: tuple[str, ...] = ()) -> dict[str, float]:
    table = _table(given, key, known)
    return {name: _number(f"规则文件 [risk.{key}] 的“{name}”", points) for name, points in table.items()}


def _number(where: str, points: object) -> float:
    number = isinstance(points, int | float) and not isinstance(points, bool)
    if not number or not 0 <= float(str(points)) <= MOST_POINTS:
        raise RulesProblem(f"{where}写成了 {points!r}，应写分数（0 到 {MOST_POINTS:g}，不能是负数）。")
    return float(str(points))


def _headcount(given: Mapping[str, Any]) -> tuple[tuple[int, float], ...]:
    if "headcount" not in given:
        return HEADCOUNT
    where = "规则文件 [risk.headcount]"
    bands = _points(given, "headcount")
    wrong = [people for people in bands if not (people.isascii() and people.isdigit() and int(people) > 0)]
    if wrong:
        raise RulesProblem(f'{where} 的“{wrong[0]}”不是人数，应写 "100" = 12 的样子：从业 100 人起 12 分。')
    rising = tuple(sorted((int(people), points) for people, points in bands.items()))
    for (fewer, more_points), (more, points) in pairwise(rising):
        if points < more_points:
            raise RulesProblem(
                f"{where}：{more} 人起的 {points:g} 分比 {fewer} 人起的 {more_points:g} 分还少，人越多分不能越低。"
            )
    return rising


def _levels(given: Mapping[str, Any]) -> dict[str, float]:
    levels = {**LEVELS, **_points(given, "levels", RISING[1:])}
    if not 0 < levels["一般"] < levels["较大"] < levels["重大"]:
        said = "、".join(f"{name} {levels[name]:g} 分" for name in RISING[1:])
        raise RulesProblem(f"规则文件 [risk.levels]：起分应为 0 < 一般 < 较大 < 重大，现为 {said}。")
    return levels


def _least(given: Mapping[str, Any]) -> dict[str, str]:
    table = _table(given, "least")
    for industry, risk in table.items():
        if risk not in RISKS:
            raise RulesProblem(
                f"规则文件 [risk.least] 的“{industry}”写成了 {risk!r}，应写最低等级：{'、'.join(RISKS)}（低：不限）。"
            )
    return table


def _measures(given: Mapping[str, Any]) -> dict[str, str]:
    table = _table(given, "measures", RISKS)
    for risk, words in table.items():
        if not isinstance(words, str) or not words.strip():
            raise RulesProblem(f"规则文件 [risk.measures] 的“{risk}”应写管控措施的文字，现为 {words!r}。")
    return {risk: words.strip() for risk, words in table.items()}
