"""A private copy of a file and its siblings under names of our own, so that nothing in it can point elsewhere."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import IO

from geodata.errors import FileProblem
from geodata.readers.raw import shown
from geodata.untrusted import MAX_UNZIP_RATIO, MAX_UNZIPPED_BYTES, MAX_ZIP_ENTRIES

SIBLINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        ".shp": (".dbf", ".shx", ".prj", ".cpg"),
        ".tab": (".dat", ".map", ".id"),
        ".mif": (".mid",),
        ".gpkg": (".gpkg-wal",),
    }
)
"""Main file → files of the same stem that belong to it."""
NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {".shp": (".dbf",), ".tab": (".dat", ".map", ".id"), ".mif": (".mid",)}
)
_STEM = "file"
_BLOCK = 2**20
_SMALL = 2**24
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Copied:
    """A file in its private folder.

    Attributes
    ----------
    path
        The copy; its siblings lie beside it.
    shown_as, stem
        What the person knows it by: for messages, and without its ending.
    layer
        The layer asked for, None when that word has named the member of the archive.
    """

    path: Path
    shown_as: str
    stem: str
    layer: str | None


@contextmanager
def private_copy(path: Path, mains: Sequence[str], layer: str | None = None) -> Iterator[Copied]:
    """Copy a file and its siblings, or unpack the one that a .zip or .kmz holds, into a private folder.

    Parameters
    ----------
    path
        As the person gave it.
    mains
        Endings of files that can be read.
    layer
        Which one to take of a .zip with several: the stem of its name.

    Yields
    ------
    What was copied. The folder is gone afterwards.

    Raises
    ------
    FileProblem
        A sibling is missing or a link; the archive is damaged, encrypted, too large, too many, holds links or names
        that lead out of it, or no file that can be read.
    """
    with tempfile.TemporaryDirectory(prefix="wangge-") as folder:
        if path.suffix.lower() in (".zip", ".kmz"):
            yield _unzip(path, Path(folder), mains, layer)
        else:
            yield Copied(_copy(path, Path(folder)), path.name, path.stem, layer)


def _copy(path: Path, folder: Path) -> Path:
    main = path.suffix.lower()
    wanted = SIBLINGS.get(main, ())
    beside = [each for each in path.parent.iterdir() if each.stem == path.stem] if wanted else []
    found = {each.suffix.lower(): each for each in beside if each.suffix.lower() in wanted} | {main: path}
    _need(path.name, main, found)
    total = 0
    for ending, each in found.items():
        if each is not path and (each.is_symlink() or not each.is_file()):
            raise FileProblem(
                f"{path.name} 旁边的 {each.name} 不是普通文件（可能是链接），已拒绝。请放一份真正的文件。"
            )
        total += each.stat().st_size
        if total > MAX_UNZIPPED_BYTES:
            raise FileProblem(f"{path.name} 和同名文件共超过 {MAX_UNZIPPED_BYTES / 2**20:.0f} MB。请按区域分开。")
        shutil.copyfile(each, folder / f"{_STEM}{ending}")
    return folder / f"{_STEM}{main}"


def _need(name: str, main: str, found: Mapping[str, object]) -> None:
    missing = [ending for ending in NEEDED.get(main, ()) if ending not in found]
    if missing:
        raise FileProblem(
            f"{name} 缺少同名的 {'、'.join(missing)} 文件，只有它自己读不出属性。"
            f"请把 {'、'.join((main, *SIBLINGS[main]))} 放在同一个文件夹，或打成一个 .zip。"
        )


def _unzip(path: Path, folder: Path, mains: Sequence[str], layer: str | None) -> Copied:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(path, entries)
            names = {entry.filename: PurePosixPath(_named(entry)) for entry in entries}
            main, left = _main(path, list(names.values()), mains, layer)
            wanted = (main.suffix.lower(), *SIBLINGS.get(main.suffix.lower(), ()))
            found: dict[str, zipfile.ZipInfo] = {}
            for entry in entries:
                name = names[entry.filename]
                if name.parent == main.parent and name.stem == main.stem and name.suffix.lower() in wanted:
                    found.setdefault(name.suffix.lower(), entry)
            _need(main.name, wanted[0], found)
            for ending, entry in found.items():
                with archive.open(entry) as packed, (folder / f"{_STEM}{ending}").open("wb") as out:
                    _pour(path, packed, out, entry.file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise FileProblem(f"{path.name} 不是正常的压缩包，或已损坏（{shown(error)}）。请重新压缩成 zip。") from error
    return Copied(folder / f"{_STEM}{wanted[0]}", f"{path.name} 里的 {shown(main.name)}", main.stem, left)


def _check(path: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive by its directory: too many, too large, encrypted, links, names that lead out of it."""
    unfolded, packed = sum(entry.file_size for entry in entries), path.stat().st_size
    if (
        len(entries) > MAX_ZIP_ENTRIES
        or unfolded > MAX_UNZIPPED_BYTES
        or (unfolded > _SMALL and unfolded / packed > MAX_UNZIP_RATIO)
    ):
        raise FileProblem(
            f"{path.name} 展开后有 {unfolded / 2**20:.0f} MB（{len(entries)} 个文件），超出正常的地图数据，已拒绝。"
            "请只压缩需要的那几个文件。"
        )
    for entry in entries:
        name, kind = _named(entry), entry.external_attr >> 16
        if entry.flag_bits & _ENCRYPTED:
            raise FileProblem(f"{path.name} 加了密码。请去掉密码重新压缩。")
        if stat.S_ISLNK(kind):
            raise FileProblem(f"{path.name} 里的 {shown(name)} 是指向别处的链接，已拒绝。请压缩真正的文件。")
        parts = PurePosixPath(name.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in name:
            raise FileProblem(f"{path.name} 里有指向压缩包以外的名字 {shown(name)}，已拒绝。请重新压缩。")


def _named(entry: zipfile.ZipInfo) -> str:
    """Give a member's name for messages and for matching; Windows writes Chinese ones in GBK without saying so."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _main(
    path: Path, names: Sequence[PurePosixPath], mains: Sequence[str], layer: str | None
) -> tuple[PurePosixPath, str | None]:
    """Give the one member to read, and the layer if that did not name it; FileProblem when it can't be told which."""
    kept = [name for name in names if not name.name.startswith(".") and name.parts[:1] != ("__MACOSX",)]
    found = [name for name in kept if name.suffix.lower() in mains]
    if path.suffix.lower() == ".kmz":
        found = [name for name in kept if name.suffix.lower() == ".kml"]
        found = sorted(found, key=lambda name: (len(name.parts), name.name.lower() != "doc.kml"))[:1]
    elif layer is not None and len(found) > 1:
        found, layer = [name for name in found if layer in (name.stem, name.name)], None
    if len(found) == 1:
        return found[0], layer
    stems = "、".join(f"“{shown(name.stem)}”" for name in kept if name.suffix.lower() in mains)
    if not stems:
        raise FileProblem(f"{path.name} 里没有能读的地图文件（{' '.join(mains)}）。请检查是否选对了压缩包。")
    raise FileProblem(f"{path.name} 里有几个地图文件：{stems}。请用 --layer 名字 指明一个。")


def _pour(path: Path, packed: IO[bytes], out: IO[bytes], size: int) -> None:
    """Write what a member holds; FileProblem when it holds more or less than it says."""
    done = 0
    while block := packed.read(_BLOCK):
        done += len(block)
        if done > size:
            break
        out.write(block)
    if done != size:
        raise FileProblem(f"{path.name} 的内容与它自己的目录不符，文件已损坏。请重新压缩。")
