"""Atoms as a graph: what each carries, which are neighbours, what it costs to cut between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Graph:
    """n atoms and the m borders between them, each border from both sides (CSR).

    Attributes
    ----------
    indptr, indices
        (n + 1,), (2m,): the neighbours of atom v are `indices[indptr[v]:indptr[v + 1]]`.
    cost
        (2m,) what a part's border along it costs: metres, more across a street than along a river.
    load
        (n,) minutes a month, or whatever is to be balanced; none negative.
    x, y
        (n,) centroids, metres.
    """

    indptr: Ints
    indices: Ints
    cost: Floats
    load: Floats
    x: Floats
    y: Floats

    @classmethod
    def of(cls, pairs: Ints, cost: Floats, load: Floats, x: Floats, y: Floats) -> Graph:
        """Make a graph of (m, 2) pairs of neighbours, each once, and the cost of each."""
        n, m = len(load), len(pairs)
        start, end = np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]])
        order = np.lexsort((end, start))
        indptr = np.searchsorted(start[order], np.arange(n + 1))
        return cls(indptr, end[order], cost[order % m] if m else cost, load.astype(float), x, y)

    def __len__(self) -> int:
        """Count the atoms."""
        return len(self.load)

    @property
    def pairs(self) -> Ints:
        """The (m, 2) pairs of neighbours, the smaller position first."""
        start = np.repeat(np.arange(len(self)), np.diff(self.indptr))
        once = start < self.indices
        return np.column_stack([start[once], self.indices[once]])

    def part(self, atoms: Ints) -> Graph:
        """Give the graph of some atoms, in their order, with the borders among them."""
        new = np.full(len(self), -1, dtype=np.int64)
        new[atoms] = np.arange(len(atoms))
        start = np.repeat(np.arange(len(self)), np.diff(self.indptr))
        held = (new[start] >= 0) & (new[self.indices] >= 0) & (start < self.indices)
        pairs = np.column_stack([new[start[held]], new[self.indices[held]]])
        return Graph.of(pairs, self.cost[held], self.load[atoms], self.x[atoms], self.y[atoms])

    def pieces(self, labels: Ints) -> Ints:
        """Give each atom the number of its piece: atoms of one label that hang together have one number."""
        from scipy.sparse import coo_matrix  # noqa: PLC0415 - slow import
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

        start = np.repeat(np.arange(len(self)), np.diff(self.indptr))
        same = labels[start] == labels[self.indices]
        links = coo_matrix(
            (np.ones(same.sum(), dtype=np.int8), (start[same], self.indices[same])), shape=[len(self)] * 2
        )
        _, found = connected_components(links, directed=False)
        return np.asarray(found, dtype=np.int64)
