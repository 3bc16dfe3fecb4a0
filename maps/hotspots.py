"""The map of hot spots: classes of Gi* per inspection and per km², the course of months, kernel density."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import folium
import numpy as np
import pandas as pd
import shapely
from folium.raster_layers import ImageOverlay

from coverage.density import Density
from coverage.hotspots.spots import HotSpots
from coverage.hotspots.words import CLASS_WORDS, COURSE_WORDS
from geodata.model import Level
from maps import colours
from maps.backdrop import Backdrop
from maps.canvas import Heading, Sheet, Tiles
from maps.layers import AreaLook, area_layer, figures_of, shapes_of, without_border
from maps.page import Call
from maps.picture import picture

METRICS = (
    ("inspection_class", "每次检查的隐患"),
    ("area_class", "每平方公里的隐患"),
    ("course", "逐月变化"),
    ("density", "核密度"),
)
CLASS_FILLS = (*colours.HOT_COLOURS, colours.UNTESTED_FILL, colours.NOTHING_FILL)
COURSE_FILLS = (*colours.COURSE_COLOURS, colours.NOTHING_FILL)
CLEAR = "transparent"

FIGURES: tuple[tuple[str, str, str], ...] = (
    ("inspections", "检查", "n"),
    ("hazards", "隐患", "n"),
    ("per_inspection", "每次检查隐患", "n"),
    ("per_inspection_low", "　下限（95%）", "n"),
    ("per_inspection_high", "　上限（95%）", "n"),
    ("per_km2", "每平方公里隐患", "n"),
    ("inspection_class", "按检查次数", "n"),
    ("area_class", "按面积", "n"),
    ("course", "逐月变化", "n"),
    ("peak_km2", "核密度最高", "n"),
)


def hotspots_map(levels: Mapping[Level, HotSpots], backdrop: Backdrop, *, tiles: Tiles | None = None) -> str:
    """Draw where more hazards are found than chance explains, by area; where nobody looked has a hatch of its own.

    Parameters
    ----------
    levels
        Hot spots of each level to draw, of one town and day; at least one.
    backdrop, tiles
        As for `coverage_map`.

    Returns
    -------
    A whole HTML document that asks the network for nothing (but the tiles).
    """
    first = max(levels, key=lambda level: level.depth)  # the finest: among few areas nothing can be tested
    spots = levels[first]
    shapes = np.concatenate([shapes_of(one.areas) for one in levels.values()])
    sheet = Sheet(
        Heading(
            "隐患热点",
            spots.town,
            spots.as_of,
            "本地隐患台账和检查台账",
            _headline(spots),
            [*(f"{sentence}。" for sentence in spots.sentences), *_not_drawn(levels)],
        ),
        backdrop.frame(shapes, shapely.points([], [])),
        backdrop,
        tiles,
    )
    metrics = [sheet.group(word, Call("metric", name), show=name == METRICS[0][0]) for name, word in METRICS]
    if spots.density:
        _picture(metrics[-1], spots.density)
    layers = [_layer(sheet, level, one, show=level == first) for level, one in levels.items()]
    sheet.choice("口径", metrics)
    sheet.choice("区域", layers)
    return sheet.render()


def _layer(sheet: Sheet, level: Level, spots: HotSpots, *, show: bool) -> folium.FeatureGroup:
    rows = figures_of(spots.areas, spots.frame)
    fills = [*CLASS_FILLS, *COURSE_FILLS, CLEAR]
    classes = {name: _positions(rows[name], CLASS_WORDS) for name in ("inspection_class", "area_class")}
    classes["course"] = _positions(rows["course"], COURSE_WORDS)
    legends = {
        name: _legend(spots, word, found, COURSE_WORDS if name == "course" else CLASS_WORDS, _note(name, spots))
        for (name, word), found in zip(METRICS, classes.values(), strict=False)
    }
    shown = {name: found.tolist() for name, found in classes.items()}
    shown["course"] = [at + len(CLASS_FILLS) for at in shown["course"]]
    shown["density"] = [len(fills) - 1] * len(rows)
    look = AreaLook(shown, fills, legends | {"density": _density_legend(spots.density)})
    return area_layer(sheet, level, spots.areas, _spoken(rows), columns=FIGURES, look=look, show=show)


def _positions(words: pd.Series, known: Mapping[str, str]) -> np.ndarray:
    return np.asarray(pd.Index(list(known)).get_indexer(pd.Index(words)), dtype=np.int64)


def _spoken(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows as a card says them: two decimals, classes in Chinese."""
    rounded = {name: rows[name].round(2) for name in ("per_inspection", "per_inspection_low", "per_inspection_high")}
    whole = {name: rows[name].round(1) for name in ("per_km2", "peak_km2")}
    words = {name: rows[name].map(CLASS_WORDS) for name in ("inspection_class", "area_class")}
    return rows.assign(**rounded, **whole, **words, course=rows["course"].map(COURSE_WORDS))


def _legend(
    spots: HotSpots, word: str, classes: np.ndarray, words: Mapping[str, str], note: Sequence[str]
) -> dict[str, Any]:
    """Give the classes and how many areas are in each; untested only where it happens."""
    fills = COURSE_FILLS if words is COURSE_WORDS else CLASS_FILLS
    counts = np.bincount(classes, minlength=len(words)).tolist()
    items = [
        {"fill": fill, "label": label, "count": count}
        for (key, label), fill, count in zip(words.items(), fills, counts, strict=True)
        if key != "untested" or count
    ]
    unit = f"右侧为{spots.level.chinese}个数，共 {len(classes):,} 个"
    return {"title": word, "unit": unit, "items": items, "notes": [*note]}


def _note(metric: str, spots: HotSpots) -> list[str]:
    least = spots.question.least
    if metric == "course":
        by = "每次检查" if spots.question.rate == "inspection" else "每平方公里"
        return [
            f"按{by}逐月检验（{spots.months[0].label} 至 {spots.months[-1].label}），趋势按 Mann-Kendall 检验。",
            f"某月检查不足 {least} 次，该月无数据；有数据的不足 4 个月为不明。",
        ]
    smoothed = ["次数少的区域按经验贝叶斯向全域平均靠拢。"] if metric == "inspection_class" else []
    return [*smoothed, f"检查不足 {least} 次为无数据，不算冷点。"]


def _limits(density: Density | None) -> list[float]:
    return colours.nice_limits(float(density.per_km2.max()) if density else 0.0, len(colours.HEAT_COLOURS))


def _picture(group: folium.FeatureGroup, density: Density) -> None:
    limits = _limits(density)
    if not limits:
        return
    west, south, east, north = density.grid.bounds
    overlay = ImageOverlay(
        picture(density.per_km2, limits),
        [[south, west], [north, east]],
        opacity=0.85,
        pane="heat",
        pixelated=False,
        control=False,
        alt="核密度",
    )
    group.add_child(overlay)


def _density_legend(density: Density | None) -> dict[str, Any]:
    limits = _limits(density)
    if density is None or not limits:
        return {"title": "核密度", "items": [], "notes": ["没有可画的隐患。"]}
    labels = [f"{low:,g}–{high:,g}" for low, high in pairwise(limits)] + [f"{limits[-1]:,g} 及以上"]
    tones = colours.HEAT_COLOURS[len(colours.HEAT_COLOURS) - len(limits) :]
    items = [{"fill": fill, "label": label, "opacity": 0.85} for fill, label in zip(tones, labels, strict=True)]
    how = "自动选定" if density.chosen else "指定"
    notes = [
        f"高斯核，带宽 {density.grid.bandwidth:,.0f} 米（{how}）；不足 {limits[0]:,g} 不着色。",
        "没有除以检查次数：空白处可能只是没有人查。",
    ]
    return {"title": "核密度", "unit": "隐患 / 平方公里", "items": items[::-1], "notes": notes}


def _headline(spots: HotSpots) -> list[tuple[str, str]]:
    frame = spots.frame[spots.frame["area"].notna()]
    hot, cold = (frame["inspection_class"].str.startswith(word).sum() for word in ("hot", "cold"))
    found, looks = frame["hazards"].sum(), frame["inspections"].sum()
    return [
        (f"热点{spots.level.chinese}", f"{hot:,}"),
        (f"冷点{spots.level.chinese}", f"{cold:,}"),
        ("无数据", f"{(frame['inspection_class'] == 'no_data').sum():,}"),
        ("每次检查隐患", f"{found / looks:.2f}" if looks else "—"),
        ("检查", f"{looks:,}"),
        ("隐患", f"{found:,}"),
    ]


def _not_drawn(levels: Mapping[Level, HotSpots]) -> list[str]:
    notes = [note for level, spots in levels.items() for note in without_border(spots.areas, level)]
    for level, spots in levels.items():
        beside = spots.frame.loc[spots.frame["area"].isna(), "hazards"].sum()
        if beside:
            notes.append(f"{beside:,} 条隐患不在任何{level.chinese}内或无坐标，未上图。")
    return notes
