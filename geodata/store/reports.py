"""Reports as they were when they were sent out: appended, never changed, each with the hash of its content."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from geodata.errors import StoreProblem
from geodata.store.connection import has_table
from geodata.store.dialects import Raw, dialect_in, raw_of
from geodata.store.wording import some

if TYPE_CHECKING:
    import sqlalchemy as sa

REPORTS_SINCE = 5
"""The version of the schema that brought the table."""
_TABLE = "wangge_reports"
_EDITION = "row_number() OVER (PARTITION BY kind, period ORDER BY id)"
_DAMAGED = (gzip.BadGzipFile, EOFError, zlib.error)


@dataclass(frozen=True)
class FrozenReport:
    """A report that was frozen, without its content.

    Attributes
    ----------
    id
        Its number in the store.
    kind, period, edition
        What it is, of when, and the how manieth of that kind and period (from 1).
    made_at, made_by
        When (UTC, ISO 8601) and by whom.
    hash
        SHA-256 of its content, hexadecimal.
    """

    id: int
    kind: str
    period: str
    edition: int
    made_at: str
    made_by: str
    hash: str


def freeze(connection: sa.Connection, kind: str, period: str, content: bytes, actor: str) -> FrozenReport:
    """Keep a report in the transaction that is open, with its audit row; nothing when the newest edition is equal.

    An edition that takes back the one before it is a new edition all the same: the newest is the one that holds.
    """
    from geodata.store.schema import REPORTS  # noqa: PLC0415 - slow import; readers don't need it
    from geodata.store.writing import Written, put_audit  # noqa: PLC0415

    digest = hashlib.sha256(content).hexdigest()
    before = [FrozenReport(*row) for row in raw_of(connection).execute(*_query(kind, period))]
    if before and before[-1].hash == digest:
        return before[-1]
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    row = {"kind": kind, "period": period, "made_at": at, "made_by": actor, "hash": digest}
    # without the moment in its head the same content is packed to the same bytes
    number = dialect_in(connection).next_number(raw_of(connection), REPORTS.name)
    connection.execute(REPORTS.insert(), {"id": number, **row, "content": gzip.compress(content, mtime=0)})
    made = FrozenReport(number, kind, period, len(before) + 1, at, actor, digest)
    changes = {str(made.id): {"hash": {"from": None, "to": digest}}}
    put_audit(connection, _TABLE, Written(actor, "freeze", f"{kind} {period}"), changes, {"inserted": 1})
    return made


def read_reports(connection: Raw, kind: str, period: str | None) -> list[FrozenReport]:
    """Give the reports of a kind (and a period), the newest last; a store of before has none."""
    if not has_table(connection, _TABLE):
        return []
    return [FrozenReport(*row) for row in connection.execute(*_query(kind, period))]


def read_content(connection: Raw, report: int) -> bytes:
    """Give the content of a report; StoreProblem when there is none of that number or it is not what was frozen."""
    row = None
    if has_table(connection, _TABLE):
        row = connection.execute(f"SELECT content, hash FROM {_TABLE} WHERE id = ?", (report,)).fetchone()  # noqa: S608
    if row is None:
        raise StoreProblem(f"没有编号为 {report} 的定稿报表。")
    content = _unpacked(*row)
    if content is None:
        raise StoreProblem(f"定稿报表 {report} 的内容被改动过，与定稿时的校验码不符。请用备份恢复。")
    return content


def check_reports(connection: Raw) -> Iterator[str]:
    """Check that the table is there, that no report is gone, and that each still has the hash of its content."""
    if not has_table(connection, _TABLE):
        yield f"缺少表 {_TABLE}（定稿报表）。请用备份恢复。"
        return
    rows = connection.execute(f"SELECT id, content, hash FROM {_TABLE} ORDER BY id")  # noqa: S608 - our own words
    ids, changed = set(), []
    for number, content, digest in rows:
        ids.add(number)
        if _unpacked(content, digest) is None:
            changed.append(number)
    if changed:
        yield f"表 {_TABLE}（定稿报表）的内容与定稿时的校验码不符：编号 {some(changed)}。请用备份恢复。"
    query = 'SELECT count(*) FROM wangge_audit WHERE "table" = ? AND inserted > 0'
    (frozen,) = connection.execute(query, (_TABLE,)).fetchone()
    gone = sorted(set(range(1, max(frozen, *ids, 0) + 1)) - ids)
    if gone:
        yield f"表 {_TABLE}（定稿报表）缺少编号 {some(gone)}：有人删过定稿。请用备份恢复。"


def _query(kind: str, period: str | None) -> tuple[str, tuple[str, ...]]:
    which, values = ("kind = ? AND period = ?", (kind, period)) if period is not None else ("kind = ?", (kind,))
    columns = f"id, kind, period, {_EDITION}, made_at, made_by, hash"
    return f"SELECT {columns} FROM {_TABLE} WHERE {which} ORDER BY id", values  # noqa: S608 - our own words


def _unpacked(packed: object, digest: object) -> bytes | None:
    """Give the content when it is what was frozen, else None."""
    if not isinstance(packed, bytes):
        return None
    try:
        content = gzip.decompress(packed)
    except _DAMAGED:
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None
