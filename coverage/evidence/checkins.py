"""The inspections that are graded, as arrays, and what a kind of evidence finds about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.moves import stood
from coverage.officers import UNKNOWN, officer_keys
from coverage.periods import Days
from coverage.verify import BEST_ACCURACY_M, metres_a_degree, verify
from coverage.visits import ENTERPRISE, Flags, Ints, Visits
from geodata.ledger import Ledger

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

STEPS_S, CUT_SHARE, LEAST_TIMES = (60, 300, 600, 900, 1800, 3600), 0.9, 5
"""Times are cut to a step where so many of an officer, and such a share, are multiples of it."""

FROM_DEVICE = ("gps", "exif")
"""Words of `geotag` that a device wrote; an empty one counts as such: files seldom say."""


@dataclass(frozen=True)
class CheckIns:
    """n inspections by anybody but the enterprise in order of time, at one moment by id.

    Attributes
    ----------
    visits
        Which they are (`coverage.visits`).
    ids, officer
        Text; key.
    people, person
        Keys of the officers; position in them, -1 where none is known.
    driver
        The officer drives, or nobody says that he walks.
    source
        Text of `geotag`, "" for none.
    accuracy, limit
        Metres, 0 where not said, at most `BEST_ACCURACY_M`; the town's tolerance and that.
    tag, place
        (n, 2) degrees, NaN for none; the place where it stood on the day.
    plane, tolerance
        Of the town.
    tag_xy, place_xy
        The same in metres of a plane at the town's centre.
    distance
        Metres between both.
    device
        A device wrote the position.
    verified
        As the figures have it.
    seconds
        Since 1970 of the town's clock, NaN where the ledger gives a day only.
    step
        Seconds to which the times of the officer are cut (people note nine, or half past nine), 0 for none.
    """

    visits: Visits
    ids: Texts
    officer: Texts
    people: Texts
    person: Ints
    driver: Flags
    source: Texts
    accuracy: Floats
    limit: Floats
    tag: Floats
    place: Floats
    tag_xy: Floats
    place_xy: Floats
    distance: Floats
    device: Flags
    verified: Flags
    seconds: Floats
    step: Floats
    tolerance: float
    plane: Plane


@dataclass(frozen=True)
class Plane:
    """Metres east and north of a centre: distances within a city are right to half a percent."""

    lon: float
    lat: float

    def metres(self, degrees: Floats) -> Floats:
        """Give metres (k, 2) of degrees (k, 2)."""
        scale = metres_a_degree(np.array([self.lat]))[:, 0]
        return np.asarray((degrees - (self.lon, self.lat)) * scale)


@dataclass(frozen=True)
class Found:
    """What one mark was found at: rows of the check-ins, and what was measured for its sentence, an array a field."""

    rows: Ints
    said: Mapping[str, npt.NDArray[np.generic]]


def check_ins(ledger: Ledger, places: pd.DataFrame, visits: Visits, centre: tuple[float, float]) -> CheckIns:
    """Give the inspections to grade of those of known places."""
    inspections = ledger.inspections
    visits = _in_order(visits.part(np.flatnonzero(visits.by != ENTERPRISE)), inspections)
    row, town, plane = visits.row, ledger.town, Plane(*centre)
    officer = _officers(visits, inspections, ledger.officers)
    codes, words = pd.factorize(officer)
    modes = dict(zip(ledger.officers["id"], ledger.officers["mode"], strict=True))
    driver = np.array([modes.get(word) != "walk" for word in words], dtype=bool)
    points = np.asarray(inspections.geometry.array, dtype=object)
    tag = np.column_stack([shapely.get_x(points)[row], shapely.get_y(points)[row]])
    place = stood(visits, places, ledger.moves)
    raw = inspections["accuracy"].to_numpy(dtype=float)[row]
    accuracy = np.where(raw > 0, np.minimum(raw, BEST_ACCURACY_M), 0.0)
    source = inspections["geotag"].fillna("").to_numpy(dtype=object)[row]
    apart = (tag - place) * metres_a_degree(place[:, 1]).T
    seconds = _seconds(visits.at)
    return CheckIns(
        visits=visits,
        ids=inspections["id"].to_numpy(dtype=object)[row],
        officer=officer,
        people=np.asarray(words),
        person=np.where((words == UNKNOWN)[codes], -1, codes),
        driver=driver[codes],
        source=source,
        accuracy=accuracy,
        limit=town.tolerance_m + accuracy,
        tag=tag,
        place=place,
        tag_xy=plane.metres(tag),
        place_xy=plane.metres(place),
        distance=np.hypot(*apart.T),
        device=np.isin(source, (*FROM_DEVICE, "")) & ~np.isnan(tag[:, 0]),
        verified=verify(visits, inspections, places, ledger.moves, town, centre),
        seconds=seconds,
        step=_step(seconds, codes),
        tolerance=town.tolerance_m,
        plane=plane,
    )


def _in_order(visits: Visits, inspections: pd.DataFrame) -> Visits:
    """Put visits of one moment in the order of their ids."""
    same = visits.at[1:] == visits.at[:-1]
    tied = np.flatnonzero(np.append(False, same) | np.append(same, False))
    ids = inspections["id"].to_numpy(dtype=object)[visits.row[tied]].astype(str)
    order = np.arange(len(visits.at))
    order[tied] = tied[np.lexsort((ids, visits.at[tied]))]
    return visits.part(order)


def _officers(visits: Visits, inspections: pd.DataFrame, officers: pd.DataFrame) -> Texts:
    keys = np.full(len(visits.at), UNKNOWN, dtype=object)
    texts = inspections["officer"].array.take(visits.row)
    named = ~texts.isna()
    if named.any():
        keys[named] = officer_keys(texts[named].to_numpy(dtype=object), officers)
    return keys


def _seconds(at: Days) -> Floats:
    """Give seconds; a ledger that gives days only has midnight in it."""
    seconds = at.astype("datetime64[s]").astype(np.int64)
    return np.where(seconds % 86_400 == 0, np.nan, seconds.astype(float))


def _step(seconds: Floats, codes: Ints) -> Floats:
    """Give the largest of `STEPS_S` to which the times of each row's officer are cut, 0 where to none."""
    known = np.flatnonzero(~np.isnan(seconds))
    total = np.bincount(codes[known], minlength=codes.max(initial=-1) + 1)
    step = np.zeros(len(total))
    for length in STEPS_S:
        cut = np.bincount(codes[known], seconds[known] % length == 0, len(total))
        step[(total >= LEAST_TIMES) & (cut >= CUT_SHARE * total)] = length
    return step[codes]
