"""A level's areas become a coverage with the least change; disputes stay."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
import shapely

from geodata.fabric import Limits, Woven, weave
from tests.geodata.damage import damaged

TOWNS = int(os.environ.get("WANGGE_DAMAGED_TOWNS", "100"))
"""Random damaged towns of an ordinary run; `make towns` takes 1,000."""


def boxes(*edges: tuple[float, float, float, float]) -> Any:
    """Make boxes in metres."""
    return np.array([shapely.multipolygons([shapely.box(*edge)]) for edge in edges], dtype=object)


def is_coverage(done: Woven) -> bool:
    """Say whether all shapes are valid and share their borders node by node."""
    return bool(shapely.is_valid(done.shapes).all() and shapely.coverage_is_valid(done.shapes))


@pytest.mark.parametrize("block", range(10))
def test_damaged_towns(block: int) -> None:
    """A town damaged by less than the limit becomes a coverage, ≤ 0.1 % of it moved; once more changes nothing."""
    for seed in range(block * TOWNS // 10, (block + 1) * TOWNS // 10):
        town = damaged(seed)
        shapes = town.shapes
        done = weave(shapes)
        assert is_coverage(done), seed
        assert not done.disputed.any(), seed
        ground = shapely.area(shapes).sum()
        apart = shapely.area(shapely.symmetric_difference(shapes, done.shapes))
        assert apart.sum() <= 0.001 * ground, seed
        damage = shapely.area(shapely.symmetric_difference(shapes, town.whole)).sum()
        assert apart.sum() <= damage + 1e-6 * ground, seed  # no more is moved than was damaged
        # what is told is what moved, but for the rounding of borders to the grid
        assert np.abs(apart - done.lost - done.gained).max() < 0.001 * shapely.length(shapes).max() + 0.01, seed
        if seed % 3 == 0:
            assert shapely.equals_identical(weave(done.shapes).shapes, done.shapes).all(), seed


def test_narrow_overlap_goes_to_longest_border() -> None:
    """A narrow overlap goes to the claimant with the longest border, the other loses its m²."""
    # the left area ends beside the strip on three sides, the right one only along one
    done = weave(boxes((0, 0, 100, 100), (99, 20, 200, 80)))
    assert is_coverage(done)
    assert done.lost.tolist() == pytest.approx([0, 60])
    assert done.gained.tolist() == [0, 0]


def test_narrow_gap_is_filled() -> None:
    """An enclosed narrow gap goes to one neighbour: nobody loses, one gains it."""
    done = weave(boxes((0, 0, 100, 50), (101, 0, 200, 50), (0, 50, 200, 60), (0, -10, 200, 0)))
    assert is_coverage(done)
    assert done.lost.sum() == 0
    assert sorted(done.gained.tolist()) == pytest.approx([0, 0, 0, 50])
    assert shapely.get_num_interior_rings(shapely.union_all(done.shapes)) == 0


def test_wide_overlap_stays() -> None:
    """An overlap wider than the limit stays with both, marked as disputed."""
    shapes = boxes((0, 0, 100, 100), (90, 0, 200, 100), (200, 0, 300, 100))
    done = weave(shapes)
    assert done.disputed.tolist() == [True, True, False]
    assert shapely.area(done.shapes).tolist() == shapely.area(shapes).tolist()
    assert (done.lost + done.gained).sum() == 0


def test_wide_gap_stays() -> None:
    """An enclosed gap wider than the limit is measured and left."""
    done = weave(boxes((0, 0, 100, 50), (110, 0, 200, 50), (0, 50, 200, 60), (0, -10, 200, 0)))
    assert done.gaps.tolist() == pytest.approx([500])
    assert done.gained.sum() == 0


def test_limit_is_the_widest_circle() -> None:
    """The limit is the diameter of the largest circle inside: 1.9 m goes, 2.1 m stays, both 100 m long."""
    done = weave(boxes((0, 0, 100, 100), (98.1, 0, 200, 100), (197.9, 0, 300, 100)))
    assert done.disputed.tolist() == [False, True, True]
    assert done.lost[:2].sum() == pytest.approx(190)
    assert not weave(boxes((0, 0, 100, 100), (97.9, 0, 200, 100)), limits=Limits(width_m=3)).disputed.any()


def test_small_area_is_not_eaten() -> None:
    """An area as narrow as the limit inside another stays, as a dispute."""
    done = weave(boxes((0, 0, 100, 100), (50, 50, 51.5, 60)))
    assert done.disputed.all()
    assert shapely.area(done.shapes).tolist() == [10000, 15]


def test_same_area_twice() -> None:
    """One parcel under two codes is a dispute of all its ground; neither goes."""
    done = weave(boxes((0, 0, 50, 50), (0, 0, 50, 50)))
    assert done.disputed.all()
    assert shapely.area(done.shapes).tolist() == [2500, 2500]


def test_nodes_are_shared() -> None:
    """A corner on a neighbour's edge becomes a node of that edge; no ground moves."""
    shapes = boxes((0, 0, 100, 100), (100, 0, 200, 50), (100, 50, 200, 100))
    assert not shapely.coverage_is_valid(shapes)
    done = weave(shapes)
    assert is_coverage(done)
    assert (done.lost + done.gained).sum() == 0
    assert (100.0, 50.0) in set(map(tuple, shapely.get_coordinates(done.shapes[0])))


def test_missing_stays_missing() -> None:
    """An area without geometry stays so, beside others or alone."""
    shapes = np.array([None, *boxes((0, 0, 10, 10))], dtype=object)
    done = weave(shapes)
    assert done.shapes[0] is None
    assert done.shapes[1].area == 100
    assert weave(shapes[:1]).shapes[0] is None


def test_children_end_at_their_parents() -> None:
    """Children that stick out of their parents, or stop short, by less than the limit end where the parents end."""
    parents = boxes((0, 0, 1000, 1000), (1000, 0, 2000, 1000))
    children = boxes((-1, 0, 1001, 500), (0, 500, 999, 1000), (1001, 0, 2000, 500), (999, 500, 2000.5, 1000))
    done = weave(children, parents)
    assert is_coverage(done)
    assert done.home.tolist() == [0, 0, 1, 1]
    assert done.outside.tolist() == [0, 0, 0, 0]
    for parent, held in zip(parents, (done.shapes[:2], done.shapes[2:]), strict=True):
        assert shapely.equals(shapely.union_all(held), parent)


def test_child_far_outside_is_told() -> None:
    """A child that nests but for a strip wider than the limit keeps it, with its m²."""
    done = weave(boxes((0, 0, 1000, 998), (0, 998, 1000, 2004)), boxes((0, 0, 1000, 2000)))
    assert done.outside.tolist() == [0, pytest.approx(4000)]
    assert done.lost.sum() == 0


def test_child_across_parents_is_left() -> None:
    """A child that doesn't nest (a patrol beat across two communities) is not cut."""
    done = weave(boxes((0, 0, 1001, 500), (1001, 0, 1500, 500)), boxes((0, 0, 700, 500), (700, 0, 1500, 500)))
    assert done.home.tolist() == [-1, 1]
    assert (done.lost + done.gained).sum() == 0
