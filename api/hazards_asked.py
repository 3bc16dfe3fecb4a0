"""Which hazards a list asks for: one set of filters for interface and pages, so that figures open to their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import geopandas as gpd
import pandas as pd

from api.day import Day
from api.desk import Desk
from api.listing import Flags, Near, in_area, is_group, on_days, within
from api.rates import RegisterOf
from coverage.grouping import AREA_GROUPS
from grids.hierarchy import answer_level

HazardFlag = Literal[
    "open", "overdue", "major", "major_open", "rectified", "in_time", "late", "recurring", "closed", "void"
]
RatesPeriod = Literal["month", "quarter", "half-year", "year", "all"]


@dataclass(frozen=True)
class HazardsAsked:
    """Filters of a list of hazards; None: not asked.

    Attributes
    ----------
    area
        As `in_area` has it.
    first, to
        Days on which they were found.
    industry, risk, level, category, department, officer
        Keys of `hazard_rates`: `unknown` stands for what is missing.
    place_id
        The place's id.
    near
        Longitude, latitude (degrees) and how far from there (m) at most.
    """

    area: str | None = None
    first: date | None = None
    to: date | None = None
    industry: str | None = None
    risk: str | None = None
    level: str | None = None
    category: str | None = None
    department: str | None = None
    officer: str | None = None
    place_id: str | None = None
    near: Near | None = None

    def among(self, hazards: pd.DataFrame, areas: gpd.GeoDataFrame) -> Flags:
        """Say which hazards of a register are asked for."""
        kept = in_area(hazards, areas, self.area) & on_days(hazards["found"], self.first, self.to)
        for column in ("industry", "risk", "level", "category", "department", "officer"):
            kept &= is_group(hazards[column], getattr(self, column))
        return kept & is_group(hazards["place_id"], self.place_id) & within(hazards["lon"], hazards["lat"], self.near)


def filter_of(by: str, row: dict[str, str], areas: gpd.GeoDataFrame) -> dict[str, str]:
    """Give the filter that keeps the hazards of a row of figures by a group."""
    key = row.get("area") or row["key"]
    return {"area": f"{answer_level(areas, by)}:{key}"} if by in AREA_GROUPS else {by: key}


def registers_of(desk: Desk, day: Day) -> RegisterOf:
    """Give the registers of other days as the service keeps them at hand, that of this one as it is shown."""
    return lambda other: day.register if other == day.as_of else desk.day(other).register
