"""Planned against done, and real stays, as the doors ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from api.desk import Desk
from coverage.evidence.grading import NEEDED as FOR_VISITS
from coverage.evidence.grading import Graded, grade_visits
from coverage.moves import places_on
from coverage.roster import known_places
from coverage.routes.afterwards import Afterwards, afterwards
from coverage.routes.clock import hour
from coverage.routes.observed_stays import observed_stays
from coverage.routes.planned import KEY
from coverage.routes.stays import StayFigures, stay_figures
from coverage.routes.walked import walked
from coverage.workload import parse_habits
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.model import LEVELS
from geodata.store import Store
from grids.hierarchy import find_area

NEEDED: Mapping[str, tuple[str, ...]] = FOR_VISITS
STATE_WORDS: Mapping[str, str] = {
    "visited": "去过",
    "by_other": "别人去过",
    "skipped": "跳过",
    "not_done": "没去",
}
LONGEST = 366


def done_in_store(store: Store, first: date, last: date) -> Afterwards:
    """Compare the routes of some days with what was done, reading all that is needed."""
    ledger = store.ledger(*NEEDED, columns=NEEDED)
    graded = grade_visits(ledger, last)
    places = known_places(places_on(ledger.places, ledger.moves, last), graded.areas, last)
    return done_of(store.routes(first, last), ledger, graded, places, first, last)


def done_of(kept: Ledger, ledger: Ledger, graded: Graded, places: pd.DataFrame, first: date, last: date) -> Afterwards:
    """Compare the routes of some days with what was done.

    Raises
    ------
    QuestionProblem
        The days are in no order, or too many.
    """
    check_days(first, last)
    return afterwards(kept, graded, places, ledger.officers, walked(ledger, first, last))


def check_days(first: date, last: date) -> None:
    """Refuse days that are in no order, or too many."""
    if not first <= last or (last - first).days >= LONGEST:
        raise QuestionProblem(f"时间段应从前到后，最长一年：{first} 到 {last} 不行。")


def done_on_desk(desk: Desk, first: date, last: date) -> Afterwards:
    """Compare the routes of some days with what was done, with what the service has at hand."""
    day = desk.day(last)
    return done_of(desk.routes(first, last), day.ledger, day.graded, day.assessment.places, first, last)


def stays_on_desk(desk: Desk, first: date, last: date) -> StayFigures:
    """Compare the stays of some days with the rules of the last."""
    check_days(first, last)
    observed = observed_stays(desk.day(last).ledger, first, last)
    return stay_figures(observed, parse_habits(desk.rules_text(last)))


def part_of(after: Afterwards, officer: str | None, area: str | None) -> Afterwards:
    """Give the routes of one officer (id or name), or those with a stop in an area, whole."""
    routes = after.routes
    if officer is not None:
        routes = routes[((routes["officer"] == officer) | (routes["officer_name"] == officer)).to_numpy(dtype=bool)]
    if area is not None:
        at = find_area(after.areas, area)
        level = str(after.areas["level"].iat[at])
        there = after.stops[KEY][(after.stops[level] == at).to_numpy(dtype=bool)].drop_duplicates()
        routes = routes.merge(there, on=KEY)
    keys = routes[KEY]
    return replace(after, routes=routes, stops=after.stops.merge(keys, on=KEY), extra=after.extra.merge(keys, on=KEY))


def told_stops(after: Afterwards) -> pd.DataFrame:
    """Give the stops as people and files read them: hours as 09:05, moments of the town's clock, no levels."""
    stops = after.stops
    told = stops.assign(
        planned=_hours(stops["planned"]), stay_minutes=stops["stay"] / 60, number=stops["number"].astype(int)
    )
    return _plain(told.drop(columns=["stay", "second"]))


def told_extra(after: Afterwards) -> pd.DataFrame:
    """Give the extra visits in the same way."""
    return _plain(after.extra.drop(columns=["second"]))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    levels = [str(level) for level in LEVELS if str(level) in frame]
    return frame.drop(columns=levels).assign(at=frame["at"].dt.strftime("%Y-%m-%d %H:%M"))


def _hours(seconds: pd.Series) -> pd.Series:
    values = seconds.to_numpy(dtype=float)
    return pd.Series(
        [None if np.isnan(each) else hour(int(each)) for each in values], dtype=object, index=seconds.index
    )
