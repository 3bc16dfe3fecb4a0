"""The times of a route as it stands, whoever made it, and what can't be kept of it: nothing is repaired here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely

from coverage.routes.check import faults
from coverage.routes.clock import MINUTE, Clock, hour
from coverage.routes.kept import KeptRoute, KeptStop, Spot
from coverage.routes.network import Streets, travel_between, ways_through
from coverage.routes.planner import LOST, timed
from coverage.routes.problem import Officer, Problem, Route, Stops
from coverage.streets.network import Shapes
from grids.workload import DETOUR, SPEED_M_PER_MIN


@dataclass(frozen=True)
class Ground:
    """What a route goes by: the streets of its mode, and the clock of its day."""

    streets: Streets
    clock: Clock

    def points(self, spots: Sequence[Spot]) -> Shapes:
        """Give positions (degrees) in the streets' plane."""
        lon, lat = np.array(spots, dtype=float).reshape(-1, 2).T
        points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=4326).to_crs(self.streets.network.crs)
        return np.asarray(points.array, dtype=object)

    def degrees(self, point: shapely.Point) -> Spot:
        """Give a point of the streets' plane in degrees."""
        spot = gpd.GeoSeries([point], crs=self.streets.network.crs).to_crs(4326).iloc[0]
        return spot.x, spot.y


def problem_of(route: KeptRoute, stops: Sequence[KeptStop], points: Shapes, ground: Ground) -> Problem:
    """Give the problem of going from a route's start past some stops to its finish, from its `begin` to its `end`.

    Parameters
    ----------
    points
        Of the stops, the start and the finish, in the streets' plane.
    """
    n = len(stops)
    officer = Officer(route.officer, route.officer, route.begin, route.end, route.mode, n, n + 1)
    asked = Stops.of(
        [stop.place_id for stop in stops],
        [stop.prize for stop in stops],
        [stop.stay for stop in stops],
        whys=[stop.why for stop in stops],
        hours=[(stop.opens, stop.closes) for stop in stops],
        must=[stop.must or stop.locked for stop in stops],
    )
    travel = {route.mode: travel_between(ground.streets, points)}
    return Problem(route.day, (officer,), asked, travel, ground.clock)


def reckoned(route: KeptRoute, ground: Ground) -> KeptRoute:
    """Give a route with the times of the stops ahead, each as early as it can be, the sums, and what is wrong with it.

    Stops that are done stand as they are. Where there is no way, the time is that of a straight line times `DETOUR`,
    and the stop says so. A route is feasible when the checker finds no fault with what is ahead.
    """
    ahead = route.ahead
    points = ground.points([*((stop.lon, stop.lat) for stop in ahead), route.start, route.finish])
    problem = problem_of(route, ahead, points, ground)
    bridged = bridged_over(problem, points)
    walk = timed(bridged, problem.officers[0], range(len(ahead)))
    wrong = faults(problem, walk)
    said, whole = sentences(problem, walk)
    if wrong and not any(said) and not whole:
        whole = [f"没有通过核对：{'；'.join(wrong)}。"]
    minutes = bridged.travel[route.mode].minutes
    legs = [(before, at) for at, before in enumerate([len(ahead), *range(len(ahead) - 1)][: len(ahead)])]
    stops = [
        replace(
            stop,
            arrive=visit.arrive,
            begin=visit.begin,
            leave=visit.leave,
            travel_minutes=round(float(minutes[leg]), 1),
            length_m=round(visit.metres, 1),
            problem=problem_said,
        )
        for stop, visit, leg, problem_said in zip(ahead, walk.visits, legs, said, strict=True)
    ]
    route = replace(route, stops=(*route.done, *stops), feasible=not wrong, problems=tuple(whole))
    return _summed(route, walk, points, ground)


def bridged_over(problem: Problem, points: Shapes) -> Problem:
    """Give a problem in which ways that are none are straight lines, so that the times after them mean something."""
    xy = shapely.get_coordinates(points)
    metres = DETOUR * np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
    found = {}
    for mode, travel in problem.travel.items():
        none = np.isinf(travel.minutes)
        minutes = np.where(none, metres / SPEED_M_PER_MIN[mode], travel.minutes)
        found[mode] = replace(travel, minutes=minutes, metres=np.where(none, metres, travel.metres))
    return replace(problem, travel=found)


def _summed(route: KeptRoute, walk: Route, points: Shapes, ground: Ground) -> KeptRoute:
    """Give a route with its sums over the whole day, and the way ahead as lines."""
    done, stay = route.done, sum(visit.leave - visit.begin for visit in walk.visits)
    eaten = walk.lunch[1] - walk.lunch[0] if walk.lunch else 0
    n = len(walk.visits)
    lines = ways_through(ground.streets, points[[n, *range(n), n + 1]]) if n else []
    line = gpd.GeoSeries([shapely.MultiLineString(lines)], crs=ground.streets.network.crs).to_crs(4326).iloc[0]
    return replace(
        route,
        depart=walk.depart,
        home=walk.home,
        lunch=walk.lunch,
        travel_minutes=round(walk.travel / MINUTE + sum(stop.travel_minutes for stop in done), 1),
        stay_minutes=round((stay + sum(stop.stay for stop in done)) / MINUTE, 1),
        wait_minutes=round((walk.home - walk.depart - walk.travel - stay - eaten) / MINUTE, 1),
        length_m=round(walk.metres + sum(stop.length_m for stop in done), 1),
        prize=round(walk.prize + sum(stop.prize for stop in done), 4),
        straight=ground.streets.nothing,
        line=line if n else None,
    )


def sentences(problem: Problem, walk: Route) -> tuple[list[str], list[str]]:
    """Say of each stop, and of the route as a whole, why it can't be kept; "" and nothing where it can."""
    stops = [_stop_said(problem, walk, at) for at in range(len(walk.visits))]
    return stops, _route_said(problem, walk) if walk.visits else []


def _stop_said(problem: Problem, walk: Route, at: int) -> str:
    visit, officer, travel = walk.visits[at], walk.officer, problem.travel[walk.officer.mode]
    before = walk.visits[at - 1].stop if at else officer.start
    said = []
    if travel.lost[visit.stop]:
        said.append(f"{LOST[travel.lost[visit.stop]]}路程按直线估计。")
    elif np.isinf(travel.minutes[before, visit.stop]) and not travel.lost[before]:
        said.append("走不到：离前一处太远，或者没有路。路程按直线估计。")
    opens, closes = int(problem.stops.opens[visit.stop]), int(problem.stops.closes[visit.stop])
    if closes - opens < problem.stops.stay[visit.stop]:
        said.append("不开门：营业时间比一次检查还短。")
    elif visit.leave > closes:
        late = _minutes(visit.leave - closes)
        lunch = "，中间有午休" if walk.lunch and walk.lunch[1] <= visit.begin else ""
        said.append(f"到时已关门：{hour(opens)}–{hour(closes)} 开，{hour(visit.leave)} 才查完，晚 {late} 分钟{lunch}。")
    if visit.leave > officer.end:
        late = _minutes(visit.leave - officer.end)
        said.append(f"{hour(visit.leave)} 才查完，超过下班时间（{hour(officer.end)}）{late} 分钟。")
    return "".join(said)


def _route_said(problem: Problem, walk: Route) -> list[str]:
    officer, travel, said = walk.officer, problem.travel[walk.officer.mode], []
    if officer.end <= officer.begin:
        said.append("班次的时间是 0，或者已经下班，一处也排不进。")
    elif walk.home > officer.end:
        late = _minutes(walk.home - officer.end)
        said.append(
            f"{hour(walk.home)} 才能结束，超过下班时间（{hour(officer.end)}）{late} 分钟：请去掉几处或换给别人。"
        )
    if travel.lost[officer.start] or travel.lost[officer.finish]:
        said.append("出发或收工的地方 300 米内没有连通的道路，路程按直线估计。")
    elif np.isinf(travel.minutes[walk.visits[-1].stop, officer.finish]) and not travel.lost[walk.visits[-1].stop]:
        said.append("最后一处离收工的地方太远，或者没有路。路程按直线估计。")
    return said


def _minutes(seconds: int) -> int:
    """Give whole minutes, rounded up: a second late is late."""
    return -(-seconds // MINUTE)
