"""A town's day as problems that can be planned each by itself: one an officer, or one of a whole team."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from coverage.routes.clock import MINUTE, Clock, read_hours
from coverage.routes.customs import Customs, Span
from coverage.routes.mates import Mate, paired
from coverage.routes.network import Streets, travel_between
from coverage.routes.planner import LOWER_PRIZE
from coverage.routes.problem import Flags, Officer, Pair, Problem, Stops
from coverage.streets.network import Floats, Ints, Shapes
from geodata.errors import Unreadable
from geodata.model import LEVELS
from geodata.tables import MODE_WORDS
from grids.workload import DETOUR, SPEED_M_PER_MIN, metres_between

MOST_STOPS, MOST_TOGETHER = 300, 1_500
"""Of more places that one officer, or all together, might visit, those worth most for their minutes are looked at."""
SHARED = 8
NO_POSITION, NO_OFFICER, NO_MATE = "no_position", "no_officer", "no_mate"
NO_MATE_WHY = "要两人同去：同网格（允许的话，同社区）或指定的同伴里，没有当天还空着、午休相同的人。"


@dataclass(frozen=True)
class Task:
    """A problem, and where its nodes are: the stops first, then where the officers start.

    Attributes
    ----------
    rows
        Rows of the day's candidates, in the order of the problem's stops.
    points
        Of every node, in the streets' plane.
    """

    problem: Problem
    rows: Ints
    points: Shapes

    def some(self, stops: Ints) -> Task:
        """Give the same with some of the stops, in the order given."""
        nodes = np.concatenate([stops, np.arange(len(self.rows), len(self.points))])
        return Task(self.problem.some(stops), self.rows[stops], self.points[nodes])


@dataclass(frozen=True)
class Day:
    """Who goes on a day, and where to.

    Attributes
    ----------
    candidates
        Of `coverage.routes.candidates.candidates`, rows numbered from 0.
    officers
        id, name, area, mode, shift.
    areas
        code, level, geometry (EPSG:4326).
    streets
        By mode; all in one plane.
    start
        Where everybody starts and finishes, longitude and latitude; None: in the middle of the own area.
    together
        Everybody may visit every place; else each the own ones.
    most
        Of more places that one officer might visit, so many are looked at: those worth most for their minutes.
    pairs
        Ids of two officers each who go together to the candidates flagged `two` (a column that may be missing).
    """

    day: date
    candidates: pd.DataFrame
    officers: pd.DataFrame
    areas: gpd.GeoDataFrame
    streets: Mapping[str, Streets]
    customs: Customs
    start: tuple[float, float] | None = None
    together: bool = False
    most: int = MOST_STOPS
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LeftBefore:
    """A candidate (row) that nobody's problem holds, and why."""

    row: int
    reason: str
    why: str


@dataclass(frozen=True)
class Tasks:
    """The problems of a day, made one after another when they are asked for: a town's while others are solved.

    `left` are the candidates that are in none, `notes` what is to be said.
    """

    tasks: Iterator[Task]
    count: int
    left: tuple[LeftBefore, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """An officer as the ledger has one; `spans` is the shift, in seconds of the day."""

    id: str
    name: str
    areas: tuple[str, ...]
    mode: str
    spans: tuple[Span, ...]


def plane_of(day: Day) -> CRS:
    """Give the plane of a day's streets."""
    return next(iter(day.streets.values())).network.crs


def tasks_of(day: Day) -> Tasks:
    """Give the problems of a day: one an officer, with the own places, or one of all officers together."""
    candidates, points = day.candidates, points_of(day.candidates, plane_of(day))
    placed = ~shapely.is_missing(points)
    owner = candidates["officer"].to_numpy(dtype=object)
    answering = np.isin(owner.astype(str), day.officers["id"].to_numpy(dtype=str)) | day.together
    left = _left(~placed, NO_POSITION, "没有坐标，排不了路线，请补上坐标。")
    left += _left(placed & ~answering, NO_OFFICER, "这里没有当天出勤的安全员负责。")
    people, notes = people_of(day)
    free = np.flatnonzero(placed & answering)
    groups, lonely = _groups(day, people, free)
    left += _left(np.isin(np.arange(len(points)), lonely), NO_MATE, NO_MATE_WHY)
    asked = []
    for group, rows in groups:
        bases = np.empty(len(group), dtype=object)
        bases[:] = [base_of(day, each, points[rows]) for each in group]
        most = min(day.most * max(len(group), 1), MOST_TOGETHER)
        kept = rows[worth_most(candidates.iloc[rows], points[rows], bases, group[0].mode, most)]
        if len(kept) < len(rows):
            text = f"可去的有 {len(rows):,} 处，只在最值得去的 {len(kept):,} 处里排"
            notes.append(f"{'、'.join(each.id for each in group[:3])}：{text}。")
            left += _left(np.isin(np.arange(len(points)), np.setdiff1d(rows, kept)), LOWER_PRIZE, f"{text}。")
        asked.append((group, kept, np.concatenate([points[kept], bases])))
    tasks = (_task(day, group, rows, nodes) for group, rows, nodes in asked)
    return Tasks(tasks, len(asked), tuple(left), tuple(notes))


def pairs_of(day: Day) -> tuple[tuple[str, str], ...]:
    """Give who go together, of all officers of a day: ids."""
    points = points_of(day.candidates, plane_of(day))
    rows = np.flatnonzero(_for_two(day.candidates) & ~shapely.is_missing(points))
    people, _ = people_of(day)
    owner = day.candidates["officer"].to_numpy(dtype=object)[rows].astype(str)
    asking = {each.id: int((owner == each.id).sum()) for each in people if (owner == each.id).any()}
    if not asking:
        return ()
    spots = _middles(day)
    mates = [Mate(each.id, each.areas, clock_of(each.spans, day.customs), *_mean(spots, each.areas)) for each in people]
    return tuple(paired(mates, asking, day.customs.pairs, everywhere=day.together))


def _middles(day: Day) -> dict[str, tuple[float, float]]:
    """Give a point inside each area, by its code."""
    shaped = day.areas[day.areas.geometry.notna()].to_crs(plane_of(day))
    xy = shapely.get_coordinates(shapely.point_on_surface(np.asarray(shaped.geometry.array)))
    return {code: (float(x), float(y)) for code, (x, y) in zip(shaped["code"], xy, strict=True)}


def _mean(spots: Mapping[str, tuple[float, float]], codes: Sequence[str]) -> tuple[float, float]:
    """Give the middle of some areas; the origin without any: nobody is nearer than another then."""
    known = [spots[code] for code in codes if code in spots] or [(0.0, 0.0)]
    return sum(x for x, _ in known) / len(known), sum(y for _, y in known) / len(known)


def _for_two(candidates: pd.DataFrame) -> Flags:
    return np.asarray(candidates.get("two", np.zeros(len(candidates))), dtype=bool)


def _groups(day: Day, people: Sequence[Person], free: Ints) -> tuple[list[tuple[list[Person], Ints]], Ints]:
    """Give who share a problem with the rows of it, and the rows for two that nobody comes along to."""
    owner = day.candidates["officer"].to_numpy(dtype=object).astype(str)
    by_id = {each.id: each for each in people}
    pairs = [[by_id[one], by_id[other]] for one, other in day.pairs if one in by_id and other in by_id]
    gone = [each.id for pair in pairs for each in pair]
    lonely = free[_for_two(day.candidates)[free] & ~np.isin(owner[free], gone)]
    free = np.setdiff1d(free, lonely)
    others = [each for each in people if each.id not in gone]
    if day.together:
        groups = [(others, free[~np.isin(owner[free], gone)])] if others else []
    else:
        groups = [([each], free[owner[free] == each.id]) for each in others]
    return groups + [(pair, free[np.isin(owner[free], [each.id for each in pair])]) for pair in pairs], lonely


def _left(which: Flags, reason: str, why: str) -> list[LeftBefore]:
    return [LeftBefore(int(row), reason, why) for row in np.flatnonzero(which)]


def people_of(day: Day) -> tuple[list[Person], list[str]]:
    """Give the officers, and what is to be said of their shifts and of the streets."""
    people, notes = [], []
    if any(streets.nothing for streets in day.streets.values()):
        notes.append(f"没有可走的道路：路程按直线距离的 {DETOUR} 倍估计（wangge import STORE roads 文件）。")
    columns = (day.officers[name].astype(object) for name in ("id", "name", "area", "mode", "shift"))
    for identity, name, area, mode, shift in zip(*columns, strict=True):
        spans, said = spans_of(shift, day.customs)
        codes = tuple(area.split(";")) if isinstance(area, str) else ()
        way = MODE_WORDS.get(str(mode), "walk")
        people.append(Person(identity, name if isinstance(name, str) else identity, codes, way, spans))
        notes += [f"{identity} 的班次{said}"] if said else []
    return people, notes


def spans_of(text: object, customs: Customs) -> tuple[tuple[Span, ...], str]:
    """Give the spans of a shift, and what is to be said of it."""
    if not isinstance(text, str) or not text.strip():
        return (customs.shift,), ""
    try:
        spans = read_hours(text)
    except Unreadable as problem:
        return (customs.shift,), f"看不懂（{problem}），先按默认的班次排。"
    return spans, f"“{text}”的时间是 0，当天不排。" if spans[-1][1] <= spans[0][0] else ""


def points_of(candidates: pd.DataFrame, crs: CRS) -> Shapes:
    """Give where candidates are, in a plane; None without a position."""
    there = candidates["lon"].notna().to_numpy(dtype=bool)
    points = np.full(len(candidates), None, dtype=object)
    if there.any():
        spots = gpd.GeoSeries(gpd.points_from_xy(candidates["lon"][there], candidates["lat"][there]), crs=4326)
        points[there] = np.asarray(spots.to_crs(crs).array, dtype=object)
    return points


def worth_most(candidates: pd.DataFrame, points: Shapes, bases: Shapes, mode: str, most: int = MOST_STOPS) -> Ints:
    """Give the rows (from 0) that are looked at: promised ones, then most worth for the stay and the ways.

    To each belong a way from the one before, and a part of the way there and back, which `SHARED` stops have in common.
    """
    if len(candidates) <= most:
        return np.arange(len(candidates))
    prize, stay = candidates["prize"].to_numpy(dtype=float), candidates["stay"].to_numpy(dtype=float) / MINUTE
    step = metres_between(np.ones(len(points)), shapely.get_x(points), shapely.get_y(points))
    out = np.full(len(points), np.inf)
    for base in bases:
        out = np.minimum(out, shapely.distance(points, base))
    metres = DETOUR * (step + 2 * out / SHARED)
    density = prize / (stay + metres / SPEED_M_PER_MIN[mode])
    return np.sort(np.lexsort((-density, ~candidates["must"].to_numpy(dtype=bool)))[:most])


def _task(day: Day, group: Sequence[Person], rows: Ints, nodes: Shapes) -> Task:
    stops, n = day.candidates.iloc[rows], len(rows)
    officers = tuple(
        Officer(each.id, each.name, each.spans[0][0], each.spans[-1][1], each.mode, n + at, n + at)
        for at, each in enumerate(group)
    )
    travel = {mode: travel_between(day.streets[mode], nodes) for mode in sorted({each.mode for each in group})}
    seconds = [stops[name].to_numpy(dtype=np.int64) for name in ("stay", "opens", "closes")]
    prize, must = stops["prize"].to_numpy(dtype=float), stops["must"].to_numpy(dtype=bool)
    asked = Stops(tuple(stops["place_id"]), tuple(stops["why"]), prize, seconds[0], seconds[1], seconds[2], must)
    clock = clock_of(group[0].spans if len({each.spans for each in group}) == 1 else (), day.customs)
    pair, two = None, _for_two(stops)
    if len(group) == 2 and two.any():
        pair = Pair(np.asarray(stops["officer"] == group[1].id, dtype=np.int64), two)
    return Task(Problem(day.day, officers, asked, travel, clock, pair), rows, nodes)


def clock_of(spans: Sequence[Span], customs: Customs) -> Clock:
    """Give the clock of a day: lunch is the hole in a shift that has one, else the town's."""
    if len(spans) == 2 and spans[1][0] > spans[0][1]:
        return Clock(spans[0][1], spans[1][0] - spans[0][1])
    return Clock(customs.lunch[0], customs.lunch[1] - customs.lunch[0]) if customs.lunch else Clock()


def base_of(day: Day, person: Person, points: Shapes) -> shapely.Point:
    """Give where an officer starts and finishes: on the street nearest to the place that is asked for."""
    streets, crs = day.streets[person.mode], plane_of(day)
    if day.start is not None:
        spot = gpd.GeoSeries([shapely.Point(day.start)], crs=4326).to_crs(crs).iloc[0]
    else:
        spot = _middle(day.areas, person.areas, points, crs)
    return on_street(streets, spot)


def on_street(streets: Streets, spot: shapely.Point) -> shapely.Point:
    """Give the point of the streets that is nearest to a point of their plane; itself where there are none."""
    if streets.nothing:
        return spot
    line = streets.network.lines[streets.network.tree.nearest(spot)]
    return shapely.line_interpolate_point(line, shapely.line_locate_point(line, spot))


def _middle(areas: gpd.GeoDataFrame, codes: Collection[str], points: Shapes, crs: CRS) -> shapely.Point:
    """Give a point inside somebody's areas, the deepest level that has them; without any, amid the places."""
    for level in reversed(LEVELS):
        mine = areas[(areas["level"] == str(level)) & areas["code"].isin(codes) & areas.geometry.notna()]
        if len(mine):
            return shapely.point_on_surface(shapely.union_all(np.asarray(mine.to_crs(crs).geometry.array)))
    if not len(points):
        return shapely.Point(0, 0)  # nobody to visit: nobody goes
    xy: Floats = shapely.get_coordinates(points)
    return points[int(np.hypot(*(xy - np.median(xy, axis=0)).T).argmin())]
