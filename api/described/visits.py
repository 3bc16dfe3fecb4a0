"""Inspections graded on evidence, and what people say of them."""

from __future__ import annotations

from datetime import date, datetime

from api.described.shapes import Group, Positioned, Shape


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
