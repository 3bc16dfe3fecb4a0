"""A long walk cut into walks that fit a working day: as few as can be, and of these the shortest together.

The order of the services stays (Ulusoy's splitting of a giant tour): every cut is looked at, the best kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from coverage.routes.postman import Links, Service, Ways, closed
from coverage.streets.network import Floats

Walk = tuple[Service, ...]


def split(links: Links, ways: Ways, tour: Sequence[Service], base: int, limit: float) -> tuple[list[Walk], Walk]:
    """Cut a tour into walks from the base and back of at most `limit` metres.

    Returns
    -------
    The walks in the order of the tour, and the services that no walk of that length can reach.
    """
    alone = [closed(links, ways, (each,), base) for each in tour]
    near = [each for each, metres in zip(tour, alone, strict=True) if metres <= limit]
    far = tuple(each for each, metres in zip(tour, alone, strict=True) if metres > limit)
    if not near:
        return [], far
    out = np.array([ways.far(base, each.start) for each in near])
    home = np.array([ways.far(base, each.end) for each in near])
    own = links.metres[[each.link for each in near]]
    step = np.array([ways.far(one.end, two.start) for one, two in pairwise(near)])
    return [tuple(near[first:last]) for first, last in _cuts(out, home, own, step, limit)], far


def _cuts(out: Floats, home: Floats, own: Floats, step: Floats, limit: float) -> list[tuple[int, int]]:
    """Give the first service of each walk and that behind its last."""
    n = len(own)
    along = np.concatenate([[0.0], np.cumsum(step)]) + np.cumsum(own)  # from the start of the first to each one's end
    begin = along - own
    count, metres = np.full((2, n + 1), np.inf)
    count[0], metres[0] = 0, 0.0
    before = np.zeros(n + 1, dtype=np.int64)
    for last in range(1, n + 1):
        walk = out[:last] + along[last - 1] - begin[:last] + home[last - 1]
        fits = np.flatnonzero(walk <= limit + 1e-6)  # sums of the same lengths in another order
        best = fits[np.lexsort((metres[fits] + walk[fits], count[fits]))[0]]
        count[last], metres[last], before[last] = count[best] + 1, metres[best] + walk[best], best
    found, last = list[tuple[int, int]](), n
    while last:
        found.append((int(before[last]), last))
        last = int(before[last])
    return found[::-1]
