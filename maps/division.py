"""The map of a division: who carries how much, in what shape; before and after side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.model import Level, Town
from maps import colours
from maps.backdrop import Backdrop
from maps.canvas import Heading, Sheet, Tiles
from maps.colours import PlaceStyle
from maps.layers import AreaLook, area_layer, percent, shapes_of
from maps.page import Call
from maps.places import MOST_PLACES, circle_style, legend_item
from maps.shapes import points_as_numbers

FIGURES: tuple[tuple[str, str, str], ...] = (
    ("load", "每月分钟", "n"),
    ("off", "比平均", "%"),
    ("compactness", "规整度", "n"),
    ("places", "场所", "n"),
)
LEGENDS: dict[str, tuple[str, tuple[float, ...], tuple[str, ...], str, str, str]] = {
    "off": (
        *("off", colours.OFF_LIMITS, colours.OFF_COLOURS, "{:+.0%}", "工作量比平均"),
        "工作量：应查次数 ×（停留＋路上），与全部平均比；±5% 以内为均衡。",
    ),
    "shape": (
        *("compactness", colours.SHAPE_LIMITS, colours.SHAPE_COLOURS, "{:.1f}", "规整度"),
        "规整度：4π × 面积 ÷ 周长²，圆是 1，正方形是 0.79。",
    ),
}
"""Figure that can be chosen: its column, limits, colours, how limits are written, title, note."""
SHOWN_UP_TO = 10_000
"""With more places that change hands their layer is off until asked for: they would hide the areas."""
MOVED = PlaceStyle("换手的场所", "#111111", "#ffffff", 4, True)


@dataclass(frozen=True)
class Divided:
    """Areas of one level, as they were or would be.

    Attributes
    ----------
    words
        What stands on the map: `划分前`, a day.
    areas
        code, name, load (minutes a month), compactness (Polsby-Popper), places, geometry (EPSG:4326).
    """

    words: str
    areas: gpd.GeoDataFrame

    def figures(self) -> pd.DataFrame:
        """Give the figures of each area; `off` is how far its load is off the mean of all."""
        load = self.areas["load"].to_numpy(dtype=float)
        mean = load.mean() if len(load) else 0.0
        off = load / mean - 1 if mean else np.full(len(load), np.nan)
        columns = {"load": np.round(load), "off": off, "compactness": np.round(self.areas["compactness"], 2)}
        frame = pd.DataFrame({"area": self.areas["code"].to_numpy(), **columns})
        return frame.assign(places=self.areas["places"].to_numpy(dtype=int), load=frame["load"].astype(int))


def division_map(
    town: Town,
    as_of: date,
    level: Level,
    after: Divided,
    before: Divided | None,
    moved: pd.DataFrame,
    backdrop: Backdrop,
    *,
    notes: Sequence[str] = (),
    tiles: Tiles | None = None,
) -> str:
    """Draw areas by workload and by shape, beside those before them where there were any.

    Parameters
    ----------
    before
        To the left; None draws one map.
    moved
        Places that change hands: name, lon, lat (NaN = no position), old, new (names of areas).

    Returns
    -------
    A whole HTML document that asks the network for nothing (but the tiles).
    """
    both = [after] if before is None else [before, after]
    figures = [each.figures() for each in both]
    sheet = Sheet(
        Heading(
            f"{level.chinese}划分",
            town,
            as_of,
            "区域、场所和检查规则（每次检查的分钟数见规则文件）",
            _headline(figures, moved, compared=before is not None),
            list(notes),
        ),
        backdrop.frame(*(shapes_of(each.areas) for each in both)),
        backdrop,
        tiles,
    )
    metrics = [
        sheet.group(word, Call("metric", metric), show=metric == "off")
        for metric, word in (("off", "工作量"), ("shape", "规整度"))
    ]
    if before is not None:
        left = sheet.beside(before.words, after.words)
        _layer(sheet, level, before, figures[0], on=left)
    _layer(sheet, level, after, figures[-1], figures[0] if before is not None else None)
    sheet.choice("颜色", metrics)
    sheet.choice("叠加", _moved_layer(sheet, moved), radios=False)
    return sheet.render()


def _layer(
    sheet: Sheet,
    level: Level,
    divided: Divided,
    figures: pd.DataFrame,
    earlier: pd.DataFrame | None = None,
    *,
    on: folium.Map | None = None,
) -> folium.FeatureGroup:
    """Add the areas; those of before (`on` the other map) have no legend of their own, it counts both."""
    classes = {name: _classes(figures, *LEGENDS[name][:2]) for name in LEGENDS}
    past = {name: None if earlier is None else _classes(earlier, *LEGENDS[name][:2]) for name in LEGENDS}
    fills = [*colours.OFF_COLOURS, *colours.SHAPE_COLOURS]
    chosen = {"off": classes["off"].tolist(), "shape": (classes["shape"] + len(colours.OFF_COLOURS)).tolist()}
    legends = {} if on else {name: _legend(level, name, classes[name], past[name]) for name in LEGENDS}
    look = AreaLook(chosen, fills, legends)
    identity = "areas-before" if on else None
    return area_layer(
        sheet, level, divided.areas, figures, columns=FIGURES, look=look, show=True, on=on, identity=identity
    )


def _classes(figures: pd.DataFrame, column: str, limits: Sequence[float]) -> npt.NDArray[np.int64]:
    values = np.nan_to_num(figures[column].to_numpy(dtype=float))
    return np.asarray(np.searchsorted(limits, values, side="right"), dtype=np.int64)


def _legend(
    level: Level, name: str, classes: npt.NDArray[np.int64], earlier: npt.NDArray[np.int64] | None
) -> dict[str, Any]:
    """Give class limits, and how many areas are in each: now, or then and now."""
    _, limits, fills, style, title, note = LEGENDS[name]
    words = [style.format(limit) for limit in limits]
    labels = [f"不到 {words[0]}", *(f"{low} ～ {high}" for low, high in pairwise(words)), f"{words[-1]} 以上"]
    counts: list[Any] = np.bincount(classes, minlength=len(labels)).tolist()
    unit = f"右侧为{level.chinese}个数"
    if earlier is not None:
        before = np.bincount(earlier, minlength=len(labels)).tolist()
        counts = [f"{then:,} → {now:,}" for then, now in zip(before, counts, strict=True)]
        unit += "：划分前 → 划分后"
    items = [
        {"fill": fill, "label": label, "count": count} for fill, label, count in zip(fills, labels, counts, strict=True)
    ]
    return {"title": title, "unit": unit, "items": items, "notes": [note]}


def _moved_layer(sheet: Sheet, moved: pd.DataFrame) -> list[folium.FeatureGroup]:
    """Add the places that change hands; none when none does."""
    here = moved[moved["lon"].notna()].head(MOST_PLACES)
    if here.empty:
        return []
    whys = [[f"{old} → {new}"] for old, new in zip(here["old"], here["new"], strict=True)]
    sheet.data(
        "moved",
        {
            "points": points_as_numbers(here["lon"], here["lat"], sheet.frame),
            "states": [0] * len(here),
            "names": here["name"].tolist(),
            "styles": [circle_style(MOVED)],
            "whys": whys,
            "more": [0] * len(here),
        },
    )
    sheet.data("moved-legend", {"title": "换手", "items": [legend_item(MOVED, len(moved))], "notes": []})
    calls = (Call("points", "moved"), Call("legend", "moved-legend"))
    return [sheet.group("换手的场所", *calls, show=len(here) <= SHOWN_UP_TO)]


def _headline(figures: Sequence[pd.DataFrame], moved: pd.DataFrame, *, compared: bool) -> list[tuple[str, str]]:
    def told(values: Sequence[str]) -> str:
        return " → ".join(values)

    worst = [percent(float(each["off"].abs().max())) if len(each) else "—" for each in figures]
    shape = [f"{each['compactness'].mean():.2f}" if len(each) else "—" for each in figures]
    count = [f"{len(each):,}" for each in figures]
    return [
        ("最大偏差", told(worst)),
        ("平均规整度", told(shape)),
        ("个数", told(count)),
        *([("换手的场所", f"{len(moved):,}")] if compared else []),
    ]
