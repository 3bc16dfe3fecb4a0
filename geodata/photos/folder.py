"""Which files of what a person names are photos, in one order that is always the same."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import FileProblem

ENDINGS = frozenset({".jpg", ".jpeg", ".jpe", ".heic", ".heif", ".hif", ".png", ".webp"})
"""Looked into when they lie in a folder; what is named by itself is looked into whatever its name."""
MAX_FILES = 200_000
MAX_DEPTH = 16


@dataclass(frozen=True)
class Found:
    """One file.

    Attributes
    ----------
    path
        Where it is.
    shown
        Its path from the folder that was named, that folder included, with `/`.
    """

    path: Path
    shown: str

    @property
    def folders(self) -> tuple[str, ...]:
        """Names of the folders that it lies in, the innermost first."""
        return tuple(reversed(self.shown.split("/")[:-1]))


def find_photos(paths: Sequence[Path]) -> tuple[list[Found], int]:
    """Give the photos among files and below folders, sorted folder by folder, and how many other files lie there.

    Links, hidden files and folders, and those that systems make for themselves (`@eaDir`, `__MACOSX`) are passed by.

    Raises
    ------
    FileProblem
        A path that is not there; no photo at all; more than `MAX_FILES`.
    """
    found: list[Found] = []
    others = 0
    for path in paths:
        if path.is_dir():
            top = path.resolve().name
            for each in _below(path, f"{top}/" if top else "", 0):
                if each.path.suffix.lower() not in ENDINGS:
                    others += 1
                    continue
                found.append(each)
                if len(found) > MAX_FILES:
                    raise FileProblem(f"{path} 里的照片超过 {MAX_FILES} 张。请按月份或人员分成几个文件夹，分次导入。")
        elif path.is_file():
            found.append(Found(path, path.name))
        else:
            raise FileProblem(f"找不到 {path}。请检查路径和文件名。")
    if not found:
        listed = "、".join(str(path) for path in paths[:3])
        raise FileProblem(f"{listed} 里没有照片（看过 {others} 个别的文件）。照片文件名以 .jpg 或 .heic 结尾。")
    return found, others


def _below(folder: Path, shown: str, depth: int) -> Iterator[Found]:
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError as problem:
        raise FileProblem(f"打不开文件夹 {folder}（{problem.strerror}）。请检查权限。") from problem
    for entry in entries:
        if entry.name.startswith((".", "@", "__MACOSX")) or entry.is_symlink():
            continue
        if entry.is_file():
            yield Found(Path(entry.path), shown + entry.name)
    for entry in entries:
        if entry.name.startswith((".", "@", "__MACOSX")) or entry.is_symlink() or not entry.is_dir():
            continue
        if depth == MAX_DEPTH:
            raise FileProblem(f"{entry.path} 套了 {MAX_DEPTH} 层以上的文件夹。请把照片移到较浅的文件夹里。")
        yield from _below(Path(entry.path), f"{shown}{entry.name}/", depth + 1)
