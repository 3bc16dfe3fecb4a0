"""Tiles of a file put into a map that is saved as one page: as deep as a limit of bytes lets them go."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import numpy as np

from coverage.density import Bounds
from geodata.datum import from_wgs84
from geodata.datum.mercator import degrees_to_web
from geodata.tiles import MEDIA, TileFile
from maps.backgrounds import Background, TilesProblem

MB = 1_000_000
WIDEST = 2
"""The first zoom put in is the deepest at which the town is at most so many tiles wide and high: one screen."""
_SIDE = 2 * np.pi * 6378137.0


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
    inside: dict[str, str] = {}
    size, deepest = 0, None
    for zoom in range(start, last + 1):
        level = dict(_level(file, zoom, corners, MB * megabytes - size))
        added = sum(len(name) + len(picture) + 6 for name, picture in level.items())
        if size + added > MB * megabytes:
            break
        inside |= level
        size, deepest = size + added, zoom
    if deepest is None:
        raise TilesProblem(f"底图“{background.name}”第 {start} 级就超过 {megabytes} MB。请把 --background-mb 调大。")
    if not inside:
        raise TilesProblem(f"底图“{background.name}”里没有本镇的瓦片。请换一个盖住本镇的文件。")
    said = f"底图“{background.name}”装入第 {start}–{deepest} 级，{size / MB:.1f} MB"
    said += (
        f"；第 {deepest + 1}–{last} 级装不下（上限 {megabytes} MB），放大时用第 {deepest} 级的图。"
        if deepest < last
        else "。"
    )
    return background.holding(inside, (start, deepest)), said


def _first_zoom(corners: tuple[np.ndarray, np.ndarray]) -> int:
    x, y = degrees_to_web(*corners)
    wide = max(float(x[1] - x[0]), float(y[1] - y[0]), 1.0)
    return max(0, int(np.floor(np.log2(WIDEST * _SIDE / wide))))


def _level(file: TileFile, zoom: int, corners: tuple[np.ndarray, np.ndarray], room: int) -> Iterator[tuple[str, str]]:
    """Give the tiles of a zoom as `z/x/y` and data URI, until one does not fit."""
    x, y = degrees_to_web(*corners)
    count = 1 << zoom
    columns = np.clip(np.floor((x / _SIDE + 0.5) * count), 0, count - 1).astype(int)
    rows = np.clip(np.floor((0.5 - y / _SIDE) * count), 0, count - 1).astype(int)
    start = f"data:{MEDIA[file.info.kind]};base64,"
    for column in range(columns[0], columns[1] + 1):
        for row in range(rows[1], rows[0] + 1):
            if room < 0:
                return
            tile = file.tile(zoom, column, row)
            if tile is not None:
                picture = start + b64encode(tile).decode()
                room -= len(picture)
                yield f"{zoom}/{column}/{row}", picture
