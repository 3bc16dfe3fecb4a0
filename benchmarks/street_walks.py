"""Walks along unwalked streets of the made-up town `humen`, grid by grid, beside the least that any walk can be.

`python benchmarks/street_walks.py [--every N]`: every N-th grid (default: all). Printed are seconds a grid, the length
of a closed walk along every street that nobody walked for 30 days beside its lower bound (those streets, and the least
pairing of their odd crossings), and beside who walks to the nearest needed street until none is left.
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from time import perf_counter

import numpy as np
import shapely

from coverage.routes.postman import Links, Postman, services
from coverage.routes.splitting import split
from coverage.routes.street_route import PACE
from coverage.routes.unwalked import unwalked, wanted
from coverage.streets.network import Ints
from coverage.streets.walks import street_walks
from geodata.ledger import Ledger
from geodata.synthetic import make_town

DAY = date(2024, 7, 1)
WORK_S = 8 * 3600


def nearest_first(links: Links, found: Postman, needed: Ints, base: int) -> float:
    """Give the metres of who always goes to the nearest needed street, and home in the end."""
    left, at, metres = {int(link) for link in needed}, base, 0.0
    while left:
        ends = [(found.ways.far(at, int(node)), link, int(node)) for link in left for node in links.pairs[link]]
        far, link, node = min(ends)
        one, two = links.pairs[link].tolist()
        metres += far + float(links.metres[link])
        at = two if node == one else one
        left.discard(link)
    return metres + found.ways.far(at, base)


def main() -> None:
    """Walk every grid, print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--every", type=int, default=1)
    made = make_town("humen")
    began = perf_counter()
    walks = street_walks(Ledger.whole(made.town, made.frames), DAY)
    print(f"which of {len(walks.pieces):,} pieces of street were walked: {perf_counter() - began:.1f} s")
    grids = walks.areas[walks.areas["level"] == "grid"].to_crs(walks.network.crs)
    rows = []
    for code, shape in list(zip(grids["code"], grids.geometry, strict=True))[:: options.parse_args().every]:
        which = wanted(walks, f"grid:{code}", DAY - timedelta(days=29))
        if not which.any():
            continue
        began = perf_counter()
        net = unwalked(walks, which, np.array([shapely.point_on_surface(shape)], dtype=object))
        found = services(net.links, net.needed, net.base)
        cut, _ = split(net.links, found.ways, found.services, net.base, WORK_S * PACE)
        took = perf_counter() - began
        plain = nearest_first(net.links, found, net.needed, net.base)
        rows.append((took, found.metres, found.bound, plain, len(cut)))
    seconds, metres, bound, plain, count = np.array(rows).T
    print(
        f"{len(rows)} grids: {seconds.sum():.1f} s in all, at most {seconds.max():.2f} s; {metres.mean():,.0f} m a walk"
    )
    print(f"length / lower bound: mean {(metres / bound).mean():.3f}, worst {(metres / bound).max():.3f}")
    print(f"nearest street first / ours: mean {(plain / metres).mean():.3f}, least {(plain / metres).min():.3f}")
    print(f"walks of 8 hours a grid: {count.mean():.2f}, at most {count.max():.0f}")


if __name__ == "__main__":
    main()
