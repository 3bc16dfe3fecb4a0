"""Which old area became which new one."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import box

from grids.succession import continued, holding_most, succession, unchanged

OLD = np.array([box(0, 0, 100, 100), box(100, 0, 200, 100), box(200, 0, 300, 100)], dtype=object)
NEW = np.array([box(0, 0, 120, 100), box(120, 0, 200, 100), box(200, 0, 250, 100), box(250, 0, 300, 100)], dtype=object)
PLACES = np.array([shapely.Point(110, 50), shapely.Point(10, 50), None, shapely.Point(260, 1)], dtype=object)


def test_ground_and_places_in_common() -> None:
    """Each pair that shares ground or places, with how much of both; a place without position counts nowhere."""
    found = succession(OLD, NEW, PLACES)
    assert found.to_numpy().tolist() == [
        [0, 0, 10_000, 1],
        [1, 0, 2_000, 1],
        [1, 1, 8_000, 0],
        [2, 2, 5_000, 0],
        [2, 3, 5_000, 1],
    ]


def test_a_moved_border_keeps_the_code_a_split_does_not() -> None:
    """An area goes on where the two share more than half of both; halves of one are new."""
    pairs = succession(OLD, NEW, PLACES)
    assert continued(pairs, shapely.area(OLD), shapely.area(NEW)).tolist() == [0, 1, -1, -1]
    assert unchanged(pairs, shapely.area(OLD), shapely.area(NEW)).tolist() == [-1, -1, -1, -1]


def test_the_same_ground_is_the_same_area() -> None:
    """The same shapes in another order are the same areas, a hair's breadth apart or not."""
    hair = shapely.transform(OLD[::-1], lambda xy: xy + 1e-4)
    pairs = succession(OLD, hair, np.array([], dtype=object))
    assert unchanged(pairs, shapely.area(OLD), shapely.area(hair)).tolist() == [2, 1, 0]


def test_nothing_before() -> None:
    """Where there was nothing, everything is new."""
    pairs = succession(np.array([], dtype=object), NEW, PLACES)
    assert pairs.empty
    assert continued(pairs, np.array([]), shapely.area(NEW)).tolist() == [-1] * 4


def test_who_holds_most() -> None:
    """A shape belongs to the polygon that holds most of it."""
    assert holding_most(NEW, OLD).tolist() == [0, 1, 2, 2]
