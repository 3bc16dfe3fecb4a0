"""Which metres were walked, as of a day."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from coverage.streets.figures import street_figures
from coverage.streets.walks import StreetWalks, street_walks
from geodata.errors import QuestionProblem
from tests.coverage.streets.towns import lattice, ledger, roads_of, walk

SOUTH = walk([(0, 0), (300, 0)])
NORTH = walk([(0, 300), (300, 300)])
DAY = date(2024, 6, 20)


def metres(walks: StreetWalks, flags: pd.Series) -> float:
    """Give the length of the pieces flagged."""
    return float(walks.pieces.loc[flags, "length"].sum())


def test_metres_are_counted_not_ways() -> None:
    """Of a street of 300 m the 150 walked count."""
    walks = street_walks(ledger([("o", "2024-06-03 09:00", walk([(0, 0), (150, 0)]))]), DAY)
    assert metres(walks, walks.pieces["walked"]) == pytest.approx(150, abs=12)


def test_a_period_holds_its_own_tracks_only() -> None:
    """Walked in May is missed in June, with the day it was walked; a quarter holds both."""
    town = ledger([("o", "2024-05-03 09:00", SOUTH), ("o", "2024-06-03 09:00", NORTH)])
    month, quarter = street_walks(town, DAY), street_walks(town, DAY, "quarter")
    assert metres(month, month.pieces["walked"]) == pytest.approx(300, abs=12)
    assert metres(quarter, quarter.pieces["walked"]) == pytest.approx(600, abs=24)
    missed = month.pieces[~month.pieces["walked"] & month.pieces["last"].notna()]
    assert set(missed["last"]) == {pd.Timestamp("2024-05-03")}


def test_what_comes_later_does_not_change_a_day() -> None:
    """A track after the day is as good as none, in pieces and in figures."""
    earlier = ("o", "2024-06-03 09:00", SOUTH)
    before = street_walks(ledger([earlier]), DAY)
    after = street_walks(ledger([earlier, ("o", "2024-06-21 09:00", NORTH)]), DAY)
    pd.testing.assert_frame_equal(before.pieces, after.pieces)
    assert after.tracks == 1


def test_days_are_those_of_the_town() -> None:
    """A track at 23:30 in the town on the last day of May is of May."""
    walks = street_walks(ledger([("o", "2024-05-31 23:30", walk([(0, 0), (60, 0)]))]), DAY)
    assert not walks.pieces["walked"].any()
    assert walks.pieces["last"].max() == pd.Timestamp("2024-05-31")


def test_no_data_is_not_missed() -> None:
    """A track in grid A tells of A; of B nobody's does."""
    walks = street_walks(ledger([("o", "2024-06-03 09:00", walk([(0, 0), (120, 0)]))]), DAY)
    rows = street_figures(walks, "grid").set_index("area")
    assert rows.loc["A", "no_data_m"] == 0
    assert rows.loc["B", ["walked_m", "missed_m"]].tolist() == [0, 0]
    assert pd.isna(rows.loc["B", "walked_rate"])


def test_a_track_of_who_answers_for_a_grid_tells_of_it() -> None:
    """The officer of B walked in A only: B's streets are missed."""
    track = ("o", "2024-06-03 09:00", walk([(0, 0), (120, 0)]))
    walks = street_walks(ledger([track], officers=[("o", "张三", "B")]), DAY)
    assert street_figures(walks, "grid").set_index("area").loc["B", "no_data_m"] == 0


def test_without_tracks_everything_is_no_data() -> None:
    """No track, or none in the period."""
    for walks in (street_walks(ledger(), DAY), street_walks(ledger([("o", "2024-04-03 09:00", SOUTH)]), DAY)):
        assert not walks.pieces["known"].any()
        assert walks.tracks == 0


def test_motorways_railways_and_roads_outside_do_not_count() -> None:
    """A motorway may be driven along, nobody inspects it; what lies outside the town is not its own."""
    lines = [*lattice(), [(0, 50), (300, 50)], [(0, 60), (300, 60)], [(500, 0), (600, 0)]]
    classes = [None] * 8 + ["motorway", "rail", None]
    walks = street_walks(ledger(roads=roads_of(lines, classes=classes)), DAY)
    assert walks.pieces["length"].sum() == pytest.approx(2400, abs=1)


def test_a_town_without_roads_is_told_what_to_do() -> None:
    """The message names the command."""
    with pytest.raises(QuestionProblem, match="wangge import STORE roads"):
        street_walks(ledger(roads=roads_of([])), DAY)
