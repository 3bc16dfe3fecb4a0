"""Hazards: which visits find them, of which category; again and again at the same places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.synthetic.chance import Bools, Floats, Ints, Objects, apportion, pick_rows, waves
from geodata.synthetic.courses import DAY, Courses, make_courses
from geodata.synthetic.register import Register
from geodata.synthetic.sizes import Size
from geodata.synthetic.trades import TRADES
from geodata.synthetic.visits import Visits

CATEGORIES = tuple(dict.fromkeys(category for trade in TRADES for category in trade.hazards))
FOUND_BY = {"inspector": 1.0, "department": 1.6, "leader": 1.2, "expert": 3.0, "enterprise": 0.25}
MAJOR_BEFORE_END_DAYS = 35


@dataclass(frozen=True)
class Found:
    """n hazards, the void ones last.

    Attributes
    ----------
    stop
        Position of the visit that found it.
    category, wording
        Position in `CATEGORIES`; number of the wording.
    found
        Seconds since 1970 of the town's clock.
    """

    stop: Ints
    category: Ints
    wording: Ints
    found: Floats
    major: Bools
    void: Bools
    course: Courses


def make_hazards(
    visits: Visits,
    seconds: Floats,
    honest: Bools,
    register: Register,
    *,
    size: Size,
    end: float,
    rng: np.random.Generator,
) -> Found:
    """Find the hazards of the half year, and follow each to the end of its last day.

    Parameters
    ----------
    visits, seconds
        Visits and the moment of each.
    honest
        Whether somebody was there: a pretended visit finds nothing.
    end
        Last moment of the half year, seconds.
    """
    stop = _stops(visits, np.flatnonzero(honest), register, size, rng)
    stop = stop[np.argsort(seconds[stop], kind="stable")]
    void = np.zeros(len(stop), dtype=bool)
    void[rng.choice(len(stop), size.void, replace=False)] = True
    stop, void = np.r_[stop[~void], stop[void]], np.sort(void)
    place, found = visits.place[stop], np.floor(seconds[stop] + rng.uniform(60, 230, len(stop)))
    early = np.flatnonzero((found < end - MAJOR_BEFORE_END_DAYS * DAY) & ~void)
    major = np.zeros(len(stop), dtype=bool)
    major[_majors(register, place, early, size.majors, rng)] = True
    course = make_courses(found, major, void, size=size, end=end, rng=rng)
    category = _categories(place, register, rng)
    return Found(stop, category, rng.integers(0, 1 << 20, len(stop)), found, major, void, course)


def look_backs(visits: Visits, found: Found, rng: np.random.Generator) -> Objects:
    """Give the kinds of visits once more: half of those after a visit that set a deadline are look-backs.

    Visits are in order of time.
    """
    order = np.lexsort((np.arange(len(visits.place)), visits.place))
    set_one = np.zeros(len(order), dtype=bool)
    set_one[found.stop[~found.course.at_once]] = True
    after = np.zeros(len(order), dtype=bool)
    after[order[1:]] = set_one[order[:-1]] & (visits.place[order[1:]] == visits.place[order[:-1]])
    kinds = visits.kind.copy()
    kinds[after & (visits.by == "inspector") & (rng.random(len(order)) < 0.5)] = "look-back"
    return kinds


def _weights(register: Register, size: Size, rng: np.random.Generator) -> Floats:
    """Give how many hazards each place is good for; hot spots make neighbours alike."""
    risk = np.array([2.4, 1.9, 1.0, 0.6])[register.risk]
    reach = 400 if size.rural else 700
    hot = np.exp(1.1 * waves(rng, reach, 9 * reach, 40, 0.5).at(register.xy).clip(-2, 2.6))
    return np.asarray((risk * hot * rng.gamma(1.2, 1.0, len(risk))).clip(1e-9, 9))


def _stops(visits: Visits, candidates: Ints, register: Register, size: Size, rng: np.random.Generator) -> Ints:
    """Give the visit of each hazard; every chosen place gets one, the rest falls by weight."""
    weight = _weights(register, size, rng)
    seen = np.unique(visits.place[candidates])
    key = rng.exponential(size=len(seen)) / weight[seen]
    places = seen[np.argsort(key, kind="stable")[: size.hazard_places]]
    mine = rng.permutation(candidates[np.isin(visits.place[candidates], places)])
    place = visits.place[mine]
    _, first = np.unique(place, return_index=True)
    finder = np.array([FOUND_BY[word] for word in visits.by[mine]])
    worth = weight[place] * finder * rng.gamma(1.5, 1, len(mine))
    more = apportion(worth.clip(0, np.quantile(worth, 0.97)), size.hazards + size.void - len(places), rng)
    more[first] += 1
    return np.repeat(mine, more)


def _categories(place: Ints, register: Register, rng: np.random.Generator) -> Ints:
    """Draw categories of each place's trade; half of the time the one that this place always has."""
    widest = max(len(trade.hazards) for trade in TRADES)
    shares, number = np.zeros((len(TRADES), widest)), np.zeros((len(TRADES), widest), dtype=np.int64)
    for row, trade in enumerate(TRADES):
        shares[row, : len(trade.hazards)] = 1 / (1.2 + np.arange(len(trade.hazards)))
        number[row, : len(trade.hazards)] = [CATEGORIES.index(category) for category in trade.hazards]
    usual = pick_rows(shares, register.trade, rng)[place]
    now = pick_rows(shares, register.trade[place], rng)
    return number[register.trade[place], np.where(rng.random(len(place)) < 0.5, usual, now)]


def _majors(register: Register, place: Ints, early: Ints, count: int, rng: np.random.Generator) -> Ints:
    """Choose the major ones: at the riskiest places, early enough to be dealt with, at most one a place."""
    weight = np.array([12.0, 4.0, 0.02, 0.0005])[register.risk[place[early]]]
    order = early[np.argsort(rng.exponential(size=len(early)) / weight, kind="stable")]
    _, first = np.unique(place[order], return_index=True)
    return order[np.sort(first)[:count]]
