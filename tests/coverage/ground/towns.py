"""Small towns with tracks and check-ins for ground, in metres of their plane, and the slow answer by buffers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS
from shapely.affinity import translate

from geodata.datum import metric_crs
from geodata.ledger import Ledger
from geodata.model import Town

TOWN = Town("样板镇", "440100001")
DAY = date(2024, 6, 20)
CENTRE = (113.7, 22.8)
CRS_M: CRS = metric_crs(*CENTRE)
ORIGIN = gpd.GeoSeries([shapely.Point(CENTRE)], crs=4326).to_crs(CRS_M).iloc[0]

Line = list[tuple[float, float]]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Walk:
    """A recorded track: its lines in metres from the origin, who, on which day."""

    lines: list[Line]
    officer: str = "o1"
    day: date = DAY


@dataclass(frozen=True)
class Spot:
    """An inspection's geotag, metres from the origin."""

    xy: tuple[float, float]
    day: date = DAY
    geotag: str | None = "gps"
    by: str = "inspector"
    accuracy: float | None = 10.0


@dataclass(frozen=True)
class Small:
    """A town; areas are (level, code, polygon or None), masks (kind, polygon), metres from the origin."""

    areas: list[tuple[str, str, shapely.Geometry | None]]
    walks: list[Walk] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    water: list[shapely.Geometry] = field(default_factory=list)
    masks: list[tuple[str | None, shapely.Geometry]] = field(default_factory=list)
    posts: dict[str, str] = field(default_factory=dict)

    def and_(self, **more: Any) -> Small:
        """Give the same town with more rows of some kinds."""
        return replace(self, **{name: [*getattr(self, name), *rows] for name, rows in more.items()})


def ledger_of(small: Small) -> Ledger:
    """Give the town as the frames of a ledger."""
    levels, codes, shapes = zip(*small.areas, strict=True)
    never = pd.Series([pd.NaT] * len(codes)).astype("datetime64[s]")
    areas = {"code": _text(codes), "name": _text(codes), "level": _text(levels), "since": never}
    frames: dict[str, pd.DataFrame] = {"areas": _geo(areas, shapes)}
    if small.walks:
        starts = [f"{walk.day} 09:00" for walk in small.walks]
        tracks = {
            "id": _text([f"t{n}" for n in range(len(starts))]),
            "officer": _text([walk.officer for walk in small.walks]),
            "start": pd.to_datetime(pd.Series(starts)).dt.as_unit("s").dt.tz_localize(TOWN.timezone),
            "times": _text([None] * len(starts)),
        }
        frames["tracks"] = _geo(tracks, [shapely.MultiLineString(walk.lines) for walk in small.walks])
    if small.spots:
        at = pd.to_datetime(pd.Series([f"{spot.day} 10:00" for spot in small.spots])).dt.as_unit("s")
        inspections = {
            "at": at.dt.tz_localize(TOWN.timezone),
            "by": _text([spot.by for spot in small.spots]),
            "accuracy": pd.Series([spot.accuracy for spot in small.spots], dtype="float64"),
            "geotag": _text([spot.geotag for spot in small.spots]),
        }
        frames["inspections"] = _geo(inspections, [shapely.Point(spot.xy) for spot in small.spots])
    if small.water:
        frames["water"] = _geo({"id": _text([str(n) for n in range(len(small.water))])}, small.water)
    if small.masks:
        kinds, polygons = zip(*small.masks, strict=True)
        frames["masks"] = _geo({"id": _text([str(n) for n in range(len(kinds))]), "kind": _text(kinds)}, polygons)
    if small.posts:
        officers = {"id": list(small.posts), "name": list(small.posts), "area": list(small.posts.values())}
        frames["officers"] = pd.DataFrame({name: _text(values) for name, values in officers.items()}).assign(
            role="inspector"
        )
    return Ledger.whole(TOWN, frames)


def _text(values: Sequence[str | None]) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def _geo(columns: dict[str, pd.Series], shapes: Sequence[shapely.Geometry | None]) -> gpd.GeoDataFrame:
    placed = [None if shape is None else translate(shape, ORIGIN.x, ORIGIN.y) for shape in shapes]
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=gpd.GeoSeries(placed, crs=CRS_M).to_crs(4326))


def cut(square: shapely.Geometry, dice: Random, pieces: int) -> list[shapely.Geometry]:
    """Cut a square into irregular polygons that tile it."""
    west, south, east, north = square.bounds
    points = shapely.MultiPoint([(dice.uniform(west, east), dice.uniform(south, north)) for _ in range(pieces)])
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=square))
    return [cell for cell in shapely.intersection(cells, square) if cell.area > 0]


def random_walk(dice: Random, side: float, fixes: int) -> Line:
    """Walk about, 20–40 m a fix with a turn now and then."""
    x, y, way = dice.uniform(0, side), dice.uniform(0, side), dice.uniform(0, 6.3)
    line = [(x, y)]
    for _ in range(fixes):
        way += dice.choice([0, 0, 0, 1.57, -1.57]) + dice.uniform(-0.2, 0.2)
        step = dice.uniform(20, 40)
        x, y = x + step * float(np.cos(way)), y + step * float(np.sin(way))
        line.append((x, y))
    return line


def town_of(seed: int, pieces: int = 5, walks: int = 4, spots: int = 6) -> Small:
    """Make an irregular town of 1.2 km with a lake that overlaps a field."""
    dice, side = Random(seed), 1200.0
    square = shapely.box(0, 0, side, side)
    grids = [("grid", f"g{n}", cell) for n, cell in enumerate(cut(square, dice, pieces))]
    lake = shapely.Point(dice.uniform(200, 900), dice.uniform(200, 900)).buffer(130)
    return Small(
        areas=[("town", TOWN.code, square), *grids],
        walks=[Walk([random_walk(dice, side, 40)], officer=f"o{n}") for n in range(walks)],
        spots=[Spot((dice.uniform(0, side), dice.uniform(0, side))) for _ in range(spots)],
        water=[lake],
        masks=[("farmland", shapely.box(*lake.centroid.coords[0], side, lake.centroid.y + 200))],
        posts={f"o{n}": f"g{n}" for n in range(walks)},
    )


def slow_m2(small: Small, width: float) -> dict[str, tuple[float, float]]:
    """Give by code the open m² and those of them seen, by buffers and their union: nothing but shapely."""
    open_ground = shapely.union_all([*small.water, *(shape for _, shape in small.masks)])
    marks = [shapely.LineString(line).buffer(width, quad_segs=64) for walk in small.walks for line in walk.lines]
    marks += [shapely.Point(spot.xy).buffer(width, quad_segs=64) for spot in small.spots]
    near = shapely.union_all(marks)
    found = {}
    for _, code, shape in small.areas:
        left = shape.difference(open_ground)
        found[code] = (left.area, left.intersection(near).area)
    return found
