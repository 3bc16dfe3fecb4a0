"""A town moves between stores of either kind: every row, its audit, and what can be done with it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store import Store, create_store, open_store
from geodata.store.backup import back_up, restore
from geodata.store.copying import copy_town
from geodata.store.geopackage import encode_point
from geodata.store.location import Where
from geodata.tables import TABLES
from tests.browser.payload_town import make_payload_town
from tests.geodata.store.elsewhere import elsewhere
from tests.postgres import fresh

pytestmark = pytest.mark.geopackage  # each test goes on to a database and back
OURS = ("wangge_settings", "wangge_audit", "wangge_imports", "wangge_drafts", "wangge_reports")


@pytest.fixture
def full(store: Store, made: SimpleNamespace) -> Store:
    """Give a town with rows of every kind: imported, undone, posted, a draft thrown away, a frozen report."""
    who = {"actor": "文员", "source": "表.xlsx"}
    frames = {"areas": made.areas(), "places": made.places(), "inspections": made.inspections()}
    store.import_rows(frames, digest="ab" * 32, **who)
    store.import_rows({"places": made.places().assign(headcount=3.0)}, **who)
    gone = store.import_rows({"places": made.places(2).assign(id=["X", "Y"])}, **who)["places"][1]
    assert gone is not None
    store.undo(gone, actor="文员")
    lines = gpd.GeoDataFrame({"id": ["R1"]}, geometry=[shapely.LineString([(113.6, 22.7), (113.7, 22.8)])], crs=4326)
    store.write("roads", lines.rename(columns={"id": "name"}).assign(id="R1"), action="import", **who)
    for name in "ab":
        store.save_draft(None, name=name, level="grid", actor="文员", base="b", content={"图": [1]})
    store.drop_draft(2)
    store.freeze_report("quarterly", "2024Q2", b'{"a": 1}', "文员")
    return store


@pytest.fixture
def others(tmp_path: Path, postgres: str) -> Iterator[tuple[Where, Where]]:
    """Give a place for a file and one in a database."""
    return iter([(tmp_path / "副本.gpkg", fresh(postgres))])


def all_of(where: Where) -> dict[str, object]:
    """Give every row of the tables of ours as stored, and the ledger."""
    with open_store(where) as store:
        ledger = {name: frame.to_json(date_format="iso") if len(frame) else "" for name, frame in _plain(store).items()}
    return {**ledger, **{name: elsewhere(where, f"SELECT * FROM {name} ORDER BY 1") for name in OURS}}


def _plain(store: Store) -> dict[str, pd.DataFrame]:
    frames = store.ledger().frames
    return {
        name: pd.DataFrame(frame).assign(geometry=frame.geometry.to_wkb(hex=True))
        if isinstance(frame, gpd.GeoDataFrame)
        else frame
        for name, frame in frames.items()
    }


def test_there_and_back(full: Store, path: Where, tmp_path: Path, postgres: str, made: SimpleNamespace) -> None:
    """Through a store of each kind nothing is changed: rows, settings, audit, heads, drafts, reports, fids."""
    places: list[Where] = [path, tmp_path / "甲.gpkg", fresh(postgres), fresh(postgres), tmp_path / "乙.gpkg"]
    for source, target in pairwise(places):
        told: list[tuple[int, int]] = []
        copied = copy_town(source, target, tell=lambda *at, told=told: told.append(at))
        assert told[-1] == (sum(copied.rows.values()),) * 2
        assert all_of(target) == all_of(path)
        fids = "SELECT id, fid FROM places ORDER BY fid"
        assert elsewhere(target, fids) == elsewhere(path, fids)
        with open_store(target) as other:
            assert (other.head(), other.check(), other.town) == (full.head(), [], full.town)
    with open_store(places[2], write=True) as moved, open_store(places[4], write=True) as again:
        for other in (moved, again):  # numbers go on, imports are known and can be undone
            assert other.save_draft(None, name="c", level="grid", actor="a", base="b", content={}) == 3
            assert other.took("places", "ab" * 32)
            imported = other.imports()
            newest = imported[(imported["undone"].isna()) & (imported["table"] == "places")]["id"]
            assert other.undo(int(newest.iloc[0]), actor="c").restored == 5
            other.write("places", made.places(2).assign(id=["X", "Y"]), actor="a", action="a", source="s")
            assert other.check() == []
        fid = "SELECT max(fid) FROM places"
        assert elsewhere(places[2], fid) == elsewhere(places[4], fid)


def test_every_table_goes_along(tmp_path: Path, postgres: str) -> None:
    """Each row of every table, kept routes and reviews among them, comes to the database and back."""
    places: list[Where] = [tmp_path / "甲.gpkg", fresh(postgres), tmp_path / "乙.gpkg"]
    make_payload_town(tmp_path / "甲.gpkg")
    for source, target in pairwise(places):
        copied = copy_town(source, target)
        assert [name for name in TABLES if not copied.rows[name]] == []
        assert all_of(target) == all_of(places[0])


def test_what_stands_is_not_written_over(full: Store, path: Where, others: Iterator[tuple[Where, Where]]) -> None:
    """A store that stands is refused, with `overwrite` one of another town too; the same town's is backed up first."""
    for target in next(others):
        create_store(target, Town("乙镇", "990001002")).close()
        before = all_of(target)
        with pytest.raises(StoreProblem, match="已经存在"):
            copy_town(path, target)
        with pytest.raises(StoreProblem, match="没有覆盖"):
            copy_town(path, target, overwrite=True)
        assert all_of(target) == before


def test_the_same_town_comes_in_its_place(
    full: Store, path: Where, others: Iterator[tuple[Where, Where]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `overwrite` who has the target open sees the old town, then the new one; a backup of the old one is left."""
    monkeypatch.chdir(tmp_path)
    for target in next(others):
        create_store(target, full.town).close()
        with open_store(target) as reader:
            assert reader.version() == 2
            copy_town(path, target, overwrite=True)
            assert reader.head() == full.head()
            assert reader.mark().version == full.version()
        assert all_of(target) == all_of(path)
        (kept,) = tmp_path.glob(f"{target.stem}-复制前-*.zip")
        restore(kept, tmp_path / f"{target.stem}-alt.gpkg")
        with open_store(tmp_path / f"{target.stem}-alt.gpkg") as old:
            assert old.version() == 2


def test_what_breaks_off_leaves_nothing(full: Store, path: Where, others: Iterator[tuple[Where, Where]]) -> None:
    """Broken off at whatever row, nothing stands at the target, and the next try succeeds; the source is as it was."""
    before = all_of(path)
    for target in next(others):
        for at in (1, 8):
            heard: list[int] = []

            def stop(done: int, of: int, heard: list[int] = heard, at: int = at) -> None:
                heard.append(done)
                if len(heard) == at:
                    raise KeyboardInterrupt

            with pytest.raises(KeyboardInterrupt):
                copy_town(path, target, tell=stop)
            with pytest.raises(StoreProblem):
                open_store(target)
        copy_town(path, target)
        assert all_of(target) == before == all_of(path)


def test_a_row_that_changed_on_the_way_is_noticed(full: Store, path: Where, postgres: str) -> None:
    """Each row is held against its source before it counts."""
    target = fresh(postgres)
    moved = patch("geodata.store.dialects.adapting.encode_point", lambda x, y: encode_point(x, y + 1e-9))
    with moved, pytest.raises(StoreProblem, match="复制后和原来不一样"):
        copy_town(path, target)
    with pytest.raises(StoreProblem, match="没有网格的数据"):
        open_store(target)


def test_a_store_that_is_not_sound_is_not_copied(full: Store, path: Where, tmp_path: Path) -> None:
    """What `wangge check` finds is told, and nothing is made."""
    elsewhere(path, "DELETE FROM wangge_audit WHERE id = 3")
    with pytest.raises(StoreProblem, match="不完好，没有复制"):
        copy_town(path, tmp_path / "x.gpkg")
    assert not (tmp_path / "x.gpkg").exists()


def test_backups_of_both_kinds_are_alike(
    full: Store, path: Where, others: Iterator[tuple[Where, Where]], tmp_path: Path
) -> None:
    """A backup of either kind becomes a store of either kind; one that stands is replaced, and the audit says so."""
    made = back_up(path, tmp_path / "b.zip")
    for target in next(others):
        assert restore(tmp_path / "b.zip", target) == made
        assert all_of(target) == all_of(path)
        with pytest.raises(StoreProblem, match="--overwrite"):
            restore(tmp_path / "b.zip", target)
        restore(tmp_path / "b.zip", target, overwrite=True, actor="文员")
        with open_store(target) as other:
            assert other.audit(1).iloc[0]["action"] == "restore"
            assert other.version() == full.version() + 1
            assert other.check() == []
        assert len(list(tmp_path.glob(f"{target.stem}-恢复前-*.zip"))) == 1


def test_a_stranger_is_not_restored_over(full: Store, path: Where, tmp_path: Path, postgres: str) -> None:
    """The backup of one town is not put in the place of another."""
    back_up(path, tmp_path / "b.zip")
    target = fresh(postgres)
    create_store(target, Town("乙镇", "990001002")).close()
    with pytest.raises(StoreProblem, match="没有覆盖"):
        restore(tmp_path / "b.zip", target, overwrite=True)
    with open_store(target) as store:
        assert store.town.name == "乙镇"
