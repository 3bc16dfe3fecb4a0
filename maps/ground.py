"""The ground map: where somebody came near, where nobody did, and where nobody could know."""

from __future__ import annotations

import io
import math
from base64 import b64encode
from dataclasses import dataclass

import folium
import numpy as np
import numpy.typing as npt
from folium.raster_layers import ImageOverlay
from PIL import Image
from pyproj import Transformer
from scipy.ndimage import map_coordinates

from coverage.density import Bounds, degrees, mercator
from coverage.ground.cells import Raster
from coverage.ground.classes import MASKED, MISSED, NO_DATA, SEEN, classes_of
from coverage.ground.figures import ground_figures
from coverage.ground.seen import GroundSeen
from geodata.model import Level
from maps.backdrop import Backdrop
from maps.canvas import Heading, Sheet, Tiles
from maps.colours import rgb
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

PIXELS = 2200
"""Longer side of the picture: about 8 m a pixel over a town of 17 km."""
CONTROL = 65
"""Lines each way at which pixels are projected exactly; between them, bent by less than a metre, linearly."""

OPACITY = 0.85
DOT, SPACING = 3, 9
"""Of the dots that mark no data, in pixels: they differ from the rest by more than colour."""

STYLES = {
    SEEN: ("看到", "#67a9cf"),
    MISSED: ("没有人到过", "#e66101"),
    NO_DATA: ("无数据（没有轨迹来源）", "#f1f1ee"),
    MASKED: ("不计", "#c3d3cc"),
}
DOTS, DOT_COLOUR = 5, "#a3a3a0"
NO_DATA_FILL = "url(#hatch-nothing)"

KINDS = {"water": "水面", "farmland": "农田", "forest": "林地", "other": "未分类地块"}

FIGURES: tuple[tuple[str, str, str], ...] = (
    ("seen_rate", "看到率", "%"),
    ("area_km2", "面积（平方公里）", "n"),
    ("seen_km2", "看到（平方公里）", "n"),
    ("missed_km2", "没有人到过（平方公里）", "n"),
    ("no_data_km2", "无数据（平方公里）", "n"),
    ("masked_km2", "不计（平方公里）", "n"),
)


@dataclass(frozen=True)
class Picture:
    """A picture in Web Mercator: pixels, and west, south, east, north in degrees."""

    pixels: npt.NDArray[np.uint8]
    bounds: Bounds


def ground_map(seen: GroundSeen, backdrop: Backdrop, *, tiles: Tiles | None = None) -> str:
    """Draw the ground seen, missed, without data and masked, with the figures of the areas.

    Parameters
    ----------
    backdrop, tiles
        As for `coverage_map`.

    Returns
    -------
    A whole HTML document that asks the network for nothing (but the tiles).
    """
    areas = seen.areas
    levels = drawn_levels(areas)
    sheet = Sheet(
        Heading(
            f"地面看到（{seen.period.chinese}）",
            seen.town,
            seen.as_of,
            f"本地轨迹（{seen.tracks:,} 条）和检查定位（{seen.check_ins:,} 个）",
            _headline(seen),
            [*_notes(seen), *(note for level in levels for note in without_border(areas, level))],
        ),
        backdrop.frame(shapes_of(areas)),
        backdrop,
        tiles,
        roads_over=False,
    )
    _picture_layer(sheet, seen)
    first = opening_level(levels)
    layers = [_area_figures(sheet, seen, level, show=level == first) for level in levels]
    sheet.choice("区域数字（移到或点按区域）", [*layers, sheet.group("不显示", show=False)] if layers else [])
    return sheet.render()


def _picture_layer(sheet: Sheet, seen: GroundSeen) -> folium.FeatureGroup:
    drawn = picture_of(seen.raster, classes_of(seen))
    sheet.data("ground", _legend(seen))
    group = sheet.group("地面", Call("legend", "ground"), Call("show"), show=False)
    west, south, east, north = drawn.bounds
    group.add_child(
        ImageOverlay(
            _png(drawn.pixels),
            [[south, west], [north, east]],
            opacity=OPACITY,
            pane="heat",
            pixelated=False,
            control=False,
            alt="地面：看到、没有人到过、无数据、不计",
        )
    )
    return group


def picture_of(raster: Raster, classes: npt.NDArray[np.uint8]) -> Picture:
    """Turn the classes of cells into pixels of Web Mercator, each that of the cell under its middle."""
    corners = raster.in_metres(np.array([0, 0, raster.columns, raster.columns]), np.array([0, raster.rows] * 2))
    to_degrees = Transformer.from_crs(raster.crs, 4326, always_xy=True)
    lon, lat = to_degrees.transform(corners[:, 0], corners[:, 1])
    left, bottom = mercator(float(min(lon)), float(min(lat)))
    right, top = mercator(float(max(lon)), float(max(lat)))
    pixel = max(right - left, top - bottom) / PIXELS
    columns, rows = math.ceil((right - left) / pixel), math.ceil((top - bottom) / pixel)
    right, bottom = left + columns * pixel, top - rows * pixel
    across, down = np.linspace(0, 1, CONTROL), np.linspace(0, 1, CONTROL)
    places = [degrees(left + a * (right - left), top - d * (top - bottom)) for d in down for a in across]
    to_plane = Transformer.from_crs(4326, raster.crs, always_xy=True)
    at = raster.in_cells(np.column_stack(to_plane.transform(*np.array(places).T))).reshape(CONTROL, CONTROL, 2)
    where = np.meshgrid(
        (np.arange(rows) + 0.5) / rows * (CONTROL - 1),
        (np.arange(columns) + 0.5) / columns * (CONTROL - 1),
        indexing="ij",
    )
    column, row = (np.floor(map_coordinates(at[:, :, axis], where, order=1)).astype(np.int64) for axis in (0, 1))
    inside = (column >= 0) & (column < raster.columns) & (row >= 0) & (row < raster.rows)
    pixels = np.zeros((rows, columns), dtype=np.uint8)
    pixels[inside] = classes[row[inside], column[inside]]
    west, south = degrees(left, bottom)
    east, north = degrees(right, top)
    return Picture(pixels, (west, south, east, north))


def _png(pixels: npt.NDArray[np.uint8]) -> str:
    """Give a palette PNG as a data URI; what lies beside the town is transparent, no data is dotted."""
    row, column = np.ogrid[: pixels.shape[0], : pixels.shape[1]]
    shifted = column + (row // SPACING % 2) * (SPACING // 2)
    dotted = (pixels == NO_DATA) & (row % SPACING < DOT) & (shifted % SPACING < DOT)
    image = Image.fromarray(np.where(dotted, DOTS, pixels).astype(np.uint8), mode="P")
    colours = [rgb(colour) for _, colour in STYLES.values()] + [rgb(DOT_COLOUR)]
    image.putpalette([0, 0, 0, *(part for colour in colours for part in colour)])
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True, transparency=0)
    return f"data:image/png;base64,{b64encode(out.getvalue()).decode()}"


def _legend(seen: GroundSeen) -> dict[str, object]:
    town = seen.ground.iloc[0]
    m2 = {SEEN: "seen_m2", MISSED: "missed_m2", NO_DATA: "no_data_m2", MASKED: "masked_m2"}
    fills = {NO_DATA: NO_DATA_FILL}
    kinds = "、".join(KINDS.get(kind, kind) for kind in seen.masks)
    items = [
        {
            "fill": fills.get(each, colour),
            "label": f"{label}（{kinds}）" if each == MASKED and kinds else label,
            "count": f"{town[m2[each]] / 1e6:,.2f} 平方公里",
            "opacity": OPACITY,
        }
        for each, (label, colour) in STYLES.items()
        if each != MASKED or kinds
    ]
    return {
        "title": f"地面（{seen.period.chinese}）",
        "unit": f"轨迹两侧各 {seen.width_m:g} 米、检查定位周围 {seen.width_m:g} 米以内算看到",
        "items": items,
        "notes": [
            "看到率＝看到 ÷（看到＋没有人到过）；无数据的不进分母。",
            "无数据：本期那里没有轨迹来源，不等于没有人到过。手工录入和模拟的定位、企业自查不算。",
        ],
    }


def _area_figures(sheet: Sheet, seen: GroundSeen, level: Level, *, show: bool) -> folium.FeatureGroup:
    here = of_level(seen.areas, level)
    rows = figures_of(here, ground_figures(seen, str(level)))
    km2 = {
        f"{name}_km2": (rows[f"{name}_m2"] / 1e6).round(3) for name in ("area", "seen", "missed", "no_data", "masked")
    }
    return area_layer(sheet, level, here, rows.assign(**km2), columns=FIGURES, look=AreaLook(), show=show)


def _headline(seen: GroundSeen) -> list[tuple[str, str]]:
    town = ground_figures(seen, str(seen.areas["level"].iat[0])).iloc[0]
    words = (("看到", "seen_m2"), ("没有人到过", "missed_m2"), ("无数据", "no_data_m2"))
    figures = [(word, f"{town[name] / 1e6:,.1f} 平方公里") for word, name in words]
    return [("看到率", percent(town["seen_rate"])), ("宽度", f"两侧各 {seen.width_m:g} 米"), *figures]


def _notes(seen: GroundSeen) -> list[str]:
    """Say what limits the picture."""
    if seen.first_mark is None:
        return ["没有任何轨迹和检查定位：全部是无数据。"]
    return [] if seen.tracks else ["本期没有轨迹：检查定位以外全部是无数据。"]
