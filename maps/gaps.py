"""The gaps map: where somebody should have been and was not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import folium
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
from maps.colours import GAP_STYLES
from maps.layers import (
    AreaLook,
    area_layer,
    drawn_levels,
    figures_of,
    of_level,
    opening_level,
    shapes_of,
    without_border,
)
from maps.page import Call
from maps.places import circle_style, legend_item
from maps.shapes import points_as_numbers

MOST_GAPS = 5_000
"""Gaps drawn at most, worst first; the map says when there are more."""

SENTENCES_PER_PLACE = 4

STATES = ("never", "overdue", "pending")

FIGURES = (
    ("gaps", "缺口（逾期＋待查）", "n"),
    ("overdue", "逾期", "n"),
    ("never", "其中从未检查", "n"),
    ("pending", "待查", "n"),
    ("places", "场所", "n"),
    ("coverage_rate", "覆盖率", "%"),
)


def gaps_map(assessment: Assessment, gaps: pd.DataFrame, backdrop: Backdrop, *, tiles: Tiles | None = None) -> str:
    """Draw the places with gaps by state, over the number of gaps of each area.

    Parameters
    ----------
    gaps
        Rows of `coverage.gaps.find_gaps`, all that are meant, worst first; the map draws the first `MOST_GAPS` of
        those with a position and says how many there are.
    backdrop, tiles
        As for `coverage_map`.

    Returns
    -------
    A whole HTML document that asks the network for nothing (but the tiles).
    """
    areas = assessment.areas
    located = gaps[gaps["lon"].notna().to_numpy(bool)]
    drawn = located.head(MOST_GAPS)
    levels = drawn_levels(areas)
    sheet = Sheet(
        Heading(
            "检查缺口",
            assessment.town,
            assessment.as_of,
            f"本地检查台账，按 {len(assessment.rules)} 条检查规则计算",
            _headline(gaps),
            [*_cut(len(gaps), len(located), len(drawn)), *(n for each in levels for n in without_border(areas, each))],
        ),
        backdrop.frame(shapes_of(areas), shapely.points(located["lon"], located["lat"])),
        backdrop,
        tiles,
    )
    first = opening_level(levels)
    sheet.choice("区域", [_area_counts(sheet, assessment, level, show=level == first) for level in levels])
    sheet.choice("叠加", _place_layer(sheet, gaps, located, len(drawn)), radios=False)
    return sheet.render()


def _headline(gaps: pd.DataFrame) -> list[tuple[str, str]]:
    overdue = gaps["state"] == "overdue"
    return [
        ("缺口", f"{len(gaps):,}"),
        ("涉及场所", f"{gaps['place_id'].nunique():,}"),
        ("逾期", f"{overdue.sum():,}"),
        ("其中从未检查", f"{gaps['never'].sum():,}"),
    ]


def _cut(total: int, located: int, drawn: int) -> list[str]:
    """Say what is not drawn."""
    notes = [f"显示最严重的 {drawn:,} 条，共 {total:,} 条。"] if drawn < located else []
    return notes + ([f"{total - located:,} 条缺口的场所无坐标，未上图。"] if located < total else [])


def _area_counts(sheet: Sheet, assessment: Assessment, level: Level, *, show: bool) -> folium.FeatureGroup:
    """Add the areas of a level, coloured by how many duties are overdue or pending."""
    here = of_level(assessment.areas, level)
    rows = figures_of(here, coverage_figures(assessment, str(level)))
    rows = rows.assign(gaps=rows["overdue"] + rows["pending"])
    limits = colours.count_limits(int(rows["gaps"].max()), len(colours.COUNT_COLOURS) - 1)
    classes = np.searchsorted(limits, rows["gaps"], side="right")
    labels = count_labels(limits)
    counts = np.bincount(classes, minlength=len(labels)).tolist()
    items = [
        {"fill": fill, "label": label, "count": count}
        for fill, label, count in zip(colours.COUNT_COLOURS, labels, counts, strict=False)
    ]
    legend = {
        "title": f"各{level.chinese}缺口数",
        "unit": f"逾期＋待查的任务；右侧为{level.chinese}个数，共 {len(here):,} 个",
        "items": items,
    }
    look = AreaLook({"only": classes.tolist()}, colours.COUNT_COLOURS, {"only": legend})
    return area_layer(sheet, level, here, rows, columns=FIGURES, look=look, show=show)


def count_labels(limits: Sequence[int]) -> list[str]:
    """Write the classes of numbers: `0`, `1–9`, … `100 及以上`."""
    labels = [_span(0, limits[0] - 1 if limits else 0)]
    labels += [_span(low, high - 1) for low, high in pairwise(limits)]
    return labels + ([f"{limits[-1]:,} 及以上"] if limits else [])


def _span(low: int, high: int) -> str:
    return f"{low:,}–{high:,}" if low < high else f"{low:,}"


def _place_layer(sheet: Sheet, gaps: pd.DataFrame, located: pd.DataFrame, drawn: int) -> list[folium.FeatureGroup]:
    """Add one circle a place of the worst gaps, with the worst state of its gaps and the reason of the worst few."""
    if not drawn:
        return []
    above = located.head(drawn)
    state = states_of(above)
    first = ~above["place_id"].duplicated().to_numpy(bool)
    place = pd.factorize(above["place_id"])[0]
    worst = np.full(first.sum(), len(STATES), dtype=np.int64)
    np.minimum.at(worst, place, state)
    order = np.argsort(worst, kind="stable")
    shown, whys = above[first].iloc[order], _sentences(place, _reasons(above))
    sheet.data(
        "gaps",
        {
            "points": points_as_numbers(shown["lon"], shown["lat"], sheet.frame),
            "states": worst[order].tolist(),
            "names": shown["name"].tolist(),
            "styles": [circle_style(GAP_STYLES[name]) for name in STATES],
            "whys": [whys[at][:SENTENCES_PER_PLACE] for at in order],
            "more": [max(0, len(whys[at]) - SENTENCES_PER_PLACE) for at in order],
        },
    )
    counts = pd.Series(states_of(gaps)).groupby(gaps["place_id"].to_numpy(object)).min().value_counts()
    items = [legend_item(GAP_STYLES[name], int(counts.get(at, 0))) for at, name in enumerate(STATES)]
    notes = [f"图上只画最严重的 {drawn:,} 条缺口的场所。"] if drawn < len(located) else []
    nowhere = int(counts.sum()) - located["place_id"].nunique()
    unit = "按最差的一项任务；右侧为全部处数" + (f"，含无坐标的 {nowhere:,} 处" if nowhere else "")
    sheet.data("gaps-legend", {"title": "有缺口的场所", "unit": unit, "items": items, "notes": notes})
    return [sheet.group("有缺口的场所", Call("points", "gaps"), Call("legend", "gaps-legend"))]


def states_of(gaps: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Give the state of each gap as position in `STATES`."""
    overdue = np.where(gaps["state"] == "overdue", STATES.index("overdue"), STATES.index("pending"))
    return np.where(gaps["never"], STATES.index("never"), overdue)


def _reasons(gaps: pd.DataFrame) -> list[str]:
    """Give the sentence of each gap, with the day of the last inspection where there was one."""
    days = gaps["last_inspection"].dt.strftime("%Y-%m-%d").where(gaps["last_inspection"].notna(), "")
    return [f"{why.removesuffix('。')}（{day}）。" if day else why for why, day in zip(gaps["why"], days, strict=True)]


def _sentences(place: Sequence[int] | npt.NDArray[np.int64], reasons: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in range(int(np.max(place)) + 1)]
    for at, reason in zip(place, reasons, strict=True):
        found[at].append(reason)
    return found
