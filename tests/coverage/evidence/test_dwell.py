"""The officer's own track as evidence."""

from __future__ import annotations

from datetime import timedelta

import shapely

from tests.coverage.evidence.towns import NINE, degrees, graded, ledger, visit

PLACES = {"a": (0.0, 0.0)}


def marks(fixes: list[tuple[float, float]], officer: str = "o1", timed: bool = True) -> str:
    """Give the marks of a visit of a at nine, by a track of (minutes since nine, metres from a)."""
    line = shapely.LineString([degrees((metres, 0.1 * n)) for n, (_, metres) in enumerate(fixes)])
    start = NINE + timedelta(minutes=fixes[0][0])
    times = ";".join(f"{60 * (minutes - fixes[0][0]):.0f}" for minutes, _ in fixes)
    track = {"id": "t", "officer": officer, "start": start, "times": times if timed else None}
    track |= {"geometry": shapely.MultiLineString([line])}
    return str(graded(ledger(PLACES, [visit("a", (0.0, 5.0))], tracks=[track]))["marks"].iloc[0])


def test_stay() -> None:
    """A minute near the place agrees, less does not."""
    assert marks([(-5, 400), (0, 79), (1, 20), (6, 400)]) == "track-dwell"
    assert marks([(-5, 400), (0, 79), (0.9, 20), (6, 400)]) == ""


def test_elsewhere() -> None:
    """A track that covers the time and stays away speaks against."""
    assert marks([(-5, 400), (-1, 335), (5, 400)]) == "track-elsewhere"
    assert marks([(-5, 400), (-1, 325), (5, 400)]) == ""


def test_no_track_is_no_evidence() -> None:
    """A track that ends before, one without times and one of somebody else say nothing."""
    assert marks([(-9, 900), (-2, 900)]) == ""
    assert marks([(-12, 900), (12, 900)]) == ""
    assert marks([(-5, 900), (5, 900)], officer="o2") == ""
    assert marks([(-5, 900), (5, 900)], timed=False) == ""
