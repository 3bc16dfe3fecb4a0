"""The roads of a town as maps draw them: by rank of their class, joined by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from maps.shapes import Frame, Geometries, steps_as_numbers

RANKS: tuple[tuple[str, ...], ...] = (
    ("motorway", "motorway_link", "trunk", "trunk_link", "高速公路", "高速", "快速路", "国道"),
    ("primary", "primary_link", "主干路", "主干道", "省道"),
    ("secondary", "secondary_link", "次干路", "次干道", "县道"),
    ("tertiary", "tertiary_link", "unclassified", "支路", "乡道"),
    ("residential", "living_street", "service", "巷道", "村道", "街巷"),
    ("footway", "path", "steps", "cycleway", "bridleway", "track", "步道", "小路"),
)
"""Words of `roads.class`, the widest first: OpenStreetMap's (wiki, "Key:highway") and those of Chinese ledgers."""
MAIN = 2
"""Ranks up to this one are main roads."""
UNKNOWN = 4
RANK_OF: Mapping[str, int] = MappingProxyType({word: rank for rank, words in enumerate(RANKS) for word in words})


@dataclass(frozen=True)
class Roads:
    """Lines (EPSG:4326) with the rank of each (position in `RANKS`) and its name, None where it has none."""

    lines: Geometries
    ranks: npt.NDArray[np.int64]
    names: npt.NDArray[np.object_]

    @classmethod
    def of(cls, lines: Geometries, classes: pd.Series, names: pd.Series) -> Roads:
        """Take columns of the ledger; a class of no known word counts as a lane."""
        ranks = np.asarray(classes.map(RANK_OF).fillna(UNKNOWN), dtype=np.int64)
        named = names.astype(object).where(names.notna() & (names != ""), None)
        return cls(lines, ranks, named.to_numpy(dtype=object))

    @classmethod
    def none(cls) -> Roads:
        """Give no roads."""
        return cls(np.empty(0, dtype=object), np.zeros(0, dtype=np.int64), np.empty(0, dtype=object))

    def main(self) -> npt.NDArray[np.bool_]:
        """Say which are main roads."""
        return np.asarray(self.ranks <= MAIN)

    def joined(self) -> Roads:
        """Give pieces of one name and rank that meet end to end as one line: fewer of them, and room for a name."""
        there = ~(shapely.is_missing(self.lines) | shapely.is_empty(self.lines))
        names = np.array([name or "" for name in self.names[there]], dtype=object)
        groups = pd.DataFrame({"rank": self.ranks[there], "name": names}).groupby(["rank", "name"]).ngroup().to_numpy()
        joined, which = [np.empty(0, dtype=object)], [np.zeros(0, dtype=np.int64)]
        for rows in np.split(np.argsort(groups, kind="stable"), np.cumsum(np.bincount(groups))[:-1]):
            pieces = shapely.get_parts(self.lines[there][rows])
            joined.append(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(pieces))))
            which.append(np.full(len(joined[-1]), rows[0] if len(rows) else 0, dtype=np.int64))
        first = np.concatenate(which)
        return Roads(np.concatenate(joined), self.ranks[there][first], self.names[there][first])

    def as_data(self, frame: Frame) -> dict[str, Any]:
        """Give lines and the position of their name (-1: none) by rank, and the names, for the page's script."""
        roads = self.joined()
        names: list[str] = sorted({name for name in roads.names if name is not None})
        at = {name: position for position, name in enumerate(names)}
        return {"roads": [roads._of_rank(rank, at, frame) for rank in range(len(RANKS))], "names": names}

    def _of_rank(self, rank: int, at: Mapping[str, int], frame: Frame) -> list[Sequence[Any]]:
        rows = self.ranks == rank
        lines = steps_as_numbers(shapely.simplify(self.lines[rows], frame.tolerance), frame)
        named = [at.get(name, -1) for name in self.names[rows]]
        kept = [(line, name) for line, name in zip(lines, named, strict=True) if len(line) > 2]
        return [[line for line, _ in kept], [name for _, name in kept]]
