"""Chance adds up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geodata.synthetic.chance import apportion, apportion_groups, pick, pick_rows, stream, waves

weights = hnp.arrays(float, st.integers(1, 60), elements=st.floats(0, 1e6).map(lambda w: w if w > 1e-6 else 0.0))


@given(weights, st.integers(0, 5000), st.integers(0, 9))
def test_apportion_adds_up(worth: np.ndarray, total: int, seed: int) -> None:
    """Shares add up to the total, none is further than one from its expectation, no weight means no share."""
    worth = np.append(worth, 1.0)
    got = apportion(worth, total, np.random.default_rng(seed))
    assert got.sum() == total
    assert (np.abs(got - worth / worth.sum() * total) < 1 + 1e-6).all()
    assert (got[worth == 0] == 0).all()


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0.01, 100)), min_size=1, max_size=60), st.integers(0, 9))
def test_every_group_adds_up(rows: list[tuple[int, float]], seed: int) -> None:
    """In each group the shares add up to that group's total, whatever the order of the rows."""
    group, worth = np.array([g for g, _ in rows]), np.array([w for _, w in rows])
    totals = np.where(np.bincount(group, minlength=5) > 0, np.arange(5) * 37, 0)
    got = apportion_groups(worth, group, totals, np.random.default_rng(seed))
    assert np.bincount(group, got, 5).tolist() == totals.tolist()


def test_group_without_weight_is_refused() -> None:
    """A total that nobody can take is an error."""
    with pytest.raises(ValueError, match="no weight"):
        apportion_groups(np.zeros(2), np.zeros(2, dtype=int), np.array([3]), np.random.default_rng(0))


def test_picks_follow_shares() -> None:
    """What has no share is never picked, and shares are met on average."""
    rng = np.random.default_rng(0)
    counts = np.bincount(pick([1, 0, 3], 40_000, rng), minlength=3)
    assert counts[1] == 0
    assert counts[2] / counts[0] == pytest.approx(3, rel=0.1)
    rows = pick_rows(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0, 1, 0]), rng)
    assert rows.tolist() == [1, 0, 1]


def test_waves_are_smooth_and_of_unit_height() -> None:
    """A field has standard deviation near 1 over many wavelengths, and hardly changes over a hundredth of one."""
    field = waves(np.random.default_rng(3), 300, 900)
    xy = np.random.default_rng(4).uniform(0, 50_000, (20_000, 2))
    assert field.at(xy).std() == pytest.approx(1, abs=0.1)
    assert np.abs(field.at(xy + np.array([3, 0])) - field.at(xy)).max() < 0.3


def test_streams_are_apart() -> None:
    """The same seed and name give the same numbers, another name gives others."""
    assert stream(1, "land").random() == stream(1, "land").random()
    assert stream(1, "land").random() != stream(1, "streets").random()
