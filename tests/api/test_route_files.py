"""A day's routes as files of other programs: valid, the same each time, and read back as they were meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import icalendar
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from api.route_calendar import ics_text
from api.route_files import gpx_text
from api.route_kml import kml_text
from coverage.routes.result import DayPlan
from tests.api.schemas import faults
from tests.maps.test_routes import plan_of

NAMES = ["甲厂", "]]>&<b>\"'\x00\x0b\ufffe换\r\n行；,;\\ BEGIN:VEVENT " + "很长的名称" * 40]


@pytest.fixture(scope="module")
def plan() -> DayPlan:
    """Give a day whose second stop is called by what XML, KML and calendars treat in their own way."""
    found = plan_of()
    return replace(found, visits=found.visits.assign(name=NAMES, why=NAMES[::-1]))


def test_gpx_is_valid(plan: DayPlan) -> None:
    """Both writers' documents are valid by the schema of GPX 1.1; one that is not is found out."""
    text = gpx_text(plan)
    assert faults("gpx_1_1/gpx.xsd", text) == []
    assert faults("gpx_1_1/gpx.xsd", text.replace('lat="', 'latitude="'))


def test_kml_is_valid(plan: DayPlan) -> None:
    """The document is valid by the schema of KML 2.2; one with elements in another order is found out."""
    text = kml_text(plan)
    assert faults("kml_2_2/ogckml22.xsd", text) == []
    assert faults("kml_2_2/ogckml22.xsd", text.replace("<name>1 ", "<Point/><name>1 "))


def test_gdal_opens_kml(plan: DayPlan, tmp_path: Path) -> None:
    """GDAL reads a layer an officer: the stops in their order, where they are, and the way."""
    path = tmp_path / "routes.kml"
    path.write_text(kml_text(plan), encoding="utf-8")
    assert len(pyogrio.list_layers(path)) == 1
    rows = pyogrio.read_dataframe(path)
    assert rows.geometry.geom_type.tolist() == ["Point", "Point", "LineString"]
    assert rows["Name"].iloc[0] == "1 甲厂"
    spots = shapely.get_coordinates(rows.geometry.iloc[:2].to_numpy())[:, :2]
    np.testing.assert_allclose(spots, plan.visits[["lon", "lat"]], atol=1e-7)
    assert rows.geometry.iloc[2].equals_exact(plan.routes.geometry.iloc[0], 1e-6)


def test_a_calendar_is_read_back(plan: DayPlan) -> None:
    """An event a stop: its times on the town's clock, its position, its name whatever is in it."""
    addresses = pd.Series({"p1": "大街 1 号"})
    calendar = icalendar.Calendar.from_ical(ics_text(plan, None, addresses))
    first, second = calendar.walk("VEVENT")
    assert (str(first["summary"]), str(first["location"])) == ("1 甲厂", "大街 1 号")
    assert first["dtstart"].dt.isoformat() == "2024-07-01T09:00:00+08:00"
    assert first["dtstart"].params["TZID"] == plan.town.timezone
    assert first["dtend"].dt.isoformat() == "2024-07-01T09:30:00+08:00"
    assert (first["geo"].latitude, first["geo"].longitude) == pytest.approx((22.8, 113.61))
    assert str(second["summary"]).startswith("2 ]]>&<b>\"'换 行；,;\\ BEGIN:VEVENT 很长的名称")
    assert len(calendar.walk("VTIMEZONE")) == 1


def test_lines_of_a_calendar_are_folded(plan: DayPlan) -> None:
    """No line has more than 75 octets, lines end with CR LF, and no character is cut in two (RFC 5545, 3.1)."""
    lines = ics_text(plan).encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert max(map(len, lines)) > 60
    assert all(line.decode() is not None and b"\n" not in line for line in lines)


def test_events_keep_their_names(plan: DayPlan) -> None:
    """The same plan gives the same text; a stop that moved in the order keeps its UID, another day has others."""
    assert ics_text(plan) == ics_text(plan)
    turned = replace(plan, visits=plan.visits.iloc[::-1].assign(number=[1, 2]))
    assert sorted(uids(turned)) == sorted(uids(plan))
    assert not set(uids(replace(plan, day=plan.day.replace(day=2)))) & set(uids(plan))
    later = icalendar.Calendar.from_ical(ics_text(plan, revision=3))
    assert {event["sequence"] for event in later.walk("VEVENT")} == {3}


def uids(plan: DayPlan) -> list[str]:
    """Give the UIDs of a day's events."""
    return [str(event["uid"]) for event in icalendar.Calendar.from_ical(ics_text(plan)).walk("VEVENT")]


def test_who_has_no_stops() -> None:
    """A day on which nobody goes anywhere gives files without routes, still valid."""
    found = plan_of()
    nobody = replace(found, routes=found.routes.iloc[1:], visits=found.visits.iloc[:0])
    assert faults("gpx_1_1/gpx.xsd", gpx_text(nobody)) == []
    assert faults("kml_2_2/ogckml22.xsd", kml_text(nobody)) == []
    assert icalendar.Calendar.from_ical(ics_text(nobody)).walk("VEVENT") == []
