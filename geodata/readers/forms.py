"""Exports of form servers (ODK Central, KoboToolbox): paths of groups, places on the map, repeat groups, photos.

ODK Central writes a csv for the form and one for each repeat group (`FORM.csv`, `FORM-GROUP.csv`), joined by KEY and
PARENT_KEY, groups with `-` between (`visit-place_id`, `where-Latitude`). KoboToolbox writes a workbook with a sheet for
each, joined by `_index` and `_parent_index`, groups with `/` between (`visit/place_id`, `_where_latitude`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geodata.readers.raw import RawTable, shown

_OF_SERVERS = frozenset(
    {"key", "parent_key", "submissiondate", "meta-instanceid", "meta/instanceid", "instanceid", "_uuid", "_index",
     "_submission_time", "_submission__uuid", "_parent_index", "formhub/uuid"}
)  # fmt: skip
_LEAST = 2
"""So many columns of a server's own make an export."""
_IDS = ("instanceid", "meta-instanceid", "meta/instanceid", "_uuid", "key")
_TIMES = ("start", "today", "_submission_time", "submissiondate", "end")
_PEOPLE = ("username", "submittername", "_submitted_by", "enumerator")
_PARENTS = ("parent_key", "_submission__uuid")
_POSITIONS: Mapping[str, str] = MappingProxyType(
    {"latitude": "lat", "longitude": "lon", "accuracy": "accuracy", "precision": "accuracy"}
)
_PART = re.compile(r"^_?(.+)[-_](latitude|longitude|altitude|accuracy|precision)$", re.IGNORECASE)
_GEOPOINT = re.compile(r"(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)(?: (\d+(?:\.\d+)?))?")
_PHOTO = re.compile(r"[^/\\]+\.(?:jpe?g|png|heic|heif|webp)", re.IGNORECASE)
_MOMENTS: Mapping[str, str] = MappingProxyType({"inspections": "at", "hazards": "found_at", "tracks": "start"})
_WORDS: Mapping[str, str] = MappingProxyType(
    {"start": "打开表单的时间", "today": "填表的日期", "_submission_time": "上传时间", "submissiondate": "上传时间",
     "end": "填完的时间"}
)  # fmt: skip


def is_export(headers: Iterable[str]) -> bool:
    """Say whether the headers are of a form server's export."""
    return len(_OF_SERVERS & {header.strip().lower() for header in headers}) >= _LEAST


def is_repeat(headers: Iterable[str]) -> bool:
    """Say whether an export holds the rows of a repeat group."""
    return bool({"parent_key", "_parent_index"} & {header.strip().lower() for header in headers})


def understand(raw: RawTable, table: str) -> None:
    """Say what the columns of an export mean, in place: other words for headers, positions taken apart; notes told."""
    for header in [header for header in raw.columns if _are_geopoints(raw.columns[header])]:
        _take_apart(raw, header)
    folded = {header.strip().lower(): header for header in reversed(list(raw.columns))}
    for header in raw.columns:
        last = re.split(r"[/-]", header)[-1]
        part = _PART.match(header)
        word = _POSITIONS.get(part.group(2).lower()) if part else None
        _add(raw, header, word or (last if last != header else None))
    for names, word in ((_IDS, "id"), (_PEOPLE, "officer"), (_PARENTS, "inspection_id")):
        _add(raw, next((folded[name] for name in names if name in folded), None), word)
    when = next((name for name in _TIMES if name in folded), None)
    if when is not None and table in _MOMENTS:
        _add(raw, folded[when], _MOMENTS[table])
    photos = [header for header, values in raw.columns.items() if _are_photos(values)]
    if len(photos) == 1:
        _add(raw, photos[0], "photos")
    raw.notes.append("表单系统（ODK、KoboToolbox）导出的文件，按题目的名称对应各列。" + _said(when, table))


def _said(when: str | None, table: str) -> str:
    return f"没有时间列时用{_WORDS[when]}（{when}）。" if when is not None and table in _MOMENTS else ""


def _add(raw: RawTable, header: str | None, word: str | None) -> None:
    if header is not None and word is not None:
        raw.also[header] = (*raw.also.get(header, ()), word)


def _texts(values: Sequence[Any]) -> list[str]:
    return [text for value in values if value is not None and (text := str(value).strip())]


def _are_geopoints(values: Sequence[Any]) -> bool:
    texts = _texts(values)
    return bool(texts) and all(_GEOPOINT.fullmatch(text) for text in texts)


def _are_photos(values: Sequence[Any]) -> bool:
    texts = _texts(values)
    return bool(texts) and all(_PHOTO.fullmatch(text) for text in texts)


def _take_apart(raw: RawTable, header: str) -> None:
    """Make "latitude longitude altitude accuracy" in one column four columns, as ODK Central itself does."""
    found = [_GEOPOINT.fullmatch(str(value).strip()) if value is not None else None for value in raw.columns[header]]
    if any(_PART.match(other) and header in other for other in raw.columns):
        return  # the export has the parts as well
    del raw.columns[header]
    for number, part in enumerate(("Latitude", "Longitude", "Altitude", "Accuracy"), start=1):
        raw.columns[f"{header}-{part}"] = [match.group(number) if match else None for match in found]


def join_parent(raw: RawTable, parent: RawTable) -> None:
    """Give each row of a repeat group the columns of the submission that it belongs to, where it has none itself."""
    folded, above = ({name.strip().lower(): name for name in each.columns} for each in (raw, parent))
    own = folded.get("parent_key") or folded["_parent_index"]
    key = parent.columns[above["key" if "parent_key" in folded else "_index"]]
    # a repeat inside a repeat names its parent as KEY/group[n]
    place = {_key(value): at for at, value in enumerate(key)}
    at = [place.get(_key(value)) for value in raw.columns[own]]
    for header, values in parent.columns.items():
        if header.strip().lower() not in folded:
            raw.columns[header] = [None if where is None else values[where] for where in at]
    lost = sum(where is None for where in at)
    if lost:
        raw.notes.append(f"{lost} 行在上级表里找不到所属的检查（{shown(own)}）。")


def _key(value: Any) -> str:
    text = "" if value is None else str(value).strip()
    return text.split("/")[0].removesuffix(".0")


def parent_file(path: Path, read: Callable[[Path], RawTable]) -> RawTable | None:
    """Give the table of the form whose repeat group a csv holds: FORM.csv beside FORM-GROUP.csv; None where it is not.

    `read` reads a csv.
    """
    beside = [each for each in path.parent.iterdir() if each.suffix.lower() == path.suffix.lower()]
    stems = [each for each in beside if path.stem.startswith(each.stem + "-") and each.is_file()]
    if not stems:
        return None
    parent = read(max(stems, key=lambda each: len(each.stem)))
    return parent if any(header.strip().lower() == "key" for header in parent.columns) else None
