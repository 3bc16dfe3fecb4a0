"""A small town with streets by hand: a grid of blocks, two grids of the town, tracks along its streets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from coverage.streets.network import Network, network_of
from geodata.ledger import Ledger
from geodata.model import Town

TOWN = Town("样板镇", "441900121")
PLANE = CRS.from_epsg(4547)  # Gauss-Krüger, 114° E
CORNER = np.array([480_000.0, 2_520_000.0])
_BACK = Transformer.from_crs(PLANE, 4326, always_xy=True)
Line = Sequence[tuple[float, float]]


def degrees(metres: Line) -> shapely.LineString:
    """Give a line in metres from the town's corner as degrees."""
    xy = np.asarray(metres, dtype=float) + CORNER
    return shapely.LineString(np.column_stack(_BACK.transform(xy[:, 0], xy[:, 1])))


def roads_of(
    lines: Sequence[Line], names: Sequence[str | None] = (), classes: Sequence[str | None] = ()
) -> gpd.GeoDataFrame:
    """Give a frame of roads, each a line in metres."""
    shapes = [shapely.MultiLineString([degrees(line)]) for line in lines]
    text = {
        "id": [str(at) for at in range(len(lines))],
        "name": list(names) or [f"{at}路" for at in range(len(lines))],
        "class": list(classes) or [None] * len(lines),
    }
    frame = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in text.items()})
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=4326))


def network(lines: Sequence[Line]) -> Network:
    """Give the network of roads in metres; coordinates of its plane are `CORNER` + metres."""
    return network_of(roads_of(lines), PLANE)


def lattice(side: float = 100.0, blocks: int = 3) -> list[Line]:
    """Give streets of square blocks, each with a vertex at every crossing: first those that run east, then north."""
    marks = [side * at for at in range(blocks + 1)]
    return [[(x, y) for x in marks] for y in marks] + [[(x, y) for y in marks] for x in marks]


def walk(corners: Line, noise: float = 0.0, seed: int = 0, apart: float = 6.0) -> npt.NDArray[np.float64]:
    """Give fixes along a line, so many metres apart, in metres of the town, with errors of which a part drifts."""
    line = shapely.LineString(corners)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(line, np.arange(0, line.length + 1e-6, apart)))
    rng = np.random.default_rng(seed)
    drift = np.zeros(2)
    for at in range(len(xy)):
        drift = 0.9 * drift + np.sqrt(1 - 0.9**2) * rng.normal(size=2)
        xy[at] += noise * (0.8 * drift + 0.6 * rng.normal(size=2))
    return np.asarray(xy)


def areas() -> gpd.GeoDataFrame:
    """Give the town, 400 m wide and 400 m high, and its grids: A west of 150 m, B east of it."""

    def box(west: float, east: float) -> shapely.MultiPolygon:
        ring = [(west, -50.0), (east, -50.0), (east, 350.0), (west, 350.0), (west, -50.0)]
        return shapely.MultiPolygon([shapely.Polygon(degrees(ring))])

    text = {
        "code": ["441900121", "A", "B"],
        "name": ["样板镇", "甲格", "乙格"],
        "level": ["town", "grid", "grid"],
        "parent": [None, "441900121", "441900121"],
    }
    frame = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in text.items()})
    frame["since"] = pd.Series([pd.NaT] * 3).astype("datetime64[s]")
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([box(-50, 350), box(-50, 150), box(150, 350)], crs=4326))


def tracks_of(walks: Sequence[tuple[str | None, str, npt.NDArray[np.float64]]]) -> gpd.GeoDataFrame:
    """Give a frame of tracks: officer, when it began (town-local), fixes 5 s apart in metres of the town."""
    start = pd.Series(pd.to_datetime([datetime.fromisoformat(at) for _, at, _ in walks]))
    return gpd.GeoDataFrame(
        {
            "id": pd.Series([f"t{at}" for at in range(len(walks))], dtype="str"),
            "officer": pd.Series([officer for officer, _, _ in walks], dtype="str"),
            "start": start.dt.tz_localize(TOWN.timezone).dt.as_unit("s"),
            "times": pd.Series([";".join(str(5 * at) for at in range(len(xy))) for _, _, xy in walks], dtype="str"),
        },
        geometry=gpd.GeoSeries([shapely.MultiLineString([degrees(xy)]) for _, _, xy in walks], crs=4326),
    )


def ledger(
    walks: Sequence[tuple[str | None, str, npt.NDArray[np.float64]]] = (),
    roads: gpd.GeoDataFrame | None = None,
    officers: Sequence[tuple[str, str, str]] = (),
    with_areas: gpd.GeoDataFrame | None = None,
) -> Ledger:
    """Give the town's ledger with such tracks; officers: id, name, area."""
    frames: dict[str, pd.DataFrame] = {
        "areas": areas() if with_areas is None else with_areas,
        "roads": roads_of(lattice()) if roads is None else roads,
    }
    if walks:
        frames["tracks"] = tracks_of(walks)
    if officers:
        columns = dict(zip(("id", "name", "area"), zip(*officers, strict=True), strict=True))
        frames["officers"] = pd.DataFrame({name: pd.Series(list(v), dtype="str") for name, v in columns.items()})
    return Ledger.whole(TOWN, frames)
