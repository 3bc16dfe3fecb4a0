"""What of the streets was walked, what of the ground was seen."""

from __future__ import annotations

from datetime import date

from api.described.shapes import Group, Shape


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
