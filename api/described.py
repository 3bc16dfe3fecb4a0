"""What the OpenAPI description says of the answers. The routes give plain JSON; tests hold it against these shapes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import GenericAlias, MappingProxyType
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, create_model

from coverage.hazard_rates import FIGURES, WHOLE
from coverage.risk_policy import COUNTED, FACTORS
from geodata.tables import AREAS, HAZARDS, INSPECTIONS, PHOTOS, PLACES, RISK_DECISIONS, Kind, Table

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

_Day = date
"""For a field that is itself called `date`."""


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


_WHOLE = frozenset(WHOLE)
HazardRateRow = create_model(
    "HazardRateRow",
    __base__=HazardRow,
    __doc__="Figures of hazards, with those of a period and beside the period before where they were asked for.",
    **cast(
        "dict[str, Any]",
        {
            name: ((int if name in _WHOLE else float) | None, None)
            for name in FIGURES
            if name not in HazardRow.model_fields
        }
        | {
            f"{name}{end}": ((int if name in _WHOLE else float) | None, None)
            for name in FIGURES
            for end in ("_before", "_change")
        },
    ),
)


class RatesPeriod(Shape):
    """A period of rates: its label, first day, and the day as of which they are."""

    period: str | None
    from_: date | None = Field(alias="from")
    to: date


class HazardFigures(Shape):
    """Figures of hazards by a group; period, from, to where a period was asked for, before and note in a comparison."""

    as_of: date
    town: str
    by: str
    period: str | None = None
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    before: RatesPeriod | None = None
    note: str | None = None
    rows: list[HazardRateRow]  # type: ignore[valid-type]


class ReportFile(Shape):
    """A file of a report: what it is called and where it is fetched."""

    name: str
    address: str


class ReportFiles(Shape):
    """The files of a report."""

    kind: str
    title: str
    period: str
    as_of: date
    files: list[ReportFile]


class HotSpotRow(Group):
    """One area: both rates, both tests, its course; null is no data."""

    places: int
    inspections: int
    hazards: int
    per_inspection: float | None
    per_inspection_low: float | None
    per_inspection_high: float | None
    smoothed: float | None
    km2: float | None
    per_km2: float | None
    neighbours: int
    inspection_z: float | None
    inspection_p: float | None
    inspection_fdr: float | None
    inspection_class: str
    area_z: float | None
    area_p: float | None
    area_fdr: float | None
    area_class: str
    course: str
    trend: int
    trend_p: float | None
    months_seen: int
    hot_months: int
    peak_km2: float | None
    peak_lon: float | None
    peak_lat: float | None


class HotSpotMonth(Shape):
    """One month of one area; null is no data."""

    area: str
    month: str
    inspections: int
    hazards: int
    per_inspection: float | None
    per_km2_30d: float | None
    z: float | None
    heat: str


class HotSpotFigures(Shape):
    """Hot and cold spots, the hottest first, and their months."""

    as_of: date
    town: str
    level: str
    rate: str
    months: list[str]
    method: dict[str, str | int | float | None]
    rows: list[HotSpotRow]
    series: list[HotSpotMonth]


class StreetRow(Group):
    """Metres of street; the rate is null where nothing is known, the days where some metre was never walked."""

    length_m: float
    walked_m: float
    missed_m: float
    no_data_m: float
    walked_rate: float | None
    never_m: float
    oldest: date | None
    days_since: int | None


class StreetFigures(Shape):
    """How much of the streets was walked, by a group."""

    as_of: date
    town: str
    period: str
    tracks: int
    first_track: date | None
    by: str
    rows: list[StreetRow]


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
    score_why: str
    stake: float
    urgency: float
    lateness: float
    history: float
    worry: float
    industry: str | None
    department: str | None
    officer: str
    officer_name: str


class AnyGap(Positioned):
    """A place, a stretch of street or a patch of ground where nobody was."""

    rank: int
    kind: str
    key: str
    name: str | None
    grid: str | None
    community: str | None
    district: str | None
    state: str
    never: bool
    last_seen: date | None
    days_since: int | None
    period: str
    score: float
    score_why: str
    why: str


class GapWalk(Positioned):
    """Gaps that one walk would close."""

    walk: int
    grid: str | None
    community: str | None
    district: str | None
    stops: int
    places: int
    streets: int
    ground: int
    gaps: int
    minutes: float
    metres: float
    score: float
    first: str | None


class GroundRow(Group):
    """Square metres of ground; the rate is null where nothing is known."""

    area_m2: float
    masked_m2: float
    seen_m2: float
    missed_m2: float
    no_data_m2: float
    seen_rate: float | None


class GroundFigures(Shape):
    """How much of the ground was seen, by a level of areas."""

    as_of: date
    town: str
    period: str
    width_m: float
    masks: list[str]
    tracks: int
    check_ins: int
    by: str
    rows: list[GroundRow]


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
    in_time: bool
    late: bool
    recurring: bool
    days: float | None
    days_closed: float | None


class GradedVisit(Positioned):
    """An inspection and what the evidence, and people, say of it."""

    inspection_id: str
    place_id: str
    place_name: str | None
    officer: str
    officer_name: str
    at: datetime
    by: str
    grade: str
    suspect: bool
    suspicion: float
    marks: str
    why: str
    distance_m: float | None
    accuracy: float | None
    verdict: str | None
    review_reason: str | None
    reviewer: str | None
    reviewed_on: date | None


class GradeRow(Group):
    """Grades of a group; rates are null without visits."""

    visits: int
    grade_a: int
    grade_b: int
    grade_c: int
    grade_d: int
    suspect: int
    supported_rate: float | None
    suspect_rate: float | None


class GradeFigures(Shape):
    """Grades of visits by a group."""

    as_of: date
    town: str
    by: str
    rows: list[GradeRow]


class ReviewRow(Shape):
    """What a person said of an inspection."""

    id: str
    inspection_id: str
    verdict: str
    reason: str | None
    actor: str
    at: datetime


class Review(Shape):
    """What people said of an inspection, the first first."""

    rows: list[ReviewRow]


class StepTaken(Positioned):
    """One step of a hazard's life."""

    id: str
    action: str
    action_name: str
    at: datetime
    actor: str
    role: str
    role_name: str
    state: str
    state_name: str
    reason: str | None
    facts: str | None
    photos: str | None
    accuracy: float | None


class PossibleStep(Shape):
    """A step that may be taken now, by which roles, and what it needs."""

    action: str
    name: str
    after: str | None
    roles: list[dict[str, str]]
    needs: list[str]
    needs_said: list[str]


class HazardLife(Shape):
    """How a hazard stands, every step of its life, and what may be done next."""

    hazard_id: str
    state: str
    state_name: str
    since: datetime
    major: bool
    facts: dict[str, str]
    steps: list[StepTaken]
    possible: list[PossibleStep]
    proposed_deadline: date | None


class HazardClock(Positioned):
    """A hazard that is not at an end: where it stands, how long it may, whose turn it is."""

    id: str
    place_id: str | None
    place_name: str | None
    area_name: str
    level: str | None
    category: str | None
    industry: str | None
    department: str | None
    officer: str
    officer_name: str
    state: str
    rectified: bool
    major: bool
    found: date
    deadline: date | None
    clock: str
    days_left: int | None
    last_entry: date
    days_since: int
    stale: bool
    next_action: str
    turn: str
    responsible: str | None
    supervisor: str | None
    supervisors_missing: int
    missing: str
    zero_in: int | None


class WorkItem(Positioned):
    """One thing that a role has to do about a hazard."""

    id: str
    task: str
    action: str | None
    place_id: str | None
    place_name: str | None
    area_name: str
    level: str | None
    category: str | None
    state: str
    deadline: date | None
    clock: str
    days_left: int | None
    days_since: int
    stale: bool
    responsible: str | None
    supervisor: str | None
    department: str | None
    officer: str
    officer_name: str
    missing: str
    why: str


class NoticeRow(Shape):
    """A 督办单; a draft has no number."""

    number: str | None
    nth: int
    hazard_id: str
    level: str | None
    category: str | None
    description: str | None
    found: date
    deadline: date | None
    state: str
    place_id: str | None
    place: str | None
    area_name: str
    addressee: str | None
    responsible: str | None
    department: str | None
    supervisor: str | None
    why: str
    overdue_days: int
    answer_by: date | None
    issued_on: date | None
    issued_by: str | None


class PublishedHazard(Shape):
    """A major hazard as it may be shown to everybody, and what was left out."""

    rank: int
    place_name: str | None
    area_name: str | None
    category: str | None
    level: str | None
    found: date
    deadline: date | None
    clock: str
    state: str
    responsible: str | None
    description: str | None
    withheld: str


class AppraisedBy(Shape):
    """An indicator of an appraisal and its weight, of a hundred."""

    name: str
    title: str
    weight: float


class AppraisedPart(Shape):
    """What a unit has of an indicator; value and points are null where the whole is 0."""

    part: int
    whole: int
    value: float | None
    points: float | None
    opens: str


class AppraisedUnit(Shape):
    """The score of a unit; equal scores share a rank, null where there is nothing to score."""

    rank: int | None
    key: str
    name: str
    score: float | None
    left_out: str
    indicators: dict[str, AppraisedPart]


class AppraisalAnswer(Shape):
    """The appraisal of a quarter, and the words of its circular."""

    as_of: date
    town: str
    unit: str
    period: str
    indicators: list[AppraisedBy]
    rows: list[AppraisedUnit]
    notice: str


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


class RouteStop(Shape):
    """A stop of a route; times with the town's offset, the way from the stop before."""

    place_id: str
    name: str | None
    arrive: datetime
    begin: datetime
    leave: datetime
    travel_minutes: float
    length_m: float
    prize: float
    why: str
    lon: float
    lat: float
    with_: str | None = Field(alias="with", description="两人要同时在场时，另一人的编号")


class Route(Shape):
    """A day's route of one officer; `start` is longitude and latitude."""

    officer: str
    name: str
    mode: Literal["walk", "car"]
    start: tuple[float, float]
    depart: datetime
    home: datetime
    lunch_from: datetime | None
    lunch_to: datetime | None
    stops: list[RouteStop]
    travel_minutes: float
    stay_minutes: float
    wait_minutes: float
    length_m: float
    prize: float
    feasible: bool


class WalkStop(RouteStop):
    """A stop of a walk along streets: a place, or without `place_id` a stretch of street that is `new_m` long."""

    place_id: str | None  # type: ignore[assignment]
    new_m: float | None = None


class WalkPart(Shape):
    """A part of a walk: a stretch that is walked for its own sake (`new`), or the way between such."""

    street: str
    new: bool
    length_m: float


class Walk(Route):
    """A walk along streets that nobody walked for some time; the rest of its length is `repeat_m`."""

    stops: list[WalkStop]  # type: ignore[assignment]
    new_m: float
    repeat_m: float
    streets: list[WalkPart]


class RouteLeft(Shape):
    """A place that is on no route, and why."""

    place_id: str
    name: str | None
    officer: str | None
    reason: Literal["no_time", "closed", "unreachable", "lower_prize", "no_position", "no_officer", "no_mate"]
    why: str
    prize: float


class DayRoutes(Shape):
    """A day's routes; without roads the ways are straight lines times a detour."""

    date: _Day
    town: str
    seed: int
    straight_lines: bool
    cut_short: int
    notes: list[str]
    routes: list[Route]
    left_out: list[RouteLeft]


class MonthOfficer(Shape):
    """How the work of an officer is shared over the working days of a plan."""

    officer: str
    name: str
    stops: int
    days: int
    travel_minutes: float
    stay_minutes: float
    mean_minutes: float
    max_minutes: float


class MonthDay(Shape):
    """The routes of a working day, of those who have stops."""

    date: _Day
    routes: list[Route]


class MonthLeft(Shape):
    """A visit that is on no day, by when it was due, and why."""

    place_id: str
    name: str | None
    officer: str | None
    due: _Day
    reason: Literal["no_time", "closed", "unreachable", "lower_prize", "no_position", "no_officer", "no_mate", "no_day"]
    why: str
    prize: float


class MonthRoutes(Shape):
    """The routes of several working days."""

    from_: _Day = Field(alias="from")
    to: _Day
    town: str
    seed: int
    straight_lines: bool
    cut_short: int
    notes: list[str]
    officers: list[MonthOfficer]
    days: list[MonthDay]
    left_out: list[MonthLeft]


class WalkLeft(RouteLeft):
    """A street that is on no walk (without `place_id`), or a place nobody looks in at, and why."""

    place_id: str | None  # type: ignore[assignment]


class DayWalks(DayRoutes):
    """A day's walks along streets."""

    routes: list[Walk]  # type: ignore[assignment]
    left_out: list[WalkLeft]  # type: ignore[assignment]


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
Photo = _row(PHOTOS, Positioned)
RiskDecision = _row(RISK_DECISIONS, Shape)
RiskDecisions = create_model("RiskDecisions", __base__=Shape, rows=(list[RiskDecision], ...))  # type: ignore[valid-type]
_PROPOSAL: dict[str, Any] = {
    "place_id": (str, ...),
    **dict.fromkeys(("name", "grid", "community", "district", "industry", "department", "risk"), (str | None, ...)),
    **dict.fromkeys(("proposed", "change", "why"), (str, ...)),
    **dict.fromkeys(("risk_score", *(f"points_{name}" for name in FACTORS)), (float, ...)),
    **dict.fromkeys((f"count_{name}" for name in COUNTED), (int, ...)),
}
RiskProposal = create_model(
    "RiskProposal",
    __base__=Positioned,
    __doc__="The proposed risk of a place, what it is made of, and why.",
    **_PROPOSAL,
)
PlaceWithDuties = create_model(
    "PlaceWithDuties", __base__=Place, as_of=(date, ...), duties=(list[Duty], ...), history=(list[str], ...)
)

Answers = dict[int | str, dict[str, Any]]
CONFLICT: Answers = {409: {"description": "编号已有另一条内容不同的记录"}}


def answers(model: type[BaseModel], *, geojson: bool = False, status: int = 200) -> Answers:
    """Describe the answer of a route, as GeoJSON too where it gives that."""
    content: dict[str, Any] = {"application/geo+json": {"schema": {"type": "object"}}} if geojson else {}
    return {status: {"model": model, "content": content}}
