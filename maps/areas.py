"""The coverage map: which part of what is owed was inspected, by area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.assess import Assessment
from coverage.figures import coverage_figures
from geodata.model import Level
from maps import colours
from maps.backdrop import Backdrop
from maps.canvas import Heading, Sheet, Tiles
from maps.layers import (
    AreaLook,
    area_layer,
    drawn_levels,
    figures_of,
    of_level,
    opening_level,
    percent,
    shapes_of,
    without_border,
)
from maps.page import Call
from maps.places import place_layer

FIGURES: tuple[tuple[str, str, str], ...] = (
    ("coverage_rate", "覆盖率", "%"),
    ("verified_rate", "核实率", "%"),
    ("places", "场所", "n"),
    ("owed", "应查", "n"),
    ("done", "已查", "n"),
    ("pending", "待查", "n"),
    ("overdue", "逾期", "n"),
    ("never", "其中从未检查", "n"),
    ("exempt", "免查", "n"),
)
"""Columns of `coverage_figures`, the word on a card, and how it is written."""

METRICS: tuple[tuple[str, str, str], ...] = (
    ("coverage_rate", "上报", "覆盖率＝已查 ÷ 应查；应查＝已查＋待查＋逾期，不含免查"),
    ("verified_rate", "核实", "只算定位核实到场的检查；应查与上报相同"),
)


def coverage_map(assessment: Assessment, backdrop: Backdrop, *, tiles: Tiles | None = None) -> str:
    """Draw which part of what is owed was inspected, by area.

    Areas are coloured by `coverage_rate` in fixed classes (`colours.COVERAGE_LIMITS`); levels and reported / verified
    can be switched; areas never inspected and areas that owe nothing have hatches of their own.

    Parameters
    ----------
    backdrop
        Ground of the map: `Backdrop.from_ledger`.
    tiles
        A tile server, when the office has one.

    Returns
    -------
    A whole HTML document that asks the network for nothing (but the tiles).
    """
    areas, places = assessment.areas, assessment.places
    levels = drawn_levels(areas)
    figures = {level: coverage_figures(assessment, str(level)) for level in levels}
    sheet = Sheet(
        Heading(
            "检查覆盖",
            assessment.town,
            assessment.as_of,
            f"本地检查台账，按 {len(assessment.rules)} 条检查规则计算",
            _headline(assessment),
            [*not_drawn(areas, figures), *unlocated_note(places)],
        ),
        backdrop.frame(shapes_of(areas), shapely.points(places["lon"], places["lat"])),
        backdrop,
        tiles,
    )
    metrics = [
        sheet.group(f"{word}覆盖率", Call("metric", metric), show=metric == METRICS[0][0])
        for metric, word, _ in METRICS
    ]
    first = opening_level(levels)
    layers = [_coverage_layer(sheet, level, areas, figures[level], show=level == first) for level in levels]
    sheet.choice("区域", layers)
    sheet.choice("口径", metrics if layers else [])
    sheet.choice("叠加", place_layer(sheet, assessment), radios=False)
    return sheet.render()


def _coverage_layer(
    sheet: Sheet, level: Level, areas: gpd.GeoDataFrame, figures: pd.DataFrame, *, show: bool
) -> folium.FeatureGroup:
    here = of_level(areas, level)
    rows = figures_of(here, figures)
    classes = {metric: colours.coverage_classes(rows[metric], rows["owed"], rows["never"]) for metric, _, _ in METRICS}
    look = AreaLook(
        {metric: found.tolist() for metric, found in classes.items()},
        [*colours.COVERAGE_COLOURS, colours.NEVER_FILL, colours.NOTHING_FILL],
        {metric: _legend(level, word, note, classes[metric]) for metric, word, note in METRICS},
        {metric: at for at, (metric, _, _) in enumerate(METRICS)},
    )
    return area_layer(sheet, level, here, rows, columns=FIGURES, look=look, show=show)


def _legend(level: Level, word: str, note: str, classes: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Give class limits, hatches, and how many areas are in each."""
    labels = [*colours.percent_labels(), "从未检查", "无应查任务"]
    fills = [*colours.COVERAGE_COLOURS, colours.NEVER_FILL, colours.NOTHING_FILL]
    counts = np.bincount(classes, minlength=len(labels)).tolist()
    items = [
        {"fill": fill, "label": label, "count": count} for fill, label, count in zip(fills, labels, counts, strict=True)
    ]
    return {
        "title": f"{word}覆盖率",
        "unit": f"右侧为{level.chinese}个数，共 {len(classes):,} 个",
        "items": items,
        "notes": [note, "从未检查：应查任务都属于逾期且从未查过的场所"],
    }


def _headline(assessment: Assessment) -> list[tuple[str, str]]:
    root = coverage_figures(assessment, str(assessment.areas["level"].iat[0])).iloc[0]
    return [
        ("覆盖率", percent(root["coverage_rate"])),
        ("核实率", percent(root["verified_rate"])),
        ("场所", f"{root['places']:,}"),
        ("应查", f"{root['owed']:,}"),
        ("逾期", f"{root['overdue']:,}"),
        ("其中从未检查", f"{root['never']:,}"),
    ]


def not_drawn(areas: gpd.GeoDataFrame, figures: Mapping[Level, pd.DataFrame]) -> list[str]:
    """Say what coloured areas leave out, level by level."""
    notes = [] if figures else ["还没有区域边界，地图上只有场所点位。"]
    for level, rows in figures.items():
        outside = rows.loc[rows["key"] == "outside", "places"].sum()
        if outside:
            notes.append(f"另有 {outside:,} 处场所不在任何{level.chinese}内。")
        notes += without_border(areas, level)
    return notes


def unlocated_note(places: pd.DataFrame) -> list[str]:
    """Say how many places have no coordinates."""
    missing = int(places["lon"].isna().sum())
    return [f"{missing:,} 处场所无坐标，只计入总数。"] if missing else []
