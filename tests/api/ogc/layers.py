"""Small layers made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from api.ogc.layers import Field, Layer

FIELDS = (
    Field("word", "text", "文字"),
    Field("number", "number", "数"),
    Field("yes", "flag", "是否"),
    Field("day", "date", "日期"),
    Field("at", "moment", "时刻"),
)


def layer_of(rows: Sequence[dict[str, Any]], ids: Sequence[str] | None = None, shapes: Any = None) -> Layer:
    """Make a layer of rows with the properties of `FIELDS`; its begin and end are the property `at`."""
    frame = pd.DataFrame(
        {
            "word": pd.Series([row.get("word") for row in rows], dtype="str"),
            "number": pd.Series([row.get("number") for row in rows], dtype="float64"),
            "yes": pd.Series([row.get("yes", False) for row in rows], dtype=bool),
            "day": pd.Series([row.get("day") for row in rows], dtype="datetime64[s]"),
            "at": pd.Series([row.get("at") for row in rows], dtype="datetime64[s]").dt.tz_localize("Asia/Shanghai"),
        }
    )
    utc = frame["at"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
    drawn = np.empty(len(rows), dtype=object)
    for at, shape in enumerate([None] * len(rows) if shapes is None else shapes):
        drawn[at] = shape
    names = [f"{at:06d}" for at in range(len(rows))] if ids is None else list(ids)
    return Layer("made", "造的", "造的", FIELDS, frame, names, drawn, utc, utc)


def points(*positions: tuple[float, float]) -> list[Any]:
    """Give points of positions."""
    return [shapely.Point(*position) for position in positions]
