"""Which one area holds a point: the only answer to that question in the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import shapely

NOWHERE = -1

SAMPLED, A_BAND = 16, 8
"""One of so many points is looked at to cut the bands, and a band has at least so many of those."""
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
        sample = np.sort(y[::SAMPLED])
        self._edges = sample[A_BAND :: max(A_BAND, int(2 * np.sqrt(len(sample))))]
        band = np.searchsorted(self._edges, y, side="right").astype(np.uint16)
        by_x = np.argsort(x)
        rank = np.argsort(band[by_x], kind="stable")
        order = by_x[rank]
        self._row, self._x, self._y, self._from_west = there[order], x[order], y[order], x[by_x]
        self._place = self._along(band[order], rank)

    def _along(self, band: npt.NDArray[np.integer], rank: Ints) -> Ints:
        """Give where a rank from the west stands on one line through all bands, one after another."""
        return np.asarray(band.astype(np.int64) * (len(self._from_west) + 1) + rank)

    def among(self, polygons: npt.NDArray[np.object_], codes: Sequence[str]) -> Ints:
        """Give for each point the position of the one polygon that holds it, as `locate` does."""
        found = np.full(len(self._x), NOWHERE, dtype=np.int64)
        first = np.empty(len(self._x), dtype=np.int64)
        shapely.prepare(polygons)  # GEOS answers a prepared polygon many times faster
        order = np.argsort(np.asarray(codes, dtype=str), kind="stable")
        for near, by in self._candidates(shapely.bounds(polygons), order):
            left = found[near] == NOWHERE
            point, polygon = near[left], by[left]
            while len(point):
                # the smallest code comes first and keeps what it holds
                first[point[::-1]] = np.arange(len(point))[::-1]
                asked = first[point] == np.arange(len(point))
                at, of = point[asked], polygon[asked]
                # bare coordinates: ten times as fast as point objects
                held = shapely.intersects_xy(polygons[of], self._x[at], self._y[at])
                found[at[held]] = of[held]
                left = ~asked & (found[point] == NOWHERE)
                point, polygon = point[left], polygon[left]
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
        first = np.searchsorted(self._from_west, west, side="left")[rank]
        after = np.searchsorted(self._from_west, east, side="right")[rank]
        begin, end = (np.searchsorted(self._place, self._along(band, each)) for each in (first, after))
        count = end - begin
        portion = np.cumsum(np.bincount(rank, count, len(order))).astype(np.int64)[rank] // AT_ONCE
        for start, stop in _equal(portion):
            some = slice(start, stop)
            point, of = _runs(begin[some], count[some]), np.repeat(rank[some], count[some])
            near = (self._y[point] >= south[of]) & (self._y[point] <= north[of])
            yield point[near], order[of[near]]


def _runs(first: Ints, count: Ints) -> Ints:
    """Give so many numbers one after another from each first one."""
    ends = np.cumsum(count)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - count), count))


def _equal(numbers: Ints) -> list[tuple[int, int]]:
    """Give where runs of equal numbers begin and end."""
    cuts = np.flatnonzero(np.diff(numbers)) + 1
    return list(zip([0, *cuts.tolist()], [*cuts.tolist(), len(numbers)], strict=True)) if len(numbers) else []
