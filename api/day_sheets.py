"""Maps of a day on paper: what stands on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from api.day import Day
from maps.atlas import atlas_pdf
from maps.sheet import sheet_pdf
from maps.sheets.coverage import coverage_wall
from maps.sheets.gaps import gaps_wall
from maps.sheets.hazards import hazards_wall
from maps.sheets.risk import risk_wall
from maps.wall.content import Wall

SHEETS: Mapping[str, Callable[[Day], Wall]] = MappingProxyType(
    {
        "coverage": lambda day: coverage_wall(day.assessment, day.backdrop),
        "gaps": lambda day: gaps_wall(day.assessment, day.gaps, day.backdrop),
        "risk": lambda day: risk_wall(day.assessment, day.backdrop),
        "hazards": lambda day: hazards_wall(day.register, day.backdrop),
    }
)
"""What stands on each of `api.day_maps.ON_PAPER`."""


def sheet(day: Day, kind: str, paper: str, *, pages: bool = False) -> bytes:
    """Set one of `SHEETS` as a PDF: of one page, or an atlas."""
    return (atlas_pdf if pages else sheet_pdf)(SHEETS[kind](day), datetime.now(day.ledger.town.zone), paper)
