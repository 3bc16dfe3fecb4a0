"""The gaps map on paper: where somebody should have been and was not, the worst places numbered."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.assess import Assessment
from coverage.figures import coverage_figures
from geodata.model import Level
from maps.backdrop import Backdrop
from maps.colours import COUNT_COLOURS, GAP_STYLES, count_limits
from maps.gaps import STATES, count_labels, states_of
from maps.layers import drawn_levels, figures_of, of_level, shapes_of, without_border
from maps.sheets.coverage import DIAMETERS, with_figures
from maps.wall.content import Dots, Listed, Roll, Tint, Wall

WORST, WORST_DIAMETER = "#8c1d18", 3.6
"""Colour and size (millimetres on A3) of the number of one of the worst places."""


def gaps_wall(assessment: Assessment, gaps: pd.DataFrame, backdrop: Backdrop) -> Wall:
    """Give what stands on the sheet.

    The finest areas by number of gaps, numbers under the names, places by their worst gap, the worst ones listed.

    Parameters
    ----------
    gaps
        Rows of `coverage.gaps.find_gaps`, worst first.
    """
    areas = assessment.areas
    levels = drawn_levels(areas)
    figures = {level: _counted(coverage_figures(assessment, str(level))) for level in levels}
    places = gaps[~gaps["place_id"].duplicated().to_numpy(bool)]
    unlocated = int(places["lon"].isna().sum())
    wall = Wall(
        "检查缺口图",
        assessment.town,
        assessment.as_of,
        f"本地检查台账，按 {len(assessment.rules)} 条检查规则计算",
        backdrop.frame(shapes_of(areas), shapely.points(places["lon"], places["lat"])).bounds,
        areas,
        backdrop,
        tint=_tint(areas, levels[-1], figures[levels[-1]]) if levels else None,
        dots=_dots(gaps, places),
        roll=_worst(places, areas),
        notes=[
            f"缺口 {len(gaps):,} 项，涉及 {len(places):,} 处场所"
            + ("；地名下的数字是缺口数（逾期＋待查）。" if levels else "。"),
            *([f"{unlocated:,} 处无坐标，未上图。"] if unlocated else []),
            *(note for level in levels for note in without_border(areas, level)),
        ],
    )
    return with_figures(wall, figures, "gaps")


def _counted(figures: pd.DataFrame) -> pd.DataFrame:
    return figures.assign(gaps=figures["overdue"] + figures["pending"])


def _tint(areas: gpd.GeoDataFrame, level: Level, figures: pd.DataFrame) -> Tint:
    rows = figures_of(of_level(areas, level), figures)
    limits = count_limits(int(rows["gaps"].max()), len(COUNT_COLOURS) - 1)
    classes = np.searchsorted(limits, rows["gaps"], side="right")
    labels = count_labels(limits)
    return Tint(level, classes, COUNT_COLOURS[: len(labels)], labels, f"{level.chinese}缺口数", "逾期＋待查的任务。")


def _dots(gaps: pd.DataFrame, places: pd.DataFrame) -> list[Dots]:
    """Give the places by their worst gap, the worst last."""
    worst = pd.Series(states_of(gaps)).groupby(gaps["place_id"].to_numpy(object)).min()
    states, degrees = places["place_id"].map(worst).to_numpy(), places[["lon", "lat"]].to_numpy(dtype=float)
    return [
        Dots(GAP_STYLES[word], DIAMETERS[word], degrees[states == at]) for at, word in reversed(list(enumerate(STATES)))
    ]


def _worst(places: pd.DataFrame, areas: gpd.GeoDataFrame) -> Roll:
    communities = areas[(areas["level"] == str(Level.COMMUNITY)).to_numpy(bool)]
    names = dict(zip(communities["code"], communities["name"], strict=True))
    where = places["community"].map(names).fillna("")
    rows = zip(places["name"].fillna(places["place_id"]), where, places["lon"], places["lat"], strict=True)
    return Roll("最紧要的缺口", [Listed(*row) for row in rows], WORST, WORST_DIAMETER, ranked=True)
