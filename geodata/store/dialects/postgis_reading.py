"""Whole columns of a PostgreSQL table, as the server sends them (binary), turned into columns of a frame at once.

Moments come as microseconds and dates as days since 2000-01-01, geometries as EWKB (PostgreSQL's documentation,
Frontend/Backend Protocol, and its sources `timestamp.h`, `date.h`; PostGIS's manual, EWKB). So no value is a text on
its way, and none is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from psycopg.adapt import AdaptersMap
from psycopg.types.numeric import Int4BinaryLoader, Int8BinaryLoader
from psycopg.types.string import ByteaBinaryLoader

from geodata.store.dialects.adapting import NDR_POINT, NDR_POINT_BYTES, Connection
from geodata.store.geopackage import GEOMETRY
from geodata.store.values import decode
from geodata.tables import Shape, Table

Objects = npt.NDArray[np.object_]
_BATCH = 500
_EPOCH_S = int(np.datetime64("2000-01-01", "s").astype(np.int64))
_EPOCH_DAYS = int(np.datetime64("2000-01-01", "D").astype(np.int64))
_MISSING = np.iinfo(np.int64).min + 1
"""Stands for no value: PostgreSQL holds no such moment or date."""
_WITHIN = np.array(["0001-01-01", "9999-12-31"], dtype="datetime64[s]")
"""What a text of a moment can say in the other store."""


def read_columns(connection: Connection, query: str, bounds: Sequence[Any]) -> list[list[Any]]:
    """Run a query and give its columns, each a list of what the server sent."""
    with connection.cursor(binary=True) as cursor:
        _adapt(cursor.adapters)
        cursor.execute(query.replace("?", "%s"), bounds)
        columns: list[list[Any]] = [[] for _ in cursor.description or ()]
        # a batch of row tuples stays in the processor's cache
        while batch := cursor.fetchmany(_BATCH):
            for column, values in zip(columns, zip(*batch, strict=True), strict=True):
                column.extend(values)
    return columns


def decode_column(table: Table, name: str, sent: Sequence[Any], timezone: str) -> Any:
    """Turn a column that was sent into the frame's; ValueError where a value can't be one."""
    if name == GEOMETRY and table.geometry:
        return _shapes(sent, table.geometry)
    column = table.column(name)
    match column.kind:
        case "moment":
            return pd.DatetimeIndex(_moments(sent)).tz_localize("UTC").tz_convert(timezone)
        case "date":
            return _counted(sent, 1, _EPOCH_DAYS, "datetime64[D]")
        case _:
            return decode(column, sent, timezone)


def _adapt(adapters: AdaptersMap) -> None:
    adapters.register_loader("timestamptz", Int8BinaryLoader)
    adapters.register_loader("date", Int4BinaryLoader)
    geometry = adapters.types.get("geometry")
    if geometry is None:
        raise TypeError("the connection was not taught geometries (`adapting.adapt`)")
    adapters.register_loader(geometry.oid, ByteaBinaryLoader)


def _moments(sent: Sequence[int | None]) -> npt.NDArray[np.datetime64]:
    return _counted(sent, 1_000_000, _EPOCH_S, "datetime64[s]")


def _counted(sent: Sequence[int | None], unit: int, epoch: int, kind: str) -> npt.NDArray[np.datetime64]:
    """Give moments of whole seconds, from counts since 2000; parts of a second are dropped."""
    counts = np.fromiter((_MISSING if each is None else each for each in sent), dtype=np.int64, count=len(sent))
    missing = counts == _MISSING
    counts[missing] = 0
    moments = (counts // unit + epoch).astype(kind).astype("datetime64[s]")
    if ((moments < _WITHIN[0]) | (moments > _WITHIN[1])).any():
        raise ValueError("a moment that no calendar of ours holds")
    moments[missing] = np.datetime64("NaT")
    return moments


def _shapes(sent: Sequence[bytes | None], shape: Shape) -> Objects:
    """Give plane shapes, None where there is none; an empty one is none."""
    present = np.fromiter((each is not None for each in sent), dtype=bool, count=len(sent))
    shapes = np.full(len(sent), None, dtype=object)
    known = [each for each in sent if each is not None]
    shapes[present] = _points(known) if shape == "POINT" else _any(known)
    return shapes


def _points(sent: Sequence[bytes]) -> Objects:
    rows = np.frombuffer(b"".join(sent), dtype=np.uint8)
    if len(rows) != len(sent) * NDR_POINT_BYTES:
        return _any(sent)
    rows = rows.reshape(-1, NDR_POINT_BYTES)
    coordinates = rows[:, len(NDR_POINT) :].copy().view("<f8")
    if not (rows[:, : len(NDR_POINT)] == np.frombuffer(NDR_POINT, dtype=np.uint8)).all():
        return _any(sent)
    if not np.isfinite(coordinates).all():
        return _any(sent)
    points: Objects = shapely.points(coordinates)
    return points


def _any(sent: Sequence[bytes]) -> Objects:
    shapes: Objects = shapely.set_srid(shapely.force_2d(shapely.from_wkb(np.array(sent, dtype=object))), 0)
    shapes[shapely.is_empty(shapes)] = None
    return shapes
