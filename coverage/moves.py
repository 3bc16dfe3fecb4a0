"""Where places stood on a day: a place that moved stood elsewhere before."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.periods import line_of_days
from coverage.roster import positions
from coverage.visits import Visits

Floats = npt.NDArray[np.float64]


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


def stood(visits: Visits, places: pd.DataFrame, moves: gpd.GeoDataFrame) -> Floats:
    """Give lon, lat (v, 2) of the place of each visit on its day; `places` stand where they do as of D."""
    here: Floats = np.column_stack([places[name].to_numpy() for name in ("lon", "lat")])[visits.place]
    if moves.empty:
        return here
    place = positions(places, moves["place_id"])
    known = place >= 0
    place, day = place[known], moves["day"].to_numpy(dtype="datetime64[D]")[known]
    order = np.lexsort((day, place))
    place, day = place[order], day[order]
    points = np.asarray(moves.geometry.array, dtype=object)[known][order]
    old = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    moving = np.zeros(len(places), dtype=bool)
    moving[place] = True
    asked = np.flatnonzero(moving[visits.place])
    # the first move of the place after the day of the visit: moves and visits on one line, place after place
    visited = line_of_days(visits.place[asked], visits.day[asked])
    after = np.searchsorted(line_of_days(place, day), visited, side="right")
    found = np.append(place, -1)[after] == visits.place[asked]
    here[asked[found]] = old[after[found]]
    return here
