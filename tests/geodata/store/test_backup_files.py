"""What a backup keeps besides the town: photos, each once; accounts, without who was in."""

from __future__ import annotations

import stat
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from geodata.accounts.book import Accounts
from geodata.accounts.model import User
from geodata.model import Town
from geodata.store import create_store
from geodata.store.backup import back_up, bring_files, restore
from geodata.store.backup_files import copy_photos
from geodata.store.thumbnails import copy_thumbnails, read_thumbnails, thumbnails_written
from tests.postgres import fresh


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a town with two photos and an account."""
    store = tmp_path / "town.gpkg"
    create_store(store, Town("镇", "990001001"), actor="t").close()
    for data in (b"one", b"two"):
        put(store, data)
    accounts = Accounts(store)
    accounts.add(User("wang", "王五", "clerk", password="hash"), "t")
    accounts.begin("wang")
    accounts.close()
    return store


def put(store: Path, data: bytes) -> Path:
    """Put a photo beside a store as the service does."""
    name = sha256(data).hexdigest()
    file = store.with_suffix(".photos") / name[:2] / f"{name}.jpg"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def photos(folder: Path) -> dict[str, bytes]:
    """Give what a folder of photos holds."""
    return {file.name: file.read_bytes() for file in folder.glob("??/*")}


def test_accounts_come_before_photos(path: Path, tmp_path: Path) -> None:
    """Where photos can't be written any more, the town that was brought back has its door."""
    made = back_up(path, tmp_path / "1.zip")
    restore(tmp_path / "1.zip", tmp_path / "new.gpkg")
    (tmp_path / "new.photos").write_bytes(b"no folder")
    with pytest.raises(OSError):
        bring_files(tmp_path / "1.zip", made, tmp_path / "new.gpkg")
    accounts = Accounts(tmp_path / "new.gpkg")
    assert accounts.exist()
    accounts.close()


def test_photos_come_back(path: Path, tmp_path: Path) -> None:
    """Photos are kept beside the backups, each once, and come back; the backup says how many there were."""
    backups = tmp_path / "backups"
    backups.mkdir()
    first = back_up(path, backups / "1.zip")
    kept = {file: file.stat().st_ino for file in (backups / "town.photos").glob("??/*")}
    put(path, b"three")
    second = back_up(path, backups / "2.zip")
    assert (first.photos, second.photos) == (2, 3)
    assert all(file.stat().st_ino == number for file, number in kept.items())
    made = restore(backups / "2.zip", tmp_path / "new.gpkg")
    assert bring_files(backups / "2.zip", made, tmp_path / "new.gpkg") == (3, [], True)
    assert photos(tmp_path / "new.photos") == photos(tmp_path / "town.photos")


def test_damaged_photo(path: Path, tmp_path: Path) -> None:
    """A photo whose bytes changed is named and left out; the others come."""
    backups = tmp_path / "backups"
    backups.mkdir()
    back_up(path, backups / "1.zip")
    broken = next((backups / "town.photos").glob("??/*"))
    broken.write_bytes(b"other")
    made = restore(backups / "1.zip", tmp_path / "new.gpkg")
    came, damaged, _ = bring_files(backups / "1.zip", made, tmp_path / "new.gpkg")
    assert (came, damaged) == (1, [broken.name])
    assert broken.name not in photos(tmp_path / "new.photos")


def test_accounts(path: Path, tmp_path: Path) -> None:
    """Accounts come back where there are none, without sessions; accounts that stand are left as they are."""
    made = back_up(path, tmp_path / "1.zip")
    assert stat.S_IMODE((tmp_path / "1.zip").stat().st_mode) == 0o600
    new = tmp_path / "new.gpkg"
    restore(tmp_path / "1.zip", new)
    assert bring_files(tmp_path / "1.zip", made, new)[2]
    accounts = Accounts(new)
    assert [user.login for user in accounts.users()] == ["wang"]
    assert accounts.sessions("wang") == []
    assert accounts.check() == []
    assert stat.S_IMODE(new.with_suffix(".accounts.db").stat().st_mode) == 0o600
    accounts.add(User("li", "李四", "leader"), "t")
    accounts.close()
    assert not bring_files(tmp_path / "1.zip", made, new)[2]
    assert len(Accounts(new).users()) == 2


def test_a_town_without_either(tmp_path: Path) -> None:
    """A town without photos and accounts is backed up as ever, and its backup holds nothing else."""
    store = tmp_path / "town.gpkg"
    create_store(store, Town("镇", "990001001"), actor="t").close()
    made = back_up(store, tmp_path / "1.zip")
    assert made.photos == 0
    assert sorted(zipfile.ZipFile(tmp_path / "1.zip").namelist()) == ["manifest.json", "town.gpkg"]
    assert not (tmp_path / "town.photos").exists()


def test_photos_move_with_a_town(path: Path, tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos and thumbnails go to a database and back, those that are there already stay; page after page."""
    monkeypatch.setattr("geodata.store.thumbnails._PAGE", 2)
    small = {f"photo {number}": bytes([number]) for number in range(5)}
    with thumbnails_written(path) as keep:
        for name, jpeg in small.items():
            keep(name, jpeg)
    place, back = fresh(postgres, files=tmp_path / "files"), tmp_path / "back.gpkg"
    create_store(place, Town("镇", "990001001"), actor="t").close()
    with thumbnails_written(place) as keep:
        keep("photo 1", b"there before")
    assert [copy_photos(path, place), copy_thumbnails(path, place)] == [2, 5]
    assert [copy_photos(place, back), copy_thumbnails(place, back)] == [2, 5]
    assert photos(tmp_path / "back.photos") == photos(tmp_path / "town.photos")
    assert read_thumbnails(back, list(small)) == {**small, "photo 1": b"there before"}
    assert copy_thumbnails(tmp_path / "none.gpkg", back) == 0
