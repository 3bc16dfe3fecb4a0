"""Hazards: figures, the life of one, its clock, who has to do what."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from pydantic import Field, create_model

from api.described.shapes import Group, Positioned, Shape
from coverage.hazard_rates import FIGURES, WHOLE


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
