"""The quarter's 一图一册一清单: the map of risk, a book a community, the list, and what changed since last quarter."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

import pandas as pd

from api.reports.asked import Asked, Papers, safe_names
from api.reports.freezing import unpacked
from coverage.figures import records
from coverage.periods import previous
from coverage.risk_changes import changes
from coverage.risk_points import NEEDED as OF_POINTS
from coverage.risk_points import risk_points
from coverage.risk_policy import parse_risk
from geodata.rule_texts import text_on
from maps.backdrop import NEEDED as OF_BACKDROP
from maps.risk import risk_map
from maps.sheet import sheet_pdf
from maps.sheets.risk import risk_wall
from maps.tables.press import Job
from maps.tables.risk_points import book, changes_sheet, counts_sheet, list_sheet
from maps.tables.xlsx import workbook

NEEDED: tuple[Mapping[str, tuple[str, ...]], ...] = (OF_POINTS, OF_BACKDROP)
KIND = "quarterly"
ROWS = "清单.json"
"""The list as data: what the next quarter is compared with."""
BOOK_LEVELS = ("重大", "较大")
OUTSIDE = "不在任何村社区"


def papers(asked: Asked) -> Papers:
    """Give the quarter's files."""
    quarter = Quarter(asked)
    stem, made, day = asked.stem, asked.made, asked.day
    files: dict[str, Callable[[], bytes]] = {
        f"一图/风险四色图 {stem}.html": lambda: risk_map(day.assessment, day.backdrop).encode(),
        f"一图/风险四色图 {stem} A3.pdf": lambda: sheet_pdf(risk_wall(day.assessment, day.backdrop), made),
        f"一清单/风险清单 {stem}.xlsx": lambda: workbook(quarter.sheets, made),
        f"一清单/{ROWS}": lambda: as_lines(quarter.points),
    }
    return Papers(files, {f"一册/{name}.pdf": partial(quarter.book, name) for name in quarter.parts})


class Quarter:
    """The list of a quarter and the one before, each computed when it is first asked for."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    @cached_property
    def points(self) -> pd.DataFrame:
        """The risk points of the quarter."""
        return _points(self.asked, self.asked.day)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The same as plain rows."""
        return records(self.points)

    @cached_property
    def before(self) -> tuple[str, list[dict[str, Any]]]:
        """The quarter before in a few words, and its list: as it was frozen, else as the store has it today."""
        period = previous("quarter", self.asked.period)
        frozen = self.asked.frozen(KIND, period.label)
        if frozen is not None:
            return f"{period.chinese}定稿", of_lines(unpacked(frozen).content(f"一清单/{ROWS}"))
        return f"{period.chinese}末（未定稿，按库里现有资料）", records(
            _points(self.asked, self.asked.day_of(period.last))
        )

    @cached_property
    def changed(self) -> pd.DataFrame:
        """What changed since."""
        return changes(self.rows, self.before[1])

    @property
    def sheets(self) -> list[Any]:
        """The sheets of the list."""
        town, period, as_of = self.asked.day.ledger.town, self.asked.period, self.asked.as_of
        return [
            counts_sheet(self.points, town, period, as_of),
            list_sheet(self.points, town, period, as_of),
            changes_sheet(self.changed, town, period, as_of, self.before[0]),
        ]

    @cached_property
    def parts(self) -> dict[str, str | None]:
        """The name of each book's file, and the community that it is of (None: of none)."""
        names = self.points["community_name"]
        known = safe_names([OUTSIDE, *sorted(names.dropna().unique())])
        found: dict[str, str | None] = {file: name for at, (file, name) in enumerate(known.items()) if at > 0}
        return found | ({OUTSIDE: None} if names.isna().any() else {})

    def book(self, name: str) -> Job:
        """Give the book of one community."""
        community = self.parts[name]
        points, changed = (_of(rows, community) for rows in (self.points, self.changed))
        shown = points["photo"][points["risk"].isin(BOOK_LEVELS)].dropna()
        thumbnails = self.asked.thumbnails([str(photo) for photo in shown])
        files = {photo: f"photo{number}.jpg" for number, photo in enumerate(thumbnails)}
        town, period = self.asked.day.ledger.town, self.asked.period
        words = {
            "title": f"{town.name}{period.chinese}安全风险分级管控册",
            "part": community or OUTSIDE,
            "as_of": str(self.asked.as_of),
        }
        data = book(points, changed, BOOK_LEVELS, files, words)
        return Job("book", data, self.asked.made, {files[photo]: jpeg for photo, jpeg in thumbnails.items()})


def as_lines(points: pd.DataFrame) -> bytes:
    """Write the list as JSON, a line a risk point below a line of its fields: small, and two lists can be compared."""
    rows = [json.dumps(list(row.values()), ensure_ascii=False, allow_nan=False) for row in records(points)]
    return ("[" + json.dumps(list(points.columns)) + "".join(f",\n{row}" for row in rows) + "]\n").encode()


def of_lines(content: bytes) -> list[dict[str, Any]]:
    """Read such a list back."""
    fields, *rows = json.loads(content)
    return [dict(zip(fields, row, strict=True)) for row in rows]


def _points(asked: Asked, day: Any) -> pd.DataFrame:
    policy = parse_risk(text_on(asked.day.state.rules.texts, day.as_of))
    return risk_points(day.ledger, day.assessment, day.register, policy)


def _of(rows: pd.DataFrame, community: str | None) -> pd.DataFrame:
    names = rows["community_name"]
    return rows[(names.isna() if community is None else names == community).to_numpy(bool)]
