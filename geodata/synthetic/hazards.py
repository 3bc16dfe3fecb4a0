"""Hazards: found on visits, again and again at the same places; put right at once, in time, late or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.synthetic.chance import Bools, Floats, Ints, Objects, apportion, pick, pick_rows, waves, words
from geodata.synthetic.geotags import Geotags
from geodata.synthetic.register import Register
from geodata.synthetic.sizes import Size
from geodata.synthetic.trades import TRADES

CATEGORIES = tuple(dict.fromkeys(category for trade in TRADES for category in trade.hazards))
DEADLINE_DAYS = (3, 5, 7, 10, 15, 30)
DAY = 86_400
FOUND_BY = {"inspector": 1.0, "department": 1.6, "leader": 1.2, "expert": 3.0, "enterprise": 0.25}


@dataclass(frozen=True)
class Found:
    """n hazards, the void ones last. Moments are seconds since 1970 in town-local clock time, NaN for not (yet).

    Attributes
    ----------
    stop
        Position of the visit that found it.
    category, wording
        Position in `CATEGORIES`; number of the wording.
    at_once
        Put right on the spot: the deadline is the day itself.
    """

    stop: Ints
    category: Ints
    wording: Ints
    found: Floats
    deadline: Floats
    rectified: Floats
    closed: Floats
    at_once: Bools
    major: Bools
    void: Bools


def _where(
    register: Register, candidates: Ints, place: Ints, size: Size, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    """Choose the places with hazards, and give every place a weight; hot spots make neighbours alike."""
    risk = np.array([3.0, 2.2, 1.0, 0.5])[register.risk]
    reach = 400 if size.rural else 700
    hot = np.exp(1.1 * waves(rng, reach, 9 * reach, 40, 0.5).at(register.xy).clip(-2, 2.6))
    weight = risk * hot * rng.gamma(1.2, 1.0, len(risk))
    seen = np.unique(place[candidates])
    key = rng.exponential(size=len(seen)) / weight[seen]
    return np.sort(seen[np.argsort(key, kind="stable")[: size.hazard_places]]), weight


def _stops(
    stop_place: Ints, by: Objects, candidates: Ints, register: Register, size: Size, rng: np.random.Generator
) -> Ints:
    """Give the visit of each hazard; every chosen place gets one, the rest falls by weight."""
    places, weight = _where(register, candidates, stop_place, size, rng)
    mine = rng.permutation(candidates[np.isin(stop_place[candidates], places)])
    _, first = np.unique(stop_place[mine], return_index=True)
    worth = weight[stop_place[mine]] * np.array([FOUND_BY[word] for word in by[mine]]) * rng.gamma(1.5, 1, len(mine))
    more = apportion(worth.clip(0, np.quantile(worth, 0.985)), size.hazards + size.void - len(places), rng)
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


def _put_right(found: Floats, deadline: Floats, at_once: Bools, rng: np.random.Generator) -> Floats:
    """Draw when each would be rectified, seconds; most before the deadline, some late, some ever so late."""
    n = len(found)
    term = deadline + DAY - found
    share = np.where(rng.random(n) < 0.87, rng.beta(3, 2, n), 1 + rng.exponential(0.9, n))
    share = np.where(rng.random(n) < 0.035, 50 + 100 * rng.random(n), share)
    return np.asarray(np.where(at_once, found + rng.uniform(300, 3000, n), _in_hours(found + share * term, found, rng)))


def _in_hours(moment: Floats, after: Floats, rng: np.random.Generator) -> Floats:
    """Move a moment to working hours of its day, never before `after`."""
    moved = np.floor(moment / DAY) * DAY + rng.uniform(8.5, 17.8, len(moment)) * 3600
    return np.maximum(moved, after + 1800)


def _exactly(
    wanted: Floats, found: Floats, candidates: Ints, count: int, end: float, rng: np.random.Generator
) -> Floats:
    """Let exactly `count` of the candidates be rectified by `end`: those that would be first are."""
    order = candidates[np.argsort(wanted[candidates], kind="stable")]
    done, open_ = order[:count], order[count:]
    out = np.full(len(wanted), np.nan)
    late = wanted[done] > end
    out[done] = np.where(late, found[done] + rng.uniform(0.3, 0.98, len(done)) * (end - found[done]), wanted[done])
    out[open_] = np.nan
    return out


def _majors(register: Register, place: Ints, found: Floats, end: float, size: Size, rng: np.random.Generator) -> Ints:
    """Choose the major ones: at the riskiest places, early enough to be dealt with, at most one a place."""
    early = np.flatnonzero(found < end - 35 * DAY)
    weight = np.array([12.0, 4.0, 0.02, 0.0005])[register.risk[place[early]]]
    order = early[np.argsort(rng.exponential(size=len(early)) / weight, kind="stable")]
    _, first = np.unique(place[order], return_index=True)
    return order[np.sort(first)[: size.majors]]


def make_hazards(
    stop_place: Ints, by: Objects, seconds: Floats, tags: Geotags, register: Register,
    size: Size, end: float, rng: np.random.Generator,
) -> Found:  # fmt: skip
    """Find the hazards of the half year, and follow each to the end of its last day.

    Parameters
    ----------
    stop_place, by, seconds
        Place, visitor and moment of each visit; pretended visits find nothing.
    end
        Last moment of the half year, seconds.
    """
    honest = np.array([fake is None for fake in tags.fake])
    stop = _stops(stop_place, by, np.flatnonzero(honest), register, size, rng)
    stop = stop[np.argsort(seconds[stop], kind="stable")]
    void = np.zeros(len(stop), dtype=bool)
    void[rng.choice(len(stop), size.void, replace=False)] = True
    stop, void = np.r_[stop[~void], stop[void]], np.sort(void)
    place, found = stop_place[stop], np.floor(seconds[stop] + rng.uniform(60, 230, len(stop)))
    n = size.hazards
    major = np.zeros(len(stop), dtype=bool)
    major[_majors(register, place[:n], found[:n], end, size, rng)] = True
    at_once = (rng.random(len(stop)) < 0.46) & ~major
    term = np.where(
        major, rng.choice([30, 45, 60], len(stop)), words(*DEADLINE_DAYS)[pick([4, 3, 6, 3, 3, 1], len(stop), rng)]
    )
    deadline = np.floor(found / DAY) * DAY + np.where(at_once, 0, term.astype(float)) * DAY
    wanted = _put_right(found, deadline, at_once, rng)
    rectified = _rectified(wanted, found, major, void, size, end, rng)
    closed = _closed(rectified, at_once, end, rng)
    category = _categories(place, register, rng)
    return Found(
        stop, category, rng.integers(0, 1 << 20, len(stop)), found, deadline, rectified, closed, at_once, major, void
    )


def _rectified(
    wanted: Floats, found: Floats, major: Bools, void: Bools, size: Size, end: float, rng: np.random.Generator
) -> Floats:
    """Give the moment of rectification, for exactly as many as the size says; void ones stay as they were."""
    big, small = np.flatnonzero(major & ~void), np.flatnonzero(~major & ~void)
    of_big = _exactly(wanted, found, big, size.majors_rectified, end, rng)
    of_small = _exactly(wanted, found, small, size.rectified - size.majors_rectified, end, rng)
    return np.where(np.isnan(of_big), of_small, of_big)


def _closed(rectified: Floats, at_once: Bools, end: float, rng: np.random.Generator) -> Floats:
    """Close what was rectified after a second look, some days later; what was put right at once, the same hour."""
    n = len(rectified)
    wait = np.where(at_once, rng.uniform(120, 1500, n), rng.gamma(1.6, 2.2, n) * DAY)
    closed = np.where(at_once, rectified + wait, _in_hours(rectified + wait, rectified, rng))
    never = rng.random(n) < 0.015
    return np.where((closed > end) | never | np.isnan(rectified), np.nan, np.floor(closed))
