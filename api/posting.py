"""A posted thing into the store: checked against the town, written in one transaction, seen by the next request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import pandas as pd
import shapely
from fastapi.responses import JSONResponse, Response

from api.desk import Desk
from api.listing import plain
from api.problems import ConflictProblem, InputProblem
from api.wire import NewHazard, NewInspection
from geodata.identity import with_ids
from geodata.model import Town
from geodata.tables import TABLES, Column

ACTOR = "service"
AHEAD = timedelta(days=1)
"""A phone's clock may run ahead by so much."""


def post(desk: Desk, table_name: str, new: NewInspection | NewHazard) -> Response:
    """Write one row: 201 when it is new, 200 when the same stands already; ConflictProblem when another does."""
    table = TABLES[table_name]
    check_moments(new.moments)
    check_position(desk.glance().areas, new.lon, new.lat)
    _check_known(desk, "places", new.place_id, "场所")
    if isinstance(new, NewHazard):
        _check_known(desk, "inspections", new.inspection_id, "检查")
    row = with_ids(table, _frame(desk.town, table_name, new))
    outcome = desk.post(table_name, row, actor=ACTOR, source="api")
    row_id = str(row["id"].iloc[0])
    if outcome == "updated":
        raise ConflictProblem(f"编号“{row_id}”已有另一条内容不同的记录，没有写入。")
    return JSONResponse(
        {column.name: False if column.kind == "flag" else None for column in table.columns} | plain(row)[0],
        201 if outcome == "inserted" else 200,
        headers={"Location": f"/api/v1/{table_name}/{quote(row_id, safe='')}"},
    )


def check_moments(moments: dict[str, datetime]) -> None:
    """Refuse a moment that is still to come."""
    for name, moment in moments.items():
        if moment > datetime.now(UTC) + AHEAD:
            raise InputProblem(f"{name}：时间在将来，请检查手机的时钟。")


def check_position(areas: gpd.GeoDataFrame, lon: float | None, lat: float | None) -> None:
    """Refuse 0/0 and a swapped pair. A position far away is kept as it is: the inspection is then not verified."""
    if lon is None or lat is None:
        return
    if lon == 0 and lat == 0:
        raise InputProblem("lon、lat 都是 0，不是真实位置；没有定位就不要填。")
    if areas.geometry.isna().all():
        return
    town = shapely.box(*areas.total_bounds)
    if town.contains(shapely.Point(lat, lon)) and not town.contains(shapely.Point(lon, lat)):
        raise InputProblem("lon、lat 写反了：对调后正好在本镇内。")


def _check_known(desk: Desk, table_name: str, row_id: str | None, word: str) -> None:
    """Refuse an id that the town has not got."""
    if row_id is not None and not desk.knows(table_name, row_id):
        raise InputProblem(f"没有编号为“{row_id}”的{word}，没有写入。")


def _frame(town: Town, table_name: str, new: NewInspection | NewHazard) -> gpd.GeoDataFrame:
    """Give the posted thing as one row with the Ledger's dtypes; what was left out is missing."""
    table, given = TABLES[table_name], new.model_dump(exclude={"lon", "lat"})
    columns = {name: _typed(value, table.column(name), town) for name, value in given.items()}
    point = None if new.lon is None or new.lat is None else shapely.Point(new.lon, new.lat)
    return gpd.GeoDataFrame(columns, geometry=[point], crs=4326)


def _typed(value: Any, column: Column, town: Town) -> pd.Series:
    match column.kind:
        case "moment":
            return pd.Series([value], dtype=f"datetime64[s, {town.timezone}]")
        case "date":
            return pd.Series([value], dtype="datetime64[s]")
        case "number":
            return pd.Series([value], dtype="float64")
        case _:
            return pd.Series([value], dtype="str")
