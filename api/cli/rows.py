"""The figures of one command, as they go into every format."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

import geopandas as gpd
import pandas as pd
import shapely

from coverage.figures import records
from geodata.csv_files import write_rows
from geodata.errors import QuestionProblem


@dataclass(frozen=True)
class Figures:
    """The figures of one command.

    Attributes
    ----------
    title
        What they are, in Chinese: heading of the table and name of the sheet.
    facts
        What stands beside `rows` in the JSON document (`as_of`, `period` …).
    frame
        The rows, with the contract's field names.
    shown
        Fields of the table for people, in its order; the files hold all.
    shapes
        One geometry or None a row, EPSG:4326, where the rows stand on a map.
    """

    title: str
    facts: Mapping[str, Any]
    frame: pd.DataFrame
    shown: Sequence[str]
    shapes: gpd.GeoSeries | None = None

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each row as field → plain value, as the contract's JSON has it."""
        return records(self.frame)


def document(figures: Figures) -> str:
    """Give the JSON document of the contract."""
    return as_json({**figures.facts, "rows": figures.rows})


def as_json(value: Any) -> str:
    """Write JSON as RFC 8259 has it: Chinese as it is, no NaN."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def values_of(figures: Figures, fields: Sequence[str]) -> Iterator[list[Any]]:
    """Give the values of some fields, row by row, None where a row lacks one."""
    for row in figures.rows:
        yield [row.get(field) for field in fields]


def write_csv(figures: Figures, file: TextIO, *, for_excel: bool = False) -> None:
    """Write rows under their field names; a text that a spreadsheet would run as a formula gets a `'` in front."""
    fields = [str(field) for field in figures.frame]
    write_rows(file, [fields, *values_of(figures, fields)], line_end="\r\n" if for_excel else "\n")


def features(figures: Figures) -> str:
    """Give the rows as a GeoJSON FeatureCollection (RFC 7946), the figures as properties.

    Raises
    ------
    QuestionProblem
        When the rows do not stand on a map.
    """
    if figures.shapes is None:
        raise QuestionProblem(
            "这些数字不在地图上，写不成 .geojson：请改用 --by 区域级别，或者写成 .xlsx、.csv、.json。"
        )
    shapes = [json.loads(text) if text else None for text in shapely.to_geojson(figures.shapes.to_numpy())]
    made = [
        {"type": "Feature", "properties": row, "geometry": shape}
        for row, shape in zip(figures.rows, shapes, strict=True)
    ]
    return as_json({"type": "FeatureCollection", **figures.facts, "features": made})
