"""How long visits took, by tracks and by the hours of check-ins."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.routes.observed_stays import ObservedStays, observed_stays
from coverage.routes.walked import walked
from grids.workload import DETOUR, SPEED_M_PER_MIN
from tests.coverage.evidence.towns import NINE, degrees, framed, ledger, visit
from tests.coverage.test_against_oracle import SOME

DAY = NINE.date()
FAR = 1500.0
PLACES = {"a": (0.0, 0.0), "b": (FAR, 0.0)}
FEW = settings(SOME, max_examples=1 + SOME.max_examples // 5)
Fix = tuple[float, float]


def track_of(fixes: list[Fix], officer: str = "o1") -> dict[str, object]:
    """Give the track of an officer on the way from a to b: minutes since nine, metres east of a."""
    line = shapely.LineString([degrees((metres, 0.01 * n)) for n, (_, metres) in enumerate(fixes)])
    times = ";".join(f"{60 * (minutes - fixes[0][0]):.0f}" for minutes, _ in fixes)
    start = NINE + timedelta(minutes=fixes[0][0])
    return {
        "id": "t",
        "officer": officer,
        "start": start,
        "times": times,
        "geometry": shapely.MultiLineString([line]),
    }


def observed(visits: list[dict[str, object]], fixes: list[Fix] | None = None, **more: str) -> ObservedStays:
    """Observe a day of one officer."""
    tracks = [track_of(fixes, **more)] if fixes else []
    return observed_stays(ledger(PLACES, visits, tracks=tracks), DAY, DAY)


def minutes(found: ObservedStays) -> dict[str, tuple[str, float]]:
    """Give source and minutes by inspection."""
    rows = found.stays
    return dict(zip(rows["inspection_id"], zip(rows["source"], rows["minutes"].round(2), strict=True), strict=True))


A_STAY = [(-5.0, 400.0), (-1.0, 75.0), (0.0, 0.0), (9.0, 0.0), (18.0, 0.0), (19.0, 75.0), (24.0, 400.0)]


def test_a_track_tells_of_the_whole_stay() -> None:
    """From coming to going, without the way inside the circle: 20 minutes minus a minute each way."""
    assert minutes(observed([visit("a", None, 2)], A_STAY)) == {"i0": ("track", 18.0)}


def test_a_check_in_after_leaving_belongs_to_the_stay() -> None:
    """Ten minutes late is the same visit, longer is none."""
    assert minutes(observed([visit("a", None, 28.5)], A_STAY)) == {"i0": ("track", 18.0)}
    assert minutes(observed([visit("a", None, 30)], A_STAY)) == {}


def test_a_stay_that_was_not_seen_whole_does_not_count() -> None:
    """A recorder that begins or ends at the place, or is silent for long, or is another's, tells of no length."""
    assert minutes(observed([visit("a", None, 2)], A_STAY[1:])) == {}
    assert minutes(observed([visit("a", None, 2)], A_STAY[:-1])) == {}
    silent = [(-5.0, 400.0), (-1.0, 0.0), (2.0, 0.0), (18.0, 0.0), (24.0, 400.0)]
    assert minutes(observed([visit("a", None, 0)], silent)) == {}
    assert minutes(observed([visit("a", None, 2)], A_STAY, officer="o2")) == {}


def test_check_ins_tell_where_no_track_does() -> None:
    """From one check-in to the next, minus the way."""
    way = DETOUR * FAR / SPEED_M_PER_MIN["walk"]
    found = minutes(observed([visit("a", None, 0), visit("b", None, 50)]))
    assert found == {"i0": ("checkins", pytest.approx(50 - way, abs=0.1))}


def test_lengths_that_are_no_inspection_are_counted() -> None:
    """Too fast for the way, or hours later: left out, and told."""
    found = observed([visit("a", None, 0), visit("b", None, 20), visit("a", None, 300)])
    assert (minutes(found), found.left_out, found.visits) == ({}, 2, 3)


def test_what_tells_nothing() -> None:
    """The same place again, another officer, another day, an enterprise's own check."""
    assert minutes(observed([visit("a", None, 0), visit("a", None, 50)])) == {}
    assert minutes(observed([visit("a", None, 0), visit("b", None, 50, officer="o2")])) == {}
    assert minutes(observed([visit("a", None, 0), visit("b", None, 50, by="enterprise")])) == {}
    assert minutes(observed([visit("a", None, -24 * 60), visit("b", None, 50)])) == {}


def test_hazards_of_a_visit_are_counted() -> None:
    """Those found on it, void ones apart."""
    town = ledger(PLACES, [visit("a", None, 0), visit("b", None, 50)])
    rows: list[dict[str, object]] = [{"id": f"h{n}", "inspection_id": "i0", "void": n == 0} for n in range(3)]
    frames = dict(town.frames) | {"hazards": framed(town.frames["hazards"], rows)}
    found = observed_stays(type(town)(town.town, frames), DAY, DAY)
    assert found.stays["hazards"].tolist() == [2]


@FEW
@given(st.lists(st.tuples(st.integers(1, 90), st.sampled_from("ab")), max_size=6))
def test_hours_as_somebody_would_reckon(steps: list[tuple[int, str]]) -> None:
    """Every pair of check-ins one after another at two places gives its minutes, if they are plausible."""
    visits, wanted, minute = [], {}, 0
    way = DETOUR * FAR / SPEED_M_PER_MIN["walk"]
    for number, (pause, place) in enumerate(steps):
        if number and steps[number - 1][1] != place and 1 <= pause - way <= 240:
            wanted[f"i{number - 1}"] = pause - way
        minute += pause
        visits.append(visit(place, None, minute))
    found = {key: value for key, (_, value) in minutes(observed(visits)).items()}
    assert found == pytest.approx(wanted, abs=0.1)


def test_metres_and_minutes_of_a_track() -> None:
    """The length of the line, first fix to last; another day and a town without tracks tell nothing."""
    town = ledger(PLACES, [], tracks=[track_of(A_STAY)])
    (row,) = walked(town, DAY, DAY).to_dict("records")
    assert (row["officer"], row["date"], row["track_minutes"]) == ("o1", pd.Timestamp(DAY), 29)
    assert row["walked_m"] == pytest.approx(800, abs=1)
    assert walked(town, date(2024, 6, 1), date(2024, 6, 2)).empty
    assert walked(ledger(PLACES, []), DAY, DAY).empty
