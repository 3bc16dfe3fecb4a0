"""Map tiles in one file: PMTiles and MBTiles, read tile by tile and never trusted."""

from __future__ import annotations

from pathlib import Path

from geodata.tiles.kinds import MEDIA, Kind, TileFile, TileFileProblem, TileInfo
from geodata.tiles.mbtiles import MBTiles
from geodata.tiles.pmtiles import PMTilesFile

SUFFIXES = (".pmtiles", ".mbtiles")


def open_tiles(path: Path) -> TileFile:
    """Open a file of tiles, by what its first bytes say it is.

    Raises TileFileProblem for a file that is missing, of another kind, damaged, or holds no tile that can be shown.
    """
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise TileFileProblem(f"底图文件 {path} 打不开（{error.strerror}）。请检查路径。") from error
    if start.startswith(b"PMTiles"):
        return PMTilesFile(path)
    if start.startswith(b"SQLite format 3\0"):
        return MBTiles(path)
    raise TileFileProblem(f"底图文件 {path} 不是 PMTiles 或 MBTiles。请用 .pmtiles 或 .mbtiles 文件。")


__all__ = ["MEDIA", "SUFFIXES", "Kind", "TileFile", "TileFileProblem", "TileInfo", "open_tiles"]
