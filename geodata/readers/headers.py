"""Which header of a file is which field of a table."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from geodata.errors import FileProblem
from geodata.readers.raw import shown
from geodata.tables import TABLES, Table

LON = ("lon", "经度", "lng", "longitude", "x", "东经")
LAT = ("lat", "纬度", "latitude", "y", "北纬")
SHAPE = ("geometry", "wkt", "几何", "geom")
SHOWN = 10
STEERING = ("industry", "risk", "at", "officer", "by")
"""Columns that decide what is owed and what counts: their absence is told."""
SHOWN_CHARACTERS = 60
MOST_LISTED = 40


def folded(header: str) -> str:
    """Fold a header for comparing: full width to half, no blanks, lower case."""
    return "".join(unicodedata.normalize("NFKC", header).split()).lower()


def fields_of(table: Table) -> dict[str, tuple[str, ...]]:
    """Give field → the headers understood for it, the position's fields among them."""
    fields = {c.name: (c.name, *c.headers) for c in table.columns if not c.derived}
    if table.geometry == "POINT" or table.name == "tracks":
        fields |= {"lon": LON, "lat": LAT}
    if table.name == "tracks":
        fields["start"] = (*fields["start"], "time", "timestamp", "时间", "定位时间")
        fields["officer"] = (*fields["officer"], "track_id")
    if table.geometry:
        fields["geometry"] = SHAPE
    return fields


def known_headers(table: Table, headers: Sequence[str]) -> int:
    """Count the headers that the table understands."""
    known = {folded(header) for names in fields_of(table).values() for header in names}
    return sum(folded(header) in known for header in headers)


def match_headers(
    path: Path,
    table: Table,
    headers: Sequence[str],
    given: Mapping[str, str],
    *,
    shaped: bool,
    filled: Sequence[str] = (),
    whole: bool = True,
) -> dict[str, str]:
    """Give field → header of the file.

    Parameters
    ----------
    headers
        As they stand in the file.
    given
        Field → header as the person said (`--column`).
    shaped
        The format itself holds a geometry.
    filled
        Fields known without a header (`level` from `--level`).
    whole
        The table is to be imported: what it needs must be there.

    Raises
    ------
    FileProblem
        A given field or header that is not there; a required field without header: names it, the headers accepted, the
        nearest one found, and another table that fits the file better.
    """
    fields = fields_of(table)
    by_fold = {folded(header): header for header in reversed(headers)}
    found: dict[str, str] = {}
    for field, header in given.items():
        if field not in fields:
            raise FileProblem(
                f"--column {field}={header}：{table.title}没有字段 {field}。可用的字段：{'、'.join(fields)}。"
            )
        if folded(header) not in by_fold:
            raise FileProblem(
                f"--column {field}={header}：{path.name} 里没有列“{header}”{_nearest([folded(header)], headers)}。"
            )
        found[field] = by_fold[folded(header)]
    taken = set(found.values())
    for field, names in fields.items():
        if field in found:
            continue
        for name in names:
            match = by_fold.get(folded(name))
            if match is not None and match not in taken:
                found[field] = match
                taken.add(match)
                break
    if not whole:
        return found
    _require(path, table, headers, {*found, *filled, *(["geometry"] if shaped else [])}, fields)
    if not given:
        _refuse_wrong_table(path, table, headers)
    return found


def unread(table: Table, headers: Sequence[str], found: Mapping[str, str]) -> list[str]:
    """Give a warning that names the headers nobody reads, each with the field it may be meant for."""
    lost = [header for header in headers if header not in found.values()]
    if not lost:
        return []
    free = [name for field, names in fields_of(table).items() if field not in found for name in names]
    told = []
    for header in lost[:SHOWN]:
        near = difflib.get_close_matches(folded(header)[:SHOWN_CHARACTERS], free, 1, 0.6)
        told.append(f"“{shown(header)}”" + (f"（是不是“{near[0]}”？）" if near else ""))
    empty = "、".join(
        f"{column.headers[0]} {column.name}"
        for column in table.columns
        if column.name in STEERING and column.name not in found and not column.derived
    )
    remedy = f"现在没有{empty}，相关规则不会用到它；如果就在这些列里，请用 --column 字段=表头 指明。" if empty else ""
    return [f"{len(lost)} 列不认识，没有导入：{'、'.join(told)}{' 等' * (len(lost) > SHOWN)}。{remedy}"]


def _refuse_wrong_table(path: Path, table: Table, headers: Sequence[str]) -> None:
    """Refuse a file that has what this table needs, but is plainly another table."""
    better = _better(table, headers)
    mine = known_headers(table, headers)
    if better is not None and 2 * mine < len(headers) and known_headers(better, headers) >= mine + 3:
        raise FileProblem(
            f"{path.name} 的 {len(headers)} 列里只有 {mine} 列像{table.title}，更像是{better.title}，"
            f"是不是应该用 wangge import … {better.name}？如果没有弄错，请用 --column 字段=表头 指明各列。"
        )


def _better(table: Table, headers: Sequence[str]) -> Table | None:
    """Give the table that understands most headers, when it is not this one."""
    best = max(TABLES.values(), key=lambda other: (known_headers(other, headers), other is table))
    return None if best is table else best


def _require(
    path: Path, table: Table, headers: Sequence[str], found: set[str], fields: Mapping[str, tuple[str, ...]]
) -> None:
    missing = [column.name for column in table.columns if column.required and column.name not in found]
    if table.name == "inspections" and not {"place_id", "place_name"} & found:
        missing.append("place_id")
    if table.geometry not in (None, "POINT") and "geometry" not in found and not {"lon", "lat"} <= found:
        missing.append("geometry")
    if not missing:
        return
    said = [f"{field}（可用表头：{'、'.join(fields[field])}{_nearest(fields[field], headers)}）" for field in missing]
    better = _better(table, headers)
    hint = f"这个文件更像是{better.title}，是不是应该用 wangge import … {better.name}？" if better else ""
    level = "没有级别列的文件请用 --level 说明级别。" if "level" in missing and table.name == "areas" else ""
    listed = "、".join(shown(header) for header in headers[:MOST_LISTED]) + " 等" * (len(headers) > MOST_LISTED)
    raise FileProblem(
        f"{path.name} 缺少{table.title}必需的列：{'；'.join(said)}。{hint}{level}"
        f"文件里的列：{listed or '无'}。可以用 --column 字段=表头 指明对应的列。"
    )


def _nearest(names: Sequence[str], headers: Sequence[str]) -> str:
    """Name the header of the file that is most like one of a field's."""
    likeness = [
        (difflib.SequenceMatcher(None, folded(header)[:SHOWN_CHARACTERS], name).ratio(), header)
        for header in headers
        for name in names
    ]
    ratio, header = max(likeness, default=(0.0, ""), key=lambda pair: pair[0])
    return f"，最接近的列是“{shown(header)}”" if ratio >= 0.3 else ""
