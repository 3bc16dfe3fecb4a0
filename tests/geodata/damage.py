"""Made-up towns of which each parcel is known, and the damage that offices do to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata.shapes import make_valid

Shapes = npt.NDArray[np.object_]
Rng = np.random.Generator

SIDE = 3000.0
"""Metres of a town's side: 9 km², a small one."""


@dataclass(frozen=True)
class Damaged:
    """A whole town, and the same with damage that stays below the limit of 2 m."""

    whole: Shapes
    shapes: Shapes


def town(rng: Rng) -> Shapes:
    """Divide a square of 3 km into Voronoi cells or into a skewed grid of blocks, edge-matched, in metres."""
    if rng.random() < 0.5:
        points = shapely.multipoints(rng.uniform(0, SIDE, (int(rng.integers(4, 25)), 2)))
        cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=shapely.box(0, 0, SIDE, SIDE)))
        parts = shapely.intersection(cells, shapely.box(0, 0, SIDE, SIDE), grid_size=0.001)
        shapes = parts[shapely.area(parts) > 20_000]
        return _dense(shapes, rng)
    n = int(rng.integers(2, 6))
    xy = np.stack(np.meshgrid(np.linspace(0, SIDE, n + 1), np.linspace(0, SIDE, n + 1), indexing="ij"), axis=-1)
    xy = np.round(xy + rng.uniform(-60, 60, xy.shape), 3)
    corner = [(0, 0), (1, 0), (1, 1), (0, 1)]
    cells = [shapely.Polygon([xy[i + a, j + b] for a, b in corner]) for i in range(n) for j in range(n)]
    return _dense(np.array(cells, dtype=object), rng)


def _dense(shapes: Shapes, rng: Rng) -> Shapes:
    """Put nodes on long edges, the same for both neighbours."""
    return np.asarray(shapely.segmentize(shapely.normalize(shapes), float(rng.uniform(80, 400))), dtype=object)


def damaged(seed: int) -> Damaged:
    """Damage a town: nodes moved, dropped or doubled area by area, areas grown or shrunk, all by less than 0.9 m."""
    rng = np.random.default_rng(seed)
    whole = town(rng)
    shapes = [_spoiled(shape, rng) for shape in whole]
    order = rng.permutation(len(shapes))
    mended = [make_valid(shapely.multipolygons([shape]))[0] for shape in shapes]  # as an import does before
    return Damaged(np.array(list(whole), dtype=object)[order], np.array(mended, dtype=object)[order])


def _spoiled(shape: Any, rng: Rng) -> Any:
    kind = rng.integers(0, 6)
    xy = shapely.get_coordinates(shape)[:-1]
    if kind == 0:
        xy = xy + rng.uniform(-0.6, 0.6, xy.shape)
    elif kind == 1:
        xy = np.repeat(xy, rng.integers(1, 4, len(xy)), axis=0)
    elif kind == 2:
        xy = _without_straight_nodes(xy, rng)
    elif kind == 3:
        return shapely.buffer(shape, float(rng.uniform(-0.6, 0.6)), join_style="mitre")
    elif kind == 4:
        at = rng.integers(0, len(xy))
        xy = xy.copy()
        xy[at] += rng.uniform(-0.6, 0.6, 2)
    return shapely.Polygon(xy)


def _without_straight_nodes(xy: npt.NDArray[np.float64], rng: Rng) -> npt.NDArray[np.float64]:
    """Drop some nodes that lie nearly on the line between their neighbours."""
    ahead, behind = np.roll(xy, -1, axis=0) - xy, xy - np.roll(xy, 1, axis=0)
    bend = np.abs(ahead[:, 0] * behind[:, 1] - ahead[:, 1] * behind[:, 0])
    straight = bend < 0.5 * np.hypot(*(ahead + behind).T)
    return xy[~(straight & (rng.random(len(xy)) < 0.5))]
