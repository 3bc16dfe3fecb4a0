"""Planned routes, walks and months."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.described.shapes import Day, Shape


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

    date: Day
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

    date: Day
    routes: list[Route]


class MonthLeft(Shape):
    """A visit that is on no day, by when it was due, and why."""

    place_id: str
    name: str | None
    officer: str | None
    due: Day
    reason: Literal["no_time", "closed", "unreachable", "lower_prize", "no_position", "no_officer", "no_mate", "no_day"]
    why: str
    prize: float


class MonthRoutes(Shape):
    """The routes of several working days."""

    from_: Day = Field(alias="from")
    to: Day
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
