"""From metres and numbers to columns of a frame: degrees, moments, the dtypes of `geodata.tables`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geodata.synthetic.chance import Floats, Objects
from geodata.tables import TABLES

PLANE, ORIGIN = "EPSG:4547", (465_088.0, 2_521_321.0)
"""CGCS2000 3° zone of 114° E; where the middle of the town lies in it: on the east bank of the Pearl River's mouth."""
DECIMALS = 8
ZONE = "Asia/Shanghai"


def to_degrees(geometry: Any) -> Any:
    """Turn metres about the town's middle into WGS 84 degrees; equal points stay equal."""
    transformer = Transformer.from_crs(PLANE, "EPSG:4326", always_xy=True)

    def turn(xy: Floats) -> Floats:
        lon, lat = transformer.transform(xy[:, 0] + ORIGIN[0], xy[:, 1] + ORIGIN[1])
        return np.round(np.column_stack((lon, lat)), DECIMALS)

    return shapely.transform(geometry, turn)


def points(xy: Floats) -> Objects:
    """Give points in degrees, None where a coordinate is NaN."""
    out = np.full(len(xy), None, dtype=object)
    known = ~np.isnan(xy).any(axis=1)
    out[known] = to_degrees(shapely.points(xy[known]))
    return out


def multilines(lines: list[Any]) -> Objects:
    """Give lines in metres as multilines of one in degrees."""
    degrees = to_degrees(np.array(lines, dtype=object))
    return np.array([shapely.multilinestrings([line]) for line in degrees], dtype=object)


def multipolygons(shapes: Objects) -> Objects:
    """Give polygons in metres as multipolygons in degrees."""
    degrees = to_degrees(shapes)
    return np.array([shapely.multipolygons(shapely.get_parts(shape)) for shape in degrees], dtype=object)


def frame_of(table: str, columns: Mapping[str, Any], geometry: Objects | None = None) -> pd.DataFrame:
    """Put columns into the frame of a table: every column is there, with the dtype that `geodata.tables` promises."""
    kinds = {column.name: column.kind for column in TABLES[table].columns}
    size = len(next(iter(columns.values())))
    data = {name: _column(columns.get(name), kind, size) for name, kind in kinds.items()}
    if geometry is None:
        return pd.DataFrame(data)
    frame: pd.DataFrame = gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(list(geometry), crs="EPSG:4326"))
    return frame


def _column(values: Any, kind: str, size: int) -> pd.Series:
    if values is None:
        values = {"moment": np.full(size, np.nan), "flag": np.zeros(size, bool)}.get(kind, [None] * size)
    if kind == "moment":
        return moments(np.asarray(values, dtype=float))
    if kind == "date":
        return pd.Series(pd.to_datetime(pd.Series(values))).astype("datetime64[s]")
    if kind in ("integer", "number"):
        return pd.Series(values, dtype="float64")
    if kind == "flag":
        return pd.Series(values, dtype=bool)
    return pd.Series(values, dtype="str")


def moments(local_seconds: Floats) -> pd.Series:
    """Turn seconds of the town's clock since 1970 into moments of its zone, NaN into NaT."""
    seconds = np.where(np.isnan(local_seconds), 0, local_seconds).astype("int64").astype("datetime64[s]")
    seconds[np.isnan(local_seconds)] = np.datetime64("NaT", "s")
    return pd.Series(seconds).dt.tz_localize(ZONE)


def days(local_seconds: Floats) -> Any:
    """Turn seconds of the town's clock since 1970, none missing, into datetime64 days."""
    return local_seconds.astype("int64").astype("datetime64[s]").astype("datetime64[D]")
