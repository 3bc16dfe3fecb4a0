"""PMTiles version 3 (github.com/protomaps/PMTiles, `spec/v3`): one file, a directory of tiles in the order of a curve.

Header and directories are read by the `pmtiles` package, which unpacks a directory whatever its size and reads numbers
of any length; so a directory is measured here before it is handed over.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from geodata.tiles.kinds import (
    MAX_TEXT_BYTES,
    MAX_TILE_BYTES,
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

HEADER_BYTES = 127
MAX_DIRECTORY_BYTES = 1024 * 1024
"""Packed; 4 times as much unpacked. The specification keeps a root under 16 KiB, writers a leaf under 100 KiB."""
DEPTH = 4
KINDS: dict[TileType, Kind] = {
    TileType.MVT: "mvt",
    TileType.PNG: "png",
    TileType.JPEG: "jpeg",
    TileType.WEBP: "webp",
}
LONG_NUMBER = re.compile(rb"[\x80-\xff]{10}")
"""A number of more than 70 bits, which no directory holds."""


class PMTilesFile:
    """An open PMTiles file. Raises TileFileProblem when it is damaged or of a kind that can't be shown."""

    def __init__(self, path: Path) -> None:
        self._path, self._file, self._lock = path, path.open("rb"), Lock()
        self._size = path.stat().st_size
        try:
            self._header: dict[str, Any] = dict(deserialize_header(self._read(0, HEADER_BYTES)))
            self.info = self._info()
            self._directory = lru_cache(maxsize=256)(self._read_directory)
            self._check_first_tile()
        except (MagicNumberNotFound, SpecVersionUnsupported, UnicodeDecodeError, IndexError) as error:
            self.close()
            raise self._damaged("文件头读不懂，只支持第 3 版") from error
        except ValueError as error:  # a word of compression or of the tiles' kind that the specification lacks
            self.close()
            raise self._damaged("文件头里的种类读不懂") from error
        except TileFileProblem:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Give a tile, rows counted from the north; None where the file has none, or none of its kind."""
        if not exists(z, x, y):
            return None
        entry = self._find(zxy_to_tileid(z, x, y))
        if entry is None:
            return None
        tile = self._read(self._header["tile_data_offset"] + entry.offset, entry.length, MAX_TILE_BYTES)
        return self._of_kind(tile)

    def _of_kind(self, tile: bytes) -> bytes | None:
        if self.info.kind == "mvt" and self._header["tile_compression"] is Compression.NONE:
            return gzip.compress(tile, mtime=0)
        return tile if kind_of(tile) == self.info.kind else None

    def _find(self, tile_id: int) -> Entry | None:
        offset, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(DEPTH):
            entry = find_tile(self._directory(offset, length), tile_id)
            if entry is None or entry.run_length:
                return entry
            offset, length = self._header["leaf_directory_offset"] + entry.offset, entry.length
        raise self._damaged("目录套得太深")

    def _read_directory(self, offset: int, length: int) -> list[Entry]:
        packed = self._read(offset, length, MAX_DIRECTORY_BYTES)
        raw = self._unpacked(packed, 4 * MAX_DIRECTORY_BYTES)
        if LONG_NUMBER.search(raw):
            raise self._damaged("目录读不懂")
        try:
            return deserialize_directory(packed)
        except (EOFError, IndexError) as error:
            raise self._damaged("目录不完整") from error

    def _info(self) -> TileInfo:
        header = self._header
        kind = KINDS.get(header["tile_type"])
        if kind is None:
            raise self._damaged("瓦片既不是 PNG、JPEG、WebP 图片，也不是矢量瓦片")
        if header["internal_compression"] is not Compression.GZIP:
            raise self._damaged("目录不是用 gzip 压缩的，读不了")
        packings = (Compression.GZIP, Compression.NONE) if kind == "mvt" else (Compression.NONE, Compression.UNKNOWN)
        if header["tile_compression"] not in packings:
            raise self._damaged("瓦片的压缩方式读不了")
        packed = self._read(header["metadata_offset"], header["metadata_length"], MAX_TEXT_BYTES)
        try:
            said = json.loads(self._unpacked(packed, MAX_TEXT_BYTES) or b"{}")
        except (ValueError, RecursionError) as error:
            raise self._damaged("说明读不懂") from error
        if not isinstance(said, dict):
            raise self._damaged("说明读不懂")
        corners = (header[name] / 1e7 for name in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7"))
        zooms = checked_zooms(header["min_zoom"], header["max_zoom"], f"底图文件 {self._path} ")
        attribution = plain(said.get("attribution"))
        return TileInfo(kind, zooms, checked_bounds(*corners), plain(said.get("name")), attribution, layers_of(said))

    def _check_first_tile(self) -> None:
        """Follow the directory to its first tile, which must be what the header says."""
        header = self._header
        offset, length = header["root_offset"], header["root_length"]
        for _ in range(DEPTH):
            entries = self._directory(offset, length)
            if not entries:
                raise self._damaged("里面没有瓦片")
            if entries[0].run_length:
                tile = self._read(header["tile_data_offset"] + entries[0].offset, entries[0].length, MAX_TILE_BYTES)
                if self._of_kind(tile) is None:
                    raise self._damaged(f"瓦片不是 {self.info.kind}")
                return
            offset, length = header["leaf_directory_offset"] + entries[0].offset, entries[0].length
        raise self._damaged("目录套得太深")

    def _read(self, offset: int, length: int, limit: int = HEADER_BYTES) -> bytes:
        """Read bytes that must be there."""
        if length > limit or offset + length > self._size:
            raise self._damaged("有的部分在文件以外，或大得不像真的")
        with self._lock:
            self._file.seek(offset)
            found = self._file.read(length)
        if len(found) < length:
            raise self._damaged("读到一半文件就完了")
        return found

    def _unpacked(self, packed: bytes, limit: int) -> bytes:
        """Unpack gzip, refusing more than `limit` bytes."""
        unpacker = zlib.decompressobj(wbits=31)
        try:
            raw = unpacker.decompress(packed, limit + 1)
        except zlib.error as error:
            raise self._damaged("目录解不开") from error
        if len(raw) > limit or (packed and not unpacker.eof) or unpacker.unused_data:
            raise self._damaged("目录解不开，或大得不像真的")
        return raw

    def _damaged(self, how: str) -> TileFileProblem:
        return TileFileProblem(f"底图文件 {self._path} 坏了或不能用：{how}。请重新下载或换一个文件。")
