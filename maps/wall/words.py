"""The words of a map on paper: names, legend, table, scale bar, notes, as the template reads them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import shapely

from maps.layers import of_level, shapes_of
from maps.wall.content import Dots, Tint, Wall
from maps.wall.drawing import BORDERS, ROADS, WATER, diameter_of, on_map
from maps.wall.labels import placed
from maps.wall.layout import Layout
from maps.wall.plane import Plane, round_length


def data_of(wall: Wall, made: datetime, layout: Layout, plane: Plane | None) -> dict[str, Any]:
    """Give what the template reads: texts, and where they stand."""
    notes = list(wall.notes)
    labels, missing = _labels(wall, plane, layout.k) if plane else ([], 0)
    notes += [f"{missing:,} 个{wall.named.chinese}的名称没有位置标注。"] if missing else []
    outside = sum(_outside(dots, plane) for dots in wall.dots) if plane else 0
    notes += [f"{outside:,} 处场所在图幅以外，未上图。"] if outside else []
    roll = _roll(wall, plane, layout) if plane else []
    notes += [f"{wall.roll_title} {len(wall.roll):,} 处，名单见清单。"] if wall.roll and not roll else []
    return {
        "width": layout.width,
        "height": layout.height,
        "k": layout.k,
        "map": layout.map,
        "panel": layout.panel,
        "upright": layout.height > layout.width,
        "title": f"{wall.town.name}{wall.subject}",
        "as_of": _day(wall.as_of),
        "synthetic": wall.town.synthetic,
        "scale": f"{plane.denominator:,}".replace(",", " ") if plane else "",
        "bar": _bar(plane) if plane else None,
        "labels": labels,
        "label_size": _label_size(layout.k),
        "dots": [_dot_item(dots, plane, layout.k) for dots in reversed(wall.dots)],
        "areas": _tint_items(wall.tint),
        "lines": _line_items(wall),
        "roll": roll,
        "roll_title": wall.roll_title,
        "header": wall.header,
        "rows": wall.rows,
        "notes": notes,
        "source": wall.source,
        "made": _day(made.date()),
        "nothing": "没有带坐标的数据，地图上没有可画的内容。" if plane is None else "",
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _label_size(k: float) -> float:
    return 2.9 * k


def _labels(wall: Wall, plane: Plane, k: float) -> tuple[list[dict[str, Any]], int]:
    """Give the names on the map, and how many found no room.

    Arrow and scale bar keep their corners; the uppermost dots are covered only where nothing else is left.
    """
    here = of_level(wall.areas, wall.named)
    shapes = plane.shapes(shapes_of(here))
    edge = 1.5 * k
    sheet = (edge, edge, plane.width - edge, plane.height - edge)
    arrow = (plane.width - 16 * k, 0.0, plane.width, 22 * k)
    bar = (0.0, plane.height - 14 * k, plane.millimetres(_bar_metres(plane)) + 24 * k, plane.height)
    above = on_map(wall.dots[-1].spots, plane) if wall.dots else np.empty((0, 2))
    labels = placed(here["name"].tolist(), shapes, _label_size(k), sheet, (arrow, bar), above)
    missing = int((~shapely.is_missing(shapes)).sum()) - len(labels)
    return [{"text": label.text, "x": label.x, "y": label.y} for label in labels], missing


def _roll(wall: Wall, plane: Plane, layout: Layout) -> list[dict[str, Any]]:
    """Give the names of the roll with where their numbers stand; none at all when not all find room."""
    if len(wall.roll) > layout.roll_room(len(wall.rows)):
        return []
    spots = plane.on_paper(np.array([(each.lon, each.lat) for each in wall.roll], dtype=float).reshape(-1, 2))
    inside = np.isfinite(spots[:, 0]).tolist()
    return [
        {"name": each.name, "where": each.where, "at": spot.tolist() if there else None}
        for each, spot, there in zip(wall.roll, spots, inside, strict=True)
    ]


def _outside(dots: Dots, plane: Plane) -> int:
    return int((~np.isnan(dots.spots).any(axis=1)).sum()) - len(on_map(dots.spots, plane))


def _bar_metres(plane: Plane) -> int:
    return round_length(plane.width / 4 * plane.denominator / 1000)


def _bar(plane: Plane) -> dict[str, Any]:
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
