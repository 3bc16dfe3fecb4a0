"""A day's routes as documents: the JSON of the contract, GPX 1.1 for receivers and phones, GeoJSON for maps."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

import gpxpy.gpx
import pandas as pd
import shapely

from api.cli.gpx import NO_XML
from coverage.routes.clock import hour
from coverage.routes.result import DayPlan
from geodata.model import Town

SAFE = re.compile(r"[^\w-]+")


def file_name(plan: DayPlan, officer: str, number: int) -> str:
    """Give the name of an officer's files, without ending: an id may hold what no file name may."""
    safe = SAFE.sub("_", officer)
    return f"{plan.day}-{safe if safe == officer else f'{number:03d}-{safe}'}"


def document(plan: DayPlan, seed: int) -> dict[str, Any]:
    """Give the JSON document of the contract; times are ISO 8601 with the town's offset."""
    visits = dict(list(plan.visits.groupby("officer", sort=False)))
    return {
        "date": str(plan.day),
        "town": plan.town.name,
        "seed": seed,
        "straight_lines": plan.straight,
        "cut_short": plan.cut_short,
        "notes": list(plan.notes),
        "routes": [_route(plan, row, visits.get(row["officer"])) for row in rows_of(plan.routes)],
        "left_out": [
            {name: None if pd.isna(value) else value for name, value in row.items() if name not in ("lon", "lat")}
            for row in rows_of(plan.left_out)
        ],
    }


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a frame as they are, by their columns' names."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _route(plan: DayPlan, row: dict[str, Any], visits: pd.DataFrame | None) -> dict[str, Any]:
    at = ("depart", "home", "lunch_from", "lunch_to")
    times = {name: None if pd.isna(row[name]) else moment(plan.town, plan.day, int(row[name])) for name in at}
    stops = [] if visits is None else [_stop(plan, each) for each in rows_of(visits)]
    figures = ["travel_minutes", "stay_minutes", "wait_minutes", "length_m", "prize", "feasible"]
    if plan.streets is not None:
        figures += ["new_m", "repeat_m"]
    return {
        "officer": row["officer"],
        "name": row["name"],
        "mode": row["mode"],
        "start": [round(row["lon"], 6), round(row["lat"], 6)],
        **times,
        "stops": stops,
        **{name: row[name] for name in figures},
        **({} if plan.streets is None else {"streets": _streets(plan.streets, row["officer"])}),
    }


def _streets(streets: pd.DataFrame, officer: str) -> list[dict[str, Any]]:
    """Give the parts of a walk in order: street and metres, whether they are walked for their own sake."""
    mine = streets[streets["officer"] == officer]
    return [{name: row[name] for name in ("street", "new", "length_m")} for row in rows_of(mine)]


def _stop(plan: DayPlan, row: dict[str, Any]) -> dict[str, Any]:
    kept = ("travel_minutes", "length_m", "prize", "why", "lon", "lat")
    return {
        "place_id": row["place_id"],
        "name": row["name"],
        **{name: moment(plan.town, plan.day, int(row[name])) for name in ("arrive", "begin", "leave")},
        **{name: row[name] for name in kept},
        "with": None if pd.isna(row.get("with", pd.NA)) else row["with"],
        **({} if pd.isna(row.get("new_m", pd.NA)) else {"new_m": row["new_m"]}),
    }


def moment(town: Town, day: date, seconds: int) -> str:
    """Give a second of a town's day as ISO 8601 with offset."""
    at = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
    return at.replace(tzinfo=town.zone).isoformat()


def gpx_text(plan: DayPlan, officer: str | None = None) -> str:
    """Give routes as GPX 1.1, of one officer or of all who have stops.

    The stops in their order are a route, the way along the streets is a track.
    """
    asked = plan.routes["stops"] > 0 if officer is None else plan.routes["officer"] == officer
    rows = rows_of(plan.routes[asked])
    made = gpxpy.gpx.GPX()
    made.creator = "wangge"
    made.name = _clean(f"{plan.day} {rows[0]['name'] if len(rows) == 1 else f'{plan.town.name}巡查路线'}")
    first = min((int(row["depart"]) for row in rows), default=0)
    made.time = datetime.fromisoformat(moment(plan.town, plan.day, first))
    for row in rows:
        _add_route(made, plan, row)
    text: str = made.to_xml(version="1.1")
    return text


def _add_route(made: gpxpy.gpx.GPX, plan: DayPlan, row: dict[str, Any]) -> None:
    title = _clean(f"{plan.day} {row['name']}")
    route = gpxpy.gpx.GPXRoute(name=title, description=_clean(sums(row)))
    start = gpxpy.gpx.GPXRoutePoint(row["lat"], row["lon"], name=f"出发 {hour(int(row['depart']))}")
    route.points.append(start)
    for each in rows_of(plan.visits[plan.visits["officer"] == row["officer"]]):
        name = f"{each['number']} {each['name']}"
        text = f"{hour(int(each['arrive']))}–{hour(int(each['leave']))} {each['why']}"
        at = gpxpy.gpx.GPXRoutePoint(each["lat"], each["lon"], name=_clean(name), description=_clean(text))
        at.time = datetime.fromisoformat(moment(plan.town, plan.day, int(each["arrive"])))
        route.points.append(at)
    made.routes.append(route)
    if row["geometry"] is not None:
        points = [gpxpy.gpx.GPXTrackPoint(lat, lon) for lon, lat in shapely.get_coordinates(row["geometry"])]
        track = gpxpy.gpx.GPXTrack(name=title)
        track.segments.append(gpxpy.gpx.GPXTrackSegment(points))
        made.tracks.append(track)


def _clean(text: str) -> str:
    return NO_XML.sub("", text)


def sums(row: dict[str, Any]) -> str:
    """Say in a line what a route takes."""
    return (
        f"{row['stops']} 处，{hour(int(row['depart']))}–{hour(int(row['home']))}，"
        f"路上 {row['travel_minutes']:.0f} 分钟、{row['length_m'] / 1000:.1f} 公里，停留 {row['stay_minutes']:.0f} 分钟"
    )


def geojson_text(plan: DayPlan, officer: str | None = None) -> str:
    """Give routes as lines and stops as points (RFC 7946), of one officer or of all."""
    routes, visits = plan.routes, plan.visits
    if officer is not None:
        routes, visits = routes[routes["officer"] == officer], visits[visits["officer"] == officer]
    features = [
        _feature("route", _route(plan, row, None) | {"stops": row["stops"]}, row["geometry"]) for row in rows_of(routes)
    ]
    features += [
        _feature(
            "stop",
            {"officer": row["officer"], "number": row["number"], **_stop(plan, row)},
            shapely.Point(row["lon"], row["lat"]),
        )
        for row in rows_of(visits)
    ]
    facts = {"date": str(plan.day), "town": plan.town.name}
    return json.dumps({"type": "FeatureCollection", **facts, "features": features}, ensure_ascii=False, allow_nan=False)


def _feature(kind: str, properties: dict[str, Any], shape: shapely.Geometry | None) -> dict[str, Any]:
    geometry = None if shape is None else json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-7)))
    return {"type": "Feature", "properties": {"kind": kind, **properties}, "geometry": geometry}
