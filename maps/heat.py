"""The hazard heat map: weighted hazards per square kilometre, all / open / major / overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import folium
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.density import Floats, Grid
from coverage.hazards import HazardRegister, hazard_figures
from geodata.model import Level
from maps import colours
from maps.backdrop import Backdrop
from maps.canvas import Heading, Sheet, Tiles
from maps.heat_data import UNKNOWN, heat_data
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
from maps.shapes import points_as_numbers

HAZARD_WEIGHTS: Mapping[str, float] = MappingProxyType({"重大": 10.0, "一般": 1.0})
"""How much a hazard of each level weighs in the heat; stated in the legend."""

WEIGHTED = "，".join(f"{level}×{weight:g}" for level, weight in HAZARD_WEIGHTS.items())

CHOICES: tuple[tuple[str, str], ...] = (("all", "全部"), ("open", "未整改"), ("major", "重大"), ("overdue", "逾期"))
"""What can be shown; each is a flag of the register, `all` is every one that is not void."""

MOST_PINS = 100
"""Open major hazards with a pin at most, the longest overdue first; the map says when there are more."""

OPACITY = 0.85

FIGURES: tuple[tuple[str, str, str], ...] = (
    ("found", "发现", "n"),
    ("rectified", "已整改", "n"),
    ("closed", "已销号", "n"),
    ("open", "未整改", "n"),
    ("overdue", "其中逾期", "n"),
    ("major", "重大", "n"),
    ("major_open", "重大未整改", "n"),
    ("rectified_rate", "整改率", "%"),
    ("closed_rate", "销号率", "%"),
)


def hazard_map(
    register: HazardRegister, backdrop: Backdrop, *, tiles: Tiles | None = None, listing: str | None = None
) -> str:
    """Draw where hazards are dense, weighted by level, with the figures of the areas and open major hazards as pins.

    The page holds every hazard and inspection in about a byte and a half (`maps.heat_data`); its scripts add up what is
    chosen and smooth it with a Gaussian whose bandwidth depends on the town's extent alone.

    Parameters
    ----------
    register
        Hazards as of a day (positions in EPSG:4326).
    backdrop, tiles
        As for `coverage_map`.
    listing
        Address of the list of hazards, for links from a spot; left out for a file, which has no list.

    Returns
    -------
    A whole HTML document that asks the network for nothing (but the tiles).
    """
    areas, hazards = register.areas, register.hazards
    levels = drawn_levels(areas)
    valid = hazards[~hazards["void"]]
    frame = backdrop.frame(shapes_of(areas), shapely.points(valid["lon"], valid["lat"]))
    grid = Grid.over(frame.bounds) if frame.bounds else None
    sheet = Sheet(
        Heading(
            "隐患热力",
            register.town,
            register.as_of,
            "本地隐患台账；误录的不计",
            _headline(register),
            [*not_drawn(valid, grid), *(note for level in levels for note in without_border(areas, level))],
        ),
        frame,
        backdrop,
        tiles,
        roads_over=False,
    )
    sheet.data("heat", _heat(register, grid, listing))
    sheet.group("热力", Call("heat", "heat"))
    first = opening_level(levels)
    layers = [_area_figures(sheet, register, level, show=level == first) for level in levels]
    sheet.choice("区域数字（移到或点按区域）", [*layers, sheet.group("不显示", show=False)] if layers else [])
    sheet.choice("叠加", _pin_layer(sheet, valid), radios=False)
    return sheet.render()


def weights(levels: pd.Series) -> Floats:
    """Give the weight of each hazard by its level; a missing level weighs as 一般 does."""
    weight = levels.map(dict(HAZARD_WEIGHTS)).fillna(HAZARD_WEIGHTS["一般"])
    return np.asarray(weight, dtype=np.float64)


def _heat(register: HazardRegister, grid: Grid | None, listing: str | None) -> dict[str, Any]:
    """Give what the heat's scripts need; without ground there is nothing packed."""
    if grid is None:
        return {}
    return heat_data(register, grid).as_data() | {
        "as_of": register.as_of.isoformat(),
        "flags": CHOICES,
        "weights": [HAZARD_WEIGHTS["一般"], HAZARD_WEIGHTS["重大"]],
        "colours": colours.HEAT_COLOURS,
        "opacity": OPACITY,
        "unknown": UNKNOWN,
        "listing": listing,
    }


def span_labels(limits: Sequence[float]) -> list[str]:
    """Write the classes of a density: `1–2`, … `20 及以上`."""
    labels = [f"{low:,g}–{high:,g}" for low, high in pairwise(limits)]
    return labels + ([f"{limits[-1]:,g} 及以上"] if limits else [])


def _area_figures(sheet: Sheet, register: HazardRegister, level: Level, *, show: bool) -> folium.FeatureGroup:
    here = of_level(register.areas, level)
    rows = figures_of(here, hazard_figures(register, str(level)))
    return area_layer(sheet, level, here, rows, columns=FIGURES, look=AreaLook(), show=show)


def _pin_layer(sheet: Sheet, valid: pd.DataFrame) -> list[folium.FeatureGroup]:
    """Add the open major hazards as numbered pins, those whose deadline passed first."""
    major = valid[valid["major_open"] & valid["lon"].notna()].sort_values(["deadline", "found", "id"])
    if not len(major):
        return []
    shown = major.head(MOST_PINS)
    cut = f"显示期限最早的 {len(shown):,} 条，共 {len(major):,} 条。" if len(shown) < len(major) else None
    sheet.data(
        "pins",
        {
            "title": f"未整改重大隐患（{len(major):,} 条）",
            "points": points_as_numbers(shown["lon"], shown["lat"], sheet.frame),
            "cards": _cards(shown),
            "note": cut,
        },
    )
    return [sheet.group("未整改重大隐患", Call("pins", "pins"))]


def _cards(hazards: pd.DataFrame) -> list[list[str]]:
    """Give place, number and sentences of each hazard."""
    found, deadline = hazards["found"].dt.strftime("%Y-%m-%d"), hazards["deadline"].dt.strftime("%Y-%m-%d")
    rows = zip(
        hazards["place_name"].fillna("场所未填").tolist(),
        hazards["id"].tolist(),
        hazards["category"].fillna("类别未填").tolist(),
        found.tolist(),
        deadline.fillna("未定").tolist(),
        hazards["overdue"].tolist(),
        strict=True,
    )
    return [
        [place, f"重大隐患 {number}", category, f"发现：{day}；期限：{due}{'（已逾期）' if late else ''}"]
        for place, number, category, day, due, late in rows
    ]


def _headline(register: HazardRegister) -> list[tuple[str, str]]:
    root = hazard_figures(register, str(register.areas["level"].iat[0])).iloc[0]
    return [
        ("发现隐患", f"{root['found']:,}"),
        ("整改率", percent(root["rectified_rate"])),
        ("未整改", f"{root['open']:,}"),
        ("其中逾期", f"{root['overdue']:,}"),
        ("重大", f"{root['major']:,}"),
        ("重大未整改", f"{root['major_open']:,}"),
    ]


def not_drawn(valid: pd.DataFrame, grid: Grid | None) -> list[str]:
    """Say how many hazards the heat leaves out, and why."""
    lon, lat = positions(valid)
    missing = int(np.isnan(lon).sum())
    beside = len(valid) - missing - int(grid.holds(lon, lat).sum()) if grid else 0
    notes = [f"{missing:,} 条隐患无坐标，只计入总数。"] if missing else []
    return notes + ([f"{beside:,} 条隐患在图幅以外，未上图。"] if beside else [])


def positions(hazards: pd.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give longitudes and latitudes, NaN where there is none."""
    return hazards["lon"].to_numpy(dtype=float), hazards["lat"].to_numpy(dtype=float)
