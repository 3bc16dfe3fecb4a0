"""The places known as of a day, each with its position, its areas and the day from which it is closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.texts import is_ascending, numbers_among
from geodata.locate import Located
from grids.hierarchy import membership_of

FEW = 1 / 8
"""Fewer ids than this part of the known ones are looked for in these."""
LONG_AGO = np.datetime64("0001-01-01", "s")
"""Closed since ever: status closed or suspended without a date."""


def known_places(places: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """Give the places known as of the day, closed ones included: `opened` missing or ≤ D.

    Returns
    -------
    RangeIndex; id, name, industry, risk, department, headcount, tags (as in the ledger), opened, closed_from
    (datetime64[s], NaT = open), lon, lat (degrees, NaN = no position), and for each level present one int column of
    that name: position in `areas`, or `OUTSIDE`, `UNLOCATED`.
    """
    opened = places["opened"].to_numpy(dtype="datetime64[s]")
    by_then = np.isnat(opened) | (opened <= np.datetime64(as_of, "s"))
    known = places if by_then.all() else places[by_then]
    columns = ("id", "name", "industry", "risk", "department", "headcount", "tags", "opened")
    return placed(known, areas, columns).assign(closed_from=closed_from_on(known, as_of))


def positions(places: pd.DataFrame, ids: pd.Series) -> npt.NDArray[np.int64]:
    """Give the position in the roster of each id, -1 for an unknown or missing one."""
    return positions_among(places["id"], ids)


def positions_among(known: pd.Series, ids: pd.Series) -> npt.NDArray[np.int64]:
    """Give the position of each id among known ones, which are there once each; -1 for an unknown or missing one."""
    if ids.empty:
        return np.empty(0, dtype=np.int64)  # no look at all the known ones for nothing
    if len(ids) < FEW * len(known):
        return _few_among(known, ids)
    if not (is_ascending(known) or known.is_unique):
        raise ValueError("an id is known twice")
    return numbers_among(ids, known)


def _few_among(known: pd.Series, ids: pd.Series) -> npt.NDArray[np.int64]:
    """Give the same by looking for the ids in the known ones: a table of all of these would take longer to make."""
    words = pd.Series(ids.dropna().unique(), dtype="str")
    number = numbers_among(known, words)
    rows = np.flatnonzero(number >= 0)
    if len(rows) > len(np.unique(number[rows])):
        raise ValueError("an id is known twice")
    row = np.full(len(words) + 1, -1, dtype=np.int64)
    row[number[rows]] = rows
    return np.asarray(row[numbers_among(ids, words)])  # -1 picks the last


def rows_of(places: pd.DataFrame, ids: Collection[str]) -> npt.NDArray[np.int64]:
    """Give the rows of some places, in order; unknown ids have none."""
    return np.flatnonzero(places["id"].isin(list(ids)).to_numpy(bool))


def placed(places: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Give those columns of the places with lon, lat and the areas that hold each, as `known_places` describes."""
    points = Located(np.asarray(places.geometry.array, dtype=object))
    held = {name: places[name].array for name in columns}
    return pd.DataFrame({**held, "lon": points.x, "lat": points.y, **membership_of(areas, points)})


def closed_from_on(places: pd.DataFrame, as_of: date) -> np.ndarray:
    """Give the first day on which each place is closed or suspended as of D, NaT for one that is open.

    The date `closed` counts whatever the status; one after D has not happened; status closed or suspended without a
    date is closed since ever.
    """
    closed = places["closed"].to_numpy(dtype="datetime64[s]")
    undated = np.isnat(closed) & places["status"].isin(["closed", "suspended"]).to_numpy(bool)
    closed = np.where(closed > np.datetime64(as_of, "s"), np.datetime64("NaT", "s"), closed)
    return np.where(undated, LONG_AGO, closed)
