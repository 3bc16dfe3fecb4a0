"""Whether a walk along streets can be kept and covers what it says: told from its lines and times alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from coverage.routes.clock import hour

BESIDE_M, MISSED_M, SLACK_M = 0.5, 1.0, 1.0


@dataclass(frozen=True)
class Stay:
    """When somebody is at a place (seconds of the day), and when it is open."""

    name: str
    arrive: int
    begin: int
    leave: int
    least: int
    opens: int
    closes: int


@dataclass(frozen=True)
class Walked:
    """What a walk says of itself.

    Attributes
    ----------
    line, metres
        The whole way, in a plane, without the steps aside to places; and its length.
    needed
        Lines that it covers.
    shift, depart, home, lunch
        Seconds of the day; lunch None where none falls on the way.
    pace, aside
        Metres a second; metres of the steps aside.
    stays
        At the places, in order.
    """

    line: shapely.LineString
    metres: float
    needed: Sequence[shapely.LineString]
    shift: tuple[int, int]
    depart: int
    home: int
    lunch: tuple[int, int] | None
    pace: float
    aside: float
    stays: Sequence[Stay]


def walk_faults(walk: Walked) -> list[str]:
    """Say what is wrong with a walk; nothing where it can be kept."""
    return [*_way(walk), *_times(walk), *(fault for stay in walk.stays for fault in _stay(walk, stay))]


def _way(walk: Walked) -> list[str]:
    found = []
    first, last = (shapely.get_point(walk.line, at) for at in (0, -1))
    if first.distance(last) > BESIDE_M:
        found.append("没有回到出发的地方")
    if abs(walk.line.length - walk.metres) > SLACK_M + 0.001 * walk.metres:
        found.append(f"路线图长 {walk.line.length:.0f} 米，写的是 {walk.metres:.0f} 米")
    trod = shapely.buffer(walk.line, BESIDE_M)
    missed = sum(shapely.difference(line, trod).length for line in walk.needed)
    return [*found, f"有 {missed:.0f} 米没有走到"] if missed > MISSED_M else found


def _times(walk: Walked) -> list[str]:
    found = []
    if walk.depart < walk.shift[0] or walk.home > walk.shift[1]:
        found.append(f"{hour(walk.depart)}–{hour(walk.home)} 超出了班次")
    eaten = walk.lunch[1] - walk.lunch[0] if walk.lunch else 0
    stays = sum(stay.leave - stay.begin for stay in walk.stays)
    if walk.home - walk.depart - eaten - stays < (walk.metres + walk.aside) / walk.pace - 1:
        found.append("走路的时间不够")
    ends = [walk.depart, *(each for stay in walk.stays for each in (stay.arrive, stay.leave)), walk.home]
    return found if ends == sorted(ends) else [*found, "先后不对"]


def _stay(walk: Walked, stay: Stay) -> list[str]:
    found = []
    if stay.begin < stay.arrive or stay.leave - stay.begin < stay.least:
        found.append(f"{stay.name}：停留不够")
    if stay.begin < stay.opens or stay.leave > stay.closes:
        found.append(f"{stay.name}：不在营业时间")
    if walk.lunch and stay.begin < walk.lunch[1] and stay.leave > walk.lunch[0]:
        found.append(f"{stay.name}：占了午休")
    return found
