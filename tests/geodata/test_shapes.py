"""One damaged shape at a time, mended with the least change."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.shapes import BadShape, make_valid, shape_of

UNIT = 0.01  # degrees, about a kilometre
M2 = 111_320**2 * UNIT**2 * np.cos(np.radians(22.005))
"""Square metres of a unit square near 113° E 22° N, within half a per cent."""


def at(*corners: tuple[float, float]) -> list[list[float]]:
    """Put a ring near 113° E 22° N; corners in hundredths of a degree."""
    return [[113 + x * UNIT, 22 + y * UNIT] for x, y in corners]


SQUARE = at((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))


def mended(*rings: list[list[float]]) -> tuple[Any, list[str]]:
    """Read a polygon and mend it, as an import does."""
    shape, closed = shape_of({"type": "Polygon", "coordinates": list(rings)}, "MULTIPOLYGON")
    result, repairs = make_valid(shape)
    assert result.is_valid
    return result, [*closed, *repairs]


def told_m2(repairs: list[str]) -> float:
    """Give the m² that the last repair tells."""
    found = re.search(r"面积变化 ([\d,.]+) m²", repairs[-1])
    assert found
    return float(found.group(1).replace(",", ""))


def units(shape: Any) -> float:
    """Give the ground in unit squares."""
    return float(shapely.area(shape)) / UNIT**2


def test_fine_shape_is_left() -> None:
    """A square that needs no mending is not told."""
    shape, repairs = mended(SQUARE)
    assert (units(shape), repairs) == (pytest.approx(1), [])


def test_unclosed() -> None:
    """An unclosed ring is closed: no ground changes."""
    shape, repairs = mended(SQUARE[:-1])
    assert units(shape) == pytest.approx(1)
    assert repairs == ["闭合一个首尾不相接的环"]


def test_bow_tie() -> None:
    """Both wings of a bow tie stay: what a drawing program fills is what is kept."""
    shape, repairs = mended(at((0, 0), (1, 1), (1, 0), (0, 1), (0, 0)))
    assert units(shape) == pytest.approx(0.5)
    assert repairs == ["修正自相交的多边形，面积变化 0.0 m²"]


def test_ground_gone_round_twice() -> None:
    """Ground that a ring goes round twice stays once; a drawing program would leave it empty, so its m² are told."""
    ring = at((0, 0), (3, 0), (3, 3), (1, 3), (1, 1), (2, 1), (2, 2), (0, 2), (0, 0))
    shape, repairs = mended(ring)
    # 3 × 3 without the corner at the upper left
    assert units(shape) == pytest.approx(8)
    assert told_m2(repairs) == pytest.approx(M2, rel=0.01)


def test_duplicate_points() -> None:
    """Points that stand twice in a row go, and are counted."""
    shape, repairs = mended([SQUARE[0], SQUARE[0], *SQUARE[1:3], SQUARE[2], SQUARE[2], *SQUARE[3:]])
    assert shapely.get_num_coordinates(shape) == 5
    assert repairs == ["去掉 3 个重复的点"]


def test_winding() -> None:
    """A shell drawn clockwise is turned round: it is no damage, so it is not told."""
    shape, repairs = mended(SQUARE[::-1])
    assert shapely.is_ccw(shapely.get_exterior_ring(shapely.get_geometry(shape, 0)))
    assert repairs == []


def test_hole_outside() -> None:
    """A hole drawn outside its shell is ground of its own, as drawing programs fill it."""
    shape, repairs = mended(SQUARE, at((2, 0), (3, 0), (3, 1), (2, 1), (2, 0)))
    assert units(shape) == pytest.approx(2)
    assert repairs == ["修正在外环以外的洞，面积变化 0.0 m²"]


def test_hole_stays() -> None:
    """A hole where it belongs stays."""
    shape, repairs = mended(SQUARE, at((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)))
    assert units(shape) == pytest.approx(0.64)
    assert repairs == []


def test_spike() -> None:
    """A line out and back is no ground: it goes, and nothing else."""
    shape, repairs = mended(at((0, 0), (1, 0), (1, 1), (2, 2), (1, 1), (0, 1), (0, 0)))
    assert units(shape) == pytest.approx(1)
    assert told_m2(repairs) == 0


def test_mixed_height() -> None:
    """Corners with and without height are corners."""
    heights = [[*corner, 5.0] if n % 2 else corner for n, corner in enumerate(SQUARE)]
    shape, repairs = mended(heights)
    assert not shape.has_z
    assert (units(shape), repairs) == (pytest.approx(1), [])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("POLYGON Z ((113 22 1, 114 22 2, 114 23 3, 113 22 1))", "MULTIPOLYGON"),
        ("POINT Z (113 22 5)", "POINT"),
        ("LINESTRING Z (113 22 5, 114 22 NaN)", "MULTILINESTRING"),
        ("GEOMETRYCOLLECTION Z (POINT Z (113 22 5))", "POINT"),
    ],
)
def test_heights_of_other_formats(text: str, wanted: Any) -> None:
    """Heights of WKT and of map files go too."""
    shape, repairs = shape_of(shapely.from_wkt(text), wanted)
    assert not shape.has_z
    assert repairs == []


def test_parts_on_each_other() -> None:
    """Two parts of one area that lie on each other are its ground once."""
    two = {"type": "MultiPolygon", "coordinates": [[SQUARE], [at((0.5, 0), (1.5, 0), (1.5, 1), (0.5, 1), (0.5, 0))]]}
    shape, _ = shape_of(two, "MULTIPOLYGON")
    result, repairs = make_valid(shape)
    assert units(result) == pytest.approx(1.5)
    assert repairs[0].startswith("修正")


def test_flat() -> None:
    """A ring without ground is refused."""
    with pytest.raises(BadShape, match="面积为零"):
        mended(at((0, 0), (0, 1), (0, 2), (0, 0)))


@pytest.mark.parametrize("as_shapely", [True, False])
def test_collection(*, as_shapely: bool) -> None:
    """Of a collection the polygons stay and are one area; a line among them goes, and is told."""
    square = {"type": "Polygon", "coordinates": [SQUARE]}
    line = {"type": "LineString", "coordinates": SQUARE[:2]}
    collection: Any = {"type": "GeometryCollection", "geometries": [square, line, square]}
    if as_shapely:
        collection = shapely.geometry.shape(collection)
    shape, repairs = shape_of(collection, "MULTIPOLYGON")
    assert units(make_valid(shape)[0]) == pytest.approx(1)
    assert repairs == ["几何集合里留下Polygon，去掉 1 个别的"]


@pytest.mark.parametrize("inner", [[], None, [{"type": "Point", "coordinates": [1, 2]}], ["x"]])
def test_collection_of_others(inner: Any) -> None:
    """A collection with nothing of use is refused."""
    with pytest.raises(BadShape):
        shape_of({"type": "GeometryCollection", "geometries": inner}, "MULTIPOLYGON")


def test_collection_of_a_point() -> None:
    """A collection of one point is a point; of two it is not said which."""
    point = {"type": "Point", "coordinates": [113, 22]}
    shape, _ = shape_of({"type": "GeometryCollection", "geometries": [point]}, "POINT")
    assert shape.equals(shapely.Point(113, 22))
    with pytest.raises(BadShape, match="有 2 个点"):
        shape_of({"type": "GeometryCollection", "geometries": [point, point]}, "POINT")


def test_edges_nearly_on_each_other() -> None:
    """Where GEOS gives up because edges nearly lie on each other, the shape is mended all the same."""
    shape, repairs = mended(at((2, 3), (3, 6), (1, 0), (0, 3), (3, 5), (0, 3)), at((0, 0), (0, 1), (1, 0)))
    assert units(shape) > 0
    assert repairs[-1].startswith("修正")


corner = st.tuples(st.integers(0, 6), st.integers(0, 6))


@given(st.lists(corner, min_size=3, max_size=9), st.lists(corner, min_size=3, max_size=5))
def test_any_rings(shell: list[tuple[float, float]], hole: list[tuple[float, float]]) -> None:
    """Whatever rings are drawn: a valid polygon with no ground that no ring goes round, mended once; or BadShape."""
    try:
        shape, _ = shape_of({"type": "Polygon", "coordinates": [at(*shell), at(*hole)]}, "MULTIPOLYGON")
        result, _ = make_valid(shape)
    except BadShape:
        return
    assert result.is_valid
    assert make_valid(result) == (result, [])
    for x, y in LATTICE:
        inside = result.contains(shapely.Point(at((x, y))[0]))
        around, cut = winding(shell, x, y), winding(hole, x, y)
        assert not inside or around or cut
        assert inside or cut or not around % 2


LATTICE = [(0.1371237 + x / 2, 0.2913731 + y / 2) for x in range(12) for y in range(12)]


def winding(ring: list[tuple[float, float]], x: float, y: float) -> int:
    """Count how often a ring goes round a point."""
    turns = 0
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
        turns += (y0 <= y < y1 and side > 0) - (y1 <= y < y0 and side < 0)
    return turns
