"""Do the rows hold what `geodata.tables` says: keys, references, vocabularies, dates; is the audit without gaps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.model import Town
from geodata.shapes import said_of
from geodata.store.check_format import decode_each
from geodata.store.connection import has_table
from geodata.store.dialects import Raw, dialect_of
from geodata.store.geopackage import GEOMETRY
from geodata.store.wording import of_table, some
from geodata.tables import REFERENCES, TABLES, Column, Table


def check_keys(connection: Raw, table: Table) -> Iterator[str]:
    """Check that every row has its key, and each key once."""
    words = " || '/' || ".join(f'"{name}"' for name in table.key)
    lacking = _list(connection, f'SELECT fid FROM "{table.name}" WHERE {words} IS NULL')  # noqa: S608 - our own words
    if lacking:
        yield f"{of_table(table)}里有没有编号的行：fid {some(lacking)}。请在 QGIS 中补上 {'、'.join(table.key)}。"
    groups = f'SELECT {words} FROM "{table.name}" WHERE {words} IS NOT NULL GROUP BY 1'  # noqa: S608 - our own words
    twice = _list(connection, f"{groups} HAVING count(*) > 1")
    if twice:
        yield f"{of_table(table)}里有重复的编号：{some(twice)}。请在 QGIS 中改正。"


def check_values(connection: Raw, table: Table, columns: Sequence[str]) -> Iterator[str]:
    """Check these columns of a table: words of its vocabulary, dates that are dates, numbers that are numbers."""
    for column in map(table.column, columns):
        bad = _bad_rows(connection, table, column)
        if bad:
            shown = some([f"{key}（{value}）" for key, value in bad])
            yield f"{of_table(table)}的列 {column.name} 有不合规定的值：{shown}。请在 QGIS 中改正。"


def check_references(connection: Raw, tables: Sequence[Table]) -> Iterator[str]:
    """Check that a row that names a place or an inspection names one of the store."""
    there = {table.name for table in tables}
    for name, column, other in REFERENCES:
        if name not in there:
            continue
        rows = connection.execute(
            # PostgreSQL goes through a long NOT IN (…) once a row
            f'SELECT mine.id, mine."{column}" FROM "{name}" mine WHERE mine."{column}" IS NOT NULL'  # noqa: S608
            f' AND NOT EXISTS (SELECT 1 FROM "{other}" theirs WHERE theirs.id = mine."{column}")'
        ).fetchall()
        if rows:
            shown = some([f"{key}（{value}）" for key, value in rows])
            title = TABLES[other].title
            yield f"{of_table(TABLES[name])}里的{title}不在 {other} 里：{shown}。请先导入这些{title}。"


def check_drawn(connection: Raw, table: Table) -> Iterator[str]:
    """Check that every polygon is one: none crosses or touches itself where it may not."""
    key = " || '/' || ".join(f'"{name}"' for name in table.key)
    rows = connection.execute(
        f'SELECT fid, {GEOMETRY}, {key} FROM "{table.name}" WHERE {GEOMETRY} IS NOT NULL ORDER BY fid'  # noqa: S608
    ).fetchall()
    fids, shapes, _ = decode_each([row[:2] for row in rows])
    named = {fid: row_key for fid, _, row_key in rows}
    wrong = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_valid(shapes))
    if len(wrong):
        reasons = shapely.is_valid_reason(shapes[wrong])
        shown = some([f"{named[fid]}（{_drawn(why)}）" for fid, why in zip(fids[wrong].tolist(), reasons, strict=True)])
        yield (
            f"{of_table(table)}里有画错的图形：{shown}。"
            "请在 QGIS 中到所说的位置改正边界，或重新导入这些行（导入时会自动修正）。"
        )


def _drawn(reason: str) -> str:
    """Say what GEOS says: `Self-intersection[113.6 22.7]`."""
    what, _, where = reason.partition("[")
    numbers = where.rstrip("]").split()
    place = f"，在经度 {float(numbers[0]):.6f}、纬度 {float(numbers[1]):.6f}" if len(numbers) == 2 else ""
    return said_of(what) + place


def check_root(connection: Raw, town: Town) -> Iterator[str]:
    """Check that the town itself stands among its areas."""
    query = "SELECT 1 FROM areas WHERE level = ? AND code = ?"
    if connection.execute(query, (str(town.level), town.code)).fetchone() is None:
        yield f"表 areas（区域）里没有本镇街自己：{town.name}（{town.code}）。请用备份恢复。"


def check_audit(connection: Raw, tables: Sequence[Table]) -> Iterator[str]:
    """Check that the audit has no gap, no negative count, readable changes, and that no row it counts is gone."""
    changes = dialect_of(connection).exactly("changes", "text")
    rows = connection.execute(
        f'SELECT id, "table", inserted, updated, unchanged, {changes} FROM wangge_audit ORDER BY id'  # noqa: S608
    ).fetchall()
    ids = {row[0] for row in rows}
    gone = sorted(set(range(1, max(ids, default=0) + 1)) - ids)
    if gone or not rows:
        yield f"审计表 wangge_audit 的记录不连续，缺少编号 {some(gone or [1])}：有人删过审计记录。"
    negative = [row[0] for row in rows if not all(isinstance(n, int) and n >= 0 for n in row[2:5])]
    if negative:
        yield f"审计表 wangge_audit 的行数不对：编号 {some(negative)}。"
    unreadable = [row[0] for row in rows if not _is_json(row[5])]
    if unreadable:
        yield f"审计表 wangge_audit 的改动内容读不出：编号 {some(unreadable)}。"
    undone = set()
    if has_table(connection, "wangge_imports"):
        undone = set(_list(connection, "SELECT audit_id FROM wangge_imports WHERE undone_by IS NOT NULL"))
    for table in tables:
        standing = [row[2] for row in rows if row[1] == table.name and row[0] not in undone]
        counted = sum(inserted for inserted in standing if isinstance(inserted, int))
        (there,) = connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()  # noqa: S608
        if table.name == "areas" and any(other.name == "past_areas" for other in tables):
            # an area that a new one takes the place of goes there
            there += connection.execute("SELECT count(*) FROM past_areas").fetchone()[0]
        # more rows than counted is fine: they were drawn in a GIS program
        if there < counted:
            yield f"{of_table(table)}现有 {there} 行，按审计应不少于 {counted} 行：有行被删除。请用备份恢复。"


def _bad_rows(connection: Raw, table: Table, column: Column) -> list[tuple[str, Any]]:
    """Give key and value of the rows whose value the kind of the column can't hold."""
    if column.kind in ("date", "moment"):
        return _bad_times(connection, table, column)
    quoted = f'"{column.name}"'
    condition = dialect_of(connection).misfits(quoted, column.kind)
    words = sorted(set(column.choices.values())) if not column.open_choice else []
    if words:
        condition += f" OR {quoted} NOT IN ({', '.join('?' * len(words))})"
    return _rows(connection, table, quoted, f"{quoted} IS NOT NULL AND ({condition})", words)


def _bad_times(connection: Raw, table: Table, column: Column) -> list[tuple[str, Any]]:
    quoted = f'"{column.name}"'
    there = _rows(connection, table, quoted, f"{quoted} IS NOT NULL", [])
    if not there:
        return []
    rows = pd.DataFrame(there, columns=["key", "value"])
    text = rows["value"].where(rows["value"].map(lambda value: isinstance(value, str)), "").astype("str")
    if column.kind == "date":
        parsed = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
        parsed = parsed.where(text.str.len() == len("2024-03-05"))
    else:
        parsed = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
    return list(rows[parsed.isna()].itertuples(index=False, name=None))


def _rows(connection: Raw, table: Table, quoted: str, condition: str, words: list[str]) -> list[tuple[str, Any]]:
    key = " || '/' || ".join(f"coalesce(\"{name}\", '')" for name in table.key)
    query = f'SELECT {key}, {quoted} FROM "{table.name}" WHERE {condition} ORDER BY fid'  # noqa: S608
    return connection.execute(query, words).fetchall()


def _list(connection: Raw, query: str) -> list[Any]:
    return [value for (value,) in connection.execute(query)]


def _is_json(text: bytes | str | None) -> bool:
    try:
        json.loads(text or "")
    except ValueError:
        return False
    return True
