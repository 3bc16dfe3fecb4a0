"""Roads of the backdrop: their rank, and pieces joined into lines."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maps.roads import MAIN, RANKS, UNKNOWN, Roads
from maps.shapes import Frame
from tests.coverage.test_against_oracle import SOME

NAMES = ("甲路", "乙路", None, "")
CLASSES = ("primary", "支路", None, "国道", "unheard of")
CORNERS = st.tuples(st.integers(0, 4), st.integers(0, 4))
PIECES = st.lists(
    st.tuples(CORNERS, CORNERS, st.sampled_from(NAMES), st.sampled_from(CLASSES)).filter(lambda row: row[0] != row[1]),
    max_size=12,
)


def roads_of(rows: list[tuple[object, object, str | None, str | None]]) -> Roads:
    """Make straight pieces with a name and a class."""
    lines = np.array([shapely.LineString([start, end]) for start, end, _, _ in rows], dtype=object)
    names, classes = (pd.Series([row[at] for row in rows], dtype="str") for at in (2, 3))
    return Roads.of(lines, classes, names)


def test_every_word_has_one_rank() -> None:
    """No word stands in two ranks; OpenStreetMap's links go with their roads; what is unknown is a lane."""
    words = [word for rank in RANKS for word in rank]
    assert len(words) == len(set(words))
    roads = roads_of([((0, 0), (1, 1), None, word) for word in ("motorway_link", "县道", "residential", "x", None)])
    assert roads.ranks.tolist() == [0, MAIN, 4, UNKNOWN, UNKNOWN]
    assert roads.main().tolist() == [True, True, False, False, False]


@SOME
@given(PIECES)
def test_joined_roads_cover_the_same_ground(rows: list[tuple[object, object, str | None, str | None]]) -> None:
    """By rank and name the joined lines are the same metres as the pieces, in no more lines."""
    roads = roads_of(rows)
    joined = roads.joined()
    assert len(joined.lines) <= len(roads.lines)
    keys = {(rank, name) for rank, name in zip(roads.ranks, roads.names, strict=True)}
    assert keys == {(rank, name) for rank, name in zip(joined.ranks, joined.names, strict=True)}
    for rank, name in keys:
        before, after = (
            each.lines[[(r, n) == (rank, name) for r, n in zip(each.ranks, each.names, strict=True)]]
            for each in (roads, joined)
        )
        assert shapely.length(after).sum() == pytest.approx(shapely.length(before).sum())
        assert shapely.union_all(after).symmetric_difference(shapely.union_all(before)).length < 1e-9


def test_pieces_of_one_name_become_one_line() -> None:
    """Two pieces that meet are sent as one line with the position of its name, -1 where it has none."""
    roads = roads_of(
        [((0, 0), (1, 0), "甲路", "支路"), ((1, 0), (2, 0), "甲路", "支路"), ((0, 1), (1, 1), None, "支路")]
    )
    data = roads.as_data(Frame((0.0, 0.0, 2.0, 2.0)))
    assert data["names"] == ["甲路"]
    lines, named = data["roads"][3]
    assert sorted(named) == [-1, 0]
    assert lines[named.index(0)] in ([0, 0, 200000, 0], [200000, 0, -200000, 0])
