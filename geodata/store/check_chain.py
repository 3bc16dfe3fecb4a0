"""Does each row of the audit follow the one before (`geodata.store.chain`); do exported heads lie on the chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from geodata.model import Town
from geodata.store.chain import FIELDS, Head, beginning, has_chain, link
from geodata.store.dialects import Raw, dialect_of
from geodata.store.wording import some

_NUMBERS = ("id", "inserted", "updated", "unchanged")
_SORTED_OUT = 300
"""Misfits among which the place of each is looked for: all that persons change by hand, not a file written anew."""


@dataclass(frozen=True)
class _Row:
    """A row as it stands: its `FIELDS` (None where another kind of value stands), its hash, the hash before it."""

    fields: tuple[Any, ...]
    hash: str
    previous: str

    @property
    def id(self) -> int:
        return int(self.fields[0])

    def follows(self, previous: str, number: int) -> bool:
        """Say whether this is the row that was written under a number after a hash."""
        return self.hash == link(previous, (number, *self.fields[1:]))


def check_chain(connection: Raw, town: Town) -> Iterator[str]:
    """Name the rows that don't follow the one before: out of order, after a row that is gone, changed or put in."""
    if not has_chain(connection):
        yield "审计表 wangge_audit 缺少列 hash（审计链）。请用备份恢复。"
        return
    misfits = [row for row in _rows(connection, town) if not row.follows(row.previous, row.id)]
    moved = _moved(misfits) if len(misfits) <= _SORTED_OUT else {}
    left = [row for row in misfits if row.id not in moved]
    ids = {number for (number,) in connection.execute("SELECT id FROM wangge_audit")}
    after_gap = [row for row in left if row.id > 1 and row.id - 1 not in ids]
    changed = [row for row in left if row.id == 1 or row.id - 1 in ids]
    out_of_order = [row for row in misfits if moved.get(row.id, row.id) != row.id]
    if out_of_order:
        shown = some([f"{_named(row, town)}，原编号 {moved[row.id]}" for row in out_of_order])
        yield f"审计表 wangge_audit 的记录被换过次序：编号 {shown}。请用以前的备份对照。"
    if after_gap:
        shown = some([_named(row, town) for row in after_gap])
        yield f"审计表 wangge_audit 里编号 {shown}前面的记录被删过。请用以前的备份对照。"
    if changed:
        yield (
            f"审计表 wangge_audit 的编号 {some([_named(row, town) for row in changed])}与审计链对不上："
            "这一条或它的前一条被改过，或者是插进来的。请用以前的备份对照。"
        )
    yield from _cut_off(connection, max(ids, default=0))


def astray(connection: Raw, heads: Sequence[Head], town: Town) -> Iterator[str]:
    """Name the exported heads that are not on the chain, up to where it holds, and the restore that may be why."""
    hashes = dict(connection.execute("SELECT id, hash FROM wangge_audit"))
    lost = [head for head in heads if hashes.get(head.number) != head.hash]
    if not lost:
        return
    first = min(lost, key=lambda head: head.number)
    named = some([f"{head.number}（{_moment(head.at, town)}）" for head in lost])
    held = max((head.number for head in heads if head not in lost and head.number < first.number), default=0)
    proved = f"编号 1 到 {held} 的与导出时一致，" if held else ""
    rows = f"编号 {first.number}" if held + 1 == first.number else f"编号 {held + 1} 到 {first.number}"
    yield (
        f"导出过的审计链头不在现在的审计链上：编号 {named}。{proved}{rows} 的审计记录被改过、删过或整个重写过。"
        "请用导出那天的备份对照。"
    )
    query = "SELECT id, at, actor FROM wangge_audit WHERE action = 'restore' AND at >= ? ORDER BY id LIMIT 1"
    restored = connection.execute(query, (first.at,)).fetchone()
    if restored:
        number, at, actor = restored
        yield (
            f"{_moment(at, town)} {actor} 恢复过备份（编号 {number}），恢复会退回备份时的审计链。"
            "核对恢复前自动留下的备份无误后，请另用一个新文件导出链头。"
        )


def _rows(connection: Raw, town: Town) -> Iterator[_Row]:
    """Read the rows in order, whatever somebody put into them; a text that is no UTF-8 keeps its bytes."""
    exactly = dialect_of(connection).exactly
    listed = ", ".join(exactly(name, "integer" if name in _NUMBERS else "text") for name in (*FIELDS, "hash"))
    previous = beginning(town.code)
    for row in connection.execute(f"SELECT {listed} FROM wangge_audit ORDER BY id"):  # noqa: S608 - our own words
        *fields, digest = (
            value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value for value in row
        )
        yield _Row(tuple(fields), digest or "", previous)
        previous = digest or ""


def _moved(misfits: Sequence[_Row]) -> Mapping[int, int]:
    """Give the number that rows were written under, by the number they have now, of those whose place is found.

    The chain is walked along the misfits. Where none of them was written under a number, the one that stands there is
    taken to be changed, with the hash that it has.
    """
    found: dict[int, int] = {}
    standing = {row.id: row for row in misfits}
    waiting = dict(standing)
    ends = [*standing.values()]
    previous = ends[0].previous if ends else ""
    number = ends[0].id if ends else 0
    last = ends[-1].id if ends else -1
    while waiting and number <= last:
        if number in standing and number - 1 not in standing:
            previous = standing[number].previous  # a run of misfits begins
        fitting = next((row for row in waiting.values() if row.follows(previous, number)), None)
        if fitting:
            found[fitting.id] = number
            del waiting[fitting.id]
            previous = fitting.hash
        elif number in standing:
            previous = standing[number].hash
        number += 1
    return found


def _cut_off(connection: Raw, newest: int) -> Iterator[str]:
    """Say whether rows were deleted at the end: the store counts what it has ever given a number."""
    counted = dialect_of(connection).last_number(connection, "wangge_audit")
    if counted > newest:
        yield f"审计表 wangge_audit 最后的记录被删过：写到过编号 {counted}，现在只到 {newest}。请用备份恢复。"


def _named(row: _Row, town: Town) -> str:
    at, actor = (row.fields[FIELDS.index(name)] for name in ("at", "actor"))
    who = str(actor).encode("utf-8", "replace").decode() if actor is not None else "读不出"
    return f"{row.id}（{_moment(at, town)}，{who}）"


def _moment(at: Any, town: Town) -> str:
    try:
        return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(town.timezone)):%Y-%m-%d %H:%M}"
    except (TypeError, ValueError):
        return "时间读不出"
