"""Where tracks could have been: "no data" is not "missed"."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.trails import Trails
from grids.hierarchy import levels_present

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def known(members: pd.DataFrame, areas: gpd.GeoDataFrame, officers: pd.DataFrame, trails: Trails, at: Ints) -> Bools:
    """Say of which members (pieces of street, cells of ground) tracks would tell if somebody had been there.

    "Streets and ground without any track source in the period are no data." A source of an area of the lowest level
    is a track that touches it, or any track of an officer who has it, or an area that holds it, among his areas.
    Where no area below the town holds the member, any track of the period is one.

    Parameters
    ----------
    members
        Level columns: position of the area that holds each, as `grids.hierarchy.membership` gives.
    areas
        Of the town, in order.
    officers
        id, area (codes, `;` between).
    trails, at
        The fixes of the period, and for each the position of the area of the lowest level that holds it (negative
        for none).
    """
    if not len(trails.xy):
        return np.zeros(len(members), dtype=bool)
    _, *below = (str(level) for level in levels_present(areas))
    if not below:
        return np.ones(len(members), dtype=bool)
    touched = np.zeros(len(areas), dtype=bool)
    touched[at[at >= 0]] = True
    touched |= _of_recorded(areas, officers, trails)
    told, held = np.zeros(len(members), dtype=bool), np.zeros(len(members), dtype=bool)
    for level in below:
        position = members[level].to_numpy()
        inside = position >= 0
        held |= inside
        told[inside] |= touched[position[inside]]
    return told | ~held | bool(touched[0])


def _of_recorded(areas: gpd.GeoDataFrame, officers: pd.DataFrame, trails: Trails) -> Bools:
    """Say which areas belong to an officer who recorded a track."""
    recorded = set(np.unique(trails.officer[np.unique(trails.track)].astype(str)))
    posts = officers[officers["id"].isin(recorded)].dropna(subset="area")
    codes = {code for text in posts["area"] for code in text.split(";")}
    return np.asarray(areas["code"].isin(codes).to_numpy(bool))
