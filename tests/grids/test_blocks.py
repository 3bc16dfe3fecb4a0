"""Atoms of a town: exactly its ground, node by node, each in one area."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import DivideProblem
from grids.blocks import Atoms, atom_of_places, atoms_of, neighbours
from tests.made_up import made_town

NONE = gpd.GeoDataFrame({"class": pd.Series([], dtype="str")}, geometry=[], crs=4326)


@pytest.fixture(scope="module")
def village() -> dict[str, gpd.GeoDataFrame]:
    """Give the tables of a made-up town."""
    frames = dict(made_town().frames)
    areas = frames["areas"]
    return frames | {"communities": areas[areas["level"] == "community"].reset_index(drop=True)}  # type: ignore[return-value]


@pytest.fixture(scope="module", params=[True, False], ids=["streets", "hexagons"])
def atoms(request: pytest.FixtureRequest, village: dict[str, gpd.GeoDataFrame]) -> Atoms:
    """Cut the village, with its streets and water or without."""
    roads, water = (village["roads"], village["water"]) if request.param else (NONE, NONE)
    return atoms_of(village["communities"], roads, water, 500)


def test_exactly_the_ground(atoms: Atoms, village: dict[str, gpd.GeoDataFrame]) -> None:
    """Atoms leave no gap and no overlap, are in one piece and share their borders node by node."""
    ground = shapely.union_all(village["communities"].to_crs(atoms.frame.crs).geometry.to_numpy())
    shapes = atoms.frame.geometry.to_numpy()
    assert shapely.area(shapely.symmetric_difference(shapely.union_all(shapes), ground)) < 1
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(ground), abs=1)
    assert shapely.coverage_is_valid(shapes)
    assert set(atoms.frame.geom_type) == {"Polygon"}
    assert len(atoms) >= 400


def test_each_in_one_area(atoms: Atoms, village: dict[str, gpd.GeoDataFrame]) -> None:
    """No atom crosses the border of its area, which is a row of the areas given."""
    areas = village["communities"].to_crs(atoms.frame.crs).geometry.to_numpy()
    shapes = atoms.frame.geometry.to_numpy()
    own = areas[atoms.frame["area"].to_numpy()]
    assert shapely.area(shapely.difference(shapes, own)).max() < 0.1


def test_neighbours_oracle(atoms: Atoms) -> None:
    """Neighbours are the pairs whose intersection has a length, and it is that long."""
    shapes = atoms.frame.geometry.to_numpy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, two = one[one < two], two[one < two]
    length = shapely.length(shapely.intersection(shapes[one], shapes[two]))
    expected = {
        (a, b): metres for a, b, metres in zip(one.tolist(), two.tolist(), length, strict=True) if metres > 1e-6
    }
    found = dict(zip(map(tuple, atoms.pairs.tolist()), atoms.shared, strict=True))
    assert found.keys() == expected.keys()
    assert all(found[pair] == pytest.approx(expected[pair], abs=1e-3) for pair in found)


def test_walls() -> None:
    """A border along a main road or a shore is a wall, and costs less; one along a lane is none."""
    square = gpd.GeoDataFrame({"code": ["A"], "name": ["甲"]}, geometry=[shapely.box(113, 22, 113.02, 22.01)], crs=4326)
    lines = [
        shapely.LineString([(113.005, 21.9), (113.005, 22.1)]),
        shapely.LineString([(113.01, 21.9), (113.01, 22.1)]),
    ]
    roads = gpd.GeoDataFrame({"class": ["primary", "residential"]}, geometry=lines, crs=4326)
    found = atoms_of(square, roads, NONE, 3)
    assert len(found) == 3
    assert sorted(found.wall.round(3).tolist()) == [0, 1]
    graph = found.graph(np.ones(3))
    assert graph.cost.min() == pytest.approx(0.4 * graph.cost.max(), rel=0.01)


def test_scraps_join() -> None:
    """The strip between two lanes of a street is no block."""
    square = gpd.GeoDataFrame({"code": ["A"], "name": ["甲"]}, geometry=[shapely.box(113, 22, 113.02, 22.01)], crs=4326)
    lines = [shapely.LineString([(x, 21.9), (x, 22.1)]) for x in (113.01, 113.0101)]
    roads = gpd.GeoDataFrame({"class": ["residential"] * 2}, geometry=lines, crs=4326)
    assert len(atoms_of(square, roads, NONE, 2)) == 2


def test_places(atoms: Atoms, village: dict[str, gpd.GeoDataFrame]) -> None:
    """Each place is in the atom that holds it; on a border in one, just outside in the nearest, far away in none."""
    places = village["places"].geometry
    found = atom_of_places(places, atoms)
    assert (found[places.isna().to_numpy()] == -1).all()
    at = places.to_crs(atoms.frame.crs).to_numpy()
    held = found >= 0
    assert held.sum() == places.notna().sum()
    assert shapely.distance(at[held], atoms.frame.geometry.to_numpy()[found[held]]).max() < 1_000
    corner = shapely.get_point(shapely.get_exterior_ring(atoms.frame.geometry.iloc[7]), 0)
    far = shapely.Point(corner.x + 1e6, corner.y)
    odd = atom_of_places(gpd.GeoSeries([corner, far, None], crs=atoms.frame.crs), atoms)
    assert odd[0] >= 0
    assert odd[1:].tolist() == [-1, -1]


def test_islands(village: dict[str, gpd.GeoDataFrame]) -> None:
    """An island is an atom of its own, whatever its size."""
    mainland, island = shapely.box(113, 22, 113.02, 22.01), shapely.box(113.03, 22, 113.0301, 22.0001)
    areas = gpd.GeoDataFrame({"code": ["A"], "name": ["甲"]}, geometry=[shapely.union(mainland, island)], crs=4326)
    found = atoms_of(areas, NONE, NONE, 20)
    graph = found.graph(np.ones(len(found)))
    assert graph.pieces(np.zeros(len(found), dtype=np.int64)).max() == 1


def test_what_can_not_be() -> None:
    """Areas without shapes and areas that overlap are told."""
    nothing = gpd.GeoDataFrame({"code": ["A"], "name": ["甲"]}, geometry=[None], crs=4326)
    with pytest.raises(DivideProblem, match="没有边界图形"):
        atoms_of(nothing, NONE, NONE, 10)
    boxes = [shapely.box(113, 22, 113.02, 22.01), shapely.box(113.01, 22, 113.03, 22.01)]
    overlapping = gpd.GeoDataFrame({"code": ["A", "B"], "name": ["甲", "乙"]}, geometry=boxes, crs=4326)
    with pytest.raises(DivideProblem, match=r"甲（A）和乙（B）重叠"):
        atoms_of(overlapping, NONE, NONE, 10)


def test_neighbours_of_none() -> None:
    """One shape has no neighbour."""
    pairs, shared, wall = neighbours(np.array([shapely.box(0, 0, 1, 1)]), np.array([], dtype=object))
    assert (len(pairs), len(shared), len(wall)) == (0, 0, 0)
