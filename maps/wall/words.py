"""The words of a map on paper: names, legend, table, scale bar, notes, as the template reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely

from maps.layers import of_level, shapes_of
from maps.wall.content import Bands, Dots, Tint, Wall, spots_of
from maps.wall.drawing import BORDERS, ROADS, WATER, diameter_of, on_map
from maps.wall.labels import Box, placed
from maps.wall.layout import Layout
from maps.wall.numbers import Numbered
from maps.wall.plane import Plane, round_length

Data = dict[str, Any]


def data_of(
    wall: Wall,
    made: datetime,
    layout: Layout,
    plane: Plane | None,
    numbers: Sequence[Numbered],
    taken: Sequence[Box] = (),
) -> Data:
    """Give what the template reads: texts, and where they stand.

    Parameters
    ----------
    wall
        Its roll is cut to what finds room: `maps.wall.layout.Layout.roll_room`.
    numbers
        Those that stand on discs.
    taken
        Boxes that no name may touch, beside those of the numbers.
    """
    labels: list[Data] = []
    missing = 0
    if plane:
        held = [*taken, *(each.box for each in numbers if each.text)]
        labels, missing = labels_of(wall, plane, layout.k, held)
    return {
        "width": layout.width,
        "height": layout.height,
        "k": layout.k,
        "map": layout.map,
        "panel": layout.panel,
        "upright": layout.height > layout.width,
        "title": f"{wall.town.name}{wall.subject}",
        "as_of": f"{wall.day_words} {_day(wall.as_of)}".strip(),
        "synthetic": wall.town.synthetic,
        "scale": f"{plane.denominator:,}".replace(",", " ") if plane else "",
        "bar": bar_of(plane) if plane else None,
        "labels": labels,
        "label_size": label_size(layout.k),
        "numbers": [*number_items(numbers), *_roll_numbers(wall, plane, layout.k)],
        "dots": [_dot_item(dots, plane, layout.k) for dots in reversed(wall.dots)],
        "areas": _tint_items(wall.tint),
        "bands": _band_items(wall.bands),
        "keys": [asdict(key) for key in wall.keys],
        "lines": _line_items(wall),
        "roll": _roll(wall, plane),
        "roll_title": wall.roll.title if wall.roll else "",
        "roll_fill": wall.roll.fill if wall.roll else "",
        "table": asdict(wall.table) if wall.table and wall.table.rows else None,
        "notes": [*wall.notes, *_left_out(wall, plane, missing, numbers)],
        "source": wall.source,
        "made": _day(made.date()),
        "nothing": "没有带坐标的数据，地图上没有可画的内容。" if plane is None else "",
    }


def _left_out(wall: Wall, plane: Plane | None, unnamed: int, numbers: Sequence[Numbered]) -> list[str]:
    """Say what of names, places and numbers found no room."""
    notes = [f"{unnamed:,} 个{wall.named.chinese}的名称没有位置标注。"] if unnamed else []
    outside = sum(_outside(dots, plane) for dots in wall.dots) if plane else 0
    notes += [f"{outside:,} 处场所在图幅以外，未上图。"] if outside else []
    if wall.numbers is None or plane is None:
        return notes
    texts = sum(bool(each.text) for each in numbers)
    if not texts and wall.numbers.texts:
        return [*notes, "停留点太密，图上不写编号，见各人的路线单，或用更大的纸。"]
    crowded = len(wall.numbers.texts) - texts
    return notes + ([f"{crowded:,} 个编号在图上没有位置。"] if crowded else [])


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def label_size(k: float) -> float:
    """Give the size of names (millimetres)."""
    return 2.9 * k


def corners(plane: Plane, k: float) -> tuple[Box, Box]:
    """Give the boxes of the north arrow and of the scale bar."""
    arrow = (plane.width - 16 * k, 0.0, plane.width, 22 * k)
    return arrow, (0.0, plane.height - 14 * k, plane.millimetres(_bar_metres(plane)) + 24 * k, plane.height)


def inside(plane: Plane, k: float) -> Box:
    """Give the map without its edge: what no text leaves."""
    edge = 1.5 * k
    return edge, edge, plane.width - edge, plane.height - edge


def labels_of(wall: Wall, plane: Plane, k: float, taken: Sequence[Box]) -> tuple[list[dict[str, Any]], int]:
    """Give the names on the map, and how many found no room.

    None touches what is taken; the uppermost dots are covered only where nothing else is left.
    """
    here = of_level(wall.areas, wall.named)
    shapes = plane.shapes(plane.sees(shapes_of(here)))
    names = here["name"].tolist()
    if wall.figures:
        names = [f"{name}\n{figure}" for name, figure in zip(names, wall.figures, strict=True)]
    above = on_map(wall.dots[-1].spots, plane) if wall.dots else np.empty((0, 2))
    labels = placed(names, shapes, label_size(k), inside(plane, k), taken, above)
    missing = int((~shapely.is_missing(shapes)).sum()) - len(labels)
    return [{"text": label.text.split("\n"), "x": label.x, "y": label.y} for label in labels], missing


def number_items(numbers: Sequence[Numbered]) -> list[dict[str, Any]]:
    """Give the texts on discs: where, and how large."""
    return [
        {"text": each.text, "x": each.x, "y": each.y, "size": each.diameter * (0.62 if len(each.text) < 3 else 0.48)}
        for each in numbers
        if each.text
    ]


def _roll_numbers(wall: Wall, plane: Plane | None, k: float) -> list[dict[str, Any]]:
    """Give the numbers of a roll that stand on dots that are there."""
    if wall.roll is None or wall.roll.diameter or plane is None:
        return []
    on_dot = 0.62 * diameter_of(wall.dots[-1], max(len(on_map(wall.dots[-1].spots, plane)), 1), plane, k)
    size = min(1.9 * k, on_dot)
    return [
        {"text": str(number), "x": each["at"][0], "y": each["at"][1], "size": size}
        for number, each in enumerate(_roll(wall, plane), start=1)
        if each["at"]
    ]


def _roll(wall: Wall, plane: Plane | None) -> list[dict[str, Any]]:
    """Give the names of the roll with where their spots are."""
    if wall.roll is None or plane is None:
        return []
    spots = plane.on_paper(spots_of(wall.roll.rows))
    there = np.isfinite(spots[:, 0]).tolist()
    return [
        {"name": each.name, "where": each.where, "at": spot.tolist() if has else None}
        for each, spot, has in zip(wall.roll.rows, spots, there, strict=True)
    ]


def _outside(dots: Dots, plane: Plane) -> int:
    return int((~np.isnan(dots.spots).any(axis=1)).sum()) - len(on_map(dots.spots, plane))


def _bar_metres(plane: Plane) -> int:
    return round_length(plane.width / 4 * plane.denominator / 1000)


def bar_of(plane: Plane) -> dict[str, Any]:
    """Give the scale bar: how long it is, its parts, and what stands at its ends."""
    metres = _bar_metres(plane)
    words = [f"{each / 1000:g}" if metres >= 1000 else f"{each:g}" for each in (0, metres / 2, metres)]
    return {"length": plane.millimetres(metres), "words": words, "unit": "千米" if metres >= 1000 else "米"}


def _dot_item(dots: Dots, plane: Plane | None, k: float) -> dict[str, Any]:
    many = len(on_map(dots.spots, plane)) if plane else 0
    size = diameter_of(dots, max(many, 1), plane, k) if plane else dots.diameter * k
    style = dots.style
    return {
        "label": style.label,
        "fill": style.fill,
        "outline": style.outline,
        "size": size,
        "count": f"{len(dots.spots):,}",
    }


def _tint_items(tint: Tint | None) -> dict[str, Any] | None:
    if tint is None:
        return None
    counts = np.bincount(tint.classes, minlength=len(tint.fills))
    items = [
        {"label": label, "fill": fill, "count": f"{count:,}"}
        for label, fill, count in zip(tint.labels, tint.fills, counts, strict=True)
    ]
    return {"title": tint.title, "items": items, "rule": tint.rule}


def _band_items(bands: Bands | None) -> dict[str, Any] | None:
    """Give the classes of a surface, the highest first."""
    if bands is None:
        return None
    items = [{"label": label, "fill": fill} for label, fill in zip(bands.labels, bands.fills, strict=True)]
    return {"title": bands.title, "items": items[::-1], "rule": bands.rule}


def _line_items(wall: Wall) -> list[dict[str, Any]]:
    """Give the lines and grounds of the legend that are on the map."""
    levels = [level for level in reversed(list(BORDERS)) if not of_level(wall.areas, level).geometry.isna().all()]
    items = [
        {"label": f"{level.chinese}界", "colour": BORDERS[level][0], "width": BORDERS[level][1]} for level in levels
    ]
    ground = wall.backdrop
    if len(ground.main_roads) or len(ground.roads):
        items.append({"label": "道路", "colour": ROADS[1][0], "width": ROADS[1][1]})
    if len(ground.water):
        items.append({"label": "水面", "colour": WATER, "width": 2.6})
    return items
