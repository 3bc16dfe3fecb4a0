"""The index of an atlas: on which sheet each area, road and listed place is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.model import Level
from maps.layers import of_level, shapes_of
from maps.shapes import Geometries
from maps.wall.content import Wall, spots_of
from maps.wall.labels import middle_of
from maps.wall.names import by_name
from maps.wall.sheets import Sheets

MOST = 6
"""Sheets that are named for a road; of one on more, the first ones."""
LISTED = 200
"""Places that are named of a ranked list."""

Entry = tuple[str, list[str]]


def index_of(wall: Wall, sheets: Sheets) -> list[dict[str, Any]]:
    """Give the groups of the index: title, and entries of a name and its sheets with their pages."""
    pages = {name: sheets.page(at) for at, name in enumerate(sheets.names)}
    groups = [
        *((f"{level.chinese}", list(_areas(wall, level, sheets))) for level in (Level.DISTRICT, Level.COMMUNITY)),
        ("道路", list(_roads(wall, sheets))),
        (wall.roll.title if wall.roll else "", list(_roll(wall, sheets))),
        (Level.GRID.chinese, list(_areas(wall, Level.GRID, sheets))),
    ]
    return [
        {
            "title": title,
            "entries": [
                {"name": name, "sheets": [{"name": each, "page": pages[each]} for each in held]}
                for name, held in entries
            ],
        }
        for title, entries in groups
        if entries
    ]


def _areas(wall: Wall, level: Level, sheets: Sheets) -> Iterator[Entry]:
    """Give each area, in the order of codes, with the sheet of its middle."""
    here = of_level(wall.areas, level)
    shapes = sheets.overview.shapes(shapes_of(here))
    has = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    spots = np.array([middle_of(shape) for shape in shapes[has]]).reshape(-1, 2)
    for name, sheet in zip(here["name"][has], sheets.named(spots), strict=True):
        yield name, [sheet] if sheet else []


def _roads(wall: Wall, sheets: Sheets) -> Iterator[Entry]:
    """Give each named road, main roads first, with the sheets that it crosses."""
    ground = wall.backdrop
    for names, lines in ((ground.main_names, ground.main_roads), (ground.road_names, ground.roads)):
        known, roads = by_name(names, lines, sheets.overview)
        crossed = _crossed(roads, sheets)
        yield from ((name, crossed[at]) for at, name in enumerate(known))


def _crossed(roads: Geometries, sheets: Sheets) -> list[list[str]]:
    """Give the sheets of each road, at most `MOST`."""
    road, sheet = shapely.STRtree(sheets.boxes).query(roads, predicate="intersects")
    pairs = pd.DataFrame({"road": road, "sheet": sheet}).sort_values(["road", "sheet"])
    held = pairs.groupby("road")["sheet"].agg(list).to_dict()
    return [[sheets.names[each] for each in held.get(at, [])[:MOST]] for at in range(len(roads))]


def _roll(wall: Wall, sheets: Sheets) -> Iterator[Entry]:
    """Give the listed places that have a position, in their order."""
    if wall.roll is None:
        return
    rows = wall.roll.rows[:LISTED] if wall.roll.ranked else wall.roll.rows
    for each, sheet in zip(rows, sheets.named(sheets.overview.on_paper(spots_of(rows))), strict=True):
        if sheet:
            yield each.name, [sheet]
