"""MBTiles 1.3 (github.com/mapbox/mbtiles-spec): an SQLite file with the tables `metadata` and `tiles`.

Opened read-only, with limits: views of a hostile file may ask for anything, so each question is stopped after half a
second or so of SQLite's work, no value may be larger than a tile, and nothing that a schema names may be run.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from threading import Lock
from typing import Any

from geodata.tiles.kinds import (
    MAX_TILE_BYTES,
    Bounds,
    Kind,
    TileFileProblem,
    TileInfo,
    checked_bounds,
    checked_zooms,
    exists,
    kind_of,
    layers_of,
    plain,
)

KINDS: dict[str, Kind] = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "webp": "webp", "pbf": "mvt"}
MOST_STEPS = 5_000_000
STEPS = 50_000
"""So many of SQLite's steps a question may take, and after so many we are asked."""
MOST_ROWS = 1_000


class MBTiles:
    """An open MBTiles file. Raises TileFileProblem when it is damaged or of a kind that can't be shown."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, Lock()
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._open = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
        self._open.text_factory = lambda text: text.decode("utf-8", "replace")
        self._open.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TILE_BYTES)
        self._left = 0
        self._open.set_progress_handler(self._too_long, STEPS)
        try:
            self._ask("PRAGMA trusted_schema = OFF")
            self.info = self._info()
        except TileFileProblem:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._open.close()

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Give a tile, rows counted from the north; None where the file has none, or none of its kind."""
        if not exists(z, x, y):
            return None
        place = (z, x, (1 << z) - 1 - y)
        question = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? LIMIT 1"
        rows = self._ask(question, place)
        tile = rows[0][0] if rows else None
        return tile if isinstance(tile, bytes) and kind_of(tile) == self.info.kind else None

    def _info(self) -> TileInfo:
        rows = self._ask(f"SELECT name, value FROM metadata LIMIT {MOST_ROWS}")  # noqa: S608 # a number of ours
        said = {name: value for name, value in rows if isinstance(name, str)}
        sample = self._ask("SELECT zoom_level, tile_data FROM tiles LIMIT 1")
        if not sample or not isinstance(sample[0][1], bytes):
            raise self._damaged("里面没有瓦片")
        kind = KINDS.get(str(said.get("format", "")).lower()) or kind_of(sample[0][1])
        if kind is None or kind_of(sample[0][1]) != kind:
            raise self._damaged("瓦片既不是 PNG、JPEG、WebP 图片，也不是 gzip 压缩的矢量瓦片")
        # each on its own, so that each is a look into the index
        first, last = self._ask("SELECT (SELECT min(zoom_level) FROM tiles), (SELECT max(zoom_level) FROM tiles)")[0]
        if not isinstance(first, int) or not isinstance(last, int):
            raise self._damaged("缩放级别不是整数")
        zooms = checked_zooms(first, last, f"底图文件 {self._path} ")
        name, attribution = plain(said.get("name")), plain(said.get("attribution"))
        bounds, layers = _bounds(said.get("bounds")), layers_of(_json(said.get("json")))
        return TileInfo(kind, zooms, bounds, name, attribution, layers)

    def _ask(self, question: str, values: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                self._left = MOST_STEPS // STEPS
                return self._open.execute(question, values).fetchall()
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise self._damaged("查一块瓦片太久，可能没有索引") from error
            raise self._damaged("没有 metadata、tiles 两张表，或读不出来") from error
        # SQLite's own messages may quote the damaged schema, which Python then fails to decode
        except (sqlite3.DatabaseError, OverflowError, UnicodeDecodeError) as error:
            raise self._damaged("数据库读不出来") from error

    def _too_long(self) -> bool:
        """Count from the start of each question; SQLite's own count runs on over all uses of a cached statement."""
        self._left -= 1
        return self._left < 0

    def _damaged(self, how: str) -> TileFileProblem:
        return TileFileProblem(f"底图文件 {self._path} 坏了或不能用：{how}。请重新下载或换一个文件。")


def _json(text: object) -> object:
    """Read the layers of vector tiles; nothing for what is no JSON."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _bounds(text: object) -> Bounds | None:
    """Read `west,south,east,north`; None for anything else."""
    try:
        west, south, east, north = (float(part) for part in str(text).split(","))
    except ValueError:
        return None
    return checked_bounds(west, south, east, north)
