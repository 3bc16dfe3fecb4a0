"""What is kept at hand after posts is what would be read and computed anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import anyio
import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from api import posting
from api.actor import HERE
from api.desk import AT_HAND, Desk
from api.kept import MANY, Part, Table
from api.settings import Settings
from api.wire import NewHazard, NewInspection
from coverage.assess import assess
from coverage.hazards import hazard_register
from coverage.rules import parse_rules
from geodata.store import Store, open_store

DAYS = (date(2024, 3, 5), date(2024, 6, 30))
NUMBERS = count()


@contextmanager
def a_desk(village: Path, folder: Path) -> Iterator[Desk]:
    """Give a desk on a copy of the village."""
    path = folder / f"{next(NUMBERS)}.gpkg"
    path.write_bytes(village.read_bytes())
    desk = Desk(Settings(store=path))
    yield desk
    desk.close()


def inspection(places: gpd.GeoDataFrame, number: int, day: int, by: str = "inspector") -> NewInspection:
    """Give an inspection of a place on a day of the half year, at the place itself where it has a position."""
    place = places.iloc[number % len(places)]
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day, seconds=number)
    where: dict[str, Any] = {} if place.geometry is None else {"lon": place.geometry.x, "lat": place.geometry.y}
    return NewInspection(place_id=place["id"], at=at, by=by, officer=f"外来{number % 3}", accuracy=5, **where)


def hazard(places: gpd.GeoDataFrame, number: int, day: int) -> NewHazard:
    """Give a hazard found at a place; every other one with a photo, which begins its life."""
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day, seconds=number)
    photos = [f"{number:064x}"] * (number % 2)
    return NewHazard(place_id=places["id"].iloc[number % len(places)], found_at=at, photos=photos)


def post(desk: Desk, table: str, new: NewInspection | NewHazard) -> None:
    """Post by this machine."""
    anyio.run(posting.post, desk, HERE, table, new)


def demand_what_a_new_reading_gives(desk: Desk) -> None:
    """Compare every table, and the days at hand, with those of the store read anew."""
    with open_store(desk.settings.store) as store:
        ledger, rules = store.ledger(*AT_HAND), parse_rules(store.rules_text())
    for name, frame in ledger.frames.items():
        assert_frame_equal(pd.DataFrame(desk.ledger().frames[name]), pd.DataFrame(frame))
    for as_of in DAYS:
        day, anew = desk.day(as_of), assess(ledger, rules, as_of)
        assert_frame_equal(day.assessment.places, anew.places)
        assert_frame_equal(day.assessment.duties, anew.duties)
        assert_frame_equal(day.register.hazards, hazard_register(ledger, as_of).hazards)


posts = st.tuples(
    st.sampled_from(("inspector", "department", "enterprise", "hazard")),
    st.integers(0, 2000),
    st.integers(0, 181),
    st.sampled_from(("nobody", "a day", "all")),
)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.lists(posts, min_size=1, max_size=8))
def test_any_posts(village: Path, tmp_path: Path, given: list[tuple[str, int, int, str]]) -> None:
    """After any posts, whoever looked in between, nothing was read anew, and all is as if it had been."""
    with a_desk(village, tmp_path) as desk:
        places = desk.day(DAYS[0]).ledger.places
        assert all(len(desk.day(each).assessment.duties) for each in DAYS)
        with patch.object(Store, "ledger", side_effect=AssertionError("the tables were read anew")):
            for what, number, day, asks in given:
                if what == "hazard":
                    post(desk, "hazards", hazard(places, number, day))
                else:
                    post(desk, "inspections", inspection(places, number, day, what))
                if asks != "nobody":
                    _ = desk.day(DAYS[0]).assessment
                if asks == "all":
                    assert len(desk.ledger().inspections)
            _ = desk.day(DAYS[1]).assessment
        demand_what_a_new_reading_gives(desk)


def test_others_write_between_posts(village: Path, tmp_path: Path) -> None:
    """What another process wrote between two posts is seen, and so is what another program drew."""
    with a_desk(village, tmp_path) as desk:
        places = desk.day(DAYS[0]).ledger.places
        post(desk, "inspections", inspection(places, 7, 60))
        with open_store(desk.settings.store, write=True) as other:
            note = pd.DataFrame({"id": [desk.ledger().inspections["id"].iloc[0]], "note": ["改过"]}, dtype="str")
            other.write("inspections", note, actor="other", action="import", source="x")
        post(desk, "inspections", inspection(places, 8, 60))
        assert desk.ledger().inspections["note"].iloc[0] == "改过"
        demand_what_a_new_reading_gives(desk)
        with open_store(desk.settings.store, write=True) as other:
            connection = other._connection
            connection.execute("UPDATE inspections SET note = '画过' WHERE fid = 1")
            connection.execute("UPDATE gpkg_contents SET last_change = '2030-01-01T00:00:00.000Z'")
            connection.commit()
        post(desk, "inspections", inspection(places, 9, 60))
        assert desk.ledger().inspections["note"].iloc[0] == "画过"
        demand_what_a_new_reading_gives(desk)


def test_a_post_that_failed(village: Path, tmp_path: Path) -> None:
    """A post that could not be committed is never seen; the next one is."""
    with a_desk(village, tmp_path) as desk:
        places = desk.day(DAYS[0]).ledger.places
        before = len(desk.ledger().inspections)

        def fail(*_: object) -> None:
            raise OSError("disk")

        remember = desk._remember
        failing = patch.object(desk, "_remember", side_effect=lambda posted: (remember(posted), fail()))
        with failing, pytest.raises(OSError, match="disk"):
            post(desk, "inspections", inspection(places, 7, 60))
        assert len(desk.ledger().inspections) == before
        post(desk, "inspections", inspection(places, 8, 60))
        assert len(desk.ledger().inspections) == before + 1
        demand_what_a_new_reading_gives(desk)


def test_many_short_frames() -> None:
    """Rows stand in the order they came, however many frames they came in, and each is known by its id."""
    table = Table([Part(pd.DataFrame({"id": ["first"], "place_id": ["p1"]}))])
    for number in range(3 * MANY):
        table = table.grown(pd.DataFrame({"id": [f"r{number}"], "place_id": [f"p{number % 50}"]}))
    assert len(table.frames) <= MANY + 2
    assert table.knows("r7")
    assert not table.knows("r")
    assert table.of_places({"p1", "p49", "none"}, ["id"])["id"].tolist() == ["first", "r1", "r49", "r51"]
    assert table.of_places({"none"}, ["id"])["id"].tolist() == []
    assert table.whole["id"].tolist() == ["first", *(f"r{number}" for number in range(3 * MANY))]


def test_few_rows_of_a_geotable() -> None:
    """Rows of some places are those of the whole table, shapes and dtypes too, from one part or several."""

    def rows(*names: str) -> gpd.GeoDataFrame:
        at = pd.Series(pd.to_datetime(["2024-01-01"] * len(names), utc=True)).dt.tz_convert("Asia/Shanghai")
        columns = {
            "id": pd.Series(names, dtype="str"),
            "place_id": pd.Series([n[0] for n in names], dtype="str"),
            "at": at,
        }
        points = [None if name.endswith("0") else shapely.Point(113, 22) for name in names]
        return gpd.GeoDataFrame(columns, geometry=points, crs=4326)

    table = Table([Part(rows("a0", "b1", "a2"))]).grown(rows("c1")).grown(rows("a3"))
    whole = rows("a0", "b1", "a2", "c1", "a3")
    for asked in (["a"], ["b"], ["a", "c"], ["x"], []):
        for columns in (["id", "at", "geometry"], ["at", "id"]):
            found = table.of_places(asked, columns)
            wanted = whole[whole["place_id"].isin(asked)][columns].reset_index(drop=True)
            assert_frame_equal(found, wanted)
            assert isinstance(found, gpd.GeoDataFrame) == ("geometry" in columns)


def test_extent() -> None:
    """The extent of a table is the box around its shapes; a table without any has none."""
    drawn = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[shapely.box(1, 2, 3, 4), None], crs=4326)
    assert Table([Part(drawn)]).extent() == shapely.box(1, 2, 3, 4)
    assert Table([Part(drawn.iloc[1:])]).extent() is None
