"""What files of tiles have in common: kinds of tiles, what a file says of itself, limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from types import MappingProxyType
from typing import Literal, Protocol

from geodata.errors import WanggeError

Kind = Literal["png", "jpeg", "webp", "mvt"]
MEDIA: Mapping[Kind, str] = MappingProxyType(
    {
        "png": "image/png",
        "jpeg": "image/jpeg",
        "webp": "image/webp",
        "mvt": "application/vnd.mapbox-vector-tile",
    }
)
MAX_TILE_BYTES = 4 * 1024 * 1024
MAX_TEXT_BYTES = 1024 * 1024
MAX_ZOOM = 24
Bounds = tuple[float, float, float, float]


class TileFileProblem(WanggeError):
    """The file of tiles can't be used."""


@dataclass(frozen=True)
class TileInfo:
    """What a file of tiles says of itself.

    Attributes
    ----------
    kind
        Of its tiles; vector tiles are packed with gzip.
    zooms
        The first and the last zoom.
    bounds
        West, south, east, north (degrees of whatever datum it is drawn in); None where it does not say.
    name, attribution
        As text, without markup.
    layers
        Of vector tiles: the names of their layers.
    """

    kind: Kind
    zooms: tuple[int, int]
    bounds: Bounds | None
    name: str = ""
    attribution: str = ""
    layers: frozenset[str] = frozenset()


class TileFile(Protocol):
    """A file of tiles; may be asked from several threads."""

    info: TileInfo

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Give a tile, rows counted from the north; None where the file has none."""

    def close(self) -> None:
        """Close the file."""


def kind_of(tile: bytes) -> Kind | None:
    """Say what a tile is by its first bytes; None for what is not served."""
    if tile.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if tile.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if tile[:4] == b"RIFF" and tile[8:12] == b"WEBP":
        return "webp"
    return "mvt" if tile.startswith(b"\x1f\x8b") else None


def exists(z: int, x: int, y: int) -> bool:
    """Say whether there can be such a tile."""
    return 0 <= z <= MAX_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z


def checked_zooms(first: int, last: int, where: str) -> tuple[int, int]:
    """Refuse zooms that are none."""
    if not 0 <= first <= last <= MAX_ZOOM:
        raise TileFileProblem(f"{where}的缩放级别不对（{first}–{last}）。请换一个文件。")
    return first, last


def checked_bounds(west: float, south: float, east: float, north: float) -> Bounds | None:
    """Give bounds that can be; None for others, which only means that more is asked for than there is."""
    fine = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if fine else None


def layers_of(said: object) -> frozenset[str]:
    """Give the names of the layers that the metadata of vector tiles lists (`vector_layers`)."""
    rows = said.get("vector_layers") if isinstance(said, dict) else None
    listed = rows if isinstance(rows, list) else []
    return frozenset(str(row["id"]) for row in listed if isinstance(row, dict) and "id" in row)


def plain(text: object) -> str:
    """Give a text of the file's metadata without the markup that such files carry, at most 200 characters."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())[:200] if isinstance(text, str) else ""
