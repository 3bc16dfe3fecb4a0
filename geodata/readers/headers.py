"""Which header of a file is which field of a table."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from geodata.errors import FileProblem
from geodata.readers.raw import shown
from geodata.tables import IMPORTED, Column, Table

LON = ("lon", "经度", "lng", "longitude", "x", "东经")
LAT = ("lat", "纬度", "latitude", "y", "北纬")
SHAPE = ("geometry", "wkt", "几何", "geom")
POSITION = (
    "position", "坐标", "经纬度", "经纬度坐标", "坐标位置", "位置坐标", "定位坐标", "gps", "gps坐标", "gps位置", "定位",
    "位置", "lnglat", "latlng", "lonlat", "latlon", "coordinates", "geopoint", "location",
)  # fmt: skip
"""Longitude and latitude in one cell."""
SHOWN = 10
STEERING = ("industry", "risk", "at", "officer", "by")
"""Columns that decide what is owed and what counts: their absence is told."""
SHOWN_CHARACTERS = 60
_ALL_UNITS = frozenset({"°", "度", *(unit for table in IMPORTED.values() for c in table.columns for unit in c.units)})
MOST_LISTED = 40
_BRACKETS = re.compile(r"[(\[【〔{]([^()\[\]【】〔〕{}]{0,30})[)\]】〕}]")
_NUMBERED = re.compile(r"^\(?\d{1,2}[.、)]")
_OR = re.compile(r"[/、或]")
_PER = re.compile(r"/([^/]{1,5})$")


def folded(header: str) -> str:
    """Fold a header for comparing: full width to half, no blanks, lower case."""
    return "".join(unicodedata.normalize("NFKC", header).split()).lower()


def mark_of(headers: Sequence[str]) -> str:
    """Give what files of one source have in common: a mark of their headers, whatever the order."""
    text = "\n".join(sorted(folded(header) for header in headers))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def bare(header: str) -> str:
    """Fold a header and leave out what is no part of its name: numbering, marks of duty, remarks and units."""
    plain = _BRACKETS.sub("", _NUMBERED.sub("", folded(header))).strip("*:?-/")
    per = _PER.search(plain)
    return plain[: per.start()] if per and per.group(1) in _ALL_UNITS else plain


def unit_of(header: str, column: Column) -> str:
    """Give the unit of a column that its header names, as one of `column.units`; nothing when it names none."""
    plain = folded(header)
    said = [*_BRACKETS.findall(plain), *_PER.findall(plain)]
    named = [word.removeprefix("单位:").removeprefix("单位") for word in said]
    return next((word for word in named if word in column.units), "")


def fields_of(table: Table) -> dict[str, tuple[str, ...]]:
    """Give field → the headers understood for it, the position's fields among them."""
    fields = {c.name: (c.name, *c.headers) for c in table.columns if not c.derived}
    if table.geometry == "POINT" or table.name == "tracks":
        fields |= {"lon": LON, "lat": LAT, "position": POSITION}
    if table.name == "tracks":
        fields["start"] = (*fields["start"], "time", "timestamp", "时间", "定位时间")
        fields["officer"] = (*fields["officer"], "track_id")
    if table.geometry:
        fields["geometry"] = SHAPE
    return fields


def known_headers(table: Table, headers: Sequence[str], also: Mapping[str, Sequence[str]] | None = None) -> int:
    """Count the headers that the table understands; `also` gives other words for some."""
    known = {folded(header) for names in fields_of(table).values() for header in names}
    words = ([folded(header), bare(header), *_other_words(header, also)] for header in headers)
    return sum(not known.isdisjoint(each) for each in words)


def match_headers(
    path: Path,
    table: Table,
    headers: Sequence[str],
    given: Mapping[str, str],
    *,
    shaped: bool,
    also: Mapping[str, Sequence[str]] | None = None,
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
    also
        Header → other words that it may be understood by, where its own is not.
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
    for by_word in (by_fold, {bare(header): header for header in reversed(headers)}, _by_other_words(headers, also)):
        _match(fields, by_word, found)
    if not whole:
        return found
    _require(path, table, headers, {*found, *filled, *(["geometry"] if shaped else [])}, fields)
    if not given:
        _refuse_wrong_table(path, table, headers)
    return found


def _match(fields: Mapping[str, Sequence[str]], by_word: Mapping[str, str], found: dict[str, str]) -> None:
    """Find headers for the fields that have none yet, in place; no header is taken twice."""
    taken = set(found.values())
    for field, names in fields.items():
        if field in found:
            continue
        for name in names:
            match = by_word.get(folded(name))
            if match is not None and match not in taken:
                found[field] = match
                taken.add(match)
                break


def _by_other_words(headers: Sequence[str], also: Mapping[str, Sequence[str]] | None) -> dict[str, str]:
    """Give word → header for the other words; one that stands for two headers tells nothing."""
    words = [(word, header) for header in headers for word in _other_words(header, also)]
    counts = Counter(word for word, _ in words)
    return {word: header for word, header in words if counts[word] == 1}


def _other_words(header: str, also: Mapping[str, Sequence[str]] | None) -> list[str]:
    """Give the other words of a header, and the parts of one that names two things (企业名称/场所名称)."""
    if also and header in also:
        return [folded(word) for word in dict.fromkeys(also[header])]
    parts = _OR.split(bare(header))
    return parts if len(parts) > 1 else []


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
    best = max(IMPORTED.values(), key=lambda other: (known_headers(other, headers), other is table))
    return None if best is table else best


def _require(
    path: Path, table: Table, headers: Sequence[str], found: set[str], fields: Mapping[str, tuple[str, ...]]
) -> None:
    missing = [column.name for column in table.columns if column.required and column.name not in found]
    if table.name == "inspections" and not {"place_id", "place_name"} & found:
        missing.append("place_id")
    placed = "geometry" in found or "position" in found or {"lon", "lat"} <= found
    if table.geometry not in (None, "POINT") and not placed:
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
