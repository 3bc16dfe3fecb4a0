"""Photos that are sent one by one: kept as they came, in a folder beside the store (`town.gpkg` → `town.photos/`).

`town.photos/ab/abcd….jpg`: named by the SHA-256 of its bytes, so that the same bytes twice are one file. A file is
written whole, then renamed: what bears its name is whole.
"""

from __future__ import annotations

import errno
import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from geodata.errors import DiskFullProblem, FileProblem, StoreProblem
from geodata.photos.picture import kind_of
from geodata.photos.pool import Looked, Lookers
from geodata.store.location import Where, beside
from geodata.store.thumbnails import thumbnails_written

MAX_POSTED_BYTES = 12 * 2**20
"""What a phone sends: its own pictures are made smaller first, a HEIC picture of 48 million pixels has about 6 MB."""
ENDINGS = MappingProxyType({"JPEG": ".jpg", "HEIF": ".heic", "PNG": ".png", "WebP": ".webp"})
PHOTO_ID = re.compile(r"[0-9a-f]{64}")


def photos_folder(store: Where) -> Path:
    """Give where the photos of a store are that were sent to it."""
    return beside(store, ".photos")


def check_bytes(photo: str, data: bytes) -> None:
    """Refuse bytes that are not those with this SHA-256 (hexadecimal, small letters), none, or too many.

    Raises
    ------
    FileProblem
        What is wrong, and what to do.
    """
    if not data:
        raise FileProblem("照片是空的，没有保存。请重新拍照。")
    if len(data) > MAX_POSTED_BYTES:
        raise FileProblem(f"照片有 {len(data) / 2**20:.1f} MB，超过上限 {MAX_POSTED_BYTES // 2**20} MB，没有保存。")
    if sha256(data).hexdigest() != photo:
        raise FileProblem("照片的内容与编号（SHA-256）不符，多半是传输中坏了，没有保存。请重新发送。")


def looked_at(lookers: Lookers, data: bytes) -> Looked:
    """Look at a picture that was sent; FileProblem when it is none that can be used."""
    looked = lookers.look(data)
    if looked.picture is None:
        raise FileProblem(f"这个文件{looked.unfit}。没有保存。")
    return looked


def keep_picture(store: Where, data: bytes, looked: Looked) -> Path:
    """Keep the bytes of a picture and its thumbnail beside the store; give where they are.

    Raises
    ------
    StoreProblem
        The disk takes no more, or the folder can't be written.
    """
    file = photos_folder(store) / looked.id[:2] / f"{looked.id}{ENDINGS[kind_of(data)]}"
    if not file.is_file():
        try:
            _write_whole(file, data)
        except OSError as problem:
            refused = DiskFullProblem if problem.errno == errno.ENOSPC else StoreProblem
            raise refused(f"照片存不进 {file.parent}（{problem.strerror}）。请检查磁盘和权限。") from problem
    if looked.picture is not None:
        with thumbnails_written(store) as put:
            put(looked.id, looked.picture.thumbnail)
    return file


def find_picture(store: Where, photo: str) -> Path | None:
    """Give where a kept picture is; None where there is none, or the text is no SHA-256."""
    if not PHOTO_ID.fullmatch(photo):
        return None
    folder = photos_folder(store) / photo[:2]
    return next((file for ending in ENDINGS.values() if (file := folder / f"{photo}{ending}").is_file()), None)


def _write_whole(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if os.name == "posix":  # the name too stands on the disk before anybody is told
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
