"""Routes by plain insertion: again and again the stop that is worth most for the time that it adds.

What the search can't be worse than, and what there is when it is stopped at once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from coverage.routes.team import NO_WAY, Ints, Team, Vehicle

Floats = npt.NDArray[np.float64]


Routes = tuple[tuple[int, ...], ...]


def inserted(team: Team, begun: Routes | None = None) -> Routes:
    """Give the stops of each vehicle in their order; stops that must be visited are inserted first.

    Parameters
    ----------
    begun
        Routes that can be kept, to insert into; None: empty ones.
    """
    routes = [list(route) for route in begun] if begun else [[] for _ in team.vehicles]
    visited = [stop for route in routes for stop in route]
    free = ~np.isin(np.arange(len(team.prize)), visited)
    for group in (np.flatnonzero(free & team.must), np.flatnonzero(free & ~team.must)):
        if len(group):
            _insert(team, routes, group)
    return tuple(tuple(route) for route in routes)


def _insert(team: Team, routes: list[list[int]], free: Ints) -> None:
    """Insert stops as long as one fits; after each, only its own route is looked at anew."""
    looked = [_best(team, each, route, free) for each, route in zip(team.vehicles, routes, strict=True)]
    worth, place = (np.stack(each) for each in zip(*looked, strict=True))
    while worth.max() > 0:
        at, chosen = divmod(int(worth.argmax()), len(free))
        routes[at].insert(int(place[at, chosen]), int(free[chosen]))
        gone = worth.max(axis=0) < 0
        gone[chosen] = True
        worth[at], place[at] = _best(team, team.vehicles[at], routes[at], free)
        worth[:, gone] = -1.0


def _best(team: Team, vehicle: Vehicle, route: list[int], free: Ints) -> tuple[Floats, Ints]:
    """Give for each free stop what it is worth a unit of time where it adds the least (0: nowhere), and that place."""
    ways, nodes = team.ways[vehicle.ways], np.array([vehicle.start, *route, vehicle.end])
    leave, latest = _times(team, vehicle, nodes)
    to, on = ways[np.ix_(nodes[:-1], free)], ways[np.ix_(free, nodes[1:])].T
    begin = np.maximum(leave[:, None] + to, team.early[free])
    arrive = begin + team.stay[free] + on
    fits = (begin <= team.late[free]) & (arrive <= latest[:, None]) & (to < NO_WAY) & (on < NO_WAY)
    added = np.where(fits, arrive - leave[:, None] - ways[nodes[:-1], nodes[1:]][:, None], NO_WAY)
    place = added.argmin(axis=0)
    least = added[place, np.arange(len(free))]
    worth = np.where(least < NO_WAY, team.prize[free] / np.maximum(least, 1), 0.0)
    return worth, place


def _times(team: Team, vehicle: Vehicle, nodes: Ints) -> tuple[Ints, Ints]:
    """Give when each node but the last is left at the earliest, and each but the first reached at the latest."""
    ways, stops = team.ways[vehicle.ways], nodes[1:-1]
    leave = [vehicle.begin]
    for before, stop in zip(nodes[:-2], stops, strict=True):
        leave.append(max(leave[-1] + ways[before, stop], team.early[stop]) + team.stay[stop])
    latest = [vehicle.finish]
    for stop, after in zip(stops[::-1], nodes[:1:-1], strict=True):
        latest.append(min(latest[-1] - ways[stop, after] - team.stay[stop], team.late[stop]))
    return np.array(leave, dtype=np.int64), np.array(latest[::-1], dtype=np.int64)
