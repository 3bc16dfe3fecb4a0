"""Streets and the blocks between them: a bent lattice, noded with outline and water so that blocks share vertices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geodata.synthetic.chance import Bools, Floats, Ints, Objects, waves
from geodata.synthetic.land import Land

ARTERIAL, COLLECTOR, LANE = 0, 1, 2
JITTER = np.array([0.02, 0.06, 0.17])
SNAP_M = 0.01
LEAST_BORDER_M = 0.5


@dataclass(frozen=True)
class Lattice:
    """Crossings and the streets between them.

    Attributes
    ----------
    nodes
        (n, 2) crossings, metres.
    ends
        (m, 2) crossings that a street piece joins.
    rank, line
        m ranks (`ARTERIAL`, `COLLECTOR`, `LANE`), and the number of the lattice line that a piece belongs to.
    road
        m: whether the piece was built (else it is only the border of a block).
    """

    nodes: Floats
    ends: Ints
    rank: Ints
    line: Ints
    road: Bools


@dataclass(frozen=True)
class Blocks:
    """What lies between streets: the atoms of every area.

    Attributes
    ----------
    shapes, middle, size
        n polygons that tile the outline, their centroids (n, 2) in metres, their areas in m².
    wet
        n: block is water.
    quarter, ward
        n: number of the ground between collectors, and between arterials, that holds the block.
    joined
        (n, n) sparse: length in metres of the shared border.
    """

    shapes: Objects
    middle: Floats
    size: Floats
    wet: Bools
    quarter: Ints
    ward: Ints
    joined: csr_array


def _ranks(count: int, rng: np.random.Generator) -> Ints:
    """Draw ranks of parallel lines: arterials every 8–13 lines, a collector every 3–5 between them."""
    ranks = np.full(count, LANE)
    at = int(rng.integers(0, 4))
    while at < count:
        ranks[at] = COLLECTOR
        at += int(rng.integers(3, 6))
    at = int(rng.integers(2, 8))
    while at < count:
        ranks[max(at - 1, 0) : at + 2] = (LANE, ARTERIAL, LANE)[: len(ranks[max(at - 1, 0) : at + 2])]
        at += int(rng.integers(8, 14))
    return ranks


def _bend(xy: Floats, land: Land, reach: float, rng: np.random.Generator) -> Floats:
    """Turn, bend and pull the lattice together around the centres."""
    turn = rng.uniform(-0.35, 0.35)
    out = xy @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    swirl = [waves(rng, 0.6 * reach, 2.2 * reach, 10, 1.0), waves(rng, 0.6 * reach, 2.2 * reach, 10, 1.0)]
    ripple = [waves(rng, 500, 1600, 16, 1.0), waves(rng, 500, 1600, 16, 1.0)]
    out = out + np.column_stack(
        [0.036 * reach * s.at(out) + 16 * r.at(out) for s, r in zip(swirl, ripple, strict=True)]
    )
    pull = np.zeros_like(out)
    scale = 0.45 * reach / np.sqrt(len(land.centres))
    for centre in land.centres:
        away = out - centre
        pull += 0.34 * away * np.exp(-np.sum(away**2, axis=1) / (2 * scale**2))[:, None]
    return np.asarray(out - pull)


def make_lattice(land: Land, spacing: float, rng: np.random.Generator) -> Lattice:
    """Lay the lattice over the town; no piece is a road yet."""
    west, south, east, north = land.town.bounds
    reach = max(east - west, north - south) / 2
    origin = np.array([(west + east) / 2, (south + north) / 2])
    count = int(1.75 * 2 * reach / spacing)
    ticks = (np.arange(count) - count / 2) * spacing
    ranks = (_ranks(count, rng), _ranks(count, rng))
    u, v = np.meshgrid(ticks, ticks, indexing="ij")
    u = u + spacing * JITTER[ranks[0]][:, None] * rng.standard_normal(u.shape).clip(-2, 2)
    v = v + spacing * JITTER[ranks[1]][None, :] * rng.standard_normal(v.shape).clip(-2, 2)
    nodes = _bend(np.column_stack((u.ravel(), v.ravel())) + origin, land, reach, rng)
    number = np.arange(count * count).reshape(count, count)
    along_u = np.stack((number[:-1], number[1:]), axis=-1)
    along_v = np.stack((number[:, :-1], number[:, 1:]), axis=-1)
    line_u = np.broadcast_to(np.arange(count)[None, :] + count, along_u.shape[:2])
    line_v = np.broadcast_to(np.arange(count)[:, None], along_v.shape[:2])
    ends = np.vstack((np.swapaxes(along_u, 0, 1).reshape(-1, 2), along_v.reshape(-1, 2)))
    line = np.r_[line_u.T.ravel(), line_v.ravel()]
    rank = np.r_[ranks[1], ranks[0]][np.where(line >= count, line - count, line + count)]
    inside = shapely.contains_xy(land.town.buffer(60), nodes[:, 0], nodes[:, 1])
    kept = inside[ends].any(axis=1)
    return Lattice(nodes, ends[kept], rank[kept], line[kept], np.zeros(int(kept.sum()), dtype=bool))


def pave(lattice: Lattice, land: Land, crowd: Floats, rng: np.random.Generator) -> Lattice:
    """Decide which pieces are roads: arterials always, lanes where people are; bridges only for bigger streets.

    Parameters
    ----------
    crowd
        How densely built it is at the middle of each piece, 0 … 1.
    """
    lines = shapely.linestrings(lattice.nodes[lattice.ends])
    inside = shapely.contains_xy(land.town, *lattice.nodes.T)[lattice.ends].all(axis=1)
    water = shapely.union_all([land.sea, land.streams, land.ponds])
    shapely.prepare(water)
    pond, wet = shapely.intersects(land.ponds, lines), shapely.intersects(water, lines)
    wish = np.select([lattice.rank == ARTERIAL, lattice.rank == COLLECTOR], [2.0, 0.35 + 2.2 * crowd], 2.4 * crowd)
    built = (rng.random(len(wish)) < wish) & inside & ~pond & (~wet | (lattice.rank <= COLLECTOR))
    return Lattice(lattice.nodes, lattice.ends, lattice.rank, lattice.line, _connected(lattice, built))


def _connected(lattice: Lattice, built: Bools) -> Bools:
    """Keep the roads that hang together."""
    a, b = lattice.ends[built].T
    n = len(lattice.nodes)
    _, piece = connected_components(csr_array((np.ones(len(a)), (a, b)), shape=(n, n)), directed=False)
    main = piece == np.bincount(piece[a]).argmax()
    return np.asarray(built & main[lattice.ends].all(axis=1))


def make_blocks(lattice: Lattice, land: Land) -> Blocks:
    """Cut the outline along lattice and water; every vertex on a shared border is in both blocks."""
    lines = shapely.linestrings(lattice.nodes[lattice.ends])
    edges = [land.town.boundary, land.streams.boundary, land.ponds.boundary]
    noded = shapely.union_all(np.r_[lines, np.array(edges, dtype=object)], grid_size=SNAP_M)
    shapes = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inner = shapely.point_on_surface(shapes)
    shapely.prepare(land.town)
    keep = shapely.contains(land.town, inner)
    shapes, inner = shapes[keep], inner[keep]
    _, piece = connected_components(_joined(shapes), directed=False)
    main = piece == np.bincount(piece, shapely.area(shapes)).argmax()  # crumbs that hang on by a corner go
    shapes, inner = shapes[main], inner[main]
    wet = shapely.contains(shapely.union_all([land.streams, land.ponds]), inner)
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    between = [_between(lattice, land, rank, inner) for rank in (COLLECTOR, ARTERIAL)]
    return Blocks(shapes, middle, shapely.area(shapes), wet, between[0], between[1], _joined(shapes))


def _between(lattice: Lattice, land: Land, rank: int, points: Objects) -> Ints:
    """Give at each point the number of the ground between streets of at least this rank."""
    lines = shapely.linestrings(lattice.nodes[lattice.ends[lattice.rank <= rank]])
    noded = shapely.union_all(np.r_[lines, np.array([land.town.boundary], dtype=object)], grid_size=SNAP_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    which, face = shapely.STRtree(faces).query(points, predicate="intersects")
    out = np.full(len(points), -1, dtype=np.int64)
    out[which] = face
    return out


def _joined(shapes: Objects) -> csr_array:
    """Find which blocks share a border, and its length, from equal segments."""
    rings, owner = shapely.get_rings(shapes, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    a, b, who = xy[:-1][same], xy[1:][same], owner[ring[:-1][same]]
    flip = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    key = np.where(flip[:, None], np.hstack((b, a)), np.hstack((a, b)))
    order = np.lexsort(key.T)
    key, who = key[order], who[order]
    pair = np.flatnonzero((key[1:] == key[:-1]).all(axis=1))
    left, right = who[pair], who[pair + 1]
    length = np.hypot(key[pair, 2] - key[pair, 0], key[pair, 3] - key[pair, 1])
    n = len(shapes)
    joined = csr_array((np.r_[length, length], (np.r_[left, right], np.r_[right, left])), shape=(n, n))
    joined.sum_duplicates()
    joined.data[joined.data < LEAST_BORDER_M] = 0
    joined.eliminate_zeros()
    return joined
