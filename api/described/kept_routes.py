"""What the OpenAPI description says of kept routes, as `api.described` does of the other answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from api.described.shapes import Shape

_Day = date
"""For a field that is itself called `date`."""


class Revision(Shape):
    """Who made a revision of a route, when and how."""

    revision: int
    state: Literal["draft", "sent"]
    at: datetime
    actor: str
    action: str
    action_name: str
    reason: str


class KeptRouteStop(Shape):
    """A stop of a kept route; `problem` says why it can't be kept as it stands, "" where it can."""

    number: int
    place_id: str
    name: str
    arrive: datetime
    begin: datetime
    leave: datetime
    stay_minutes: float
    travel_minutes: float
    length_m: float
    prize: float
    why: str
    must: bool
    locked: bool
    done: bool
    partner: str | None
    problem: str
    lon: float
    lat: float


class KeptRoute(Revision):
    """An officer's route as it stands; `line` has a list of positions (longitude, latitude) for each leg ahead."""

    officer: str
    name: str
    mode: Literal["walk", "car"]
    begin: datetime
    end: datetime
    depart: datetime
    home: datetime
    lunch_from: datetime | None
    lunch_to: datetime | None
    start: tuple[float, float] | None
    finish: tuple[float, float] | None
    stops: list[KeptRouteStop]
    count: int
    travel_minutes: float
    stay_minutes: float
    wait_minutes: float
    length_m: float
    prize: float
    feasible: bool
    straight_lines: bool
    problems: list[str]
    line: list[list[tuple[float, float]]]


class KeptRoutes(Shape):
    """The kept routes of a day."""

    date: _Day
    town: str
    routes: list[KeptRoute]
    notes: list[str]


class RouteWaiting(Shape):
    """A place that a new plan left out, and why."""

    place_id: str
    name: str
    reason: Literal["no_time", "closed", "unreachable", "lower_prize", "gone"]
    why: str
    prize: float
    lon: float
    lat: float


class ChangedRoutes(Shape):
    """Every route that was changed, as it stands now."""

    date: _Day
    routes: list[KeptRoute]
    notes: list[str]
    left_out: list[RouteWaiting]


class RouteRevision(Revision):
    """A revision, and what it was."""

    stops: int
    feasible: bool


class RouteHistory(Shape):
    """An officer's route, and its revisions, the newest first."""

    date: _Day
    town: str
    can_undo: bool
    route: KeptRoute
    revisions: list[RouteRevision]


class AddablePlace(Shape):
    """A place that may be added; `holder` is the officer on whose route it is."""

    place_id: str
    name: str | None
    prize: float
    why: str
    lon: float | None
    lat: float | None
    holder: str | None
    state: Literal["waiting", "dropped", "skipped"]


class AddablePlaces(Shape):
    """Places that may be added to a route."""

    date: _Day
    officer: str
    rows: list[AddablePlace]
