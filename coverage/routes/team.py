"""Team orienteering with time windows, in whole numbers; who asks decides what a unit is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

NO_WAY = 2**30
"""Longer than any day: a way that is none."""


@dataclass(frozen=True)
class Vehicle:
    """Who goes: from which node to which, from when until when, by which of the matrices."""

    start: int
    end: int
    begin: int
    finish: int
    ways: int = 0


@dataclass(frozen=True)
class Team:
    """What is to be solved, n stops and then the other nodes.

    Attributes
    ----------
    ways
        Matrices (m, m) of the time from node to node, `NO_WAY` where there is none; the first n nodes are the stops.
    prize, stay, early, late
        (n,) what a visit is worth, how long it takes, when it may begin at the earliest and at the latest.
    vehicles
        The team.
    must
        (n,) stops that come before all others.
    """

    ways: tuple[Ints, ...]
    prize: Ints
    stay: Ints
    early: Ints
    late: Ints
    vehicles: tuple[Vehicle, ...]
    must: npt.NDArray[np.bool_]

    def some(self, stops: Ints, must: npt.NDArray[np.bool_]) -> Team:
        """Give the same with some of its stops, of which those flagged must be visited."""
        n, less = len(self.prize), len(self.prize) - len(stops)
        nodes = np.concatenate([stops, np.arange(n, len(self.ways[0]))])
        vehicles = tuple(replace(each, start=each.start - less, end=each.end - less) for each in self.vehicles)
        ways = tuple(each[np.ix_(nodes, nodes)] for each in self.ways)
        return Team(ways, self.prize[stops], self.stay[stops], self.early[stops], self.late[stops], vehicles, must)
