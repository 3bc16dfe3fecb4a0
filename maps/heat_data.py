"""Hazards and inspections as the heat map carries them: each one, with a rounded position, in about a byte and a half.

A picture for each choice (level, state, industry, season, week) can't be shipped: their number is the product of the
choices. So every hazard itself is in the page and the browser adds up and smooths what is chosen. What keeps it small:
a hazard stands with its place (whose position and industry are written once) as an offset of whole cells, those of a
place are sorted by time and only the steps between them are written, each kind of number is a column of its own, and
zlib packs the columns. Humen: figures in benchmarks/README.md.
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.density import Grid
from coverage.hazards import HazardRegister

Ints = npt.NDArray[np.int64]

FINER = 2
"""Positions are rounded to cells of the grid's cell / FINER: at most 0.021 bandwidths along an axis."""

COARSER = 3
"""The browser smooths on cells of the grid's cell × COARSER, over which it shares each hazard linearly."""

MOST_SLICES = 240
"""Slices of time back from the day, about four years; what is older is one more, the first."""

FAR = 7
"""Fine cells that a hazard may lie from its place to be written as an offset; others stand on their own."""

UNKNOWN = "行业未填"


@dataclass(frozen=True)
class Slices:
    """Time in slices that both weeks and months are made of: an ISO week, cut where a month ends.

    One is cut too after the day a year before the last one, and after that 364 days (52 weeks) before it: what still
    runs is compared with as many days of the year before.

    Attributes
    ----------
    first, last
        Days of each slice, both included, rising (datetime64[D]); the first slice holds everything before the second.
    """

    first: npt.NDArray[np.datetime64]
    last: npt.NDArray[np.datetime64]

    @classmethod
    def until(cls, as_of: date, earliest: date) -> Slices:
        """Cut the time up to a day, from the earliest on, into at most `MOST_SLICES` + 1 slices."""
        earliest = max(earliest, as_of - timedelta(days=7 * MOST_SLICES))
        days = np.arange(np.datetime64(earliest, "D"), np.datetime64(as_of, "D") + 1)
        monday, month = (days.astype(np.int64) + 3) % 7 == 0, days.astype("datetime64[M]").astype("datetime64[D]")
        cut = np.isin(days, np.array([each + timedelta(days=1) for each in _year_before(as_of)], dtype="datetime64[D]"))
        starts = days[monday | (month == days) | cut | (days == days[0])][-MOST_SLICES:]
        ends = np.append(starts[1:] - 1, np.datetime64(as_of, "D"))
        before = np.datetime64("1900-01-01", "D")
        return cls(np.append(before, starts), np.append(starts[0] - 1, ends))

    def of(self, days: npt.NDArray[Any]) -> Ints:
        """Give the slice of each day."""
        return np.asarray(np.searchsorted(self.first, days.astype("datetime64[D]"), side="right") - 1, dtype=np.int64)


def _year_before(day: date) -> tuple[date, date]:
    """Give the same day of the year before (28 February for the 29th), and the same day of the week."""
    last_of_february = (day.month, day.day) == (2, 29)
    same = day.replace(year=day.year - 1, day=28 if last_of_february else day.day)
    return same, day - timedelta(days=364)


@dataclass(frozen=True)
class HeatData:
    """What is drawn, before it is packed.

    Attributes
    ----------
    grid
        Its bandwidth is that of the map.
    slices, industries
        What the numbers of the columns below mean.
    site_cell, site_industry
        One a site: fine cell (row × fine columns + column), rising, and its industry.
    hazard_site, hazard_slice, hazard_state, hazard_offset
        One a hazard, sorted in that order: state = 8 × found by an enterprise's own check + 4 × major + 0 rectified,
        1 open, 2 open and overdue; offset =
        (dy + FAR) × (2 FAR + 1) + dx + FAR in fine cells from the site, southwards and eastwards.
    check_site, check_slice
        One an inspection, sorted in that order.
    """

    grid: Grid
    slices: Slices
    industries: list[str]
    site_cell: Ints
    site_industry: Ints
    hazard_site: Ints
    hazard_slice: Ints
    hazard_state: Ints
    hazard_offset: Ints
    check_site: Ints
    check_slice: Ints

    def positions(self) -> tuple[Ints, Ints]:
        """Give the fine column and row of each hazard."""
        width, reach = self.grid.columns * FINER, 2 * FAR + 1
        cell = self.site_cell[self.hazard_site]
        return cell % width + self.hazard_offset % reach - FAR, cell // width + self.hazard_offset // reach - FAR

    def as_data(self) -> dict[str, Any]:
        """Give it as the page's JSON carries it: what the numbers mean, and the packed columns."""
        grid, km2 = self.grid, self.grid.ground_km2()
        middle = np.radians(grid.row_latitudes()[grid.rows // 2])
        west, south, east, north = grid.bounds
        return {
            "bounds": [[south, west], [north, east]],
            "columns": grid.columns,
            "rows": grid.rows,
            "finer": FINER,
            "coarser": COARSER,
            "far": FAR,
            "bandwidth": grid.bandwidth,
            "sigma": grid.bandwidth / (grid.cell * float(np.cos(middle))),
            "km2": [float(km2[0]), float(km2[-1])],
            "slices": [[str(one), str(two)] for one, two in zip(self.slices.first, self.slices.last, strict=True)],
            "industries": self.industries,
            "sizes": [len(self.site_cell), len(self.hazard_site), len(self.check_site)],
            "packed": b64encode(zlib.compress(self._columns(), 9)).decode(),
        }

    def _columns(self) -> bytes:
        """Give all columns after one another; `unpack` in heat.js is the other side."""
        sites = len(self.site_cell)
        planes = [
            *_planes(np.diff(self.site_cell, prepend=0), 4),
            *_planes(self.site_industry, 1),
            *_planes(np.bincount(self.hazard_site, minlength=sites), 2),
            *_planes(np.bincount(self.check_site, minlength=sites), 2),
            *_planes(_steps(self.hazard_site, self.hazard_slice), 1),
            *_planes(self.hazard_state, 1),
            *_planes(self.hazard_offset, 1),
            *_planes(_steps(self.check_site, self.check_slice), 1),
        ]
        return b"".join(plane.tobytes() for plane in planes)


def heat_data(register: HazardRegister, grid: Grid) -> HeatData:
    """Take the hazards that are not void and the inspections, as far as they have a position in the grid.

    An inspection lies at its place; so does a hazard without a position of its own. The enterprise's own checks are no
    looks of the office (as in `coverage.hotspots`): they are left out, and the hazards they found are marked.
    """
    valid, checks = register.hazards[~register.hazards["void"]], register.checks[~register.checks["own_check"]]
    at, of_place = _fine(grid, valid["lon"], valid["lat"]), _fine(grid, register.places["lon"], register.places["lat"])
    valid, at = valid[at >= 0], at[at >= 0]
    checks = checks[np.append(of_place, -1)[checks["place"].to_numpy()] >= 0]
    home = np.append(of_place, -1)[valid["place"].to_numpy()]
    site, offset = _from_home(at, home, grid.columns * FINER)
    codes, words = pd.factorize(pd.concat([valid["industry"], checks["industry"]]).fillna(UNKNOWN), sort=True)
    rows = np.concatenate([site, of_place[checks["place"].to_numpy()]]) * (len(words) or 1) + codes
    sites, of_row = np.unique(rows, return_inverse=True)
    earliest = pd.concat([valid["found"], checks["day"]]).min()
    slices = Slices.until(register.as_of, register.as_of if pd.isna(earliest) else earliest.date())
    own, major, open_, overdue = (valid[flag].to_numpy(np.int64) for flag in ("own_check", "major", "open", "overdue"))
    state = 8 * own + 4 * major + open_ + overdue
    hazards = np.column_stack([of_row[: len(valid)], slices.of(valid["found"].to_numpy()), state, offset])
    looks = np.column_stack([of_row[len(valid) :], slices.of(checks["day"].to_numpy())])
    hazards, looks = (table[np.lexsort(table.T[::-1])] for table in (hazards, looks))
    many = len(words) or 1
    return HeatData(grid, slices, list(words), sites // many, sites % many, *hazards.T, *looks.T)


def _fine(grid: Grid, lon: pd.Series, lat: pd.Series) -> Ints:
    """Give the fine cell of each position, -1 where there is none in the grid."""
    fine = Grid(
        grid.cell / FINER,
        grid.column * FINER,
        grid.row * FINER,
        grid.columns * FINER,
        grid.rows * FINER,
        grid.bandwidth,
    )
    inside, cells = fine.cells(lon.to_numpy(dtype=float), lat.to_numpy(dtype=float))
    found = np.full(len(lon), -1, dtype=np.int64)
    found[inside] = cells
    return found


def _from_home(at: Ints, home: Ints, width: int) -> tuple[Ints, Ints]:
    """Give site and offset of each hazard: its place's cell where that is near, else its own."""
    across, down = at % width - home % width, at // width - home // width
    near = (home >= 0) & (np.abs(across) <= FAR) & (np.abs(down) <= FAR)
    across, down = np.where(near, across, 0), np.where(near, down, 0)
    return np.where(near, home, at), (down + FAR) * (2 * FAR + 1) + across + FAR


def _steps(group: Ints, rising: Ints) -> Ints:
    """Give how far each is after the one before it in its group; the first of a group as it is."""
    steps = np.diff(rising, prepend=0)
    first = np.diff(group, prepend=-1) != 0
    return np.where(first, rising, steps)


def _planes(numbers: Ints, bytes_each: int) -> list[npt.NDArray[np.uint8]]:
    """Give the bytes of numbers, all the lowest first: alike bytes beside each other pack better."""
    return [(numbers >> 8 * at & 255).astype(np.uint8) for at in range(bytes_each)]
