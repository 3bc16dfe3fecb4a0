"""What was found and how often somebody looked: hazards and inspections of each area and month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd

from coverage.hazards import HazardRegister
from coverage.hotspots.statistics import Flags, Ints
from coverage.periods import Days, Period, local_days, period_of, previous
from coverage.roster import placed
from coverage.visits import ENTERPRISE, match_visits
from geodata.ledger import Ledger
from geodata.model import Level
from grids.hierarchy import OUTSIDE, at_level, membership


@dataclass(frozen=True)
class Counts:
    """Counts of the n areas of a level in the order of the town's areas, then `outside`, then `unlocated`.

    Attributes
    ----------
    places
        (n + 2,) known as of D, closed ones included.
    inspections, hazards
        (n + 2, months) looks and finds.
    lon, lat
        Degrees of each hazard counted (NaN = none).
    """

    places: Ints
    inspections: Ints
    hazards: Ints
    lon: np.ndarray
    lat: np.ndarray


def months_until(as_of: date, months: int) -> tuple[Period, ...]:
    """Give the calendar months up to the one that holds the day; that one ends with the day."""
    found = [period_of("month", as_of)]
    while len(found) < months:
        found.append(previous("month", found[-1]))
    *before, last = reversed(found)
    return (*before, Period(last.first, as_of, last.label, last.chinese))


def count(ledger: Ledger, register: HazardRegister, level: Level, months: tuple[Period, ...]) -> Counts:
    """Count hazards and inspections of the areas of a level by month.

    An inspection looked where its place is; one whose place the ledger doesn't know, where it was itself. The
    enterprise's own checks are no looks of the office, and hazards found by them are not counted either.
    """
    rows = at_level(register.areas, level)
    places = placed(ledger.places, register.areas, ("id", "opened"))
    day, area = _looks(ledger, register, places, str(level))
    hazards = register.hazards[~_own_checks(ledger, register) & ~register.hazards["void"].to_numpy(bool)]
    found = hazards["found"].to_numpy(dtype="datetime64[D]")
    during = found >= np.datetime64(months[0].first, "D")
    opened = places["opened"].to_numpy(dtype="datetime64[D]")
    known = ~(opened > np.datetime64(register.as_of, "D"))
    return Counts(
        places=np.bincount(_slots(places[str(level)].to_numpy()[known], rows), minlength=rows.stop - rows.start + 2),
        inspections=_by_month(area, day, rows, months),
        hazards=_by_month(hazards[str(level)].to_numpy(), found, rows, months),
        lon=hazards["lon"].to_numpy(dtype=float)[during],
        lat=hazards["lat"].to_numpy(dtype=float)[during],
    )


def _looks(ledger: Ledger, register: HazardRegister, places: pd.DataFrame, level: str) -> tuple[Days, Ints]:
    """Give day and area of each inspection but the enterprise's own."""
    inspections = ledger.inspections
    visits = match_visits(inspections, places, ledger.town, register.as_of)
    office = visits.by != ENTERPRISE
    strange = inspections[_strange(inspections, places)]
    points = np.asarray(strange.geometry.array, dtype=object)
    own = membership(register.areas, points)[level]
    day = local_days(strange["at"], ledger.town)
    by_then = day <= np.datetime64(register.as_of, "D")
    of_place = places[level].to_numpy()[visits.place[office]]
    return np.concatenate([visits.day[office], day[by_then]]), np.concatenate([of_place, own[by_then]])


def _strange(inspections: gpd.GeoDataFrame, places: pd.DataFrame) -> Flags:
    """Flag the office's inspections of no known place."""
    known = pd.Index(places["id"]).get_indexer(inspections["place_id"]) >= 0
    return np.asarray(~known & (inspections["by"] != "enterprise").to_numpy(bool))


def _own_checks(ledger: Ledger, register: HazardRegister) -> Flags:
    """Flag the hazards that an enterprise found itself."""
    inspections, hazards = ledger.inspections, ledger.hazards
    enterprise = inspections.loc[(inspections["by"] == "enterprise").to_numpy(bool), "id"]
    own = hazards.loc[hazards["inspection_id"].isin(enterprise).to_numpy(bool), "id"]
    return register.hazards["id"].isin(own).to_numpy(bool)


def _slots(area: Ints, rows: slice) -> Ints:
    """Turn positions of areas into those of `Counts`."""
    n = rows.stop - rows.start
    slots = np.where(area >= 0, area - rows.start, np.where(area == OUTSIDE, n, n + 1))
    return np.asarray(slots, dtype=np.int64)


def _by_month(area: Ints, day: Days, rows: slice, months: tuple[Period, ...]) -> Ints:
    edges = np.array([month.first for month in months] + [months[-1].last + timedelta(days=1)], dtype="datetime64[D]")
    month = np.searchsorted(edges, day, side="right") - 1  # NaT sorts last
    inside = (month >= 0) & (month < len(months))
    cells = _slots(area[inside], rows) * len(months) + month[inside]
    groups = rows.stop - rows.start + 2
    return np.bincount(cells, minlength=groups * len(months)).reshape(groups, len(months))
