"""`town.json` of a town folder: which town it is, its rules files, and every file of it with rows and bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from geodata.errors import FileProblem
from geodata.model import Town
from geodata.rule_texts import RuleText
from geodata.tables import TABLES

NAME = "town.json"
VERSION = 1
BY_MONTH: Mapping[str, str] = {"inspections": "at", "hazards": "found_at"}
"""Tables that are cut by the town-local calendar month of a column; rows without a moment are of the month `none`."""
NO_MONTH = "none"

_ONE_FILE = re.compile(r"([a-z_]+)\.parquet")
_OF_MONTH = re.compile(r"([a-z_]+)/month=(\d{4}-\d{2}|none)/part\.parquet", re.A)


def path_of(table: str, month: str | None) -> str:
    """Give the path of a table (of one month of it) inside its town folder."""
    return f"{table}.parquet" if month is None else f"{table}/month={month}/part.parquet"


@dataclass(frozen=True)
class Part:
    """One file of a town folder: a table, or one month of it (`YYYY-MM`, `NO_MONTH`)."""

    table: str
    month: str | None
    rows: int
    bytes: int

    @property
    def path(self) -> str:
        """Path inside the town folder."""
        return path_of(self.table, self.month)


@dataclass(frozen=True)
class Manifest:
    """What a town folder says of itself.

    Attributes
    ----------
    town, rules
        The town, and its rules files, the oldest first.
    parts
        Every file; a table without rows has none.
    first, last
        Town-local days of the first and the last inspection, None where there is none.
    """

    town: Town
    rules: tuple[RuleText, ...]
    parts: tuple[Part, ...]
    first: date | None
    last: date | None

    def text(self) -> str:
        """Give the text of `town.json`."""
        return json.dumps(
            {
                "wangge": VERSION,
                "town": asdict(self.town),
                "rules": [
                    {"since": _written(each.since), "text": each.text, "reason": each.reason} for each in self.rules
                ],
                "inspections": {"first": _written(self.first), "last": _written(self.last)},
                "files": {part.path: {"rows": part.rows, "bytes": part.bytes} for part in self.parts},
            },
            ensure_ascii=False,
            indent=1,
        )


def read_manifest(data: bytes) -> Manifest:
    """Read `town.json`. FileProblem when it is none, or of another version; every value in it may be hostile."""
    try:
        raw = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise FileProblem(
            f"{NAME} 不是完整的 JSON，文件夹没有写完或已损坏。请重新导出（wangge many export）。"
        ) from problem
    version = raw.get("wangge") if isinstance(raw, dict) else None
    if version != VERSION:
        told = f"版本是 {version}" if isinstance(version, int) else "没有写版本"
        raise FileProblem(f"{NAME} {told}，本软件读的是版本 {VERSION}。请用同一版软件重新导出（wangge many export）。")
    try:
        return _manifest(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise FileProblem(f"{NAME} 的内容不对（{problem}）。请重新导出（wangge many export）。") from problem


def _manifest(raw: Mapping[str, Any]) -> Manifest:
    named = raw["town"]
    town = Town(
        _text(named["name"]),
        _text(named["code"]),
        _text(named["timezone"]),
        float(named["tolerance_m"]),
        synthetic=named["synthetic"] is True,
    )
    if not (town.level and town.zone and 0 < town.tolerance_m < 100_000):
        raise ValueError("tolerance_m")
    rules = tuple(RuleText(_day(each["since"]), _text(each["text"]), _text(each["reason"])) for each in raw["rules"])
    if not rules:
        raise ValueError("rules")
    parts = tuple(_part(path, about) for path, about in raw["files"].items())
    spoken = raw["inspections"]
    return Manifest(town, rules, parts, _day(spoken["first"]), _day(spoken["last"]))


def _part(path: str, about: Mapping[str, Any]) -> Part:
    one, month = _ONE_FILE.fullmatch(path), _OF_MONTH.fullmatch(path)
    table = one[1] if one else month[1] if month else ""
    if table not in TABLES or (table in BY_MONTH) != bool(month):
        raise ValueError(path)
    rows, size = about["rows"], about["bytes"]
    if not (isinstance(rows, int) and isinstance(size, int) and rows >= 0 and size >= 0):
        raise ValueError(path)
    return Part(table, month[2] if month else None, rows, size)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} 不是文字")
    return value


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(_text(value))


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def of_table(parts: Sequence[Part], table: str) -> list[Part]:
    """Give the files of a table, in order of the months."""
    return sorted((part for part in parts if part.table == table), key=lambda part: part.month or "")
