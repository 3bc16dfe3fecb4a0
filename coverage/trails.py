"""What tracks say: every fix of the town's recorders up to a day, who it was, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from coverage.officers import UNKNOWN, officer_keys
from coverage.periods import Days, local_days
from geodata.ledger import Ledger

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Trails:
    """n fixes in order of track, line and time, and what is known of each of the m tracks.

    Attributes
    ----------
    xy
        (n, 2) metres in a plane.
    seconds
        Since 1970-01-01 UTC; where a track does not say when its points were, its start.
    day
        Town-local day of each fix (datetime64[D]).
    run
        Number of the line that each fix belongs to: between lines nobody knows the way.
    track
        Row of the ledger's tracks.
    officer
        m keys, one a row of the ledger's tracks: an officer's id, a text of the ledger, or `UNKNOWN`.
    """

    xy: Floats
    seconds: Floats
    day: Days
    run: Ints
    track: Ints
    officer: npt.NDArray[np.object_]

    def some(self, which: npt.NDArray[np.bool_]) -> Trails:
        """Give the fixes that are flagged."""
        kept = (self.xy[which], self.seconds[which], self.day[which], self.run[which], self.track[which])
        return Trails(*kept, self.officer)


def trails_of(ledger: Ledger, as_of: date, crs: CRS) -> Trails:
    """Give the fixes of the ledger's tracks up to the end of a day, in a plane in metres."""
    tracks = ledger.tracks
    zone = ledger.town.timezone
    shapes = np.asarray(tracks.geometry.to_crs(crs).array, dtype=object)
    lines, row = shapely.get_parts(shapes, return_index=True)
    xy, run = shapely.get_coordinates(lines, return_index=True)
    track = row[run]
    seconds = _seconds(tracks, track)
    moments = pd.Series(pd.to_datetime(np.round(seconds * 1e3), unit="ms", utc=True)).dt.tz_convert(zone)
    trails = Trails(xy, seconds, local_days(moments, ledger.town), run, track, _officers(ledger))
    return trails.some(trails.day <= np.datetime64(as_of, "D"))


def _officers(ledger: Ledger) -> npt.NDArray[np.object_]:
    texts = ledger.tracks["officer"].astype(object).to_numpy()
    named = ~pd.isna(texts)
    keys = np.full(len(texts), UNKNOWN, dtype=object)
    keys[named] = officer_keys(texts[named], ledger.officers)
    return keys


def _seconds(tracks: pd.DataFrame, track: Ints) -> Floats:
    """Give when each point was: the start of its track, and `times` (seconds since, `;` between) where there are."""
    start = tracks["start"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[s]").astype(np.int64)
    points = np.bincount(track, minlength=len(tracks))
    texts = tracks["times"].fillna("").tolist()
    since = np.zeros(len(track))
    first = np.concatenate([[0], np.cumsum(points)])
    for row, text in enumerate(texts):
        if text.count(";") + 1 == points[row]:
            since[first[row] : first[row + 1]] = np.fromstring(text, sep=";") if text else 0.0
    return np.asarray(start[track] + since, dtype=float)
