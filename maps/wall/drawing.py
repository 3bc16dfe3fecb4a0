"""The drawing of a map on paper: grounds, borders and dots as vectors, without any text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import shapely

from geodata.model import Level
from maps.layers import of_level, shapes_of
from maps.shapes import Geometries, simplify_areas
from maps.wall import svg
from maps.wall.content import Dots, Floats, Wall
from maps.wall.hatching import hatch_drawn
from maps.wall.numbers import Numbered, numbers_drawn
from maps.wall.plane import Plane
from maps.wall.ways import ways_drawn

BORDERS: Mapping[Level, tuple[str, float]] = MappingProxyType(
    {Level.GRID: ("#8d8f8c", 0.11), Level.COMMUNITY: ("#4c5154", 0.3), Level.DISTRICT: ("#2c3033", 0.55)}
)
"""Colour and width (millimetres on A3) of the borders of each level, the finest first."""
OUTLINE = ("#1d2125", 0.85)
WATER, LAND, AROUND = "#b5d3e6", "#faf8f3", "#eef1f2"
ROADS = (("#cbc7bf", 0.13), ("#aaa59c", 0.32))
"""Colour and width of lanes and main roads."""

CROWDED = 90
"""Dots of a layer are drawn smaller once there are more than one on so many mm² of A3."""
SMALLEST = 0.42
"""Of their size at most; a dot of 0.5 mm still shows its colour."""


def drawn(wall: Wall, plane: Plane, k: float, numbers: Sequence[Numbered] = (), lines: str = "") -> list[str]:
    """Give the parts of the drawing, the lowest first; numbers where `maps.wall.numbers` put them.

    `lines` of squares or sheets stand above the ground, below what the map is about.
    """
    areas = {level: _areas(wall, plane, level) for level in (*BORDERS, *([wall.tint.level] if wall.tint else []))}
    outline = simplify_areas(plane.shapes(plane.sees(wall.backdrop.outline)), svg.FINEST)
    parts = [svg.filled(outline, LAND)]
    if wall.tint is not None:
        shapes = areas[wall.tint.level]
        parts += [svg.filled(shapes[wall.tint.classes == at], fill) for at, fill in enumerate(wall.tint.fills)]
        for at, apart in enumerate(wall.tint.hatches):
            parts.append(hatch_drawn(shapes[wall.tint.classes == at], (plane.width, plane.height), apart, k))
    if wall.bands is not None:
        land = shapely.union_all(outline[~shapely.is_missing(outline)])
        for shapes, fill in zip(wall.bands.shapes, wall.bands.fills, strict=True):
            band = _clipped(plane.shapes(shapes), plane)
            # as on screen: what is smoothed over the town's border says nothing of the ground there
            parts.append(svg.filled(band if land.is_empty else shapely.intersection(band, land), fill))
    water = shapely.make_valid(plane.shapes(_there(plane.sees(wall.backdrop.water))))
    parts.append(svg.filled(_clipped(water, plane), WATER))
    for roads, (colour, width) in zip((wall.backdrop.roads, wall.backdrop.main_roads), ROADS, strict=True):
        parts.append(svg.lines(_clipped(plane.shapes(plane.sees(roads)), plane), colour, width * k))
    parts += [svg.outlined(areas[level], colour, width * k) for level, (colour, width) in BORDERS.items()]
    parts += [svg.outlined(outline, OUTLINE[0], OUTLINE[1] * k), lines]
    parts += ways_drawn(wall.ways, plane, k)
    for dots in wall.dots:
        parts += _dots(dots, plane, k)
    return parts + numbers_drawn(numbers, k)


def _areas(wall: Wall, plane: Plane, level: Level) -> Geometries:
    """Give the areas of a level on paper; one without a polygon, or beside the map, is None."""
    return simplify_areas(plane.shapes(plane.sees(shapes_of(of_level(wall.areas, level)))), svg.FINEST)


def _clipped(geometries: Geometries, plane: Plane) -> Geometries:
    """Give what of lines and polygons lies on the map, without bends that can't be seen."""
    simple = shapely.simplify(_there(geometries), svg.FINEST)
    kept: Geometries = np.asarray(shapely.clip_by_rect(simple, 0, 0, plane.width, plane.height), dtype=object)
    return kept


def _there(geometries: Geometries) -> Geometries:
    kept: Geometries = geometries[~shapely.is_missing(geometries)]
    return kept


def _dots(dots: Dots, plane: Plane, k: float) -> list[str]:
    """Draw the dots with their outlines below; many are smaller."""
    spots = on_map(dots.spots, plane)
    if not len(spots):
        return []
    diameter = diameter_of(dots, len(spots), plane, k)
    rim = min(0.16 * k, 0.09 * diameter)
    return [
        svg.dots(spots, dots.style.outline, diameter + 2 * rim),
        svg.dots(spots, dots.style.fill, diameter),
    ]


def on_map(degrees: Floats, plane: Plane) -> Floats:
    """Give the (n, 2) millimetres of the positions that have one and lie on the map."""
    spots = plane.on_paper(degrees[~np.isnan(degrees).any(axis=1)])
    inside = ((spots >= 0) & (spots <= (plane.width, plane.height))).all(axis=1)
    return spots[inside]


def diameter_of(dots: Dots, many: int, plane: Plane, k: float) -> float:
    """Give the diameter (millimetres) of dots of which there are so many on the map.

    On a large sheet they grow less than texts: it is there to tell more of them apart.
    """
    grown = min(k, math.sqrt(k))
    room = plane.width * plane.height / grown**2 / many
    return dots.diameter * grown * min(1.0, max(SMALLEST, math.sqrt(room / CROWDED)))
