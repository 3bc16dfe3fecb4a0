"""Figures that stand on a map as GPX 1.1: what a phone or a hand-held receiver can follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import gpxpy.gpx
import shapely

from api.cli.headers import spoken
from api.cli.rows import Figures
from geodata.errors import QuestionProblem

NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that no XML 1.0 file may hold."""
NAMES = ("name", "street", "first", "key")
"""Fields that name a row, the first that it has."""


def gpx_text(figures: Figures) -> str:
    """Give a row that is a point or an area as a waypoint, a line as a route in its order, several lines as a track.

    Raises
    ------
    QuestionProblem
        The rows don't stand on a map.
    """
    if figures.shapes is None:
        raise QuestionProblem("这些数字不在地图上，写不成 .gpx：请写成 .xlsx、.csv、.json。")
    made = gpxpy.gpx.GPX()
    made.creator, made.name = "wangge", figures.title
    for number, (row, shape) in enumerate(zip(figures.rows, figures.shapes, strict=True), start=1):
        if shape is not None and not shape.is_empty:
            _put(made, shape, NO_XML.sub("", f"{number} {_name(row)}".strip()), NO_XML.sub("", _described(row)))
    text: str = made.to_xml(version="1.1")
    return text


def _name(row: Mapping[str, Any]) -> str:
    return next((str(row[name]) for name in NAMES if row.get(name)), "")


def _described(row: Mapping[str, Any]) -> str:
    """Say why the row is there; for a walk what it takes."""
    if row.get("why"):
        return str(row["why"])
    asked = [("个停留点", "stops"), ("分钟", "minutes"), ("米", "metres")]
    return "，".join(f"{spoken(name, row[name])}{unit}" for unit, name in asked if row.get(name) is not None)


def _put(made: gpxpy.gpx.GPX, shape: shapely.Geometry, name: str, text: str) -> None:
    match shape.geom_type:
        case "LineString":
            route = gpxpy.gpx.GPXRoute(name=name, description=text)
            route.points = [gpxpy.gpx.GPXRoutePoint(lat, lon) for lon, lat in shapely.get_coordinates(shape)]
            made.routes.append(route)
        case "MultiLineString":
            track = gpxpy.gpx.GPXTrack(name=name, description=text)
            for line in shapely.get_parts(shape):
                points = [gpxpy.gpx.GPXTrackPoint(lat, lon) for lon, lat in shapely.get_coordinates(line)]
                track.segments.append(gpxpy.gpx.GPXTrackSegment(points))
            made.tracks.append(track)
        case _:
            at = shapely.point_on_surface(shape)
            made.waypoints.append(gpxpy.gpx.GPXWaypoint(at.y, at.x, name=name, description=text))
