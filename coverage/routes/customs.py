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
KEYS = ("午休", "班次", "隐患", "营业")


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
    """

    lunch: Span | None = LUNCH
    shift: Span = SHIFT
    hazard_minutes: float = HAZARD_MINUTES
    hours: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))


def parse_customs(text: str) -> Customs:
    """Read `[routes]`.

    午休 = "12:00-13:00" (or "无"), 班次 = "08:30-17:30", 隐患 = 5, 营业 = { "文化" = "14:00-24:00" }.

    Raises
    ------
    RulesProblem
        Names the key and says what to write instead.
    """
    given = tomllib.loads(text).get("routes", {})
    if not isinstance(given, dict) or set(given) - set(KEYS):
        raise RulesProblem(f'规则文件的 [routes] 一节只能有 {"、".join(KEYS)}，例如 午休 = "12:00-13:00"。')
    minutes = given.get("隐患", HAZARD_MINUTES)
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 <= minutes <= 120:
        raise RulesProblem(
            f"规则文件 [routes] 的“隐患”写成了“{minutes}”，应写每处待复查隐患要多停的分钟数（0 到 120）。"
        )
    hours = given.get("营业", {})
    if not isinstance(hours, dict):
        raise RulesProblem('规则文件 [routes] 的“营业”应写成 营业 = { "文化" = "14:00-24:00" }。')
    return Customs(
        None if given.get("午休") == "无" else _span("午休", given, LUNCH),
        _span("班次", given, SHIFT),
        float(minutes),
        MappingProxyType({name: _span(name, hours, SHIFT) for name in hours}),
    )


def _span(key: str, table: Mapping[str, Any], default: Span) -> Span:
    if key not in table:
        return default
    try:
        spans = read_hours(str(table[key]))
    except Unreadable as problem:
        raise RulesProblem(f"规则文件 [routes] 的“{key}”：{problem}。") from None
    return spans[0][0], spans[-1][1]
