"""Whether an inspection's geotag says that the inspector was there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Proj

from coverage.moves import stood
from coverage.visits import Flags, Visits
from geodata.datum import metric_crs
from geodata.model import Town

Floats = npt.NDArray[np.float64]

BEST_ACCURACY_M = 100.0
"""A geotag's own accuracy adds at most this to the tolerance."""


def verify(
    visits: Visits, inspections: gpd.GeoDataFrame, places: pd.DataFrame, moves: gpd.GeoDataFrame, town: Town
) -> Flags:
    """Say which of the visits are verified.

    "An inspection is verified when its geotag lies within tolerance_m plus its accuracy (at most 100) of its place.
    No geotag, a typed-in place, accuracy 0 with a mock or manual mark: reported, not verified." Accuracy 0 or missing
    adds nothing. The place is where it stood on the day of the visit.
    """
    row, at_place = visits.row, stood(visits, places, moves)
    points = np.asarray(inspections.geometry.array, dtype=object)[row]
    marked = inspections["geotag"].isin(["typed", "mock"]).to_numpy(bool)[row]
    accuracy = inspections["accuracy"].to_numpy(dtype=float)[row]
    slack = np.where(accuracy > 0, np.minimum(accuracy, BEST_ACCURACY_M), 0.0)
    tag = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    here = ~np.isnan(tag[:, 0]) & ~np.isnan(at_place[:, 0]) & ~marked
    verified = np.zeros(len(points), dtype=bool)
    if here.any():
        verified[here] = (
            _metres(tag[here], at_place[here], _centre(places, at_place[here])) <= town.tolerance_m + slack[here]
        )
    return verified


def _centre(places: pd.DataFrame, stood: Floats) -> tuple[float, float]:
    """Give the median position of the places: a few wrong coordinates don't move it.

    Where none has a position any more, of where they stood.
    """
    here = places[["lon", "lat"]].to_numpy()
    lon, lat = np.nanmedian(stood if np.isnan(here[:, 0]).all() else here, axis=0)
    return float(lon), float(lat)


def _metres(one: Floats, other: Floats, centre: tuple[float, float]) -> Floats:
    """Give distances in the town's metric CRS between rows of lon, lat; NaN where a position has no image in it.

    Only the projection is applied: WGS 84 and CGCS2000 are equal within a metre everywhere, and both ends are WGS 84.
    """
    to_metres = Proj(metric_crs(*centre))
    one_x, one_y = to_metres(one[:, 0], one[:, 1])
    other_x, other_y = to_metres(other[:, 0], other[:, 1])
    with np.errstate(invalid="ignore"):  # both infinite: not near, not far, not verified
        return np.asarray(np.hypot(one_x - other_x, one_y - other_y))
