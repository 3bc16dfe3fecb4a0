"""Rules of a town: which places × who inspects × how often. TOML in, frozen `Rule`s out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from coverage.periods import CALENDARS, Period, period_of, previous, window_period
from geodata.errors import RulesProblem
from geodata.tables import BY_WORDS, RISK_WORDS


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
    """What a rule asks on a day: its period, the one before (calendar rules), and whether a campaign is over."""

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
    every, window
        Kind of calendar period, or first and last day of a campaign: exactly one of the two.
    verified
        Only verified inspections count.
    source
        Where the rule comes from, for people who ask why.
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

    @property
    def visits_a_year(self) -> float:
        """How strict the rule is: times × periods a year; 0 for a campaign, which never competes."""
        return self.times * CALENDARS[self.every].a_year if self.every else 0.0

    def term(self, as_of: date) -> Term | None:
        """Give the period the rule is judged on as of that day; None for a campaign before its first day."""
        if self.every:
            period = period_of(self.every, as_of)
            return Term(period, previous(self.every, period), ended=False)
        first, last = self.window or (as_of, as_of)
        return Term(window_period(first, last), None, ended=as_of > last) if as_of >= first else None


def parse_rules(text: str) -> tuple[Rule, ...]:
    """Read rules from TOML, in the order of the file.

    Left out: `name` is the id, `applies` every place, `by` anybody but the enterprise, `times` 1, `verified` false,
    `duty` "routine" for calendar rules and "campaign" for windows, `source` empty.

    Raises
    ------
    RulesProblem
        Names the rule (its id, or its number in the file) and the key, and says what to write instead.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise RulesProblem(f"规则文件不是有效的 TOML：{problem}") from problem
    _refuse_unknown("规则文件", document, ("rule", "minutes", "hazards"))
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise RulesProblem("规则文件：每条规则以 [[rule]] 开头（两层方括号）。")
    rules = tuple(_rule(number, table) for number, table in enumerate(tables, start=1))
    _refuse_duplicates(rules)
    return rules


def _rule(number: int, table: Mapping[str, Any]) -> Rule:
    where = f"第 {number} 条规则"
    rule_id = _text(where, table, "id")
    where = f"第 {number} 条规则“{rule_id}”"
    _refuse_unknown(where, table, tuple(field.name for field in fields(Rule)))
    every, window = _every(where, table), _window(where, table)
    if (every is None) == (window is None):
        raise RulesProblem(f"{where}：every（周期）和 window（专项起止日期）必须且只能写一个。")
    return Rule(
        id=rule_id,
        name=_text(where, table, "name", default=rule_id),
        duty=_text(where, table, "duty", default="routine" if every else "campaign"),
        applies=_applies(where, table.get("applies", {})),
        by=_words(where, table, "by", BY_WORDS) or None,
        times=_whole(where, table, "times", at_least=1) or 1,
        every=every,
        window=window,
        verified=_flag(where, table, "verified"),
        source=_text(where, table, "source", default=""),
    )


def _applies(where: str, table: object) -> Applies:
    if not isinstance(table, dict):
        raise RulesProblem(f'{where}：applies 应写成 {{ industry = ["燃气"] }} 的样子。')
    where = f"{where} 的 applies"
    _refuse_unknown(where, table, tuple(field.name for field in fields(Applies)))
    return Applies(
        industry=_words(where, table, "industry"),
        risk=_words(where, table, "risk", RISK_WORDS),
        tags=_words(where, table, "tags"),
        department=_words(where, table, "department"),
        min_headcount=_whole(where, table, "min_headcount", at_least=0),
        place_id=_words(where, table, "place_id"),
    )


def _text(where: str, table: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if value is None:
        raise RulesProblem(f"{where}：缺少 {key}。")
    if not isinstance(value, str) or (not value.strip() and default != ""):
        raise RulesProblem(f"{where}：{key} 应为非空文字，现为 {value!r}。")
    return value.strip()


def _words(
    where: str, table: Mapping[str, Any], key: str, vocabulary: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Read a list of words, turned into canonical ones where there is a vocabulary; () where the key is left out."""
    if key not in table:
        return ()
    value = table[key]
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word.strip() for word in value):
        raise RulesProblem(f'{where}：{key} 应为文字列表，如 ["甲", "乙"]，且不能为空，现为 {value!r}。')
    words = [word.strip() for word in value]
    for word in words:
        if vocabulary is not None and word not in vocabulary:
            choices = "、".join(dict.fromkeys(vocabulary.values()))
            raise RulesProblem(f"{where}：{key} 不认识“{word}”{_nearest(word, vocabulary)}，可写：{choices}。")
    return tuple(dict.fromkeys(vocabulary[word] if vocabulary else word for word in words))


def _whole(where: str, table: Mapping[str, Any], key: str, at_least: int) -> int | None:
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < at_least:
        raise RulesProblem(f"{where}：{key} 应为不小于 {at_least} 的整数，现为 {value!r}。")
    return value


def _flag(where: str, table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise RulesProblem(f"{where}：{key} 应为 true 或 false，现为 {value!r}。")
    return value


def _every(where: str, table: Mapping[str, Any]) -> str | None:
    value = table.get("every")
    if value is not None and value not in tuple(CALENDARS):
        raise RulesProblem(
            f"{where}：every 不认识 {value!r}{_nearest(str(value), CALENDARS)}，可写：{'、'.join(CALENDARS)}。"
        )
    return value


def _window(where: str, table: Mapping[str, Any]) -> tuple[date, date] | None:
    value = table.get("window")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise RulesProblem(f'{where}：window 应为起止两个日期，如 ["2024-02-10", "2024-03-10"]，现为 {value!r}。')
    first, last = (_day(where, day) for day in value)
    if last < first:
        raise RulesProblem(f"{where}：window 的结束日期 {last} 早于开始日期 {first}。")
    return first, last


def _day(where: str, value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return datetime.strptime(str(value), "%Y-%m-%d").date()
    except ValueError as problem:
        raise RulesProblem(f"{where}：window 的日期 {str(value)!r} 不存在或不是 2024-02-10 的写法。") from problem


def _refuse_unknown(where: str, table: Mapping[str, Any], known: Sequence[str]) -> None:
    for key in table:
        if key not in known:
            raise RulesProblem(f"{where}：不认识的键 {key}{_nearest(key, known)}，可写：{'、'.join(known)}。")


def _nearest(word: str, known: Mapping[str, Any] | Sequence[str]) -> str:
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"（是不是 {near[0]}？）" if near else ""


def _refuse_duplicates(rules: Sequence[Rule]) -> None:
    first: dict[str, int] = {}
    for number, rule in enumerate(rules, start=1):
        if rule.id in first:
            raise RulesProblem(f"第 {number} 条规则：id “{rule.id}”与第 {first[rule.id]} 条重复，请改一个。")
        first[rule.id] = number
