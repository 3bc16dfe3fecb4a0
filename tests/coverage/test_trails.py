"""Tracks as fixes."""

from __future__ import annotations

from datetime import date

import numpy as np
import shapely

from coverage.officers import UNKNOWN
from coverage.trails import trails_of
from tests.coverage.streets.towns import CORNER, PLANE, ledger, walk

WALK = walk([(0, 0), (30, 0)])


def test_fixes_have_place_time_and_officer() -> None:
    """Metres of the plane, seconds 5 apart, the officer's id by name; who is unknown is so."""
    town = ledger(
        [("张三", "2024-06-03 09:00", WALK), (None, "2024-06-04 09:00", WALK)], officers=[("o1", "张三", "A")]
    )
    trails = trails_of(town, date(2024, 6, 30), PLANE)
    assert np.allclose(trails.xy[: len(WALK)], WALK + CORNER, atol=0.01)
    assert np.diff(trails.seconds[: len(WALK)]).tolist() == [5.0] * (len(WALK) - 1)
    assert trails.officer.tolist() == ["o1", UNKNOWN]
    assert trails.day[-1] == np.datetime64("2024-06-04")


def test_fixes_after_the_day_stay_out() -> None:
    """A track over midnight is there up to midnight."""
    trails = trails_of(ledger([("o", "2024-06-03 23:59:50", WALK)]), date(2024, 6, 3), PLANE)
    assert len(trails.xy) == 2


def test_lines_of_a_track_are_runs() -> None:
    """Two lines of one track: two runs, one track; times that do not fit the points are left aside."""
    town = ledger([("o", "2024-06-03 09:00", WALK)])
    line = town.tracks.geometry.iat[0].geoms[0]
    town.tracks.geometry = [shapely.MultiLineString([line, line])]
    trails = trails_of(town, date(2024, 6, 30), PLANE)
    assert np.unique(trails.run).tolist() == [0, 1]
    assert set(trails.track) == {0}
    assert len(set(trails.seconds)) == 1
