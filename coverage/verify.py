"""Whether an inspection's geotag says that the inspector was there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Proj

from coverage.moves import stood
from coverage.texts import is_one_of
from coverage.visits import Flags, Visits
from geodata.datum import metric_crs
from geodata.model import Town

Floats = npt.NDArray[np.float64]

EQUATOR_M, ECCENTRICITY_2 = 6_378_137.0, 0.006_694_379_990_14
"""WGS 84."""
LOCAL_DEG, TOWN_DEG, POLAR_DEG, UNSURE = 0.02, 1.5, 75.0, 0.02

AT_ONCE = 2**13
"""Visits looked at together: what is known of them stays in the processor's cache."""
BEST_ACCURACY_M = 100.0
"""A geotag's own accuracy adds at most this to the tolerance."""


def verify(
    visits: Visits,
    inspections: gpd.GeoDataFrame,
    places: pd.DataFrame,
    moves: gpd.GeoDataFrame,
    town: Town,
    centre: tuple[float, float],
) -> Flags:
    """Say which of the visits are verified.

    "An inspection is verified when its geotag lies within tolerance_m plus its accuracy (at most 100) of its place.
    No geotag, a typed-in place, accuracy 0 with a mock or manual mark: reported, not verified." Accuracy 0 or missing
    adds nothing. The place is where it stood on the day of the visit. The places may be some of the town's; its centre
    is the `town_centre` of all of them.
    """
    points = np.asarray(inspections.geometry.array, dtype=object)
    marked = is_one_of(inspections["geotag"], ("typed", "mock"))
    accuracy = inspections["accuracy"].to_numpy(dtype=float)
    of_place = metres_a_degree(places["lat"].to_numpy()) if moves.empty else None  # once a place, not once a visit
    there = stood(visits, places, moves)
    verified = np.zeros(len(there), dtype=bool)
    for start in range(0, len(there), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        row, at_place = visits.row[some], np.ascontiguousarray(there[some].T)
        tags = np.array([get(points[row]) for get in (shapely.get_x, shapely.get_y)])
        scale = metres_a_degree(at_place[1]) if of_place is None else of_place.take(visits.place[some], axis=1)
        own = accuracy[row]
        limit = town.tolerance_m + np.where(own > 0, np.minimum(own, BEST_ACCURACY_M), 0.0)
        verified[some] = _within(tags, at_place, scale, limit, centre) & ~marked[row]
    return verified


def town_centre(places: pd.DataFrame, moves: gpd.GeoDataFrame) -> tuple[float, float]:
    """Give the median position of the places: a few wrong coordinates don't move it.

    Where none has a position any more, of where they stood.
    """
    lon, lat = places["lon"].to_numpy(), places["lat"].to_numpy()
    known = ~np.isnan(lon)
    lon, lat = lon[known], lat[known]
    if not len(lon):
        lon, lat = shapely.get_coordinates(moves.geometry.array).T
    return (float(np.median(lon)), float(np.median(lat))) if len(lon) else (np.nan, np.nan)


def _within(tags: Floats, spots: Floats, scale: Floats, limit: Floats, centre: tuple[float, float]) -> Flags:
    """Say which of n tags (2, n) lie within the limit (metres) of their spots, in the town's metric CRS; NaN: no.

    Most are much nearer or much farther, which metres a degree tell as surely: over such distances, near the centre of
    the town, the two ways differ by less than 0.5 %. The others are projected.
    """
    apart = np.abs(tags - spots)
    east, north = apart * scale
    rough = np.sqrt(east * east + north * north)  # `hypot` takes ten times as long, for numbers beyond any town
    far_off = (np.abs(spots[0] - centre[0]) > TOWN_DEG) | (np.abs(spots[1] - centre[1]) > TOWN_DEG)
    unsure = far_off | (apart[0] > LOCAL_DEG) | (apart[1] > LOCAL_DEG) | (np.abs(spots[1]) > POLAR_DEG)
    unsure |= np.abs(rough - limit) <= UNSURE * limit
    near = rough <= limit
    if unsure.any():
        near[unsure] = _metres(tags[:, unsure], spots[:, unsure], centre) <= limit[unsure]
    return np.asarray(near)


def metres_a_degree(lat: Floats) -> Floats:
    """Give the metres of a degree to the east and to the north at n latitudes, (2, n).

    By the ellipsoid's radii of curvature in the prime vertical and in the meridian.
    """
    radians = np.radians(lat)
    bend = 1 - ECCENTRICITY_2 * np.sin(radians) ** 2
    east, north = np.cos(radians) / np.sqrt(bend), (1 - ECCENTRICITY_2) / (bend * np.sqrt(bend))
    return np.asarray(np.radians(EQUATOR_M) * np.array([east, north]))


def _metres(one: Floats, other: Floats, centre: tuple[float, float]) -> Floats:
    """Give distances in the town's metric CRS between columns of lon, lat; NaN where a position has no image in it.

    Only the projection is applied: WGS 84 and CGCS2000 are equal within a metre everywhere, and both ends are WGS 84.
    """
    to_metres = Proj(metric_crs(*centre))
    one_x, one_y = to_metres(*one)
    other_x, other_y = to_metres(*other)
    with np.errstate(invalid="ignore"):  # both infinite: not near, not far, not verified
        return np.asarray(np.hypot(one_x - other_x, one_y - other_y))
