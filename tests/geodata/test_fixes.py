"""Fixes made into lines: the fast way against the definition, and each rule by an example."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.fixes import KINDS, Fixes, Limits, Lines, lines_of
from tests.geodata import fixes_oracle as oracle

DEGREE_M = 111_195.08  # of a great circle of the mean radius
Fix = tuple[int, float, float, float]


def lines(tracks: list[list[Fix]], speeds: list[float]) -> Lines:
    """Clean several tracks at once; their segments are made unique."""
    rows = [(n, 10 * n + fix[0], *fix[1:]) for n, track in enumerate(tracks) for fix in track]
    columns = np.array(rows, dtype=float).reshape(-1, 5).T
    fixes = Fixes(columns[0].astype(np.int64), columns[1].astype(np.int64), *columns[2:])
    return lines_of(fixes, np.array(speeds), Limits())


def along(*steps: tuple[float, float]) -> list[Fix]:
    """Make fixes on the equator, at (second, metre)."""
    return [(0, second, metre / DEGREE_M, 0.0) for second, metre in steps]


def counts(found: Lines, track: int = 0) -> dict[str, int]:
    """Give what was dropped and cut, zeros left out."""
    return {kind: int(found.counts[kind][track]) for kind in KINDS if found.counts[kind][track]}


fix = st.tuples(
    st.integers(0, 1),
    st.sampled_from([*range(0, 60, 5), 200, 350, 700, 1001]).map(float) | st.just(float("nan")),
    st.sampled_from([*range(0, 400, 40), 900, 1500, 5000]).map(lambda metre: metre / DEGREE_M) | st.just(float("nan")),
    st.sampled_from([0, 30, 200]).map(lambda metre: metre / DEGREE_M),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.lists(fix, max_size=14), st.sampled_from([3.0, 7.0, 33.0])), min_size=1, max_size=4))
def test_as_defined(tracks: list[tuple[list[Fix], float]]) -> None:
    """Any fixes of any tracks become the pieces and the counts that the definition says."""
    found = lines([track for track, _ in tracks], [speed for _, speed in tracks])
    shapes = found.shapes()
    for n, (track, speed) in enumerate(tracks):
        pieces, expected = oracle.clean(track, speed)
        assert {kind: int(found.counts[kind][n]) for kind in KINDS} == expected
        made = [] if shapes[n] is None else [shapely.get_coordinates(part).tolist() for part in shapes[n].geoms]
        assert made == [[list(each[2:]) for each in piece] for piece in pieces]
        assert found.moments(n).tolist() == [each[1] for piece in pieces for each in piece]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(0, 0), (60, 60), (120, 120)], {}),
        ([(0, 0), (60, 60), (361, 120), (400, 130)], {"gap": 1}),
        ([(0, 0), (60, 60), (200, 1100), (260, 1160)], {"gap": 1}),
        ([(0, 0), (10, 10), (20, 500), (30, 30), (40, 40)], {"spike": 1}),
        ([(0, 0), (10, 500), (20, 0), (30, 500), (40, 0)], {"spike": 2}),
        ([(0, 0), (10, 10), (20, 500), (30, 510)], {"jump": 1}),
        ([(0, 0), (10, 500), (20, 510)], {"jump": 1, "alone": 1}),
        ([(0, 0), (10, 10), (10, 700), (20, 20)], {"twice": 1}),
        ([(0, 0), (20, 20), (10, 10), (30, 30)], {"turned": 1}),
        ([(0, 0), (10, 10), (float("nan"), 20), (30, float("nan"))], {"bare": 2}),
    ],
)
def test_each_rule(steps: list[tuple[float, float]], expected: dict[str, int]) -> None:
    """Gaps, spikes, jumps, fixes of one moment and fixes behind a later one, each as the definition counts it."""
    assert counts(lines([along(*steps)], [10.0])) == expected


def test_mode() -> None:
    """What a car may do, a walker may not: the officer's mode sets the speed, an unknown one is a car."""
    limits = Limits().with_modes({"甲": "walk"})
    assert limits.speed_of("甲") == pytest.approx(6.94, abs=0.01)
    assert limits.speed_of("乙") == pytest.approx(33.33, abs=0.01)
    ride = along((0, 0), (10, 150), (20, 300))
    assert lines([ride], [limits.speed_of("乙")]).shapes()[0] is not None
    assert lines([ride], [limits.speed_of("甲")]).shapes()[0] is None


def test_told() -> None:
    """What was done is said in Chinese, with the number of each."""
    found = lines([along((0, 0), (10, 10), (20, 500), (30, 30), (900, 40), (910, 50))], [10.0])
    assert found.told(0) == "去掉 1 个来回跳动的漂移点；在 1 处中断（时间或距离过长）断开"


def test_nothing() -> None:
    """No fixes give no lines."""
    assert lines([[]], [10.0]).shapes().tolist() == [None]
