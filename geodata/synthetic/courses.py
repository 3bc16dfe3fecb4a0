"""The life courses of hazards: put right at once, in time, late or not at all; to the row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.synthetic.chance import Bools, Floats, Ints, pick
from geodata.synthetic.sizes import Size

DAY = 86_400
AT_ONCE = 0.46
TERMS, TERM_SHARES = np.array([3, 5, 7, 10, 15, 30]), (4, 3, 6, 3, 3, 1)
MAJOR_TERMS = (30, 45, 60)


@dataclass(frozen=True)
class Courses:
    """What became of n hazards: seconds since 1970 of the town's clock, NaN for not yet.

    Attributes
    ----------
    at_once
        Put right on the spot: the deadline is the day itself.
    """

    deadline: Floats
    rectified: Floats
    closed: Floats
    at_once: Bools


def make_courses(
    found: Floats, major: Bools, void: Bools, *, size: Size, end: float, rng: np.random.Generator
) -> Courses:
    """Follow hazards from the moment they were found to `end`; exactly as many are rectified as the size says."""
    n = len(found)
    at_once = (rng.random(n) < AT_ONCE) & ~major
    term = np.where(major, rng.choice(MAJOR_TERMS, n), TERMS[pick(TERM_SHARES, n, rng)])
    deadline = np.floor(found / DAY) * DAY + np.where(at_once, 0, term) * DAY
    wanted = _wanted(found, deadline, at_once, rng)
    rectified = np.full(n, np.nan)
    for chosen, count in (
        (major & ~void, size.majors_rectified),
        (~major & ~void, size.rectified - size.majors_rectified),
    ):
        done = _first(wanted, np.flatnonzero(chosen), count)
        rectified[done] = _before(wanted[done], found[done], end, rng)
    return Courses(deadline, rectified, _closed(rectified, at_once, end, rng), at_once)


def _wanted(found: Floats, deadline: Floats, at_once: Bools, rng: np.random.Generator) -> Floats:
    """Draw when each would be rectified: most before the deadline, some late, some ever so late."""
    n = len(found)
    share = np.where(rng.random(n) < 0.87, rng.beta(3, 2, n), 1 + rng.exponential(0.9, n))
    share = np.where(rng.random(n) < 0.035, 50 + 100 * rng.random(n), share)
    in_time = _in_hours(found + share * (deadline + DAY - found), found, rng)
    return np.where(at_once, found + rng.uniform(300, 3000, n), in_time)


def _in_hours(moment: Floats, after: Floats, rng: np.random.Generator) -> Floats:
    """Move a moment to working hours of its day, never before `after`."""
    moved = np.floor(moment / DAY) * DAY + rng.uniform(8.5, 17.8, len(moment)) * 3600
    return np.maximum(moved, after + 1800)


def _first(wanted: Floats, candidates: Ints, count: int) -> Ints:
    """Give the `count` candidates that would be rectified first: the others still are not."""
    return candidates[np.argsort(wanted[candidates], kind="stable")][:count]


def _before(wanted: Floats, found: Floats, end: float, rng: np.random.Generator) -> Floats:
    """Give the wanted moments; those after `end` come to lie between finding and `end`."""
    sooner = found + rng.uniform(0.3, 0.98, len(found)) * (end - found)
    return np.where(wanted > end, sooner, wanted)


def _closed(rectified: Floats, at_once: Bools, end: float, rng: np.random.Generator) -> Floats:
    """Close what was rectified after a second look, some days later; what was put right at once, the same hour."""
    n = len(rectified)
    wait = np.where(at_once, rng.uniform(120, 1500, n), rng.gamma(1.6, 2.2, n) * DAY)
    closed = np.where(at_once, rectified + wait, _in_hours(rectified + wait, rectified, rng))
    never = rng.random(n) < 0.015
    return np.where((closed > end) | never | np.isnan(rectified), np.nan, np.floor(closed))
