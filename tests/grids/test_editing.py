"""A division changed by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, box

from geodata.errors import DivideProblem
from grids.editing import Parts, merged, moved, split


def row(homes: str = "AAAB") -> Parts:
    """Give squares of a hundred metres in a row."""
    shapes = [MultiPolygon([box(100 * n, 0, 100 * n + 100, 100)]) for n in range(len(homes))]
    return Parts(
        list(range(1, len(homes) + 1)),
        [f"第{n}格" for n in range(len(homes))],
        list(homes),
        np.array(shapes, dtype=object),
    )


def whole(parts: Parts, ground: shapely.Geometry) -> bool:
    """Say whether parts fill the ground without gap or overlap."""
    total = shapely.area(parts.shapes).sum()
    union = shapely.union_all(parts.shapes)
    return abs(total - union.area) < 0.01 and shapely.symmetric_difference(union, ground).area < 0.01


GROUND = box(0, 0, 400, 100)


def test_two_become_one() -> None:
    """Merged parts are one, with the name of the first."""
    found = merged(row(), [1, 0])
    assert found.names == ["第1格", "第2格", "第3格"]
    assert found.shapes[0].bounds == (0, 0, 200, 100)
    assert whole(found, GROUND)


@pytest.mark.parametrize(("which", "sentence"), [([0], "两个或更多"), ([0, 2], "不相邻"), ([2, 3], "不在同一个上级")])
def test_what_cannot_be_merged(which: list[int], sentence: str) -> None:
    """One alone, parts that don't touch, parts of two communities."""
    with pytest.raises(DivideProblem, match=sentence):
        merged(row(), which)


def test_a_line_cuts_what_it_crosses() -> None:
    """A line from border to border makes two of each part that it crosses; the larger keeps the name."""
    found = split(row(), LineString([(-10, 30), (210, 30)]))
    assert found.names == ["第0格", "第1格", "第2格", "第3格", "第0格（2）", "第1格（2）"]
    assert found.keys == [1, 2, 3, 4, 0, 0]
    assert shapely.area(found.shapes).round().tolist() == [7000, 7000, 10000, 10000, 3000, 3000]
    assert found.homes[4] == "A"
    assert whole(found, GROUND)


def test_a_line_cuts_only_what_was_chosen() -> None:
    """Parts that were not chosen stay."""
    found = split(row(), LineString([(-10, 30), (210, 30)]), [1])
    assert len(found.names) == 5
    assert whole(found, GROUND)


def test_a_line_that_cuts_nothing() -> None:
    """A line that ends inside cuts nothing, and that is said."""
    with pytest.raises(DivideProblem, match="没有把任何区域切开"):
        split(row(), LineString([(10, 30), (90, 30)]))


def test_islands_stay_with_the_largest_piece() -> None:
    """An island that the line does not touch is no part of its own."""
    shape = MultiPolygon([box(0, 0, 100, 100), box(500, 0, 510, 10)])
    found = split(Parts([1], ["甲"], ["A"], np.array([shape], dtype=object)), LineString([(-1, 60), (101, 60)]))
    assert [shapely.get_num_geometries(each) for each in found.shapes] == [2, 1]


def test_ground_goes_over_a_border() -> None:
    """Ground that is drawn goes to the part; of another community it does not."""
    found = moved(row(), box(50, 20, 390, 80), 2)
    assert shapely.area(found.shapes).round().tolist()[3] == 10000
    assert shapely.area(found.shapes[2]) > 10000
    assert whole(found, GROUND)


def test_pieces_that_are_cut_off_go_along() -> None:
    """A strip through the middle takes the smaller half with it: every part stays in one piece."""
    found = moved(row("AA"), box(60, -10, 120, 110), 1)
    assert shapely.get_num_geometries(found.shapes).tolist() == [1, 1]
    through = moved(row("AA"), box(-10, 30, 110, 40), 1)
    assert shapely.get_num_geometries(through.shapes).tolist() == [1, 1]
    assert shapely.area(through.shapes[0]) == pytest.approx(6000)


@pytest.mark.parametrize(
    ("ground", "sentence"),
    [
        (box(-10, -10, 110, 110), "一点也不剩"),
        (box(310, 10, 390, 90), "没有可以划给"),
        (box(10, 10, 90, 90), "不相邻"),
    ],
)
def test_what_cannot_be_moved(ground: shapely.Polygon, sentence: str) -> None:
    """All of another part, nothing of this community, ground that does not touch."""
    with pytest.raises(DivideProblem, match=sentence):
        moved(row(), ground, 2)


BOXES = st.tuples(*[st.integers(0, 400)] * 2, *[st.integers(0, 100)] * 2)


@given(st.lists(BOXES, min_size=1, max_size=4), st.randoms())
def test_nothing_is_lost(boxes: list[tuple[int, int, int, int]], random: object) -> None:
    """Whatever is drawn, the parts fill the town without gap or overlap, each in one piece."""
    parts = row("AAAA")
    for west, east, south, north in boxes:
        try:
            parts = moved(parts, box(west, south, east + 1, north + 1), random.randrange(len(parts.names)))  # type: ignore[attr-defined]
        except DivideProblem:
            continue
    assert whole(parts, GROUND)
    assert (shapely.get_num_geometries(parts.shapes) == 1).all()
