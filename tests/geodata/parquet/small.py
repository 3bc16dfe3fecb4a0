"""A small town as frames with every column, to be written as a folder."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import geopandas as gpd
import pandas as pd
import shapely

from geodata.ledger import Ledger
from geodata.model import Town
from geodata.rule_texts import RuleText

TOWN = Town("甲镇", "990001001")
RULES = (RuleText(None, '[[rule]]\nid = "a"\nevery = "month"\n'),)
COLUMNS = {
    "places": ("id", "name", "risk", "headcount", "opened", "geometry"),
    "inspections": ("id", "place_id", "at", "accuracy", "geometry"),
    "hazards": ("id", "found_at", "void", "level"),
    "areas": ("code", "level", "geometry"),
}


def completed(ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Give the frames of a ledger with all columns of their tables, in their order; missing ones are empty."""
    empty = _empty(ledger.town.timezone)
    made = {}
    for name, frame in ledger.frames.items():
        fillers = {
            column: empty[name][column].reindex(frame.index) for column in empty[name] if column not in frame.columns
        }
        made[name] = frame.assign(**fillers)[list(empty[name].columns)]
    return made


@cache
def _empty(timezone: str) -> dict[str, pd.DataFrame]:
    return dict(Ledger.whole(replace(TOWN, timezone=timezone), {}).frames)


def small_town(moments: tuple[str | None, ...] = ("2024-01-31 23:59:59", "2024-02-01 00:00:00", None)) -> Ledger:
    """Give three places, one of them without a point, an inspection of each at these moments of the town's clock."""
    texts = {
        "id": ["P1", "P2", "P3"],
        "name": ["一厂", "=二厂", "三😀店"],
        "risk": ["低", None, "重大"],
        "status": ["open"] * 3,
    }
    places = gpd.GeoDataFrame(
        pd.DataFrame(texts, dtype="str").assign(
            headcount=[3.0, None, 0.0], opened=pd.to_datetime(["2020-01-01", None, None]).as_unit("s")
        ),
        geometry=[shapely.Point(113.61, 22.85), None, shapely.Point(113.66, 22.85)],
        crs=4326,
    )
    at = pd.to_datetime(pd.Series(moments)).dt.tz_localize("Asia/Shanghai").dt.as_unit("s")
    visits = gpd.GeoDataFrame(
        pd.DataFrame({"id": ["J1", "J2", "J3"], "place_id": ["P1", "P2", "P2"]}, dtype="str").assign(
            at=at, accuracy=5.0
        ),
        geometry=[shapely.Point(113.61, 22.85)] * 3,
        crs=4326,
    )
    hazards = gpd.GeoDataFrame(
        pd.DataFrame({"id": ["Y1"], "level": ["一般"]}, dtype="str").assign(found_at=at[:1], void=[True]),
        geometry=[None],
        crs=4326,
    )
    areas = gpd.GeoDataFrame(
        pd.DataFrame({"code": ["990001001"], "name": ["甲镇"], "level": ["town"]}, dtype="str"),
        geometry=[shapely.MultiPolygon([shapely.box(113.6, 22.8, 113.7, 22.9)])],
        crs=4326,
    )
    frames = {"places": places, "inspections": visits, "hazards": hazards, "areas": areas}
    return Ledger(TOWN, {**_empty(TOWN.timezone), **completed(Ledger(TOWN, frames))})
