"""The map of measures (分区指标图): one figure of hazards or inspections, by area, in classes that can be chosen."""

from __future__ import annotations

from typing import Any

import folium
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import Assessment
from coverage.hazards import HazardRegister
from geodata.model import Level
from maps.backdrop import Backdrop
from maps.breaks import classed
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
from maps.measuring import BREAKS, CLASSES, MEASURES, Measure, limits_of, measured, number, rounded, shades_of, spans
from maps.page import Call

Floats = npt.NDArray[np.float64]


def measures_map(
    assessment: Assessment,
    register: HazardRegister,
    backdrop: Backdrop,
    *,
    tiles: Tiles | None = None,
    measure: Measure = MEASURES[0],
    level: Level | None = None,
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
    measure, level
        What is shown first; a level without borders is not.

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
    measures = [sheet.group(each.word, Call("metric", each.key), show=each is measure) for each in MEASURES]
    kinds = [sheet.group(word, Call("breaks", kind), show=kind == "quantile") for kind, word, _ in BREAKS]
    first = level if level in levels else opening_level(levels)
    layers = [
        _layer(sheet, level, areas, measured(assessment, register, level), show=level == first) for level in levels
    ]
    sheet.choice("区域", layers)
    sheet.choice("指标", measures if layers else [])
    sheet.choice("分档", kinds if layers else [])
    return sheet.render()


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
            shades = shades_of(len(limits) + 1, measure)
            classes[f"{measure.key}:{kind}"] = [shades[each] if each >= 0 else CLASSES for each in found.tolist()]
            legends[f"{measure.key}:{kind}"] = _legend(
                level, measure, f"{word}分档：{how}", limits, values, found, shades
            )
    columns = (("places", "场所", "n"), *((each.key, each.long, each.kind) for each in MEASURES))
    look = AreaLook(
        classes, [*MEASURE_COLOURS, NOTHING_FILL], legends, {each.key: at for at, each in enumerate(MEASURES, 1)}
    )
    written = rounded(rows)
    return area_layer(sheet, level, here, written, columns=columns, look=look, show=show)


def _legend(
    level: Level,
    measure: Measure,
    how: str,
    limits: list[float],
    values: Floats,
    found: npt.NDArray[np.int64],
    shades: list[int],
) -> dict[str, Any]:
    counts = np.bincount(found + 1, minlength=len(limits) + 2).tolist()
    items = [
        {"fill": MEASURE_COLOURS[shade], "label": label, "count": count}
        for label, shade, count in zip(spans(limits, measure), shades, counts[1:], strict=True)
    ]
    items.append({"fill": NOTHING_FILL, "label": "无数据", "count": counts[0]})
    return {
        "title": measure.long,
        "unit": f"右侧为{level.chinese}个数，共 {len(values):,} 个",
        "items": items,
        "notes": [measure.how, how, "无数据：没有可算的（没有应查任务、没有检查等），和 0 不一样。"],
    }


def _headline(assessment: Assessment, register: HazardRegister) -> list[tuple[str, str]]:
    row = measured(assessment, register, Level(str(assessment.areas["level"].iat[0]))).iloc[0]
    return [(each.long, number(float(row[each.key]), each.kind)) for each in MEASURES]
