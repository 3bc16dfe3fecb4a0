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
KEYS = ("lunch", "shift", "hazard_minutes", "hours", "navigation")
NONE = "无"
NAVIGATIONS = ("amap", "baidu", "tencent")


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
    """

    lunch: Span | None = LUNCH
    shift: Span = SHIFT
    hazard_minutes: float = HAZARD_MINUTES
    hours: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))
    navigation: str = NAVIGATIONS[0]


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
    )


def _span(key: str, table: Mapping[str, Any], default: Span) -> Span:
    if key not in table:
        return default
    try:
        spans = read_hours(str(table[key]))
    except Unreadable as problem:
        raise RulesProblem(f"规则文件 [routes] 的“{key}”：{problem}。") from None
    return spans[0][0], spans[-1][1]
