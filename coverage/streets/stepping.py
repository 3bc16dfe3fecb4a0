"""Steps from a state of one fix to one of the next: how long they are and may be, what they cost; compiled.

A state is a number: 2 × candidate + direction, 0 along its edge, 1 against it.
"""

from __future__ import annotations

from typing import NamedTuple

from coverage.streets.network import Floats, Ints
from coverage.streets.reach import FAR
from grids.compiled import compiled

STANDING_M = 4.0
"""A way is that much longer or shorter than it was, at least: where somebody is along it, is not known better."""
ODD = 6.0
"""Most that a way costs that does not go with the pace: somebody stood, or drove."""


class Model(NamedTuple):
    """What things cost: negative logarithms of likelihoods.

    Attributes
    ----------
    drift_s
        Errors of fixes drift away within so many seconds (1/e).
    drifting
        Share of the error's variance that drifts; the rest is new at each fix.
    blur
        m²: variance of where on its piece somebody is.
    metre, turn
        Cost of a metre of way, and of turning round.
    off, leave
        Cost of a fix off the streets, and of leaving them and of coming back.
    beam
        States and steps that cost so much more than the best are given up.
    """

    drift_s: float
    drifting: float
    blur: float
    metre: float
    turn: float
    off: float
    leave: float
    beam: float


class Chances(NamedTuple):
    """How likely the steps to fix i are, `first[i]:first[i + 1]`: the two states of each, and its chance.

    `came`: chance of each state that it was not reached along the streets.
    """

    first: Ints
    source: Ints
    target: Ints
    chance: Floats
    came: Floats


class State(NamedTuple):
    """A place on an edge and a direction: its edge, 0 along it or 1 against it, metres along it, its length."""

    edge: int
    way: int
    along: float
    length: float


class Stride(NamedTuple):
    """Seconds since the fix before, metres of way expected, their slack, and how long a way is looked for."""

    seconds: float
    expected: float
    slack: float
    limit: float


@compiled
def stride_of(straight: float, seconds: float, sigma: float, pace: float, slack: float) -> Stride:
    """Give the stride between two fixes; where their times say nothing, as long as it takes at the pace."""
    waited = seconds if seconds > 0 else straight / pace
    expected = pace * waited
    limit = max(2.0 * straight + 3.0 * sigma + 30.0, min(1.3 * expected + 30.0, 250.0))
    return Stride(waited, expected, STANDING_M + slack * expected, limit)


@compiled
def way_cost(metres: float, turned: int, stride: Stride, model: Model) -> float:
    """Give what a way costs that has so many metres."""
    return metres * model.metre + turned * model.turn + min(abs(metres - stride.expected) / stride.slack, ODD)


@compiled
def best_way(
    one: State, other: State, apart: float, turned: int, stride: Stride, model: Model
) -> tuple[float, float, bool]:
    """Give cost and metres of the way from state to state, and whether it leaves the edge.

    `apart`: metres from the end of the one edge to the beginning of the other, with so many turns; `FAR` where none.
    Few numbers instead of arrays, since what is called so often is to be compiled into its caller.
    """
    cost, metres, out = FAR, -1.0, True
    rest = one.length - one.along if one.way == 0 else one.along
    r = rest + apart + (other.along if other.way == 0 else other.length - other.along)
    # what is kept of ways may reach further than what is looked for, by what other tracks asked
    if r * model.metre + turned * model.turn <= stride.limit * model.metre:
        cost, metres = way_cost(r, turned, stride, model), r
    if one.edge == other.edge and one.way == other.way:
        r = other.along - one.along if one.way == 0 else one.along - other.along
        if r >= -1e-6:
            inside = way_cost(r, 0, stride, model)
            if inside <= cost:
                cost, metres, out = inside, r, False
    return cost, metres, out
