"""What a backup keeps beside the town's data: photos that were sent in, and the accounts.

Photos are named by the SHA-256 of their bytes and never change, so a folder beside the backups (`town.photos`) holds
each of them once, however many backups there are; a backup says how many belong to it. Accounts go into the backup.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path

from geodata.accounts.copying import copy_accounts
from geodata.accounts.door import accounts_path
from geodata.store.location import Where, beside

ACCOUNTS = "accounts.db"
PHOTOS = ".photos"
MOST_ACCOUNTS_BYTES = 1 << 30


def photos_kept(folder: Path) -> Iterator[Path]:
    """Give the files of a folder of photos; what is still being written is none."""
    return (file for file in folder.glob("??/*") if file.is_file() and not file.name.startswith("."))


def keep_photos(store: Where, folder: Path) -> int:
    """Copy the photos that were sent to a store into the folder of its backups, those that are not there yet.

    Returns
    -------
    How many the store has. OSError when the folder can't be written.
    """
    return _copy_all(beside(store, PHOTOS), folder / f"{store.stem}{PHOTOS}")


def copy_photos(source: Where, target: Where) -> int:
    """Copy the photos that were sent to a store to another, those that are not there yet; give how many it has."""
    return _copy_all(beside(source, PHOTOS), beside(target, PHOTOS))


def _copy_all(source: Path, target: Path) -> int:
    count = 0
    for file in photos_kept(source):
        _put(file, target / file.parent.name / file.name)
        count += 1
    return count


def bring_photos(folder: Path, stem: str, target: Where) -> tuple[int, list[str]]:
    """Copy photos from beside a backup to a store; a file that is there stays as it is.

    Returns
    -------
    How many came, and the names of those whose bytes are not what their name says: they are left out.
    """
    source, place = folder / f"{stem}{PHOTOS}", beside(target, PHOTOS)
    came, damaged = 0, []
    for file in photos_kept(source):
        with file.open("rb") as content:
            whole = file_digest(content, "sha256").hexdigest() == file.stem
        if whole:
            _put(file, place / file.parent.name / file.name)
            came += 1
        else:
            damaged.append(file.name)
    return came, damaged


def _put(file: Path, target: Path) -> None:
    """Copy a file whole, under its name only when it is on the disk."""
    if target.is_file():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as out, file.open("rb") as content:
            shutil.copyfileobj(content, out)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def add_accounts(archive: zipfile.ZipFile, store: Where, folder: Path) -> None:
    """Put the accounts of a store into a backup, in one state, as a file: without sessions."""
    copy = folder / "accounts.gpkg"
    if copy_accounts(store, copy):
        archive.write(accounts_path(copy), ACCOUNTS)


def bring_accounts(archive: zipfile.ZipFile, target: Where) -> bool:
    """Give the accounts of a backup to a store that has none; say whether that was done."""
    if ACCOUNTS not in archive.namelist() or archive.getinfo(ACCOUNTS).file_size > MOST_ACCOUNTS_BYTES:
        return False
    folder = target.parent if isinstance(target, Path) else None
    with tempfile.TemporaryDirectory(dir=folder, prefix=".wangge-") as kept:
        copy = Path(kept) / "accounts.gpkg"
        with archive.open(ACCOUNTS) as content, accounts_path(copy).open("wb") as out:
            shutil.copyfileobj(content, out)
        return copy_accounts(copy, target) > 0
