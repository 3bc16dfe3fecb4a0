"""Who goes where on which day: the inspectors' rounds with what they miss, and everybody else's visits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.synthetic.calendar import CAMPAIGNS, FIRST, LAST, Days, within, workdays
from geodata.synthetic.chance import Bools, Floats, Ints, Objects, apportion, apportion_groups, pick, words
from geodata.synthetic.people import People
from geodata.synthetic.register import Register
from geodata.synthetic.trades import ESTATE, TRADES

NOBODY = -1
DEPARTMENT_SHARE, EXPERT_SHARE, ENTERPRISE_SHARE = 0.045, 0.015, 0.04
MOST_A_DAY = 8
"""Mean number of an inspector's visits on a day out, at most."""
NEGLECTED, LAZY, ON_LEAVE = 0.035, 0.08, 0.07
"""Shares: places that nobody ever goes to, inspectors who hardly go out, inspectors away for weeks."""


@dataclass(frozen=True)
class Visits:
    """n visits, in no order.

    Attributes
    ----------
    officer
        Position in `People`, `NOBODY` for an enterprise's check of itself.
    place, day
        Position in `Register`; calendar day.
    by, kind
        Canonical words of the inspections table.
    stay
        Minutes that the visitor means to stay.
    """

    officer: Ints
    place: Ints
    day: Days
    by: Objects
    kind: Objects
    stay: Floats

    def taken(self, chosen: Ints | Bools) -> Visits:
        """Give the chosen visits."""
        which = (self.officer[chosen], self.place[chosen], self.day[chosen])
        return Visits(*which, self.by[chosen], self.kind[chosen], self.stay[chosen])


def _open_days(register: Register) -> tuple[Days, Days]:
    """Give for each place its first and last day of being open inside the half year (first > last: never)."""
    first = np.where(np.isnat(register.opened), FIRST, np.maximum(register.opened, FIRST))
    last = np.where(np.isnat(register.closed), LAST, np.minimum(register.closed - 1, LAST))
    return first, last


def _field_days(grids: int, zeal: Floats, days: int, rng: np.random.Generator) -> Bools:
    """Draw on which working days each inspector goes out; some are away for weeks."""
    out = rng.random((grids, days)) < np.clip(0.25 + 0.35 * zeal, 0.1, 0.92)[:, None]
    for inspector in np.flatnonzero(rng.random(grids) < ON_LEAVE):
        start = int(rng.integers(0, days - 25))
        out[inspector, start : start + int(rng.integers(20, 55))] = False
    out[:, days // 2] |= ~out.any(axis=1)
    return out


def _wish(register: Register, people: People, rng: np.random.Generator) -> Floats:
    """Give how often the inspector of its grid thinks of each place; the far corners less, some never."""
    trade = np.array([t.visits for t in TRADES])[register.trade]
    risk = np.array([1.5, 1.25, 1.0, 0.85])[register.risk]
    away = np.hypot(*(register.xy - people.base[register.grid]).T)
    usual = np.bincount(register.grid, away) / np.maximum(np.bincount(register.grid), 1)
    far = np.exp(-0.35 * (away / usual[register.grid].clip(1)) ** 2)
    wish = trade * risk * far * np.exp(rng.normal(0, 0.35, len(trade))) * np.where(register.leader >= 0, 1.4, 1.0)
    wish[(rng.random(len(trade)) < NEGLECTED) & (register.leader < 0)] = 0
    return np.asarray(wish)


def inspector_rounds(register: Register, people: People, total: int, rng: np.random.Generator) -> Visits:
    """Send each inspector through the own grid, street by street around it, `total` visits in all."""
    grids = len(people.positions("inspector"))
    days = workdays()
    zeal = rng.gamma(5, 0.2, grids)
    lazy = rng.random(grids) < LAZY
    zeal[lazy] = rng.uniform(0.05, 0.2, int(lazy.sum()))
    out = _field_days(grids, zeal, len(days), rng)
    inspector, column = np.nonzero(out)
    clock = inspector * 1000 + column
    start = np.searchsorted(clock, np.arange(grids) * 1000)
    first, last = _open_days(register)
    low = np.searchsorted(clock, register.grid * 1000 + np.searchsorted(days, first)) - start[register.grid]
    high = (
        np.searchsorted(clock, register.grid * 1000 + np.searchsorted(days, last, side="right")) - start[register.grid]
    )
    room = np.maximum(high - low, 0)
    wish = _wish(register, people, rng) * room / out.sum(axis=1)[register.grid]
    load = np.bincount(register.grid, wish, grids)
    worth = zeal * (load + 0.5 * load.mean()) * (load > 0)
    quota = apportion(_capped(worth, total, MOST_A_DAY * out.sum(axis=1)), total, rng)
    times = apportion_groups(wish, register.grid, quota, rng)
    place = np.repeat(np.arange(len(times)), times)
    nth = np.arange(total) - np.repeat(np.cumsum(times) - times, times)
    around = register.xy - people.base[register.grid]
    phase = (np.arctan2(around[:, 1], around[:, 0]) / (2 * np.pi) + rng.normal(0, 0.05, len(times))) % 1.0
    at = low[place] + np.floor((nth + phase[place]) / times[place] * room[place]).astype(np.int64)
    day = days[column[start[register.grid[place]] + at]]
    by = np.full(total, "inspector", dtype=object)
    return Visits(
        register.grid[place], place, day, by, _routine_kinds(day, rng), _stays(register.trade[place], 1.0, rng)
    )


def _capped(worth: Floats, total: int, most: Ints) -> Floats:
    """Scale shares of a total so that none is above its cap, as far as the caps allow."""
    share = worth * total / worth.sum()
    for _ in range(30):
        share = np.minimum(share, most)
        free = share < most
        share[free] *= max((total - share[~free].sum()) / share[free].sum(), 1.0)
    return np.asarray(share)


def _routine_kinds(day: Days, rng: np.random.Generator) -> Objects:
    """Give campaign in a campaign's weeks now and then, a surprise seldom, else routine."""
    dice = rng.random(len(day))
    campaign = within(day, CAMPAIGNS) & (dice < 0.35)
    return np.where(campaign, "campaign", np.where(dice > 0.985, "surprise", "routine")).astype(object)


def _stays(trade: Ints, factor: float, rng: np.random.Generator) -> Floats:
    """Draw minutes on the spot: longer at industry than at a shop."""
    estate = np.array([t.where == ESTATE for t in TRADES])[trade]
    return np.asarray(factor * np.where(estate, 24, 11) * np.exp(rng.normal(0, 0.4, len(trade)))).clip(4, 120)


def _open_on(register: Register, place: Ints, day: Days) -> Bools:
    first, last = _open_days(register)
    return np.asarray((day >= first[place]) & (day <= last[place]))


def _free_days(register: Register, place: Ints, days: Days, rng: np.random.Generator) -> Days:
    """Draw for each visit one of the days on which its place is open."""
    first, last = _open_days(register)
    low, high = np.searchsorted(days, first[place]), np.searchsorted(days, last[place], side="right")
    return days[low + np.floor(rng.random(len(place)) * (high - low)).astype(np.int64)]


def _receptive(register: Register, days: Days) -> Bools:
    """Say which places are open on at least one of the days."""
    first, last = _open_days(register)
    return np.asarray(np.searchsorted(days, last, side="right") > np.searchsorted(days, first))


def department_visits(register: Register, people: People, total: int, rng: np.random.Generator) -> Visits:
    """Send the teams of each department to the riskier places of its industries."""
    days = workdays()
    worth = np.array([6.0, 3.0, 0.8, 0.2])[register.risk] * rng.gamma(1.5, 1, len(register.risk))
    place = np.repeat(np.arange(len(worth)), apportion(worth * _receptive(register, days), total, rng))
    team = people.positions("department")
    label = np.array([name.rstrip("0123456789") for name in people.names[team]], dtype=object)
    town = _town_of(register, people)[place]
    officer = np.zeros(total, dtype=np.int64)
    pairs = np.array([f"{t} {d}" for t, d in zip(town, register.departments[place], strict=True)])
    keys = np.array([f"{t} {d}" for t, d in zip(people.town[team], label, strict=True)])
    for key in np.unique(pairs):
        mine, own = np.flatnonzero(pairs == key), team[keys == key]
        officer[mine] = own[register.grid[place[mine]] % len(own)]
    kind = words("routine", "campaign", "surprise", "look-back")[pick([0.4, 0.35, 0.2, 0.05], total, rng)]
    day = _free_days(register, place, days, rng)
    return Visits(
        officer, place, day, np.full(total, "department", object), kind, _stays(register.trade[place], 1.4, rng)
    )


def _town_of(register: Register, people: People) -> Ints:
    """Give the town of each place: that of its grid's inspector."""
    return people.town[register.grid]


def leader_visits(register: Register, people: People, rng: np.random.Generator) -> Visits:
    """Send each leader to the own worrying places, most months."""
    place, month = (a.ravel() for a in np.meshgrid(np.flatnonzero(register.leader >= 0), np.arange(6), indexing="ij"))
    kept = rng.random(len(place)) < (0.5 + 0.5 * rng.random(len(register.leader)))[place]
    place, month = place[kept], month[kept]
    days = workdays()
    months = days.astype("datetime64[M]") - FIRST.astype("datetime64[M]")
    low = np.searchsorted(months.astype(np.int64), month)
    high = np.searchsorted(months.astype(np.int64), month, side="right")
    day = days[low + np.floor(rng.random(len(place)) * (high - low)).astype(np.int64)]
    leaders = people.positions("leader")
    officer = leaders[np.argsort(people.duty[leaders])][register.leader[place]]
    kind = words("routine", "surprise")[pick([0.7, 0.3], len(place), rng)]
    return Visits(
        officer, place, day, np.full(len(place), "leader", object), kind, _stays(register.trade[place], 1.6, rng)
    )


def expert_visits(register: Register, people: People, total: int, rng: np.random.Generator) -> Visits:
    """Send outside bodies to the riskiest places, again and again."""
    days = workdays()
    worth = np.array([10.0, 4.0, 0.3, 0.0])[register.risk] * _receptive(register, days)
    place = np.repeat(np.arange(len(worth)), apportion(worth, total, rng))
    bodies = people.positions("expert")
    town = _town_of(register, people)[place]
    own = [bodies[people.town[bodies] == t] for t in range(int(people.town.max()) + 1)]
    officer = np.array(
        [own[t][g % len(own[t])] for t, g in zip(town, register.grid[place], strict=True)], dtype=np.int64
    )
    day = _free_days(register, place, days, rng)
    kind = np.full(total, "expert", dtype=object)
    return Visits(officer, place, day, kind.copy(), kind, _stays(register.trade[place], 2.2, rng))


def enterprise_checks(register: Register, total: int, rng: np.random.Generator) -> Visits:
    """Let firms with enough heads check themselves."""
    days = np.arange(FIRST, LAST + 1)
    worth = np.nan_to_num(register.heads).clip(0, 60) * _receptive(register, days)
    place = np.repeat(np.arange(len(worth)), apportion(worth, total, rng))
    day = _free_days(register, place, days, rng)
    kind, by = np.full(total, "routine", dtype=object), np.full(total, "enterprise", dtype=object)
    return Visits(np.full(total, NOBODY), place, day, by, kind, _stays(register.trade[place], 1.0, rng))


def make_visits(register: Register, people: People, total: int, rng: np.random.Generator) -> Visits:
    """Make `total` visits of the half year, every one of a place that is open that day."""
    others = [
        department_visits(register, people, round(DEPARTMENT_SHARE * total), rng),
        leader_visits(register, people, rng),
        expert_visits(register, people, round(EXPERT_SHARE * total), rng),
        enterprise_checks(register, round(ENTERPRISE_SHARE * total), rng),
    ]
    rest = total - sum(len(other.place) for other in others)
    every = [inspector_rounds(register, people, rest, rng), *others]
    names = ("officer", "place", "day", "by", "kind", "stay")
    return Visits(*(np.concatenate([getattr(one, name) for one in every]) for name in names))
