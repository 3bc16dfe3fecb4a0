"""The layer of one level of areas, as every map draws it: colours or a transparent edge, figures, names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import rounding
from geodata.model import Level
from grids.hierarchy import at_level, levels_present
from maps.canvas import Sheet
from maps.page import Call
from maps.shapes import Geometries, label_points, polygons_as_numbers, simplify_areas

OPENING = (Level.COMMUNITY, Level.GRID, Level.DISTRICT)
"""Which level is shown first: the first of these that has areas."""


@dataclass(frozen=True)
class AreaLook:
    """How the areas of a level are drawn; without classes they are transparent with a dark edge.

    Attributes
    ----------
    classes
        By figure that can be chosen (`only` when there is no choice): class of each area, position in `fills`.
    legends
        By the same words.
    written
        By figure that can be chosen: which of the layer's columns is written on an area where there is room.
    """

    classes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    fills: Sequence[str] = ()
    legends: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    written: Mapping[str, int] = field(default_factory=dict)

    def as_data(self, areas: int) -> dict[str, Any]:
        """Give the part of the layer's data that says how it looks."""
        if not self.classes:
            return {"edge": {"color": "#3b4248", "weight": 0.9, "opacity": 0.75}}
        edge = {"color": "#4a5258", "weight": 0.5 if areas > 100 else 0.9, "opacity": 0.9}
        legends = {"legends": self.legends} if self.legends else {}
        written = {"written": self.written} if self.written else {}
        return {"classes": self.classes, "fills": self.fills, **legends, **written, "opacity": 0.9, "edge": edge}


def drawn_levels(areas: gpd.GeoDataFrame) -> list[Level]:
    """Give the levels below the root that have polygons, from the top; the root alone when none has but it."""
    with_shape = [level for level in levels_present(areas) if of_level(areas, level).geometry.notna().any()]
    below = [level for level in with_shape if level != str(areas["level"].iat[0])]
    return below or with_shape


def opening_level(levels: Sequence[Level]) -> Level | None:
    """Give the level that is shown first; None when nothing can be drawn."""
    return next((level for level in OPENING if level in levels), levels[0] if levels else None)


def of_level(areas: gpd.GeoDataFrame, level: Level) -> gpd.GeoDataFrame:
    """Give the areas of a level, in order of their codes."""
    return areas.iloc[at_level(areas, level)]


def figures_of(areas: gpd.GeoDataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Give the figures row of each area, in the order of `areas`; rows that are no area stay out."""
    rows: pd.DataFrame = figures[figures["area"].notna()].set_index("area").loc[areas["code"]].reset_index()
    return rows


def shapes_of(areas: gpd.GeoDataFrame) -> Geometries:
    """Give the polygons of the areas as an array."""
    return np.asarray(areas.geometry.array, dtype=object)


def area_layer(
    sheet: Sheet,
    level: Level,
    areas: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    *,
    columns: Sequence[tuple[str, str, str]],
    look: AreaLook,
    show: bool,
    identity: str | None = None,
    on: folium.Map | None = None,
) -> folium.FeatureGroup:
    """Add the layer of one level to the sheet.

    Parameters
    ----------
    areas, figures
        The areas of the level and their figures, row by row the same areas.
    columns
        Column of figures, the word on the card, `n` or `%`.
    identity, on
        Another name of the data than the level's, and another map of the sheet.
    """
    simple = simplify_areas(shapes_of(areas), sheet.frame.tolerance)
    cells = [plain(figures[name]) for name, _, _ in columns]
    rows = zip(areas["code"].tolist(), areas["name"].tolist(), *cells, strict=True)
    identity = identity or f"areas-{level}"
    sheet.data(
        identity,
        {
            "level": level.chinese,
            "columns": [[word, kind] for _, word, kind in columns],
            "rows": [list(row) for row in rows],
            "shapes": polygons_as_numbers(simple, sheet.frame),
            "names": _names(simple, sheet),
            **look.as_data(len(areas)),
        },
    )
    return sheet.group(level.chinese, Call("areas", identity), show=show, on=on)


def plain(column: pd.Series) -> list[int | float | None]:
    """Give a column of figures as plain numbers, rates with four digits, None for null."""
    return [
        None if pd.isna(value) else round(value, 4) if isinstance(value, float) else value for value in column.tolist()
    ]


def _names(polygons: Geometries, sheet: Sheet) -> list[list[int]]:
    """Give row, x, y and the area's width (whole 1e-5 degrees) of each name, the largest area first."""
    points = label_points(polygons, sheet.frame)
    order = np.argsort(-np.nan_to_num(shapely.area(polygons)), kind="stable")
    wide = np.nan_to_num(shapely.bounds(polygons))
    return [[int(row), *point, round((wide[row, 2] - wide[row, 0]) * 1e5)] for row in order if (point := points[row])]


def without_border(areas: gpd.GeoDataFrame, level: Level) -> list[str]:
    """Say how many areas of a level have no polygon."""
    missing = int(of_level(areas, level).geometry.isna().sum())
    return [f"{missing:,} 个{level.chinese}没有边界，未上图。"] if missing else []


def percent(rate: float) -> str:
    """Write a rate as `87.3%`, null as a dash."""
    return "—" if pd.isna(rate) else f"{rounding.percent(rate)}%"
