"""A frame of a table ↔ an Arrow table: one type a kind of column, geometry as WKB with GeoParquet's own metadata.

GeoParquet 1.1 (https://geoparquet.org/releases/v1.1.0/): where `crs` is left out it is OGC:CRS84, which is how every
frame of a ledger stands (EPSG:4326, longitude first).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geodata.tables import Column, Kind, Table

GEOMETRY = "geometry"
TYPES: Mapping[Kind, pa.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("text", "choice", "tags"), pa.string()),
        "integer": pa.int64(),
        "number": pa.float64(),
        "date": pa.date32(),
        "moment": pa.timestamp("ms", tz="UTC"),
        "flag": pa.bool_(),
    }
)
"""Parquet knows no whole seconds: moments are written in milliseconds."""

SHAPES = {
    "POINT": (shapely.GeometryType.POINT, "Point"),
    "MULTILINESTRING": (shapely.GeometryType.MULTILINESTRING, "MultiLineString"),
    "MULTIPOLYGON": (shapely.GeometryType.MULTIPOLYGON, "MultiPolygon"),
}

_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
"""A point as WKB, little-endian."""


def schema_of(table: Table, names: Sequence[str] | None = None) -> pa.Schema:
    """Give the schema of some columns of a table, of all when none are named."""
    names = (*table.names, GEOMETRY) if names is None else names
    fields = [pa.field(name, pa.binary() if name == GEOMETRY else TYPES[table.column(name).kind]) for name in names]
    return pa.schema([field for field in fields if field.name != GEOMETRY or table.geometry])


def to_arrow(table: Table, frame: pd.DataFrame) -> pa.Table:
    """Turn a frame with all columns of the table into an Arrow table; ValueError for what its schema can't hold."""
    columns = [_to_column(table.column(name), frame[name]) for name in table.names]
    schema = schema_of(table)
    if table.geometry:
        shapes = np.asarray(frame.geometry.array, dtype=object)
        columns.append(pa.array(shapely.to_wkb(shapes), type=pa.binary(), from_pandas=True))
        word = SHAPES[table.geometry][1]
        geo = {"encoding": "WKB", "geometry_types": [word]}
        about = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: geo}}
        schema = schema.with_metadata({"geo": json.dumps(about)})
    return pa.Table.from_arrays(columns, schema=schema)


def _to_column(column: Column, values: pd.Series) -> pa.Array:
    match column.kind:
        case "flag":
            return pa.array(values.to_numpy(dtype=bool))
        case "integer" | "number":
            return pa.array(values.to_numpy(dtype=float), from_pandas=True).cast(TYPES[column.kind])
        case "date":
            return pa.array(values.to_numpy(dtype="datetime64[D]"))
        case "moment":
            naive = values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[ms]")
            return pa.array(naive).cast(TYPES["moment"])
        case _:
            return pa.array(values.to_numpy(dtype=object), type=pa.string(), from_pandas=True)


def to_frame(table: Table, data: pa.Table, timezone: str) -> pd.DataFrame:
    """Turn an Arrow table of `schema_of` those columns into a frame as `geodata.tables` says.

    Raises
    ------
    ValueError
        A value of the key is missing, a word is none of the choices, a shape is damaged or none of the table's; the
        text names the column.
    """
    blank = [name for name in table.key if name in data.column_names and data[name].null_count]
    if blank:
        raise ValueError(f"列 {blank[0]} 有空值")
    made = {
        name: _from_column(table.column(name), data[name], timezone) for name in data.column_names if name != GEOMETRY
    }
    if GEOMETRY not in data.column_names:
        return pd.DataFrame(made)
    shapes = _shapes(table, data[GEOMETRY])
    frame: pd.DataFrame = gpd.GeoDataFrame(made, geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"))
    return frame


def _from_column(column: Column, values: pa.ChunkedArray, timezone: str) -> Any:
    if values.null_count and column.kind == "flag":
        raise ValueError(f"列 {column.name} 有空值")
    if column.choices and not column.open_choice:
        strangers = set(values.unique().to_pylist()) - set(column.choices.values()) - {None}
        if strangers:
            raise ValueError(f"列 {column.name} 有不认识的词 {sorted(strangers)[:3]}")
    match column.kind:
        case "flag":
            return values.to_numpy()
        case "integer" | "number":
            return values.cast(pa.float64()).to_numpy()
        case "date":
            return values.to_numpy().astype("datetime64[s]")
        case "moment":
            seconds = values.to_numpy().astype("datetime64[s]")
            return pd.DatetimeIndex(seconds).tz_localize("UTC").tz_convert(timezone)
        case _:
            return pd.Series(values.to_pandas(), dtype="str")


def _shapes(table: Table, values: pa.ChunkedArray) -> np.ndarray:
    if table.geometry == "POINT" and (points := _points(values)) is not None:
        return points
    try:
        shapes = shapely.from_wkb(values.to_numpy())
    except shapely.errors.ShapelyError as problem:
        raise ValueError("列 geometry 有读不出的几何") from problem
    known = shapes[~shapely.is_missing(shapes)]
    kind = SHAPES[str(table.geometry)][0]
    if (shapely.get_type_id(known) != kind).any() or shapely.is_empty(known).any():
        raise ValueError(f"列 geometry 有不是 {table.geometry} 的几何")
    if not np.isfinite(shapely.get_coordinates(known)).all():
        raise ValueError("列 geometry 有不是数的坐标")
    return np.asarray(shapes, dtype=object)


def _points(values: pa.ChunkedArray) -> np.ndarray | None:
    """Give points that are written one as long as the other, as this program writes them; None where some are not.

    Read at one stroke: a third of the time of a town's figures would go into reading them one by one.
    """
    there = ~np.asarray(values.is_null())
    blob = b"".join(values.drop_null().to_pylist())
    lengths = pc.binary_length(values.drop_null()).to_numpy()
    if (lengths != _POINT.itemsize).any():
        return None
    read = np.frombuffer(blob, dtype=_POINT)
    if (read["order"] != 1).any() or (read["kind"] != 1).any() or not np.isfinite([read["x"], read["y"]]).all():
        return None
    shapes = np.full(len(there), None, dtype=object)
    shapes[there] = shapely.points(read["x"], read["y"])
    return shapes
