"""Small towns whose positions are given in metres from a corner, for evidence."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.evidence.grading import grade_visits
from coverage.verify import metres_a_degree
from geodata.ledger import Ledger
from geodata.model import Town

TOWN = Town("镇", "441900121")
CORNER = (113.65, 22.80)
ZONE = ZoneInfo(TOWN.timezone)
NINE = datetime(2024, 6, 3, 9, 0, 17, tzinfo=ZONE)
AS_OF = date(2024, 6, 30)
Spot = tuple[float, float] | None


def degrees(spot: Spot) -> shapely.Point | None:
    """Give the point so many metres east and north of the corner."""
    if spot is None:
        return None
    east, north = metres_a_degree(np.array([CORNER[1]]))[:, 0]
    return shapely.Point(CORNER[0] + spot[0] / east, CORNER[1] + spot[1] / north)


def visit(place: str, at: Spot, minutes: float = 0.0, **more: object) -> dict[str, object]:
    """Give an inspection of a place so many minutes after nine, tagged at a spot (metres) or a point."""
    row = {"place_id": place, "at": NINE + timedelta(minutes=minutes), "officer": "o1", "by": "inspector"}
    row |= {"accuracy": 10.0, "geotag": None if at is None else "gps", "geometry": degrees(at)}
    return row | more


def ledger(
    places: dict[str, Spot],
    visits: list[dict[str, object]],
    *,
    mode: str = "walk",
    photos: list[dict[str, object]] | None = None,
    tracks: list[dict[str, object]] | None = None,
) -> Ledger:
    """Give a ledger of these places and inspections; ids of inspections are i0, i1 … where they have none."""
    blank = Ledger.whole(TOWN, {})
    rows = [{"id": f"i{n}"} | row for n, row in enumerate(visits)]
    spots = [{"id": name, "name": f"{name}店", "geometry": degrees(spot)} for name, spot in places.items()]
    people = [{"id": name, "role": "inspector", "mode": mode} for name in ("o1", "o2")]
    root = [{"code": TOWN.code, "name": TOWN.name, "level": "town", "geometry": None}]
    filled = {"areas": root, "places": spots, "inspections": rows, "officers": people}
    filled |= {"photos": photos or [], "tracks": tracks or []}
    return Ledger.whole(TOWN, {name: framed(blank.frames[name], rows) for name, rows in filled.items()})


def framed(empty: pd.DataFrame, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Give the rows with the columns and types of an empty frame."""
    columns = {}
    for name in empty.columns:
        values = [row.get(name) for row in rows]
        if name != "geometry":
            columns[name] = typed(values, empty[name].dtype)
    frame = pd.DataFrame(columns)
    if "geometry" not in empty:
        return frame
    points = gpd.GeoSeries([row.get("geometry") for row in rows], crs=4326)
    return gpd.GeoDataFrame(frame, geometry=points)


def typed(values: list[object], dtype: object) -> pd.Series:
    """Give a column of that type."""
    if isinstance(dtype, pd.DatetimeTZDtype):
        return pd.Series(pd.to_datetime(values, utc=True)).dt.tz_convert(TOWN.timezone).dt.as_unit("s")
    return pd.Series(values).astype(dtype)


def graded(told: Ledger, as_of: date = AS_OF) -> pd.DataFrame:
    """Give the graded visits by inspection id."""
    return grade_visits(told, as_of).visits.set_index("inspection_id")


def marks(told: Ledger) -> dict[str, str]:
    """Give the marks of each inspection."""
    return graded(told)["marks"].to_dict()
