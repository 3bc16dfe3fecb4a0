"""Where somebody was: fixes of tracks, joined along each line, and check-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Proj

from coverage.periods import Days, local_days
from coverage.trails import Trails
from coverage.verify import BEST_ACCURACY_M
from geodata.model import Town

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Marks:
    """n positions at which somebody was.

    Attributes
    ----------
    xy
        (n, 2) metres in a plane.
    day
        Town-local (datetime64[D]).
    linked
        Whether he came straight from the position before.
    """

    xy: Floats
    day: Days
    linked: Bools

    def some(self, which: Bools) -> Marks:
        """Give the marks that are flagged; a way goes only between two that both are."""
        came = self.linked.copy()
        came[1:] &= which[:-1]
        return Marks(self.xy[which], self.day[which], came[which])


def marks_of(trails: Trails, check_ins: Marks) -> Marks:
    """Join fixes, linked within each line, and check-ins."""
    linked = np.zeros(len(trails.run), dtype=bool)
    linked[1:] = trails.run[1:] == trails.run[:-1]
    pairs = ((trails.xy, check_ins.xy), (trails.day, check_ins.day), (linked, check_ins.linked))
    return Marks(*(np.concatenate(pair) for pair in pairs))


def check_ins_of(inspections: gpd.GeoDataFrame, town: Town, as_of: date, crs: CRS) -> Marks:
    """Give the geotags of inspections up to the end of a day that say that somebody of the town was there.

    Not those typed in or marked as mock, nor those less accurate than `BEST_ACCURACY_M`, nor an enterprise's own.
    """
    day = local_days(inspections["at"], town)
    points = np.asarray(inspections.geometry.array, dtype=object)
    counts = ~shapely.is_missing(points) & ~shapely.is_empty(points) & (day <= np.datetime64(as_of, "D"))
    counts &= ~inspections["geotag"].isin(["typed", "mock"]).to_numpy(bool)
    counts &= (inspections["by"] != "enterprise").to_numpy(bool)
    counts &= ~(inspections["accuracy"].to_numpy(float) > BEST_ACCURACY_M)
    lon_lat = shapely.get_coordinates(points[counts])
    xy = np.column_stack(Proj(crs)(lon_lat[:, 0], lon_lat[:, 1]))  # WGS 84 and CGCS2000: equal within a metre
    return Marks(xy, day[counts], np.zeros(len(xy), dtype=bool))


def first_day(marks: Marks) -> date | None:
    """Give the day of the first mark; None for none."""
    return pd.Timestamp(marks.day.min()).date() if len(marks.day) else None
