"""A store is made, opened, refused; it keeps the town and its rules."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store import DEFAULT_RULES, Store, create_store, open_store
from geodata.store.versions import SCHEMA_VERSION
from tests.geodata.store.elsewhere import elsewhere

Written = dict[str, str]


def test_a_new_store_holds_the_town_as_the_root_of_its_areas(store: Store, town: Town) -> None:
    """The root area has the town's level, code and name, and no geometry."""
    areas = store.ledger("areas").areas
    assert areas[["level", "code", "name"]].to_numpy().tolist() == [["town", town.code, town.name]]
    assert areas.geometry.isna().all()


def test_a_new_store_holds_the_default_rules(store: Store) -> None:
    """The rules of a new store are the text of default_rules.toml."""
    assert store.rules_text() == DEFAULT_RULES.read_text(encoding="utf-8")


def test_a_new_store_is_sound(store: Store) -> None:
    """Nothing is to be said about a new store."""
    assert store.check() == []


def test_the_town_comes_back_with_all_its_settings(path: Path) -> None:
    """A town that was stored equals the town that is opened."""
    town = Town("甲“乙”市", "441900", "Asia/Urumqi", tolerance_m=62.5, synthetic=True)
    create_store(path, town).close()
    with open_store(path) as store:
        assert store.town == town


@pytest.mark.geopackage
def test_a_store_is_never_made_over_a_file(path: Path, town: Town) -> None:
    """Making a store where a file is leaves the file alone."""
    path.write_bytes(b"mine")
    with pytest.raises(StoreProblem, match="已经存在"):
        create_store(path, town)
    assert path.read_bytes() == b"mine"


def test_a_missing_folder_is_named(tmp_path: Path, town: Town) -> None:
    """A store in a folder that is not there is refused, with the folder's name."""
    with pytest.raises(StoreProblem, match="nowhere 不存在"):
        create_store(tmp_path / "nowhere" / "town.gpkg", town)


@pytest.mark.parametrize("name", ["town", "town.sqlite", "town.gpkg.zip", ""])
def test_only_gpkg_is_a_store(name: str, town: Town) -> None:
    """A path that does not end in .gpkg is refused, for making and for opening."""
    for attempt in (lambda: create_store(name, town), lambda: open_store(name)):
        with pytest.raises(StoreProblem, match=r"\.gpkg"):
            attempt()


@pytest.mark.geopackage
def test_nothing_is_left_of_a_store_that_could_not_be_made(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When making fails half-way there is no file, no log beside it, and the next try succeeds."""

    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="power cut"):
        patched.setattr("geodata.store.writing.write_settings", fail)
        create_store(path, Town("虎门镇", "441900121"))
    assert list(path.parent.iterdir()) == []
    create_store(path, Town("虎门镇", "441900121")).close()


@pytest.mark.geopackage
def test_a_missing_file_is_named(path: Path) -> None:
    """Opening what is not there says so and makes nothing."""
    with pytest.raises(StoreProblem, match=r"没有 .* 这个文件"):
        open_store(path, write=True)
    assert not path.exists()


@pytest.mark.geopackage
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a database at all, but long enough to look at" * 20])
def test_a_file_that_is_no_store_is_refused(path: Path, content: bytes) -> None:
    """An empty file or another format is refused, and stays as it is even when it was to be written."""
    path.write_bytes(content)
    with pytest.raises(StoreProblem, match=r"不是(网格数据文件| wangge 建的文件)"):
        open_store(path, write=True)
    assert path.read_bytes() == content


@pytest.mark.geopackage
def test_another_geopackage_is_refused_and_left_alone(path: Path) -> None:
    """Somebody else's SQLite file is not switched to our journal."""
    path.touch()
    elsewhere(path, "PRAGMA application_id = 1196444487", "CREATE TABLE roads (fid INTEGER PRIMARY KEY)")
    before = path.read_bytes()
    with pytest.raises(StoreProblem, match="不是 wangge 建的文件"):
        open_store(path, write=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("version", "remedy"), [(SCHEMA_VERSION + 1, "新.*请升级"), (0, "没有过这个版本")])
def test_a_store_of_another_version_is_refused(store: Store, path: Path, version: int, remedy: str) -> None:
    """A newer file asks for a newer program; a version that never was is none."""
    store.close()
    elsewhere(path, f"UPDATE wangge_settings SET value = '{version}' WHERE key = 'store_schema'")
    with pytest.raises(StoreProblem, match=remedy):
        open_store(path)


def test_a_store_without_a_setting_is_refused(store: Store, path: Path) -> None:
    """A town without its time zone can't be opened."""
    store.close()
    elsewhere(path, "DELETE FROM wangge_settings WHERE key = 'timezone'")
    with pytest.raises(StoreProblem, match="timezone"):
        open_store(path)


def test_rules_are_replaced_and_the_audit_keeps_the_old_ones(store: Store, path: Path) -> None:
    """New rules are read back by another process; the old text stands in the audit."""
    store.write_rules("# 新规则\n", actor="clerk", source="rules.toml")
    with open_store(path) as other:
        assert other.rules_text() == "# 新规则\n"
        newest = other.audit(1).iloc[0]
    assert (newest["action"], newest["table"], newest["updated"]) == ("rules", "wangge_settings", 1)
    assert "检查频次规则" in newest["changes"]


def test_changing_the_town_changes_its_root_area(store: Store, path: Path, town: Town) -> None:
    """A town's new name is the name of its root area too, and both changes are audited."""
    renamed = replace(town, name="虎门", tolerance_m=80.0)
    store.change_town(renamed, actor="clerk")
    with open_store(path) as other:
        assert other.town == renamed == store.town
        assert other.ledger("areas").areas["name"].tolist() == ["虎门"]
        assert other.check() == []


def test_a_town_keeps_its_code(store: Store, town: Town) -> None:
    """The code names the root of the areas: another one is refused."""
    with pytest.raises(StoreProblem, match="区划代码不能"):
        store.change_town(replace(town, code="441900122"), actor="clerk")
    assert store.town == town


def test_the_version_changes_with_every_write(
    store: Store, path: Path, made: SimpleNamespace, written: Written
) -> None:
    """Another process's write shows in the version, an unchanged import too; reading does not change it."""
    with open_store(path) as other:
        seen = [other.version()]
        for _ in range(2):
            store.write("places", made.places(), **written)
            other.ledger("places")
            seen.append(other.version())
    assert seen == [seen[0], seen[0] + 1, seen[0] + 2]


def test_a_store_opened_to_read_is_not_written(
    store: Store, path: Path, made: SimpleNamespace, written: Written
) -> None:
    """Without write=True every write is refused."""
    with open_store(path) as reader, pytest.raises(StoreProblem, match="只读方式"):
        reader.write("places", made.places(), **written)


def test_threads_may_share_a_store(store: Store, made: SimpleNamespace, written: Written) -> None:
    """Four threads write and read through one store; every row of each arrives."""

    def work(number: int) -> int:
        frame = made.places(20)
        frame["id"] = [f"T{number}-{key}" for key in frame["id"]]
        store.write("places", frame, **written)
        return len(store.ledger("places").places)

    with ThreadPoolExecutor(4) as pool:
        assert max(pool.map(work, range(4))) == 80
    assert len(store.ledger("places").places) == 80
