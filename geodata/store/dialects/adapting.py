"""Stored values ↔ PostgreSQL's: a connection that gives and takes what a GeoPackage file does.

Dates and moments are texts, flags are 0 and 1, geometries are GeoPackage blobs (`geodata.store.values`); the columns
themselves are typed, so that QGIS and every other program see dates, flags and geometries.
"""

from __future__ import annotations

import struct
from typing import Any

import psycopg
import shapely
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader
from psycopg.types import TypeInfo
from psycopg.types.string import TextLoader

from geodata.errors import StoreProblem
from geodata.store.geopackage import SRS, body_offset, encode_point, encode_shapes

_SECONDS = len("2024-03-05 01:07:00+00")
NDR_POINT = struct.pack("<BII", 1, 0x20000001, SRS)
_WITH_SRS = struct.pack("<I", SRS)
NDR_POINT_BYTES = len(NDR_POINT) + 16


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection of which `?` stands for a value, as in SQLite."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run one statement of ours, which holds neither `?` nor `%` for anything else."""
        return super().execute(query.replace("?", "%s"), params, **how)


class Moments(Loader):
    """A moment (the session is in UTC) as the text that a file holds: `2024-03-05T01:07:00.000Z`."""

    def load(self, data: Buffer) -> str:
        """Give the text; one with more digits than milliseconds keeps three of them."""
        text = bytes(data).decode()
        if len(text) == _SECONDS:
            return f"{text[:10]}T{text[11:19]}.000Z"
        if text[10:11] != " " or not text.endswith("+00"):
            return text  # no moment that can be used: who reads it says so
        whole, _, fraction = text[:-3].partition(".")
        return f"{whole[:10]}T{whole[11:]}.{fraction:0<3.3}Z"


class Flags(Loader):
    """A boolean as 0 or 1."""

    def load(self, data: Buffer) -> int:
        """Give the number."""
        return int(bytes(data) == b"t")


class Shapes(Loader):
    """A geometry as the GeoPackage blob that our own encoding makes of it."""

    def load(self, data: Buffer) -> bytes:
        """Give the blob."""
        ewkb = bytes.fromhex(bytes(data).decode())
        if len(ewkb) == NDR_POINT_BYTES and ewkb.startswith(NDR_POINT):
            x, y = struct.unpack_from("<dd", ewkb, len(NDR_POINT))
            if x == x:  # noqa: PLR0124 - an empty point holds no numbers
                return encode_point(x, y)
        blob: bytes = encode_shapes(_one(shapely.force_2d(shapely.from_wkb(ewkb))))[0]
        return blob


class Geometries(Dumper):
    """A GeoPackage blob as a geometry, in hexadecimal EWKB, whose column says its type."""

    oid = 0

    def dump(self, obj: bytes) -> bytes:
        """Give the text; ValueError for bytes that are no GeoPackage geometry (other bytes come as `memoryview`)."""
        wkb = obj[body_offset(obj) :]
        if wkb[:1] != b"\x01":
            wkb = shapely.to_wkb(shapely.from_wkb(wkb), byte_order=1)
        (kind,) = struct.unpack_from("<I", wkb, 1)
        return (b"\x01" + struct.pack("<I", kind | 0x20000000) + _WITH_SRS + wkb[5:]).hex().encode()


class Numbers(Dumper):
    """A whole number whose column says its type: a flag is one too."""

    oid = 0

    def dump(self, obj: int) -> bytes:
        """Give the digits."""
        return b"%d" % obj


def adapt(connection: Connection, address: Any) -> None:
    """Teach a connection our stored values; StoreProblem where the database has no PostGIS."""
    geometry = TypeInfo.fetch(connection, "geometry")
    if geometry is None:
        raise StoreProblem(
            f"{address} 所在的数据库没有 PostGIS。请数据库管理员在这个库里运行 CREATE EXTENSION postgis; 再试。"
        )
    geometry.register(connection)
    adapters = connection.adapters
    adapters.register_loader(geometry.oid, Shapes)
    adapters.register_loader("timestamptz", Moments)
    adapters.register_loader("date", TextLoader)
    adapters.register_loader("bool", Flags)
    adapters.register_dumper(bytes, Geometries)
    adapters.register_dumper(int, Numbers)


def _one(shape: Any) -> Any:
    import numpy as np  # noqa: PLC0415 - shapely has it loaded

    made = np.empty(1, dtype=object)
    made[0] = shape
    return made
