"""A day's walks along the streets that nobody walked for some time: who walks which, and what is left for later.

`street_day` is the table of contents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import shapely

from coverage.routes.clock import MINUTE, Clock
from coverage.routes.day import Day, Person, base_of, clock_of, people_of, points_of
from coverage.routes.planner import NO_TIME, UNREACHABLE
from coverage.routes.postman import Flags, Service, Ways, closed, services
from coverage.routes.result import DayPlan
from coverage.routes.splitting import Walk, split
from coverage.routes.street_left import left_places, left_streets, nothing_left
from coverage.routes.street_route import PACE, Asides, Steps, looked_in, steps_of, times_of
from coverage.routes.street_stops import Walker, plan_of
from coverage.routes.unwalked import Unwalked, in_area, unwalked, wanted
from coverage.streets.network import Ints
from coverage.streets.walks import StreetWalks
from geodata.model import LEVELS, Town

STREET_SHARE = 0.6
"""Where places are looked in at, the streets take so much of a working day at most (an assumption of ours)."""


@dataclass(frozen=True)
class StreetAsk:
    """What is asked for.

    Attributes
    ----------
    since
        Streets that nobody walked since this day are wanted.
    area
        In this area alone, code or level:code; None: wherever the officers are.
    places
        The day's places are looked in at on the way.
    """

    since: date
    area: str | None = None
    places: bool = False


def street_day(town: Town, day: Day, walks: StreetWalks, ask: StreetAsk) -> DayPlan:
    """Plan who walks along which streets on a day.

    Officers of the same areas share their streets: the walk that covers most new metres goes to the first, and so on.
    What is on a later walk is left out, with its number.

    Parameters
    ----------
    day
        Its streets on foot; its candidates are the places that may be looked in at.
    walks
        As of the day.

    Returns
    -------
    A plan whose stops are stretches of street (place_id None) and places, with `streets`.
    """
    people, notes = people_of(day)
    everywhere = wanted(walks, ask.area, ask.since)
    walkers: list[Walker] = []
    left: list[pd.DataFrame] = []
    asked = in_area(walks, ask.area)
    for group in _groups(people):
        own = _within(walks, group[0].areas)
        if ask.area is not None and not (own & asked).any():
            continue  # they answer for other parts of the town
        which = everywhere & own
        found, gone = _group(day, walks, ask, group, which) if which.any() else ([], [])
        if not found and not any(map(len, gone)):
            notes.append(f"{_names(group)}：负责的范围里没有要走的道路（都走过了，或没有负责的网格）。")
        walkers += found
        left += gone
    gone = [each for each in left if len(each)]
    return plan_of(town, day, walks, walkers, pd.concat(gone, ignore_index=True) if gone else nothing_left(), notes)


def _groups(people: Sequence[Person]) -> list[list[Person]]:
    """Give those who answer for the same areas together, in the order asked."""
    found: dict[tuple[str, ...], list[Person]] = {}
    for each in people:
        found.setdefault(tuple(sorted(each.areas)), []).append(each)
    return list(found.values())


def _names(group: Sequence[Person]) -> str:
    return "、".join(each.id for each in group[:3])


def _within(walks: StreetWalks, codes: Sequence[str]) -> Flags:
    """Say of each counted piece whether it lies in one of the areas, of whatever level."""
    inside = np.zeros(len(walks.pieces), dtype=bool)
    for level in map(str, LEVELS):
        if level in walks.pieces:
            areas = walks.areas
            mine = np.flatnonzero((areas["level"] == level) & areas["code"].isin(list(codes)))
            inside |= walks.pieces[level].isin(mine).to_numpy(dtype=bool)
    return inside


def _group(
    day: Day, walks: StreetWalks, ask: StreetAsk, group: Sequence[Person], which: Flags
) -> tuple[list[Walker], list[pd.DataFrame]]:
    """Plan the walks of those who answer for the same areas; give what is left too."""
    first = group[0]
    mine = np.flatnonzero(day.candidates["officer"].isin([each.id for each in group]).to_numpy(dtype=bool))
    points = points_of(day.candidates.iloc[mine], walks.network.crs)
    base = base_of(day, first, points[~shapely.is_missing(points)])
    net = unwalked(walks, which, np.concatenate([np.array([base], dtype=object), points]))
    if not len(net.needed):
        return [], [left_streets(net, walks, _alone(net), UNREACHABLE, _ISLAND)]
    clock = clock_of(first.spans, day.customs)
    shift = (first.spans[0][0], first.spans[-1][1])
    seconds = max(clock.latest(shift[1]) - clock.earliest(shift[0]), 0) * (STREET_SHARE if ask.places else 1.0)
    found = services(net.links, net.needed, net.base)
    cut, far = split(net.links, found.ways, found.services, net.base, seconds * PACE)
    cut.sort(key=lambda walk: -sum(net.links.metres[each.link] for each in walk))
    walkers, rest = [], mine if ask.places else mine[:0]
    asides = _asides(day, net, rest)
    for person, walk in zip(group, cut, strict=False):
        steps = steps_of(net.links, found.ways, walk, net.base)
        walkers.append(_walker(net, steps, person, clock, asides, rest))
        asides = asides.without([look.aside.place for look in walkers[-1].times.looks])
    left = [left_streets(net, walks, _alone(net), UNREACHABLE, _ISLAND)]
    for number, walk in enumerate(cut[len(group) :], start=len(group) + 1):
        why = f"今天走不完：共要 {len(cut)} 趟，排在第 {number} 趟。"
        left.append(left_streets(net, walks, walk, NO_TIME, why))
    for each in far:
        minutes = closed(net.links, found.ways, (each,), net.base) / PACE / MINUTE
        why = f"时间不够：走一趟来回要 {minutes:.0f} 分钟，一个班次只有 {seconds / MINUTE:.0f} 分钟。"
        left.append(left_streets(net, walks, (each,), NO_TIME, why))
    if ask.places:
        left.append(left_places(day, mine, walkers))
    return walkers, left


_ISLAND = "走不到：和出发地的道路不相连，请核对道路。"


def _alone(net: Unwalked) -> Walk:
    return tuple(Service(link, *net.links.pairs[link].tolist()) for link in net.island.tolist())


def _walker(net: Unwalked, steps: Steps, person: Person, clock: Clock, asides: Asides, rows: Ints) -> Walker:
    shift = (person.spans[0][0], person.spans[-1][1])
    chosen = looked_in(steps, asides, clock, shift)
    return Walker(person, net, steps, times_of(steps, asides, chosen, clock, shift), clock, rows)


def _asides(day: Day, net: Unwalked, rows: Ints) -> Asides:
    """Give the places that may be looked in at; those far from every street have no way."""
    part = day.candidates.iloc[rows]
    metres = np.full((len(rows), net.links.n), np.inf)
    held = np.flatnonzero((net.feet.place > 0) & (net.feet.place <= len(rows)))
    if len(held):
        ways = Ways(net.links, np.unique(net.feet.node[held]))
        row = np.searchsorted(ways.sources, net.feet.node[held])
        metres[net.feet.place[held] - 1] = ways.metres[row] + net.feet.off[held, None]
    stay, opens, closes = (part[name].to_numpy(dtype=np.int64) for name in ("stay", "opens", "closes"))
    prize, must = part["prize"].to_numpy(dtype=float), part["must"].to_numpy(dtype=bool)
    return Asides(metres, prize, stay, opens, closes, must)
