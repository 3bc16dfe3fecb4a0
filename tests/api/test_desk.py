"""What the service holds at hand, and when it reads anew."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier
from time import monotonic
from typing import Any
from unittest.mock import patch

import geopandas as gpd
import pandas as pd
import pytest

from api.coming import note_coming
from api.day import Day, newest_first, once
from api.desk import DAYS_KEPT, Desk, last_day
from api.posts import Posts
from api.settings import Settings
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.store import Store, open_store
from geodata.store.backup import back_up, restore
from geodata.store.posting import row_of
from geodata.store.reading import Mark
from geodata.tables import TABLES

TOWN = Town("某镇", "441900121")


@pytest.fixture
def path(village: Path, tmp_path: Path) -> Path:
    """Give a copy of the village."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    return path


@pytest.fixture
def desk(path: Path) -> Iterator[Desk]:
    """Give a desk on the copy."""
    desk = Desk(Settings(store=path))
    yield desk
    desk.close()


def test_kept_until_a_write(desk: Desk, path: Path) -> None:
    """A day is the same object until something is written, by whomever; then it is made anew."""
    before = desk.day()
    assert desk.day() is before
    with open_store(path, write=True) as other:
        row = pd.DataFrame({"id": ["new"], "name": ["新"]}, dtype="str")
        other.write("places", row, actor="other", action="import", source="x")
    after = desk.day()
    assert after is not before
    assert len(after.ledger.places) == len(before.ledger.places) + 1


def test_who_waited_shares_the_last_look(desk: Desk) -> None:
    """A read that came before the store was last looked at is answered from it; who comes later sees the posts."""

    def came(moment: float) -> Day:
        note_coming(moment)
        return desk.day()

    early = monotonic()
    before = desk.day()
    desk.post(row_of(TABLES["inspections"], {"id": "new", "by": "inspector"}))
    assert copy_context().run(came, early) is before
    after = copy_context().run(came, monotonic())
    assert after is not before
    assert copy_context().run(came, early) is after


def test_who_writes_looks_anew(desk: Desk) -> None:
    """What comes from no read sees its own write, whenever it came."""
    before = desk.day()
    desk.post(row_of(TABLES["inspections"], {"id": "new", "by": "inspector"}))
    assert desk.day() is not before


def test_rules_of_another_process(desk: Desk, path: Path) -> None:
    """New rules are seen at the next request."""
    assert desk.day().rules
    with open_store(path, write=True) as other:
        other.write_rules("", actor="other", source="x")
    assert desk.day().rules == ()


def test_other_town_settings(desk: Desk, path: Path) -> None:
    """A setting of the town that another process changed is seen at the next request."""
    assert desk.day().ledger.town.tolerance_m == 100
    with open_store(path, write=True) as other:
        other.change_town(replace(other.town, tolerance_m=50.0), actor="other")
    assert desk.day().ledger.town.tolerance_m == 50
    assert desk.town.tolerance_m == 50


def test_an_edit_by_a_gis_program_is_seen(desk: Desk, path: Path) -> None:
    """A road drawn with GDAL, as QGIS does, is there at the next request, though no audit names it."""
    before = desk.day()
    draw = (
        "import sys, geopandas as gpd, shapely;"
        "line = shapely.LineString([(113, 23), (113, 24)]);"
        "road = gpd.GeoDataFrame({'id': ['drawn'], 'name': ['新路']}, geometry=[line], crs=4326);"
        "road.to_file(sys.argv[1], layer='roads', mode='a')"
    )
    subprocess.run([sys.executable, "-c", draw, str(path)], check=True, capture_output=True, text=True)
    after = desk.day()
    assert after.ledger.frames["roads"]["id"].tolist() == [*before.ledger.frames["roads"]["id"], "drawn"]
    assert after.ledger.places is before.ledger.places


def test_only_what_changed_is_read(desk: Desk, path: Path) -> None:
    """After a write to one table the frames of the others are those read before."""
    before = desk.ledger()
    with open_store(path, write=True) as other:
        row = pd.DataFrame({"id": ["new"], "name": ["新"]}, dtype="str")
        other.write("places", row, actor="other", action="import", source="x")
    after = desk.ledger()
    assert after.hazards is before.hazards
    assert after.places is not before.places


def test_few_days_are_kept(desk: Desk) -> None:
    """The days kept are bounded; the one asked for longest ago goes first."""
    first = desk.day(date(2024, 1, 1))
    last = [desk.day(date(2024, 2, 1 + day)) for day in range(DAYS_KEPT)][-1]
    assert desk.day(date(2024, 2, DAYS_KEPT)) is last
    assert desk.day(date(2024, 1, 1)) is not first


def test_computed_once(desk: Desk) -> None:
    """Many who ask for one part at the same time get one and the same, computed once."""
    together, made = Barrier(4), []

    @once
    def part(day: Day) -> object:
        made.append(day)
        return object()

    day = desk.day()

    def ask(_: int) -> object:
        together.wait()
        return part(day)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
    assert len(made) == 1


def test_parts_need_one_another(desk: Desk) -> None:
    """A part that needs others does not wait for itself."""
    assert desk.day().map("gaps")
    assert desk.day().map("hazards")


def ledger(*moments: str, found: tuple[str, ...] = ()) -> Ledger:
    """Give a ledger of inspections and hazards at these moments (UTC)."""
    frames: dict[str, pd.DataFrame] = {}
    for table, column, given in (("inspections", "at", moments), ("hazards", "found_at", found)):
        at = pd.Series(pd.to_datetime(list(given), utc=True)).dt.as_unit("s").dt.tz_convert("Asia/Shanghai")
        frames[table] = gpd.GeoDataFrame({column: at}, geometry=[None] * len(given), crs=4326)
    return Ledger(TOWN, frames)


def test_last_day() -> None:
    """The day shown first is the last with an inspection, by the clocks of the town."""
    assert last_day(ledger("2024-03-05T15:59:59Z", found=("2024-05-01T00:00:00Z",))) == date(2024, 3, 5)
    assert last_day(ledger("2024-03-05T16:00:00Z")) == date(2024, 3, 6)


def test_last_day_without_inspections() -> None:
    """Without inspections it is the last with a hazard; without any record, today."""
    assert last_day(ledger(found=("2024-05-01T00:00:00Z",))) == date(2024, 5, 1)
    assert last_day(ledger()) >= date(2026, 1, 1)


def test_last_day_is_never_to_come() -> None:
    """A mistyped year does not move the day into the future."""
    assert last_day(ledger("2024-03-05T00:00:00Z", "2204-03-05T00:00:00Z")) == date(2024, 3, 5)


def test_newest_first() -> None:
    """Newest first, equal times by id."""
    at = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-02"]))
    frame = pd.DataFrame({"id": ["a", "c", "b"], "at": at})
    assert newest_first(frame, "at")["id"].tolist() == ["b", "c", "a"]


def test_reading_while_another_writes(desk: Desk, path: Path) -> None:
    """A write of another process that is under way keeps no reader waiting."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(desk.day(date(2024, 3, 5)).assessment.places) > 0
        other.execute("ROLLBACK")


@pytest.mark.parametrize("table", ["hazards", "wangge_settings"])
@pytest.mark.parametrize("first", ["posted", "read"])
def test_a_post_while_tables_are_read_anew(desk: Desk, path: Path, table: str, first: str) -> None:
    """What is posted while an import, or new settings, make tables be read anew is seen once: not twice, not never."""
    hazards = desk.ledger().hazards
    desk.day()
    with open_store(path, write=True) as other:
        if table == "hazards":
            other.write(table, hazards.head(3).assign(description="改"), actor="a", action="import", source="b")
        else:
            other.write_rules("", actor="a", source="b")

    def post() -> None:
        desk.post(row_of(TABLES["inspections"], {"id": "meanwhile", "by": "inspector"}))

    def read(store: Store, *tables: str) -> tuple[Mark, Ledger]:
        if first == "posted":
            post()
        found = whole(store, *tables)
        if first == "read":
            post()
        return found

    whole = Store.marked_ledger
    with patch.object(Store, "marked_ledger", read):
        desk.state()
    for _ in range(2):
        ids = desk.ledger().inspections["id"]
        assert ids.is_unique
        assert "meanwhile" in set(ids)


def test_a_kept_route_leaves_the_figures_at_hand(desk: Desk, path: Path) -> None:
    """What was figured for a day stays when a route is kept, by whomever; the route is read when asked for."""
    before, day = desk.day(), date(2024, 7, 1)
    row = gpd.GeoDataFrame(
        {
            "id": ["2024-07-01/A/1"],
            "date": pd.to_datetime([day]),
            "officer": ["A"],
            "revision": [1],
            "state": ["draft"],
            "at": [pd.Timestamp("2024-07-01T08:00:00+08:00")],
            "actor": ["c"],
            "action": ["plan"],
        },
        geometry=gpd.GeoSeries([None], crs=4326),
    )
    with open_store(path, write=True) as other:
        assert other.append("planned_routes", row, {}, actor="c", action="plan", source="t")
    assert desk.day() is before
    assert desk.routes(day, day).planned_routes["officer"].tolist() == ["A"]
    with open_store(path, write=True) as other:
        row = pd.DataFrame({"id": ["new"], "name": ["新"]}, dtype="str")
        other.write("places", row, actor="other", action="import", source="x")
    assert len(desk.day().ledger.places) == len(before.ledger.places) + 1


@pytest.mark.parametrize("later", [0, 1, 5])
def test_a_restored_store_is_read_anew(desk: Desk, path: Path, tmp_path: Path, later: int) -> None:
    """After a backup was put in its place nothing of before is at hand, however many writes came after."""
    back_up(path, tmp_path / "b.zip")
    names = [f"new{at}" for at in range(3)]
    with open_store(path, write=True) as other:
        other.write(
            "places", pd.DataFrame({"id": names, "name": names}, dtype="str"), actor="t", action="t", source="t"
        )
        other.write_rules("", actor="t", source="r.toml")
    assert desk.day().rules == ()
    restore(tmp_path / "b.zip", path, overwrite=True)
    with open_store(path, write=True) as other:
        for at in range(later):
            row = pd.DataFrame({"id": [f"later{at}"], "name": ["后"]}, dtype="str")
            other.write("officers", row, actor="t", action="t", source="t")
    day = desk.day()
    assert day.rules
    assert not day.ledger.places["id"].isin(names).any()
    assert day.ledger.officers["id"].str.startswith("later").sum() == later


def test_patient_with_an_import(desk: Desk) -> None:
    """Who posts while another process writes for a minute waits for it."""
    assert desk.writer._connection.execute("PRAGMA busy_timeout").fetchone()[0] >= 60_000


def test_parts_are_made_while_a_post_is_followed(desk: Desk) -> None:
    """A part that a reader makes just while the day of after a post is made breaks nothing."""
    day = desk.day()

    class Name(str):
        __slots__ = ()

        def startswith(self, *asked: Any) -> bool:
            day.parts["made meanwhile"] = 1
            return super().startswith(*asked)

    day.parts |= {Name("streets walk"): 1, "work": 2}
    after = day.after(day.state, Posts(frozenset({"inspections"})))
    assert {name: after.parts.get(name) for name in ("streets walk", "work")} == {"streets walk": 1, "work": 2}
