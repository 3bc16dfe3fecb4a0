"""Ids of rows that came without one."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geodata.identity import with_ids
from geodata.tables import INSPECTIONS, PLACES


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
