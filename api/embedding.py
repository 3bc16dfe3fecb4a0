"""Tiles of a file put into a map that is saved as one page: as deep as a limit of bytes lets them go."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coverage.density import Bounds
from geodata.datum import from_wgs84
from geodata.datum.mercator import degrees_to_web
from geodata.tiles import MEDIA, TileFile
from maps.backgrounds import Background, TilesProblem

MB = 1_000_000
MOST_PLACES = 100_000
"""Places of a zoom that are looked up: a header may say zoom 24, which is a hundred million places in one town."""
WIDEST = 2
"""The first zoom put in is the deepest at which the town is at most so many tiles wide and high: one screen."""
_SIDE = 2 * np.pi * 6378137.0


@dataclass(frozen=True)
class _Held:
    """Tiles by `z/x/y`, the first and last zoom that gave some, the zoom at which it ended and why."""

    inside: dict[str, str]
    zooms: tuple[int, int]
    size: int
    at: int
    ended: Literal["last", "full", "many", "empty"]


def embedded(background: Background, file: TileFile, bounds: Bounds, megabytes: int) -> tuple[Background, str]:
    """Give the background with the town's tiles inside, zoom by zoom while they fit, and what is to be said of it.

    Parameters
    ----------
    bounds
        West, south, east, north of the town, WGS 84.
    megabytes
        Most bytes of text that the tiles may take, in millions.

    Raises TilesProblem for vector tiles, for a file that does not show the town, for a limit below its first zoom.
    """
    if background.vector:
        raise TilesProblem(
            f"底图“{background.name}”是矢量瓦片，装不进网页；请用图片瓦片的文件，或在 wangge serve 里用。"
        )
    west, south, east, north = bounds
    corners = from_wgs84(np.array([west, east]), np.array([south, north]), background.datum)
    first, last = file.info.zooms
    start = min(max(first, _first_zoom(corners)), last)
    held = _held(file, range(start, last + 1), corners, MB * megabytes)
    if not held.inside:
        refused = {
            "full": f"第 {held.at} 级就超过 {megabytes} MB。请把 --background-mb 调大。",
            "many": f"第 {held.at} 级起瓦片太多，更浅的级里没有本镇的瓦片。请换一个盖住本镇、有较浅级别的文件。",
        }
        raise TilesProblem(
            f"底图“{background.name}”" + refused.get(held.ended, "里没有本镇的瓦片。请换一个盖住本镇的文件。")
        )
    first, deepest = held.zooms
    ended = {
        "last": "。",
        "full": f"；第 {held.at}–{last} 级装不下（上限 {megabytes} MB），放大时用第 {deepest} 级的图。",
        "many": f"；第 {held.at}–{last} 级瓦片太多，没有装，放大时用第 {deepest} 级的图。",
        "empty": f"；第 {held.at} 级没有本镇的瓦片，放大时用第 {deepest} 级的图。",
    }
    said = f"底图“{background.name}”装入第 {first}–{deepest} 级，{held.size / MB:.1f} MB" + ended[held.ended]
    return background.holding(held.inside, held.zooms), said


def _held(file: TileFile, zooms: range, corners: tuple[np.ndarray, np.ndarray], room: int) -> _Held:
    """Take zoom after zoom, from the first that has a tile of the town until one has none or does not fit."""
    inside: dict[str, str] = {}
    found, size = (zooms[0], zooms[0]), 0
    for zoom in zooms:
        columns, rows = _places(zoom, corners)
        if len(columns) * len(rows) > MOST_PLACES:
            return _Held(inside, found, size, zoom, "many")
        level = dict(_level(file, zoom, columns, rows, room - size))
        added = sum(len(name) + len(picture) + 6 for name, picture in level.items())
        if size + added > room:
            return _Held(inside, found, size, zoom, "full")
        if inside and not level:
            return _Held(inside, found, size, zoom, "empty")
        found = (found[0] if inside else zoom, zoom)
        inside |= level
        size += added
    return _Held(inside, found, size, zooms[-1], "last")


def _first_zoom(corners: tuple[np.ndarray, np.ndarray]) -> int:
    x, y = degrees_to_web(*corners)
    wide = max(float(x[1] - x[0]), float(y[1] - y[0]), 1.0)
    return max(0, int(np.floor(np.log2(WIDEST * _SIDE / wide))))


def _places(zoom: int, corners: tuple[np.ndarray, np.ndarray]) -> tuple[range, range]:
    """Give the columns and rows of a zoom that the town touches."""
    x, y = degrees_to_web(*corners)
    count = 1 << zoom
    columns = np.clip(np.floor((x / _SIDE + 0.5) * count), 0, count - 1).astype(int)
    rows = np.clip(np.floor((0.5 - y / _SIDE) * count), 0, count - 1).astype(int)
    return range(columns[0], columns[1] + 1), range(rows[1], rows[0] + 1)


def _level(file: TileFile, zoom: int, columns: range, rows: range, room: int) -> Iterator[tuple[str, str]]:
    """Give the tiles of a zoom as `z/x/y` and data URI, until one does not fit."""
    start = f"data:{MEDIA[file.info.kind]};base64,"
    for column in columns:
        for row in rows:
            if room < 0:
                return
            tile = file.tile(zoom, column, row)
            if tile is not None:
                picture = start + b64encode(tile).decode()
                room -= len(picture)
                yield f"{zoom}/{column}/{row}", picture
