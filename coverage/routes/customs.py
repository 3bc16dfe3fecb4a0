"""How a town's days go: the table `[routes]` of its rules file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from coverage.routes.clock import HOUR, MINUTE, read_hours
from geodata.errors import RulesProblem, Unreadable

Span = tuple[int, int]

LUNCH: Span = (12 * HOUR, 13 * HOUR)
SHIFT: Span = (8 * HOUR + 30 * MINUTE, 17 * HOUR + 30 * MINUTE)
HAZARD_MINUTES = 5.0
LONGEST = 120
BALANCE = 1.25
KEYS = ("lunch", "shift", "hazard_minutes", "hours", "navigation", "balance", "pairs")
NONE = "无"
NAVIGATIONS = ("amap", "baidu", "tencent")


@dataclass(frozen=True)
class Pairs:
    """Where two officers have to be together, and who may go with whom.

    Attributes
    ----------
    two
        Words that make a place one for two: an industry, a risk level, a tag, the id of a place, or the id, name or
        duty of a rule that is due there.
    mates
        Ids of two who go together.
    across
        Who is named with nobody may go with anybody of the same community, not only of the same grid.
    """

    two: tuple[str, ...] = ()
    mates: tuple[tuple[str, str], ...] = ()
    across: bool = False


@dataclass(frozen=True)
class Customs:
    """How a day goes; what the file leaves out is an assumption of ours. Hours are seconds of the day.

    Attributes
    ----------
    lunch
        None: no break.
    shift
        Of officers whose own is not known.
    hazard_minutes
        What each hazard that waits at a place adds to the stay.
    hours
        When places are open, by industry or by id of the place; others always are.
    navigation
        Which of `NAVIGATIONS` the codes of route sheets open.
    balance
        Of a plan of several days: none may have more than so many times the mean work, unless not all could be done
        then; None: as much as the shift holds.
    pairs
        Visits of two.
    """

    lunch: Span | None = LUNCH
    shift: Span = SHIFT
    hazard_minutes: float = HAZARD_MINUTES
    hours: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))
    navigation: str = NAVIGATIONS[0]
    balance: float | None = BALANCE
    pairs: Pairs = field(default_factory=Pairs)


def parse_customs(text: str) -> Customs:
    """Read `[routes]`.

    lunch = "12:00-13:00" (or "无"), shift = "08:30-17:30", hazard_minutes = 5, hours = { "文化" = "14:00-24:00" },
    navigation = "amap".

    Raises
    ------
    RulesProblem
        Names the key and says what to write instead.
    """
    given = tomllib.loads(text).get("routes", {})
    if not isinstance(given, dict) or set(given) - set(KEYS):
        raise RulesProblem(f'规则文件的 [routes] 一节只能有 {"、".join(KEYS)}，例如 lunch = "12:00-13:00"。')
    minutes = given.get("hazard_minutes", HAZARD_MINUTES)
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 <= minutes <= LONGEST:
        what = f"应写每处待复查隐患要多停的分钟数（0 到 {LONGEST}）"
        raise RulesProblem(f"规则文件 [routes] 的 hazard_minutes 写成了“{minutes}”，{what}。")
    hours = given.get("hours", {})
    if not isinstance(hours, dict):
        raise RulesProblem('规则文件 [routes] 的 hours 是营业时间，应写成 hours = { "文化" = "14:00-24:00" }。')
    navigation = given.get("navigation", NAVIGATIONS[0])
    if navigation not in NAVIGATIONS:
        raise RulesProblem(f"规则文件 [routes] 的 navigation 写成了“{navigation}”，可以写 {'、'.join(NAVIGATIONS)}。")
    return Customs(
        None if given.get("lunch") == NONE else _span("lunch", given, LUNCH),
        _span("shift", given, SHIFT),
        float(minutes),
        MappingProxyType({name: _span(name, hours, SHIFT) for name in hours}),
        navigation,
        _balance(given.get("balance", BALANCE)),
        _pairs(given.get("pairs", {})),
    )


def _balance(given: object) -> float | None:
    if given == NONE:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 1 <= given <= 10:
        what = f"应写一天的工作量最多是平均的几倍（1 到 10），或“{NONE}”"
        raise RulesProblem(f"规则文件 [routes] 的 balance 写成了“{given}”，{what}。")
    return float(given)


def _pairs(given: object) -> Pairs:
    """Read `[routes.pairs]`: two = ["危险化学品", "重大"], with = [["AQ001", "AQ002"]], across = "community"."""
    example = 'two = ["危险化学品", "重大"]、with = [["AQ001", "AQ002"]]、across = "grid" 或 "community"'
    if not isinstance(given, dict) or set(given) - {"two", "with", "across"}:
        raise RulesProblem(f"规则文件的 [routes.pairs] 一节只能有 {example}。")
    two, mates, across = given.get("two", []), given.get("with", []), given.get("across", "grid")
    where = "规则文件 [routes.pairs] 的"
    if not _words(two):
        raise RulesProblem(f'{where} two 写成了“{two}”，应写成 two = ["危险化学品", "重大"]。')
    if not isinstance(mates, list) or not all(_words(each) and len(set(each)) == 2 == len(each) for each in mates):
        raise RulesProblem(f'{where} with 写成了“{mates}”，应两个编号一对：with = [["AQ001", "AQ002"]]。')
    if across not in ("grid", "community"):
        raise RulesProblem(f"{where} across 写成了“{across}”，只能是 grid（同网格）或 community（同社区）。")
    return Pairs(tuple(two), tuple((one, other) for one, other in mates), across == "community")


def _words(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) and each for each in given)


def _span(key: str, table: Mapping[str, Any], default: Span) -> Span:
    if key not in table:
        return default
    try:
        spans = read_hours(str(table[key]))
    except Unreadable as problem:
        raise RulesProblem(f"规则文件 [routes] 的“{key}”：{problem}。") from None
    return spans[0][0], spans[-1][1]
