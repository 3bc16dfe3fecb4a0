"""A backup is one state of the store, whole, and is refused when a bit of it changed; a restore loses nothing."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store import Store, create_store, open_store
from geodata.store.backup import MANIFEST, STORE, back_up, dated, restore, rotate
from geodata.store.location import Where
from geodata.tables import TABLES
from tests.postgres import fresh

pytestmark = pytest.mark.geopackage  # of PostgreSQL stores: `test_copying`

ROUNDS = {kind: int(os.environ.get("WANGGE_BACKUPS", few)) for kind, few in (("file", 4), ("postgis", 1))}
"""`make backups` runs 50 of each."""


@pytest.fixture
def file(path: Path, store: Store, tmp_path: Path) -> Path:
    """Give a backup of the store."""
    file = tmp_path / "backup.zip"
    back_up(path, file)
    return file


def rows_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Give every row of every table of a file, as SQLite has them."""
    connection = sqlite3.connect(path)
    try:
        names = [*TABLES, "wangge_settings", "wangge_audit", "wangge_imports", "wangge_reports", "gpkg_contents"]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    finally:
        connection.close()


def places(names: list[str]) -> pd.DataFrame:
    """Give places by their names."""
    return pd.DataFrame({"id": names, "name": names}, dtype="str")


def write(store: Store, names: list[str]) -> None:
    """Write places."""
    store.write("places", places(names), actor="t", action="import", source="t")


def test_a_backup_comes_back_row_for_row(store: Store, path: Path, tmp_path: Path) -> None:
    """The restored store holds every row of every table; it is sound, and QGIS's file in the archive is it."""
    write(store, ["甲厂", "乙厂"])
    made = back_up(path, tmp_path / "b.zip")
    assert restore(tmp_path / "b.zip", tmp_path / "new.gpkg") == made
    assert rows_of(tmp_path / "new.gpkg") == rows_of(path)
    assert (made.town, made.code, made.audit) == (store.town.name, store.town.code, store.version())
    head = store.head()
    assert head is not None
    assert (made.audit, made.head_at, made.head) == (head.number, head.at, head.hash)
    with open_store(tmp_path / "new.gpkg", write=True) as other:
        assert other.check() == []
        write(other, ["丙厂"])
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".wangge")] == []


@pytest.mark.parametrize("on", list(ROUNDS))
def test_backups_while_others_write(on: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Each copy is the store as one write left it, row for row: of two tables written together, both or neither."""
    path: Where = tmp_path / "town.gpkg" if on == "file" else fresh(request.getfixturevalue("postgres"), files=tmp_path)
    create_store(path, Town("某镇", "441900121")).close()
    stop = Event()

    def keep_writing() -> int:
        number = 0
        with open_store(path, write=True) as writer:
            while not stop.is_set():
                names = [f"{number}-{each}" for each in range(20)]
                spans = pd.DataFrame({"id": names, "name": names}, dtype="str")
                both = {"places": places(names), "water": _water(spans)}
                writer.write_many(both, actor="t", action="t", source="t")
                number += 1
        return number

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(keep_writing)
        for number in range(ROUNDS[on]):
            back_up(path, tmp_path / f"{number}.zip")
        stop.set()
        written = writing.result()
    assert written > 0
    with open_store(path) as live:
        now, audited = live.ledger("places", "water"), live.audit(10**6)
    seen = []
    for number in range(ROUNDS[on]):
        copy = tmp_path / f"{number}.gpkg"
        made = restore(tmp_path / f"{number}.zip", copy)
        with open_store(copy) as restored:
            assert restored.check() == []
            ledger = restored.ledger("places", "water")
            audit = restored.audit(10**6)
            counts = audit["table"].value_counts()
            assert len(ledger.water) == len(ledger.places)
            for name, frame in ledger.frames.items():  # rows are only added: those of a moment are the first of now
                pd.testing.assert_frame_equal(frame, now.frames[name].iloc[: len(frame)])
            pd.testing.assert_frame_equal(audit, audited.iloc[-len(audit) :].reset_index(drop=True))
            assert counts.get("water", 0) * 20 == len(ledger.water)
            assert restored.version() == made.audit
        seen.append(len(ledger.water))
    assert seen == sorted(seen)


def _water(frame: pd.DataFrame) -> pd.DataFrame:
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([None] * len(frame), crs=4326))


def test_a_damaged_backup_is_refused(file: Path, tmp_path: Path) -> None:
    """Cut short or with one bit turned anywhere, nothing is made of it, and the sentence says to take another."""
    whole = file.read_bytes()
    rng = np.random.default_rng(5)
    cuts = [whole[: int(at)] for at in rng.integers(0, len(whole), 12)]
    flips = []
    for at in rng.integers(0, len(whole), 40):
        turned = bytearray(whole)
        turned[at] ^= 1 << int(rng.integers(8))
        flips.append(bytes(turned))
    refused = 0
    for content in [*cuts, *flips]:
        file.write_bytes(content)
        target = tmp_path / "new.gpkg"
        try:
            restore(file, target)
        except StoreProblem as problem:
            assert "备份" in str(problem)
            assert not target.exists()
            refused += 1
        else:  # the bit belongs to what says nothing: a time, a hint
            assert rows_of(target)
            target.unlink()
    assert refused >= len(cuts) + 30


def test_other_content_under_the_same_manifest_is_refused(file: Path, tmp_path: Path) -> None:
    """An archive that is sound as such, but holds another store than its manifest says, is refused."""
    with zipfile.ZipFile(file) as archive:
        manifest, content = archive.read(MANIFEST), bytearray(archive.read(STORE))
    content[len(content) // 2] ^= 1
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(MANIFEST, manifest)
        archive.writestr(STORE, bytes(content))
    with pytest.raises(StoreProblem, match="校验码不符"):
        restore(file, tmp_path / "new.gpkg")


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (b"{}", "不是网格的备份"),
        (b"[1", "不是完好的备份"),
        (json.dumps({"format": 1, "town": "x"}).encode(), "说明不完整"),
        (b" " * 70_000, "不是网格的备份"),
    ],
)
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, manifest: bytes, said: str) -> None:
    """Another .zip, or one whose manifest makes no sense, is told."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, manifest)
        archive.writestr(STORE, b"")
    with pytest.raises(StoreProblem, match=said):
        restore(tmp_path / "x.zip", tmp_path / "new.gpkg")


def test_a_store_that_unpacks_too_large_is_refused(file: Path, tmp_path: Path) -> None:
    """No more is written than the manifest says."""
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        content = archive.read(STORE)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest | {"size": 1000}))
        archive.writestr(STORE, content)
    with pytest.raises(StoreProblem, match="比说明里写的大"):
        restore(file, tmp_path / "new.gpkg")


def test_a_store_that_is_not_sound_is_not_backed_up(store: Store, path: Path, tmp_path: Path) -> None:
    """What is wrong is said; the backup of before stays."""
    file = tmp_path / "b.zip"
    back_up(path, file)
    before = file.read_bytes()
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM wangge_audit WHERE id = 1")
    connection.commit()
    connection.close()
    with pytest.raises(StoreProblem, match="不完好，没有备份：审计表"):
        back_up(path, file)
    assert file.read_bytes() == before


def test_nothing_is_overwritten_unasked(store: Store, path: Path, file: Path) -> None:
    """A store that stands is left as it is, and the sentence says what to write."""
    before = rows_of(path)
    with pytest.raises(StoreProblem, match="--overwrite"):
        restore(file, path)
    assert rows_of(path) == before


def test_the_log_of_a_store_that_is_gone_is_not_mixed_in(file: Path, tmp_path: Path) -> None:
    """Where the write-ahead log of a lost store lies, nothing is restored, and the sentence says what to do."""
    target = tmp_path / "lost.gpkg"
    log = tmp_path / "lost.gpkg-wal"
    log.write_bytes(b"frames")
    with pytest.raises(StoreProblem, match=r"lost\.gpkg-wal 是原来的数据库留下的"):
        restore(file, target)
    assert not target.exists()
    log.unlink()
    restore(file, target)
    assert rows_of(target)


@pytest.fixture
def reader(path: Path, store: Store) -> Iterator[Store]:
    """Give somebody who has the store open."""
    with open_store(path) as reader:
        yield reader


def test_overwriting_keeps_what_was_there(store: Store, path: Path, file: Path, reader: Store, tmp_path: Path) -> None:
    """Who has the store open sees the backup's rows next; those of before are in a backup beside; the audit says so."""
    standing = rows_of(path)
    write(store, ["后来的"])
    later = rows_of(path)
    restore(file, path, overwrite=True, actor="clerk")
    assert "后来的" not in reader.ledger("places").places["id"].tolist()
    now = rows_of(path)
    assert now["places"] == standing["places"]
    assert now["wangge_audit"][:-1] == standing["wangge_audit"]
    row = reader.audit(1).iloc[0]
    assert (row["action"], row["actor"]) == ("restore", "clerk")
    assert reader.check() == []
    (kept,) = path.parent.glob("*恢复前*.zip")
    restore(kept, tmp_path / "kept.gpkg")
    assert rows_of(tmp_path / "kept.gpkg")["places"] == later["places"]
    write(store, ["再写"])
    assert "再写" in reader.ledger("places").places["id"].tolist()


def test_a_backup_of_an_older_version_is_brought_up(old: Path, tmp_path: Path) -> None:
    """Put over a store that is open, it has the tables and the chain that the programs at work know."""
    made = back_up(old, tmp_path / "old.zip")
    assert made.head is None
    with create_store(tmp_path / "new.gpkg", Town("甲镇", "990001001")) as store:
        restore(tmp_path / "old.zip", store.path, overwrite=True)
        write(store, ["新的"])
        assert store.check_audit() == []
        assert store.audit()["action"].tolist()[:3] == ["import", "restore", "migrate"]


def test_another_towns_store_is_not_replaced(file: Path, tmp_path: Path) -> None:
    """A backup of one town is never put over another's."""
    create_store(tmp_path / "other.gpkg", Town("乙镇", "990001002")).close()
    before = rows_of(tmp_path / "other.gpkg")
    with pytest.raises(StoreProblem, match="没有覆盖"):
        restore(file, tmp_path / "other.gpkg", overwrite=True)
    assert rows_of(tmp_path / "other.gpkg") == before


def test_only_the_oldest_backups_go(tmp_path: Path) -> None:
    """The newest stay; files of other names, and of other stores, are not touched."""
    files = [dated(tmp_path, "town", datetime(2024, 7, day, tzinfo=UTC)) for day in (1, 2, 3, 4)]
    others = [tmp_path / name for name in ("town-重要.zip", "town-2024.zip", "town2-20240601-000000.zip", "town.gpkg")]
    for each in [*files, *others]:
        each.write_bytes(b"")
    assert rotate(tmp_path, "town", 2) == files[:2]
    assert sorted(tmp_path.iterdir()) == sorted([*files[2:], *others])
    assert rotate(tmp_path, "town", 2) == []
