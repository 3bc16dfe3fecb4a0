"""Who does it: one inspector a grid, grid managers, leaders, departments, outside experts, the clerk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geodata.synthetic.chance import Bools, Floats, Ints, Objects, words
from geodata.synthetic.divisions import Divisions
from geodata.synthetic.land import Land
from geodata.synthetic.register import leaders_of_towns
from geodata.synthetic.trades import DEPARTMENTS

CAR_GRID_M2 = 2.2e6
"""Inspectors of bigger grids drive."""
SHIFTS, SHIFT_SHARES = np.array([[510, 1050], [540, 1020], [600, 1140]]), (0.45, 0.45, 0.1)


@dataclass(frozen=True)
class People:
    """Officers; the first ones are the inspectors, in the order of the grids.

    Attributes
    ----------
    role
        Role of the officers table, or `expert` (outside bodies: they inspect, but are no officers of the town).
    duty
        Position in `DEPARTMENTS` of a department, number of a leader, else -1.
    town
        Position of the town, -1 for a whole city.
    base
        (n, 2) where the day starts, metres.
    hours
        (n, 2) start and end of the shift, minutes of the day.
    """

    ids: Objects
    names: Objects
    role: Objects
    area: Objects
    car: Bools
    hours: Ints
    base: Floats
    duty: Ints
    town: Ints

    def positions(self, role: str) -> Ints:
        """Give the positions of the officers of a role."""
        return np.flatnonzero(self.role == role)


@dataclass(frozen=True)
class _Post:
    """One row to be."""

    prefix: str
    label: str
    role: str
    area: str
    base: tuple[float, float]
    duty: int
    town: int


def _points(shapes: Objects) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in shapely.get_coordinates(shapely.point_on_surface(shapes))]


def offices(divisions: Divisions, land: Land) -> list[tuple[float, float]]:
    """Give where the office of each town stands."""
    if len(divisions.towns.codes) == 1:
        return [(float(land.centres[0, 0]), float(land.centres[0, 1]))]
    return _points(divisions.towns.shapes)


def _posts(divisions: Divisions, land: Land, places: Ints, teams: int) -> list[_Post]:
    """List every post: inspectors first, one a grid; then town by town, department by department."""
    grids, communities, districts, towns = divisions.grids, divisions.communities, divisions.districts, divisions.towns
    town_of = districts.parent[communities.parent[grids.parent]]
    rows = [
        _Post("AQ", "安全员", "inspector", code, base, -1, int(town))
        for code, base, town in zip(grids.codes, _points(grids.shapes), town_of, strict=True)
    ]
    for prefix, label, level, town in (
        ("WG", "网格长", communities, districts.parent[communities.parent]),
        ("PQ", "片区长", districts, districts.parent),
    ):
        trio = zip(level.codes, _points(level.shapes), town, strict=True)
        rows += [_Post(prefix, label, "grid_manager", code, base, -1, int(t)) for code, base, t in trio]
    office, leader = offices(divisions, land), 0
    for number, (code, count) in enumerate(zip(towns.codes, leaders_of_towns(places), strict=True)):
        rows.append(_Post("AW", "安委办", "clerk", code, office[number], -1, number))
        rows += [_Post("LD", "领导", "leader", code, office[number], leader + n, number) for n in range(count)]
        leader += int(count)
        rows += [
            _Post("BM", name, "department", code, office[number], n, number)
            for n, name in enumerate(DEPARTMENTS)
            for _ in range(teams)
        ]
        rows += [_Post("ZJ", "第三方机构", "expert", code, office[number], -1, number) for _ in range(max(2, teams))]
    return rows


def make_people(divisions: Divisions, land: Land, places: Ints, rural: bool, rng: np.random.Generator) -> People:
    """Appoint everybody.

    Parameters
    ----------
    places
        Number of places of each town.
    """
    posts = _posts(divisions, land, places, 1 if rural else 4)
    count: dict[str, int] = {}
    ids, names = [], []
    for post in posts:
        count[post.prefix] = count.get(post.prefix, 0) + 1
        width = 4 if post.prefix == "AQ" and len(divisions.grids.codes) > 999 else 3
        number = f"{count[post.prefix]:0{width}d}"
        ids.append(f"{post.prefix}{number}")
        names.append(f"{post.label}{number}")
    role = np.array([post.role for post in posts], dtype=object)
    inspectors = len(divisions.grids.codes)
    car = np.ones(len(posts), dtype=bool)
    car[:inspectors] = shapely.area(divisions.grids.shapes) > CAR_GRID_M2
    hours = np.tile(np.array([510, 1050]), (len(posts), 1))
    hours[:inspectors] = SHIFTS[rng.choice(len(SHIFTS), inspectors, p=SHIFT_SHARES)]
    return People(
        words(*ids), words(*names), role, words(*(p.area for p in posts)), car, hours,
        base=np.array([p.base for p in posts]), duty=np.array([p.duty for p in posts]),
        town=np.array([p.town for p in posts]),
    )  # fmt: skip
