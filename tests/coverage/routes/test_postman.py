"""The postman's walk: every needed street, hanging together, as short as can be found."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from coverage.routes.postman import MANY, Links, Postman, Service, closed, reached, services

SOME = 60

Graph = tuple[Links, list[int], int]


@st.composite
def graphs(draw: st.DrawFn, most: int = 9) -> Graph:
    """Give a street net that hangs together, some of its links needed, and a base."""
    n = draw(st.integers(2, 6))
    pairs = [(draw(st.integers(0, node - 1)), node) for node in range(1, n)]
    more = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=most - len(pairs)))
    pairs += more
    metres = draw(st.lists(st.integers(1, 50), min_size=len(pairs), max_size=len(pairs)))
    needed = draw(st.sets(st.integers(0, len(pairs) - 1), min_size=1, max_size=4))
    links = Links(np.array(pairs, dtype=np.int64), np.array(metres, dtype=float), n)
    return links, sorted(needed), draw(st.integers(0, n - 1))


def best_by_trying(links: Links, needed: list[int], base: int) -> float:
    """Give the shortest closed walk: every order of the needed links, each in both directions."""
    far = dijkstra(links.web, directed=False)
    best = np.inf
    for order in permutations(needed):
        for ways in product((False, True), repeat=len(order)):
            at, metres = base, 0.0
            for link, back in zip(order, ways, strict=True):
                one, two = links.pairs[link][::-1] if back else links.pairs[link]
                metres += far[at, one] + links.metres[link]
                at = int(two)
            best = min(best, metres + far[at, base])
    return float(best)


def walked(links: Links, found: Postman, base: int) -> list[int]:
    """Walk from the base and back; give the links, each of which begins where the one before ended."""
    at, trod = base, list[int]()
    for each in [*found.services, None]:
        to = base if each is None else each.start
        for link in found.ways.path(at, to):
            ends = set(links.pairs[link].tolist())
            assert at in ends
            at = (ends - {at} or {at}).pop()
            trod.append(link)
        assert at == to
        if each is not None:
            assert {each.start, each.end} == set(links.pairs[each.link].tolist())
            trod.append(each.link)
            at = each.end
    return trod


@given(graphs())
@settings(max_examples=SOME)
def test_a_walk_covers_what_is_needed(graph: Graph) -> None:
    """It goes from the base to the base without a leap, over each needed link, and is as long as it says."""
    links, needed, base = graph
    found = services(links, np.array(needed), base)
    trod = walked(links, found, base)
    assert sorted(each.link for each in found.services) == needed
    assert found.metres == pytest.approx(links.metres[trod].sum())
    assert closed(links, found.ways, found.services, base) == pytest.approx(found.metres)


@given(graphs())
@settings(max_examples=SOME)
def test_no_walk_is_shorter_than_its_bound(graph: Graph) -> None:
    """The best of all walks lies between the bound and ours, and ours is at most half as long again."""
    links, needed, base = graph
    found, best = services(links, np.array(needed), base), best_by_trying(links, needed, base)
    assert found.bound <= best + 1e-6
    assert best - 1e-6 <= found.metres <= 1.5 * best + 1e-6


def test_all_streets_of_a_town_are_walked_at_best() -> None:
    """Where the needed links hang together with the base, the walk is the shortest there is: it meets the bound."""
    rng = np.random.default_rng(7)
    spots = np.arange(100).reshape(10, 10)
    pairs = np.concatenate(
        [
            np.column_stack([spots[:, :-1].ravel(), spots[:, 1:].ravel()]),
            np.column_stack([spots[:-1].ravel(), spots[1:].ravel()]),
        ]
    )
    links = Links(pairs, rng.uniform(50, 150, len(pairs)), 100)
    found = services(links, np.arange(len(pairs)), 44)
    assert found.metres == pytest.approx(found.bound)


def test_many_odd_crossings_are_paired_at_best_too() -> None:
    """More than `MANY` loose ends, of which each looks at its nearest only, cost what all pairs cost."""
    n = MANY + 20
    xy = np.random.default_rng(3).random((n, 2)) * 1000
    middle = np.array([[500.0, 500.0]])
    spokes = np.column_stack([np.zeros(n, dtype=np.int64), np.arange(1, n + 1)])
    rim = np.column_stack([np.arange(1, n), np.arange(2, n + 1)])
    pairs = np.concatenate([spokes, rim])
    at = np.concatenate([middle, xy])
    links = Links(pairs, np.hypot(*(at[pairs[:, 0]] - at[pairs[:, 1]]).T), n + 1)
    found = services(links, np.arange(n), 0)
    assert found.metres == pytest.approx(found.bound)


def test_the_same_question_has_the_same_answer() -> None:
    """Nothing is left to chance."""
    rng = np.random.default_rng(1)
    pairs = rng.integers(0, 40, (120, 2))
    links = Links(pairs, rng.uniform(10, 90, 120), 40)
    needed = np.flatnonzero(reached(links, 0))[::3]
    assert services(links, needed, 0).services == services(links, needed, 0).services


def test_a_street_to_and_fro() -> None:
    """A dead end is walked twice, and so is the way to it."""
    links = Links(np.array([[0, 1], [1, 2]]), np.array([10.0, 5.0]), 3)
    found = services(links, np.array([1]), 0)
    assert found.services == (Service(1, 1, 2),)
    assert found.metres == 30.0


def test_an_island_is_not_reached() -> None:
    """Links that do not hang together with the base are told."""
    links = Links(np.array([[0, 1], [2, 3], [1, 1]]), np.array([10.0, 5.0, 3.0]), 4)
    assert reached(links, 0).tolist() == [True, False, True]
