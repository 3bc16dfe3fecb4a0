"""Whole areas as atoms: a 片区 is put together of whole communities."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from grids.blocks import Atoms, atoms_of

_NO_LINES = gpd.GeoDataFrame({"class": []}, geometry=[], crs=4326)


def whole_areas(areas: gpd.GeoDataFrame) -> Atoms:
    """Give areas (code, name, geometry in EPSG:4326) as atoms, each whole; all are of one area.

    Raises
    ------
    DivideProblem
        Two of them overlap.
    """
    pieces = atoms_of(areas, _NO_LINES, _NO_LINES, 1)
    number = np.unique(pieces.frame["area"], return_inverse=True)[1]
    shapes = [shapely.union_all(pieces.frame.geometry.to_numpy()[number == each]) for each in range(number.max() + 1)]
    ends = np.sort(number[pieces.pairs], axis=1)
    apart = ends[:, 0] != ends[:, 1]
    pairs, at = np.unique(ends[apart], axis=0, return_inverse=True)
    shared = np.bincount(at.ravel(), pieces.shared[apart], len(pairs)).astype(float)
    along = np.bincount(at.ravel(), (pieces.shared * pieces.wall)[apart], len(pairs))
    frame = gpd.GeoDataFrame(
        {"area": 0, "kind": "area"}, geometry=shapes, index=range(len(shapes)), crs=pieces.frame.crs
    )
    return Atoms(frame, pairs.reshape(-1, 2).astype(np.int64), shared, along / np.maximum(shared, 1e-9))
