"""The streets of an area that nobody walked for some time, as a net of links to be walked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from coverage.routes.postman import Flags, Links, reached
from coverage.streets.feet import NOT_FOR, Feet, feet_of, part_of
from coverage.streets.network import Floats, Ints, Network, Shapes
from coverage.streets.walks import StreetWalks
from geodata.errors import QuestionProblem
from grids.hierarchy import find_area

SHORTEST_M = 30.0
"""A shorter stretch is not asked for: a corner that the noise of fixes cut off."""
AROUND_M = 1_500.0
"""Ways between streets of an area lead so far out of it at most."""
_OUT = np.array([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True)
class Unwalked:
    """The streets around an area, cut where what is needed begins and ends, and at places.

    Attributes
    ----------
    links, needed
        The net; numbers of the links to be walked, all of them reached from the base.
    base
        Crossing at which the walk starts and ends.
    feet
        What the net was made of; `feet.place` counts the asked points, of which the base is the first.
    network
        The streets that the links are parts of.
    last
        (k,) datetime64[D] of each link: the latest day on which any of the link was walked, NaT = never.
    island
        Numbers of needed links to which there is no way.
    """

    links: Links
    needed: Ints
    base: int
    feet: Feet
    network: Network
    last: np.ndarray[tuple[int], np.dtype[np.datetime64]]
    island: Ints

    def xy(self, link: int) -> Floats:
        """Give (c, 2) coordinates of a link from its first crossing to its second; one where it has no length."""
        edge, start = self.feet.edge[link], self.feet.start[link]
        part = substring(self.network.lines[edge], start, start + self.feet.metres[link])
        return np.asarray(shapely.get_coordinates(part))


def in_area(walks: StreetWalks, area: str | None) -> Flags:
    """Say of each counted piece of street whether it lies in an area (code or level:code; None: everywhere)."""
    if area is None:
        return np.ones(len(walks.pieces), dtype=bool)
    position = find_area(walks.areas, area)
    level = str(walks.areas["level"].iat[position])
    return np.asarray(walks.pieces[level].to_numpy() == position)


def wanted(walks: StreetWalks, area: str | None, since: date) -> Flags:
    """Say of each counted piece of street whether it lies in the area and nobody walked it since a day."""
    last = walks.pieces["last"].to_numpy().astype("datetime64[D]")
    return np.asarray(in_area(walks, area) & ~(last >= np.datetime64(since, "D")))  # NaT compares as False


def unwalked(walks: StreetWalks, which: Flags, points: Shapes) -> Unwalked:
    """Make the net of what is wanted and all ways between.

    Parameters
    ----------
    which
        Of each counted piece: whether it is wanted. Runs shorter than `SHORTEST_M` are not.

    Raises
    ------
    QuestionProblem
        No street that can be walked lies around.
    points
        In the plane: where the walk starts (on the nearest street), then places to be reached.
    """
    runs = _runs(walks, walks.pieces[which])
    used = ~walks.roads["class"].isin(NOT_FOR["walk"]).to_numpy(dtype=bool)[walks.network.road]
    lines = walks.network.lines
    box = shapely.box(*(shapely.total_bounds(np.append(points[:1], lines[runs.edge])) + AROUND_M * _OUT))
    near = np.zeros(len(lines), dtype=bool)
    near[walks.network.tree.query(box)] = True
    kept = near & used
    if not kept.any():
        raise QuestionProblem("附近没有步行能走的道路，排不了沿街巡查。请核对道路的等级和网格的位置。")
    number = np.cumsum(kept) - 1
    runs = runs.some(kept[runs.edge])
    network = part_of(walks.network, kept)
    edge = number[runs.edge]
    cuts = [shapely.line_interpolate_point(network.lines[edge], at) for at in (runs.start, runs.end)]
    nearest = network.lines[network.tree.nearest(points[0])]
    start = shapely.line_interpolate_point(nearest, shapely.line_locate_point(nearest, points[0]))
    feet = feet_of(network, np.concatenate([[start], points[1:], *cuts]))
    links = Links(feet.pairs, feet.metres, len(feet.xy))
    needed, last = _needed(feet, edge, runs)
    base = int(feet.node[np.flatnonzero(feet.place == 0)[0]])
    there = reached(links, base)[needed]
    return Unwalked(links, needed[there], base, feet, network, last, needed[~there])


@dataclass(frozen=True)
class _Runs:
    """Stretches of one edge that are wanted: from where to where along it (metres), and when last walked."""

    edge: Ints
    start: Floats
    end: Floats
    last: np.ndarray[tuple[int], np.dtype[np.datetime64]]

    def some(self, which: Flags) -> _Runs:
        return _Runs(self.edge[which], self.start[which], self.end[which], self.last[which])


def _runs(walks: StreetWalks, pieces: pd.DataFrame) -> _Runs:
    piece, edge = pieces["piece"].to_numpy(), pieces["edge"].to_numpy()
    first = np.flatnonzero((np.diff(piece, prepend=-2) != 1) | (np.diff(edge, prepend=-1) != 0))
    final = np.append(first[1:], len(piece)) - 1 if len(first) else first
    start, length = pieces["start"].to_numpy(), pieces["length"].to_numpy()
    last = pieces["last"].to_numpy().astype("datetime64[D]")
    days = np.where(np.isnat(last), np.iinfo(np.int64).min, last.astype(np.int64))
    latest = np.maximum.reduceat(days, first) if len(first) else days
    runs = _Runs(edge[first], start[first], start[final] + length[final], latest.astype("datetime64[D]"))
    return runs.some(runs.end - runs.start >= np.minimum(SHORTEST_M, walks.network.length[runs.edge]))


def _needed(feet: Feet, edge: Ints, runs: _Runs) -> tuple[Ints, np.ndarray[tuple[int], np.dtype[np.datetime64]]]:
    """Give the links in the middle of which a run goes on, and when each was last walked."""
    order = np.lexsort((runs.start, edge))
    edge, start, end, latest = edge[order], runs.start[order], runs.end[order], runs.last[order]
    last = np.full(len(feet.edge), np.datetime64("NaT", "D"))
    if not len(edge):
        return np.zeros(0, dtype=np.int64), last
    middle = feet.start + feet.metres / 2
    span = float(max(end.max(), middle.max())) + 1
    at = np.searchsorted(edge * span + start, feet.edge * span + middle, side="right") - 1
    inside = (at >= 0) & (edge[at] == feet.edge) & (middle < end[at]) & (feet.metres > 0.01)
    last[inside] = latest[at[inside]]
    return np.flatnonzero(inside), last
