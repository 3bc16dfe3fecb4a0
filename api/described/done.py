"""What the OpenAPI description says of what became of routes, as `api.described` does of the other answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.described.shapes import Group, Shape

_Day = date
"""For a field that is itself called `date`."""
State = Literal["visited", "by_other", "skipped", "not_done"]


class _Whose(Shape):
    date: _Day
    officer: str
    officer_name: str


class _Counts(Shape):
    stops: int
    visited: int
    by_other: int
    skipped: int
    not_done: int
    extra: int
    done_rate: float | None


class RouteDone(_Whose, _Counts):
    """A route and what became of it; null: nobody knows."""

    state: Literal["sent", "draft"]
    revision: int
    in_order: bool | None
    late_minutes: float | None
    planned_minutes: float | None
    track_minutes: float | None
    planned_span: float | None
    checkin_span: float | None
    planned_m: float | None
    walked_m: float | None


class _Visit(Shape):
    inspection_id: str | None
    at: str | None
    by: str | None
    by_name: str | None
    grade: str | None


class StopDone(_Whose, _Visit):
    """A stop and what became of it; `planned` is the hour (`09:05`), `late_minutes` negative when early."""

    number: int
    place_id: str
    place_name: str | None
    planned: str | None
    stay_minutes: float
    must: bool
    state: State
    late_minutes: float | None
    reason: str | None
    note: str | None


class ExtraDone(_Whose, _Visit):
    """A place that an officer inspected without having it on the route."""

    place_id: str
    place_name: str | None


class DoneFigures(Group, _Counts):
    """Sums of a group; ways are there but for areas, walked beside planned of the routes with a track alone."""

    routes: int
    drafts: int
    planned_m: float | None = None
    tracks: int | None = None
    tracked_planned_m: float | None = None
    walked_m: float | None = None
    tracked_planned_minutes: float | None = None
    track_minutes: float | None = None


class RoutesDone(Shape):
    """Planned against done of some days; `drafts`: routes that were never sent."""

    from_: _Day = Field(alias="from")
    to: _Day
    town: str
    by: str
    drafts: int
    rows: list[RouteDone] | list[StopDone] | list[ExtraDone] | list[DoneFigures]


class TodayStop(Shape):
    """A stop as a phone shows it; `not_done` is one that is still to come."""

    number: int
    place_id: str
    name: str
    address: str | None
    industry: str | None
    risk: str | None
    lon: float
    lat: float
    arrive: str | None
    leave: str | None
    stay_minutes: float
    must: bool
    why: str | None
    partner: str | None = Field(description="要同去的人的姓名")
    state: State
    reason: str | None
    note: str | None
    by_name: str | None
    done_at: str | None
    inspection_id: str | None
    links: list[tuple[str, str]]


class Today(Shape):
    """An officer's route as it was sent last; `revision` is null where none was."""

    date: _Day
    officer: str
    name: str
    town: str
    by: Literal["inspector", "department", "leader"]
    tolerance_m: float
    reasons: list[str]
    revision: int | None
    sent_at: datetime | None
    mode: str | None = None
    depart: str | None = None
    home: str | None = None
    length_m: float | None = None
    stops: list[TodayStop]
    line: list[list[list[float]]]


class RouteSkip(Shape):
    """What somebody on the way said of a stop."""

    id: str
    date: _Day
    officer: str
    place_id: str
    at: datetime
    state: Literal["skipped", "taken_back"]
    reason: str | None
    note: str | None
    lon: float | None
    lat: float | None


class StayRow(Shape):
    """Real minutes of a group of visits beside the rules'."""

    grouped_by: Literal["industry", "risk", "other", "hazards"]
    key: str
    visits: int
    source: Literal["track", "checkins"]
    median: float
    q1: float
    q3: float
    low: float
    high: float
    outliers: int
    rule_minutes: float
    proposed_minutes: float | None
    why: str


class Stays(Shape):
    """Real stays of some days; of `visits`, `observed` have a known length, `left_out` an implausible one."""

    from_: _Day = Field(alias="from")
    to: _Day
    town: str
    visits: int
    observed: int
    left_out: int
    rows: list[StayRow]
