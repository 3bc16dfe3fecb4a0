"""Where places stood on a day: a place that moved stood elsewhere before."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.visits import Visits


def places_on(places: gpd.GeoDataFrame, moves: gpd.GeoDataFrame, day: date) -> gpd.GeoDataFrame:
    """Give the places of a ledger where they stood on a day: at the old point of their first move after it."""
    later = moves[moves["day"].to_numpy(dtype="datetime64[D]") > np.datetime64(day, "D")]
    if later.empty:
        return places
    old = later.sort_values("day", kind="stable").drop_duplicates("place_id").set_index("place_id").geometry
    moved = places["id"].isin(old.index).to_numpy(bool)
    points = np.array(places.geometry.array, dtype=object)
    points[moved] = old.reindex(places["id"][moved]).to_numpy()
    return places.set_geometry(gpd.GeoSeries(points, index=places.index, crs=places.crs))


def stood(visits: Visits, places: pd.DataFrame, moves: gpd.GeoDataFrame) -> np.ndarray:
    """Give lon, lat (v, 2) of the place of each visit on its day; `places` stand where they do as of D."""
    here: np.ndarray = places[["lon", "lat"]].to_numpy()[visits.place]
    place = pd.Index(places["id"]).get_indexer(moves["place_id"])
    known = place >= 0
    if not known.any():
        return here
    place, day = place[known], moves["day"].to_numpy(dtype="datetime64[D]")[known]
    order = np.lexsort((day, place))
    place, day = place[order], day[order]
    points = np.asarray(moves.geometry.array, dtype=object)[known][order]
    old = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    # the first move of the place after the day of the visit: moves and visits on one line, place after place
    line, wanted = _line(place, day), _line(visits.place, visits.day)
    after = np.searchsorted(line, wanted, side="right")
    moved = after < len(line)
    moved[moved] = place[after[moved]] == visits.place[moved]
    here[moved] = old[after[moved]]
    return here


def _line(place: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Give numbers that stand in the order of place, then day."""
    return np.asarray(place * 10_000_000 + day.astype("int64"))  # days since 1970: ± 3 million in years 1–9999
