"""Which header of a file is which field of a table."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from geodata.errors import FileProblem
from geodata.tables import TABLES, Table

LON = ("lon", "经度", "lng", "longitude", "x", "东经")
LAT = ("lat", "纬度", "latitude", "y", "北纬")
SHAPE = ("geometry", "wkt", "几何", "geom")


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
                f"--column {field}={header}：{path.name} 里没有列“{header}”。文件里的列：{'、'.join(headers)}。"
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
    _require(path, table, headers, {*found, *filled, *(["geometry"] if shaped else [])}, fields)
    return found


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
    said = []
    for field in missing:
        accepted = "、".join(fields[field])
        near = difflib.get_close_matches(folded(fields[field][-1]), [folded(h) for h in headers], 1, 0.3) or [
            hit
            for name in fields[field]
            for hit in difflib.get_close_matches(folded(name), [folded(h) for h in headers], 1, 0.5)
        ]
        nearest = f"，最接近的列是“{near[0]}”" if near else ""
        said.append(f"{field}（可用表头：{accepted}{nearest}）")
    better = max(TABLES.values(), key=lambda other: (known_headers(other, headers), other is table))
    hint = ""
    if better is not table and known_headers(better, headers) > known_headers(table, headers):
        hint = f"这个文件更像是{better.title}，是不是应该用 wangge import … {better.name}？"
    raise FileProblem(
        f"{path.name} 缺少{table.title}必需的列：{'；'.join(said)}。{hint}"
        f"文件里的列：{'、'.join(headers) or '无'}。可以用 --column 字段=表头 指明对应的列。"
    )
