"""A folder that people drop files into: which of them are new and whole.

    inbox/places/企业台账.xlsx
    inbox/inspections/2024-06.csv

A subfolder is named as its table is. A file is whole when its size and time have not changed for a while: it is no
longer being copied. It is looked at again only when it changes. Own code over polling: what system calls tell of
changes does not reach shared folders of another machine, which is where offices drop files.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geodata.errors import FileProblem
from geodata.filemarks import Mark, mark_of
from geodata.readers.unpack import SIBLINGS
from geodata.tables import IMPORTED

SETTLED_S = 2.0
MOST_FILES = 10_000
"""Files of a folder that are looked at; more are somebody's archive."""
_PARTS = frozenset(ending for endings in SIBLINGS.values() for ending in endings)
_PASSING = ("~", ".", "$")
_UNFINISHED = frozenset({".tmp", ".part", ".partial", ".crdownload", ".download", ".swp", ".lock", ".ini", ".db"})


@dataclass(frozen=True)
class Arrival:
    """A file that is whole, and the table that it is for."""

    table: str
    path: Path


class Inbox:
    """The folder, and what was seen in it. It changes nothing there."""

    def __init__(self, folder: Path, *, settled_s: float = SETTLED_S) -> None:
        """Look at a folder; FileProblem when it is none."""
        if not folder.is_dir():
            raise FileProblem(f"没有文件夹 {folder}。请新建它，里面按表分文件夹：{'、'.join(IMPORTED)}。")
        self.folder = folder
        self._settled_s = settled_s
        self._since: dict[Path, tuple[Mark, float]] = {}
        self._given: dict[Path, Mark] = {}

    @property
    def strangers(self) -> list[str]:
        """Names of files and folders in it that are of no table."""
        return sorted(each.name for each in self.folder.iterdir() if each.name not in IMPORTED and _stays(each))

    def step(self, now: float) -> list[Arrival]:
        """Give the files that are whole and were not given before, by table (places before their inspections) and name.

        Parameters
        ----------
        now
            Seconds of a clock that only goes forwards.

        Raises OSError when the folder can't be read (a share that is away): ask again later.
        """
        there = {arrival: mark for arrival in self._look() if (mark := _mark(arrival.path))}
        since = self._since
        self._since = {
            each.path: since[each.path] if since.get(each.path, ((), now))[0] == mark else (mark, now)
            for each, mark in there.items()
        }
        self._given = {path: mark for path, mark in self._given.items() if path in self._since}
        ready = [
            each
            for each, mark in there.items()
            if now - self._since[each.path][1] >= self._settled_s and self._given.get(each.path) != mark
        ]
        self._given |= {each.path: there[each] for each in ready}
        return ready

    def again(self, arrival: Arrival) -> None:
        """Give a file again after a while: it could not be taken for a reason that is not its own."""
        self._given.pop(arrival.path, None)
        self._since.pop(arrival.path, None)

    def _look(self) -> list[Arrival]:
        named = {each.name: each for each in self.folder.iterdir() if each.is_dir() and not each.is_symlink()}
        found = []
        for table in IMPORTED:
            if table in named:
                files = sorted(each for each in named[table].iterdir() if _stays(each) and each.is_file())
                found += [Arrival(table, path) for path in files if path.suffix.lower() not in _PARTS][:MOST_FILES]
        return found


def _stays(path: Path) -> bool:
    """Say whether a file is a person's own: no hidden, locked or unfinished one, no link to elsewhere."""
    return not (path.name.startswith(_PASSING) or path.suffix.lower() in _UNFINISHED or path.is_symlink())


def _mark(path: Path) -> Mark | None:
    try:
        return mark_of(path)
    except FileNotFoundError:  # taken away meanwhile
        return None
