"""A walk along every street that is needed, as short as can be found: the rural postman's.

`services` is the table of contents. The way of it: the needed streets are joined into one piece (Frederickson), or
their odd crossings are paired first and the pieces joined afterwards (Pearn and Wu); what was added twice for nothing
is taken away again; of both the shorter circuit counts. Pairing is exact (Edmonds' matching).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import rustworkx as rx
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree

from coverage.streets.feet import sparse
from coverage.streets.network import Floats, Ints

Flags = npt.NDArray[np.bool_]

CM = 100
PAIRED = 16
"""With more than `MANY` odd crossings each is paired with one of so many nearest only (all, where that can't be)."""
MANY = 300


@dataclass(frozen=True)
class Links:
    """k stretches of street between n crossings, gone in either direction.

    Attributes
    ----------
    pairs
        (k, 2) crossings at both ends.
    metres
        (k,) lengths.
    n
        How many crossings there are.
    """

    pairs: Ints
    metres: Floats
    n: int

    @cached_property
    def web(self) -> csr_array:
        """Give the shortest link between neighbours, both ways."""
        both = np.concatenate([self.pairs, self.pairs[:, ::-1]])
        return sparse(both, np.concatenate([self.metres, self.metres]), self.n)

    @cached_property
    def _shortest(self) -> dict[tuple[int, int], int]:
        found: dict[tuple[int, int], int] = {}
        for link in np.argsort(-self.metres, kind="stable").tolist():
            one, two = self.pairs[link].tolist()
            found[one, two] = found[two, one] = link
        return found

    def between(self, one: int, two: int) -> int:
        """Give the shortest link between two neighbours."""
        return self._shortest[one, two]


class Ways:
    """The shortest ways from some crossings to all."""

    def __init__(self, links: Links, sources: Ints) -> None:
        self.links, self.sources = links, sources
        self._row = {int(node): row for row, node in enumerate(sources)}
        self.metres, self._before = dijkstra(links.web, indices=sources, return_predecessors=True)

    def far(self, one: int, two: int) -> float:
        """Give the metres from a source to a crossing; inf where there is no way."""
        return float(self.metres[self._row[one], two])

    def path(self, one: int, two: int) -> list[int]:
        """Give the links of the way from a source to a crossing, in order."""
        before, found, at = self._before[self._row[one]], list[int](), two
        while at != one:
            step = int(before[at])
            found.append(self.links.between(step, at))
            at = step
        return found[::-1]


@dataclass(frozen=True)
class Service:
    """A needed link, and the crossing from which it is walked, and to which."""

    link: int
    start: int
    end: int


@dataclass(frozen=True)
class Postman:
    """The needed links in the order of a closed walk from the base.

    Attributes
    ----------
    services
        Each needed link once.
    ways
        From every crossing that a service touches, and from the base.
    metres
        Of the closed walk: each service, and the shortest ways between them.
    bound
        No closed walk can be shorter: the needed links, and the least pairing of their odd crossings.
    """

    services: tuple[Service, ...]
    ways: Ways
    metres: float
    bound: float


def reached(links: Links, base: int) -> Flags:
    """Say of each link whether there is a way to it from the base."""
    piece = connected_components(links.web, directed=False)[1]
    return np.asarray(piece[links.pairs[:, 0]] == piece[base])


def services(links: Links, needed: Ints, base: int) -> Postman:
    """Put the needed links in the order of a closed walk from the base that is as short as can be found.

    Parameters
    ----------
    needed
        Numbers of links, all of them `reached` from the base.
    base
        Where the walk starts and ends.
    """
    nodes = np.unique(np.append(links.pairs[needed].ravel(), base))
    ways = Ways(links, nodes)
    odd = _odd(links, needed)
    pairing, least = _pairing(ways, odd)
    bound = float(links.metres[needed].sum()) + least
    tours = [
        _ordered(links, needed, _trimmed(links, needed, added, base), base)
        for added in (_joined_first(links, needed, base, ways), _paired_first(links, needed, base, ways, pairing))
    ]
    found = [(closed(links, ways, tour, base), tour) for tour in tours]
    metres, tour = min(found, key=lambda each: each[0])
    return Postman(tour, ways, metres, bound)


def closed(links: Links, ways: Ways, tour: tuple[Service, ...], base: int) -> float:
    """Give the metres of a walk from the base through services in their order and back."""
    if not tour:
        return 0.0
    starts, ends = [*(each.start for each in tour), base], [base, *(each.end for each in tour)]
    between = sum(ways.far(end, start) for end, start in zip(ends, starts, strict=True))
    return float(between + links.metres[[each.link for each in tour]].sum())


def _odd(links: Links, some: Ints) -> Ints:
    """Give the crossings at which an odd number of these links end."""
    return np.flatnonzero(np.bincount(links.pairs[some].ravel(), minlength=links.n) % 2)


def _pairing(ways: Ways, odd: Ints) -> tuple[list[tuple[int, int]], float]:
    """Pair crossings so that the ways between them are shortest together; give these metres too."""
    if not len(odd):
        return [], 0.0
    rows = np.searchsorted(ways.sources, odd)
    metres = ways.metres[np.ix_(rows, odd)]
    near = metres.shape[0] - 1 if len(odd) <= MANY else PAIRED
    pairs = _matched(metres, near)
    if len(pairs) < len(odd) // 2:
        pairs = _matched(metres, len(odd) - 1)
    return [(int(odd[one]), int(odd[two])) for one, two in pairs], float(sum(metres[one, two] for one, two in pairs))


def _matched(metres: Floats, near: int) -> list[tuple[int, int]]:
    n, whole = len(metres), np.rint(metres * CM)
    big = int(whole[np.isfinite(whole)].max()) + 1
    order = np.argsort(whole + np.diag(np.full(n, np.inf)), axis=1, kind="stable")[:, :near]
    one, two = np.repeat(np.arange(n), near), order.ravel()
    kept = np.isfinite(whole[one, two]) & ((one < two) | ~(order[two] == one[:, None]).any(axis=1))
    graph: rx.PyGraph[None, int] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from([None] * n)
    edges = zip(one[kept].tolist(), two[kept].tolist(), strict=True)
    graph.add_edges_from([(a, b, big - int(whole[a, b])) for a, b in edges])
    found = rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return sorted((min(pair), max(pair)) for pair in found)


def _joined_first(links: Links, needed: Ints, base: int, ways: Ways) -> Ints:
    """Join the pieces of the needed links and the base, then pair what is odd; give the links that are added."""
    added = _joins(links, needed, base, ways)
    odd = _odd(links, np.append(needed, added))
    return np.concatenate([added, _walked(ways, _pairing(ways, odd)[0])])


def _paired_first(links: Links, needed: Ints, base: int, ways: Ways, pairing: list[tuple[int, int]]) -> Ints:
    """Pair what is odd, then join the pieces there and back; give the links that are added."""
    paired = _walked(ways, pairing)
    joins = _joins(links, np.append(needed, paired), base, ways)
    return np.concatenate([paired, joins, joins])


def _walked(ways: Ways, pairs: list[tuple[int, int]]) -> Ints:
    return np.array([link for one, two in pairs for link in ways.path(one, two)], dtype=np.int64)


def _joins(links: Links, some: Ints, base: int, ways: Ways) -> Ints:
    """Give links that join the pieces of some links, and the base, over the shortest ways between pieces."""
    piece = _pieces(links, some)[ways.sources]
    names, piece = np.unique(piece, return_inverse=True)
    if len(names) == 1:
        return np.zeros(0, dtype=np.int64)
    metres = ways.metres[:, ways.sources]
    one, two = np.nonzero(piece[:, None] < piece)
    order = np.argsort(metres[one, two], kind="stable")
    one, two = one[order], two[order]
    _, first = np.unique(piece[one] * len(names) + piece[two], return_index=True)
    one, two = one[first], two[first]
    far = np.maximum(metres[one, two], 1e-6)
    tree = minimum_spanning_tree(coo_array((far, (piece[one], piece[two])), shape=(len(names), len(names)))).tocoo()
    at = {(int(a), int(b)): number for number, (a, b) in enumerate(zip(piece[one], piece[two], strict=True))}
    chosen = [at[int(a), int(b)] for a, b in zip(tree.coords[0], tree.coords[1], strict=True)]
    return _walked(ways, [(int(ways.sources[one[each]]), int(ways.sources[two[each]])) for each in chosen])


def _pieces(links: Links, some: Ints) -> Ints:
    """Give each crossing the number of the piece that these links make of it and others."""
    ends = links.pairs[some]
    web = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(links.n, links.n))
    return np.asarray(connected_components(web, directed=False)[1], dtype=np.int64)


def _trimmed(links: Links, needed: Ints, added: Ints, base: int) -> Ints:
    """Take away, two by two, what was added twice and is not needed to hang together; the longest first."""
    count = np.bincount(added, minlength=len(links.metres))
    wanted = np.bincount(needed, minlength=len(links.metres))
    for link in sorted(np.flatnonzero(count >= 2).tolist(), key=lambda each: -links.metres[each]):
        rest = count.copy()
        rest[link] -= 2 * (count[link] // 2)
        left = np.flatnonzero(rest + wanted)
        piece = _pieces(links, left)
        touched = np.append(links.pairs[needed].ravel(), base)
        if (piece[touched] == piece[base]).all():
            count = rest
        elif count[link] >= 4:
            count[link] -= 2 * (count[link] // 2 - 1)
    return np.repeat(np.arange(len(count)), count)


def _ordered(links: Links, needed: Ints, added: Ints, base: int) -> tuple[Service, ...]:
    """Give the needed links in the order of a circuit of them and the added ones (Hierholzer).

    A needed link that is walked several times counts the first time.
    """
    uses = np.concatenate([needed, added])
    open_ = np.ones(len(uses), dtype=bool)
    at: dict[int, list[int]] = {}
    for number in range(len(uses) - 1, -1, -1):  # the last of a list is taken first: needed ones before added ones
        for node in links.pairs[uses[number]].tolist():
            at.setdefault(node, []).append(number)
    stack, circuit = [(base, -1)], list[tuple[int, int]]()
    while stack:
        node, by = stack[-1]
        waiting = at.get(node, [])
        while waiting and not open_[waiting[-1]]:
            waiting.pop()
        if not waiting:
            circuit.append(stack.pop())
            continue
        number = waiting.pop()
        open_[number] = False
        one, two = links.pairs[uses[number]].tolist()
        stack.append((two if node == one else one, number))
    circuit.reverse()
    asked, found = set(needed.tolist()), list[Service]()
    for (start, _), (end, by) in pairwise(circuit):
        link = int(uses[by])
        if link in asked:
            asked.remove(link)
            found.append(Service(link, start, end))
    return tuple(found)
