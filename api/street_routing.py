"""Walks along the streets of a day: from the store, or from what a page has at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

import pandas as pd

from api.going import officers_of
from api.routing import NEEDED as FOR_ROUTES
from api.routing import Ask, Known, day_of, known_of
from coverage.routes.candidates import COLUMNS
from coverage.routes.customs import parse_customs
from coverage.routes.day import Day
from coverage.routes.network import streets_of
from coverage.routes.result import DayPlan
from coverage.routes.street_day import StreetAsk, street_day
from coverage.rulebook import Rulebook
from coverage.streets.walks import NEEDED as FOR_STREETS
from coverage.streets.walks import StreetWalks, street_walks
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.store import Store

NEEDED: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        name: tuple(dict.fromkeys((*FOR_ROUTES.get(name, ()), *FOR_STREETS.get(name, ()))))
        for name in (*FOR_ROUTES, *(each for each in FOR_STREETS if each not in FOR_ROUTES))
    }
)
"""Tables and columns of both."""


def plan_streets(store: Store, ask: Ask, unwalked_days: int, *, places: bool) -> DayPlan:
    """Plan who walks along which streets on a day.

    Parameters
    ----------
    unwalked_days
        Streets that nobody walked in so many days before the day, and on it.
    places
        The day's due places are looked in at on the way.

    Raises
    ------
    QuestionProblem
        No roads, no such officer or area, or nobody answers for the area.
    """
    ledger = store.ledger(*NEEDED, columns=NEEDED)
    text = store.rules_text(ask.day)
    known = known_of(ledger, text, Rulebook.read(store.rule_texts()).on(ask.day), ask.day) if places else None
    return planned(ledger, text, street_walks(ledger, ask.day), ask, unwalked_days, known)


def planned(
    ledger: Ledger, rules_text: str, walks: StreetWalks, ask: Ask, unwalked_days: int, known: Known | None
) -> DayPlan:
    """Plan as `plan_streets` does, of what is at hand; `known` None: without places."""
    officers = officers_of(ledger.officers, ask)
    found = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})
    if known is not None:
        found = day_of(known, ask).candidates
    driving = (officers["mode"] == "car").to_numpy(dtype=bool)
    streets = {"walk": streets_of(ledger.roads, walks.network.crs, "walk")}
    customs = parse_customs(rules_text)
    day = Day(ask.day, found, officers.assign(mode="walk"), walks.areas, streets, customs, ask.start)
    since = ask.day - timedelta(days=unwalked_days - 1)
    plan = street_day(ledger.town, day, walks, StreetAsk(since, ask.area, known is not None))
    if plan.routes.empty and not plan.notes and plan.left_out.empty:
        raise QuestionProblem(f"区域“{ask.area}”没有安全员负责，排不了沿街巡查（或先安排人员：wangge assign）。")
    return said(plan, f"{driving.sum()} 人开车巡查，沿街巡查按步行排。") if driving.any() else plan


def said(plan: DayPlan, note: str) -> DayPlan:
    """Give a plan with one more note."""
    return DayPlan(**{**vars(plan), "notes": (*plan.notes, note)})
