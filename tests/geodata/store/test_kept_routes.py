"""Kept routes are appended by revision, whole or not at all, and read by day and officer."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata.store import Store

DAY, NEXT = date(2024, 7, 1), date(2024, 7, 2)


def route(day: date, officer: str, revision: int, state: str = "draft") -> pd.DataFrame:
    """Make one revision of a route."""
    return gpd.GeoDataFrame(
        {
            "id": [f"{day}/{officer}/{revision}"],
            "date": pd.to_datetime([day]),
            "officer": [officer],
            "revision": [revision],
            "state": [state],
            "at": [pd.Timestamp("2024-07-01T08:00:00+08:00")],
            "actor": ["clerk"],
            "action": ["plan"],
            "feasible": [True],
        },
        geometry=[shapely.MultiLineString([[(113.6, 22.8), (113.61, 22.8)]])],
        crs=4326,
    )


def stops(day: date, officer: str, revision: int, places: list[str]) -> pd.DataFrame:
    """Make the stops of one revision."""
    numbers = range(1, len(places) + 1)
    return gpd.GeoDataFrame(
        {
            "id": [f"{day}/{officer}/{revision}/{number}" for number in numbers],
            "date": pd.to_datetime([day] * len(places)),
            "officer": [officer] * len(places),
            "revision": [revision] * len(places),
            "number": list(numbers),
            "place_id": places,
            "locked": [False] * len(places),
        },
        geometry=[shapely.Point(113.6, 22.8)] * len(places),
        crs=4326,
    )


def keep(store: Store, day: date, officer: str, revision: int, places: list[str]) -> bool:
    """Append one revision with its stops."""
    return store.append(
        "planned_routes",
        route(day, officer, revision),
        {"planned_stops": stops(day, officer, revision, places)},
        actor="clerk",
        action="plan",
        source="test",
    )


def test_routes_are_read_by_day_and_officer(store: Store) -> None:
    """Only those of the days and of the officer come back, though one id begins like another."""
    for day in (DAY, NEXT):
        for officer in ("A", "A/1", "A1"):
            assert keep(store, day, officer, 1, ["P1", "P2"])
    assert store.routes(DAY, DAY).planned_routes["officer"].tolist() == ["A", "A/1", "A1"]
    one = store.routes(DAY, DAY, "A")
    assert one.planned_routes["id"].tolist() == ["2024-07-01/A/1"]
    assert one.planned_stops["place_id"].tolist() == ["P1", "P2"]
    assert one.route_skips.empty
    assert store.routes(DAY, NEXT, "A1").planned_routes["date"].dt.date.tolist() == [DAY, NEXT]
    assert store.routes(date(2024, 6, 1), date(2024, 6, 30)).planned_stops.empty


def test_a_revision_is_written_once(store: Store) -> None:
    """A second one of the same number writes nothing, not its stops either."""
    assert keep(store, DAY, "A", 1, ["P1"])
    version = store.version()
    assert not keep(store, DAY, "A", 1, ["P1", "P2"])
    assert store.version() == version
    assert store.routes(DAY, DAY).planned_stops["place_id"].tolist() == ["P1"]
    assert keep(store, DAY, "A", 2, ["P2"])
    assert store.routes(DAY, DAY).planned_routes["revision"].tolist() == [1, 2]


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_a_state_comes_back(store: Store, state: str) -> None:
    """What a revision is for stands in it, in the town's own time."""
    store.append("planned_routes", route(DAY, "A", 1, state), {}, actor="c", action="plan", source="t")
    read = store.routes(DAY, DAY).planned_routes.iloc[0]
    assert (read["state"], read["feasible"]) == (state, True)
    assert read["at"].isoformat() == "2024-07-01T08:00:00+08:00"
