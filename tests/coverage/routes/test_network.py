"""How long it takes along the streets."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from coverage.routes.network import FAR, ISLAND, NEXT_DOOR_M, Streets, streets_of, travel_between, ways_through
from grids.workload import DETOUR, SPEED_M_PER_MIN

PLANE = CRS("EPSG:4547")
CORNER = np.array([500_000.0, 2_500_000.0])
WALK, CAR = SPEED_M_PER_MIN["walk"], SPEED_M_PER_MIN["car"]
Line = list[tuple[float, float]]


def roads_of(lines: list[Line], oneway: tuple[int, ...] = (), speed: float = np.nan) -> gpd.GeoDataFrame:
    """Give roads around a corner of the plane; those named are one-way."""
    shapes = [shapely.MultiLineString([np.array(line) + CORNER]) for line in lines]
    text = pd.Series(["支路"] * len(lines), dtype="str")
    ways = [at in oneway for at in range(len(lines))]
    return gpd.GeoDataFrame({"class": text, "oneway": ways, "speed": speed}, geometry=shapes, crs=PLANE)


def points(*spots: tuple[float, float]) -> np.ndarray:
    """Give places around the same corner."""
    return np.asarray(shapely.points(np.array(spots, dtype=float).reshape(-1, 2) + CORNER))


def square(mode: str, oneway: tuple[int, ...] = ()) -> Streets:
    """Give the streets round a block of 100 m, drawn anticlockwise."""
    corners = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
    sides = [[corners[at], corners[(at + 1) % 4]] for at in range(4)]
    return streets_of(roads_of(sides, oneway), PLANE, mode)


def test_along_the_streets() -> None:
    """Round the corner of a block it is as far as the streets are, and to the door from the street on foot."""
    found = travel_between(square("walk"), points((50, -10), (100, 50)))
    assert found.metres[0, 1] == pytest.approx(50 + 50 + 10)
    assert found.minutes == pytest.approx(found.metres / WALK, abs=1e-4)
    assert (found.lost, found.straight) == (("", ""), False)


def test_one_way_is_for_cars() -> None:
    """A car goes round the block where a walker goes back; the streets' directions are those they were drawn in."""
    spots = points((20, 0), (80, 0))
    on_foot, by_car = (travel_between(square(mode, oneway=(0, 1, 2, 3)), spots) for mode in ("walk", "car"))
    assert on_foot.metres[[0, 1], [1, 0]] == pytest.approx([60, 60])
    assert by_car.metres[[0, 1], [1, 0]] == pytest.approx([60, 340])
    assert by_car.minutes[1, 0] == pytest.approx(340 / CAR, abs=1e-4)


def test_limits_of_speed() -> None:
    """A car goes at a share of the limit; the quickest way is taken, and its metres told, though another is shorter."""
    slow, fast = [(0.0, 0.0), (400.0, 0.0)], [(0.0, 0.0), (0.0, 100.0), (400.0, 100.0), (400.0, 0.0)]
    roads = roads_of([slow, fast])
    roads["speed"] = [10.0, 60.0]
    found = travel_between(streets_of(roads, PLANE, "car"), points((0, 0), (400, 0)))
    assert found.metres[0, 1] == pytest.approx(600)
    assert found.minutes[0, 1] == pytest.approx(600 / (60 * 0.6 * 1000 / 60), abs=1e-4)


def test_dead_end_that_lets_nobody_out() -> None:
    """A one-way street that leads nowhere is no way for a car: who lives there is reached from where it begins."""
    corners = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]
    sides = [corners[at : at + 2] for at in range(4)]
    streets = streets_of(roads_of([*sides, [(100.0, 100.0), (180.0, 100.0)]], oneway=(4,)), PLANE, "car")
    assert len(streets.islands.lines) == 1
    found = travel_between(streets, points((100, 0), (180, 100)))
    assert found.metres[0, 1] == found.metres[1, 0] == pytest.approx(180)


def test_who_is_not_reached() -> None:
    """A place in a lake is far from every street; one at a street that leads nowhere is on an island."""
    streets = streets_of(roads_of([[(0.0, 0.0), (500.0, 0.0)], [(3_000.0, 0.0), (3_100.0, 0.0)]]), PLANE, "walk")
    found = travel_between(streets, points((0, 0), (1_500, 0), (3_000, 10)))
    assert found.lost == ("", FAR, ISLAND)
    assert np.isinf(found.minutes[0, 1:]).all()


def test_ways_beyond_the_limit_are_none() -> None:
    """A way that takes longer than the limit is none, in minutes and in metres."""
    streets = streets_of(roads_of([[(0.0, 0.0), (3_000.0, 0.0)]]), PLANE, "walk")
    found = travel_between(streets, points((0, 0), (700, 0), (3_000, 0)), limit=10)
    assert np.isfinite(found.minutes[0]).tolist() == np.isfinite(found.metres[0]).tolist() == [True, True, False]


def test_next_door() -> None:
    """Two doors of one house are not reached by the street and back."""
    found = travel_between(square("walk"), points((50, -60), (50, -60), (50, -60 + NEXT_DOOR_M)))
    assert found.metres[0].tolist() == pytest.approx([0, 0, NEXT_DOOR_M])


def test_without_roads() -> None:
    """Without streets it is the straight line times the detour, and the result says so."""
    found = travel_between(streets_of(roads_of([]), PLANE, "walk"), points((0, 0), (300, 400)))
    assert found.straight
    assert found.metres[0, 1] == pytest.approx(500 * DETOUR)
    assert found.minutes[0, 1] == pytest.approx(500 * DETOUR / WALK)


def test_the_way_is_as_long_as_said() -> None:
    """The line from place to place runs along the streets, door to door, and is as long as the metres say."""
    streets, spots = square("car", oneway=(0, 1, 2, 3)), points((80, -10), (20, 0), (50, 100))
    lines = ways_through(streets, spots)
    metres = travel_between(streets, spots).metres
    assert [line.length for line in lines] == pytest.approx([metres[0, 1], metres[1, 2]], abs=0.02)
    for line, start, end in zip(lines, spots[:-1], spots[1:], strict=True):
        assert shapely.get_coordinates(line)[[0, -1]].tolist() == shapely.get_coordinates([start, end]).tolist()


SPOT = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda at: (10.0 * at[0] + 0.37, 10.0 * at[1] + 0.11))


def slow(streets: Streets, spots: np.ndarray) -> np.ndarray:
    """Say the same by trying, for each pair, every pair of ends of their streets, all ways between them known."""
    network, m = streets.network, len(streets.network.nodes)
    way = np.full((m, m), np.inf)
    np.fill_diagonal(way, 0.0)
    for edge, (a, b) in enumerate(network.ends.tolist()):
        for one, two, pace in ((a, b, streets.pace[edge, 0]), (b, a, streets.pace[edge, 1])):
            way[one, two] = min(way[one, two], network.length[edge] * pace)
    for middle in range(m):
        way = np.minimum(way, way[:, [middle]] + way[[middle], :])
    feet = []
    for spot in spots:
        edge = int(np.argmin(shapely.distance(network.lines, spot)))
        feet.append(
            (edge, float(shapely.line_locate_point(network.lines[edge], spot)), network.lines[edge].distance(spot))
        )
    found = np.zeros((len(spots), len(spots)))
    for one, (edge, at, aside) in enumerate(feet):
        for two, (far_edge, far_at, far_aside) in enumerate(feet):
            ahead, back = streets.pace[edge]
            on = np.inf
            if edge == far_edge:
                on = (far_at - at) * ahead if far_at >= at else (at - far_at) * back
            out = ((network.ends[edge, 0], at * back), (network.ends[edge, 1], (network.length[edge] - at) * ahead))
            ahead, back = streets.pace[far_edge]
            length = network.length[far_edge]
            home = ((network.ends[far_edge, 0], far_at * ahead), (network.ends[far_edge, 1], (length - far_at) * back))
            for start, first in out:
                for end, last in home:
                    on = min(on, first + way[start, end] + last)
            crow = shapely.distance(spots[one], spots[two])
            found[one, two] = crow / WALK if crow <= NEXT_DOOR_M else on + (aside + far_aside) / WALK
    return found


@settings(max_examples=40, deadline=None)
@given(
    st.lists(SPOT, min_size=2, max_size=12, unique=True),
    st.sets(st.integers(0, 7), max_size=3),
    st.sampled_from(["walk", "car"]),
)
def test_as_the_slow_way(spots: list[tuple[float, float]], oneway: set[int], mode: str) -> None:
    """What is found is what trying everything finds, with one-way streets, on foot and by car."""
    marks = [0.0, 100.0, 200.0, 300.0]
    lines = [[(x, y) for x in marks] for y in marks] + [[(x, y) for y in marks] for x in marks]
    streets = streets_of(roads_of(lines, tuple(oneway), speed=30.0), PLANE, mode)
    spots_of = points(*spots)
    near = shapely.distance(streets.network.lines[:, None], spots_of)
    clear = np.sort(near, axis=0)[1] - near.min(axis=0) > 1e-6  # the nearest street is one
    spots_of = spots_of[clear]
    assert travel_between(streets, spots_of).minutes == pytest.approx(slow(streets, spots_of), abs=2e-3)
