"""How far and how long officers were on the way each day, by the tracks of their own."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from coverage.officers import UNKNOWN
from coverage.trails import trails_of
from coverage.verify import metres_a_degree
from geodata.ledger import Ledger

WALKED = ("date", "officer", "walked_m", "track_minutes")


def walked(ledger: Ledger, first: date, last: date) -> pd.DataFrame:
    """Give what the tracks of each officer say of each day.

    Metres are those of the lines as they are: a receiver that lies still wanders a little, and who carries two has
    walked twice. Between two lines nobody knows the way, and none is counted.

    Parameters
    ----------
    ledger
        With tracks (officer, start, times, geometry) and officers (id, name).

    Returns
    -------
    One row an officer × day with a track: date (datetime64[s]), officer (key), walked_m, track_minutes (from the first
    fix to the last; NaN where a track does not say when its points were). Where no row is, nobody knows.
    """
    trails = trails_of(_near(ledger, first, last), last, CRS.from_epsg(4326))
    trails = trails.some(trails.day >= np.datetime64(first, "D"))
    if not len(trails.day):
        return _nothing()
    step = np.diff(trails.xy, axis=0) * metres_a_degree(trails.xy[1:, 1]).T
    metres = np.concatenate([[0.0], np.hypot(*step.T)])
    same = (trails.run[1:] == trails.run[:-1]) & (trails.day[1:] == trails.day[:-1])
    metres[1:][~same] = 0.0
    fixes = pd.DataFrame(
        {
            "date": trails.day.astype("datetime64[s]"),
            "officer": trails.officer[trails.track].astype(str),
            "metres": metres,
            "seconds": trails.seconds,
        }
    )
    days = fixes[fixes["officer"] != UNKNOWN].groupby(["date", "officer"], as_index=False)
    found = days.agg(walked_m=("metres", "sum"), begin=("seconds", "min"), end=("seconds", "max"))
    minutes = (found["end"] - found["begin"]) / 60
    return found.assign(track_minutes=minutes.where(minutes > 0))[list(WALKED)]


def _nothing() -> pd.DataFrame:
    kinds = {"date": "datetime64[s]", "officer": "str", "walked_m": "float64", "track_minutes": "float64"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def _near(ledger: Ledger, first: date, last: date) -> Ledger:
    """Give the ledger with the tracks that may touch those days: a track is no longer than some days."""
    start = ledger.tracks["start"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[D]")
    days = np.timedelta64(3, "D")
    near = (start >= np.datetime64(first, "D") - days) & (start <= np.datetime64(last, "D") + days)
    tracks: gpd.GeoDataFrame = ledger.tracks[near].reset_index(drop=True)
    return Ledger(ledger.town, {"tracks": tracks, "officers": ledger.officers})
