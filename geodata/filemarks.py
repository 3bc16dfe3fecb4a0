"""What a file is known by, with the files that belong to it: its bytes, or quicker its sizes and times."""

from __future__ import annotations

import hashlib
from pathlib import Path

from geodata.errors import FileProblem
from geodata.readers.unpack import SIBLINGS

Mark = tuple[tuple[str, int, int], ...]
"""Name, size and time (ns) of a file and of those that belong to it."""


def family(path: Path) -> list[Path]:
    """Give a file and those of its stem that belong to it (a Shapefile's .dbf …), in order of their names."""
    wanted = SIBLINGS.get(path.suffix.lower(), ())
    if not wanted:
        return [path]
    beside = path.parent.iterdir()
    own = [each for each in beside if each.stem == path.stem and each.suffix.lower() in wanted and each.is_file()]
    return [path, *sorted(own)]


def mark_of(path: Path) -> Mark:
    """Give what changes when a file or one that belongs to it does; OSError when it is gone."""
    stats = [(each.name, each.stat()) for each in family(path)]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def digest_of(path: Path) -> str:
    """Give the SHA-256 of the bytes of a file and of those that belong to it, in hexadecimal, whatever their names."""
    return hashlib.sha256(b"".join(_sha256(each) for each in family(path))).hexdigest()


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file's bytes alone, in hexadecimal: a photo's id."""
    return _sha256(path).hex()


def _sha256(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as problem:
        raise FileProblem(f"读不了文件 {path.name}：{problem.strerror}。") from problem
