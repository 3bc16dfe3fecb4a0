"""Which place owes which rule: matching, and the strictest within a duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from coverage.rules import Rule, Term
from coverage.visits import Flags, Ints


@dataclass(frozen=True)
class Owed:
    """One rule as of a day: its position in the rules, its term, and the positions of the places that owe it."""

    which: int
    rule: Rule
    term: Term
    places: Ints


def owed_rules(places: pd.DataFrame, rules: Sequence[Rule], as_of: date, columns: Columns | None = None) -> list[Owed]:
    """Give for each rule, in the order of the file, the places that owe it on the day.

    "Within one duty the most frequent matching rule is owed; different duties are owed side by side." Equally
    frequent: the first in the file. Campaigns never compete; before its first day a campaign is owed by nobody.

    Parameters
    ----------
    columns
        Those of the places, where many days are asked of the same places; else they are taken apart here.
    """
    owed: list[Owed] = []
    taken: dict[str, Flags] = {}
    columns = columns or Columns(places)
    for which, rule in sorted(enumerate(rules), key=lambda numbered: -numbered[1].visits_a_year):
        term = rule.term(as_of)
        if term is None:
            continue
        free = applies_to(rule, columns)
        if rule.every:
            before = taken.get(rule.duty, np.zeros(len(places), dtype=bool))
            taken[rule.duty] = before | free
            free &= ~before
        owed.append(Owed(which, rule, term, np.flatnonzero(free)))
    return sorted(owed, key=lambda each: each.which)


def proof_from(owed: Sequence[Owed]) -> date:
    """Give the first day whose verified visits decide anything; `date.max` where nothing is owed.

    It is the first day of the earliest period, for verified visits are counted inside periods alone; of old where a
    rule counts nothing but verified ones.
    """
    if any(each.rule.verified for each in owed):
        return date.min
    return min((each.term.period.first for each in owed), default=date.max)


class Columns:
    """Text columns of places as codes and distinct words: a rule is compared with the words only.

    A column is taken apart once, when the first rule asks for it.
    """

    def __init__(self, places: pd.DataFrame) -> None:
        self.places = places
        self._coded: dict[str, tuple[Ints, pd.Index]] = {}

    def among(self, name: str, wanted: tuple[str, ...]) -> Flags:
        """Say which places have one of the wanted words (for tags: among their tags)."""
        if name not in self._coded:
            self._coded[name] = pd.factorize(self.places[name])
        codes, words = self._coded[name]
        hit = [not set(wanted).isdisjoint(word.split(";") if name == "tags" else (word,)) for word in words]
        return np.array([*hit, False], dtype=bool)[codes]  # code -1 (missing) picks the last: no match


def applies_to(rule: Rule, columns: Columns) -> Flags:
    """Say which places a rule is for: "all given must hold"."""
    applies, places = rule.applies, columns.places
    holds = np.ones(len(places), dtype=bool)
    for name in ("industry", "risk", "department", "tags"):
        wanted = getattr(applies, name)
        if wanted:
            holds &= columns.among(name, wanted)
    if applies.min_headcount is not None:
        holds &= places["headcount"].to_numpy(dtype=float) >= applies.min_headcount
    if applies.place_id:
        holds &= places["id"].isin(applies.place_id).to_numpy(bool)
    return holds
