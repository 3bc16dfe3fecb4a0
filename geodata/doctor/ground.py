"""What is known of a town, in metres: its places, roads and borders, and how places lie to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Transformer
from scipy.spatial import cKDTree

from geodata.datum import metric_crs
from geodata.ledger import Ledger

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

RANKS = (1, 4)
"""The nearest place, and how dense places lie around."""
PLACE_EDGES_M = tuple(np.geomspace(*ends, 9) for ends in ((4.0, 250.0), (12.0, 500.0)))
ROAD_EDGES_M = np.array([3.0, 6.0, 9.0, 12.0, 16.0, 20.0, 25.0, 32.0, 40.0, 55.0, 80.0, 120.0])
OUTSIDE_EDGES_M = np.array([0.5, 50.0, 200.0, 1_000.0, 5_000.0])
NOTHING_M = np.inf
DRAWN = 4_000
"""Positions from which the odds are learnt."""
FEW = 30
"""So many places at least tell how places lie."""
NOISE_M = 10.0
SHIFTS_M = (40.0, 2_500.0)
"""A wrong system in China moves a town by about so much."""
_SIMPLE_M = 3.0
_STEP_M = 4.0


@dataclass(frozen=True, eq=False)
class Ground:
    """A town as it stands in the store.

    Attributes
    ----------
    areas
        level, code, name, geometry (EPSG:4326).
    places
        id, geometry; those with a point.
    roads
        geometry.
    """

    COLUMNS: ClassVar = {
        "areas": ("level", "code", "name", "geometry"),
        "places": ("id", "geometry"),
        "roads": ("geometry",),
    }
    """What is read of the store's tables."""

    areas: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame

    @classmethod
    def of(cls, ledger: Ledger) -> Ground:
        """Take what a ledger with areas, places and roads knows."""
        frames = (ledger.frames[name] for name in ("areas", "places", "roads"))
        areas, places, roads = (frame[frame.geometry.notna()].reset_index(drop=True) for frame in frames)
        return cls(areas, places, roads)

    @classmethod
    def unknown(cls) -> Ground:
        """Give a town of which nothing is known yet."""
        nothing = gpd.GeoDataFrame({"id": [], "level": [], "code": [], "name": []}, geometry=[], crs=4326)
        return cls(nothing, nothing, nothing)

    @cached_property
    def middle(self) -> tuple[float, float] | None:
        """Longitude and latitude of the middle of what is known; None when nothing is."""
        bounds = [frame.total_bounds for frame in (self.areas, self.places, self.roads) if len(frame)]
        if not bounds:
            return None
        west, south, east, north = bounds[0]
        return float(west + east) / 2, float(south + north) / 2

    @cached_property
    def crs(self) -> CRS:
        """The plane in which metres are counted."""
        return metric_crs(*(self.middle or (0.0, 0.0)))

    @cached_property
    def _transformer(self) -> Transformer:
        return Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)

    def metres(self, lon: Floats, lat: Floats) -> Floats:
        """Give positions in WGS 84 as (n, 2) metres of the town's plane; inf where there is no such point."""
        return np.column_stack(self._transformer.transform(lon, lat))

    def metric(self, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
        """Give geometries in WGS 84 in metres of the town's plane."""
        moved: npt.NDArray[np.object_] = shapely.transform(shapes, lambda xy: self.metres(xy[:, 0], xy[:, 1]))
        return moved

    @cached_property
    def place_xy(self) -> Floats:
        """Positions of the places in metres, (k, 2)."""
        points = np.asarray(self.places.geometry.array, dtype=object)
        return self.metres(shapely.get_x(points), shapely.get_y(points))

    @cached_property
    def place_index(self) -> pd.Index:
        """Ids of the places."""
        ids: pd.Index = pd.Index(self.places["id"].to_numpy(dtype=object))
        return ids

    @cached_property
    def _place_tree(self) -> cKDTree | None:
        return cKDTree(self.place_xy) if len(self.places) else None

    @cached_property
    def _road_tree(self) -> cKDTree | None:
        """Points along the roads: to the nearest of them it is at most 0.6 m farther than to the road, from 3 m on."""
        if not len(self.roads):
            return None
        roads = shapely.segmentize(self.metric(np.asarray(self.roads.geometry.array, dtype=object)), _STEP_M)
        return cKDTree(shapely.get_coordinates(roads))

    @cached_property
    def border(self) -> shapely.Geometry | None:
        """The town's ground in metres: all its areas together; None when none is drawn."""
        if not len(self.areas):
            return None
        deepest = self.areas[self.areas["level"] == _widest(self.areas)]
        shapes = self.metric(np.asarray(deepest.geometry.array, dtype=object))
        whole = shapely.union_all(shapely.make_valid(shapely.simplify(shapes, _SIMPLE_M)))
        shapely.prepare(whole)
        return whole

    def traits(self, xy: Floats, *, own: Indices | None = None, lines: bool = False) -> Floats:
        """Say how each of n positions lies to places, roads and the border, as (n, t) marks of 0 or 1.

        Parameters
        ----------
        own
            The place of each position, which does not count as near; None when the positions are of no known place.
        lines
            The positions are of lines: places say nothing.
        """
        apart = [(self.to_road(xy), ROAD_EDGES_M), (self.outside(xy), OUTSIDE_EDGES_M)]
        if not lines:
            places = self.to_places(xy, own=own)
            apart += [(places[:, at], edges) for at, edges in enumerate(PLACE_EDGES_M)]
        return np.hstack([_marks(metres, edges) for metres, edges in apart])

    def to_places(self, xy: Floats, *, own: Indices | None = None) -> Floats:
        """Metres to the known places that are nearest by `RANKS`, (n, r), not counting its own; inf beyond the last."""
        if self._place_tree is None:
            return np.full((len(xy), len(RANKS)), NOTHING_M)
        metres, at = self._place_tree.query(xy, k=max(RANKS) + 1)
        if own is not None:
            metres = np.sort(np.where(at == own[:, None], NOTHING_M, metres), axis=1)
        return np.asarray(metres[:, [rank - 1 for rank in RANKS]], dtype=float)

    def to_road(self, xy: Floats) -> Floats:
        """Metres to the nearest known road; inf when there is none."""
        if self._road_tree is None:
            return np.full(len(xy), NOTHING_M)
        return np.asarray(self._road_tree.query(xy)[0], dtype=float)

    def outside(self, xy: Floats) -> Floats:
        """Metres outside of the town's border, 0 inside; 0 everywhere when it is not drawn."""
        if self.border is None:
            return np.zeros(len(xy))
        points = shapely.points(xy)
        apart = np.zeros(len(xy))
        out = ~shapely.contains_xy(self.border, xy[:, 0], xy[:, 1])
        apart[out] = shapely.distance(self.border, points[out])
        return apart

    def usual(self, *, lines: bool = False) -> tuple[Floats, Indices | None]:
        """Give positions as true ones of this town would lie, (n, 2) metres, and the places they are of.

        Places where some are known; else points beside the roads; else points inside the border.
        """
        rng = np.random.default_rng(0)
        if lines and len(self.roads):
            return self._beside_roads(rng, NOISE_M), None
        if len(self.places) >= FEW:
            kept = rng.permutation(len(self.places))[:DRAWN]
            return self.place_xy[kept], kept
        if len(self.roads):
            return self._beside_roads(rng, 25.0), None
        return self._inside(rng), None

    def _beside_roads(self, rng: np.random.Generator, metres: float) -> Floats:
        roads = self.metric(np.asarray(self.roads.geometry.array, dtype=object))
        lengths = shapely.length(roads)
        which = rng.choice(len(roads), DRAWN, p=lengths / lengths.sum())
        points = shapely.line_interpolate_point(shapely.line_merge(roads[which]), rng.random(DRAWN), normalized=True)
        xy: Floats = shapely.get_coordinates(points)
        return xy + rng.normal(0, metres, xy.shape)

    def _inside(self, rng: np.random.Generator) -> Floats:
        if self.border is None:
            return np.empty((0, 2))
        west, south, east, north = self.border.bounds
        xy: Floats = np.column_stack([rng.uniform(west, east, DRAWN * 4), rng.uniform(south, north, DRAWN * 4)])
        inside: Floats = xy[shapely.contains_xy(self.border, xy[:, 0], xy[:, 1])][:DRAWN]
        return inside


def _marks(metres: Floats, edges: Floats) -> Floats:
    """Give one column a class: 1 where the distance lies in it."""
    marks = np.zeros((len(metres), len(edges) + 1))
    marks[np.arange(len(metres)), np.searchsorted(edges, metres)] = 1.0
    return marks


def _widest(areas: gpd.GeoDataFrame) -> str:
    """Give the level whose areas cover most ground."""
    covered = shapely.area(np.asarray(areas.geometry.array, dtype=object))
    return str(pd.Series(covered).groupby(areas["level"].to_numpy(object)).sum().idxmax())
