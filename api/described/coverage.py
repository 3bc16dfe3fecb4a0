"""Coverage, its forecast, the duties of a place."""

from __future__ import annotations

from datetime import date

from pydantic import create_model

from api.described.rows import Place
from api.described.shapes import Group, Shape


class CoverageRow(Group):
    """Figures of coverage; the rates are null where nothing is owed."""

    places: int
    duties: int
    owed: int
    done: int
    pending: int
    overdue: int
    never: int
    exempt: int
    coverage_rate: float | None
    verified_rate: float | None


class Coverage(Shape):
    """Figures of coverage by a group."""

    as_of: date
    town: str
    period: str
    periods: dict[str, str]
    by: str
    rows: list[CoverageRow]


class ForecastRow(Group):
    """How a rule's period will end for a group; null where there is no pace or no day left."""

    rule: str
    rule_name: str
    period: str
    ends: date
    owed: int
    done: int
    left: int
    days_gone: int
    days_left: int
    pace: float | None
    needed: float | None
    coverage_rate: float | None
    expected_done: int
    expected_rate: float | None


class Missed(Shape):
    """A duty that is expected to be missed at the end of its period."""

    place_id: str
    name: str | None
    rule: str
    rule_name: str
    period: str
    ends: date
    score: float


class Forecast(Shape):
    """How the periods will end at the pace so far."""

    as_of: date
    town: str
    by: str
    notes: list[str]
    rows: list[ForecastRow]
    missed_total: int
    missed: list[Missed]


class WhatIfRow(Group):
    """Figures of a group before and after the visits."""

    owed: int
    done: int
    coverage_rate: float | None
    verified_rate: float | None
    done_after: int
    coverage_rate_after: float | None
    verified_rate_after: float | None


class WhatIf(Shape):
    """Figures before and after visits that nobody has made yet."""

    as_of: date
    town: str
    by: str
    visits: list[dict[str, str]]
    rows: list[WhatIfRow]


class DutyVisit(Shape):
    """An inspection in the period of a duty or in the one before: whether it is counted, and why or why not."""

    id: str
    at: str
    by: str | None
    officer: str | None
    period: str
    this_period: bool
    counted: bool
    verified: bool
    why: str


class Duty(Shape):
    """What a place owes by one rule, and what became of it."""

    rule: str
    rule_name: str
    duty: str
    applies: str
    asks: str
    period: str | None
    state: str
    never: bool
    counted: int
    times: int
    verified: bool
    last_inspection: date | None
    source: str
    visits: list[DutyVisit]
    notes: list[str]


PlaceWithDuties = create_model(
    "PlaceWithDuties", __base__=Place, as_of=(date, ...), duties=(list[Duty], ...), history=(list[str], ...)
)
