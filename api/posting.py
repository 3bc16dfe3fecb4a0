"""A posted thing into the store: checked against the town, written in one transaction, seen by the next request."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from fastapi.responses import JSONResponse, Response

from api.desk import Desk
from api.listing import plain
from api.problems import ConflictProblem, InputProblem
from api.wire import NewHazard, NewInspection
from geodata.identity import with_ids
from geodata.tables import TABLES, Column

ACTOR = "service"
AHEAD = timedelta(days=1)
"""A phone's clock may run ahead by so much."""


def post(desk: Desk, table_name: str, new: NewInspection | NewHazard) -> Response:
    """Write one row; see the routes for the statuses."""
    if new.moment > datetime.now(UTC) + AHEAD:
        raise InputProblem("时间在将来，请检查手机的时钟。")
    table = TABLES[table_name]
    row = with_ids(table, _frame(desk, table_name, new))
    row_id = str(row["id"].iloc[0])
    with desk.lock:
        ledger = desk.ledger()
        if not (ledger.places["id"] == new.place_id).any():
            raise InputProblem(f"没有编号为“{new.place_id}”的场所。")
        before = ledger.frames[table_name]
        known = bool((before["id"] == row_id).any())
        if (
            known
            and desk.store.write(table_name, row, actor=ACTOR, action="post", source="api", dry_run=True).iloc[0]
            != "unchanged"
        ):
            raise ConflictProblem(f"编号“{row_id}”已有另一条内容不同的记录，没有写入。")
        if not known:
            desk.store.write(table_name, row, actor=ACTOR, action="post", source="api")
        after = desk.ledger().frames[table_name]
    stored = plain(after[after["id"] == row_id])[0]
    return JSONResponse(stored, 200 if known else 201, headers={"Location": f"/api/v1/{table_name}/{row_id}"})


def _frame(desk: Desk, table_name: str, new: NewInspection | NewHazard) -> gpd.GeoDataFrame:
    """Give the posted thing as one row with the Ledger's dtypes; only what was posted is written."""
    table, given = TABLES[table_name], new.model_dump(exclude={"lon", "lat"})
    columns = {
        name: _typed(value, table.column(name), desk)
        for name, value in given.items()
        if name == "id" or value is not None
    }
    point = None if new.lon is None or new.lat is None else shapely.Point(new.lon, new.lat)
    return gpd.GeoDataFrame(columns, geometry=[point], crs=4326)


def _typed(value: Any, column: Column, desk: Desk) -> pd.Series:
    if isinstance(value, datetime):
        moment = value.astimezone(desk.town.zone).replace(microsecond=0)
        return pd.Series([pd.Timestamp(moment)]).dt.as_unit("s")
    if isinstance(value, date):
        return pd.Series([pd.Timestamp(value)]).dt.as_unit("s")
    if column.kind == "number":
        return pd.Series([value], dtype=float)
    return pd.Series([value], dtype="str")
