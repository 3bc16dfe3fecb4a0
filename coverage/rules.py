"""Rules of a town: which places × who inspects × how often. TOML in, frozen `Rule`s out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any

from coverage.campaigns import Around, Campaign, Season, latest_window, read_around, read_season, read_window
from coverage.periods import CALENDARS, Period, period_of, previous
from coverage.toml_values import day, flag, nearest, refuse_unknown, text, whole, words
from geodata.errors import RulesProblem
from geodata.tables import BY_WORDS, RISK_WORDS

KEYS = (
    *("id", "name", "duty", "applies", "by", "times", "covering", "verified"),
    *("every", "window", "yearly", "holiday", "before", "after", "from", "until", "source"),
)
"""Of a rule in the file."""

DUTY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "routine": "例行检查",
        "department": "部门检查",
        "leader": "领导带队",
        "expert": "专业检查",
        "self-check": "企业自查",
        "persuasion": "路面劝导",
        "campaign": "专项行动",
    }
)
"""What offices call the duties; a town may use others, which stand for themselves."""


@dataclass(frozen=True)
class Applies:
    """Which places a rule is for: all that is given must hold, within one list any word will do; nothing = all."""

    industry: tuple[str, ...] = ()
    risk: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    min_headcount: int | None = None
    place_id: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """What a rule asks on a day: its period, the one before (where that was owed), and whether a campaign is over."""

    period: Period
    previous: Period | None
    ended: bool


@dataclass(frozen=True)
class Rule:
    """One rule as the contract defines it.

    Attributes
    ----------
    id, name
        Unique id; name shown to people (the id where the file gives none).
    duty
        Who owes it; calendar rules of one duty compete, the strictest is owed.
    applies
        Which places.
    by
        Whose inspections count; None = anybody's but the enterprise's own.
    times
        Counted inspections that a period (or window) must have.
    every, window, yearly, holiday
        Kind of calendar period; or of a campaign: first and last day, the season of each year, or the days around a
        holiday of each year. Exactly one of the four.
    verified
        Only verified inspections count.
    source
        Where the rule comes from, for people who ask why.
    covering
        A visit counts only when it covered one of these fields (综合查一次); empty: any visit.
    since, until
        First day on which the rule is in force, and first on which it no longer is; None: always.
    """

    id: str
    name: str
    duty: str
    applies: Applies
    by: tuple[str, ...] | None
    times: int
    every: str | None
    window: tuple[date, date] | None
    verified: bool
    source: str
    covering: tuple[str, ...] = ()
    yearly: Season | None = None
    holiday: Around | None = None
    since: date | None = None
    until: date | None = None

    @property
    def campaign(self) -> Campaign | None:
        """When the campaign runs; None for a calendar rule."""
        return self.window or self.yearly or self.holiday

    @property
    def called(self) -> frozenset[str]:
        """What people may call the rule in a ledger of exemptions: its id, its name, its duty."""
        return frozenset({self.id, self.name, self.duty, DUTY_WORDS.get(self.duty, self.duty)})

    def in_force(self, day: date) -> bool:
        """Say whether the rule asks anything on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    @property
    def visits_a_year(self) -> float:
        """How strict the rule is: times × periods a year; 0 for a campaign, which never competes."""
        return self.times * CALENDARS[self.every].a_year if self.every else 0.0

    def term(self, as_of: date) -> Term | None:
        """Give the period the rule is judged on as of that day; None when nothing is asked yet or any more.

        "Past periods keep their rules": the period before counts only when the rule was in force from its first day
        on, and a campaign's window that ended before the rule came is none of it.
        """
        if not self.in_force(as_of):
            return None
        if self.every:
            period = period_of(self.every, as_of)
            before = previous(self.every, period)
            return Term(period, before if self.since is None or self.since <= before.first else None, ended=False)
        window = latest_window(self.campaign, as_of) if self.campaign else None
        if window is None or (self.since is not None and window.last < self.since):
            return None
        return Term(window, None, ended=as_of > window.last)


def parse_rules(toml: str) -> tuple[Rule, ...]:
    """Read rules from TOML, in the order of the file.

    Left out: `name` is the id, `applies` every place, `by` anybody but the enterprise, `times` 1, `verified` false,
    `duty` "routine" for calendar rules and "campaign" for campaigns, `source` empty, `covering` any visit, `from` and
    `until` always, `before` and `after` 0.

    Raises
    ------
    RulesProblem
        Names the rule (its id, or its number in the file) and the key, and says what to write instead.
    """
    try:
        document = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as problem:
        raise RulesProblem(f"规则文件不是有效的 TOML：{problem}") from problem
    refuse_unknown("规则文件", document, ("rule", "minutes", "hazards", "risk", "appraisal", "routes"))
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise RulesProblem("规则文件：每条规则以 [[rule]] 开头（两层方括号）。")
    rules = tuple(_rule(number, table) for number, table in enumerate(tables, start=1))
    _refuse_duplicates(rules)
    return rules


def _rule(number: int, table: Mapping[str, Any]) -> Rule:
    where = f"第 {number} 条规则"
    rule_id = text(where, table, "id")
    where = f"第 {number} 条规则“{rule_id}”"
    refuse_unknown(where, table, KEYS)
    every = _every(where, table)
    window, yearly, holiday = read_window(where, table), read_season(where, table), read_around(where, table)
    if sum(given is not None for given in (every, window, yearly, holiday)) != 1:
        raise RulesProblem(
            f"{where}：every（周期）、window（专项起止日期）、yearly（每年的季节）、holiday（节日前后）必须且只能写一个。"
        )
    since, until = (_optional_day(where, table, key) for key in ("from", "until"))
    if since and until and until <= since:
        raise RulesProblem(f"{where}：until（不再执行的第一天）{until} 应晚于 from（开始执行）{since}。")
    return Rule(
        id=rule_id,
        name=text(where, table, "name", default=rule_id),
        duty=text(where, table, "duty", default="routine" if every else "campaign"),
        applies=_applies(where, table.get("applies", {})),
        by=words(where, table, "by", BY_WORDS) or None,
        times=whole(where, table, "times", at_least=1) or 1,
        every=every,
        window=window,
        verified=flag(where, table, "verified"),
        source=text(where, table, "source", default=""),
        covering=words(where, table, "covering"),
        yearly=yearly,
        holiday=holiday,
        since=since,
        until=until,
    )


def _applies(where: str, table: object) -> Applies:
    if not isinstance(table, dict):
        raise RulesProblem(f'{where}：applies 应写成 {{ industry = ["燃气"] }} 的样子。')
    where = f"{where} 的 applies"
    refuse_unknown(where, table, tuple(field.name for field in fields(Applies)))
    return Applies(
        industry=words(where, table, "industry"),
        risk=words(where, table, "risk", RISK_WORDS),
        tags=words(where, table, "tags"),
        department=words(where, table, "department"),
        min_headcount=whole(where, table, "min_headcount", at_least=0),
        place_id=words(where, table, "place_id"),
    )


def _every(where: str, table: Mapping[str, Any]) -> str | None:
    value = table.get("every")
    if value is not None and value not in tuple(CALENDARS):
        raise RulesProblem(
            f"{where}：every 不认识 {value!r}{nearest(str(value), CALENDARS)}，可写：{'、'.join(CALENDARS)}。"
        )
    return value


def _optional_day(where: str, table: Mapping[str, Any], key: str) -> date | None:
    return day(where, f"{key} 的日期", table[key]) if key in table else None


def _refuse_duplicates(rules: Sequence[Rule]) -> None:
    first: dict[str, int] = {}
    for number, rule in enumerate(rules, start=1):
        if rule.id in first:
            raise RulesProblem(f"第 {number} 条规则：id “{rule.id}”与第 {first[rule.id]} 条重复，请改一个。")
        first[rule.id] = number
