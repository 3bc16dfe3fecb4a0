"""A town's store as one file that is known to be whole: taken while others write, refused when a bit of it changed.

A backup is a .zip: `town.gpkg`, the store in one state, which QGIS opens as it is, `manifest.json`, which says what it
is and the SHA-256 of the store, and the accounts of a file. Photos lie beside it (`geodata.store.backup_files`).
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import IO

from geodata.errors import StoreProblem
from geodata.store import open_store
from geodata.store.backup_files import add_accounts, bring_accounts, bring_photos, keep_photos
from geodata.store.connection import PATIENCE_S, clear_words, connect
from geodata.store.dialects import dialect_of
from geodata.store.dialects.geopackage import GEOPACKAGE
from geodata.store.location import Address, Where, store_path
from geodata.store.reading import read_schema_version

_TO_COME = {"恢复前": "备份", "复制前": "要复制的"}
STORE, MANIFEST = "town.gpkg", "manifest.json"
FORMAT = 1
_BLOCK = 1 << 20
_LONGEST_MANIFEST = 1 << 16


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself.

    Attributes
    ----------
    town, code
        Name and division code.
    schema, audit
        Version of the store's schema, and number of its newest write.
    size, sha256
        Of the store in it: bytes, hexadecimal.
    made_at
        ISO 8601, UTC.
    head, head_at
        Hash and moment of the newest write, the head of the audit's chain; None in a backup of a store without one.
    stem, photos
        What the folder of photos beside it begins with, and how many were in it when it was made.
    """

    town: str
    code: str
    schema: int
    audit: int
    size: int
    sha256: str
    made_at: str
    head: str | None = None
    head_at: str | None = None
    stem: str = ""
    photos: int = 0
    format: int = FORMAT


def back_up(store: str | Where, file: Path, photos_to: Path | None = None) -> Backup:
    """Write a backup of a store; who reads and writes it goes on meanwhile.

    The copy is checked first (`Store.check`); `file` is there whole and on the disk, or as it was before. It is its
    owner's alone: accounts are in it.

    Parameters
    ----------
    photos_to
        The folder that keeps the photos of all backups; that of the file when left out.

    Raises
    ------
    StoreProblem
        The store can't be read, or is not sound: says what is wrong with it.
    OSError
        The file can't be written.
    """
    source = store_path(store)
    with open_store(source):  # says what is wrong with a file that is none of ours
        pass
    with TemporaryDirectory(dir=file.parent, prefix=".wangge-") as folder:
        copy, draft = Path(folder) / STORE, Path(folder) / "backup.zip"
        _copied(source, copy)
        made = _described(copy, source)
        made = replace(made, stem=source.stem, photos=keep_photos(source, photos_to or file.parent))
        os.close(os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600))
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(made), ensure_ascii=False, indent=2))
            archive.write(copy, STORE)
            add_accounts(archive, source, Path(folder))
        _to_disk(draft)
        draft.replace(file)
        _to_disk(file.parent)
    return made


def _copied(source: Where, copy: Path) -> None:
    """Copy one state of a store, the write-ahead log with it, in one go: nobody waits, nobody's write is half in it."""
    if isinstance(source, Address):
        from geodata.store.copying import copy_town  # noqa: PLC0415 - files don't need it

        copy_town(source, copy)
    with clear_words(copy), closing(sqlite3.connect(copy)) as new:
        if isinstance(source, Path):
            with clear_words(source), closing(GEOPACKAGE.connect(source, write=False, patience=PATIENCE_S)) as old:
                old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")  # a file by itself


def _described(copy: Path, source: Where) -> Backup:
    with closing(connect(copy, write=False)) as connection:
        schema = read_schema_version(connection)
    with open_store(copy) as store:
        wrong = store.check()
        if wrong:
            more = f"（另有 {len(wrong) - 1} 处）" if len(wrong) > 1 else ""
            raise StoreProblem(f"{source} 不完好，没有备份：{wrong[0]}{more}全部见 wangge check。")
        head = store.head()
        return Backup(
            store.town.name,
            store.town.code,
            schema,
            store.version(),
            copy.stat().st_size,
            _hash(copy),
            datetime.now(UTC).isoformat(timespec="seconds"),
            head.hash if head else None,
            head.at if head else None,
        )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def restore(file: Path, store: str | Where, *, overwrite: bool = False, actor: str = "wangge") -> Backup:
    """Make the store of a backup, or with `overwrite` put it in the place of one that stands.

    A store that stands is replaced in one transaction: who has it open sees the old one or the new one, and its own
    content is first backed up beside it, a PostgreSQL store's beside the backup (`<name>-恢复前-<moment>.zip`).

    Raises
    ------
    StoreProblem
        The backup is not whole or is none; a store stands there and is not to be replaced, or is another town's; a log
        of one that is gone lies there.
    OSError
        The file can't be read, or the store's folder can't be written.
    """
    target = store_path(store)
    if isinstance(target, Address):
        return _restore_to_database(file, target, overwrite=overwrite, actor=actor)
    return _restore_to_file(file, target, overwrite=overwrite, actor=actor)


def bring_files(file: Path, made: Backup, store: str | Where) -> tuple[int, list[str], bool]:
    """Bring what a backup keeps besides the town's data to its store; what is there already stays.

    Returns
    -------
    How many photos came, the names of damaged ones that did not, and whether accounts came.
    """
    target = store_path(store)
    with zipfile.ZipFile(file) as archive:
        accounts = bring_accounts(archive, target)  # at once: a town without accounts has no door
    came, damaged = bring_photos(file.parent, made.stem, target) if made.stem else (0, [])
    return came, damaged, accounts


def _restore_to_file(file: Path, target: Path, *, overwrite: bool, actor: str) -> Backup:
    standing = target.exists()
    if standing and not overwrite:
        raise StoreProblem(
            f"{target} 已经存在，没有覆盖它。请换一个名字；要恢复到这里，加上 --overwrite（现有的先自动备份）。"
        )
    if not standing:
        _refuse_leavings(target)
    with unpacked(file, target.parent) as (made, copy):
        if standing:
            _replace(target, copy, made, actor)
        else:
            with copy.open("rb+") as handle:
                os.fsync(handle.fileno())
            os.link(copy, target)  # fails where somebody made it meanwhile
            _to_disk(target.parent)
    return made


def _restore_to_database(file: Path, target: Address, *, overwrite: bool, actor: str) -> Backup:
    from geodata.store.copying import copy_town, fill  # noqa: PLC0415 - files don't need it

    standing = stands(target)
    if standing and not overwrite:
        raise StoreProblem(
            f"{target} 已经存在，没有覆盖它。请换一个 schema 名；要恢复到这里，加上 --overwrite（现有的先自动备份）。"
        )
    with unpacked(file, Path(gettempdir())) as (made, copy):
        if standing:
            make_way(target, made.town, made.code, file.parent, "恢复前")
        open_store(copy, write=True).close()  # brought up: a database begins with this version
        if not standing:
            copy_town(copy, target)
            return made
        with clear_words(copy), closing(GEOPACKAGE.connect(copy, write=True, patience=PATIENCE_S)) as fresh:
            _note(fresh, made, actor)
        fill(copy, target, overwrite=True)
    return made


def stands(where: Where) -> bool:
    """Say whether a store stands somewhere; StoreProblem where that can't be seen."""
    if isinstance(where, Path):
        return where.exists()
    with clear_words(where), closing(connect(where, write=False)) as connection:
        return dialect_of(connection).is_store(connection)


def make_way(target: Where, town: str, code: str, folder: Path, when: str) -> None:
    """Back up what stands in the way of a town's data; StoreProblem when it is of another town."""
    with open_store(target) as old:
        if old.town.code != code:
            raise StoreProblem(
                f"{target} 是{old.town.name}（{old.town.code}）的，{_TO_COME[when]}是{town}（{code}）的，没有覆盖。"
            )
    moment = datetime.now(UTC).astimezone().strftime("%Y%m%d-%H%M%S")
    back_up(target, folder / f"{target.stem}-{when}-{moment}.zip")


def _refuse_leavings(target: Path) -> None:
    """Refuse where a log of a store that is gone lies: SQLite would write it into the one that comes there."""
    for ending in ("-wal", "-shm", "-journal"):
        left = target.with_name(target.name + ending)
        if left.exists():
            raise StoreProblem(
                f"{left} 是原来的数据库留下的，会混进恢复的数据，没有恢复。请先停掉服务，把它移到别处，再恢复。"
            )


def _replace(target: Path, copy: Path, made: Backup, actor: str) -> None:
    make_way(target, made.town, made.code, target.parent, "恢复前")
    open_store(copy, write=True).close()  # brought up: who has the store open knows no older one
    with clear_words(target), closing(GEOPACKAGE.connect(copy, write=True, patience=PATIENCE_S)) as fresh:
        _note(fresh, made, actor)
    put_in_place(copy, target)


def put_in_place(copy: Path, target: Path) -> None:
    """Put the content of a file in the place of another one's, in one transaction of that one."""
    with (
        clear_words(target),
        closing(GEOPACKAGE.connect(copy, write=False, patience=PATIENCE_S)) as fresh,
        closing(GEOPACKAGE.connect(target, write=True, patience=PATIENCE_S)) as old,
    ):
        fresh.backup(old)


def _note(fresh: sqlite3.Connection, made: Backup, actor: str) -> None:
    """Say in the audit that a backup was put in."""
    from geodata.store.writing import Written, engine_on, put_audit, transaction  # noqa: PLC0415 - slow import

    with transaction(engine_on(fresh)) as connection:
        put_audit(connection, "wangge_settings", Written(actor, "restore", f"{made.made_at} {made.sha256}"), {}, {})


def read_manifest(file: Path) -> Backup:
    """Read what a backup says of itself, without looking at its store; StoreProblem when it is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _manifest(archive, file)
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, NotImplementedError) as problem:
        raise StoreProblem(f"{file} 不是完好的备份（{problem}）。请用另一份备份。") from problem


@contextmanager
def unpacked(file: Path, folder: Path) -> Iterator[tuple[Backup, Path]]:
    """Give what a backup says of itself, and its store as a file of a folder that goes away again; all of it checked.

    Raises StoreProblem when it is not whole or is none.
    """
    with TemporaryDirectory(dir=folder, prefix=".wangge-") as kept:
        copy = Path(kept) / STORE
        try:
            with zipfile.ZipFile(file) as archive:
                made = _manifest(archive, file)
                with archive.open(STORE) as member:
                    _unpack(member, copy, made)
        except (zipfile.BadZipFile, KeyError, EOFError, OSError, ValueError, NotImplementedError) as problem:
            if isinstance(problem, OSError) and problem.errno is not None:
                raise
            raise StoreProblem(f"{file} 不是完好的备份（{problem}）。请用另一份备份。") from problem
        if _hash(copy) != made.sha256:
            raise StoreProblem(f"{file} 里的数据和备份时的校验码不符，可能损坏或被改过。请用另一份备份。")
        with open_store(copy) as store:
            wrong = store.check()
        if wrong:
            raise StoreProblem(f"{file} 里的数据不完好：{wrong[0]}请用另一份备份。")
        yield made, copy


def _manifest(archive: zipfile.ZipFile, file: Path) -> Backup:
    if archive.getinfo(MANIFEST).file_size > _LONGEST_MANIFEST:
        raise StoreProblem(f"{file} 不是网格的备份。")
    given = json.loads(archive.read(MANIFEST))
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        raise StoreProblem(f"{file} 不是网格的备份，或是更新的网格软件做的。请升级网格软件。")
    try:
        return Backup(**given)
    except TypeError as problem:
        raise StoreProblem(f"{file} 的说明不完整（{problem}）。请用另一份备份。") from problem


def _unpack(member: IO[bytes], copy: Path, made: Backup) -> None:
    """Write the store, never more of it than its manifest says."""
    left = made.size
    with copy.open("xb") as out:
        while block := member.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise ValueError("比说明里写的大")
            out.write(block)
    if left:
        raise ValueError("比说明里写的小")


def rotate(folder: Path, stem: str, keep: int) -> list[Path]:
    """Take away the oldest backups of a name, all but the newest `keep`; give which."""
    found = sorted(folder.glob(f"{glob.escape(stem)}-*.zip"))
    old = [path for path in found if moment_of(path, stem)][:-keep]
    for path in old:
        path.unlink()
    return old


def dated(folder: Path, stem: str, now: datetime) -> Path:
    """Give the file of a backup by the moment: names in order of time."""
    return folder / f"{stem}-{now:%Y%m%d-%H%M%S}.zip"


def moment_of(path: Path, stem: str) -> datetime | None:
    """Give the moment in the name of a backup (the machine's clock); None where the name is not of `dated`'s form."""
    if not path.stem.startswith(f"{stem}-"):
        return None
    try:
        return datetime.strptime(path.stem.removeprefix(f"{stem}-"), "%Y%m%d-%H%M%S").astimezone()
    except ValueError:
        return None
