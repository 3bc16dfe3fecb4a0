"""A column of a frame ↔ the values that stand in the store, a whole column at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pandas.api.extensions import ExtensionArray

from geodata.store.geopackage import SRS, decode_points, decode_shapes, encode_points, encode_shapes
from geodata.tables import Column, Kind, Shape, Table

Objects = npt.NDArray[np.object_]
_MOMENT = len("2024-03-05T01:07:00.000Z")
_DATE = len("2024-03-05")


def encode(column: Column, values: pd.Series) -> Objects:
    """Turn a column of a frame into n stored values (None where missing).

    Raises ValueError when the dtype is not the one of `geodata.tables`, or a value is none the kind can hold.
    """
    try:
        stored = _ENCODERS[column.kind](values)
    except ValueError as problem:
        raise ValueError(f"column {column.name} ({column.kind}): {problem}") from None
    if column.choices and not column.open_choice:
        unknown = set(stored) - set(column.choices.values()) - {None}
        if unknown:
            raise ValueError(f"column {column.name}: no such choice {sorted(unknown)}")
    return stored


def decode(column: Column, stored: Sequence[Any], timezone: str) -> ExtensionArray | npt.NDArray[Any]:
    """Turn n stored values into a column with the dtype of `geodata.tables`; ValueError when one can't be read."""
    match column.kind:
        case "integer" | "number":
            return np.array(stored, dtype=np.float64)
        case "flag":
            return np.asarray(np.array(stored, dtype=np.float64) == 1)
        case "date":
            return _read_dates(stored)
        case "moment":
            return pd.DatetimeIndex(_read_moments(stored)).tz_localize("UTC").tz_convert(timezone).array
        case _:
            return _read_text(stored)


def encode_geometry(table: Table, geometry: gpd.GeoSeries) -> Objects:
    """Turn geometries into n blobs; single parts become multi-parts, Z is dropped (the store is plane).

    Raises ValueError for another CRS than EPSG:4326, another shape than the table's, an empty or infinite geometry.
    """
    if geometry.crs is None or geometry.crs.to_epsg() != SRS:
        raise ValueError(f"table {table.name}: geometry must be in EPSG:{SRS}, not {geometry.crs}")
    shapes = shapely.force_2d(np.asarray(geometry.array))
    known = shapes[~shapely.is_missing(shapes)]
    if shapely.is_empty(known).any() or not np.isfinite(shapely.get_coordinates(known)).all():
        raise ValueError(f"table {table.name}: empty geometry or coordinates that are no numbers")
    if table.geometry == "POINT":
        _demand(table, known, {"Point"})
        return encode_points(shapes)
    return encode_shapes(_promote(table, shapes))


def decode_geometry(shape: Shape, blobs: Sequence[bytes | None]) -> Objects:
    """Turn n blobs into shapely geometries, None where there is none."""
    return decode_points(blobs) if shape == "POINT" else decode_shapes(blobs)


def differing(column: Column, old: Objects, new: Objects) -> npt.NDArray[np.bool_]:
    """Say where stored values differ in meaning, however another program may have written the old ones."""
    changed = np.asarray(old != new, dtype=bool)
    suspects = np.flatnonzero(changed)
    if len(suspects) and column.kind == "flag":
        changed[suspects] = [bool(was) != bool(now) for was, now in zip(old[suspects], new[suspects], strict=True)]
    if len(suspects) and column.kind == "moment":
        changed[suspects] = _moment_text(_read_moments(old[suspects])) != new[suspects]
    return changed


def differing_geometry(old: Objects, new: Objects) -> npt.NDArray[np.bool_]:
    """Say where blobs differ in a coordinate; headers and byte order don't count."""
    changed = np.asarray(old != new, dtype=bool)
    suspects = np.flatnonzero(changed)
    was, now = decode_shapes(old[suspects]), decode_shapes(new[suspects])
    both_missing = shapely.is_missing(was) & shapely.is_missing(now)
    changed[suspects] = ~(shapely.equals_exact(was, now, tolerance=0.0) | both_missing)
    return changed


def _write_text(values: pd.Series) -> Objects:
    stored = values.to_numpy(dtype=object, copy=True)
    stored[values.isna().to_numpy()] = None
    if not isinstance(values.dtype, pd.StringDtype):
        strangers = {type(value).__name__ for value in stored if value is not None and not isinstance(value, str)}
        if strangers:
            raise ValueError(f"text wanted, found {sorted(strangers)}")
    return stored


def _write_number(values: pd.Series) -> Objects:
    if not (pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)):
        raise ValueError(f"numbers wanted, found {values.dtype}")
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0  # SQLite keeps no minus before a zero
    if np.isinf(numbers).any():
        raise ValueError("infinite number")
    return _or_none(numbers, np.isnan(numbers))


def _write_integer(values: pd.Series) -> Objects:
    stored = _write_number(values)
    known = stored != None  # noqa: E711 - elementwise
    if any(value != int(value) for value in stored[known]):
        raise ValueError("whole numbers wanted")
    stored[known] = [int(value) for value in stored[known]]
    return stored


def _write_flag(values: pd.Series) -> Objects:
    if values.dtype != bool:
        raise ValueError(f"bool wanted, found {values.dtype}")
    return values.to_numpy().astype(np.int64).astype(object)


def _write_date(values: pd.Series) -> Objects:
    if not pd.api.types.is_datetime64_dtype(values.dtype):
        raise ValueError(f"datetime64 without a time zone wanted, found {values.dtype}")
    exact = values.to_numpy()
    days = exact.astype("datetime64[D]")
    if not ((days == exact) | np.isnat(exact)).all():
        raise ValueError("a date carries a time of day")
    return _or_none(np.datetime_as_string(days), np.isnat(exact))


def _write_moment(values: pd.Series) -> Objects:
    if not isinstance(values.dtype, pd.DatetimeTZDtype):
        raise ValueError(f"datetime64 with a time zone wanted, found {values.dtype}")
    exact = values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
    seconds = exact.astype("datetime64[s]")
    if not ((seconds == exact) | np.isnat(exact)).all():
        raise ValueError("a moment carries fractions of a second")
    return _moment_text(seconds)


_ENCODERS: dict[Kind, Callable[[pd.Series], Objects]] = {
    "text": _write_text,
    "choice": _write_text,
    "tags": _write_text,
    "integer": _write_integer,
    "number": _write_number,
    "date": _write_date,
    "moment": _write_moment,
    "flag": _write_flag,
}


def _moment_text(seconds: npt.NDArray[np.datetime64]) -> Objects:
    text = np.char.add(np.datetime_as_string(seconds, unit="ms"), "Z")
    return _or_none(text, np.isnat(seconds))


def _or_none(values: npt.NDArray[Any], missing: npt.NDArray[np.bool_]) -> Objects:
    stored = values.astype(object)
    stored[missing] = None
    return stored


def _read_text(stored: Sequence[Any]) -> ExtensionArray:
    return pd.array(stored, dtype="str")  # a Series has an index, and a frame of such aligns them one by one


def _read_dates(stored: Sequence[str | None]) -> npt.NDArray[np.datetime64]:
    text = np.array([value or "NaT" for value in stored], dtype=np.bytes_)
    if text.itemsize > _DATE:
        raise ValueError("a date is longer than YYYY-MM-DD")
    return cast("npt.NDArray[np.datetime64]", text.astype("datetime64[s]"))


def _read_moments(stored: Collection[str | None]) -> npt.NDArray[np.datetime64]:
    text = np.array([value or "NaT" for value in stored], dtype=f"S{_MOMENT + 1}")
    tails = text.view("S1").reshape(len(text), _MOMENT + 1)[:, 19:].copy().view(f"S{_MOMENT - 18}").ravel()
    ours = (tails == b".000Z") | (text == b"NaT")
    if ours.all():
        return cast("npt.NDArray[np.datetime64]", text.astype("S19").astype("datetime64[s]"))
    # written by another program: with milliseconds, without them, with an offset
    parsed = pd.to_datetime(pd.Series(list(stored), dtype="str"), format="ISO8601", utc=True)
    return cast("npt.NDArray[np.datetime64]", parsed.dt.tz_localize(None).to_numpy().astype("datetime64[s]"))


def _demand(table: Table, shapes: Objects, allowed: set[str]) -> None:
    strangers = {str(shape.geom_type) for shape in shapes} - allowed if len(shapes) else set()
    if strangers:
        raise ValueError(f"table {table.name} holds {table.geometry}, not {sorted(strangers)}")


def _promote(table: Table, shapes: Objects) -> Objects:
    single, make = {
        "MULTIPOLYGON": ("Polygon", shapely.multipolygons),
        "MULTILINESTRING": ("LineString", shapely.multilinestrings),
    }[str(table.geometry)]
    known = shapes[~shapely.is_missing(shapes)]
    _demand(table, known, {single, f"Multi{single}"})
    promoted = shapes.copy()
    alone = np.array([shape is not None and shape.geom_type == single for shape in shapes], dtype=bool)
    promoted[alone] = make(shapes[alone][:, np.newaxis])
    return promoted
