"""The route sheet (巡查路线单): one officer's day on A4, to be carried, written on and handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd

from coverage.routes.clock import hour
from coverage.routes.result import DayPlan
from maps.backdrop import Backdrop
from maps.qr import qr_svg
from maps.routes import MODES
from maps.sheets.routes import route_wall
from maps.tables import typesetting
from maps.wall import svg
from maps.wall.drawing import drawn
from maps.wall.inset import inset
from maps.wall.names import inside, names_of
from maps.wall.numbers import numbered
from maps.wall.plane import Plane
from maps.wall.words import bar_of, corners, number_items

MAP = (186.0, 90.0)
"""Millimetres of the map: `route.typ`."""
INSET = (24.0, 18.0)
K = 0.76
"""Texts and lines are so many times as large as on A3."""
PLACE, OFFICER = ("address", "industry", "risk"), ("area", "shift")
"""Columns of `Particulars`."""
DAYS = "一二三四五六日"


@dataclass(frozen=True)
class Particulars:
    """What a sheet tells beyond the plan.

    Attributes
    ----------
    places
        By id: address, industry, risk; missing where not known.
    officers
        By id: area (the names of what he or she answers for), shift (as it is written); missing where not known.
    links
        By row of `DayPlan.visits`: the address that opens the phone's navigation.
    app, datum
        Whose navigation, and in which datum its coordinates are.
    """

    places: pd.DataFrame
    officers: pd.DataFrame
    links: pd.Series
    app: str
    datum: str


def sheets_pdf(sheets: Sequence[Mapping[str, Any]], made: datetime) -> bytes:
    """Set the sheets of `sheet_data`, each from a page of its own on.

    Raises
    ------
    FontProblem
        The machine has no Chinese font.
    """
    return typesetting.pdf("route", {"sheets": list(sheets)}, made)


def sheet_data(
    plan: DayPlan, officer: str, areas: gpd.GeoDataFrame, backdrop: Backdrop, known: Particulars
) -> dict[str, Any]:
    """Give what the template reads of an officer with stops: head, map, stops with their codes."""
    (row,) = plan.routes[plan.routes["officer"] == officer].to_dict("records")
    visits = plan.visits[plan.visits["officer"] == officer]
    return {
        "town": plan.town.name,
        "synthetic": plan.town.synthetic,
        "title": f"{row['name']}（{officer}）" if row["name"] != officer else officer,
        "day": f"{plan.day.year}年{plan.day.month}月{plan.day.day}日 星期{DAYS[plan.day.weekday()]}",
        "facts": _facts(plan, row, known),
        "map": _map(plan, officer, areas, backdrop),
        "stops": [_stop(at, each, known) for at, each in zip(visits.index, visits.to_dict("records"), strict=True)],
        "navigation": f"“导航”一栏用手机相机或微信扫，打开{known.app}地图走到那里：坐标是 {known.datum}，要联网，"
        f"场所名称和位置会发给{known.app}。",
        "notes": list(plan.notes) + (["没有道路，路程按直线估计。"] if plan.straight else []),
    }


def _facts(plan: DayPlan, row: Mapping[Any, Any], known: Particulars) -> list[list[str]]:
    """Give the words of the head and what stands beside each."""
    person = known.officers.loc[row["officer"]] if row["officer"] in known.officers.index else None
    own = {name: "" if person is None or pd.isna(person[name]) else str(person[name]) for name in OFFICER}
    lunch = "" if pd.isna(row["lunch_from"]) else f"{hour(int(row['lunch_from']))}–{hour(int(row['lunch_to']))}"
    start = f"{row['lat']:.5f}，{row['lon']:.5f}"
    facts = [
        ("网格", own["area"]),
        ("方式", MODES[row["mode"]]),
        ("班次", own["shift"]),
        ("出发、回到", f"{hour(int(row['depart']))} – {hour(int(row['home']))}"),
        ("午休", lunch),
        ("停留点", f"{row['stops']} 处"),
        ("路程", f"{row['length_m'] / 1000:.1f} 公里，{row['travel_minutes']:.0f} 分钟"),
        ("停留", f"{row['stay_minutes']:.0f} 分钟"),
        ("出发地点", f"北纬、东经 {start}"),
    ]
    return [[word, text] for word, text in facts if text]


def _map(plan: DayPlan, officer: str, areas: gpd.GeoDataFrame, backdrop: Backdrop) -> dict[str, Any] | None:
    """Give the drawing, and the texts above it; None when nothing has a position."""
    wall = route_wall(plan, officer, areas, backdrop)
    if wall.bounds is None or wall.numbers is None:
        return None
    plane = Plane(wall.bounds, *MAP, margin=7.0)
    corner = inset(backdrop, wall.bounds, *INSET)
    taken = [*corners(plane, K), *([(MAP[0] - INSET[0], MAP[1] - INSET[1], *MAP)] if corner else [])]
    each = wall.numbers
    spots = plane.on_paper(each.spots)
    numbers = numbered(each.texts, each.fills, spots, each.diameter * K, inside(plane, K), taken)
    names = names_of(wall, plane, K, inside(plane, K), [*taken, *(number.box for number in numbers)])
    return {
        "drawing": svg.document(*MAP, drawn(wall, plane, K, numbers)).decode(),
        "inset": corner,
        **names.as_data(),
        "numbers": number_items(numbers),
        "scale": f"{plane.denominator:,}".replace(",", " "),
        "bar": bar_of(plane),
    }


def _stop(at: Any, visit: Mapping[Any, Any], known: Particulars) -> dict[str, Any]:
    place = known.places.loc[visit["place_id"]] if visit["place_id"] in known.places.index else None
    own = {name: "" if place is None or pd.isna(place[name]) else str(place[name]) for name in PLACE}
    kind = "，".join(part for part in (own["industry"], f"{own['risk']}风险" if own["risk"] else "") if part)
    return {
        "number": str(visit["number"]),
        "name": str(visit["name"]),
        "id": "" if pd.isna(visit["place_id"]) else str(visit["place_id"]),
        "address": own["address"],
        "kind": kind,
        "arrive": hour(int(visit["arrive"])),
        "leave": hour(int(visit["leave"])),
        "way": [f"路上 {visit['travel_minutes']:.0f} 分", f"{visit['length_m']:.0f} 米"],
        "why": str(visit["why"]),
        "qr": qr_svg(str(known.links[at])),
    }
