"""The rules of a town over time: which hold on a day, and since when each asks what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from coverage.rules import Rule, parse_rules
from geodata.rule_texts import RuleText


@dataclass(frozen=True)
class Rulebook:
    """Every rules file of a town, the oldest first: the first day on which it holds (None: ever), and its rules.

    `texts` are the files as they were written; what else stands in them is read by others.
    """

    files: tuple[tuple[date | None, tuple[Rule, ...]], ...]
    texts: tuple[RuleText, ...] = ()

    @classmethod
    def read(cls, texts: Sequence[RuleText]) -> Rulebook:
        """Read the files; RulesProblem names the rule and the key."""
        return cls(tuple((each.since, parse_rules(each.text)) for each in texts), tuple(texts))

    def on(self, day: date) -> tuple[Rule, ...]:
        """Give the rules in force on a day, in the order of the file that holds on it.

        `since` of each is the first day from which all files up to this one ask the same of it, whatever it is called
        in them; a rule that asks something else than in the file before begins with this file.
        """
        held = [number for number, (since, _) in enumerate(self.files) if since is None or since <= day][-1]
        rules = (self._dated(rule, held) for rule in self.files[held][1])
        return tuple(rule for rule in rules if rule.in_force(day))

    def _dated(self, rule: Rule, held: int) -> Rule:
        """Give the rule of that file with the day since which it asks the same."""
        first = held
        while first > 0 and any(_same(rule, other) for other in self.files[first - 1][1]):
            first -= 1
        days = [day for day in (self.files[first][0], rule.since) if day is not None]
        return replace(rule, since=max(days)) if days else rule


def _same(one: Rule, other: Rule) -> bool:
    """Say whether two rules ask the same: a better name or source makes no new rule."""
    return one == replace(other, name=one.name, source=one.source)
