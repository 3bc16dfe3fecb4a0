"""The four-colour risk map (风险四色图): places by risk level, over areas tinted by a rule that the map prints."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.assess import Assessment
from coverage.risk_areas import CLASSES, COUNTS, SHARES, RiskShares, area_risk, places_at_risk, risk_classes
from geodata.model import Level
from maps import colours
from maps.areas import unlocated_note
from maps.backdrop import Backdrop
from maps.canvas import Heading, Sheet, Tiles
from maps.colours import RISK_PATTERNS, RISK_STYLES
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

STYLES = tuple(RISK_STYLES[word] for word in CLASSES)

FIGURES: tuple[tuple[str, str, str], ...] = (
    *((name, style.label, "n") for name, style in zip(COUNTS, STYLES, strict=True)),
    ("places", "场所", "n"),
    ("dense", "重大、较大/平方公里", "n"),
)
"""Columns of `area_risk`, the word on a card, and how it is written."""

ALL_SHOWN_UP_TO = 3_000
"""With more places only 重大 and 较大 are drawn until others are asked for."""

WORST_RULE = "就高：区域颜色取辖区内最高一级的场所，没有已评级场所为灰。"
DENSE_RULE = "密度：重大、较大风险场所数 ÷ 区域面积（平方公里）。"


def risk_map(
    assessment: Assessment, backdrop: Backdrop, *, tiles: Tiles | None = None, shares: RiskShares = SHARES
) -> str:
    """Draw the places of a town in the four colours of the national scheme, over its areas.

    Areas are tinted by one of three rules that can be switched: shares of levels (`coverage.risk_areas`), the worst
    place, 重大 and 较大 places a km²; each level of areas is a layer, each level of risk another.

    Parameters
    ----------
    backdrop, tiles
        As for `coverage_map`.
    shares
        The rule of shares; the map prints it.

    Returns
    -------
    A whole HTML document that asks the network for nothing (but the tiles).
    """
    areas, places = assessment.areas, places_at_risk(assessment)
    levels = drawn_levels(areas)
    figures = {level: area_risk(places, areas, level, shares) for level in levels}
    sheet = Sheet(
        Heading(
            "风险四色图",
            assessment.town,
            assessment.as_of,
            "本地监管场所台账，风险等级为台账登记",
            headline(places),
            not_drawn(assessment, places, figures),
        ),
        backdrop.frame(shapes_of(areas), shapely.points(places["lon"], places["lat"])),
        backdrop,
        tiles,
    )
    rules = [("by_share", "按占比"), ("worst", "就高"), ("dense", "按密度")]
    metrics = [sheet.group(word, Call("metric", rule), show=rule == "by_share") for rule, word in rules]
    first = opening_level(levels)
    layers = [_area_layer(sheet, level, areas, figures[level], shares, show=level == first) for level in levels]
    sheet.choice("区域", layers)
    sheet.choice("区域颜色", metrics if layers else [])
    sheet.choice("场所", _place_layers(sheet, assessment, places), radios=False)
    return sheet.render()


def headline(places: pd.DataFrame) -> list[tuple[str, str]]:
    """Give the number of places and those of each level."""
    counts = np.bincount(risk_classes(places["risk"]), minlength=len(CLASSES))
    each = [(style.label, f"{count:,}") for style, count in zip(STYLES, counts, strict=True)]
    return [("场所", f"{len(places):,}"), *each]


def not_drawn(assessment: Assessment, places: pd.DataFrame, figures: dict[Level, pd.DataFrame]) -> list[str]:
    """Say what the map leaves out."""
    closed = len(assessment.places) - len(places)
    notes = [f"已停业、停产的 {closed:,} 处不计入。"] if closed else []
    notes += unlocated_note(places)
    for level, rows in figures.items():
        outside = rows.loc[rows["key"] == "outside", "places"].sum()
        notes += [f"另有 {outside:,} 处场所不在任何{level.chinese}内。"] if outside else []
        notes += without_border(assessment.areas, level)
    return notes if figures else [*notes, "还没有区域边界，地图上只有场所点位。"]


def _area_layer(
    sheet: Sheet,
    level: Level,
    areas: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    shares: RiskShares,
    *,
    show: bool,
) -> folium.FeatureGroup:
    here = of_level(areas, level)
    rows = figures_of(here, figures)
    dense, spans = _dense_classes(rows["dense"])
    labels = [style.label for style in STYLES]
    legends = {
        "by_share": _legend(level, "按占比", [shares.sentence], rows["by_share"], RISK_PATTERNS, labels),
        "worst": _legend(level, "就高", [WORST_RULE], rows["worst"], RISK_PATTERNS, labels),
        "dense": _legend(level, "按密度", [DENSE_RULE], dense, colours.COUNT_COLOURS, spans),
    }
    classes = {
        "by_share": rows["by_share"].tolist(),
        "worst": rows["worst"].tolist(),
        "dense": (dense + len(RISK_PATTERNS)).tolist(),
    }
    look = AreaLook(classes, [*RISK_PATTERNS, *colours.COUNT_COLOURS], legends)
    shown = rows.assign(dense=rows["dense"].round(1))
    return area_layer(sheet, level, here, shown, columns=FIGURES, look=look, show=show)


def _dense_classes(dense: pd.Series) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Give the class of each density in `COUNT_COLOURS` and the labels; an area without a polygon is not drawn."""
    values = np.nan_to_num(dense.to_numpy(dtype=float))
    limits = colours.nice_limits(float(values.max(initial=0)), len(colours.COUNT_COLOURS) - 1)
    labels = [f"不足 {limits[0]:g}" if limits else "0"]
    labels += [f"{low:g}–{high:g}" for low, high in pairwise(limits)]
    labels += [f"{limits[-1]:g} 及以上"] if limits else []
    return np.searchsorted(limits, values, side="right").astype(np.int64), labels


def _legend(
    level: Level,
    rule: str,
    notes: list[str],
    classes: npt.ArrayLike,
    fills: tuple[str, ...],
    labels: list[str],
) -> dict[str, Any]:
    """Give a legend of classes with how many areas are in each."""
    counts = np.bincount(np.asarray(classes), minlength=len(labels)).tolist()
    items = [
        {"fill": fill, "label": label, "count": count}
        for fill, label, count in zip(fills, labels, counts, strict=False)
    ]
    unit = f"右侧为{level.chinese}个数，共 {sum(counts):,} 个"
    return {"title": f"{level.chinese}风险（{rule}）", "unit": unit, "items": items, "notes": notes}


def _place_layers(sheet: Sheet, assessment: Assessment, places: pd.DataFrame) -> list[folium.FeatureGroup]:
    """Add a layer for each level of risk that has places with a position, the worst above the others."""
    classes = risk_classes(places["risk"])
    located = places["lon"].notna().to_numpy(bool)
    layers = []
    for at, word in enumerate(CLASSES):
        rows = np.flatnonzero(located & (classes == at))
        if not len(rows):
            continue
        identity, chosen = f"risk-{at}", places.iloc[rows]
        told = {"whys": _sentences(assessment, chosen), "more": [0] * len(rows)} if at < 2 else {}
        sheet.data(
            identity,
            {
                "points": points_as_numbers(chosen["lon"], chosen["lat"], sheet.frame),
                "states": [0] * len(rows),
                "names": chosen["name"].tolist(),
                "styles": [circle_style(STYLES[at])],
                "over": len(CLASSES) - at,
                **told,
            },
        )
        show = at < 2 or located.sum() <= ALL_SHOWN_UP_TO
        layers.append(sheet.group(RISK_STYLES[word].label, Call("points", identity), show=show))
    if layers:
        _places_legend(sheet, classes, int((~located).sum()))
        layers[0].add_child(Call("legend", "risk-legend"))
    return layers


def _places_legend(sheet: Sheet, classes: npt.NDArray[np.int64], nowhere: int) -> None:
    counts = np.bincount(classes, minlength=len(STYLES)).tolist()
    items = [legend_item(style, count) for style, count in zip(STYLES, counts, strict=True)]
    unit = "右侧为全部处数" + (f"，含无坐标的 {nowhere:,} 处" if nowhere else "")
    sheet.data("risk-legend", {"title": "场所风险等级", "unit": unit, "items": items})


def _sentences(assessment: Assessment, places: pd.DataFrame) -> list[list[str]]:
    """Give for each place its industry, the department that answers for it, and its smallest area."""
    names = assessment.areas["name"].tolist()
    level = str(assessment.areas["level"].iat[-1])
    told = zip(places["industry"], places["department"], places[level], strict=True)
    return [
        [
            *([f"行业：{industry}"] if isinstance(industry, str) else []),
            *([f"监管部门：{department}"] if isinstance(department, str) else []),
            *([f"所在：{names[area]}"] if area >= 0 else []),
        ]
        for industry, department, area in told
    ]
