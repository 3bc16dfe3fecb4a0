"""A day's plan as routes to keep, and kept routes as a day's plan: what files and maps are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.routes.kept import DRAFT, PLAN, KeptRoute, KeptStop
from coverage.routes.result import LEFT_OUT, ROUTES, VISITS, DayPlan
from geodata.model import Town

_OF_STOP = ("place_id", "prize", "why", "lon", "lat", "arrive", "begin", "leave", "travel_minutes", "length_m")
_OF_ROUTE = ("officer", "mode", "begin", "end", "depart", "home")
_SUMS = ("travel_minutes", "stay_minutes", "wait_minutes", "length_m", "prize", "feasible")


def routes_of_plan(plan: DayPlan, *, actor: str, at: datetime, reason: str = "") -> list[KeptRoute]:
    """Give each officer's route of a plan as its first revision, a draft."""
    visits = dict(list(plan.visits.groupby("officer", sort=False)))
    none = plan.visits.iloc[:0]
    return [
        _kept(plan, row, visits.get(row["officer"], none), {"actor": actor, "at": at, "reason": reason})
        for row in pd.DataFrame(plan.routes).to_dict("records")
    ]


def _kept(plan: DayPlan, row: Mapping[Any, Any], visits: pd.DataFrame, marks: Mapping[str, Any]) -> KeptRoute:
    facts: dict[str, Any] = {name: row[name] for name in (*_OF_ROUTE, *_SUMS)}
    lunch = None if pd.isna(row["lunch_from"]) else (int(row["lunch_from"]), int(row["lunch_to"]))
    spot = (float(row["lon"]), float(row["lat"]))
    rows = visits.to_dict("records")
    stops = tuple(
        KeptStop(**{name: each[name] for name in (*_OF_STOP, "stay", "opens", "closes", "must")}) for each in rows
    )
    return KeptRoute(
        day=plan.day,
        revision=1,
        state=DRAFT,
        action=PLAN,
        start=spot,
        finish=spot,
        stops=stops,
        lunch=lunch,
        straight=plan.straight,
        line=_legs(row["geometry"], [each["geometry"] for each in rows]),
        **facts,
        **marks,
    )


def _legs(whole: shapely.LineString | None, to_stops: Sequence[shapely.LineString]) -> shapely.MultiLineString | None:
    """Give a route's legs, of which the plan tells all but the last: what of the whole comes after the last stop."""
    if whole is None:
        return None
    xy = np.concatenate([shapely.get_coordinates(line) for line in to_stops])
    moved = np.concatenate([[True], (np.diff(xy, axis=0) != 0).any(axis=1)])
    home = shapely.get_coordinates(whole)[int(moved.sum()) - 1 :]
    return shapely.MultiLineString([*to_stops, home if len(home) > 1 else np.repeat(xy[-1:], 2, axis=0)])


def plan_of_routes(
    town: Town,
    day: date,
    routes: Iterable[KeptRoute],
    *,
    people: Mapping[str, str],
    places: Mapping[str, str],
    left_out: pd.DataFrame | None = None,
    notes: Sequence[str] = (),
) -> DayPlan:
    """Give kept routes as a day's plan.

    Parameters
    ----------
    people, places
        Names by id; an id without one stands for itself.
    left_out
        As in `DayPlan`; None: nothing.
    """
    kept = list(routes)
    rows = [_row(route, people) for route in kept]
    visits = [row for route in kept for row in _visits(route, places)]
    return DayPlan(
        town,
        day,
        _frame(rows, ROUTES),
        _frame(visits, VISITS),
        pd.DataFrame(columns=list(LEFT_OUT)) if left_out is None else left_out,
        tuple(notes),
        any(route.straight for route in kept),
        0,
    )


def _frame(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(list(rows), columns=[*columns, "geometry"])
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(frame.pop("geometry"), crs=4326))


def _row(route: KeptRoute, people: Mapping[str, str]) -> dict[str, Any]:
    lunch = route.lunch or (np.nan, np.nan)
    parts = () if route.line is None else route.line.geoms
    return {
        **{name: getattr(route, name) for name in (*_OF_ROUTE, *_SUMS)},
        "name": people.get(route.officer, route.officer),
        "stops": len(route.stops),
        "lunch_from": lunch[0],
        "lunch_to": lunch[1],
        "lon": route.start[0],
        "lat": route.start[1],
        "geometry": shapely.LineString(np.concatenate([part.coords for part in parts])) if parts else None,
    }


def _visits(route: KeptRoute, places: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give a row a stop; the way to those that are done is not kept."""
    ways = [None] * len(route.done) + ([] if route.line is None else list(route.line.geoms))
    return [
        {
            **{name: getattr(stop, name) for name in (*_OF_STOP, "stay", "opens", "closes", "must")},
            "officer": route.officer,
            "number": at + 1,
            "name": places.get(stop.place_id, stop.place_id),
            "geometry": ways[at] if at < len(ways) else None,
        }
        for at, stop in enumerate(route.stops)
    ]
