"""The ground under every map when there is no tile server: the town's own boundaries, roads and water."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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

RANKS: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("motorway", "高速公路"), 0),
        **dict.fromkeys(("trunk", "国道"), 1),
        **dict.fromkeys(("primary", "省道", "主干路"), 2),
        **dict.fromkeys(("secondary", "县道", "次干路"), 3),
    }
)
"""Words of `roads.class` that are drawn wide, and which is named first; others are drawn thin."""


def _none() -> Geometries:
    return np.empty(0, dtype=object)


@dataclass(frozen=True)
class Backdrop:
    """Boundaries, roads and water of a town, EPSG:4326, as the ledger has them.

    Attributes
    ----------
    outline
        Polygons of the highest level of areas that has any.
    main_roads, roads
        Lines drawn wide, the highest class first, and thin.
    water
        Polygons.
    main_names, road_names, water_names
        Row by row what they are called, null where they have no name.
    """

    outline: Geometries
    main_roads: Geometries
    roads: Geometries
    water: Geometries
    main_names: Geometries = field(default_factory=_none)
    road_names: Geometries = field(default_factory=_none)
    water_names: Geometries = field(default_factory=_none)

    @classmethod
    def from_ledger(cls, ledger: Ledger) -> Backdrop:
        """Take what the ledger has of areas, roads and water; a table that was not read is not drawn."""
        roads, names = _geometries(ledger, "roads"), _names(ledger, "roads")
        ranks = ledger.roads["class"].map(RANKS).to_numpy(float) if len(roads) else np.zeros(0)
        main, lanes = np.argsort(ranks, kind="stable")[: int((~np.isnan(ranks)).sum())], np.isnan(ranks)
        outline = _outline(ledger.areas) if "areas" in ledger.frames else _none()
        water = _geometries(ledger, "water")
        return cls(outline, roads[main], roads[lanes], water, names[main], names[lanes], _names(ledger, "water"))

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


def _names(ledger: Ledger, table: str) -> Geometries:
    return ledger.frames[table]["name"].to_numpy(object) if table in ledger.frames else _none()


def _only_polygons(geometries: Geometries) -> Geometries:
    """Give the polygons among the parts of what was mended."""
    parts: Geometries = shapely.get_parts(shapely.get_parts(geometries))
    polygons: Geometries = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return polygons
