"""The counts of `coverage.day_counts` of a day whose assessment and register are at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import Assessment
from coverage.day_counts import COUNTS, DayCounts, within
from coverage.hazards import HazardRegister
from coverage.periods import Period, local_days
from coverage.places import DONE, EXEMPT, OVERDUE
from coverage.roster import positions
from coverage.visits import Flags, Ints
from geodata.model import Level
from grids.hierarchy import at_level

Km2 = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
"""Of each area of a level, and of the whole town."""


def counts_of_day(
    assessment: Assessment, register: HazardRegister, periods: Sequence[Period | None], km2: Mapping[Level, Km2]
) -> dict[Level, list[DayCounts]]:
    """Count as `coverage.day_counts.counts_by_level` does of the day of an assessment and a register, for each period.

    Parameters
    ----------
    km2
        The levels that are asked for, and how large their areas are.
    """
    duties = _duties(assessment)
    hazards = [_hazards(register, period) for period in periods]
    checked = _checked(register, periods)
    counts = {}
    for level in km2:
        parts = _Parts.of(assessment, register, level, km2[level])
        counts[level] = [
            parts.counted(duties, hazards[number], checked[number], assessment.as_of, period)
            for number, period in enumerate(periods)
        ]
    return counts


def _duties(assessment: Assessment) -> dict[str, Ints]:
    """Give the rows of the places, and of the places of their duties by what became of them."""
    duties = assessment.duties
    row, state = duties["place"].to_numpy(), duties["state"].cat.codes.to_numpy()
    return {
        "places": np.arange(len(assessment.places)),
        "owed": row[state != EXEMPT],
        "done": row[state == DONE],
        "verified": row[duties["verified"].to_numpy(bool)],
        "overdue": row[state == OVERDUE],
    }


def _hazards(register: HazardRegister, period: Period | None) -> dict[str, Flags]:
    rows = register.hazards
    found = within(rows["found"].to_numpy("datetime64[D]"), register.as_of, period) & ~rows["void"].to_numpy(bool)
    flags = {"open": "open", "late": "overdue", "closed": "closed", "major_open": "major_open"}
    return {"found": found, **{name: rows[flag].to_numpy(bool) & found for name, flag in flags.items()}}


def _checked(register: HazardRegister, periods: Sequence[Period | None]) -> list[Ints]:
    """Give the row of the place of each inspection that is counted, -1 for an unknown one."""
    days = local_days(register.inspections["at"], register.town)
    place = positions(register.places, register.inspections["place_id"])
    return [place[within(days, register.as_of, period)] for period in periods]


@dataclass(frozen=True)
class _Parts:
    """The areas of a level, and which of them each place of the assessment, place and hazard of the register is in."""

    areas: gpd.GeoDataFrame
    km2: Km2
    of_place: Ints
    of_known: Ints
    of_hazard: Ints

    @classmethod
    def of(cls, assessment: Assessment, register: HazardRegister, level: Level, km2: Km2) -> _Parts:
        rows = at_level(register.areas, level)
        frames = (assessment.places, register.places, register.hazards)
        areas: gpd.GeoDataFrame = register.areas.iloc[rows].reset_index(drop=True)
        return cls(areas, km2, *(_groups(frame, rows, level) for frame in frames))

    def counted(
        self, duties: Mapping[str, Ints], hazards: Mapping[str, Flags], checked: Ints, day: date, period: Period | None
    ) -> DayCounts:
        many = len(self.areas)
        members = {
            **{name: self.of_place[places] for name, places in duties.items()},
            **{name: self.of_hazard[flags] for name, flags in hazards.items()},
            "inspections": np.append(self.of_known, many)[checked],
        }
        counts = {name: np.bincount(members[name], minlength=many + 1) for name in COUNTS}
        own, whole = self.km2
        return DayCounts(
            day,
            period,
            self.areas,
            pd.DataFrame({name: each[:-1] for name, each in counts.items()} | {"km2": own}),
            pd.DataFrame({name: [int(each.sum())] for name, each in counts.items()} | {"km2": whole}),
        )


def _groups(frame: pd.DataFrame, rows: slice, level: Level) -> Ints:
    """Give the position of each row's area among the areas of the level, their number for none."""
    many = rows.stop - rows.start
    if not many:
        return np.zeros(len(frame), dtype=np.int64)
    group = frame[str(level)].to_numpy() - rows.start
    return np.asarray(np.where(group >= 0, group, many), dtype=np.int64)
