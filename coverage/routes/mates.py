"""Who goes with whom where two have to be together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from coverage.routes.clock import Clock
from coverage.routes.customs import Pairs

GRID, COMMUNITY = 15, 12
"""Digits of the code of a grid, and of the community in it (CJ/T 213)."""


@dataclass(frozen=True)
class Mate:
    """Somebody who may come along: the own areas, the clock of the day, and where from (metres of the plane)."""

    id: str
    areas: tuple[str, ...]
    clock: Clock
    x: float
    y: float


def paired(
    mates: Sequence[Mate], asking: Mapping[str, int], customs: Pairs, *, everywhere: bool
) -> list[tuple[str, str]]:
    """Give pairs of ids, the one who asks first; nobody is in two.

    Who has most places for two chooses first. Who is named in a pair goes with that one or with nobody; others with the
    nearest who has a grid in common, a community where that is allowed, or with anybody. Both have lunch together.

    Parameters
    ----------
    asking
        How many places for two each officer answers for.
    everywhere
        Grids don't matter.
    """
    free = {mate.id: mate for mate in mates}
    named: dict[str, set[str]] = {}
    for one, other in customs.mates:
        named.setdefault(one, set()).add(other)
        named.setdefault(other, set()).add(one)
    pairs = []
    for one in sorted(asking, key=lambda each: (-asking[each], each)):
        if one not in free:
            continue
        me = free.pop(one)
        able = [mate for mate in free.values() if mate.clock == me.clock and _may(me, mate, named, customs, everywhere)]
        if able:
            mate = min(able, key=lambda each: (hypot(each.x - me.x, each.y - me.y), each.id))
            del free[mate.id]
            pairs.append((one, mate.id))
    return pairs


def _may(one: Mate, other: Mate, named: Mapping[str, set[str]], customs: Pairs, everywhere: bool) -> bool:
    if one.id in named or other.id in named:
        return other.id in named.get(one.id, ())
    if everywhere or set(one.areas) & set(other.areas):
        return True
    return customs.across and bool(_communities(one) & _communities(other))


def _communities(mate: Mate) -> set[str]:
    return {code[:COMMUNITY] for code in mate.areas if len(code) == GRID}
