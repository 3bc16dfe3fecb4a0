"""The ground: areas tile the town, places stand in their grid beside a road, on dry land."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.spatial import cKDTree

from geodata.locate import NOWHERE, locate
from geodata.synthetic import MadeTown

LEVELS = ("town", "district", "community", "grid")
PLANE = "EPSG:4547"


def _level(made: MadeTown, level: str) -> pd.DataFrame:
    areas = made.frames["areas"]
    return areas[areas["level"] == level].reset_index(drop=True)


@pytest.mark.parametrize("level", LEVELS)
def test_areas_share_their_borders(made: MadeTown, level: str) -> None:
    """Areas of a level are a valid coverage, each in one piece, and all of them together are the town."""
    shapes = np.asarray(_level(made, level)["geometry"], dtype=object)
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert (shapely.get_num_geometries(shapes) == 1).all()
    town = made.frames["areas"]["geometry"].iloc[0]
    assert shapely.symmetric_difference(shapely.union_all(shapes), town).area < 1e-12


@pytest.mark.parametrize("level", LEVELS[1:])
def test_areas_lie_in_their_parents(made: MadeTown, level: str) -> None:
    """A point inside each area lies inside the parent that it names."""
    areas = _level(made, level)
    parents = _level(made, areas["parent_level"].iloc[0]).set_index("code")
    inner = shapely.point_on_surface(np.asarray(areas["geometry"], dtype=object))
    assert shapely.contains(np.asarray(parents.loc[areas["parent"], "geometry"], dtype=object), inner).all()


def test_grid_codes_are_serials(made: MadeTown) -> None:
    """A grid's code is its community's 12 digits and a serial, from west to east without a gap."""
    grids = _level(made, "grid")
    assert grids["code"].str.fullmatch(r"\d{15}").all()
    assert (grids["code"].str[:12] == grids["parent"]).all()
    west = gpd.GeoSeries(grids["geometry"]).to_crs(PLANE).centroid.x
    for _, serials in grids.assign(x=west).groupby("parent"):
        assert serials["code"].str[12:].astype(int).tolist() == list(range(1, len(serials) + 1))
        assert serials["x"].is_monotonic_increasing


def test_located_places_are_inside_one_grid(made: MadeTown) -> None:
    """Each located place lies strictly inside a grid; about one in two hundred has no coordinates."""
    places, grids = made.frames["places"], _level(made, "grid")
    points, shapes = (np.asarray(frame["geometry"], dtype=object) for frame in (places, grids))
    at = locate(points, shapes, grids["code"].tolist())
    known = places["geometry"].notna().to_numpy()
    assert (at[known] != NOWHERE).all()
    assert shapely.contains_properly(shapes[at[known]], points[known]).all()
    assert 0.003 < 1 - known.mean() < 0.007


def test_places_are_dry_and_near_a_road(made: MadeTown) -> None:
    """No place stands in water, every one stands within 60 m of a road."""
    points = made.frames["places"]["geometry"].dropna()
    water = shapely.union_all(np.asarray(made.frames["water"]["geometry"], dtype=object))
    shapely.prepare(water)
    assert not shapely.contains(water, np.asarray(points, dtype=object)).any()
    roads = np.asarray(made.frames["roads"]["geometry"].to_crs(PLANE), dtype=object)
    _, away = shapely.STRtree(roads).query_nearest(
        np.asarray(points.to_crs(PLANE), dtype=object), return_distance=True, all_matches=False
    )
    assert away.max() < 60


def test_roads_hang_together(made: MadeTown) -> None:
    """From any road one gets to any other."""
    lines = np.asarray(made.frames["roads"]["geometry"], dtype=object)
    assert shapely.get_num_geometries(shapely.line_merge(shapely.union_all(lines))) > 1
    left, right = shapely.STRtree(lines).query(lines, predicate="intersects")
    reached = {0}
    frontier = reached
    while frontier:
        frontier = set(right[np.isin(left, list(frontier))].tolist()) - reached
        reached = reached | frontier
    assert len(reached) == len(lines)


@pytest.mark.long
def test_trades_cluster(humen: MadeTown) -> None:
    """An industrial firm's nearest neighbours are industrial firms far more often than chance would have it."""
    places = humen.frames["places"].dropna(subset="geometry")
    xy = shapely.get_coordinates(np.asarray(places["geometry"].to_crs(PLANE), dtype=object))
    firm = (places["industry"] == "工贸").to_numpy()
    _, nearest = cKDTree(xy).query(xy[firm], k=6)
    assert firm[nearest[:, 1:]].mean() > 2 * firm.mean()
