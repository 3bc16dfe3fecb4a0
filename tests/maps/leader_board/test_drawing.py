"""The drawings of a leader's board: areas in their classes, a course as a line."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from maps.colours import MEASURE_COLOURS
from maps.leader_board.drawing import (
    LETTER,
    SPARK,
    STEPS,
    AreaMap,
    area_map,
    map_svg,
    outlines_of,
    short,
    spark,
    spark_svg,
)
from maps.leader_board.ranked import RANKED, measure_values

SHAPES = np.array([box(113 + at / 100, 22, 113 + (at + 1) / 100, 22.01) for at in range(4)] + [None], dtype=object)
NAMES = list("甲乙丙丁戊")
RATE = RANKED["overdue_rate"].measure


def drawn_map(shapes: npt.NDArray[np.object_], names: list[str], values: npt.NDArray[np.float64]) -> AreaMap:
    """Draw areas by a measure."""
    outlines = outlines_of(shapes, names)
    assert outlines is not None
    return area_map(outlines, values, RATE)


def test_worse_areas_are_darker() -> None:
    """Each area has the colour of its class; one without a figure is hatched; one without a border is not drawn."""
    drawn = drawn_map(SHAPES, NAMES, np.array([0.1, 0.2, 0.9, np.nan, 0.5]))
    assert drawn is not None
    *four, nobody = drawn.areas
    assert nobody is None
    fills = [drawn.fill(each) for each in four if each is not None]
    assert fills[3] == "url(#no-data)"
    assert fills[2] == MEASURE_COLOURS[-1]
    assert [MEASURE_COLOURS.index(each) for each in fills[:3]] == sorted(
        MEASURE_COLOURS.index(each) for each in fills[:3]
    )


def test_the_drawing_lies_inside_its_frame() -> None:
    """Outlines and the spots of names stand inside; the document is well-formed, of numbers and colours alone."""
    drawn = drawn_map(SHAPES, NAMES, np.arange(5.0) / 5)
    assert drawn is not None
    for area in drawn.areas:
        if area is not None:
            numbers = np.array(re.findall(r"-?\d+", area.path), dtype=int).reshape(-1, 2)
            assert (numbers >= 0).all()
            assert (numbers <= (drawn.width, drawn.height)).all()
            assert shapely.Polygon(numbers).contains(shapely.Point(area.spot))
    tree = ElementTree.fromstring(map_svg(drawn))
    assert {each.tag.rpartition("}")[2] for each in tree.iter()} == {"svg", "defs", "pattern", "rect", "path", "g"}
    assert "".join(tree.itertext()) == ""


@settings(max_examples=15)
@given(st.lists(st.text("甲乙", min_size=1, max_size=12), min_size=1, max_size=12), st.integers(0, 9))
def test_names_do_not_lie_on_each_other(names: list[str], seed: int) -> None:
    """Names that stand lie on the map and apart; of one that doesn't, another name or the edge is in the way."""
    edges = np.cumsum([0.0, *np.random.default_rng(seed).uniform(0.002, 0.02, len(names))])
    shapes = np.array([box(113 + west, 22, 113 + east, 22.01) for west, east in pairwise(edges)], dtype=object)
    drawn = drawn_map(shapes, names, np.zeros(len(names)))
    assert drawn is not None
    areas = [each for each in drawn.areas if each is not None]
    wide = [len(short(name)) * LETTER * STEPS / 2 for name in names]

    def apart(one: int, other: int) -> bool:
        (x, y), (to_x, to_y) = areas[one].spot, areas[other].spot
        return abs(x - to_x) >= wide[one] + wide[other] or abs(y - to_y) >= 1.2 * LETTER * STEPS

    for at, area in enumerate(areas):
        inside = wide[at] <= area.spot[0] <= drawn.width - wide[at]
        others = [each for each in range(len(areas)) if areas[each].name and each != at]
        assert area.name in (short(names[at]), "")
        assert not area.name or (inside and all(apart(at, each) for each in others))
        free = inside and all(apart(at, each) for each in others)
        assert area.name or not free


def test_nothing_to_draw() -> None:
    """Areas without borders make no map."""
    assert outlines_of(np.array([None, None], dtype=object), NAMES) is None


@given(st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1e6)), min_size=1, max_size=20))
def test_a_course_is_a_line_through_what_is_known(values: list[float]) -> None:
    """A point for each known value, inside its box, the largest the highest; a gap breaks the line."""
    line = spark(np.array(values))
    points = re.findall(r"([ML])([\d.]+) ([\d.]+)", line.path)
    known = [value for value in values if not np.isnan(value)]
    assert len(points) == len(known)
    starts = sum(not np.isnan(b) and (at == 0 or np.isnan(values[at - 1])) for at, b in enumerate(values))
    assert sum(letter == "M" for letter, _, _ in points) == starts
    assert all(0 <= float(x) <= SPARK[0] and 0 <= float(y) <= SPARK[1] for _, x, y in points)
    if known and max(known) > min(known):
        heights = [float(y) for _, _, y in points]
        assert heights[known.index(max(known))] == min(heights)
    assert (line.end is None) == bool(np.isnan(values[-1]))
    ElementTree.fromstring(spark_svg(line))


def test_measures_are_shares() -> None:
    """What ranks areas is a share, so that a large and a small one can be compared; of nought there is none."""
    counts = pd.DataFrame(
        {
            **{"places": [10.0, 0.0], "owed": [20.0, 0.0], "done": [5.0, 0.0], "verified": [4.0, 0.0]},
            **{"overdue": [2.0, 0.0], "found": [8.0, 0.0], "open": [4.0, 0.0], "late": [1.0, 0.0]},
            **{"rectified": [4.0, 0.0], "closed": [3.0, 0.0], "inspections": [9.0, 0.0], "km2": [1.0, np.nan]},
        }
    )
    want = {"coverage_rate": 0.25, "verified_rate": 0.2, "overdue_rate": 0.1}
    want |= {"rectified_rate": 0.5, "open_per_100": 40.0, "late_rate": 0.25}
    assert {key: measure_values(counts, key)[0] for key in RANKED} == pytest.approx(want)
    assert all(np.isnan(measure_values(counts, key)[1]) for key in RANKED)
    assert all(each.whole in counts for each in RANKED.values())


def test_names_are_cut_to_the_map() -> None:
    """A long name ends with an ellipsis."""
    assert (short("榕塘社区"), short("一二三四五六七八九十")) == ("榕塘社区", "一二三四五六七八…")


def test_a_legend_of_one_figure_says_it() -> None:
    """Where all areas have the same figure the legend says that figure; a whole has nothing above it."""
    same = drawn_map(SHAPES, NAMES, np.full(5, 0.4))
    assert [words for _, words in same.legend] == ["40.0%"]
    whole = drawn_map(SHAPES, NAMES, np.array([0.2, 1.0, 1.0, 1.0, np.nan]))
    assert [words for _, words in whole.legend] == ["不到 100.0%", "100.0%"]
