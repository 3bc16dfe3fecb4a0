"""Kept routes as rows and back, as a plan and back; how far a day has come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from coverage.routes.clock import HOUR
from coverage.routes.kept import KeptRoute
from coverage.routes.kept_plan import plan_of_routes, routes_of_plan
from coverage.routes.kept_rows import Histories, rows_of
from coverage.routes.progress import since_of, skipped, visits_until
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.store import create_store
from tests.coverage.routes.kept_days import AT, LAT, LON, NINE, NOON, ON, route, routes, stop
from tests.coverage.test_against_oracle import SOME

TOWN = Town("镇", "990001001")


@SOME
@given(routes(), routes())
def test_rows_and_back(one: KeptRoute, two: KeptRoute) -> None:
    """A route comes back from its rows as it was, in whatever order the rows stand."""
    later = replace(two.following(action="move", actor="b", at=AT, reason="因为"), revision=2)
    kept, stops = rows_of([later, one], TOWN)
    found = Histories(Ledger(TOWN, {"planned_routes": kept, "planned_stops": stops}))
    assert dict(found) == {"A": (one, later)}
    assert found.holders() == dict.fromkeys(later.places, "A")
    assert [each.line for each in found["A"]] == [one.line, later.line]


def test_through_a_store(tmp_path: Path) -> None:
    """A route is written and read as it was."""
    one = replace(route([stop(1), replace(stop(2), locked=True, partner="B")]), problems=("一", "二"))
    kept, stops = rows_of([one], TOWN)
    with create_store(tmp_path / "t.gpkg", TOWN) as store:
        assert store.append("planned_routes", kept, {"planned_stops": stops}, actor="c", action="plan", source="t")
        (back,) = Histories(store.routes(ON, ON))["A"]
    assert back == one


@SOME
@given(routes())
def test_a_plan_and_back(one: KeptRoute) -> None:
    """As a day's plan and back a route is the same, but for what only people gave it."""
    plain = replace(one, stops=tuple(replace(each, locked=False, problem="") for each in one.stops), problems=())
    plan = plan_of_routes(TOWN, ON, [plain], people={}, places={})
    (back,) = routes_of_plan(plan, actor="clerk", at=AT)
    assert back == plain
    assert (back.line is None) == (one.line is None)
    if back.line is not None and one.line is not None:
        assert len(back.line.geoms) == len(one.line.geoms)


def inspections(rows: list[tuple[str, str | None, str, str, str | None, float]]) -> gpd.GeoDataFrame:
    """Give inspections: place, officer, by, time of the day, geotag, longitude (NaN: none)."""
    frame = pd.DataFrame(rows, columns=["place_id", "officer", "by", "at", "geotag", "lon"])
    moments = pd.to_datetime("2024-07-01T" + frame["at"]).dt.tz_localize("Asia/Shanghai")
    points = gpd.GeoSeries.from_xy(frame["lon"], [LAT] * len(frame), crs=4326)
    points[frame["lon"].isna().to_numpy()] = None
    return gpd.GeoDataFrame(frame.drop(columns="lon").assign(at=moments), geometry=points)


OFFICERS = pd.DataFrame({"id": ["A", "B"], "name": ["甲", "乙"]})


def test_who_was_where() -> None:
    """Visits up to the second, by key of the officer, without those of enterprises; typed positions tell nothing."""
    frame = inspections(
        [
            ("P2", "甲", "inspector", "10:00:00", None, LON),
            ("P1", "A", "inspector", "09:00:00", "typed", LON),
            ("P3", None, "inspector", "11:00:00", None, np.nan),
            ("P4", "A", "enterprise", "11:00:00", None, LON),
            ("P5", "A", "inspector", "13:00:00", None, LON),
        ]
    )
    found = visits_until(frame, OFFICERS, TOWN, np.datetime64("2024-07-01"), NOON)
    assert found["place_id"].tolist() == ["P1", "P2", "P3"]
    assert found["officer"].tolist() == ["A", "A", ""]
    assert found["second"].tolist() == [NINE, 10 * HOUR, 11 * HOUR]
    assert found["lon"].isna().tolist() == [True, False, True]
    assert visits_until(frame, OFFICERS, TOWN, np.datetime64("2024-06-30"), NOON).empty


def test_what_was_left_out_and_taken_up_again() -> None:
    """The last word about a place counts."""
    skips = pd.DataFrame(
        {
            "officer": ["A", "A", "B", "A"],
            "place_id": ["P1", "P2", "P3", "P1"],
            "state": ["skipped", "skipped", "skipped", "taken_back"],
        }
    )
    assert skipped(skips, "A") == {"P2"}


@pytest.mark.parametrize(
    ("visits", "spot", "where"),
    [
        ([("P1", "A", NINE, 113.7), ("P2", "A", NOON, 113.8)], None, (113.8, LAT)),
        ([("P1", "A", NINE, 113.7), ("P2", "A", NOON, np.nan)], None, (113.7, LAT)),
        ([("P2", "A", NINE, np.nan)], None, (LON + 0.002, LAT)),
        ([("P2", "A", NINE, 113.7)], (1.0, 2.0), (1.0, 2.0)),
        ([], None, (LON, LAT)),
    ],
)
def test_where_somebody_is(
    visits: list[tuple[str, str, int, float]], spot: tuple[float, float] | None, where: tuple[float, float]
) -> None:
    """As said, else at the last geotag, else at the last stop that is done, else at the start."""
    frame = pd.DataFrame(visits, columns=["place_id", "officer", "second", "lon"]).assign(lat=LAT)
    assert since_of(route([stop(1), stop(2)]), frame, NOON, spot=spot).spot == where


def test_what_others_have_done_is_not_planned_again() -> None:
    """Done stops of the own route are history; what else was visited that day is gone."""
    frame = pd.DataFrame(
        [("P1", "A", NINE), ("P2", "B", NINE), ("P9", "A", NINE)], columns=["place_id", "officer", "second"]
    ).assign(lon=np.nan, lat=np.nan)
    since = since_of(route([stop(1), stop(2)]), frame, NOON, gone=["P7"])
    assert since.done == {"P1": NINE, "P9": NINE}
    assert since.gone == {"P2", "P7", "P9"}
