"""Small days by hand: stops and a base on a plane, everybody walks straight; and the optimum by trying everything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import permutations

import numpy as np

from coverage.routes.check import faults
from coverage.routes.clock import HOUR, Clock
from coverage.routes.network import Travel
from coverage.routes.planner import timed
from coverage.routes.problem import Officer, Problem, Stops

Spot = tuple[float, float]
NINE, FIVE = 9 * HOUR, 17 * HOUR


def travel_of(spots: Sequence[Spot], minutes_a_unit: float = 1.0) -> Travel:
    """Give ways as the crow flies; a unit takes so many minutes and is 75 m long."""
    xy = np.array(spots, dtype=float).reshape(-1, 2)
    minutes = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1)) * minutes_a_unit
    return Travel(minutes, minutes * 75, ("",) * len(xy), straight=True)


def problem_of(
    spots: Sequence[Spot],
    prize: Sequence[float],
    stay: Sequence[int],
    *,
    shift: tuple[int, int] = (NINE, FIVE),
    hours: Sequence[tuple[int, int]] | None = None,
    must: Sequence[bool] | None = None,
    lunch: tuple[int, int] | None = None,
    officers: int = 1,
) -> Problem:
    """Give a day of officers who start and finish in the origin; stays in minutes."""
    n = len(spots)
    people = tuple(Officer(f"o{at}", f"员{at}", *shift, "walk", n, n) for at in range(officers))
    seconds = [60 * minutes for minutes in stay]
    stops = Stops.of([f"p{at}" for at in range(n)], prize, seconds, hours=hours, must=must)
    clock = Clock(lunch[0], lunch[1] - lunch[0]) if lunch else Clock()
    return Problem(date(2024, 7, 1), people, stops, {"walk": travel_of([*spots, (0.0, 0.0)])}, clock)


def best_by_trying(problem: Problem) -> float:
    """Give the highest prize that one officer can collect: every order of every choice, judged by the checker."""
    n, best = len(problem.stops.ids), 0.0
    for size in range(1, n + 1):
        for order in permutations(range(n), size):
            prize = float(problem.stops.prize[list(order)].sum())
            if prize > best and not faults(problem, timed(problem, problem.officers[0], order)):
                best = prize
    return best
