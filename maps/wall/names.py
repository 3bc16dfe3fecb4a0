"""All names on a paper map, each kind in its look, the most important first: what comes later goes around it.

Communities (with their figures), 片区, main roads, waters, grids, lanes. What found no room is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.model import Level
from maps.layers import of_level, shapes_of
from maps.shapes import Geometries
from maps.wall.along import Piece, written
from maps.wall.content import Wall
from maps.wall.drawing import on_map
from maps.wall.labels import LINE, NOWHERE, Floats, Label, placed, width
from maps.wall.plane import Plane
from maps.wall.room import Box, Room
from maps.wall.squares import STRIP, Squares

SIZES = {"area": 2.9, "district": 4.2, "road": 2.2, "water": 2.5, "grid": 2.0, "lane": 1.8}
"""Millimetres on A3 of the text of each kind of name."""
LEAST = 1.75
"""Millimetres of text of any name: 5 pt, the smallest that print is read in."""
EVERY = 150.0
"""Millimetres on A3 of a road for which there is one name."""
LANES_FROM = 15_000
"""Lanes are named on maps of 1 : this and larger."""
TIMES = 4.0
"""Grids are named where they are mostly so many times as large as their names: some alone would puzzle."""


@dataclass(frozen=True)
class Names:
    """The names on a map.

    Attributes
    ----------
    labels
        Look (a word of `SIZES`) and name, of areas and waters.
    roads
        Look and pieces of each road's name.
    missing
        Of each kind, in Chinese, how many names found no room.
    """

    labels: Sequence[tuple[str, Label]]
    roads: Sequence[tuple[str, Sequence[Piece]]]
    missing: dict[str, int]

    @property
    def boxes(self) -> list[Box]:
        """What all of them take."""
        pieces = [piece.box for _, pieces in self.roads for piece in pieces]
        return [label.box for _, label in self.labels] + pieces

    def as_data(self) -> dict[str, Any]:
        """Give them as the templates read them."""
        return {
            "labels": [
                {"text": label.text.split("\n"), "x": label.x, "y": label.y, "size": label.size, "look": look}
                for look, label in self.labels
            ],
            "letters": [
                {"text": each.text, "x": each.x, "y": each.y, "angle": each.angle, "size": each.size, "look": look}
                for look, pieces in self.roads
                for each in pieces
            ],
        }


def names_of(wall: Wall, plane: Plane, k: float, sheet: Box, taken: Sequence[Box]) -> Names:
    """Place the names of a map: none leaves the sheet, none touches what is taken, or another.

    The uppermost dots are covered only where nothing else is left.
    """
    room = Room(sheet, taken)
    above = on_map(wall.dots[-1].spots, plane) if wall.dots else NOWHERE
    size = {look: max(LEAST, each * k) for look, each in SIZES.items()}
    labels: list[tuple[str, Label]] = []
    roads: list[tuple[str, list[Piece]]] = []
    missing: dict[str, int] = {}

    def areas(look: str, level: Level, names: Sequence[str], **how: bool) -> list[Label]:
        shapes = _areas(wall.areas, level, plane)
        found = placed(names, shapes, size[look], room, above, **how)
        missing[level.chinese] = int((~shapely.is_missing(shapes)).sum()) - len(found)
        return found

    def along(look: str, names: Geometries, lines: Geometries, word: str) -> None:
        pieces, nowhere = written(*by_name(names, lines, plane), size[look], EVERY * k, room, above)
        roads.extend((look, each) for each in pieces)
        missing[word] = nowhere

    ground = wall.backdrop
    labels += [("area", each) for each in areas("area", wall.named, _with_figures(wall))]
    if wall.named is not Level.DISTRICT:
        names = of_level(wall.areas, Level.DISTRICT)["name"].tolist()
        labels += [("district", each) for each in areas("district", Level.DISTRICT, names, anywhere=True)]
    along("road", ground.main_names, ground.main_roads, "主要道路")
    labels += [("water", each) for each in _waters(wall, plane, size["water"], room, above)]
    if wall.named is not Level.GRID:
        labels += [("grid", each) for each in _grids(wall, plane, size["grid"], room, above, missing)]
    if plane.denominator <= LANES_FROM:
        along("lane", ground.road_names, ground.roads, "支路")
    return Names(labels, roads, {word: count for word, count in missing.items() if count})


def inside(plane: Plane, k: float, squares: Squares | None = None) -> Box:
    """Give the map without its edge, or the strips of its squares: what no text leaves."""
    edge = STRIP * k if squares else 1.5 * k
    return edge, edge, plane.width - edge, plane.height - edge


def _with_figures(wall: Wall) -> list[str]:
    names: list[str] = of_level(wall.areas, wall.named)["name"].tolist()
    if not wall.figures:
        return names
    return [f"{name}\n{figure}" for name, figure in zip(names, wall.figures, strict=True)]


def _areas(areas: gpd.GeoDataFrame, level: Level, plane: Plane) -> Geometries:
    """Give what of the areas of a level lies on the map (millimetres); None for those beside it."""
    return _clipped(plane.shapes(plane.sees(shapes_of(of_level(areas, level)))), plane)


def _grids(wall: Wall, plane: Plane, size: float, room: Room, above: Floats, missing: dict[str, int]) -> list[Label]:
    """Name grids inside their borders, by what stands behind the name of their community; all of them or none."""
    shapes = _areas(wall.areas, Level.GRID, plane)
    here = ~shapely.is_missing(shapes)
    many = int(here.sum())
    communities = of_level(wall.areas, wall.named)["name"].tolist()
    names = [short_name(name, communities) for name in of_level(wall.areas, Level.GRID)["name"]]
    texts = np.array([width(name) for name in names]) * LINE * size**2
    if not many or np.median(shapely.area(shapes[here]) / texts[here]) < TIMES:
        return []
    found = placed(names, shapes, size, room, above, within=True)
    missing[Level.GRID.chinese] = many - len(found)
    return found


def short_name(name: str, parents: Sequence[str]) -> str:
    """Give what of a name stands behind that of its parent, the whole name where it begins otherwise."""
    longest = max((len(parent) for parent in parents if name.startswith(parent)), default=0)
    return name[longest:].strip() or name


def _waters(wall: Wall, plane: Plane, size: float, room: Room, above: Floats) -> list[Label]:
    """Name waters that are as large on the map as their name."""
    ground = wall.backdrop
    named = ~pd.isna(ground.water_names)
    shapes = _clipped(shapely.make_valid(plane.shapes(plane.sees(ground.water[named]))), plane)
    names = [str(name) for name in ground.water_names[named]]
    large = shapely.area(shapes) > np.array([size**2 * len(name) for name in names])
    return placed([names[at] for at in np.flatnonzero(large)], shapes[large], size, room, above, anywhere=True)


def by_name(names: Geometries, lines: Geometries, plane: Plane) -> tuple[list[str], Geometries]:
    """Give each name once, in order, with all of its lines on the map as one geometry (millimetres)."""
    seen = plane.sees(lines)
    has = ~pd.isna(names) & ~shapely.is_missing(seen)
    on_paper = shapely.clip_by_rect(plane.shapes(seen[has]), 0, 0, plane.width, plane.height)
    parts, rows = shapely.get_parts(on_paper, return_index=True)
    straight = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    codes, known = pd.factorize(names[has][rows[straight]])
    order = np.argsort(codes, kind="stable")
    merged: Geometries = shapely.multilinestrings(parts[straight][order], indices=codes[order])
    return [str(name) for name in known], np.atleast_1d(merged)


def _clipped(shapes: Geometries, plane: Plane) -> Geometries:
    """Cut polygons at the edge of the map; None for what lies beside it."""
    kept: Geometries = np.asarray(shapely.clip_by_rect(shapes, 0, 0, plane.width, plane.height), dtype=object)
    kept[shapely.is_empty(kept)] = None
    return kept
