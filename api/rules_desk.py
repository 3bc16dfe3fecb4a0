"""The rules of a town at the desk: read by people, checked before they hold, their effect before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from api.day import Day
from coverage.appraisal_policy import parse_appraisal
from coverage.assess import Assessment, assess
from coverage.course.policy import parse_policy
from coverage.explain import applies_sentence, asks_sentence
from coverage.risk_policy import parse_risk
from coverage.rule_lines import line_of
from coverage.rulebook import Rulebook
from coverage.rules import DUTY_WORDS, Rule, parse_rules
from coverage.workload import parse_habits
from geodata.errors import RulesProblem
from geodata.rule_texts import RuleText

COUNTS = ("places", "done", "pending", "overdue", "exempt")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a rules file, and on which line (None: it can't be told)."""

    line: int | None
    problem: str


def parsed(text: str) -> tuple[Rule, ...]:
    """Read a whole rules file, every part of it; RulesProblem says what is wrong."""
    rules = parse_rules(text)
    for parse in (parse_habits, parse_policy, parse_risk, parse_appraisal):
        parse(text)
    return rules


def fault_of(text: str) -> Wrong | None:
    """Say what is wrong with a rules file, the first thing; None when nothing is."""
    try:
        parsed(text)
    except RulesProblem as problem:
        sentence = str(problem)
        return Wrong(line_of(text, sentence), sentence)
    return None


def told(assessment: Assessment) -> list[dict[str, Any]]:
    """Give each rule in words, with how many places owe it and how their duties stand."""
    duties = assessment.duties
    rows = []
    for at, rule in enumerate(assessment.rules):
        states = duties["state"].to_numpy()[duties["rule"].to_numpy() == at]
        counts = {state: int((states == state).sum()) for state in COUNTS[1:]}
        rows.append({**said(rule), "places": len(states), **counts})
    return rows


def said(rule: Rule) -> dict[str, str]:
    """Give a rule in words."""
    return {
        "id": rule.id,
        "name": rule.name,
        "duty": DUTY_WORDS.get(rule.duty, rule.duty),
        "asks": asks_sentence(rule),
        "applies": applies_sentence(rule),
        "source": rule.source,
    }


def compared(day: Day, text: str, since: date | None) -> dict[str, Any]:
    """Say what a new file would change, as of a day, as if its rules held on all days.

    Gives `rows` (each rule of before or after by its id, with the counts of both; null where there is no such rule) and
    `places` (how many owe anything, before and after).
    """
    fresh = Rulebook.read((RuleText(None, text),))
    after = assess(day.ledger, fresh.on(max(day.as_of, since or day.as_of)), day.as_of)
    olds = {row["id"]: row for row in told(day.assessment)}
    news = {row["id"]: row for row in told(after)}
    rows = [
        {
            **{name: (news.get(each) or olds[each])[name] for name in ("id", "name", "duty", "asks", "applies")},
            "before": _counts(olds.get(each)),
            "after": _counts(news.get(each)),
            "changed": _asked(olds.get(each)) != _asked(news.get(each)),
        }
        for each in dict.fromkeys([*news, *olds])
    ]
    return {"as_of": day.as_of.isoformat(), "rows": rows, "places": _places(day.assessment, after)}


def _counts(row: Mapping[str, Any] | None) -> dict[str, int] | None:
    return None if row is None else {name: row[name] for name in COUNTS}


def _asked(row: Mapping[str, Any] | None) -> tuple[Any, ...]:
    return () if row is None else tuple(row[name] for name in ("duty", "asks", "applies", "places"))


def _places(before: Assessment, after: Assessment) -> dict[str, int]:
    """Count the places that owe anything, before and after."""
    return {
        "before": len(np.unique(before.duties["place"])),
        "after": len(np.unique(after.duties["place"])),
    }
