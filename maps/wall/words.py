"""The words of a map on paper: names, legend, table, scale bar, notes, as the template reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import numpy as np

from maps.layers import of_level, shapes_of
from maps.wall.content import Bands, Dots, Tint, Wall, spots_of
from maps.wall.drawing import BORDERS, ROADS, WATER, diameter_of, on_map
from maps.wall.labels import middle_of
from maps.wall.layout import Layout
from maps.wall.names import inside, names_of
from maps.wall.numbers import Numbered
from maps.wall.plane import Plane, round_length
from maps.wall.room import Box
from maps.wall.squares import Squares

Data = dict[str, Any]
MEASURES = {"主要道路": "条", "支路": "条"}
"""Measure words of what is named."""
PRINTED = "斜线供黑白打印辨认，越密越差。"
"""What the lines of `maps.wall.hatching` say, below a legend."""


def data_of(
    wall: Wall,
    made: datetime,
    layout: Layout,
    plane: Plane | None,
    numbers: Sequence[Numbered],
    taken: Sequence[Box] = (),
    squares: Squares | None = None,
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
    squares
        Stand along the edges, and beside what is listed.
    """
    roll = _roll(wall, plane, squares)
    on_dots = _roll_numbers(wall, roll, plane, layout.k)
    names: Data = {"labels": [], "letters": []}
    missing: dict[str, int] = {}
    if plane:
        held = [*taken, *(each.box for each in numbers if each.text), *(_around(each) for each in on_dots)]
        placed = names_of(wall, plane, layout.k, inside(plane, layout.k, squares), held)
        names, missing = placed.as_data(), placed.missing
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
        **names,
        "numbers": [*number_items(numbers), *on_dots],
        "squares": squares.as_data(plane, layout.k) if squares and plane else None,
        "dots": [_dot_item(dots, plane, layout.k) for dots in reversed(wall.dots)],
        "areas": _tint_items(wall.tint),
        "bands": _band_items(wall.bands),
        "keys": [asdict(key) for key in wall.keys],
        "lines": _line_items(wall),
        "roll": roll,
        "roll_title": wall.roll.title if wall.roll else "",
        "roll_fill": wall.roll.fill if wall.roll else "",
        "table": _table(wall, plane, squares),
        "notes": [*wall.notes, *_left_out(wall, plane, missing, numbers)],
        "source": wall.source,
        "made": _day(made.date()),
        "nothing": "没有带坐标的数据，地图上没有可画的内容。" if plane is None else "",
    }


def _left_out(wall: Wall, plane: Plane | None, unnamed: dict[str, int], numbers: Sequence[Numbered]) -> list[str]:
    """Say what of names, places and numbers found no room."""
    nowhere = "、".join(f"{count:,} {MEASURES.get(word, '个')}{word}" for word, count in unnamed.items())
    notes = [f"{nowhere}的名称没有位置标注。"] if unnamed else []
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


def corners(plane: Plane, k: float) -> tuple[Box, Box]:
    """Give the boxes of the north arrow and of the scale bar."""
    arrow = (plane.width - 18 * k, 0.0, plane.width, 24 * k)
    return arrow, (0.0, plane.height - 14 * k, plane.millimetres(_bar_metres(plane)) + 24 * k, plane.height)


def number_items(numbers: Sequence[Numbered]) -> list[dict[str, Any]]:
    """Give the texts on discs: where, and how large."""
    return [
        {"text": each.text, "x": each.x, "y": each.y, "size": each.diameter * (0.62 if len(each.text) < 3 else 0.48)}
        for each in numbers
        if each.text
    ]


def _roll_numbers(wall: Wall, roll: Sequence[Data], plane: Plane | None, k: float) -> list[Data]:
    """Give the numbers of a roll that stand on dots that are there."""
    if wall.roll is None or wall.roll.diameter or plane is None:
        return []
    dot = diameter_of(wall.dots[-1], max(len(on_map(wall.dots[-1].spots, plane)), 1), plane, k)
    size = min(1.9 * k, 0.62 * dot)
    return [
        {"text": str(number), "x": each["at"][0], "y": each["at"][1], "size": size}
        for number, each in enumerate(roll, start=1)
        if each["at"]
    ]


def _around(number: Data) -> Box:
    """Give what a number on a dot takes."""
    half = number["size"] * max(1.0, 0.65 * len(number["text"])) / 2
    return number["x"] - half, number["y"] - half, number["x"] + half, number["y"] + half


def _roll(wall: Wall, plane: Plane | None, squares: Squares | None) -> list[Data]:
    """Give the names of the roll with where their spots are."""
    if wall.roll is None or plane is None:
        return []
    spots = plane.on_paper(spots_of(wall.roll.rows))
    there = np.isfinite(spots[:, 0]).tolist()
    cells = squares.names(spots) if squares else [""] * len(spots)
    return [
        {"name": each.name, "where": each.where, "square": cell, "at": spot.tolist() if has else None}
        for each, spot, has, cell in zip(wall.roll.rows, spots, there, cells, strict=True)
    ]


def _table(wall: Wall, plane: Plane | None, squares: Squares | None) -> Data | None:
    """Give the table with the square of each area in it."""
    if wall.table is None or not wall.table.rows:
        return None
    found: dict[str, str] = {}
    if squares and plane and wall.table.codes:
        here = wall.areas[(wall.areas["code"].isin(wall.table.codes) & wall.areas.geometry.notna()).to_numpy(bool)]
        spots = [middle_of(shape) for shape in plane.shapes(shapes_of(here))]
        found = dict(zip(here["code"], squares.names(np.reshape(spots, (-1, 2))), strict=True))
    cells = [found.get(code or "", "") for code in wall.table.codes or [""] * len(wall.table.rows)]
    return asdict(wall.table) | {"squares": cells}


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
    hatches = [*tint.hatches, *[0.0] * (len(tint.fills) - len(tint.hatches))]
    items = [
        {"label": label, "fill": fill, "count": f"{count:,}", "hatch": apart}
        for label, fill, count, apart in zip(tint.labels, tint.fills, counts, hatches, strict=True)
    ]
    return {"title": tint.title, "items": items, "rule": tint.rule + (PRINTED if any(tint.hatches) else "")}


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
