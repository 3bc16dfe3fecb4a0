"""The GeoPackage encoding of a geometry, and the SQL functions that its R-tree triggers call.

The blob is the `StandardGeoPackageBinary` of OGC 12-128r18 (GeoPackage 1.3), clause 2.1.3: `GP`, version 0, flags,
the CRS number, an envelope (for lines and polygons), then WKB. This file alone knows about it.
"""

from __future__ import annotations

import math
import sqlite3
import struct
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import shapely

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300  # GeoPackage 1.3: the newest that the GDAL of a five-year-old QGIS opens without a warning
SRS = 4326
GEOMETRY = "geometry"  # name of the geometry column of every layer

_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_EMPTY = 0x10
_POINT_HEAD = b"GP\x00\x01" + struct.pack("<i", SRS) + b"\x01" + struct.pack("<I", 1)
_POINT_BYTES = len(_POINT_HEAD) + 16
_BOXED_HEAD = b"GP\x00\x03" + struct.pack("<i", SRS)

Objects = npt.NDArray[np.object_]
Bounds = tuple[float, float, float, float]


def encode_points(points: Objects) -> Objects:
    """Encode n shapely points (None allowed, none empty) as n blobs of 29 bytes."""
    blobs = np.full(len(points), None, dtype=object)
    known = ~shapely.is_missing(points)
    coordinates = np.ascontiguousarray(shapely.get_coordinates(points[known]), dtype="<f8")
    rows = np.empty((len(coordinates), _POINT_BYTES), dtype=np.uint8)
    rows[:, : len(_POINT_HEAD)] = np.frombuffer(_POINT_HEAD, dtype=np.uint8)
    rows[:, len(_POINT_HEAD) :] = coordinates.view(np.uint8).reshape(-1, 16)
    whole = rows.tobytes()
    blobs[known] = _objects([whole[at : at + _POINT_BYTES] for at in range(0, len(whole), _POINT_BYTES)])
    return blobs


def encode_point(x: float, y: float) -> bytes:
    """Encode one point."""
    return _POINT_HEAD + struct.pack("<dd", x, y)


def encode_shapes(shapes: Objects) -> Objects:
    """Encode n plane shapely geometries (None allowed, none empty) as n blobs with their envelope."""
    blobs = np.full(len(shapes), None, dtype=object)
    known = ~shapely.is_missing(shapes)
    # the envelope is written minx, maxx, miny, maxy
    boxes = np.ascontiguousarray(shapely.bounds(shapes[known])[:, [0, 2, 1, 3]], dtype="<f8")
    wkb = shapely.to_wkb(shapes[known], byte_order=1)
    blobs[known] = _objects([_BOXED_HEAD + box.tobytes() + body for box, body in zip(boxes, wkb, strict=True)])
    return blobs


def decode_points(blobs: Collection[bytes | None]) -> Objects:
    """Decode n point blobs at once; an empty point is None. ValueError for a blob that is no GeoPackage geometry."""
    present = [blob for blob in blobs if blob is not None]
    joined = b"".join(present)
    rows = np.frombuffer(joined, dtype=np.uint8)
    if len(rows) != len(present) * _POINT_BYTES:
        return decode_shapes(blobs)
    rows = rows.reshape(-1, _POINT_BYTES)
    if not (rows[:, : len(_POINT_HEAD)] == np.frombuffer(_POINT_HEAD, dtype=np.uint8)).all():
        return decode_shapes(blobs)
    coordinates = rows[:, len(_POINT_HEAD) :].copy().view("<f8")
    if not np.isfinite(coordinates).all():
        return decode_shapes(blobs)
    points = np.full(len(blobs), None, dtype=object)
    points[np.fromiter((blob is not None for blob in blobs), dtype=bool, count=len(blobs))] = shapely.points(
        coordinates
    )
    return points


def decode_shapes(blobs: Collection[bytes | None]) -> Objects:
    """Decode n blobs of any kind, as any program wrote them, to plane geometries; an empty one is None."""
    wkb = [None if blob is None else blob[body_offset(blob) :] for blob in blobs]
    try:
        shapes: Objects = shapely.force_2d(shapely.from_wkb(_objects(wkb)))
    except shapely.errors.GEOSException as problem:
        raise ValueError(f"no WKB inside a GeoPackage geometry: {problem}") from problem
    shapes[shapely.is_empty(shapes)] = None
    return shapes


def body_offset(blob: bytes) -> int:
    """Give the position of the WKB in a blob; ValueError when it is no GeoPackage geometry."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        raise ValueError("not a GeoPackage geometry")
    kind = blob[3] >> 1 & 7
    if kind >= len(_ENVELOPE_BYTES):
        raise ValueError("not a GeoPackage geometry: bad envelope")
    return 8 + _ENVELOPE_BYTES[kind]


def blob_bounds(blob: bytes | None) -> Bounds | None:
    """Give minx, maxx, miny, maxy (degrees) of a blob; None for no geometry or an empty one."""
    if blob is None:
        return None
    if blob.startswith(_POINT_HEAD) and len(blob) == _POINT_BYTES:
        x, y = struct.unpack_from("<dd", blob, len(_POINT_HEAD))
        return None if math.isnan(x) else (x, x, y, y)
    offset = body_offset(blob)
    if blob[3] & _EMPTY:
        return None
    if offset > 8:
        return struct.unpack_from("<dddd" if blob[3] & 1 else ">dddd", blob, 8)
    minx, miny, maxx, maxy = shapely.from_wkb(blob[offset:]).bounds
    return None if math.isnan(minx) else (minx, maxx, miny, maxy)


def register_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the `ST_` functions that the R-tree triggers call on every write."""

    def side(at: int) -> None:
        def value(blob: bytes | None) -> float | None:
            box = blob_bounds(blob)
            return None if box is None else box[at]

        name = ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")[at]
        connection.create_function(name, 1, value, deterministic=True)

    for at in range(4):
        side(at)
    connection.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)


def _is_empty(blob: bytes | None) -> bool | None:
    return None if blob is None else blob_bounds(blob) is None


def _objects(values: Sequence[object]) -> Objects:
    # numpy would look into a list of bytes for one common fixed width
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made
