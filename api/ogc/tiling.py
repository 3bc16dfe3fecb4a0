"""What stands on a tile: each place or hazard from a near look, and from far how many of them there are in each cell.

Nothing is left out: a row with a position is counted on exactly one tile of a level, at most one cell of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from api.ogc.layers import Layer
from api.ogc.mvt import EXTENT, encode
from geodata.datum import from_wgs84
from geodata.model import RISKS

DEEPEST = 20
SINGLE_FROM = 15
"""From this level on each point stands alone; a tile of it is about 1 km wide."""
CELL = 32
"""Units of a tile (4096) that points are counted together in, from further away: 128 × 128 cells a tile."""
HALF = 20037508.342789244
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"places": ("id", "name", "industry", "risk", "status"), "hazards": ("id", "place_id", "level", "category")}
)
WORST: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {"places": ("risk", RISKS), "hazards": ("level", ("重大", "一般"))}
)
"""Layer → the property that a cell shows the worst of, and its words, worst first."""
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """The points of a layer on Web Mercator, as parts of the whole square: 0 to 1 from its west and its north."""

    x: Floats
    y: Floats
    ranks: Ints

    @classmethod
    def of(cls, layer: Layer) -> Plane:
        """Project a layer; NaN where the position is not known."""
        x, y = from_wgs84(shapely.get_x(layer.shapes), shapely.get_y(layer.shapes), "epsg:3857")
        column, words = WORST[layer.name]
        ranks = layer.rows[column].map({word: at for at, word in enumerate(words)}).fillna(len(words))
        return cls(0.5 + x / (2 * HALF), 0.5 - y / (2 * HALF), np.asarray(ranks, dtype=np.int64))


def tile(layer: Layer, plane: Plane, level: int, row: int, column: int) -> bytes:
    """Give a tile as MVT bytes; none where it is empty."""
    x, y = plane.x * 2**level - column, plane.y * 2**level - row
    at = np.flatnonzero((x >= 0) & (x < 1) & (y >= 0) & (y < 1))
    if not len(at):
        return b""
    across, down = (np.floor(values[at] * EXTENT).astype(np.int64) for values in (x, y))
    if level >= SINGLE_FROM:
        return encode(layer.name, across, down, _columns(layer, at))
    return _counted(layer, plane.ranks[at], across, down)


def _columns(layer: Layer, at: Ints) -> dict[str, list[Any]]:
    texts = {name: layer.rows[name].take(at).to_numpy(dtype=object) for name in COLUMNS[layer.name]}
    columns: dict[str, list[Any]] = {
        name: [value if isinstance(value, str) else None for value in column.tolist()] for name, column in texts.items()
    }
    if layer.name == "hazards":
        columns["closed"] = layer.rows["closed_at"].take(at).notna().tolist()
        columns["void"] = layer.rows["void"].take(at).tolist()
    return columns


def _counted(layer: Layer, ranks: Ints, x: Ints, y: Ints) -> bytes:
    """Count by cells; each is a point in its middle, with the worst word of those in it."""
    cells = EXTENT // CELL
    found, groups, counts = np.unique(y // CELL * cells + x // CELL, return_inverse=True, return_counts=True)
    worst = np.full(len(found), len(RISKS) + 1)
    np.minimum.at(worst, groups, ranks)
    column, words = WORST[layer.name]
    told = [words[rank] if rank < len(words) else None for rank in worst.tolist()]
    across, down = (part * CELL + CELL // 2 for part in (found % cells, found // cells))
    return encode(layer.name, across, down, {"count": counts.tolist(), column: told})
