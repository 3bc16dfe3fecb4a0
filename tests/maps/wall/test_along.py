"""Names along roads."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString

from maps.wall.along import PIECES, Piece, written
from maps.wall.labels import NOWHERE
from maps.wall.room import Room
from tests.maps.wall.test_room import apart

SHEET = (0.0, 0.0, 200.0, 150.0)
corners = st.lists(st.tuples(st.floats(0, 200), st.floats(0, 150)), min_size=2, max_size=6, unique=True)


def on(*lines: LineString, name: str = "振舟大道", every: float = 60.0, room: Room | None = None) -> list[list[Piece]]:
    """Write a name of 2 mm along the lines of one road."""
    roads = np.array([MultiLineString(lines)], dtype=object)
    return written([name], roads, 2.0, every, room or Room(SHEET), NOWHERE)[0]


@settings(deadline=None, max_examples=30)
@given(st.lists(corners, min_size=1, max_size=8), st.sampled_from(["振舟大道", "G107国道", "巷"]))
def test_names_follow_their_lines_and_touch_nothing(lines: list[list[tuple[float, float]]], name: str) -> None:
    """Each character stands on the line, upright by 45°; no two names touch; repeated ones are apart."""
    taken = (80.0, 40.0, 120.0, 80.0)
    roads = np.array([MultiLineString([LineString(each)]) for each in lines], dtype=object)
    found, _ = written([name] * len(roads), roads, 2.0, 60.0, Room(SHEET, [taken]), NOWHERE)
    whole = shapely.union_all(roads)
    for pieces in found:
        assert "".join(each.text for each in pieces) == name
        assert shapely.distance(whole, shapely.points([(each.x, each.y) for each in pieces])).max() < 1e-6
        assert all(abs(each.angle) <= 66 for each in pieces if len(each.text) == 1)  # 45°, and what the line turns
        assert all(apart(each.box, taken) for each in pieces)
    for one, other in combinations(found, 2):
        assert all(apart(a.box, b.box) for a in one for b in other)


def test_it_is_read_from_left_to_right_or_from_top_to_bottom() -> None:
    """Whichever way the line was drawn."""
    for line in (LineString([(150, 50), (50, 60)]), LineString([(50, 60), (150, 50)])):
        (pieces,) = on(line, every=500)
        assert [each.x for each in pieces] == sorted(each.x for each in pieces)
        assert all(abs(each.angle + 5.7) < 0.1 for each in pieces)
    for line in (LineString([(50, 20), (60, 120)]), LineString([(60, 120), (50, 20)])):
        (pieces,) = on(line, every=500)
        assert [each.y for each in pieces] == sorted(each.y for each in pieces)
        assert all(abs(each.angle + 5.7) < 0.1 for each in pieces)


def test_a_name_is_repeated_sparingly() -> None:
    """Once for each 60 mm of a road; not again on its other carriageway."""
    one, other = LineString([(5, 50), (195, 50)]), LineString([(5, 56), (195, 56)])
    assert len(on(one)) == 3
    assert len(on(one, other)) == 3


def test_a_short_or_sharply_turning_road_has_no_name() -> None:
    """Nor is it counted as left out when it is shorter than its name."""
    assert on(LineString([(50, 50), (55, 50)])) == []
    assert on(LineString([(50, 50), (54, 50), (54, 54), (50, 54), (50, 58), (54, 58)])) == []


def test_latin_letters_and_numbers_stay_together() -> None:
    """They turn with the line; Chinese characters are set one by one."""
    assert PIECES.findall("G107国道") == ["G107", "国", "道"]
    (pieces,) = on(LineString([(50, 20), (50, 120)]), name="G107国道", every=500)
    assert [round(each.angle) for each in pieces] == [90, 0, 0]


def test_what_found_no_room_is_counted() -> None:
    """A long road under a taken box."""
    roads = np.array([MultiLineString([[(10, 50), (100, 50)]])], dtype=object)
    assert written(["大街"], roads, 2.0, 60.0, Room(SHEET, [(0, 40, 200, 60)]), NOWHERE) == ([], 1)
