"""Duties, hazards and inspections of a level's areas on many days: what a map a month is made of.

A day alone costs an assessment and a register (`coverage.assess`, `coverage.hazards`); here what doesn't change from
day to day is done once: visits are matched, days read and points located. The definitions are those very functions,
and the tests hold each day against the two made alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.counting import Count
from coverage.course.days import as_of_steps
from coverage.course.timing import standing_on
from coverage.duties import Columns, owed_rules
from coverage.exemptions import exemptions_as_of
from coverage.moves import places_on
from coverage.periods import Days, Period, check_day, local_days
from coverage.places import DONE, EXEMPT, OVERDUE, judge
from coverage.risk_decisions import risks_on
from coverage.roster import closed_from_on
from coverage.rules import Rule
from coverage.verify import town_centre, verify
from coverage.visits import Flags, Ints, Visits, match_visits
from geodata.ledger import Ledger
from geodata.locate import Located
from geodata.model import Level
from grids.blocks import metric_of
from grids.hierarchy import areas_of_town, at_level, membership_of

COUNTS = (
    *("places", "owed", "done", "verified", "overdue"),
    *("found", "open", "late", "closed", "major_open", "inspections"),
)
"""Places known; duties owed, done, done by verified inspections alone, overdue; hazards found, not put right, of them
late, closed, major ones not put right; inspections."""

_HazardDays = tuple[Days, Days, Days, Days, Flags, Flags]
"""Found, rectified, closed, deadline; void, major."""

AsOf = tuple[date, Period | None]
"""The end of a day, and the days whose hazards and inspections are counted; None: all up to it."""


@dataclass(frozen=True)
class DayCounts:
    """Counts as of the end of a day.

    Attributes
    ----------
    as_of, period
        What was asked.
    areas
        Those of the level on the day, in order of their codes (`grids.hierarchy.areas_of_town`); none where the level
        had none then.
    rows
        Row by row the same areas: `COUNTS` (int) and km2 (float, NaN without a border). Duties and places do not
        depend on the period.
    whole
        The same of the whole town, one row: places without a position, and those in no area of the level, too.
    """

    as_of: date
    period: Period | None
    areas: gpd.GeoDataFrame
    rows: pd.DataFrame
    whole: pd.DataFrame


def counts_of_days(
    ledger: Ledger, rules_on: Callable[[date], Sequence[Rule]], asked: Sequence[AsOf], level: Level
) -> list[DayCounts]:
    """Count what the areas of a level owe, what was done, found and put right as of each of some days.

    Parameters
    ----------
    ledger
        With the tables and columns of `coverage.assess.NEEDED` and `coverage.hazards.NEEDED`.
    rules_on
        Gives the rules of a day (`Rulebook.on`): past days are judged by the rules of then.
    asked
        Days, each with the period whose hazards and inspections are counted; QuestionProblem outside 1900–2199.

    Returns
    -------
    One a day, in the order asked.
    """
    return counts_by_level(ledger, rules_on, asked, (level,))[level]


def counts_by_level(
    ledger: Ledger, rules_on: Callable[[date], Sequence[Rule]], asked: Sequence[AsOf], levels: Sequence[Level]
) -> dict[Level, list[DayCounts]]:
    """Count as `counts_of_days` does, of several levels: every day is judged once for all of them."""
    for day, _ in asked:
        check_day(day)
    if not asked:
        return {level: [] for level in levels}
    past = _Past(ledger, max(day for day, _ in asked))
    return {level: [past.counted(rules_on(day), day, period, level) for day, period in asked] for level in levels}


def km2_of(areas: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    """Give the area of each polygon in km² on the ground, NaN without one."""
    km2, there = np.full(len(areas), np.nan), areas.geometry.notna().to_numpy(bool)
    if there.any():
        drawn = areas[there]
        km2[there] = shapely.area(np.asarray(drawn.to_crs(metric_of(drawn)).geometry.array)) / 1e6
    return km2


@dataclass(frozen=True)
class _Ground:
    """The areas between two changes of them or of places: their km², and of each place and hazard which holds it.

    `groups` are the positions of the level's areas, one more (`len(areas)`) stands for none of them.
    """

    areas: gpd.GeoDataFrame
    km2: npt.NDArray[np.float64]
    whole_km2: npt.NDArray[np.float64]
    of_place: Ints
    of_hazard: Ints


@dataclass(frozen=True)
class _Judged:
    """What became of places and hazards as of a day and period, by what is counted: rows of each table."""

    of_places: Mapping[str, Ints]
    of_hazards: Mapping[str, Flags]
    inspections: Ints


@dataclass(frozen=True)
class _Past:
    """What days up to `last` have in common."""

    ledger: Ledger
    last: date
    _grounds: dict[tuple[int, int, Level], _Ground] = field(default_factory=dict)
    _points: dict[int, Located] = field(default_factory=dict)
    _duties: dict[date, Mapping[str, Ints]] = field(default_factory=dict)
    _judged: dict[AsOf, _Judged] = field(default_factory=dict)

    def counted(self, rules: Sequence[Rule], day: date, period: Period | None, level: Level) -> DayCounts:
        ground, judged = self._ground(day, level), self._judged_on(rules, day, period)
        members = {
            **{name: ground.of_place[rows] for name, rows in judged.of_places.items()},
            **{name: ground.of_hazard[flags] for name, flags in judged.of_hazards.items()},
            "inspections": np.append(ground.of_place, len(ground.areas))[judged.inspections],
        }
        counts = {name: np.bincount(members[name], minlength=len(ground.areas) + 1) for name in COUNTS}
        rows = pd.DataFrame({name: each[:-1] for name, each in counts.items()} | {"km2": ground.km2})
        whole = pd.DataFrame({name: [int(each.sum())] for name, each in counts.items()} | {"km2": ground.whole_km2})
        return DayCounts(day, period, ground.areas, rows, whole)

    def _judged_on(self, rules: Sequence[Rule], day: date, period: Period | None) -> _Judged:
        if day not in self._duties:  # they don't depend on the period
            self._duties[day] = self._duties_on(rules, day)
        if (day, period) not in self._judged:
            hazards, checked = self._hazards(day, period), self._checked(day, period)
            self._judged[day, period] = _Judged(self._duties[day], hazards, checked)
        return self._judged[day, period]

    # Duties

    def _duties_on(self, rules: Sequence[Rule], day: date) -> Mapping[str, Ints]:
        """Give the row of each place known on the day, and of its duties by what became of them."""
        places = risks_on(self._places, self.ledger.risk_decisions, day)
        columns = self._columns if places is self._places else Columns(places)
        opened = places["opened"].to_numpy(dtype="datetime64[D]")
        known = ~(opened > np.datetime64(day, "D"))  # NaT compares as False
        places = places.assign(closed_from=closed_from_on(places, day))
        owed = [
            replace(each, places=each.places[known[each.places]])
            for each in owed_rules(places, [rule for rule in rules if rule.in_force(day)], day, columns)
        ]
        visits = self._visits_until(day)
        verified = self._verified(visits, places, known, day)
        count = Count(visits, verified, self.ledger.inspections["covers"], len(places))
        duties = judge(owed, exemptions_as_of(places, self.ledger.exemptions, day), count)
        row, state = duties["place"].to_numpy(), duties["state"].cat.codes.to_numpy()
        return {
            "places": np.flatnonzero(known),
            "owed": row[state != EXEMPT],
            "done": row[state == DONE],
            "verified": row[duties["verified"].to_numpy(bool)],
            "overdue": row[state == OVERDUE],
        }

    def _visits_until(self, day: date) -> Visits:
        visits = self._visits
        some = slice(0, int(np.searchsorted(visits.day, np.datetime64(day, "D"), side="right")))  # in order of time
        return visits.part(some)

    def _verified(self, visits: Visits, places: pd.DataFrame, known: Flags, day: date) -> Flags:
        points = self._points_on(day)
        then = places.assign(lon=points.x, lat=points.y)
        moves, town = self.ledger.moves, self.ledger.town
        return verify(visits, self.ledger.inspections, then, moves, town, town_centre(then[known], moves))

    @cached_property
    def _places(self) -> pd.DataFrame:
        columns = ["id", "industry", "risk", "department", "headcount", "tags", "opened", "closed", "status"]
        return pd.DataFrame(self.ledger.places[columns])

    @cached_property
    def _columns(self) -> Columns:
        return Columns(self._places)

    @cached_property
    def _visits(self) -> Visits:
        return match_visits(self.ledger.inspections, self._places, self.ledger.town, self.last)

    # Hazards and inspections

    def _hazards(self, day: date, period: Period | None) -> Mapping[str, Flags]:
        """Say which hazards are counted as what."""
        found_on, rectified_on, closed_on, deadline, void, major = self._hazard_days(day)
        found = within(found_on, day, period) & ~void
        stand = standing_on(rectified_on, closed_on, deadline, void, day)
        flags = {
            "open": stand.open,
            "late": stand.overdue,
            "closed": stand.closed,
            "major_open": stand.open & major,
        }
        return {"found": found, **{name: each & found for name, each in flags.items()}}

    def _hazard_days(self, day: date) -> _HazardDays:
        steps = self.ledger.frames["steps"]
        if steps.empty:
            return self._days_without_steps
        return self._days_of(as_of_steps(self.ledger.hazards, steps, self.ledger.town, day))

    @cached_property
    def _days_without_steps(self) -> _HazardDays:
        return self._days_of(self.ledger.hazards)

    def _days_of(self, hazards: pd.DataFrame) -> _HazardDays:
        moments = (local_days(hazards[name], self.ledger.town) for name in ("found_at", "rectified_at", "closed_at"))
        found, rectified, closed = moments
        void, major = hazards["void"].to_numpy(bool), (hazards["level"] == "重大").to_numpy(bool)
        return found, rectified, closed, hazards["deadline"].to_numpy("datetime64[D]"), void, major

    def _checked(self, day: date, period: Period | None) -> Ints:
        """Give the row of the place of each inspection that is counted, -1 for an unknown one."""
        days, place = self._checks
        return place[within(days, day, period)]

    @cached_property
    def _checks(self) -> tuple[Days, Ints]:
        made = self.ledger.inspections
        return local_days(made["at"], self.ledger.town), self._rows_of(made["place_id"])

    def _rows_of(self, ids: pd.Series) -> Ints:
        return np.asarray(self._ids.get_indexer(pd.Index(ids)), dtype=np.int64)

    @cached_property
    def _ids(self) -> pd.Index[Any]:
        ids: pd.Index[Any] = pd.Index(self._places["id"].to_numpy(dtype=object))
        return ids

    # Where things lie

    def _ground(self, day: date, level: Level) -> _Ground:
        """Give the ground of a day: it changes on days when areas begin or end, or places moved."""
        key = self._version(self._area_days, day), self._version(self._move_days, day), level
        if key not in self._grounds:
            self._grounds[key] = self._located(day, level)
        return self._grounds[key]

    def _points_on(self, day: date) -> Located:
        """Give where each place lay on a day."""
        version = self._version(self._move_days, day)
        if version not in self._points:
            places = places_on(self.ledger.places, self.ledger.moves, day)
            self._points[version] = Located(np.asarray(places.geometry.array, dtype=object))
        return self._points[version]

    @staticmethod
    def _version(changes: Days, day: date) -> int:
        return int(np.searchsorted(changes, np.datetime64(day, "D"), side="right"))

    @cached_property
    def _area_days(self) -> Days:
        past = self.ledger.frames["past_areas"]
        columns = (self.ledger.areas["since"], past["since"], past["until"])
        return np.unique(np.concatenate([each.to_numpy(dtype="datetime64[D]") for each in columns]))

    @cached_property
    def _move_days(self) -> Days:
        return np.unique(self.ledger.moves["day"].to_numpy(dtype="datetime64[D]"))

    def _located(self, day: date, level: Level) -> _Ground:
        every = areas_of_town(self.ledger.areas_on(day), self.ledger.town)
        rows = at_level(every, level)
        some = every.iloc[np.unique(np.r_[0, rows])].reset_index(drop=True)  # the root, and those of the level
        areas = some.iloc[at_level(some, level)]
        of_place = self._groups(some, self._points_on(day), level)
        own = self._groups(some, self._hazard_points, level)
        borrowed = np.isnan(self._hazard_points.x) & (self._hazard_place >= 0)
        own[borrowed] = of_place[self._hazard_place[borrowed]]
        areas = areas.reset_index(drop=True)
        return _Ground(areas, km2_of(areas), km2_of(some.iloc[[0]]), of_place, own)

    @staticmethod
    def _groups(areas: gpd.GeoDataFrame, points: Located, level: Level) -> Ints:
        """Give the position of each point among the areas of the level, their number for none."""
        rows = at_level(areas, level)
        many = rows.stop - rows.start
        if not many:
            return np.zeros(len(points.x), dtype=np.int64)
        group = membership_of(areas, points)[str(level)] - rows.start
        return np.asarray(np.where(group >= 0, group, many), dtype=np.int64)

    @cached_property
    def _hazard_points(self) -> Located:
        return Located(np.asarray(self.ledger.hazards.geometry.array, dtype=object))

    @cached_property
    def _hazard_place(self) -> Ints:
        return self._rows_of(self.ledger.hazards["place_id"])


def within(days: Days, day: date, period: Period | None) -> Flags:
    """Say which days are not after D and in the period; a missing day is not."""
    held = days <= np.datetime64(day, "D")
    if period is not None:
        held &= (days >= np.datetime64(period.first, "D")) & (days <= np.datetime64(period.last, "D"))
    return np.asarray(held)
