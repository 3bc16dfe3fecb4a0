"""The first rows of what a file brings, as people write them: what a dry run shows before anything is written."""

from __future__ import annotations

from typing import Any

import pandas as pd
import shapely

from geodata.model import Town
from geodata.tables import Column, Table

SHOWN = 20


def first_rows(table: Table, frame: pd.DataFrame, town: Town) -> list[dict[str, str]]:
    """Give field → value of the first rows of a frame; empty values are left out, moments are the town's.

    A point is told as `lon` and `lat` (degrees, EPSG:4326); other shapes are left out.
    """
    first = frame.head(SHOWN)
    columns = [each for each in table.columns if not each.derived and each.name in frame.columns]
    rows = [
        {each.name: _said(each, row[each.name], town) for each in columns if not pd.isna(row[each.name])}
        for row in first.to_dict("records")
    ]
    if "geometry" in frame.columns:
        for row, shape in zip(rows, first["geometry"], strict=True):
            if isinstance(shape, shapely.Point) and not shape.is_empty:
                row.update(lon=f"{shape.x:.6f}", lat=f"{shape.y:.6f}")
    return rows


def located(frame: pd.DataFrame) -> int:
    """Count the rows of a frame that have a position or a shape."""
    return int(frame["geometry"].notna().sum()) if "geometry" in frame.columns else 0


def _said(column: Column, value: Any, town: Town) -> str:
    match column.kind:
        case "choice":
            words = (word for word, code in column.choices.items() if code == value and word != value)
            return next(words, str(value))
        case "flag":
            return "是" if value else "否"
        case "integer" | "number":
            return f"{value:.12g}"
        case "date":
            return str(pd.Timestamp(value).date())
        case "moment":
            return pd.Timestamp(value).tz_convert(town.zone).strftime("%Y-%m-%d %H:%M")
        case _:
            return str(value)
