"""The ground under every map: the town's own boundaries, roads, water, buildings, names."""

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
from geodata.model import LEVELS, Level
from maps.roads import Roads
from maps.shapes import (
    DECIMALS,
    Frame,
    Geometries,
    bounds_of,
    label_points,
    lines_as_numbers,
    polygons_as_numbers,
    simplify_areas,
)

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "areas": ("code", "name", "level", "geometry"),
        "roads": ("name", "class", "geometry"),
        "water": ("name", "geometry"),
        "masks": ("kind", "geometry"),
    }
)
"""Tables and columns that a backdrop is made of: `store.ledger(*NEEDED, columns=NEEDED)`."""

BUILDINGS = frozenset({"building", "buildings", "建筑", "建筑物", "房屋"})
"""Kinds of masks (不计地块) that are drawn as buildings; the store has no table of its own for them."""
NAMED = (Level.COMMUNITY, Level.DISTRICT)
"""Which areas are named where a map shows no areas of its own: the first of these levels that has any."""


@dataclass(frozen=True)
class Named:
    """Polygons, each with its name or None."""

    shapes: Geometries
    names: npt.NDArray[np.object_]

    @classmethod
    def none(cls) -> Named:
        """Give nothing."""
        return cls(_none(), _none())

    @classmethod
    def of(cls, frame: gpd.GeoDataFrame) -> Named:
        """Take the geometry and the names of a table."""
        shapes = np.asarray(frame.geometry.array, dtype=object)
        names = frame["name"].astype(object).where(frame["name"].notna(), None)
        return cls(shapes, names.to_numpy(dtype=object))

    def labels(self, frame: Frame) -> list[list[Any]]:
        """Give name, x, y and width (whole 1e-5 degrees) of each that has a name, the largest first."""
        order = np.argsort(-np.nan_to_num(shapely.area(self.shapes)), kind="stable")
        kept = [at for at in order if self.names[at] and not shapely.is_missing(self.shapes[at])]
        points = label_points(self.shapes[kept], frame)
        west, east = shapely.bounds(self.shapes[kept]).reshape(-1, 4)[:, [0, 2]].T
        wide = np.rint((east - west) * 10**DECIMALS).astype(int).tolist()
        rows = zip(kept, points, wide, strict=True)
        return [[self.names[at], *point, width] for at, point, width in rows if point is not None]


@dataclass(frozen=True)
class Backdrop:
    """Boundaries, roads, water and buildings of a town, EPSG:4326, as the ledger has them.

    Attributes
    ----------
    outline
        Polygons of the highest level of areas that has any.
    streets
        Its roads, with rank and name.
    ponds, places
        Waters, and the areas that are named where a map shows none.
    buildings
        Polygons.
    main_names, road_names, water_names
        Row by row what they are called, null where they have no name.
    """

    outline: Geometries
    streets: Roads = field(default_factory=Roads.none)
    ponds: Named = field(default_factory=Named.none)
    places: Named = field(default_factory=Named.none)
    buildings: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))

    @classmethod
    def from_ledger(cls, ledger: Ledger) -> Backdrop:
        """Take what the ledger has of areas, roads, water and masks; a table that was not read is not drawn."""
        streets, ponds, buildings = Roads.none(), Named.none(), _none()
        if "roads" in ledger.frames:
            roads = ledger.roads
            streets = Roads.of(np.asarray(roads.geometry.array, dtype=object), roads["class"], roads["name"])
        if "water" in ledger.frames:
            ponds = Named.of(ledger.water)
        if "masks" in ledger.frames:
            masks = ledger.masks
            buildings = np.asarray(masks.geometry.array[masks["kind"].isin(BUILDINGS)], dtype=object)
        if "areas" not in ledger.frames:
            return cls(_none(), streets, ponds, Named.none(), buildings)
        return cls(_outline(ledger.areas), streets, ponds, _named(ledger.areas), buildings)

    @classmethod
    def empty(cls) -> Backdrop:
        """Give a backdrop of nothing."""
        return cls(_none())

    @property
    def main_roads(self) -> Geometries:
        """Lines drawn wide, the highest rank first."""
        return self.streets.lines[self._main]

    @property
    def main_names(self) -> Geometries:
        """What they are called, None where they have no name."""
        return self.streets.names[self._main]

    @property
    def roads(self) -> Geometries:
        """Lines drawn thin."""
        return self.streets.lines[~self.streets.main()]

    @property
    def road_names(self) -> Geometries:
        """What they are called, None where they have no name."""
        return self.streets.names[~self.streets.main()]

    @property
    def _main(self) -> npt.NDArray[np.intp]:
        main = np.flatnonzero(self.streets.main())
        return main[np.argsort(self.streets.ranks[main], kind="stable")]

    @property
    def water(self) -> Geometries:
        """Polygons of water."""
        return self.ponds.shapes

    @property
    def water_names(self) -> Geometries:
        """What they are called, None where they have no name."""
        return self.ponds.names

    def frame(self, *others: npt.NDArray[np.object_]) -> Frame:
        """Give the frame of a map of the town: of its outline, else of the first of `others` with a position."""
        return Frame(bounds_of(self.outline, *others, self.main_roads, self.roads, self.water))

    def as_data(self, frame: Frame) -> dict[str, Any]:
        """Give water, roads, main roads and outline alone, as pages draw them that are no map of ours."""
        return {
            "water": _parts(_mended(self.water, frame), frame),
            "roads": lines_as_numbers(self.roads, frame),
            "main": lines_as_numbers(self.main_roads, frame),
            "outline": _parts(simplify_areas(self.outline, frame.tolerance), frame),
        }

    def as_ground(self, frame: Frame) -> dict[str, Any]:
        """Give all layers as `static/backdrop.js` draws them."""
        return {
            "water": _parts(_mended(self.water, frame), frame),
            "buildings": _parts(_mended(self.buildings, frame), frame),
            "outline": _parts(simplify_areas(self.outline, frame.tolerance), frame),
            "places": self.places.labels(frame),
            "ponds": self.ponds.labels(frame),
            **self.streets.as_data(frame),
        }


def _outline(areas: gpd.GeoDataFrame) -> Geometries:
    """Give the polygons of the topmost level that has any."""
    drawn = areas[areas.geometry.notna()]
    for level in LEVELS:
        of_level = drawn.loc[drawn["level"] == str(level)]
        if len(of_level):
            return np.asarray(of_level.geometry.array, dtype=object)
    return _none()


def _named(areas: gpd.GeoDataFrame) -> Named:
    drawn = areas[areas.geometry.notna()]
    levels = [level for level in NAMED if (drawn["level"] == str(level)).any()]
    return Named.of(drawn.loc[drawn["level"] == str(levels[0])]) if levels else Named.none()


def _mended(shapes: Geometries, frame: Frame) -> Geometries:
    """Simplify polygons to what can be seen; give the polygons among the parts of what had to be mended."""
    parts: Geometries = shapely.get_parts(
        shapely.get_parts(shapely.make_valid(shapely.simplify(shapes, frame.tolerance)))
    )
    polygons: Geometries = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return polygons


def _parts(polygons: Geometries, frame: Frame) -> list[list[list[int]]]:
    return [part for each in polygons_as_numbers(polygons, frame) for part in each]


def _none() -> Geometries:
    return np.empty(0, dtype=object)
