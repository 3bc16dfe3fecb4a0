"""Ids of rows that came without one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import geopandas as gpd
import pandas as pd
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.identity import id_of, with_ids
from geodata.tables import HAZARDS, INSPECTIONS, PLACES


def inspections(notes: list[str]) -> gpd.GeoDataFrame:
    """Make inspections of one place, one officer, one moment."""
    at = pd.Series(pd.to_datetime(["2024-03-05 09:07"] * len(notes))).dt.as_unit("s").dt.tz_localize("Asia/Shanghai")
    return gpd.GeoDataFrame({"place_id": "P1", "at": at, "officer": "甲", "note": notes}, geometry=[None] * len(notes))


def test_same_visit_same_id() -> None:
    """Place, time and officer make the id; the rest does not."""
    ids = with_ids(INSPECTIONS, inspections(["一", "二"]))["id"]
    assert ids.iloc[0] == ids.iloc[1]
    assert ids.str.fullmatch("auto-[0-9a-f]{16}").all()


def test_time_zone_does_not_matter() -> None:
    """The same moment in another zone is the same visit."""
    frame = inspections(["一"])
    moved = frame.assign(at=frame["at"].dt.tz_convert("UTC"))
    assert with_ids(INSPECTIONS, frame)["id"].equals(with_ids(INSPECTIONS, moved)["id"])


def test_given_ids_stay() -> None:
    """Ids that are there stay; only missing ones are made."""
    frame = inspections(["一", "二"]).assign(id=pd.Series(["I1", None], dtype="str"))
    ids = with_ids(INSPECTIONS, frame)["id"]
    assert ids.iloc[0] == "I1"
    assert ids.iloc[1].startswith("auto-")


def test_places_get_none() -> None:
    """A place is never given an id."""
    frame = pd.DataFrame({"name": ["一厂"]})
    assert with_ids(PLACES, frame) is frame


TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))])
MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(2199, 12, 30), timezones=ZONES).map(
    lambda at: at.replace(microsecond=0)
)
POINTS = st.none() | st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(shapely.Point)


@given(TEXTS, MOMENTS, TEXTS, TEXTS, TEXTS, POINTS)
def test_one_row_has_the_id_of_its_frame(
    place_id: str | None,
    at: datetime,
    officer: str | None,
    category: str | None,
    description: str | None,
    point: shapely.Point | None,
) -> None:
    """The id of one row of plain values is that which the same row gets in a frame."""
    texts = {"place_id": place_id, "officer": officer, "category": category, "description": description}
    columns = {name: pd.Series([text], dtype="str") for name, text in texts.items()}
    moment = pd.Series([at], dtype="datetime64[s, Asia/Shanghai]")
    frame = gpd.GeoDataFrame(columns | {"at": moment, "found_at": moment}, geometry=[point], crs=4326)
    values = texts | {"at": at, "found_at": at, "geometry": point}
    for table in (INSPECTIONS, HAZARDS):
        assert id_of(table, values) == with_ids(table, frame)["id"].iloc[0]
