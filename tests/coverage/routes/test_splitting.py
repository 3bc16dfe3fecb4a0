"""A tour is cut into as few walks as fit, and nothing of it is lost."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coverage.routes.postman import Links, closed, services
from coverage.routes.splitting import split
from tests.coverage.routes.test_postman import SOME, Graph, graphs


@given(graphs(), st.floats(5, 400))
@settings(max_examples=SOME)
def test_nothing_of_a_tour_is_lost(graph: Graph, limit: float) -> None:
    """Each service is on one walk that fits, in its order, or can be reached by none."""
    links, needed, base = graph
    found = services(links, np.array(needed), base)
    walks, far = split(links, found.ways, found.services, base, limit)
    assert sorted(each.link for walk in [*walks, far] for each in walk) == needed
    assert all(closed(links, found.ways, walk, base) <= limit + 1e-6 for walk in walks)
    assert all(closed(links, found.ways, (each,), base) > limit for each in far)
    assert [each for walk in walks for each in walk] == [each for each in found.services if each not in far]


@given(graphs(), st.floats(50, 400))
@settings(max_examples=SOME)
def test_no_other_cuts_are_better(graph: Graph, limit: float) -> None:
    """Of all ways to cut the tour none has fewer walks, and none of as many is shorter."""
    links, needed, base = graph
    found = services(links, np.array(needed), base)
    walks, far = split(links, found.ways, found.services, base, limit)
    assume(not far)
    n = len(found.services)
    tries = []
    for many in range(n):
        for cuts in combinations(range(1, n), many):
            parts = [found.services[one:two] for one, two in zip((0, *cuts), (*cuts, n), strict=True)]
            lengths = [closed(links, found.ways, part, base) for part in parts]
            if max(lengths) <= limit:
                tries.append((len(parts), sum(lengths)))
    best = min(tries)
    ours = len(walks), sum(closed(links, found.ways, walk, base) for walk in walks)
    assert ours[0] == best[0]
    assert abs(ours[1] - best[1]) < 1e-6


def test_a_walk_that_fits_is_not_cut() -> None:
    """With room enough there is one walk, the tour itself."""
    links = Links(np.array([[0, 1], [1, 2]]), np.array([10.0, 5.0]), 3)
    found = services(links, np.array([0, 1]), 0)
    walks, far = split(links, found.ways, found.services, 0, found.metres)
    assert (walks, far) == ([found.services], ())
