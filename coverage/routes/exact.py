"""The best route of one vehicle past few stops, for certain: every choice of stops, each ended at each of them."""

from __future__ import annotations

from coverage.routes.team import NO_WAY, Team

MOST = 8
"""So many stops are looked at in a hundredth of a second; each more doubles it."""


def best_route(team: Team) -> tuple[int, ...]:
    """Give the stops of the only vehicle: most of those that must be visited, then the most prize, then home first.

    Who leaves a choice of stops from one of them at the earliest can do whatever those who leave later can (Held and
    Karp 1962), so one way to each is enough.
    """
    vehicle, n = team.vehicles[0], len(team.prize)
    ways = team.ways[vehicle.ways].tolist()
    prize, stay, early, late, must = (
        each.tolist() for each in (team.prize, team.stay, team.early, team.late, team.must)
    )
    leaves: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {(0, vehicle.start): (vehicle.begin, ())}
    best: tuple[tuple[int, int, int], tuple[int, ...]] = ((0, 0, 0), ())
    for chosen in range(2**n):
        for last in [vehicle.start, *range(n)]:
            if (chosen, last) not in leaves:
                continue
            leave, route = leaves[chosen, last]
            home = leave + ways[last][vehicle.end]
            if route and ways[last][vehicle.end] < NO_WAY and home <= vehicle.finish:
                worth = (sum(must[stop] for stop in route), sum(prize[stop] for stop in route), -home)
                best = max(best, (worth, route), key=lambda each: each[0])
            for stop in range(n):
                begin = max(leave + ways[last][stop], early[stop])
                if chosen >> stop & 1 or ways[last][stop] >= NO_WAY or begin > late[stop]:
                    continue
                key, then = (chosen | 1 << stop, stop), begin + stay[stop]
                if then <= vehicle.finish and then < leaves.get(key, (NO_WAY, ()))[0]:
                    leaves[key] = (then, (*route, stop))
    return best[1]
