"""A copy that breaks off says so: a note beside the store (`town.copying`) until all stands that belongs to the town.

A town comes whole or not at all, but its accounts, photos and thumbnails come after it, one by one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from geodata.store.location import Where, beside, where_beside

NOTE = ".copying"


@contextmanager
def noted(source: Where, target: Where) -> Iterator[Callable[[], None]]:
    """Keep the note while a town is copied, and after an error once the function that is given was called.

    It is called when the town stands; an error before that leaves everything as it was.
    """
    note, stands = beside(target, NOTE), False
    before = unfinished(target)

    def town_stands() -> None:
        nonlocal stands
        stands = True

    _write(note, str(source.resolve() if isinstance(source, Path) else source))
    try:
        yield town_stands
    except BaseException:
        if not stands and before is None:
            note.unlink()
        raise
    note.unlink()


def unfinished(store: Where) -> str | None:
    """Say in Chinese that a store was copied and not all came, and what to do; None where that isn't so."""
    note = where_beside(store, NOTE)
    if not note.is_file():
        return None
    source = note.read_text(encoding="utf-8").strip() or "原来的数据库"
    return (
        f"{store} 是从 {source} 复制来的，复制没有做完，账号、照片可能不全。请再运行一次 wangge copy，"
        f"加上 --overwrite（现有的先自动备份）；正在复制的，请等它做完；不用再复制的，删去 {note}。"
    )


def _write(note: Path, text: str) -> None:
    with note.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
