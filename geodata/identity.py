"""What rows are known by: the id of one that came without, the mark of areas as they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geodata.tables import Table

PREFIX = "auto-"
DIGITS = 16


def with_ids(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Fill missing ids: `auto-` and 16 hex digits of the SHA-256 of what the row is known by (`Table.identity`).

    The same row gets the same id at every import. A table without identity (places, officers, areas) is given back as
    it is.
    """
    if not table.identity:
        return frame
    missing = frame["id"].isna() if "id" in frame.columns else pd.Series(True, index=frame.index)
    if not missing.any():
        return frame
    nameless = frame if missing.all() else frame.loc[missing]
    parts = [_words(nameless, name) for name in table.identity]
    made = [_id_of(words) for words in zip(*parts, strict=True)]
    ids = frame["id"].astype(object) if "id" in frame.columns else pd.Series(None, index=frame.index, dtype=object)
    ids[missing] = made
    return frame.assign(id=ids.astype("str"))


def id_of(table: Table, values: Mapping[str, Any]) -> str:
    """Give the id that `with_ids` gives a row of these plain values: texts, moments, a geometry; None: missing."""
    return _id_of(_word(values.get(name)) for name in table.identity)


def _id_of(words: Iterable[str]) -> str:
    return PREFIX + hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:DIGITS]


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC))
    return str(shapely.to_wkb(value, hex=True)) if isinstance(value, shapely.Geometry) else str(value)


def _words(frame: pd.DataFrame, name: str) -> list[str]:
    """Give a column as words to be known by, empty where missing."""
    if name not in frame.columns:
        return [""] * len(frame)
    if name == "geometry":
        return ["" if shape is None else shapely.to_wkb(shape, hex=True) for shape in frame["geometry"]]
    if isinstance(frame[name].dtype, pd.DatetimeTZDtype):
        return [str(word) for word in frame[name].dt.tz_convert("UTC").astype("str").fillna("")]
    return [str(word) for word in frame[name].astype("str").fillna("")]


def areas_mark(areas: gpd.GeoDataFrame) -> str:
    """Give the mark of areas: SHA-256 of their levels, codes and shapes, whatever their order."""
    shapes = areas.geometry.to_wkb(hex=True).fillna("")
    rows = sorted("\x1f".join(row) for row in zip(areas["level"], areas["code"], shapes, strict=True))
    return hashlib.sha256("\x1e".join(rows).encode()).hexdigest()
