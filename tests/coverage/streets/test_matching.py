"""Tracks matched to streets."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.streets import matching
from coverage.streets.candidates import Steps
from coverage.streets.matching import SPARSE_S, match
from coverage.streets.network import Network
from coverage.streets.tracks import Fixes
from tests.coverage.streets.towns import CORNER, Line, lattice, network, walk

TOWN = network(lattice())
ROUND: Line = [(20, 0), (100, 0), (100, 200), (280, 200)]


def fixes_of(*walks: npt.NDArray[np.float64], every: float = 5.0) -> Fixes:
    """Give fixes of tracks, so many seconds apart."""
    count = [len(xy) for xy in walks]
    number = np.repeat(np.arange(len(walks)), count)
    seconds = np.concatenate([np.arange(n) * every for n in count])
    return Fixes(np.concatenate(walks) + CORNER, seconds, number, number)


def walked(net: Network, *walks: npt.NDArray[np.float64], every: float = 5.0) -> set[int]:
    """Give the pieces that were walked."""
    return set(match(fixes_of(*walks, every=every), net).piece.tolist())


def along(net: Network, line: Line) -> set[int]:
    """Give the pieces whose middle lies on a line: the slow truth."""
    truth = shapely.LineString(np.asarray(line, dtype=float) + CORNER)
    return set(np.flatnonzero(shapely.distance(net.middles(), truth) < 0.5).tolist())


def drifting(n: int, sigma: float, seed: int) -> npt.NDArray[np.float64]:
    """Give errors 5 s apart, two thirds of whose variance drift within a minute."""
    rng = np.random.default_rng(seed)
    keep, drift = 0.92, rng.normal(size=(n, 2))
    for at in range(1, n):
        drift[at] = keep * drift[at - 1] + np.sqrt(1 - keep**2) * drift[at]
    return np.asarray(sigma * (np.sqrt(2 / 3) * drift + np.sqrt(1 / 3) * rng.normal(size=(n, 2))))


def score(found: set[int], truth: set[int]) -> float:
    """Give F1."""
    return 2 * len(found & truth) / (len(found) + len(truth))


def test_a_track_without_noise_walks_its_streets() -> None:
    """All pieces of the way, and no other, but for the halves at its ends."""
    found, truth = walked(TOWN, walk(ROUND)), along(TOWN, ROUND)
    assert len(found ^ truth) <= 2


def test_a_way_counts_where_it_begins_and_ends() -> None:
    """The halves at its ends too; two fixes on one piece walk that piece."""
    assert len(walked(TOWN, walk([(3, 0), (285, 0)])) ^ along(TOWN, [(0, 0), (290, 0)])) <= 1
    assert walked(TOWN, walk([(33, 0), (34, 0)])) == along(TOWN, [(30, 0), (40, 0)])


def test_direction_does_not_matter() -> None:
    """The way back is the same streets."""
    assert walked(TOWN, walk(ROUND)) ^ walked(TOWN, walk(ROUND[::-1])) <= along(TOWN, [(0, 0), (30, 0)]) | along(
        TOWN, [(270, 200), (300, 200)]
    )


@pytest.mark.parametrize(("noise", "least"), [(5.0, 0.95), (12.0, 0.9)])
def test_noise_does_not_send_the_walker_into_side_streets(noise: float, least: float) -> None:
    """Ten walks with drifting errors: F1 on the average."""
    truth = along(TOWN, ROUND)
    assert np.mean([score(walked(TOWN, walk(ROUND, noise, seed)), truth) for seed in range(10)]) >= least


def test_sparse_fixes_are_joined_along_the_streets() -> None:
    """A fix every 75 m (a minute's walk): the way between them is walked too."""
    found = walked(TOWN, walk(ROUND, apart=75.0), every=60.0)
    assert score(found, along(TOWN, [(20, 0), (100, 0), (100, 200), (265, 200)])) >= 0.93


def test_parallel_streets_are_told_apart() -> None:
    """Two streets 30 m apart, 6 m of noise: the other one is not walked."""
    net = network([[(0, 0), (400, 0)], [(0, 30), (400, 30)], [(0, 0), (0, 30)], [(400, 0), (400, 30)]])
    other = along(net, [(20, 30), (380, 30)])
    for seed in range(5):
        assert len(walked(net, walk([(0, 0), (400, 0)], 6.0, seed)) & other) <= 1


def test_a_jump_walks_nothing() -> None:
    """One fix 150 m off, beside another street: neither it nor the way to it is walked."""
    xy = walk([(10, 0), (290, 0)])
    xy[len(xy) // 2] += (0.0, 150.0)
    found = walked(TOWN, xy)
    assert not found & along(TOWN, [(0, 100), (300, 100)])
    assert len(along(TOWN, [(10, 0), (290, 0)]) - found) <= 3


def test_off_the_streets_nothing_is_walked() -> None:
    """Across a field 150 m from the next street."""
    assert not walked(TOWN, walk([(10, -150), (290, -150)]))


def test_lines_are_not_joined() -> None:
    """Two runs of a track with a gap of 200 m between them: nobody knows the way."""
    one, other = walk([(10, 0), (60, 0)]), walk([(240, 0), (290, 0)])
    xy = np.concatenate([one, other]) + CORNER
    run = np.repeat([0, 1], [len(one), len(other)])
    found = match(Fixes(xy, np.arange(len(xy)) * 5.0, run, np.zeros_like(run)), TOWN)
    assert not set(found.piece.tolist()) & along(TOWN, [(80, 0), (220, 0)])


def test_a_track_without_times_is_matched() -> None:
    """All fixes at one moment: the same streets."""
    xy = walk(ROUND, 3.0)
    assert score(walked(TOWN, xy, every=0.0), along(TOWN, ROUND)) >= 0.95


def test_the_matcher_goes_by_the_interval_of_each_track(monkeypatch: pytest.MonkeyPatch) -> None:
    """The median of a track's intervals decides, whatever the other tracks and the breaks between its lines are."""
    found: dict[str, set[int]] = {}
    for name, module, real in (
        ("match_dense", matching, matching.match_dense),
        ("expected", matching.posterior, matching.posterior.expected),
    ):

        def noted(some: Fixes | Steps, *rest: Any, name: str = name, how: Any = real) -> Any:
            found.setdefault(name, set()).update(some.run.tolist())
            return how(some, *rest)

        monkeypatch.setattr(module, name, noted)
    xy = walk(ROUND)
    dense, sparse = fixes_of(xy, xy, every=SPARSE_S - 1), fixes_of(xy, every=SPARSE_S)
    slow = dense.seconds.copy()
    slow[len(xy) :] += 600.0
    run = np.concatenate([dense.run, sparse.run + 2])
    track = np.concatenate([np.zeros_like(dense.track), sparse.track + 1])
    match(Fixes(np.concatenate([dense.xy, sparse.xy]), np.concatenate([slow, sparse.seconds]), run, track), TOWN)
    assert found == {"match_dense": {0, 1}, "expected": {2}}


def test_who_stands_walks_nothing_more() -> None:
    """Five minutes at one spot with 12 m of drifting noise: the street is walked, hardly a metre beside it."""
    there, on = [(10, 0), (150, 0)], [(150, 0), (290, 0)]
    stood = np.concatenate([walk(there), np.repeat([[150.0, 0.0]], 60, axis=0), walk(on)])
    truth = along(TOWN, [(10, 0), (290, 0)])
    found = [walked(TOWN, stood + drifting(len(stood), 12.0, seed)) for seed in range(5)]
    assert np.mean([score(one, truth) for one in found]) >= 0.9


def test_an_hour_without_fixes_walks_nothing() -> None:
    """The receiver was off inside a house: no way is made up for the time."""
    xy = walk([(10, 0), (290, 0)])
    seconds = 5.0 * np.arange(len(xy)) + np.where(np.arange(len(xy)) < 25, 0.0, 3600.0)
    same = np.zeros(len(xy), dtype=np.int64)
    found = set(match(Fixes(xy + CORNER, seconds, same, same), TOWN).piece.tolist())
    assert len(found ^ along(TOWN, [(10, 0), (290, 0)])) <= 2


def test_a_stretch_that_is_driven_counts() -> None:
    """On foot, 600 m at 10 m/s, on foot: all of the street."""
    net = network([[(0, 0), (1000, 0)], [(0, 100), (1000, 100)], [(500, 0), (500, 100)]])
    xy = np.concatenate([walk([(0, 0), (200, 0)]), walk([(250, 0), (750, 0)], apart=50.0), walk([(800, 0), (1000, 0)])])
    truth = along(net, [(0, 0), (1000, 0)])
    found = walked(net, xy)
    assert len(found - truth) <= 1
    assert len(truth - found) <= 3


def test_errors_that_drift_to_one_side_are_one_event() -> None:
    """Ten minutes 18 m off to the side of a street 40 m away: that street is not walked."""
    net = network([[(0, 0), (800, 0)], [(0, 40), (800, 40)], *([(x, 0), (x, 40)] for x in range(0, 900, 100))])
    other = along(net, [(0, 40), (800, 40)])
    for seed in range(3):
        xy = walk([(0, 0), (800, 0)], 3.0, seed)
        xy[20:] += (0.0, 18.0)
        assert len(walked(net, xy) & other) <= 1


def test_nothing_is_matched_to_nothing() -> None:
    """No fixes, or no streets."""
    nobody = Fixes(np.zeros((0, 2)), np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert len(match(nobody, TOWN).piece) == 0
    assert len(match(fixes_of(walk(ROUND)), network([])).piece) == 0


corners = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=4, unique=True)
noisy = st.builds(
    lambda c, n, s: walk([(100 * x, 100 * y) for x, y in c], n, s),
    corners,
    st.sampled_from([0.0, 8.0, 20.0]),
    st.integers(0, 99),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(noisy, min_size=2, max_size=4), st.sampled_from([5.0, 30.0]))
def test_tracks_do_not_know_of_each_other(walks: list[npt.NDArray[np.float64]], every: float) -> None:
    """What several tracks walked is what each walked: one more takes none away, and their order does not matter."""
    alone = [walked(TOWN, xy, every=every) for xy in walks]
    assert walked(TOWN, *walks, every=every) == set.union(*alone) == walked(TOWN, *walks[::-1], every=every)
