"""When on the day: stops in walking order (nearest next), arrival from stay and travel, inside the shift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.synthetic.chance import Floats, Ints
from geodata.synthetic.people import People
from geodata.synthetic.register import Register
from geodata.synthetic.visits import NOBODY, Visits

WALK_M_MIN, WALK_DETOUR = 68.0, 1.35
CAR_M_MIN, CAR_DETOUR, PARKING_MIN = 420.0, 1.45, 3.0
NOON, LUNCH_MIN = 720, 60
LEAST_STAY = 0.2
"""A full day shortens each stay, at most to this share."""


@dataclass(frozen=True)
class Stops:
    """Visits in order of officer, day and time.

    Attributes
    ----------
    visits
        The visits, sorted.
    minute
        Arrival, minutes of the day.
    tour
        Number of the officer-day, `NOBODY` for an enterprise's own check.
    """

    visits: Visits
    minute: Floats
    tour: Ints


def _tours(visits: Visits) -> tuple[Ints, Ints]:
    """Order visits by officer-day; give the order, and the number of each sorted visit's officer-day."""
    day = visits.day.astype(np.int64)
    order = np.lexsort((visits.place, day, visits.officer))
    officer, day = visits.officer[order], day[order]
    new = np.r_[True, (officer[1:] != officer[:-1]) | (day[1:] != day[:-1])]
    tour = np.cumsum(new) - 1
    return order, np.where(officer == NOBODY, NOBODY, tour - tour[np.searchsorted(officer, 0)])


def _nearest_next(xy: Floats, tour: Ints, base: Floats) -> tuple[Ints, Floats]:
    """Give each stop its turn in its tour (always the nearest next one), and the metres from the one before.

    Parameters
    ----------
    xy, tour
        Stops sorted by tour, numbered from 0.
    base
        Start of each tour.
    """
    tours = len(base)
    starts = np.searchsorted(tour, np.arange(tours))
    slot = np.arange(len(tour)) - starts[tour]
    width = int(slot.max()) + 1
    table = np.full((tours, width, 2), np.inf)
    table[tour, slot] = xy
    turn, leg = np.zeros(len(tour), dtype=np.int64), np.zeros(len(tour))
    here, rows = base.copy(), np.arange(tours)
    for step in range(width):
        away = np.hypot(table[..., 0] - here[:, None, 0], table[..., 1] - here[:, None, 1])
        best = away.argmin(axis=1)
        live = np.isfinite(away[rows, best])
        mine = starts[rows[live]] + best[live]
        turn[mine], leg[mine] = step, away[rows[live], best[live]]
        here[live] = table[rows[live], best[live]]
        table[rows[live], best[live]] = np.inf
    return turn, leg


def _running(values: Floats, tour: Ints) -> Floats:
    """Add up values inside each tour."""
    total = np.cumsum(values)
    first = np.searchsorted(tour, np.arange(int(tour[-1]) + 1))
    return np.asarray(total - (total[first] - values[first])[tour])


def schedule(visits: Visits, register: Register, people: People, rng: np.random.Generator) -> Stops:
    """Put each officer's visits of a day into walking order and give them arrival times."""
    order, tour = _tours(visits)
    visits = visits.taken(order)
    own = np.flatnonzero(tour == NOBODY)
    out = np.flatnonzero(tour != NOBODY)
    first = out[np.searchsorted(tour[out], np.arange(int(tour.max()) + 1))]
    turn, leg = _nearest_next(register.xy[visits.place[out]], tour[out], people.base[visits.officer[first]])
    walk = np.lexsort((turn, tour[out]))
    visits = visits.taken(np.r_[own, out[walk]])
    tours = tour[out]
    minute = _arrivals(visits.taken(np.arange(len(own), len(order))), leg[walk], tours, people, rng)
    alone = rng.uniform(500, 1080, len(own))
    return Stops(visits, np.r_[alone, minute], np.r_[tour[own], tours])


def _arrivals(visits: Visits, leg: Floats, tour: Ints, people: People, rng: np.random.Generator) -> Floats:
    """Give minutes of arrival: start, travel and stays so far, lunch; stays give way when the day is too full."""
    car = people.car[visits.officer]
    hours = people.hours[visits.officer]
    travel = np.where(car, leg * CAR_DETOUR / CAR_M_MIN + PARKING_MIN, leg * WALK_DETOUR / WALK_M_MIN)
    spare = hours[:, 1] - hours[:, 0] - LUNCH_MIN - 5
    need = np.bincount(tour, visits.stay)
    room = spare[np.searchsorted(tour, np.arange(len(need)))] - np.bincount(tour, travel)
    share = np.clip(room / need, LEAST_STAY, 1.0)[tour]
    stay = visits.stay * share
    late = (np.maximum(room - need, 0) * rng.beta(1, 2.5, len(need)))[tour]
    worked = _running(travel + stay, tour) - stay + np.minimum(late, 200)
    minute = hours[:, 0] + worked
    return np.asarray(minute + LUNCH_MIN * (minute >= NOON))
