"""Hot spots."""

from __future__ import annotations

from datetime import date

from api.described.shapes import Group, Shape


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
