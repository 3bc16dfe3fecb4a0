"""A part of a map on paper: what of its areas, dots, ways and lists lies on one sheet of an atlas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from coverage.density import Bounds
from geodata.model import Level
from grids.hierarchy import at_level
from maps.layers import of_level, shapes_of
from maps.shapes import Geometries
from maps.wall.content import Dots, Floats, Numbers, Roll, Wall, spots_of
from maps.wall.plane import Plane

Flags = npt.NDArray[np.bool_]


def part_of(wall: Wall, plane: Plane, bounds: Bounds) -> Wall:
    """Give what of a wall stands on a sheet: its counts are those of the sheet.

    Parameters
    ----------
    plane
        Of the sheet.
    bounds
        What the sheet is about (degrees).
    """
    seen = {level: _seen(wall, level, plane) for level in Level}
    here = np.zeros(len(wall.areas), dtype=bool)
    here[0] = True  # the root
    for level, flags in seen.items():
        here[at_level(wall.areas, level)] |= flags
    codes = set(wall.areas["code"][here])
    tint = wall.tint and replace(wall.tint, classes=wall.tint.classes[seen[wall.tint.level]])
    table = wall.table
    if table and table.codes:
        rows = [at for at, code in enumerate(table.codes) if code in codes]
        table = replace(table, rows=[table.rows[at] for at in rows], codes=[table.codes[at] for at in rows])
    return replace(
        wall,
        bounds=bounds,
        areas=wall.areas[here],
        tint=tint,
        ways=[replace(way, lines=_there(plane.sees(way.lines))) for way in wall.ways],
        dots=[_dots(each, plane) for each in wall.dots],
        numbers=wall.numbers and _numbers(wall.numbers, plane),
        figures=_only(wall.figures, seen[wall.named]) if wall.figures else (),
        table=table,
        roll=wall.roll and _roll(wall.roll, plane),
        notes=[f"图例中的数量只计本幅图内的{'，表中是整个区域的' if table else ''}。"],
    )


def on_sheet(spots: Floats, plane: Plane) -> Flags:
    """Say which of (n, 2) positions (degrees) lie on a sheet."""
    there = ~np.isnan(spots).any(axis=1)
    at = np.full((len(spots), 2), np.inf)
    at[there] = plane.on_paper(spots[there])
    low, high = at >= 0, at <= np.array([plane.width, plane.height])
    return np.asarray((low & high).all(axis=1), dtype=np.bool_)


def _seen(wall: Wall, level: Level, plane: Plane) -> Flags:
    here = shapes_of(of_level(wall.areas, level))
    return np.asarray(shapely.intersects(here, shapely.box(*plane.shown)), dtype=np.bool_)


def _there(lines: Geometries) -> Geometries:
    kept: Geometries = lines[~shapely.is_missing(lines)]
    return kept


def _dots(dots: Dots, plane: Plane) -> Dots:
    return replace(dots, spots=dots.spots[on_sheet(dots.spots, plane)])


def _numbers(numbers: Numbers, plane: Plane) -> Numbers:
    here = on_sheet(numbers.spots, plane)
    return replace(
        numbers, spots=numbers.spots[here], texts=_only(numbers.texts, here), fills=_only(numbers.fills, here)
    )


def _roll(roll: Roll, plane: Plane) -> Roll:
    here = on_sheet(spots_of(roll.rows), plane)
    return replace(roll, rows=[each for each, kept in zip(roll.rows, here.tolist(), strict=True) if kept])


def _only(words: Sequence[str], flags: Flags) -> list[str]:
    return [word for word, kept in zip(words, flags.tolist(), strict=True) if kept]
