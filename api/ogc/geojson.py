"""Features as GeoJSON text, column by column: ten thousand a page, in a moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from api.ogc.crs import System
from api.ogc.layers import Layer
from geodata.tables import Kind

Positions = npt.NDArray[np.int64]
_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def properties(layer: Layer, at: Positions) -> list[dict[str, Any]]:
    """Give the properties of some features as JSON has them: days YYYY-MM-DD, moments with offset, None for missing."""
    names = [field.name for field in layer.fields]
    columns = [_values(layer.rows[field.name].take(at), field.kind) for field in layer.fields]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: pd.Series, kind: Kind) -> list[Any]:
    if kind == "flag":
        return column.astype(bool).tolist()
    missing = column.isna().to_numpy(dtype=bool)
    if kind == "date":
        values = np.datetime_as_string(column.to_numpy(dtype="datetime64[D]")).astype(object)
    elif kind == "moment":
        values = _moments(column)
    elif kind == "integer":
        values = column.fillna(0).to_numpy(dtype="int64").astype(object)
    else:
        values = column.to_numpy(dtype=object)
    told: list[Any] = values.tolist()
    for at in np.flatnonzero(missing).tolist():
        told[at] = None
    return told


def _moments(column: pd.Series) -> npt.NDArray[np.object_]:
    """Write moments in their own zone, ISO 8601 with offset."""
    local = column.dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
    utc = column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
    minutes = (local - utc).astype("timedelta64[m]").astype("int64")
    texts = np.datetime_as_string(local).astype(object)
    for offset in np.unique(minutes[~np.isnat(local)]):
        sign, (hours, rest) = "-" if offset < 0 else "+", divmod(abs(int(offset)), 60)
        texts[minutes == offset] += f"{sign}{hours:02d}:{rest:02d}"
    return np.asarray(texts, dtype=object)


def feature_texts(layer: Layer, at: Positions, system: System) -> list[str]:
    """Give some features as GeoJSON texts, in a coordinate system and its axis order."""
    drawn = shapely.to_geojson(system.drawn(layer.shapes[at]))
    shapes = ["null" if text is None else str(text) for text in np.asarray(drawn, dtype=object).tolist()]
    ids = [_ENCODE(layer.ids[position]) for position in at.tolist()]
    told = [_ENCODE(each) for each in properties(layer, at)]
    return [
        f'{{"type":"Feature","id":{name},"geometry":{shape},"properties":{each}}}'
        for name, shape, each in zip(ids, shapes, told, strict=True)
    ]


def collection_text(features: Sequence[str], **facts: Any) -> str:
    """Give a FeatureCollection with further members."""
    head = _ENCODE({"type": "FeatureCollection", **facts})
    return f'{head[:-1]},"features":[{",".join(features)}]}}'


def feature_text(feature: str, **facts: Any) -> str:
    """Give a feature with further members."""
    return f"{feature[:-1]},{_ENCODE(facts)[1:]}"
