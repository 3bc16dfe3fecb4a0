"""A day's routes as KML 2.2 (OGC 12-007): a folder an officer, its stops in order, and the way."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import shapely

from api.cli.gpx import NO_XML
from api.route_files import moment, rows_of, sums
from coverage.routes.clock import hour
from coverage.routes.result import DayPlan

NAMESPACE = "http://www.opengis.net/kml/2.2"
WAY = "ffa86c1b"
"""Colour of a way, as KML writes it: opacity, blue, green, red."""


def kml_text(plan: DayPlan, officer: str | None = None) -> str:
    """Give routes as KML, of one officer or of all who have stops."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}kml")
    document = _put(root, "Document")
    asked = plan.routes["stops"] > 0 if officer is None else plan.routes["officer"] == officer
    _put(document, "name", f"{plan.town.name} {plan.day} 巡查路线")
    line = _put(_put(document, "Style", id="way"), "LineStyle")
    _put(line, "color", WAY)
    _put(line, "width", "4")
    for row in rows_of(plan.routes[asked]):
        _add_folder(document, plan, row)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _add_folder(document: ET.Element, plan: DayPlan, row: dict[str, Any]) -> None:
    folder = _put(document, "Folder")
    _put(folder, "name", f"{row['name']}")
    _put(folder, "description", sums(row))
    for visit in rows_of(plan.visits[plan.visits["officer"] == row["officer"]]):
        _add_stop(folder, plan, visit)
    if row["geometry"] is not None:
        mark = _put(folder, "Placemark")
        _put(mark, "name", f"{row['name']}的路线")
        _put(mark, "styleUrl", "#way")
        line = _put(mark, "LineString")
        _put(line, "tessellate", "1")
        _put(line, "coordinates", " ".join(f"{x:.7f},{y:.7f}" for x, y in shapely.get_coordinates(row["geometry"])))


def _add_stop(folder: ET.Element, plan: DayPlan, visit: dict[str, Any]) -> None:
    """Add a stop; its elements stand in the order that the schema wants."""
    mark = _put(folder, "Placemark")
    times = [hour(int(visit[name])) for name in ("arrive", "leave")]
    _put(mark, "name", f"{visit['number']} {visit['name']}")
    _put(mark, "description", f"{times[0]}–{times[1]} {visit['why']}")
    span = _put(mark, "TimeSpan")
    for word, name in (("begin", "arrive"), ("end", "leave")):
        _put(span, word, moment(plan.town, plan.day, int(visit[name])))
    told = _put(mark, "ExtendedData")
    for name in ("number", "place_id", "why", "length_m", "travel_minutes"):
        if not pd.isna(visit[name]):
            _put(_put(told, "Data", name=name), "value", str(visit[name]))
    _put(_put(mark, "Point"), "coordinates", f"{visit['lon']:.7f},{visit['lat']:.7f}")


def _put(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    made.text = None if text is None else NO_XML.sub("", text)
    return made
