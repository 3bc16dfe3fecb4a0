"""Files that are sent in: streamed into a private folder, named by their hash, kept for a while."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from api.jobs.folder import Places
from api.problems import InputProblem
from api.reports.asked import NAME_LONGEST, safe_name
from api.threads import aside

MOST_BYTES = 200 * 2**20
KEPT_S = 30 * 24 * 3600.0
KEPT_BYTES = 4 * 2**30
BLOCK = 2**20
PART = ".part-"
PART_KEPT_S = 24 * 3600.0
"""A file that has not come in a day never will: the service ended meanwhile."""
ENDING_LONGEST = 12


@dataclass(frozen=True)
class Upload:
    """A file that was sent in: `id` is the SHA-256 of its name and its bytes."""

    id: str
    name: str
    size: int


async def take(places: Places, name: str, chunks: AsyncIterator[bytes], in_use: Collection[str]) -> Upload:
    """Keep a file as it comes; the same file under the same name again is one. InputProblem for an empty one.

    Parameters
    ----------
    in_use
        Files that jobs still need; of the others the oldest go when they are old, or there are too many.
    """
    name = file_name(name)
    places.uploads.mkdir(mode=0o700, exist_ok=True)
    folder = Path(mkdtemp(dir=places.uploads, prefix=PART))
    try:
        upload = await _written(folder / name, chunks)
        await aside(_keep, folder, places.uploads / upload.id)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    await aside(_tidy, places.uploads, {*in_use, upload.id})
    return upload


def file_name(given: str) -> str:
    """Give the name under which a file is kept: its last part, cut where it is long, with its ending."""
    whole = safe_name(given.replace("\\", "/").rpartition("/")[2], len(given))
    ending = Path(whole).suffix
    if len(ending) > ENDING_LONGEST:
        return safe_name(whole)
    return whole.removesuffix(ending)[: NAME_LONGEST - len(ending)] + ending


def files_of(asked: Mapping[str, Any]) -> Iterator[str]:
    """Give the files that were sent in for a job: what it imports, its form, its gazetteer."""
    yield from asked.get("uploads", ())
    yield from (asked[name] for name in ("form", "gazetteer") if asked.get(name))


async def _written(path: Path, chunks: AsyncIterator[bytes]) -> Upload:
    digest, size, held = sha256(path.name.encode() + b"\0"), 0, bytearray()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:

        def flush() -> None:
            digest.update(held)
            file.write(held)
            held.clear()

        async for chunk in chunks:
            size += len(chunk)
            held += chunk
            if len(held) >= BLOCK:
                await aside(flush)
        await aside(flush)
    if not size:
        raise InputProblem(f"{path.name} 是空的，没有收下。")
    return Upload(digest.hexdigest(), path.name, size)


def _keep(folder: Path, kept: Path) -> None:
    if kept.is_dir():
        os.utime(kept)
    else:
        folder.rename(kept)


def _tidy(uploads: Path, needed: Collection[str]) -> None:
    """Let go of what is old, and of the oldest where it is too much; what a job needs stays."""
    now, total = time.time(), 0
    for folder in uploads.glob(f"{PART}*"):
        if now - folder.stat().st_mtime > PART_KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)
    folders = [each for each in uploads.iterdir() if each.is_dir() and not each.name.startswith(".")]
    for folder in sorted(folders, key=lambda each: each.stat().st_mtime, reverse=True):
        total += sum(each.stat().st_size for each in folder.iterdir())
        old = now - folder.stat().st_mtime > KEPT_S or total > KEPT_BYTES
        if old and folder.name not in needed:
            shutil.rmtree(folder, ignore_errors=True)
