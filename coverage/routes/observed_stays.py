"""How long officers really stayed at places: by their own tracks, else by the hours of their check-ins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS

from coverage.evidence.checkins import CheckIns, check_ins
from coverage.evidence.dwell import NOISE_M
from coverage.evidence.grading import NEEDED as FOR_VISITS
from coverage.moves import places_on
from coverage.roster import known_places
from coverage.trails import Trails, trails_of
from coverage.verify import town_centre
from coverage.visits import match_visits
from geodata.ledger import Ledger
from grids.hierarchy import areas_of_town
from grids.workload import DETOUR, SPEED_M_PER_MIN

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: columns for name, columns in FOR_VISITS.items() if name != "photos"} | {"hazards": ("inspection_id", "void")}
)
"""Tables and columns that `observed_stays` reads."""

TRACK, CHECKINS = "track", "checkins"
GAP_S = 600.0
"""A recorder that is silent for longer does not tell of a stay; one that is away for longer has left."""
LATE_S = 600.0
"""So long before somebody comes, or after somebody leaves, a check-in still belongs to the stay."""
SHORTEST, LONGEST = 1.0, 240.0
"""Minutes; other lengths are no inspection."""
NEXT_PERSON = 1e10
"""Seconds between one officer and the next on one line of time."""
COARSE_S = 600.0
"""Of officers who cut their times to such steps or larger ones, the hours tell of no stay."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ObservedStays:
    """Visits of which it is known how long they took.

    Attributes
    ----------
    stays
        One row a visit, in order of time: inspection_id, place_id, officer (key), day (datetime64[D] as [s]), industry,
        risk (NaN where not known), hazards (found on it), source (track, checkins), minutes.
    visits
        How many there are in all.
    left_out
        How many by check-ins were no plausible length (below `SHORTEST` or above `LONGEST`).
    """

    stays: pd.DataFrame
    visits: int
    left_out: int


def observed_stays(ledger: Ledger, first: date, last: date) -> ObservedStays:
    """Give how long the visits of some days took.

    By track: from the first fix near the place to the last, without a silence of more than `GAP_S`, around the
    check-in, minus the way from the one fix to the place and from there to the other; only where the recorder saw the
    officer come and go, else the stay may have been longer. Near is half the town's tolerance and `NOISE_M`.

    By hours, where no track tells: from one check-in to the next of the same officer and day at another place, minus
    the way (`DETOUR` times what the crow flies, at the speed of the mode). That takes a check-in as made on arrival,
    and a break on the way as part of the stay.

    Parameters
    ----------
    ledger
        With the tables and columns of `NEEDED`.
    """
    areas = areas_of_town(ledger.areas_on(last), ledger.town)
    places = known_places(places_on(ledger.places, ledger.moves, last), areas, last)
    visits = match_visits(ledger.inspections, places, ledger.town, last)
    checks = check_ins(ledger, places, visits, town_centre(places, ledger.moves))
    meant = (checks.visits.day >= np.datetime64(first, "D")) & ~np.isnan(checks.seconds)
    by_track = _by_track(checks, _trails(ledger, first, last), ledger)
    by_hours = np.where(np.isnan(by_track), _by_hours(checks), np.nan)
    plausible = (by_hours >= SHORTEST) & (by_hours <= LONGEST)
    minutes = np.where(np.isnan(by_track), np.where(plausible, by_hours, np.nan), by_track)
    rows = np.flatnonzero(meant & ~np.isnan(minutes))
    at_place = places.iloc[checks.visits.place[rows]]
    stays = pd.DataFrame(
        {
            "inspection_id": pd.Series(checks.ids[rows], dtype="str"),
            "place_id": at_place["id"].array,
            "officer": pd.Series(checks.officer[rows], dtype="str"),
            "day": checks.visits.day[rows].astype("datetime64[s]"),
            "industry": at_place["industry"].array,
            "risk": at_place["risk"].array,
            "hazards": _hazards(checks.ids[rows], ledger.frames["hazards"]),
            "source": np.where(np.isnan(by_track[rows]), CHECKINS, TRACK),
            "minutes": minutes[rows],
        }
    )
    odd = meant & ~np.isnan(by_hours) & ~plausible
    days = checks.visits.day
    return ObservedStays(stays, int((days >= np.datetime64(first, "D")).sum()), int(odd.sum()))


def _hazards(ids: npt.NDArray[np.object_], hazards: pd.DataFrame) -> Ints:
    found = hazards["inspection_id"][~hazards["void"].to_numpy(dtype=bool)].value_counts()
    return np.asarray(found.reindex(ids, fill_value=0), dtype=np.int64)


def _trails(ledger: Ledger, first: date, last: date) -> Trails:
    """Give the fixes of those days whose tracks say when they were."""
    start = ledger.tracks["start"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[D]")
    since = np.datetime64(first, "D") - np.timedelta64(3, "D")
    tracks: gpd.GeoDataFrame = ledger.tracks[start >= since].reset_index(drop=True)
    part = Ledger(ledger.town, {"tracks": tracks, "officers": ledger.officers})
    trails = trails_of(part, last, CRS.from_epsg(4326))
    begin, end = np.full(len(trails.officer), np.inf), np.full(len(trails.officer), -np.inf)
    np.minimum.at(begin, trails.track, trails.seconds)
    np.maximum.at(end, trails.track, trails.seconds)
    return trails.some((end > begin)[trails.track])


def _by_hours(checks: CheckIns) -> Floats:
    """Give the minutes between each check-in and the next one of the officer's day elsewhere, without the way."""
    minutes = np.full(len(checks.ids), np.nan)
    told = np.flatnonzero((checks.person >= 0) & ~np.isnan(checks.seconds) & (checks.step < COARSE_S))
    told = told[np.lexsort((checks.seconds[told], checks.person[told]))]
    here, after = told[:-1], told[1:]
    same = (checks.person[here] == checks.person[after]) & (checks.visits.day[here] == checks.visits.day[after])
    same &= checks.visits.place[here] != checks.visits.place[after]
    here, after = here[same], after[same]
    metres = DETOUR * np.hypot(*(checks.place_xy[after] - checks.place_xy[here]).T)
    minutes[here] = (checks.seconds[after] - checks.seconds[here]) / 60 - metres / _speed(checks)[here]
    return minutes


def _speed(checks: CheckIns) -> Floats:
    """Give metres a minute of each visit's officer."""
    return np.where(checks.driver, SPEED_M_PER_MIN["car"], SPEED_M_PER_MIN["walk"])


def _by_track(checks: CheckIns, trails: Trails, ledger: Ledger) -> Floats:
    """Give the minutes of each visit's stay by the officer's own track, NaN where none tells of a whole one."""
    minutes = np.full(len(checks.ids), np.nan)
    visit, metres, second = _around(checks, trails, ledger)
    if not len(visit):
        return minutes
    near = metres <= checks.tolerance / 2 + NOISE_M
    stay, begin, end = _runs(visit, near, second)
    whole = _come_and_gone(visit, near, second, stay)
    moment = _moments(checks, ledger)[visit[begin]]
    fits = whole & (second[begin] - LATE_S <= moment) & (moment <= second[end] + LATE_S)
    length = (second[end] - second[begin]) / 60 - (metres[begin] + metres[end]) / _speed(checks)[visit[begin]]
    away = np.maximum(np.maximum(second[begin] - moment, moment - second[end]), 0.0)
    order = np.lexsort((-length, away))[::-1]
    order = order[fits[order] & (length[order] >= SHORTEST) & (length[order] <= LONGEST)]
    minutes[visit[begin[order]]] = length[order]  # the last assignment stays: the run nearest to the check-in
    return minutes


def _around(checks: CheckIns, trails: Trails, ledger: Ledger) -> tuple[Ints, Floats, Floats]:
    """Give, visit by visit and in order of time, the fixes of the officer between the check-ins before and after.

    Returns
    -------
    Row of the visit, metres from its place, seconds since 1970 UTC.
    """
    person = pd.Index(checks.people).get_indexer(pd.Index(trails.officer))[trails.track]
    known = np.flatnonzero(person >= 0)
    known = known[np.lexsort((trails.seconds[known], person[known]))]
    fixes, line = checks.plane.metres(trails.xy[known]), person[known] * NEXT_PERSON + trails.seconds[known]
    asked = np.flatnonzero((checks.person >= 0) & ~np.isnan(checks.seconds) & ~np.isnan(checks.place_xy[:, 0]))
    at = checks.person[asked] * NEXT_PERSON + _moments(checks, ledger)[asked]
    order = np.argsort(at, kind="stable")
    asked, at = asked[order], at[order]
    place = checks.visits.place[asked]
    new = np.append(True, (place[1:] != place[:-1]) | (np.diff(at) > NEXT_PERSON / 2))[: len(at)]
    group, turn = np.cumsum(new) - 1, np.flatnonzero(new)
    firsts, lasts = at[turn], at[np.append(turn[1:], len(at))[: len(turn)] - 1]
    reach = 60 * LONGEST
    low = np.maximum(np.append(-np.inf, lasts[:-1])[group], at - reach)
    high = np.minimum(np.append(firsts[1:], np.inf)[group], at + reach)
    start = np.searchsorted(line, low, side="left")
    count = np.maximum(np.searchsorted(line, high, side="right") - start, 0)
    fix = np.arange(count.sum()) + np.repeat(start - (np.cumsum(count) - count), count)
    visit = np.repeat(asked, count)
    metres = np.hypot(*(fixes[fix] - checks.place_xy[visit]).T)
    return visit, metres, np.asarray(line[fix] - np.repeat(checks.person[asked] * NEXT_PERSON, count))


def _moments(checks: CheckIns, ledger: Ledger) -> Floats:
    """Give when each visit was, in seconds since 1970 UTC."""
    utc = ledger.inspections["at"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
    return np.asarray(utc[checks.visits.row].astype(np.int64), dtype=float)


def _runs(visit: Ints, near: Flags, second: Floats) -> tuple[Ints, Ints, Ints]:
    """Give the runs of near fixes of one visit without a gap of more than `GAP_S` between them.

    Returns
    -------
    The run of each near fix; the first and the last fix of each run.
    """
    rows = np.flatnonzero(near)
    new = np.append(True, (visit[rows][1:] != visit[rows][:-1]) | (np.diff(second[rows]) > GAP_S))[: len(rows)]
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(rows))[: len(first)] - 1
    return np.cumsum(new) - 1, rows[first], rows[last]


def _come_and_gone(visit: Ints, near: Flags, second: Floats, stay: Ints) -> Flags:
    """Say of each run whether a fix away from the place lies shortly before and shortly after it."""
    rows = np.flatnonzero(near)
    runs = int(stay[-1]) + 1 if len(stay) else 0
    first = np.searchsorted(stay, np.arange(runs), side="left")
    last = np.searchsorted(stay, np.arange(runs), side="right") - 1
    before, after = rows[first] - 1, rows[last] + 1
    seen = np.ones(runs, dtype=bool)
    for here, there in ((rows[first], before), (rows[last], after)):
        held = np.clip(there, 0, len(visit) - 1)
        seen &= (there == held) & (visit[held] == visit[here]) & (np.abs(second[held] - second[here]) <= GAP_S)
    return seen
