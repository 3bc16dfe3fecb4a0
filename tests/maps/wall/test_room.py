"""What of a map is taken."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from maps.wall.room import Box, Room

SHEET = (0.0, 0.0, 60.0, 40.0)
boxes = st.tuples(st.floats(-5, 60), st.floats(-5, 40), st.floats(0.1, 20), st.floats(0.1, 20)).map(
    lambda each: (each[0], each[1], each[0] + each[2], each[1] + each[3])
)


def apart(one: Box, other: Box) -> bool:
    """Say whether one box is left, right, above or below the other."""
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@settings(deadline=None)
@given(st.lists(boxes, max_size=12), boxes)
def test_free_is_on_the_sheet_and_apart_from_all(held: list[Box], asked: Box) -> None:
    """Just as when each held box is looked at."""
    room = Room(SHEET, held)
    on_sheet = asked[0] >= 0 and asked[1] >= 0 and asked[2] <= 60 and asked[3] <= 40
    assert room.free([asked]) == (on_sheet and all(apart(asked, each) for each in held))
    room.take([asked])
    assert not room.free([asked])
