"""Compile the loops of the streets beforehand: `python -m coverage.streets.compiling`; kept beside the code."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from coverage.streets.matching import SPARSE_S, match
from coverage.streets.network import network_of
from coverage.streets.tracks import Fixes

WALKING_M_S = 1.25


def compile_loops() -> None:
    """Match a walk along three streets, with dense fixes and with sparse ones: numba keeps what it compiles."""
    corners = [(0.0, 0.0), (0.002, 0.0), (0.002, 0.002), (0.0, 0.002)]
    lines = [shapely.LineString(corners[at : at + 2]) for at in range(3)]
    names = {"id": ["1", "2", "3"], "name": ["", "", ""], "class": ["residential"] * 3}
    roads = gpd.GeoDataFrame(names, geometry=lines, crs=4326)
    network = network_of(roads, roads.estimate_utm_crs())
    way = shapely.line_merge(shapely.union_all(network.lines))
    for apart in (5.0, 2 * SPARSE_S):
        seconds = np.arange(0.0, way.length / WALKING_M_S, apart)
        xy = shapely.get_coordinates(shapely.line_interpolate_point(way, seconds * WALKING_M_S))
        one = np.zeros(len(seconds), dtype=np.int64)
        match(Fixes(xy, seconds, one, one), network)


if __name__ == "__main__":
    compile_loops()
