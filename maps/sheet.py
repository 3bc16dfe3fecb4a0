"""A map on paper (挂图): one sheet from A4 to A0 with title, legend, table, scale bar, north arrow, date and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from coverage.density import Bounds
from geodata.model import Level, Town
from maps import svg
from maps.backdrop import Backdrop
from maps.colours import PlaceStyle
from maps.labels import Box, placed
from maps.layers import of_level, shapes_of
from maps.plane import Plane, round_length
from maps.shapes import Geometries, simplify_areas
from maps.tables import paper

Floats = npt.NDArray[np.float64]

PAPERS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189)}
)
"""Short and long side in millimetres (ISO 216)."""

BORDERS: Mapping[Level, tuple[str, float]] = MappingProxyType(
    {Level.GRID: ("#8d8f8c", 0.11), Level.COMMUNITY: ("#4c5154", 0.3), Level.DISTRICT: ("#2c3033", 0.55)}
)
"""Colour and width (millimetres on A3) of the borders of each level, the finest first."""
OUTLINE = ("#1d2125", 0.85)
WATER, LAND, AROUND = "#b5d3e6", "#faf8f3", "#eef1f2"
ROADS = (("#cbc7bf", 0.13), ("#aaa59c", 0.32))
"""Colour and width of lanes and main roads."""

CROWDED = 50
"""Dots of a layer are drawn smaller once there are more than one on so many mm² of A3."""
SMALLEST = 0.42
"""Of their size at most; a dot of 0.5 mm still shows its colour."""


@dataclass(frozen=True)
class Dots:
    """Places of one kind: how they look, and their positions (n, 2) in degrees, NaN where there is none."""

    style: PlaceStyle
    diameter: float
    spots: Floats


@dataclass(frozen=True)
class Tint:
    """Areas filled by class: class of each area of a level (position in `fills`), in the order of their codes."""

    level: Level
    classes: npt.NDArray[np.int64]
    fills: Sequence[str]
    labels: Sequence[str]
    title: str
    rule: str


@dataclass(frozen=True)
class Wall:
    """What stands on a sheet.

    Attributes
    ----------
    subject, town, as_of, source
        What it shows, after the town's name; of which day; where the figures come from.
    bounds
        What the map shows (degrees); None when nothing has a position.
    areas, backdrop
        The town's areas (EPSG:4326, root first) and its ground.
    tint, dots
        Fills below, dots above, the last ones on top.
    header, rows
        A table beside the map: words of the columns, and a row an area.
    notes
        What the map does not show, and why.
    """

    subject: str
    town: Town
    as_of: date
    source: str
    bounds: Bounds | None
    areas: gpd.GeoDataFrame
    backdrop: Backdrop
    tint: Tint | None = None
    dots: Sequence[Dots] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = field(default_factory=list)

    def pdf(self, made: datetime, size: str = "A3") -> bytes:
        """Give the sheet as a PDF of vectors.

        Parameters
        ----------
        made
            The moment it is made, in the town's time: printed as a day, kept in the file's properties.
        size
            One of `PAPERS`.
        """
        data, drawing = _composed(self, made, size)
        return paper.pdf("wall", data, made, {"map.svg": drawing})

    def png(self, made: datetime, size: str = "A3", ppi: float = paper.PPI) -> bytes:
        """Give the sheet as a picture; else as `pdf`."""
        data, drawing = _composed(self, made, size)
        return paper.png("wall", data, made, {"map.svg": drawing}, ppi)


@dataclass(frozen=True)
class Layout:
    """Where things stand on a sheet (millimetres from its upper left corner): left, top, width, height.

    Attributes
    ----------
    k
        Texts, lines and dots are so many times as large as on A3: less than the paper grows, so that a larger sheet
        also shows more.
    """

    width: float
    height: float
    k: float
    map: Box
    panel: Box

    @classmethod
    def of(cls, size: str, *, landscape: bool) -> Layout:
        """Lay out a sheet: title above, the panel to the right of the map, below it where the paper stands upright."""
        short, long = PAPERS[size]
        wide, high = (long, short) if landscape else (short, long)
        k = (long / 420) ** 0.8
        edge, gap, title, side = 9 * k, 4 * k, 17 * k, 70 * k
        right, bottom = (side + gap, 0.0) if landscape else (0.0, 86 * k + gap)
        top = edge + title
        chart = (edge, top, wide - 2 * edge - right, high - top - edge - bottom)
        if landscape:
            panel = (wide - edge - side, top, side, chart[3])
        else:
            panel = (edge, top + chart[3] + gap, chart[2], 86 * k)
        return cls(wide, high, k, chart, panel)

    def plane(self, bounds: Bounds) -> Plane:
        """Give the plane of the map."""
        return Plane(bounds, self.map[2], self.map[3], 6 * self.k)


def _composed(wall: Wall, made: datetime, size: str) -> tuple[dict[str, Any], bytes]:
    """Give what the template reads, and the drawing: the way of the paper that gives the larger scale."""
    layouts = [Layout.of(size, landscape=landscape) for landscape in (True, False)]
    if wall.bounds is None:
        return _data(wall, made, layouts[0], None), svg.document(layouts[0].map[2], layouts[0].map[3], [])
    planes = [layout.plane(wall.bounds) for layout in layouts]
    best = min((0, 1), key=lambda at: planes[at].denominator)
    layout, plane = layouts[best], planes[best]
    drawing = svg.document(plane.width, plane.height, drawn(wall, plane, layout.k))
    return _data(wall, made, layout, plane), drawing


def drawn(wall: Wall, plane: Plane, k: float) -> list[str]:
    """Give the parts of the drawing, the lowest first."""
    areas = {level: _areas(wall, plane, level) for level in (*BORDERS, *([wall.tint.level] if wall.tint else []))}
    outline = simplify_areas(plane.shapes(wall.backdrop.outline), svg.FINEST)
    parts = [svg.filled(outline, LAND)]
    if wall.tint is not None:
        shapes = areas[wall.tint.level]
        parts += [svg.filled(shapes[wall.tint.classes == at], fill) for at, fill in enumerate(wall.tint.fills)]
    parts.append(svg.filled(_clipped(shapely.make_valid(plane.shapes(wall.backdrop.water)), plane), WATER))
    for roads, (colour, width) in zip((wall.backdrop.roads, wall.backdrop.main_roads), ROADS, strict=True):
        parts.append(svg.lines(_clipped(plane.shapes(roads), plane), colour, width * k))
    parts += [svg.outlined(areas[level], colour, width * k) for level, (colour, width) in BORDERS.items()]
    parts.append(svg.outlined(outline, OUTLINE[0], OUTLINE[1] * k))
    for dots in wall.dots:
        parts += _dots(dots, plane, k)
    return parts


def _areas(wall: Wall, plane: Plane, level: Level) -> Geometries:
    """Give the areas of a level on paper; an area without a polygon is None."""
    return simplify_areas(plane.shapes(shapes_of(of_level(wall.areas, level))), svg.FINEST)


def _clipped(geometries: Geometries, plane: Plane) -> Geometries:
    """Give what of lines and polygons lies on the map, without bends that can't be seen."""
    simple = shapely.simplify(geometries[~shapely.is_missing(geometries)], svg.FINEST)
    kept: Geometries = np.asarray(shapely.clip_by_rect(simple, 0, 0, plane.width, plane.height), dtype=object)
    return kept


def _dots(dots: Dots, plane: Plane, k: float) -> list[str]:
    """Draw the dots with their outlines below; many are smaller."""
    spots = _on_map(dots.spots, plane)
    if not len(spots):
        return []
    diameter = _diameter(dots, len(spots), plane, k)
    rim = min(0.16 * k, 0.09 * diameter)
    return [
        svg.dots(spots, dots.style.outline, diameter + 2 * rim),
        svg.dots(spots, dots.style.fill, diameter),
    ]


def _on_map(degrees: Floats, plane: Plane) -> Floats:
    spots = plane.on_paper(degrees[~np.isnan(degrees).any(axis=1)])
    inside = ((spots >= 0) & (spots <= (plane.width, plane.height))).all(axis=1)
    return spots[inside]


def _diameter(dots: Dots, many: int, plane: Plane, k: float) -> float:
    room = plane.width * plane.height / k**2 / many
    return dots.diameter * k * min(1.0, max(SMALLEST, (room / CROWDED) ** 0.5))


def _data(wall: Wall, made: datetime, layout: Layout, plane: Plane | None) -> dict[str, Any]:
    """Give what the template reads: texts, and where they stand."""
    notes = list(wall.notes)
    labels, missing = _labels(wall, plane, layout.k) if plane else ([], 0)
    notes += [f"{missing:,} 个{_named(wall).chinese}的名称没有位置标注。"] if missing else []
    outside = sum(_outside(dots, plane) for dots in wall.dots) if plane else 0
    notes += [f"{outside:,} 处场所在图幅以外，未上图。"] if outside else []
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
        "header": wall.header,
        "rows": wall.rows,
        "notes": notes,
        "source": wall.source,
        "made": _day(made.date()),
        "nothing": "没有带坐标的数据，地图上没有可画的内容。" if plane is None else "",
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _named(wall: Wall) -> Level:
    """Give the level whose names stand on the map: communities, else the one that is tinted."""
    has = (wall.areas["level"] == str(Level.COMMUNITY)).any()
    return Level.COMMUNITY if has or wall.tint is None else wall.tint.level


def _label_size(k: float) -> float:
    return 2.9 * k


def _labels(wall: Wall, plane: Plane, k: float) -> tuple[list[dict[str, Any]], int]:
    """Give the names on the map, and how many found no room; arrow and scale bar keep their corners."""
    here = of_level(wall.areas, _named(wall))
    shapes = plane.shapes(shapes_of(here))
    edge = 1.5 * k
    sheet = (edge, edge, plane.width - edge, plane.height - edge)
    arrow = (plane.width - 16 * k, 0.0, plane.width, 22 * k)
    bar = (0.0, plane.height - 14 * k, plane.millimetres(_bar_metres(plane)) + 24 * k, plane.height)
    labels = placed(here["name"].tolist(), shapes, _label_size(k), sheet, (arrow, bar))
    missing = int((~shapely.is_missing(shapes)).sum()) - len(labels)
    return [{"text": label.text, "x": label.x, "y": label.y} for label in labels], missing


def _outside(dots: Dots, plane: Plane) -> int:
    return int((~np.isnan(dots.spots).any(axis=1)).sum()) - len(_on_map(dots.spots, plane))


def _bar_metres(plane: Plane) -> int:
    return round_length(plane.width / 4 * plane.denominator / 1000)


def _bar(plane: Plane) -> dict[str, Any]:
    """Give the scale bar: how long it is, its parts, and what stands at its ends."""
    metres = _bar_metres(plane)
    words = [f"{each / 1000:g}" if metres >= 1000 else f"{each:g}" for each in (0, metres / 2, metres)]
    return {"length": plane.millimetres(metres), "words": words, "unit": "千米" if metres >= 1000 else "米"}


def _dot_item(dots: Dots, plane: Plane | None, k: float) -> dict[str, Any]:
    many = len(_on_map(dots.spots, plane)) if plane else 0
    size = _diameter(dots, max(many, 1), plane, k) if plane else dots.diameter * k
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
    levels = [level for level in reversed(BORDERS) if not of_level(wall.areas, level).geometry.isna().all()]
    items = [
        {"label": f"{level.chinese}界", "colour": BORDERS[level][0], "width": BORDERS[level][1]} for level in levels
    ]
    ground = wall.backdrop
    if len(ground.main_roads) or len(ground.roads):
        items.append({"label": "道路", "colour": ROADS[1][0], "width": ROADS[1][1]})
    if len(ground.water):
        items.append({"label": "水面", "colour": WATER, "width": 2.6})
    return items
