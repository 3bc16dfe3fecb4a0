"""A town's day as tables: routes, their stops, what was left out. What files, maps and pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.routes.check import faults, pair_faults
from coverage.routes.day import Day, LeftBefore, Task, plane_of
from coverage.routes.network import ways_through
from coverage.routes.problem import Plan, Route
from geodata.model import Town

ROUTES = (
    *("officer", "name", "mode", "begin", "end", "depart", "home", "lunch_from", "lunch_to", "stops"),
    *("travel_minutes", "stay_minutes", "wait_minutes", "length_m", "prize", "feasible", "lon", "lat"),
)
VISITS = (
    *("officer", "number", "place_id", "name", "arrive", "begin", "leave"),
    *("travel_minutes", "length_m", "prize", "why", "lon", "lat"),
    *("stay", "opens", "closes", "must", "with"),
)
LEFT_OUT = ("place_id", "name", "officer", "reason", "why", "prize", "lon", "lat")


@dataclass(frozen=True)
class DayPlan:
    """A day planned.

    Attributes
    ----------
    routes
        One row an officer, in the order asked: officer, name, mode, begin, end (of the shift), depart, home,
        lunch_from, lunch_to (seconds of the day; lunch NaN where none falls on the way), stops, travel_minutes,
        stay_minutes, wait_minutes, length_m, prize, feasible (by `coverage.routes.check`), lon, lat (where it starts
        and finishes, degrees), geometry (the way as a LINESTRING, EPSG:4326; None without stops).
    visits
        One row a stop, in the order of the walk: officer, number (from 1), place_id, name, arrive, begin, leave
        (seconds of the day), travel_minutes and length_m from the one before, prize, why, lon, lat, stay, opens,
        closes (seconds), must, with (id of the officer who has to be there too, None: alone), geometry (the way to it).
    left_out
        place_id, name, officer (key), reason (no_time, closed, unreachable, lower_prize, no_position, no_officer,
        no_mate), why,
        prize, lon, lat; most worth first.
    notes
        What people should know.
    straight
        No streets: ways are straight lines times a detour.
    cut_short
        Officers whose search was ended by time or by somebody: the same seed may find more another time.
    streets
        Of walks along streets (`coverage.routes.street_day`), else None: a row a part of a walk, in order: officer,
        street, new (walked because nobody did for some time; else the way between such), length_m, geometry
        (LINESTRING, EPSG:4326). There a stop may be a stretch of street: its place_id is None, new_m its length; routes
        have new_m and repeat_m.
    """

    town: Town
    day: date
    routes: gpd.GeoDataFrame
    visits: gpd.GeoDataFrame
    left_out: pd.DataFrame
    notes: tuple[str, ...]
    straight: bool
    cut_short: int
    streets: gpd.GeoDataFrame | None = None


def day_plan(
    town: Town,
    day: Day,
    solved: Iterable[tuple[Task, Plan]],
    left: Sequence[LeftBefore],
    notes: Sequence[str],
    *,
    drawn: bool = True,
) -> DayPlan:
    """Gather the plans of a day's tasks; without the ways as lines where nobody draws them."""
    routes, visits, gone = [], [], [(each.row, each.reason, each.why) for each in left]
    straight, cut_short = False, 0
    for task, plan in solved:
        gone += [(int(task.rows[each.stop]), each.reason, each.why) for each in plan.left_out]
        straight |= any(travel.straight for travel in plan.problem.travel.values())
        cut_short += plan.cut_short
        for route in plan.routes:
            lines = _lines(day, task, route) if drawn else []
            routes.append(_route(plan, task, route, lines))
            visits += _visits(day, plan, task, route, lines)
    order = {officer: at for at, officer in enumerate(day.officers["id"])}  # pairs are solved after all others
    for rows in (routes, visits):
        rows.sort(key=lambda row: order[str(row["officer"])])
    return DayPlan(
        town,
        day.day,
        _placed(day, routes, ROUTES, ["lon", "lat"]),
        _placed(day, visits, VISITS, []),
        _left_out(day, gone),
        tuple(notes),
        straight,
        cut_short,
    )


def _lines(day: Day, task: Task, route: Route) -> list[shapely.LineString]:
    if not route.visits:
        return []
    nodes = [route.officer.start, *(visit.stop for visit in route.visits), route.officer.finish]
    return ways_through(day.streets[route.officer.mode], task.points[nodes])


def _route(plan: Plan, task: Task, route: Route, lines: Sequence[shapely.LineString]) -> dict[str, object]:
    stay = sum(visit.leave - visit.begin for visit in route.visits)
    lunch = route.lunch or (np.nan, np.nan)
    eaten = lunch[1] - lunch[0] if route.lunch else 0
    at = task.points[route.officer.start]
    return {
        "officer": route.officer.id,
        "name": route.officer.name,
        "mode": route.officer.mode,
        "begin": route.officer.begin,
        "end": route.officer.end,
        "depart": route.depart,
        "home": route.home,
        "lunch_from": lunch[0],
        "lunch_to": lunch[1],
        "stops": len(route.visits),
        "travel_minutes": round(route.travel / 60, 1),
        "stay_minutes": round(stay / 60, 1),
        "wait_minutes": round((route.home - route.depart - route.travel - stay - eaten) / 60, 1),
        "length_m": round(route.metres, 1),
        "prize": round(route.prize, 4),
        "feasible": not (faults(plan.problem, route) or pair_faults(plan.problem, plan.routes)),
        "lon": at.x,
        "lat": at.y,
        "geometry": _joined(lines),
    }


def _joined(lines: Sequence[shapely.LineString]) -> shapely.LineString | None:
    """Give the ways of a route as one line."""
    if not lines:
        return None
    xy = np.concatenate([shapely.get_coordinates(line) for line in lines])
    moved = np.concatenate([[True], (np.diff(xy, axis=0) != 0).any(axis=1)])
    return shapely.LineString(xy[moved] if moved.sum() > 1 else xy[[0, -1]])


def _visits(
    day: Day, plan: Plan, task: Task, route: Route, lines: Sequence[shapely.LineString]
) -> list[dict[str, object]]:
    problem = plan.problem
    mates = {visit.stop: other.officer.id for other in plan.routes if other is not route for visit in other.visits}
    names = ("place_id", "name", "prize", "why", "lon", "lat", "stay", "opens", "closes", "must")
    rows = day.candidates[list(names)].iloc[task.rows[[visit.stop for visit in route.visits]]].to_dict("records")
    minutes = problem.travel[route.officer.mode].minutes
    nodes = [route.officer.start, *(visit.stop for visit in route.visits)]
    return [
        {
            "officer": route.officer.id,
            "number": at + 1,
            **{str(name): value for name, value in row.items()},
            "arrive": visit.arrive,
            "begin": visit.begin,
            "leave": visit.leave,
            "travel_minutes": round(float(minutes[nodes[at], nodes[at + 1]]), 1),
            "length_m": round(visit.metres, 1),
            "with": mates.get(visit.stop),
            "geometry": lines[at] if lines else None,
        }
        for at, (row, visit) in enumerate(zip(rows, route.visits, strict=True))
    ]


def _placed(
    day: Day, rows: Sequence[dict[str, object]], columns: Sequence[str], spot: Sequence[str]
) -> gpd.GeoDataFrame:
    """Give rows of the plane in degrees: their lines, and the point in the columns of `spot`."""
    frame = pd.DataFrame(list(rows), columns=[*columns, "geometry"])
    crs = plane_of(day)
    if spot and len(frame):
        points = gpd.GeoSeries(gpd.points_from_xy(frame[spot[0]], frame[spot[1]]), crs=crs).to_crs(4326)
        frame = frame.assign(**{spot[0]: points.x.to_numpy(), spot[1]: points.y.to_numpy()})
    shapes = gpd.GeoSeries(frame.pop("geometry"), crs=crs)
    return gpd.GeoDataFrame(frame, geometry=shapes.to_crs(4326))


def _left_out(day: Day, gone: Sequence[tuple[int, str, str]]) -> pd.DataFrame:
    rows = np.array([row for row, _, _ in gone], dtype=np.int64)
    frame = day.candidates.iloc[rows].reset_index(drop=True)
    frame = frame.assign(reason=[reason for _, reason, _ in gone], why=[why for _, _, why in gone])
    order = np.lexsort((rows, -frame["prize"].to_numpy(dtype=float)))
    return pd.DataFrame(frame.iloc[order][list(LEFT_OUT)].reset_index(drop=True))
