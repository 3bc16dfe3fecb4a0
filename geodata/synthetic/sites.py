"""Where places stand: along the streets, each trade in the surroundings it seeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geodata.synthetic.chance import Floats, Ints, apportion, pick, waves
from geodata.synthetic.land import Land, spread
from geodata.synthetic.sizes import Size
from geodata.synthetic.streets import ARTERIAL, COLLECTOR, Blocks, Lattice
from geodata.synthetic.trades import ESTATE, FIELDS, HILLS, HOMES, MARKET, SITES, TRADES

FRONT_M = (9.0, 34.0)
"""How far a place stands back from the middle of its street."""


@dataclass(frozen=True)
class Sites:
    """n places before they have names.

    Attributes
    ----------
    trade, xy, block, street
        Position in `TRADES`; (n, 2) metres; block that holds it; piece of the lattice it stands at.
    """

    trade: Ints
    xy: Floats
    block: Ints
    street: Ints


@dataclass(frozen=True)
class Surroundings:
    """How built-up and of which kind the town is, as functions of (k, 2) points."""

    land: Land
    size: Size
    estates: Floats
    radius: float

    def crowd(self, xy: Floats) -> Floats:
        """Give how densely built it is, 0 … 1."""
        town = self._near(xy, self.land.centres, 0.30 * self.radius / np.sqrt(len(self.land.centres)))
        hamlet = self._near(xy, self.land.hamlets, 420 if self.size.rural else 0.09 * self.radius)
        estate = self._near(xy, self.estates, 450)
        built = (
            (0.35 if self.size.rural else 1.0) * town
            + 0.75 * hamlet
            + 0.5 * estate
            + (0.01 if self.size.rural else 0.05)
        )
        hills = 1 / (1 + np.exp(6 * (self.land.hills.at(xy) - 1.0)))
        return np.asarray(np.minimum(built, 1) * hills)

    def seek(self, where: int, xy: Floats, rank: Ints) -> Floats:  # noqa: PLR0911 - one line a kind of surroundings
        """Give how much a trade that seeks `where` wants to stand at points on streets of these ranks."""
        crowd, busy = self.crowd(xy), np.select([rank == ARTERIAL, rank == COLLECTOR], [1.6, 2.4], 0.5)
        if where == ESTATE:
            return np.asarray(self._near(xy, self.estates, 380) ** 1.5 + 0.012 * crowd)
        if where == MARKET:
            return np.asarray(crowd**1.6 * busy)
        if where == HOMES:
            return np.asarray(crowd**1.3 * (1.15 - 0.9 * self._near(xy, self.estates, 380)).clip(0.02) / busy)
        if where == SITES:
            return np.asarray((crowd * (1.05 - crowd)).clip(0.001))
        if where == FIELDS:
            return np.asarray((1.02 - crowd) * self._near(xy, self.land.hamlets, 1500) + 0.01)
        if where == HILLS:
            return np.asarray(np.exp(2 * self.land.hills.at(xy).clip(-2, 2)))
        return np.asarray(np.exp(-shapely.distance(self.land.water, shapely.points(xy)) / 150) + 1e-4)

    @staticmethod
    def _near(xy: Floats, middles: Floats, scale: float) -> Floats:
        away = cKDTree(middles).query(xy)[0] ** 2
        return np.asarray(np.exp(-away / (2 * scale**2)))


def surroundings(land: Land, size: Size, rng: np.random.Generator) -> Surroundings:
    """Place the industrial estates between the centres."""
    count = max(2, round(len(land.hamlets) * (0.4 if size.rural else 0.9)))
    estates = spread(land.town.difference(land.water.buffer(150)), count, rng, waves(rng, 2000, 9000, 8))
    return Surroundings(land, size, estates, float(np.sqrt(land.town.area / np.pi)))


def trades_of(size: Size, rng: np.random.Generator) -> Ints:
    """Give the trade of each place, by share or by count, in random order."""
    if size.rural:
        counts = np.array([trade.village for trade in TRADES])
    else:
        counts = apportion(np.array([trade.per_mille for trade in TRADES]), size.places, rng)
    return rng.permutation(np.repeat(np.arange(len(TRADES)), counts))


def make_sites(trade: Ints, lattice: Lattice, blocks: Blocks, around: Surroundings, rng: np.random.Generator) -> Sites:
    """Stand each place beside a road that its trade seeks, on dry ground inside the outline."""
    road = np.flatnonzero(lattice.road)
    ends = lattice.nodes[lattice.ends[road]]
    middle, length = ends.mean(axis=1), np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    lumps = np.exp(0.5 * waves(rng, 250, 2500, 24, 0.4).at(middle)) * length
    where = np.array([t.where for t in TRADES])[trade]
    wants = {w: lumps * around.seek(w, middle, lattice.rank[road]) for w in np.unique(where)}
    tree = shapely.STRtree(blocks.shapes)
    xy, block, street = np.zeros((len(trade), 2)), np.full(len(trade), -1), np.zeros(len(trade), dtype=np.int64)
    while (todo := np.flatnonzero(block < 0)).size:
        for w, want in wants.items():
            mine = todo[where[todo] == w]
            piece = pick(want, len(mine), rng)
            street[mine], xy[mine] = road[piece], _beside(ends[piece], w, rng)
        inner, held = tree.query(shapely.points(xy[todo]), predicate="within")
        dry = ~blocks.wet[held] & (blocks.size[held] > 300)
        block[todo[inner[dry]]] = held[dry]
    return Sites(trade, xy, block, street)


def _beside(ends: Floats, where: int, rng: np.random.Generator) -> Floats:
    """Give one point beside each street piece, on either side."""
    n = len(ends)
    along = ends[:, 1] - ends[:, 0]
    length = np.hypot(*along.T)
    left = np.column_stack((-along[:, 1], along[:, 0])) / length[:, None]
    deep = 1.5 if where in (ESTATE, FIELDS, HILLS) else 1.0
    back = rng.choice([-1, 1], n) * np.minimum(rng.uniform(FRONT_M[0], FRONT_M[1] * deep, n), 0.42 * length)
    point = ends[:, 0] + rng.uniform(0.06, 0.94, n)[:, None] * along + back[:, None] * left
    return np.asarray(np.round(point, 2))
