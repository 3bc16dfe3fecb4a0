"""Geometries as WKB, those too that GEOS refuses (rings that are not closed)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

_NAMES = {1: "Point", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}
_MAX_DEPTH = 2


def shapes_of_wkb(blobs: Sequence[bytes | None]) -> list[Any]:
    """Give one geometry a row: shapely's, or, where GEOS takes none, a GeoJSON mapping of what stands there.

    A mapping is mended or refused by `geodata.shapes.shape_of` as one of a GeoJSON file is. A MultiPoint of one
    point is that point.
    """
    blank = np.array([None if blob is None else blob for blob in blobs], dtype=object)
    shapes = shapely.from_wkb(blank, on_invalid="ignore")
    single = (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT) & (
        shapely.get_num_geometries(shapes) == 1
    )
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    refused = np.flatnonzero(shapely.is_missing(shapes))
    shapes[shapely.is_empty(shapes)] = None
    taken: list[Any] = shapes.tolist()
    for at in refused.tolist():
        blob = blobs[at]
        taken[at] = None if blob is None else _mapping(blob)
    return taken


def _mapping(blob: bytes) -> dict[str, Any] | None:
    try:
        mapping = _geometry(blob, 0, 0)[0]
    except (struct.error, ValueError):
        return {"type": None}
    return mapping if mapping["type"] is None or mapping["coordinates"] else None


def _geometry(blob: bytes, at: int, depth: int) -> tuple[dict[str, Any], int]:
    """Give the geometry that starts at a byte, and where it ends."""
    order = "<" if blob[at : at + 1] == b"\x01" else ">"
    (code,) = struct.unpack_from(f"{order}I", blob, at + 1)
    kind, at = _NAMES.get(code), at + 5
    if kind is None or depth > _MAX_DEPTH:
        return {"type": None}, len(blob)
    if kind == "Point":
        position = list(struct.unpack_from(f"{order}2d", blob, at))
        return {"type": kind, "coordinates": position}, at + 16
    if kind == "LineString":
        positions, at = _positions(blob, at, order)
        return {"type": kind, "coordinates": positions}, at
    (count,) = struct.unpack_from(f"{order}I", blob, at)
    at += 4
    parts: list[Any] = []
    for _ in range(min(count, len(blob))):
        if kind == "Polygon":
            part, at = _positions(blob, at, order)
            parts.append(part)
        else:
            inner, at = _geometry(blob, at, depth + 1)
            parts.append(inner.get("coordinates"))
    return {"type": kind, "coordinates": parts}, at


def _positions(blob: bytes, at: int, order: str) -> tuple[list[list[float]], int]:
    (count,) = struct.unpack_from(f"{order}I", blob, at)
    end = at + 4 + 16 * count
    if end > len(blob):
        raise ValueError("more positions announced than there are")
    pairs = np.frombuffer(blob, dtype=f"{order}f8", count=2 * count, offset=at + 4)
    return pairs.reshape(-1, 2).tolist(), end
