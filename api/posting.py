"""A posted thing into the store: checked against the town, written in one transaction, seen by the next request."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pandas as pd
import shapely
from fastapi.responses import JSONResponse, Response

from api.actor import Actor
from api.desk import ACTOR, Desk
from api.problems import ConflictProblem, InputProblem
from api.threads import aside
from api.wire import NewHazard, NewInspection
from coverage.course.records import registered
from coverage.course.replay import FACTS
from coverage.course.transitions import Action
from geodata.identity import id_of
from geodata.model import Town
from geodata.store.posting import row_of
from geodata.tables import TABLES, Table

SETTLED = frozenset({*FACTS, "rectified_at", "closed_at"})
BEGUN = ("state", "facts", "rectified_at", "closed_at")
"""What the first row of a hazard's life says of how it stood then."""
AHEAD = timedelta(days=1)
"""A phone's clock may run ahead by so much."""


async def post(desk: Desk, me: Actor, table_name: str, new: NewInspection | NewHazard) -> Response:
    """Write one row: 201 when it is new, 200 when the same stands already; ConflictProblem when another does."""
    table = TABLES[table_name]
    # what is at hand is checked in less time than a thread takes to be called
    at_hand = _names_what_is_at_hand(desk, new)
    values = values_of(desk, table, new) if at_hand else await aside(values_of, desk, table, new)
    if isinstance(new, NewHazard) and _is_at_once(new):
        await aside(_check_shown, desk, new)
    # what steps have settled since is no other hazard: a phone may have died before it heard the answer
    told = {name: value for name, value in values.items() if value is not None or name not in SETTLED}
    outcome = await desk.posted(row_of(table, told, me.signed(ACTOR)))
    if outcome == "updated" and isinstance(new, NewHazard) and await aside(_began_so, desk, values):
        lasting = {name: value for name, value in told.items() if name not in SETTLED}
        outcome = await desk.posted(row_of(table, lasting, me.signed(ACTOR)))
    if outcome == "updated":
        raise ConflictProblem(f"编号“{values['id']}”已有另一条内容不同的记录，没有写入。")
    if isinstance(new, NewHazard) and new.photos:
        await aside(register_photos, desk, me, values, new.photos)
    return JSONResponse(
        _said(table, values, desk.town),
        201 if outcome == "inserted" else 200,
        headers={"Location": f"/api/v1/{table_name}/{quote(values['id'], safe='')}"},
    )


def _names_what_is_at_hand(desk: Desk, new: NewInspection | NewHazard) -> bool:
    named = {"places": new.place_id, "inspections": new.inspection_id if isinstance(new, NewHazard) else None}
    some = {table: row_id for table, row_id in named.items() if row_id is not None}
    return bool(some) and all(desk.knows_at_hand(table, row_id) for table, row_id in some.items())


def register_photos(desk: Desk, me: Actor, values: Mapping[str, Any], photos: Sequence[str]) -> None:
    """Begin the hazard's life with the photos that show it; where it has begun, they were told before."""
    desk.post(row_of(TABLES["steps"], _beginning(desk, values, photos), me.signed(ACTOR)))


def _beginning(desk: Desk, values: Mapping[str, Any], photos: Sequence[str] = ()) -> dict[str, Any]:
    plain = {name: pd.Timestamp(value) if isinstance(value, date) else value for name, value in values.items()}
    return registered(pd.Series({**plain, "void": False}), photos, desk.town)


def _began_so(desk: Desk, values: Mapping[str, Any]) -> bool:
    """Say whether a hazard's life has gone on and began as is told now: a phone that never heard so tells it again."""
    steps = desk.ledger().frames["steps"]
    first = steps[(steps["hazard_id"] == values["id"]).to_numpy(dtype=bool)].head(1).to_dict("records")
    told = _beginning(desk, values)
    return any(all(told[name] == (None if pd.isna(row[name]) else row[name]) for name in BEGUN) for row in first)


def values_of(
    desk: Desk, table: Table, new: NewInspection | NewHazard, *, along: Container[str] = ()
) -> dict[str, Any]:
    """Check a posted thing against the town; give it as column → plain value, with an id; what was left out is None.

    `along` are ids of inspections that are written in the same transaction. InputProblem says what is wrong.
    """
    check_moments(new.moments)
    check_position(desk.extent(), new.lon, new.lat)
    _check_known(desk, "places", new.place_id, "场所")
    if isinstance(new, NewHazard) and new.inspection_id not in along:
        _check_known(desk, "inspections", new.inspection_id, "检查")
    values: dict[str, Any] = new.model_dump(exclude={"lon", "lat", "photos"})
    values["geometry"] = None if new.lon is None or new.lat is None else shapely.Point(new.lon, new.lat)
    return values | {"id": new.id or id_of(table, values)}


def _is_at_once(new: NewHazard) -> bool:
    """Say whether a hazard was put right before anybody was told until when."""
    return new.rectified_at is not None and new.deadline is None


def _check_shown(desk: Desk, new: NewHazard) -> None:
    """Refuse what was put right at once without the photo that the town wants."""
    if not new.photos and Action.FIX in desk.policy().photos:
        raise InputProblem("photos：镇里要求当场整改的附照片，没有写入。请先传照片，再把照片的编号写在 photos 里。")


def check_moments(moments: dict[str, datetime]) -> None:
    """Refuse a moment that is still to come."""
    for name, moment in moments.items():
        if moment > datetime.now(UTC) + AHEAD:
            raise InputProblem(f"{name}：时间在将来，请检查手机的时钟。")


def check_position(extent: shapely.Polygon | None, lon: float | None, lat: float | None) -> None:
    """Refuse 0/0 and a swapped pair. A position far away is kept as it is: the inspection is then not verified."""
    if lon is None or lat is None:
        return
    if lon == 0 and lat == 0:
        raise InputProblem("lon、lat 都是 0，不是真实位置；没有定位就不要填。")
    if extent is None:
        return
    if extent.contains(shapely.Point(lat, lon)) and not extent.contains(shapely.Point(lon, lat)):
        raise InputProblem("lon、lat 写反了：对调后正好在本镇内。")


def _check_known(desk: Desk, table_name: str, row_id: str | None, word: str) -> None:
    """Refuse an id that the town has not got."""
    if row_id is not None and not desk.knows(table_name, row_id):
        raise InputProblem(f"没有编号为“{row_id}”的{word}，没有写入。")


def _said(table: Table, values: Mapping[str, Any], town: Town) -> dict[str, Any]:
    """Give the row as JSON holds it, as its address will: every column, and lon and lat."""
    said: dict[str, Any] = {column.name: False if column.kind == "flag" else None for column in table.columns}
    for name, value in values.items():
        if name == "geometry":
            said |= {"lon": None, "lat": None} if value is None else {"lon": value.x, "lat": value.y}
        elif isinstance(value, datetime):
            said[name] = value.astimezone(town.zone).isoformat()
        else:
            said[name] = value.isoformat() if isinstance(value, date) else value
    return said
