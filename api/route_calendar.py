"""A day's routes as a calendar (iCalendar, RFC 5545): an event a stop, for phones that remind."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pandas as pd

from api.cli.gpx import NO_XML
from api.route_files import rows_of
from coverage.routes.result import DayPlan

NAMESPACE = uuid.UUID("9a3c1f6e-6c55-5d0b-9b3e-52f0a1c7d2f4")
"""Of our UIDs: the same stop of the same day keeps its event when the plan is written again."""


def ics_text(
    plan: DayPlan, officer: str | None = None, addresses: pd.Series | None = None, *, revision: int = 0
) -> str:
    """Give routes as a calendar, of one officer or of all who have stops.

    The same plan gives the same text: events are stamped with the beginning of their day.

    Parameters
    ----------
    addresses
        By id of the place.
    revision
        Which version of the day's plan it is, from 0: phones take over the later one (SEQUENCE).
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//wangge//routes//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _clean(f"{plan.town.name} 巡查路线"))
    visits = plan.visits if officer is None else plan.visits[plan.visits["officer"] == officer]
    names = dict(zip(plan.routes["officer"], plan.routes["name"], strict=True))
    for visit in rows_of(visits):
        calendar.add_component(_event(plan, visit, names[visit["officer"]], addresses, revision))
    if len(visits):
        calendar.add_missing_timezones()
    text: str = calendar.to_ical().decode()
    return text


def _event(
    plan: DayPlan, visit: dict[str, Any], name: str, addresses: pd.Series | None, revision: int
) -> icalendar.Event:
    event = icalendar.Event()
    start = datetime(plan.day.year, plan.day.month, plan.day.day, tzinfo=plan.town.zone)
    whole = "|".join([plan.town.code, str(plan.day), str(visit["officer"]), str(visit["place_id"] or visit["number"])])
    event.add("uid", f"{uuid.uuid5(NAMESPACE, whole)}@wangge")
    event.add("dtstamp", start)
    event.add("sequence", revision)
    event.add("dtstart", _at(start, visit["arrive"]))
    event.add("dtend", _at(start, visit["leave"]))
    event.add("summary", _clean(f"{visit['number']} {visit['name']}"))
    event.add("description", _clean(f"{name}：{visit['why']}"))
    address = None if addresses is None else addresses.get(visit["place_id"])
    event.add("location", _clean(str(visit["name"] if address is None or pd.isna(address) else address)))
    event.add("geo", (round(visit["lat"], 6), round(visit["lon"], 6)))
    return event


def _at(start: datetime, seconds: float) -> datetime:
    """Give a second of the day on the clock of the town."""
    return start + timedelta(seconds=int(seconds))


def _clean(text: str) -> str:
    """Give a text without characters that no calendar may hold; line breaks become spaces."""
    return " ".join(NO_XML.sub("", text).split())
