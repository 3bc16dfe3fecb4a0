"""What changed between two lists of risk points."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.figures import records
from coverage.risk_changes import CHANGE_KINDS, changes

Row = dict[str, Any]
RANK = {"低": 0, "一般": 1, "较大": 2, "重大": 3}
STEP = 0.001  # degrees: about 100 m


def point(place_id: str, **given: Any) -> Row:
    """Give a row of a list."""
    row = {"place_id": place_id, "name": place_id, "address": "路1号", "community": "001", "community_name": "村"}
    return row | {"risk": "一般", "leader": None, "lon": 113.7, "lat": 22.8, "number": 1, **given}


def told(now: list[Row], before: list[Row]) -> list[tuple[str, str, str | None, str | None]]:
    """Give kind, place, was and is of each change."""
    return [(row["kind"], row["place_id"], row["was"], row["is_now"]) for row in records(changes(now, before))]


def by_the_loops(now: list[Row], before: list[Row]) -> set[tuple[str, str, str | None, str | None]]:
    """Compare place by place."""
    found = set()
    new, old = ({row["place_id"]: row for row in rows} for rows in (now, before))
    for key in new.keys() | old.keys():
        one, other = new.get(key), old.get(key)
        if other is None:
            found.add(("new", key, None, one["risk"]))
            continue
        if one is None:
            found.add(("gone", key, other["risk"], None))
            continue
        was, risk = other["risk"], one["risk"]
        if was != risk:
            kind = "rated" if was is None else "unrated" if risk is None else None
            kind = kind or ("raised" if RANK[risk] > RANK[was] else "lowered")
            found.add((kind, key, was, risk))
        if (one["leader"] or "") != (other["leader"] or ""):
            found.add(("leader", key, other["leader"], one["leader"]))
        apart = None not in (one["lon"], other["lon"]) and one["lon"] != other["lon"]
        elsewhere = None not in (one["address"], other["address"]) and one["address"] != other["address"]
        if apart or elsewhere:
            found.add(("moved", key, other["address"], one["address"]))
    return found


def lists() -> st.SearchStrategy[list[Row]]:
    """Give lists of up to six points of a few places."""
    rows = st.builds(
        lambda key, risk, leader, address, x: point(
            key, risk=risk, leader=leader, address=address, lon=None if x is None else 113.7 + x * STEP
        ),
        st.sampled_from("abcdef"),
        st.sampled_from([*RANK, None]),
        st.sampled_from([None, "王", "李"]),
        st.sampled_from([None, "路1号", "路2号"]),
        st.sampled_from([None, 0, 1]),
    )
    return st.lists(rows, max_size=6, unique_by=lambda row: row["place_id"])


@settings(max_examples=200, deadline=None)
@given(lists(), lists())
def test_as_the_loops_say(now: list[Row], before: list[Row]) -> None:
    """Every change is told once, kinds in their order, and none else."""
    found = told(now, before)
    assert set(found) == by_the_loops(now, before)
    assert len(set(found)) == len(found)
    order = list(CHANGE_KINDS)
    assert [row[0] for row in found] == sorted((row[0] for row in found), key=order.index)


@settings(max_examples=50, deadline=None)
@given(lists())
def test_nothing_changed(rows: list[Row]) -> None:
    """A list beside itself has no changes."""
    assert told(rows, rows) == []


@pytest.mark.parametrize(("metres", "moved"), [(15, False), (25, True)])
def test_a_corrected_position_is_no_move(metres: float, moved: bool) -> None:
    """Up to 20 m a position was corrected, beyond it the place moved."""
    found = told([point("a", lat=22.8 + metres / 111_195)], [point("a")])
    assert [row[0] for row in found] == (["moved"] if moved else [])


def test_rows_of_before_may_lack_a_column() -> None:
    """A list that was frozen before a column came is compared in what it has."""
    before = point("a")
    del before["leader"]
    assert told([point("a", leader="王")], [before]) == [("leader", "a", None, "王")]
