"""Straight borders out of the zigzag of hexagons."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from grids.blocks import atoms_of, metric
from grids.divide import divide, roundness
from grids.straightening import straightened

pytestmark = pytest.mark.usefixtures("few_tries")
NONE = gpd.GeoDataFrame({"class": pd.Series([], dtype="str")}, geometry=[], crs=4326)


@pytest.mark.parametrize("seed", range(4))
def test_no_place_changes_hands(seed: int) -> None:
    """Borders are straighter, the ground is all there, areas keep theirs, and each place is of its part."""
    boxes = [shapely.box(113, 22, 113.02, 22.02), shapely.box(113.02, 22, 113.03, 22.02)]
    areas = gpd.GeoDataFrame({"code": ["A", "B"], "name": ["甲", "乙"]}, geometry=boxes, crs=4326)
    atoms = atoms_of(areas, NONE, NONE, 900)
    dice = np.random.default_rng(seed)
    found = divide(atoms, dice.lognormal(0, 0.5, len(atoms)), areas, into=7, seed=seed)
    ground = metric(areas, atoms.frame.crs)
    west, south, east, north = shapely.total_bounds(ground)
    points = shapely.points(dice.uniform(west, east, 700), dice.uniform(south, north, 700))
    points = np.append(points, None)
    side = np.sqrt(2 * np.median(atoms.frame.area) / (3 * np.sqrt(3)))
    shapes = straightened(found.shapes, found.area, points, side)

    assert roundness(shapes).mean() > roundness(found.shapes).mean() * 1.05
    for area in (0, 1):
        own = shapes[found.area == area]
        assert shapely.area(own).sum() == pytest.approx(shapely.union_all(own).area, abs=0.01)
        assert shapely.symmetric_difference(shapely.union_all(own), ground[area]).area < 0.01
    part, place = shapely.STRtree(points[:-1]).query(found.shapes, predicate="contains_properly")
    after, same = shapely.STRtree(points[:-1]).query(shapes, predicate="intersects")
    now = dict(zip(same.tolist(), after.tolist(), strict=True))
    assert [now[at] for at in place.tolist()] == part.tolist()
    assert (shapely.get_num_geometries(shapes) == 1).all()
