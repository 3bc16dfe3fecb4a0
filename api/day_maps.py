"""Maps of a day: which there are, and how each is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from api.day import Day
from coverage.hotspots.spots import Question
from maps.areas import coverage_map
from maps.gaps import gaps_map
from maps.ground import ground_map
from maps.heat import hazard_map
from maps.hotspots import hotspots_map
from maps.layers import drawn_levels
from maps.measures import measures_map
from maps.risk import risk_map
from maps.streets import streets_map

MAPS: Mapping[str, str] = MappingProxyType(
    {
        "coverage": "检查覆盖",
        "measures": "分区指标",
        "gaps": "检查缺口",
        "risk": "风险四色图",
        "streets": "道路走到",
        "ground": "地面看到",
        "hazards": "隐患热力",
        "hotspots": "隐患热点",
    }
)
"""Maps of a day, and what they are called."""
ON_PAPER = ("coverage", "gaps", "risk", "hazards")
"""Those that can be set on paper: `api.day_sheets`."""


def draw(day: Day, kind: str) -> str:
    """Draw one of `MAPS`."""
    drawers: dict[str, Callable[[], str]] = {
        "coverage": lambda: coverage_map(day.assessment, day.backdrop, tiles=day.tiles),
        "measures": lambda: measures_map(day.assessment, day.register, day.backdrop, tiles=day.tiles),
        "gaps": lambda: gaps_map(day.assessment, day.gaps, day.backdrop, tiles=day.tiles),
        "risk": lambda: risk_map(day.assessment, day.backdrop, tiles=day.tiles),
        "streets": lambda: streets_map(day.walks(), day.backdrop, tiles=day.tiles),
        "ground": lambda: ground_map(day.ground(), day.backdrop, tiles=day.tiles),
        "hazards": lambda: hazard_map(day.register, day.backdrop, tiles=day.tiles, listing="/hazards"),
        "hotspots": lambda: hotspots_map(
            {level: day.spots(Question(level)) for level in drawn_levels(day.register.areas)},
            day.backdrop,
            tiles=day.tiles,
        ),
    }
    return drawers[kind]()
