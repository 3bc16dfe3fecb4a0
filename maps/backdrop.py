"""The ground under every map when there is no tile server: the town's own boundaries, roads and water."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.ledger import Ledger
from geodata.model import LEVELS
from maps.shapes import Frame, Geometries, bounds_of, lines_as_numbers, polygons_as_numbers, simplify_areas

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "areas": ("code", "name", "level", "geometry"),
        "roads": ("name", "class", "geometry"),
        "water": ("name", "geometry"),
    }
)
"""Tables and columns that a backdrop is made of: `store.ledger(*NEEDED, columns=NEEDED)`."""

MAIN_ROADS = ("motorway", "trunk", "primary", "secondary", "高速公路", "国道", "省道", "县道", "主干路", "次干路")
"""Words of `roads.class` that are drawn wide; others are drawn thin."""


@dataclass(frozen=True)
class Backdrop:
    """Boundaries, roads and water of a town, EPSG:4326, as the ledger has them.

    Attributes
    ----------
    outline
        Polygons of the highest level of areas that has any.
    main_roads, roads
        Lines drawn wide and thin.
    water
        Polygons.
    """

    outline: Geometries
    main_roads: Geometries
    roads: Geometries
    water: Geometries

    @classmethod
    def from_ledger(cls, ledger: Ledger) -> Backdrop:
        """Take what the ledger has of areas, roads and water; a table that was not read is not drawn."""
        roads, main = _geometries(ledger, "roads"), np.zeros(0, dtype=bool)
        if len(roads):
            main = ledger.roads["class"].isin(MAIN_ROADS).to_numpy(bool)
        outline = _outline(ledger.areas) if "areas" in ledger.frames else _none()
        return cls(outline, roads[main], roads[~main], _geometries(ledger, "water"))

    @classmethod
    def empty(cls) -> Backdrop:
        """Give a backdrop of nothing."""
        return cls(_none(), _none(), _none(), _none())

    def frame(self, *others: npt.NDArray[np.object_]) -> Frame:
        """Give the frame of a map of the town: of its outline, else of the first of `others` with a position."""
        return Frame(bounds_of(self.outline, *others, self.main_roads, self.roads, self.water))

    def as_data(self, frame: Frame) -> dict[str, Any]:
        """Give the layers as the page's script draws them."""
        water = shapely.make_valid(shapely.simplify(self.water, frame.tolerance))
        return {
            "water": [part for each in polygons_as_numbers(_only_polygons(water), frame) for part in each],
            "roads": lines_as_numbers(self.roads, frame),
            "main": lines_as_numbers(self.main_roads, frame),
            "outline": [
                part
                for each in polygons_as_numbers(simplify_areas(self.outline, frame.tolerance), frame)
                for part in each
            ],
        }


def _outline(areas: gpd.GeoDataFrame) -> Geometries:
    """Give the polygons of the topmost level that has any."""
    drawn = areas[areas.geometry.notna()]
    for level in LEVELS:
        of_level = drawn.loc[drawn["level"] == str(level)]
        if len(of_level):
            return np.asarray(of_level.geometry.array, dtype=object)
    return _none()


def _geometries(ledger: Ledger, table: str) -> Geometries:
    if table not in ledger.frames:
        return _none()
    frame = ledger.frames[table]
    if not isinstance(frame, gpd.GeoDataFrame):
        raise TypeError(f"{table} of the ledger is no GeoDataFrame")
    return np.asarray(frame.geometry.array, dtype=object)


def _only_polygons(geometries: Geometries) -> Geometries:
    """Give the polygons among the parts of what was mended."""
    parts: Geometries = shapely.get_parts(shapely.get_parts(geometries))
    polygons: Geometries = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return polygons


def _none() -> Geometries:
    return np.empty(0, dtype=object)
