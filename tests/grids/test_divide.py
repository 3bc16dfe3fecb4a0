"""A town's areas in balanced grids."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import DivideProblem
from grids.blocks import Atoms, atoms_of
from grids.divide import bridged, divide, shared_out
from grids.graph import Graph

NONE = gpd.GeoDataFrame({"class": pd.Series([], dtype="str")}, geometry=[], crs=4326)


@pytest.fixture(scope="module")
def areas() -> gpd.GeoDataFrame:
    """Give two communities side by side, one of them with an island."""
    west = shapely.union(shapely.box(113, 22, 113.02, 22.02), shapely.box(112.98, 22, 112.981, 22.001))
    shapes = [west, shapely.box(113.02, 22, 113.03, 22.02)]
    return gpd.GeoDataFrame({"code": ["A", "B"], "name": ["甲", "乙"]}, geometry=shapes, crs=4326)


@pytest.fixture(scope="module")
def atoms(areas: gpd.GeoDataFrame) -> Atoms:
    """Cut them into hexagons."""
    return atoms_of(areas, NONE, NONE, 400)


def test_grids_of_areas(areas: gpd.GeoDataFrame, atoms: Atoms) -> None:
    """Grids add up to their areas, stay inside them, and carry about the same."""
    load = np.random.default_rng(1).lognormal(0, 0.5, len(atoms))
    told: list[tuple[int, int]] = []
    found = divide(atoms, load, areas, into=6, tell=lambda done, of, off: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]
    assert found.area.tolist() == [0, 0, 0, 0, 1, 1]
    ground = areas.to_crs(atoms.frame.crs).geometry.to_numpy()
    for each in (0, 1):
        own = shapely.union_all(found.shapes[found.area == each])
        assert shapely.area(shapely.symmetric_difference(own, ground[each])) < 1
    assert found.load.sum() == pytest.approx(load.sum())
    assert found.deviation == pytest.approx(np.max(np.abs(found.load / found.load.mean() - 1)))
    assert found.deviation < found.rounding + 0.05
    assert found.notes == ["甲（A）有 1 块不相连的地（岛、飞地），各归最近的网格。"]
    again = divide(atoms, load, areas, into=6)
    assert (again.labels == found.labels).all()


def test_nothing_to_do(areas: gpd.GeoDataFrame, atoms: Atoms) -> None:
    """A town whose places need nothing has grids, and no deviation."""
    found = divide(atoms, np.zeros(len(atoms)), areas, into=3)
    assert (len(found.shapes), found.deviation, found.rounding) == (3, None, 0)


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=5), st.integers(0, 7))
def test_shared_out_oracle(weight: list[float], more: int) -> None:
    """No other way to share grids out leaves the fullest grid with less."""
    loads, n = np.array(weight), len(weight)
    found = shared_out(loads, np.full(n, 99), into=n + more, minutes=None, names=[""] * n)
    assert found.sum() == n + more

    def least(at: int, left: int) -> float:
        if at == n - 1:
            return loads[at] / (left + 1)
        return min(max(loads[at] / (1 + own), least(at + 1, left - own)) for own in range(left + 1))

    assert (loads / found).max() == pytest.approx(least(0, more))


def test_minutes_each() -> None:
    """By minutes each area gets what it needs, at least one, no more than it has atoms."""
    found = shared_out(np.array([100.0, 5, 900]), np.array([9, 9, 4]), into=None, minutes=40, names=[""] * 3)
    assert found.tolist() == [2, 1, 4]


@pytest.mark.parametrize(
    ("into", "minutes", "words"),
    [
        (None, None, "选一个"),
        (3, 40.0, "选一个"),
        (1, None, "有 2 个区域"),
        (99, None, "只有 10 个地块"),
        (None, 0.0, "大于 0"),
    ],
)
def test_what_can_not_be(into: int | None, minutes: float | None, words: str) -> None:
    """Neither or both, fewer than areas, more than atoms, no minutes: told."""
    with pytest.raises(DivideProblem, match=words):
        shared_out(np.ones(2), np.array([5, 5]), into=into, minutes=minutes, names=["甲", "乙"])


def test_bridges() -> None:
    """Pieces are joined to the nearest atom of the largest one, at no cost."""
    x = np.array([0.0, 1, 2, 5, 9])
    graph = Graph.of(np.array([[0, 1], [1, 2]]), np.ones(2), np.ones(5), x, np.zeros(5))
    whole, lost = bridged(graph)
    assert lost == 2
    assert whole.pairs.tolist() == [[0, 1], [1, 2], [2, 3], [2, 4]]
    assert whole.cost.sum() == 4
