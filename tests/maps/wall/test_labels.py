"""Names on a paper map."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from maps.wall.labels import LINE, LONGEST, placed, shortened, width
from maps.wall.room import Room

SHEET = (0.0, 0.0, 100.0, 100.0)

squares = st.tuples(st.floats(0, 90), st.floats(0, 90), st.floats(0.5, 40))
names = st.text(st.sampled_from("村社区一二三ab "), min_size=1, max_size=15)


@settings(deadline=None)
@given(st.lists(st.tuples(names, squares), max_size=25))
def test_no_name_touches_another_or_leaves_the_sheet(areas: list[tuple[str, tuple[float, float, float]]]) -> None:
    """Whatever the areas, the boxes of the names are apart, on the sheet, and off what was taken."""
    polygons = np.empty(len(areas), dtype=object)
    polygons[:] = [box(x, y, x + side, y + side) for _, (x, y, side) in areas]
    taken = (80.0, 0.0, 100.0, 20.0)
    labels = placed([name for name, _ in areas], polygons, 3.0, Room(SHEET, [taken]))
    boxes = [box(*taken)]
    for label in labels:
        wide, high = width(label.text) * 3, LINE * 3
        boxes.append(box(label.x - wide / 2, label.y - high / 2, label.x + wide / 2, label.y + high / 2))
    assert all(each.within(box(*SHEET).buffer(1e-9)) for each in boxes)
    assert all(one.intersection(other).area < 1e-9 for one, other in combinations(boxes, 2))


def test_the_largest_area_is_named_first() -> None:
    """Of two areas in one place the larger has its name in its middle; the smaller one's finds room beside it."""
    polygons = np.array([box(40, 40, 60, 60), box(20, 20, 80, 80), None], dtype=object)
    labels = placed(["小村", "大村", "无界村"], polygons, 4.0, Room(SHEET))
    assert [label.text for label in labels] == ["大村", "小村"]
    assert (round(labels[0].x), round(labels[0].y)) == (50, 50)


def test_long_names_are_cut() -> None:
    """At twelve characters, with a sign that it goes on."""
    assert shortened("一" * LONGEST) == "一" * LONGEST
    assert shortened("一" * 40) == "一" * (LONGEST - 1) + "…"
