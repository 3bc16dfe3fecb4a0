"""How the ground is divided: towns, communities, 片区, grids; parts in one piece, with the codes of an office."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.synthetic.chance import Floats, Ints, Objects, apportion, waves
from geodata.synthetic.land import Land
from geodata.synthetic.sizes import Size
from geodata.synthetic.streets import Blocks


@dataclass(frozen=True)
class Parts:
    """Areas of one level.

    Attributes
    ----------
    codes, names, shapes
        One entry an area, in ascending order of codes; shapes in metres.
    parent
        Position of the parent in the level above.
    block
        For each block, the position of its area.
    """

    codes: Objects
    names: Objects
    shapes: Objects
    parent: Ints
    block: Ints


@dataclass(frozen=True)
class Divisions:
    """All levels of a size; `city` is there only when the root is a city (its one area is the whole outline)."""

    towns: Parts
    districts: Parts
    communities: Parts
    grids: Parts


def _ways(blocks: Blocks, rng: np.random.Generator, owner: Ints | None = None) -> csr_array:
    """Give the graph of blocks, weighted by distance with some chance; without edges between different owners.

    Water and big streets cost more to cross, so that borders come to lie on them.
    """
    graph = blocks.joined.tocoo()
    left, right = graph.coords
    middle = blocks.middle
    tilt = np.exp(0.25 * waves(rng, 600, 6000, 24, 0.6).at((middle[left] + middle[right]) / 2))
    hard = 1 + 4.0 * (blocks.wet[left] != blocks.wet[right])
    for quarter in (blocks.quarter, blocks.ward):
        hard = hard + 1.5 * (quarter[left] != quarter[right])
    cost = np.hypot(*(middle[left] - middle[right]).T) * tilt * hard
    kept = np.ones(len(cost), dtype=bool) if owner is None else owner[left] == owner[right]
    n = len(middle)
    return csr_array((cost[kept], (left[kept], right[kept])), shape=(n, n))


def _grow(ways: csr_array, seeds: Ints) -> Ints:
    """Give each block to the seed it reaches first: every part is in one piece."""
    reach, _, source = dijkstra(ways, directed=False, indices=seeds, min_only=True, return_predecessors=True)
    if not np.isfinite(reach).all():
        raise ValueError("the outline is not in one piece")
    rank = np.zeros(len(reach), dtype=np.int64)
    rank[seeds] = np.arange(len(seeds))
    return np.asarray(rank[source], dtype=np.int64)


def _middle_blocks(middle: Floats, part: Ints, weight: Floats, count: int) -> Ints:
    """Give for each part the block nearest to its weighted middle."""
    total = np.bincount(part, weight, count)
    mean = np.column_stack([np.bincount(part, weight * middle[:, axis], count) / total for axis in (0, 1)])
    away = np.hypot(*(middle - mean[part]).T)
    order = np.lexsort((away, part))
    return np.asarray(order[np.r_[True, part[order][1:] != part[order][:-1]]])


def _settle(ways: csr_array, middle: Floats, weight: Floats, seeds: Ints, rounds: int) -> Ints:
    """Grow parts, move each seed to the weighted middle, some rounds (Lloyd's way, on the graph of blocks)."""
    part = _grow(ways, seeds)
    for _ in range(rounds):
        part = _grow(ways, _middle_blocks(middle, part, weight, len(seeds)))
    return part


def _split_heaviest(part: Ints, seeds: Ints, owner: Ints, weight: Floats, rng: np.random.Generator) -> Ints:
    """Move the seed of each owner's lightest part into its heaviest one, where that has over twice its weight."""
    load = np.bincount(part, weight, len(seeds))
    of_seed = owner[seeds]
    order = np.lexsort((load, of_seed))
    last = np.flatnonzero(np.r_[of_seed[order][1:] != of_seed[order][:-1], True])
    heaviest, lightest = order[last], order[np.r_[0, last[:-1] + 1]]
    out = seeds.copy()
    for high, low in zip(heaviest, lightest, strict=True):
        inside = np.flatnonzero((part == high) & ~np.isin(np.arange(len(part)), seeds))
        if load[high] > 2.2 * load[low] and inside.size:
            out[low] = inside[np.argmax(weight[inside] * rng.random(len(inside)))]
    return out


def _seeds_within(owner: Ints, counts: Ints, weight: Floats, rng: np.random.Generator) -> Ints:
    """Draw `counts[o]` different blocks of each owner, likelier where there is more weight."""
    key = rng.exponential(size=len(owner)) / weight
    order = np.lexsort((key, owner))
    start = np.searchsorted(owner[order], np.arange(len(counts)))
    if (np.bincount(owner, minlength=len(counts)) < counts).any():
        raise ValueError("fewer blocks than parts")
    return np.asarray(order[np.concatenate([np.arange(s, s + c) for s, c in zip(start, counts, strict=True)])])


def _counts(load: Floats, group: Ints, totals: Ints, least: int, rng: np.random.Generator) -> Ints:
    """Share `totals[g]` parts among the members of each group by load, each at least `least`."""
    out = np.zeros(len(load), dtype=np.int64)
    for g, total in enumerate(totals):
        mine = group == g
        out[mine] = least + apportion(load[mine], int(total - least * mine.sum()), rng)
    return out


def _west_first(blocks: Blocks, part: Ints, group: Ints) -> Ints:
    """Give each part its serial inside its group, from 1: from west to east, then from north to south."""
    count = len(group)
    area = np.bincount(part, blocks.size, count)
    middle = np.column_stack([np.bincount(part, blocks.size * blocks.middle[:, a], count) / area for a in (0, 1)])
    order = np.lexsort((-middle[:, 1], middle[:, 0], group))
    serial = np.zeros(count, dtype=np.int64)
    starts = np.searchsorted(group[order], group[order])
    serial[order] = np.arange(count) - starts + 1
    return serial


def _parts(blocks: Blocks, part: Ints, parent: Ints, label: tuple[Objects, Objects]) -> Parts:
    """Put parts in the order of their codes and join their blocks."""
    codes, names = label
    order = np.argsort(codes.astype(str), kind="stable")
    position = np.zeros(len(codes), dtype=np.int64)
    position[order] = np.arange(len(codes))
    block = position[part]
    by = np.argsort(block, kind="stable")
    pieces = np.split(blocks.shapes[by], np.flatnonzero(np.diff(block[by])) + 1)
    shapes = np.array([shapely.coverage_union_all(piece) for piece in pieces], dtype=object)
    return Parts(codes[order], names[order], shapes, parent[order], block)


def _towns(blocks: Blocks, land: Land, size: Size, weight: Floats, ways: csr_array) -> Parts:
    """Give each town its ground; the one town of a small size has all of it."""
    count = len(size.towns)
    if count == 1:
        part = np.zeros(len(weight), dtype=np.int64)
        return _parts(blocks, part, np.zeros(1, dtype=np.int64), _labels([size.code], [size.name]))
    nearest = np.hypot(*(blocks.middle[:, None, :] - land.centres[None]).transpose(2, 0, 1)).argmin(axis=0)
    part = _settle(ways, blocks.middle, weight, nearest, 2)
    loads = np.bincount(part, weight)
    # the biggest ground goes to the town with most places
    rank = np.argsort(np.argsort(-loads, kind="stable"), kind="stable")
    labels = [f"{size.code}{n + 1:03d}" for n in rank], [size.towns[n].name for n in rank]
    return _parts(blocks, part, np.zeros(count, dtype=np.int64), _labels(*labels))


def _labels(codes: list[str], names: list[str]) -> tuple[Objects, Objects]:
    return np.array(codes, dtype=object), np.array(names, dtype=object)


def _communities(
    blocks: Blocks, size: Size, towns: Parts, *, weight: Floats, names: Objects, rng: np.random.Generator
) -> Parts:
    """Divide each town; crowded ones are 社区 (001–), the others 村 (200–), as the statistics office numbers them."""
    counts = np.array([town.communities for town in size.towns])
    ways = _ways(blocks, rng, towns.block)
    part = _settle(ways, blocks.middle, weight, _seeds_within(towns.block, counts, weight, rng), 4)
    owner = towns.block[_middle_blocks(blocks.middle, part, weight, int(counts.sum()))]
    dense = np.bincount(part, weight) / np.bincount(part, blocks.size)
    village = dense < np.quantile(dense, 0.8 if size.rural else 0.5)
    serial = _west_first(blocks, part, owner * 2 + village)
    number = np.where(village, 199 + serial, serial)
    codes = np.array([f"{towns.codes[o]}{n:03d}" for o, n in zip(owner, number, strict=True)], dtype=object)
    kind = np.where(village, "村", "社区").astype(object)
    return _parts(blocks, part, owner, (codes, names[: len(codes)] + kind))


def _districts(
    blocks: Blocks, size: Size, towns: Parts, communities: Parts, *, load: Floats, rng: np.random.Generator
) -> Parts:
    """Group whole neighbouring communities. An office writes a 片区 as its town's code, PQ and a number."""
    n = len(communities.codes)
    graph = blocks.joined.tocoo()
    left, right = (communities.block[c] for c in graph.coords)
    apart = (left != right) & (communities.parent[left] == communities.parent[right])
    middle = shapely.get_coordinates(shapely.centroid(communities.shapes))
    touch = csr_array((graph.data[apart], (left[apart], right[apart])), shape=(n, n)).tocoo()
    a, b = touch.coords
    ways = csr_array((np.hypot(*(middle[a] - middle[b]).T), (a, b)), shape=(n, n))
    counts = np.array([town.districts for town in size.towns])
    weight = np.bincount(communities.block, load).astype(float)
    tries = [
        _settle(ways, middle, weight, _seeds_within(communities.parent, counts, weight, rng), 3) for _ in range(60)
    ]
    part = min(tries, key=lambda one: float((np.bincount(one, weight, int(counts.sum())) ** 2).sum()))
    owner = communities.parent[_middle_blocks(middle, part, weight, int(counts.sum()))]
    of_block = part[communities.block]
    serial = _west_first(blocks, of_block, owner)
    codes = np.array([f"{towns.codes[o]}PQ{s}" for o, s in zip(owner, serial, strict=True)], dtype=object)
    names = np.array([f"第{'一二三四五六'[s - 1]}片区" for s in serial], dtype=object)
    if len(towns.codes) > 1:
        names = np.array([towns.names[o] + name for o, name in zip(owner, names, strict=True)], dtype=object)
    return _parts(blocks, of_block, owner, (codes, names))


def _grids(blocks: Blocks, size: Size, communities: Parts, load: Floats, rng: np.random.Generator) -> Parts:
    """Divide each community into grids of like numbers of places, with 15-digit codes (6 + 3 + 3 + 3)."""
    owner = communities.block
    counts = _counts(
        np.bincount(owner, load).astype(float),
        communities.parent,
        np.array([t.grids for t in size.towns]),
        1 if size.rural else 3,
        rng,
    )
    ways = _ways(blocks, rng, owner)
    seeds = _seeds_within(owner, counts, load**1.5, rng)
    for _ in range(10):
        part = _settle(ways, blocks.middle, load, seeds, 1)
        seeds = _middle_blocks(blocks.middle, part, load, len(seeds))
        seeds = _split_heaviest(part, seeds, owner, load, rng)
    part = _settle(ways, blocks.middle, load, seeds, 2)
    of_part = owner[_middle_blocks(blocks.middle, part, load, int(counts.sum()))]
    serial = _west_first(blocks, part, of_part)
    codes = np.array([f"{communities.codes[o]}{s:03d}" for o, s in zip(of_part, serial, strict=True)], dtype=object)
    names = np.array([f"{communities.names[o]}第{s}网格" for o, s in zip(of_part, serial, strict=True)], dtype=object)
    return _parts(blocks, part, of_part, (codes, names))


def make_divisions(
    blocks: Blocks, land: Land, size: Size, *, places: Ints, names: Objects, rng: np.random.Generator
) -> Divisions:
    """Divide the ground from the top down.

    Parameters
    ----------
    places
        How many places each block holds.
    names
        Names of communities, more than needed, without 社区 or 村.
    """
    load = places + blocks.size / blocks.size.sum() * 0.12 * places.sum()
    even = load**0.8 if size.rural else load**0.5 * blocks.size**0.25
    towns = _towns(blocks, land, size, even, _ways(blocks, rng))
    communities = _communities(blocks, size, towns, weight=even, names=names, rng=rng)
    districts = _districts(blocks, size, towns, communities, load=even, rng=rng)
    grids = _grids(blocks, size, communities, load, rng)
    # a community's parent is its 片区
    first = np.array([np.flatnonzero(communities.block == n)[0] for n in range(len(communities.codes))])
    nested = Parts(communities.codes, communities.names, communities.shapes, districts.block[first], communities.block)
    return Divisions(towns, districts, nested, grids)
