"""The map of measures (分区指标图): one figure of hazards or inspections, by area, in classes that can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import folium
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.assess import Assessment
from coverage.figures import coverage_figures
from coverage.hazard_rates import hazard_rates
from coverage.hazards import HazardRegister
from geodata.model import Level
from grids.blocks import metric_of
from maps.backdrop import Backdrop
from maps.breaks import classed, natural_breaks, quantile_breaks
from maps.canvas import Heading, Sheet, Tiles
from maps.colours import MEASURE_COLOURS, NOTHING_FILL
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

Floats = npt.NDArray[np.float64]
Breaks = Literal["quantile", "natural", "fixed"]
BREAKS: tuple[tuple[Breaks, str, str], ...] = (
    ("quantile", "等数量", "每一档的区域一样多"),
    ("natural", "自然", "档内差别最小（Jenks）"),
    ("fixed", "固定", "各镇、各天都一样，可以对照"),
)
CLASSES = len(MEASURE_COLOURS)


@dataclass(frozen=True)
class Measure:
    """A figure of areas: more of it is worse, and darker.

    Attributes
    ----------
    key, word, how
        Column, its name, and how it is counted.
    limits
        Fixed limits of the classes.
    kind
        How it is written: `%`, or `n` with at most one decimal.
    """

    key: str
    word: str
    how: str
    limits: tuple[float, ...]
    kind: Literal["%", "n"]


MEASURES = (
    Measure("overdue_rate", "逾期未查", "逾期的任务 ÷ 应查的任务", (0.02, 0.05, 0.1, 0.2), "%"),
    Measure("open_per_100", "未整改隐患", "没有整改的隐患，每百家场所", (5, 10, 20, 40), "n"),
    Measure("late_rate", "隐患逾期", "逾期的隐患 ÷ 没有整改的隐患", (0.1, 0.25, 0.5, 0.75), "%"),
    Measure("unrectified_rate", "未整改率", "没有整改的隐患 ÷ 查出的隐患", (0.03, 0.06, 0.1, 0.2), "%"),
    Measure("found_per_km2", "隐患密度", "查出的隐患，每平方公里", (50, 200, 500, 1000), "n"),
    Measure("per_100_checks", "检查发现率", "查出的隐患，每百次检查（没有检查的是无数据）", (50, 75, 100, 150), "n"),
)


def measures_map(
    assessment: Assessment, register: HazardRegister, backdrop: Backdrop, *, tiles: Tiles | None = None
) -> str:
    """Draw one measure by area; level, measure and kind of classes can be switched.

    Areas of which a figure can't be given (nothing owed, never inspected, no border) are hatched and not counted in
    any class; nought is a figure.

    Parameters
    ----------
    register
        Of the same day.
    backdrop, tiles
        As for `coverage_map`.

    Returns
    -------
    A whole HTML document that asks the network for nothing (but the tiles).
    """
    areas = assessment.areas
    levels = drawn_levels(areas)
    sheet = Sheet(
        Heading(
            "分区指标",
            assessment.town,
            assessment.as_of,
            "本地检查台账和隐患台账",
            _headline(assessment, register),
            [note for level in levels for note in without_border(areas, level)]
            or ([] if levels else ["还没有区域边界，画不出来。"]),
        ),
        backdrop.frame(shapes_of(areas)),
        backdrop,
        tiles,
    )
    measures = [sheet.group(each.word, Call("metric", each.key), show=each is MEASURES[0]) for each in MEASURES]
    kinds = [sheet.group(word, Call("breaks", kind), show=kind == "quantile") for kind, word, _ in BREAKS]
    first = opening_level(levels)
    layers = [
        _layer(sheet, level, areas, measured(assessment, register, level), show=level == first) for level in levels
    ]
    sheet.choice("区域", layers)
    sheet.choice("指标", measures if layers else [])
    sheet.choice("分档", kinds if layers else [])
    return sheet.render()


def measured(assessment: Assessment, register: HazardRegister, level: Level) -> pd.DataFrame:
    """Give the measures of the areas of a level, NaN where one can't be given: area, places, and `MEASURES`."""
    coverage = coverage_figures(assessment, str(level))
    coverage = coverage[coverage["area"].notna()].set_index("area")
    rates = hazard_rates(register, str(level))
    rates = rates[rates["area"].notna()].set_index("area").reindex(coverage.index)
    areas = of_level(assessment.areas, level).set_index("code")
    km2 = _km2(areas).reindex(coverage.index)
    found, unrectified = rates["found"].fillna(0), rates["open"].fillna(0)
    columns: Mapping[str, pd.Series] = {
        "places": coverage["places"],
        "overdue_rate": _share(coverage["overdue"], coverage["owed"]),
        "open_per_100": 100 * _share(unrectified, coverage["places"]),
        "late_rate": _share(rates["overdue"].fillna(0), unrectified),
        "unrectified_rate": _share(unrectified, found),
        "found_per_km2": _share(found, km2),
        "per_100_checks": 100 * _share(found, rates["inspections"].fillna(0)),
    }
    return pd.DataFrame(columns).rename_axis("area").reset_index()


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Divide; NaN where there is nothing to divide by."""
    return (part.astype(float) / whole.astype(float).where(whole > 0)).astype("float64")


def _km2(areas: gpd.GeoDataFrame) -> pd.Series:
    drawn = areas[areas.geometry.notna()]
    if drawn.empty:
        return pd.Series(np.nan, index=areas.index)
    metres2 = shapely.area(np.asarray(drawn.to_crs(metric_of(drawn)).geometry.array))
    return pd.Series(metres2 / 1e6, index=drawn.index).reindex(areas.index)


def limits_of(values: Floats, measure: Measure, kind: Breaks) -> list[float]:
    """Give the limits between the classes of a measure."""
    known = values[~np.isnan(values)]
    makers: Mapping[Breaks, Callable[[], list[float]]] = {
        "quantile": lambda: quantile_breaks(known, CLASSES),
        "natural": lambda: natural_breaks(known, CLASSES),
        "fixed": lambda: list(measure.limits),
    }
    return makers[kind]()


def _layer(
    sheet: Sheet, level: Level, areas: gpd.GeoDataFrame, figures: pd.DataFrame, *, show: bool
) -> folium.FeatureGroup:
    here = of_level(areas, level)
    rows = figures_of(here, figures)
    classes, legends = {}, {}
    for measure in MEASURES:
        values = rows[measure.key].to_numpy(dtype=float)
        for kind, word, how in BREAKS:
            limits = limits_of(values, measure, kind)
            found = classed(values, limits)
            shades = shades_of(len(limits) + 1)
            classes[f"{measure.key}:{kind}"] = [shades[each] if each >= 0 else CLASSES for each in found.tolist()]
            legends[f"{measure.key}:{kind}"] = _legend(
                level, measure, f"{word}分档：{how}", limits, values, found, shades
            )
    columns = (("places", "场所", "n"), *((each.key, _long(each), each.kind) for each in MEASURES))
    look = AreaLook(
        classes, [*MEASURE_COLOURS, NOTHING_FILL], legends, {each.key: at for at, each in enumerate(MEASURES, 1)}
    )
    written = rows.round({each.key: 4 if each.kind == "%" else 1 for each in MEASURES})
    return area_layer(sheet, level, here, written, columns=columns, look=look, show=show)


def _long(measure: Measure) -> str:
    unit = {"open_per_100": "（每百家）", "found_per_km2": "（每平方公里）", "per_100_checks": "（每百次）"}
    return measure.word + unit.get(measure.key, "")


def shades_of(classes: int) -> list[int]:
    """Spread so many classes over the colours, from the lightest to the darkest."""
    return [round(at * (CLASSES - 1) / max(classes - 1, 1)) for at in range(classes)]


def _legend(
    level: Level,
    measure: Measure,
    how: str,
    limits: list[float],
    values: Floats,
    found: npt.NDArray[np.int64],
    shades: list[int],
) -> dict[str, Any]:
    known = values[~np.isnan(values)]
    ends = [float(known.min(initial=0.0)) if not limits or known.min(initial=0) < limits[0] else 0.0, *limits]
    counts = np.bincount(found + 1, minlength=len(limits) + 2).tolist()
    items = [
        {"fill": MEASURE_COLOURS[shade], "label": _span(low, high, measure.kind), "count": count}
        for low, high, shade, count in zip(ends, [*limits, None], shades, counts[1:], strict=True)
    ]
    items.append({"fill": NOTHING_FILL, "label": "无数据", "count": counts[0]})
    return {
        "title": _long(measure),
        "unit": f"右侧为{level.chinese}个数，共 {len(values):,} 个",
        "items": items,
        "notes": [measure.how, how, "无数据：没有可算的（没有应查任务、没有检查等），和 0 不一样。"],
    }


def _span(low: float, high: float | None, kind: str) -> str:
    if high is None:
        return f"{_number(low, kind)} 以上"
    return f"{_number(low, kind)} – {_number(high, kind)}"


def _number(value: float, kind: str) -> str:
    return f"{100 * value:.1f}%" if kind == "%" else f"{value:,.1f}".removesuffix(".0")


def _headline(assessment: Assessment, register: HazardRegister) -> list[tuple[str, str]]:
    row = measured(assessment, register, Level(str(assessment.areas["level"].iat[0]))).iloc[0]
    return [
        (_long(each), "—" if pd.isna(row[each.key]) else _number(float(row[each.key]), each.kind)) for each in MEASURES
    ]
