"""What the OpenAPI description says of the answers. The routes give plain JSON; tests hold it against these shapes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import GenericAlias, MappingProxyType
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, create_model

from geodata.tables import AREAS, HAZARDS, INSPECTIONS, PLACES, Kind, Table

TYPES: Mapping[Kind, type] = MappingProxyType(
    {
        "text": str,
        "choice": str,
        "tags": str,
        "integer": float,
        "number": float,
        "date": date,
        "moment": datetime,
        "flag": bool,
    }
)


class Shape(BaseModel):
    """A shape of an answer: nothing else stands in it."""

    model_config = ConfigDict(extra="forbid")


class Positioned(Shape):
    """A row with a position, WGS 84; null where it is not known."""

    lon: float | None
    lat: float | None


class Page(Shape):
    """One page of a list; `next` is the address of the one after it."""

    as_of: date | None = None
    total: int
    limit: int
    offset: int
    next: str | None


class Group(Shape):
    """What a row of figures is of: `area` (a code) or `key`, and its name."""

    area: str | None = None
    key: str | None = None
    name: str


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


class HazardRow(Group):
    """Figures of hazards; the rates are null where none was found."""

    found: int
    rectified: int
    closed: int
    open: int
    overdue: int
    major: int
    major_open: int
    void: int
    rectified_rate: float | None
    closed_rate: float | None


class HazardFigures(Shape):
    """Figures of hazards by a group."""

    as_of: date
    town: str
    by: str
    rows: list[HazardRow]


class Gap(Positioned):
    """A duty overdue or pending, and why it is one."""

    place_id: str
    name: str | None
    grid: str | None
    community: str | None
    district: str | None
    rule: str
    rule_name: str
    state: str
    never: bool
    last_inspection: date | None
    days_since: int | None
    period: str
    risk: str | None
    score: float
    why: str
    industry: str | None
    department: str | None
    officer: str
    officer_name: str


class HazardState(Positioned):
    """A hazard as of the day."""

    id: str
    place_id: str | None
    place_name: str | None
    level: str | None
    category: str | None
    industry: str | None
    risk: str | None
    department: str | None
    officer: str
    officer_name: str
    found: date
    deadline: date | None
    rectified_on: date | None
    closed_on: date | None
    void: bool
    rectified: bool
    closed: bool
    open: bool
    overdue: bool
    major: bool


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


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


def _row(table: Table, base: type[Shape]) -> type[Shape]:
    """Give the shape of a row of a table: its columns, in its order."""
    fields: dict[str, Any] = {column.name: (TYPES[column.kind] | None, ...) for column in table.columns}
    return create_model(table.name.capitalize().removesuffix("s"), __base__=base, __doc__=table.title, **fields)


def page_of(row: type[Shape]) -> type[Page]:
    """Give the shape of one page of such rows."""
    return create_model(f"{row.__name__}Page", __base__=Page, rows=(cast("type[Any]", GenericAlias(list, (row,))), ...))


Area = _row(AREAS, Shape)
Place = _row(PLACES, Positioned)
Inspection = _row(INSPECTIONS, Positioned)
Hazard = _row(HAZARDS, Positioned)
PlaceWithDuties = create_model(
    "PlaceWithDuties", __base__=Place, as_of=(date, ...), duties=(list[Duty], ...), history=(list[str], ...)
)

Answers = dict[int | str, dict[str, Any]]
CONFLICT: Answers = {409: {"description": "编号已有另一条内容不同的记录"}}
PROBLEM: Answers = {
    "4XX": {
        "description": "问题（RFC 9457）",
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
}
"""Of every route."""


def answers(model: type[BaseModel], *, geojson: bool = False, status: int = 200) -> Answers:
    """Describe the answer of a route, as GeoJSON too where it gives that."""
    content: dict[str, Any] = {"application/geo+json": {"schema": {"type": "object"}}} if geojson else {}
    return {status: {"model": model, "content": content}}
