"""The faces that the borders of areas cut the ground into, and who claims each one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

GRID_M = 0.001
"""Borders are noded on this grid: far below what any survey means, far above the rounding of doubles."""


def on_grid(xy: Floats) -> Ints:
    """Give positions (n, 2) in metres as whole numbers of `GRID_M`."""
    return np.asarray(np.rint(xy / GRID_M), dtype=np.int64)


@dataclass(frozen=True)
class Faces:
    """Polygons without overlap, noded where they touch."""

    shapes: Shapes

    @cached_property
    def area(self) -> Floats:
        """m² of each face."""
        return np.asarray(shapely.area(self.shapes), dtype=float)

    @cached_property
    def borders(self) -> tuple[Ints, Ints, Floats]:
        """Pairs of faces that share a segment (each both ways), and its length in metres."""
        rings, face = shapely.get_rings(self.shapes, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        whole = on_grid(xy)
        same = ring[1:] == ring[:-1]
        start, end = whole[:-1][same], whole[1:][same]
        swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
        start, end = np.where(swap[:, None], end, start), np.where(swap[:, None], start, end)
        owner = face[ring[1:][same]]
        order = np.lexsort((end[:, 1], end[:, 0], start[:, 1], start[:, 0]))
        key = np.column_stack([start, end])[order]
        twin = np.flatnonzero((key[1:] == key[:-1]).all(axis=1))
        one, other = owner[order][twin], owner[order][twin + 1]
        length = np.hypot(*(key[twin, 2:] - key[twin, :2]).T) * GRID_M
        return np.concatenate([one, other]), np.concatenate([other, one]), np.concatenate([length, length])


@dataclass(frozen=True)
class Claims:
    """Which areas claim which faces: pairs sorted by face, then area, over a number of `faces`."""

    face: Ints
    area: Ints
    faces: int

    @classmethod
    def of(cls, face: Ints, area: Ints, faces: int) -> Claims:
        """Sort pairs into claims."""
        order = np.lexsort((area, face))
        return cls(face[order].astype(np.int64), area[order].astype(np.int64), faces)

    @cached_property
    def count(self) -> Ints:
        """Claimants of each face."""
        return np.bincount(self.face, minlength=self.faces).astype(np.int64)

    @cached_property
    def first(self) -> Ints:
        """Claimant of smallest position of each face, -1 for none."""
        result = np.full(self.faces, -1, dtype=np.int64)
        result[self.face[::-1]] = self.area[::-1]
        return result

    @cached_property
    def _keys(self) -> Ints:
        return self.face * (2**31) + self.area

    def has(self, face: Ints, area: Ints) -> Bools:
        """Say for each pair whether it is a claim."""
        return np.asarray(np.isin(np.asarray(face) * (2**31) + area, self._keys))

    def total(self, weights: Floats, areas: int, *, by_pair: bool = False) -> Floats:
        """Sum a weight of each face (or of each pair) by area."""
        each = weights if by_pair else weights[self.face]
        return np.bincount(self.area, weights=each, minlength=areas).astype(float)

    def least(self, value: Floats) -> Floats:
        """Give the least value of an area among the claimants of each face, infinite without one."""
        result = np.full(self.faces, np.inf)
        np.minimum.at(result, self.face, value[self.area])
        return result


def cut(shapes: Shapes) -> Faces:
    """Node the borders of polygons (metres, None left out) on the grid and give the faces between them."""
    given = shapes[~shapely.is_missing(shapes)]
    rings = shapely.get_rings(shapely.get_parts(given))
    rounded = shapely.transform(rings, lambda xy: on_grid(xy) * GRID_M)
    lines = shapely.union_all(rounded, grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    return Faces(np.asarray(faces, dtype=object))


def memberships(faces: Faces, shapes: Shapes) -> Claims:
    """Say which faces lie in which polygons, by a point inside each face."""
    points = shapely.point_on_surface(faces.shapes)
    area, face = shapely.STRtree(points).query(shapes, predicate="contains")
    return Claims.of(face, area, len(faces.shapes))


def width(shapes: Shapes, enough: float) -> Floats:
    """Give the diameter of the largest inscribed circle in metres, infinite where it is surely above `enough`.

    Twice the area by the perimeter is never more than that diameter, and much cheaper.
    """
    length = np.maximum(shapely.length(shapes), 1e-12)
    result = np.full(len(shapes), np.inf)
    near = np.flatnonzero(2 * shapely.area(shapes) / length <= enough)
    circles = shapely.maximum_inscribed_circle(shapes[near], tolerance=enough / 50)
    result[near] = 2 * shapely.length(circles)
    return result
