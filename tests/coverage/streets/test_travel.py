"""How far it is along the streets from one visit to the next."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import CRS

from coverage.streets import travel
from coverage.streets.feet import OFF_M
from coverage.streets.network import network_of
from coverage.streets.travel import metres_on_streets
from grids.workload import MOST_METRES, NEAREST, step

PLANE = CRS("EPSG:4547")
EAST, NORTH = 500_000.0, 2_500_000.0
SIDE = 100.0


def roads_of(lines: list[shapely.LineString], classes: list[str] | None = None) -> gpd.GeoDataFrame:
    """Give roads around a corner of the plane."""
    moved = [shapely.transform(line, lambda xy: xy + np.array([EAST, NORTH])) for line in lines]
    kinds = pd.Series(classes or ["支路"] * len(lines), dtype="str")
    return gpd.GeoDataFrame({"class": kinds}, geometry=[shapely.MultiLineString([each]) for each in moved], crs=PLANE)


def points_of(spots: list[tuple[float, float]]) -> np.ndarray:
    """Give places around the same corner."""
    return np.array([shapely.Point(EAST + x, NORTH + y) for x, y in spots], dtype=object)


def streets(size: int, gone: set[int]) -> list[shapely.LineString]:
    """Give the streets of a chequered town without some."""
    across = [((x, y), (x + 1, y)) for x in range(size) for y in range(size + 1)]
    along = [((x, y), (x, y + 1)) for x in range(size + 1) for y in range(size)]
    ends = SIDE * np.array([*across, *along], dtype=float)
    return [shapely.LineString(each) for at, each in enumerate(ends) if at not in gone]


def slow(lines: list[shapely.LineString], spots: list[tuple[float, float]]) -> np.ndarray:
    """Say the same one place after the other: all ways between all crossings, both ends of a place's street tried."""
    network = network_of(roads_of(lines), PLANE)
    m = len(network.nodes)
    way = np.full((m, m), np.inf)
    np.fill_diagonal(way, 0.0)
    for (a, b), length in zip(network.ends.tolist(), network.length.tolist(), strict=True):
        way[a, b] = way[b, a] = min(way[a, b], length)
    for middle in range(m):
        way = np.minimum(way, way[:, [middle]] + way[[middle], :])
    points = points_of(spots)
    feet = []
    for point in points:
        edge = int(np.argmin(shapely.distance(network.lines, point)))
        feet.append((edge, float(shapely.line_locate_point(network.lines[edge], point))))
    reach = []
    for one, (edge, at) in enumerate(feet):
        others = []
        for two, (far_edge, far_at) in enumerate(feet):
            if one == two:
                continue
            along = abs(at - far_at) if edge == far_edge else np.inf
            for start, first in zip(network.ends[edge], (at, network.length[edge] - at), strict=True):
                for end, last in zip(network.ends[far_edge], (far_at, network.length[far_edge] - far_at), strict=True):
                    along = min(along, first + way[start, end] + last)
            others.append(max(along, shapely.distance(points[one], points[two])))
        reach.append(sorted(others)[min(NEAREST, len(others)) - 1])
    return step(np.array(reach), min(NEAREST, len(spots) - 1))


SPOT = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda spot: (spot[0] + 0.37, spot[1] + 0.11))


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.integers(0, 23), max_size=8),
    st.lists(SPOT, min_size=2, max_size=25),
    st.sampled_from([1, 4, 128]),
)
def test_as_the_slow_way(gone: set[int], spots: list[tuple[float, float]], together: int) -> None:
    """What is found is what trying everything finds, however many places are looked at together."""
    lines = streets(3, gone)
    network = network_of(roads_of(lines), PLANE)
    assume(shapely.union_all(shapely.buffer(network.lines, 1e-3)).geom_type == "Polygon")  # hangs together
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(travel, "TOGETHER", together)
        found = metres_on_streets(roads_of(lines), points_of(spots), PLANE, "walk")
    assert found == pytest.approx(slow(lines, spots), abs=0.01)


def test_stretch_by_itself() -> None:
    """Streets that lead nowhere are none: who lives at one is reached from the others, or not along streets."""
    town = streets(3, set())
    alone = shapely.LineString([(2_000, 0), (2_100, 0)])
    found = metres_on_streets(
        roads_of([*town, alone]), points_of([(0, 10), (0, 60), (2_000, 0), (2_050, 0)]), PLANE, "walk"
    )
    assert found[:2] == pytest.approx(step(np.array([50.0]), 1).repeat(2))
    assert np.isnan(found[2:]).all()


def test_river_without_a_bridge_nearby() -> None:
    """Two banks that the crow joins and the streets do not are as far from each other as the bridge says."""
    banks = [shapely.LineString([(0, y), (2_000, y)]) for y in (0, 50)]
    bridge = shapely.LineString([(2_000, 0), (2_000, 50)])
    found = metres_on_streets(roads_of([*banks, bridge]), points_of([(500, 0), (500, 50)]), PLANE, "walk")
    assert found == pytest.approx(step(np.array([3_050.0]), 1).repeat(2))


def test_who_is_off_the_streets() -> None:
    """A place too far from every street, or that nobody visits, is not measured; nor is any without streets."""
    points = points_of([(0, 0), (100, 0), (0, OFF_M + 400)])
    points = np.append(points, [None])
    found = metres_on_streets(roads_of([shapely.LineString([(0, 0), (100, 0)])]), points, PLANE, "walk")
    assert np.isnan(found).tolist() == [False, False, True, True]
    assert np.isnan(metres_on_streets(roads_of([]), points, PLANE, "walk")).all()


def test_nobody_goes_further_than_the_limit() -> None:
    """At the ends of a street of 40 km the way is the most that anybody goes."""
    found = metres_on_streets(
        roads_of([shapely.LineString([(0, 0), (40_000, 0)])]), points_of([(0, 0), (40_000, 0)]), PLANE, "walk"
    )
    assert found.tolist() == [MOST_METRES, MOST_METRES]


@pytest.mark.parametrize(("kind", "walks", "drives"), [("铁路", 0, 0), ("motorway", 0, 1), ("steps", 1, 0)])
def test_classes(kind: str, walks: int, drives: int) -> None:
    """Nobody goes along rails; nobody walks along a motorway or drives up steps."""
    roads, points = roads_of([shapely.LineString([(0, 0), (100, 0)])], [kind]), points_of([(0, 0), (100, 0)])
    for mode, goes in (("walk", walks), ("car", drives)):
        assert (~np.isnan(metres_on_streets(roads, points, PLANE, mode))).all() == bool(goes)
