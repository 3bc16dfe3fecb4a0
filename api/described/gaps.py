"""Gaps, and walks that would close them."""

from __future__ import annotations

from datetime import date

from api.described.shapes import Positioned


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
