"""The coverage map on paper."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from coverage.assess import Assessment
from coverage.figures import coverage_figures
from geodata.model import Level
from maps import colours
from maps.areas import METRICS, not_drawn, unlocated_note
from maps.backdrop import Backdrop
from maps.layers import drawn_levels, figures_of, of_level, opening_level, percent, shapes_of
from maps.places import STATES, worst_states
from maps.wall.content import Dots, Listing, Tint, Wall

DIAMETERS = dict(zip(STATES, (2.2, 1.8, 1.4, 1.2, 1.2), strict=True))
"""Millimetres on A3 of a place by its worst state, where there is room."""
FILLS = (*colours.COVERAGE_COLOURS, "#55595c", "#ffffff")
"""Classes of rates, then of areas never inspected and of those that owe nothing, in a colour each."""
HATCHES = (1.1, 2.2)
"""The two worst classes bear lines: as greys they are those of the two best."""


def coverage_wall(assessment: Assessment, backdrop: Backdrop) -> Wall:
    """Give what stands on the sheet: the finest areas by coverage rate, rates as numbers, places by worst state."""
    areas, places = assessment.areas, assessment.places
    levels = drawn_levels(areas)
    figures = {level: coverage_figures(assessment, str(level)) for level in levels}
    listed = opening_level(levels)
    points = shapely.points(places["lon"], places["lat"])
    wall = Wall(
        "检查覆盖图",
        assessment.town,
        assessment.as_of,
        f"本地检查台账，按 {len(assessment.rules)} 条检查规则计算",
        backdrop.frame(shapes_of(areas), points).bounds,
        areas,
        backdrop,
        tint=_tint(areas, levels[-1], figures[levels[-1]]) if levels else None,
        dots=_dots(assessment),
        table=_table(listed, figures[listed]) if listed else None,
        notes=[*not_drawn(areas, figures), *unlocated_note(places)],
    )
    return with_figures(wall, figures, "coverage_rate")


def with_figures(wall: Wall, figures: dict[Level, pd.DataFrame], column: str) -> Wall:
    """Put a figure under each name: a rate as percent, a number as it is."""
    if wall.named not in figures:
        return wall
    rows = figures_of(of_level(wall.areas, wall.named), figures[wall.named])[column]
    words = rows.map(percent if rows.dtype.kind == "f" else "{:,}".format)
    return replace(wall, figures=words.tolist())


def _tint(areas: gpd.GeoDataFrame, level: Level, figures: pd.DataFrame) -> Tint:
    rows = figures_of(of_level(areas, level), figures)
    classes = colours.coverage_classes(rows["coverage_rate"], rows["owed"], rows["never"])
    labels = [*colours.percent_labels(), "从未检查", "无应查任务"]
    return Tint(level, classes, FILLS, labels, f"{level.chinese}覆盖率", METRICS[0][2] + "。", HATCHES)


def _dots(assessment: Assessment) -> list[Dots]:
    """Give the places by their worst state, the worst last."""
    states, degrees = worst_states(assessment), assessment.places[["lon", "lat"]].to_numpy(dtype=float)
    return [
        Dots(colours.GAP_STYLES[word], DIAMETERS[word], degrees[states == at])
        for at, word in reversed(list(enumerate(STATES)))
    ]


def _table(level: Level, figures: pd.DataFrame) -> Listing:
    """Give rate, duties owed and overdue of each area, the lowest rate first; no area last."""
    ranked = figures.sort_values(["coverage_rate", "overdue"], ascending=[True, False], kind="stable")
    named = pd.concat([ranked[ranked["area"].notna()], figures[figures["area"].isna()]])
    rates = [percent(rate) for rate in named["coverage_rate"]]
    counts = [named[name].map("{:,}".format).tolist() for name in ("owed", "overdue")]
    rows = [list(row) for row in zip(named["name"].tolist(), rates, *counts, strict=True)]
    codes = named["area"].astype(object).where(named["area"].notna(), None).tolist()
    return Listing(f"各{level.chinese}覆盖率和任务数", (level.chinese, "覆盖率", "应查", "逾期"), rows, codes=codes)
