"""Small files of tiles, good ones and bad ones, made on the spot."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write

from geodata.datum.mercator import degrees_to_web

Tiles = Mapping[tuple[int, int, int], bytes]
BOUNDS = (113.5, 22.7, 113.8, 22.9)
SIDE = 2 * np.pi * 6378137.0


def png(colour: tuple[int, int, int], *, noise: int = 0) -> bytes:
    """Give a PNG of one colour, or of noise that does not pack (256 pixels wide)."""
    image = Image.new("RGB", (256, 256), colour)
    if noise:
        image = Image.fromarray(np.random.default_rng(noise).integers(0, 255, (256, 256, 3), dtype=np.uint8))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def over(bounds: tuple[float, float, float, float], zoom: int) -> Iterator[tuple[int, int, int]]:
    """Give the tiles of a zoom that touch bounds."""
    west, south, east, north = bounds
    x, y = degrees_to_web(np.array([west, east]), np.array([south, north]))
    columns = ((x / SIDE + 0.5) * 2**zoom).astype(int)
    rows = ((0.5 - y / SIDE) * 2**zoom).astype(int)
    for column in range(columns[0], columns[1] + 1):
        for row in range(rows[1], rows[0] + 1):
            yield zoom, column, row


def pmtiles(path: Path, tiles: Tiles, *, kind: TileType = TileType.PNG, metadata: Any = None, **header: Any) -> Path:
    """Write tiles as PMTiles."""
    zooms = [z for z, _, _ in tiles]
    west, south, east, north = BOUNDS
    packing = Compression.GZIP if kind is TileType.MVT else Compression.NONE
    said = {
        **{"tile_type": kind, "tile_compression": packing, "min_zoom": min(zooms), "max_zoom": max(zooms)},
        **{"min_lon_e7": int(west * 1e7), "min_lat_e7": int(south * 1e7)},
        **{"max_lon_e7": int(east * 1e7), "max_lat_e7": int(north * 1e7)},
    }
    with write(str(path)) as file:
        for place in sorted(tiles, key=lambda place: zxy_to_tileid(*place)):
            file.write_tile(zxy_to_tileid(*place), tiles[place])
        file.finalize({**said, **header}, metadata or {"name": "镇域影像", "attribution": '<a href="x">某局</a>'})
    return path


def mbtiles(path: Path, tiles: Tiles, *, form: str = "png", script: str = "") -> Path:
    """Write tiles as MBTiles, and run a script on the file."""
    with sqlite3.connect(path) as store:
        store.executescript(
            "CREATE TABLE metadata (name text, value text);"
            "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);"
            "CREATE UNIQUE INDEX place ON tiles (zoom_level, tile_column, tile_row);"
        )
        said = {"name": "镇域影像", "format": form, "bounds": ",".join(map(str, BOUNDS)), "attribution": "某局"}
        store.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
        rows = [(z, x, (1 << z) - 1 - y, tile) for (z, x, y), tile in tiles.items()]
        store.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        store.executescript(script)
    store.close()
    return path
