"""What the OpenAPI description says of the leader's board."""

from __future__ import annotations

from datetime import date
from typing import Literal

from api.described.shapes import Shape


class BoardDay(Shape):
    """The day that a board is laid beside, and what may be compared with it, in words."""

    as_of: date
    word: str
    note: str


class FigureBeside(Shape):
    """A figure on another day; `change` is null where it is not known or the days can't be compared."""

    as_of: date
    word: str
    value: float | None
    change: float | None
    said: str | None


class FigureThen(Shape):
    """A figure on a day of its course; null where the ledger says nothing."""

    as_of: date
    value: float | None


class BoardFigure(Shape):
    """A figure of the board; shares run from 0 to 1. `alarm`: against a rule or a deadline."""

    figure: str
    name: str
    how: str
    unit: str
    value: float | None
    alarm: bool
    beside: list[FigureBeside]
    course: list[FigureThen]


class RankedBy(Shape):
    """The measure that areas are ranked by, and what it is divided by."""

    figure: str
    name: str
    how: str
    better: Literal["low", "high"]
    of: str


class RankedArea(Shape):
    """An area below: its rank, places won since the other day, the measure now and then, how much it rests on."""

    level: str
    area: str
    name: str
    rank: int | None
    moved: int | None
    value: float | None
    before: float | None
    whole: float | None


class BoardMajor(Shape):
    """A major hazard that is not closed, and its clock."""

    id: str
    place_id: str | None
    place_name: str | None
    area_name: str
    category: str | None
    state: str
    found: date
    deadline: date | None
    clock: str
    days_left: int | None
    last_entry: date
    days_since: int
    stale: bool
    supervisor: str | None
    supervisors_missing: int
    zero_in: int


class BoardPlace(Shape):
    """A place of an area that is not divided further, those with most to be done first."""

    id: str
    name: str | None
    risk: str | None
    late: int
    overdue: int
    open: int
    pending: int
    last: date | None


class BoardAnswer(Shape):
    """What the leader's board shows of an area (`area` null: the whole town)."""

    as_of: date
    town: str
    level: str
    area: str | None
    name: str
    against: BoardDay
    figures: list[BoardFigure]
    ranked_by: RankedBy
    rows: list[RankedArea]
    major: int
    major_open: int
    majors: list[BoardMajor]
    places: list[BoardPlace]
    notes: list[str]
