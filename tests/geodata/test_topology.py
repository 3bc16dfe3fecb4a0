"""Rings mended and told, overlaps told, each area under the one that holds most of it."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.model import Town
from geodata.shapes import BadShape, make_valid, shape_of
from geodata.topology import nest, overlaps

TOWN = Town("甲镇", "990001001")
RING = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def test_open_ring_is_closed() -> None:
    """A ring whose ends don't meet is closed, and that is said."""
    shape, repairs = shape_of({"type": "Polygon", "coordinates": [RING[:-1]]}, "MULTIPOLYGON")
    assert shape.geom_type == "MultiPolygon"
    assert shape.area == 1
    assert repairs == ["闭合一个首尾不相接的环"]


def test_two_point_ring_is_dropped() -> None:
    """A part whose ring has two points is dropped, the other part stays."""
    shape, repairs = shape_of({"type": "MultiPolygon", "coordinates": [[RING], [[[5, 5], [6, 6]]]]}, "MULTIPOLYGON")
    assert shape.area == 1
    assert repairs == ["丢弃一个只有 2 个点的环"]


def test_nothing_left() -> None:
    """A feature of which no ring is left is refused."""
    with pytest.raises(BadShape, match="没有剩下"):
        shape_of({"type": "Polygon", "coordinates": [[[5, 5], [6, 6]]]}, "MULTIPOLYGON")


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Polygon", "coordinates": [[[0, None], [1, 1], [2, 2]]]},
        {"type": "Polygon", "coordinates": [[[0, float("nan")], [1, 1], [2, 0]]]},
        "POLYGON",
    ],
)
def test_bad_shapes(geometry: Any) -> None:
    """What is no polygon is refused with a reason, never a crash."""
    with pytest.raises(BadShape):
        shape_of(geometry, "MULTIPOLYGON")


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "coordinates"]), inner),
    max_leaves=12,
)


@given(json_values, st.sampled_from(["Polygon", "MultiPolygon", "LineString", "Point"]))
def test_any_json(value: Any, kind: str) -> None:
    """Whatever stands in `coordinates`: a geometry or BadShape."""
    for wanted in ("POINT", "MULTILINESTRING", "MULTIPOLYGON"):
        try:
            shape, _ = shape_of({"type": kind, "coordinates": value}, wanted)
        except BadShape:
            continue
        assert shape.geom_type.upper() == wanted


def test_crossing_polygon_is_mended() -> None:
    """A bow tie becomes two triangles; the change is told in m²."""
    bow = shapely.Polygon([(113, 22), (113.01, 22.01), (113.01, 22), (113, 22.01)])
    mended, repairs = make_valid(shapely.multipolygons([bow]))
    assert mended.is_valid
    assert "自相交" in repairs[0]
    assert "m²" in repairs[0]


def areas(rows: list[tuple[str, str, Any]], parent: dict[str, str] | None = None) -> gpd.GeoDataFrame:
    """Make a frame of areas: level, code, box."""
    given = parent or {}
    frame = pd.DataFrame(
        {
            "level": [level for level, _, _ in rows],
            "code": [code for _, code, _ in rows],
            "name": [code for _, code, _ in rows],
            "parent": pd.Series([given.get(code) for _, code, _ in rows], dtype="str"),
            "parent_how": pd.Series([None] * len(rows), dtype="str"),
        }
    )
    shapes = [None if box is None else _box(box) for _, _, box in rows]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=4326)


def _box(edges: tuple[int, ...]) -> Any:
    """Give a box near 113° E 22° N; edges in hundredths of a degree."""
    west, south, east, north = (edge / 100 for edge in edges)
    return shapely.box(113 + west, 22 + south, 113 + east, 22 + north)


TWO = [("town", "990001001", None), ("district", "D1", (0, 0, 4, 4)), ("district", "D2", (4, 0, 8, 4))]


def test_parent_is_largest_overlap() -> None:
    """An area across two stands under the one that holds more of it; one inside is `within`."""
    frame = areas([*TWO, ("grid", "G1", (3, 1, 7, 2)), ("grid", "G2", (0, 0, 1, 1))])
    found = nest(frame, TOWN)
    assert found["parent"].iloc[3:].tolist() == ["D2", "D1"]
    assert found["parent_how"].iloc[3:].tolist() == ["overlap", "within"]
    assert found["share"].iloc[3] == pytest.approx(0.75, abs=0.01)


def test_topmost_under_root() -> None:
    """The topmost areas stand under the root, the root under nothing."""
    found = nest(areas(TWO), TOWN)
    assert found["parent"].isna().tolist() == [True, False, False]
    assert found["parent_how"].iloc[1:].tolist() == ["root", "root"]


def test_declared_parent_stays() -> None:
    """A declared parent stays, even where another area holds the ground."""
    frame = areas([*TWO, ("community", "C1", (0, 0, 1, 1))], {"C1": "D2"})
    found = nest(frame, TOWN)
    assert found.iloc[3][["parent", "parent_level", "parent_how"]].tolist() == ["D2", "district", "declared"]


def test_shared_code_on_two_levels() -> None:
    """The nearest level above is asked first where several share the code."""
    frame = areas([*TWO, ("community", "D1", (0, 0, 4, 4)), ("grid", "G1", (0, 0, 1, 1))], {"G1": "D1"})
    assert nest(frame, TOWN)["parent_level"].iloc[4] == "community"


boxes = st.tuples(*[st.integers(0, 6)] * 2, *[st.integers(1, 4)] * 2).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


@given(st.lists(boxes, min_size=1, max_size=4), st.lists(boxes, min_size=1, max_size=4))
def test_parents_against_brute_force(upper: list[tuple[int, ...]], lower: list[tuple[int, ...]]) -> None:
    """Each child's parent is the one of largest overlap, the smallest code among equals, none where none overlaps."""
    frame = areas(
        [("town", "990001001", None)]
        + [("district", f"D{n}", box) for n, box in enumerate(upper)]
        + [("grid", f"G{n}", box) for n, box in enumerate(lower)]
    )
    found = nest(frame, TOWN)["parent"].iloc[1 + len(upper) :].tolist()
    shapes = [shapely.box(*box) for box in upper]
    for box, parent in zip(lower, found, strict=True):
        common = [round(shape.intersection(shapely.box(*box)).area, 6) for shape in shapes]
        if max(common) == 0:
            assert pd.isna(parent)
        else:
            # degrees are not metres: nearly equal overlaps may go either way
            assert common[int(parent[1:])] >= max(common) * 0.98


def test_overlaps_are_told() -> None:
    """Neighbours that share ground are a pair with its m²; those that share a border are none."""
    pairs = overlaps(areas([*TWO, ("district", "D3", (7, 0, 9, 4))]))
    assert [(pair.first, pair.second) for pair in pairs] == [(2, 3)]
    assert pairs[0].m2 == pytest.approx(0.01 * 0.04 * 111_320**2 * np.cos(np.radians(22.02)), rel=0.01)
