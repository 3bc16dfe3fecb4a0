"""Which one area holds a point: the only answer to that question in the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import shapely

NOWHERE = -1

A_BAND = 8
"""Points of a square of so many by so many make the width of a band: narrower ones would be more to look up."""
AT_ONCE = 2**17
"""Candidates looked at together: what is known of them stays in the processor's cache."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def locate(points: npt.NDArray[np.object_], polygons: npt.NDArray[np.object_], codes: Sequence[str]) -> Ints:
    """Give for each point the position of the one polygon that holds it.

    A point on a shared border, or where polygons overlap, belongs to the polygon with the smallest code: always the
    same one, and exactly one.

    Parameters
    ----------
    points
        n shapely points, None where a place has no position.
    polygons
        m polygons in the same CRS, None allowed.
    codes
        m codes, compared as text.

    Returns
    -------
    n positions into `polygons`, `NOWHERE` (-1) for no point and for a point in none.
    """
    return Located(points).among(polygons, codes)


class Located:
    """Points in bands from south to north, in each from west to east, to be asked about several levels of polygons.

    `x`, `y` are their coordinates in the order given, NaN for no point.
    """

    def __init__(self, points: npt.NDArray[np.object_]) -> None:
        self.x, self.y = shapely.get_x(points), shapely.get_y(points)
        there = np.flatnonzero(np.isfinite(self.x) & np.isfinite(self.y))
        x, y = self.x[there], self.y[there]
        # bands of about equally many points: a few far away make the others' no wider
        sample = np.sort(y[:: A_BAND * 2])
        self._edges = sample[A_BAND :: max(A_BAND, int(np.sqrt(len(sample)) * 2))]
        self._west, self._width = (x.min(), 2 * np.ptp(x) + 1) if len(x) else (0.0, 1.0)
        place = self._along(np.searchsorted(self._edges, y, side="right"), x)
        order = np.argsort(place)
        self._row, self._place = there[order], place[order]
        self._x, self._y = x[order], y[order]

    def _along(self, band: Ints, x: Floats) -> Floats:
        """Give where each x stands on one line through all bands, one after another; what is beyond stays beside."""
        return np.asarray(band * self._width + np.clip(x - self._west, -0.25 * self._width, 0.75 * self._width))

    def among(self, polygons: npt.NDArray[np.object_], codes: Sequence[str]) -> Ints:
        """Give for each point the position of the one polygon that holds it, as `locate` does."""
        found = np.full(len(self._x), NOWHERE, dtype=np.int64)
        first = np.empty(len(self._x), dtype=np.int64)
        shapely.prepare(polygons)  # GEOS answers a prepared polygon many times faster
        order = np.argsort(np.asarray(codes, dtype=str), kind="stable")
        for point, polygon in self._candidates(shapely.bounds(polygons), order):
            left = found[point] == NOWHERE
            while left.any():
                point, polygon = point[left], polygon[left]
                # the smallest code comes first and keeps what it holds
                first[point[::-1]] = np.arange(len(point))[::-1]
                asked = first[point] == np.arange(len(point))
                at, of = point[asked], polygon[asked]
                # bare coordinates: ten times as fast as point objects
                held = shapely.intersects_xy(polygons[of], self._x[at], self._y[at])
                found[at[held]] = of[held]
                left = ~asked & (found[point] == NOWHERE)
        in_order = np.full(len(self.x), NOWHERE, dtype=np.int64)
        in_order[self._row] = found
        return in_order

    def _candidates(self, bounds: Floats, order: Ints) -> Iterator[tuple[Ints, Ints]]:
        """Give points and polygons whose bounds hold them, in that order of polygons, some at a time."""
        order = order[~np.isnan(bounds[order, 0])]  # without a polygon
        west, south, east, north = bounds[order].T
        band, last = (np.searchsorted(self._edges, y, side="right") for y in (south, north))
        rank = np.repeat(np.arange(len(order)), last - band + 1)
        band = _runs(band, last - band + 1)
        begin = np.searchsorted(self._place, self._along(band, west[rank]), side="left")
        count = np.searchsorted(self._place, self._along(band, east[rank]), side="right") - begin
        portion = np.cumsum(np.bincount(rank, count, len(order))).astype(np.int64)[rank] // AT_ONCE
        for start, stop in _equal(portion):
            some = slice(start, stop)
            point, of = _runs(begin[some], count[some]), np.repeat(rank[some], count[some])
            near = (self._y[point] >= south[of]) & (self._y[point] <= north[of])
            yield point[near], order[of[near]]


def _runs(first: Ints, count: Ints) -> Ints:
    """Give so many numbers one after another from each first one."""
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - count), count)


def _equal(numbers: Ints) -> list[tuple[int, int]]:
    """Give where runs of equal numbers begin and end."""
    cuts = np.flatnonzero(np.diff(numbers)) + 1
    return list(zip([0, *cuts.tolist()], [*cuts.tolist(), len(numbers)], strict=True)) if len(numbers) else []
