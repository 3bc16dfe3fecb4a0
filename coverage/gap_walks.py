"""Gaps that one walk would close: near one another, in one area, within so many minutes.

Not a plan for a day (that is what routes are for): it says which gaps belong together, and what closing them would
take, as the crow flies times a detour.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from grids.workload import DETOUR, SPEED_M_PER_MIN, STAY

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MINUTES = 180.0
REACH_M = 600.0
"""Nobody goes further to the next gap of a walk, as the crow flies."""
MOST_STOPS = 1_500
SEEN_WIDTH_M = 60.0
"""Ground is seen in strips so wide."""


@dataclass(frozen=True)
class Walk:
    """One walk: rows of the stops in their order, what it takes, what it is worth."""

    stops: tuple[int, ...]
    minutes: float
    metres: float
    score: float


def gap_walks(gaps: gpd.GeoDataFrame, *, minutes: float = MINUTES, stay: float = STAY) -> tuple[gpd.GeoDataFrame, Ints]:
    """Gather gaps into walks, the walk that closes the highest score first.

    A walk begins at the worst gap that is left in an area of the lowest level and takes, again and again, the gap
    whose score is highest for the minutes that it adds, where it adds the least, until nothing more fits.

    Parameters
    ----------
    gaps
        Of `coverage.gap_list.one_list`; those without a position are in no walk.
    minutes
        At most so many, ways and stays together (a single gap that takes longer is a walk of its own).
    stay
        Minutes at a place, however many of its duties are missed.

    Returns
    -------
    One row a walk: walk (from 1), grid, community, district (codes), stops, places, streets, ground (counts), gaps
    (rows closed), minutes, metres, score, lon, lat (first stop), geometry (LINESTRING or POINT, EPSG:4326); and for
    each row of `gaps` the number of its walk, 0 for none.
    """
    located = np.flatnonzero(gaps["lon"].notna().to_numpy())
    stop_of, first = _stops(gaps.iloc[located])
    rows = located[first]
    stops = gaps.iloc[rows]
    plane = gpd.GeoSeries(gpd.points_from_xy(stops["lon"], stops["lat"]), crs=4326)
    xy = _plane(plane)
    worth = gaps["score"].to_numpy(dtype=float)[located]
    score = np.asarray(np.bincount(stop_of, worth, minlength=len(rows)), dtype=float)
    takes = _minutes_on_the_spot(stops, stay)
    area = _area(stops)
    groups = [part for mine in _groups(area) for part in _handy(mine, xy)]
    walks = [walk for mine in groups for walk in _walks_of_area(mine, xy, takes, score, minutes)]
    walks.sort(key=lambda walk: (-walk.score, str(stops["key"].iat[walk.stops[0]])))
    of_stop = np.zeros(len(rows), dtype=np.int64)
    for number, walk in enumerate(walks, start=1):
        of_stop[list(walk.stops)] = number
    of_gap = np.zeros(len(gaps), dtype=np.int64)
    of_gap[located] = of_stop[stop_of]
    return _table(walks, stops, np.bincount(of_gap, minlength=len(walks) + 1)), of_gap


def _stops(gaps: gpd.GeoDataFrame) -> tuple[Ints, Ints]:
    """Give the number of each gap's stop (the duties of one place are one), and the first row of each stop."""
    keys = (gaps["kind"].astype(str) + "\n" + gaps["key"].astype(str)).to_numpy()
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    return number.astype(np.int64), first.astype(np.int64)


def _plane(points: gpd.GeoSeries) -> Floats:
    if points.empty:
        return np.zeros((0, 2))
    return np.asarray(shapely.get_coordinates(points.to_crs(points.estimate_utm_crs()).array))


def _minutes_on_the_spot(stops: gpd.GeoDataFrame, stay: float) -> Floats:
    """Give the stay at a place, the way along a street, the strips over ground."""
    kind = stops["kind"].to_numpy()
    shapes = gpd.GeoSeries(stops.geometry.array, crs=4326)
    extended = kind != "places"
    takes = np.full(len(stops), stay)
    if extended.any():
        plane = shapes[extended]
        plane = plane.to_crs(plane.estimate_utm_crs())
        street = kind[extended] == "streets"
        metres = np.where(street, plane.length, plane.area / SEEN_WIDTH_M)
        takes[extended] = metres / SPEED_M_PER_MIN["walk"]
    return takes


def _area(stops: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Give the code of the lowest area of each stop, with its level; an empty text for those in none."""
    area = np.full(len(stops), "", dtype=object)
    for level in ("district", "community", "grid"):
        code = stops[level].to_numpy(dtype=object)
        there = ~pd.isna(code)
        area[there] = [f"{level}:{text}" for text in code[there]]
    return area


def _groups(area: npt.NDArray[np.object_]) -> list[Ints]:
    codes = pd.factorize(area, sort=True)[0]
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(codes[order])) + 1) if len(order) else []


def _handy(mine: Ints, xy: Floats) -> list[Ints]:
    """Halve an area (a town without grids) across its longer side until all distances of its stops fit in memory."""
    if len(mine) <= MOST_STOPS:
        return [mine]
    side = int(np.argmax(np.ptp(xy[mine], axis=0)))
    order = mine[np.argsort(xy[mine, side], kind="stable")]
    return [part for half in np.array_split(order, 2) for part in _handy(np.sort(half), xy)]


def _walks_of_area(mine: Ints, xy: Floats, takes: Floats, score: Floats, most: float) -> list[Walk]:
    """Make walks of the stops of one area until none is left."""
    pace = DETOUR / SPEED_M_PER_MIN["walk"]
    between = np.hypot(*(xy[mine, None] - xy[None, mine]).T)
    left = np.ones(len(mine), dtype=bool)
    value, stay = score[mine], takes[mine]
    walks = []
    for start in np.argsort(-value, kind="stable"):
        if not left[start]:
            continue
        path, spent, metres = [int(start)], float(stay[start]), 0.0
        left[start] = False
        while True:
            free = np.flatnonzero(left & (between[path].min(axis=0) <= REACH_M))
            if not len(free):
                break
            extra, place = _cheapest(between, path, free)
            added = extra * pace + stay[free]
            fits = spent + added <= most
            if not fits.any():
                break
            best = int(np.argmax(np.where(fits, value[free] / np.maximum(added, 1e-9), -1.0)))
            path.insert(int(place[best]), int(free[best]))
            left[free[best]] = False
            spent, metres = spent + float(added[best]), metres + float(extra[best]) * DETOUR
        stops = tuple(int(mine[at]) for at in path)
        walks.append(Walk(stops, spent, metres, float(value[path].sum())))
    return walks


def _cheapest(between: Floats, path: list[int], free: Ints) -> tuple[Floats, Ints]:
    """Give for each free stop the metres that it adds where it adds the least, and at which place of the path."""
    to = between[path][:, free]
    steps = between[path[:-1], path[1:]]
    middle = to[:-1] + to[1:] - steps[:, None]
    extra = np.vstack([to[:1], middle, to[-1:]])  # before the first, between, behind the last
    place = np.argmin(extra, axis=0)
    return extra[place, np.arange(len(free))], place.astype(np.int64)


def _table(walks: list[Walk], stops: gpd.GeoDataFrame, closed: Ints) -> gpd.GeoDataFrame:
    lonlat = stops[["lon", "lat"]].to_numpy(dtype=float)
    kind = stops["kind"].to_numpy()
    rows = [
        {
            "walk": number,
            **{level: stops[level].iat[walk.stops[0]] for level in ("grid", "community", "district")},
            "stops": len(walk.stops),
            **{each: int((kind[list(walk.stops)] == each).sum()) for each in ("places", "streets", "ground")},
            "gaps": int(closed[number]),
            "minutes": round(walk.minutes, 1),
            "metres": round(walk.metres, 1),
            "score": round(walk.score, 4),
            "first": stops["name"].iat[walk.stops[0]],
            "lon": lonlat[walk.stops[0], 0],
            "lat": lonlat[walk.stops[0], 1],
            "geometry": _line(lonlat[list(walk.stops)]),
        }
        for number, walk in enumerate(walks, start=1)
    ]
    columns = (
        *("walk", "grid", "community", "district", "stops", "places", "streets", "ground", "gaps"),
        *("minutes", "metres", "score", "first", "lon", "lat", "geometry"),
    )
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=list(columns)), geometry="geometry", crs=4326)


def _line(points: Floats) -> shapely.Geometry:
    return shapely.linestrings(points) if len(points) > 1 else shapely.points(points[0])
