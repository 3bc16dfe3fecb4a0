"""Whether an inspection's geotag says that the inspector was there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Proj

from coverage.visits import Flags, Visits
from geodata.datum import metric_crs
from geodata.model import Town

Floats = npt.NDArray[np.float64]

EQUATOR_M, ECCENTRICITY_2 = 6_378_137.0, 0.006_694_379_990_14
"""WGS 84."""
LOCAL_DEG, TOWN_DEG, POLAR_DEG, UNSURE = 0.02, 1.5, 75.0, 0.02

BEST_ACCURACY_M = 100.0
"""A geotag's own accuracy adds at most this to the tolerance."""


def verify(
    visits: Visits,
    inspections: gpd.GeoDataFrame,
    places: pd.DataFrame,
    town: Town,
    centre: tuple[float, float] | None = None,
) -> Flags:
    """Say which of the visits are verified.

    "An inspection is verified when its geotag lies within tolerance_m plus its accuracy (at most 100) of its place.
    No geotag, a typed-in place, accuracy 0 with a mock or manual mark: reported, not verified." Accuracy 0 or missing
    adds nothing. `centre` is the town's (`town_centre` of all its places) where `places` are some of them.
    """
    row, at_place = visits.row, places[["lon", "lat"]].to_numpy()[visits.place]
    points = np.asarray(inspections.geometry.array, dtype=object)
    marked = inspections["geotag"].isin(["typed", "mock"]).to_numpy(bool)[row]
    accuracy = inspections["accuracy"].to_numpy(dtype=float)[row]
    slack = np.where(accuracy > 0, np.minimum(accuracy, BEST_ACCURACY_M), 0.0)
    tag = np.column_stack([shapely.get_x(points), shapely.get_y(points)])[row]
    here = ~np.isnan(tag[:, 0]) & ~np.isnan(at_place[:, 0]) & ~marked
    verified = np.zeros(len(row), dtype=bool)
    if here.any():
        centre = centre or town_centre(places)
        verified[here] = _within(tag[here], at_place[here], town.tolerance_m + slack[here], centre)
    return verified


def town_centre(places: pd.DataFrame) -> tuple[float, float]:
    """Give the median position of the places: a few wrong coordinates don't move it."""
    known = places[["lon", "lat"]].to_numpy()
    known = known[~np.isnan(known[:, 0])]
    lon, lat = np.median(known, axis=0).tolist() if len(known) else (np.nan, np.nan)
    return lon, lat


def _within(tag: Floats, at_place: Floats, limit: Floats, centre: tuple[float, float]) -> Flags:
    """Say which tags lie within the limit (metres) of their places, in the town's metric CRS.

    Most are much nearer or much farther, which radii of curvature tell as surely: over such distances, near the centre
    of the town, the two ways differ by less than 0.5 %. The others are projected.
    """
    rough = _rough_metres(tag, at_place)
    local = (np.abs(tag - at_place) < LOCAL_DEG).all(axis=1) & (np.abs(at_place - centre) < TOWN_DEG).all(axis=1)
    local &= np.abs(at_place[:, 1]) < POLAR_DEG
    near = rough <= limit
    unsure = np.flatnonzero(~local | (np.abs(rough - limit) <= UNSURE * limit))
    near[unsure] = _metres(tag[unsure], at_place[unsure], centre) <= limit[unsure]
    return near


def _rough_metres(one: Floats, other: Floats) -> Floats:
    """Give distances on the ellipsoid between rows of lon, lat that are near each other."""
    lat = np.radians(other[:, 1])
    bend = 1 - ECCENTRICITY_2 * np.sin(lat) ** 2
    east, north = np.radians(one - other).T
    across = EQUATOR_M / np.sqrt(bend) * np.cos(lat)
    along = EQUATOR_M * (1 - ECCENTRICITY_2) / (bend * np.sqrt(bend))
    return np.asarray(np.hypot(east * across, north * along))


def _metres(one: Floats, other: Floats, centre: tuple[float, float]) -> Floats:
    """Give distances in the town's metric CRS between rows of lon, lat; NaN where a position has no image in it.

    Only the projection is applied: WGS 84 and CGCS2000 are equal within a metre everywhere, and both ends are WGS 84.
    """
    to_metres = Proj(metric_crs(*centre))
    one_x, one_y = to_metres(one[:, 0], one[:, 1])
    other_x, other_y = to_metres(other[:, 0], other[:, 1])
    with np.errstate(invalid="ignore"):  # both infinite: not near, not far, not verified
        return np.asarray(np.hypot(one_x - other_x, one_y - other_y))
