"""Photos: taken there and then, elsewhere, at another time, or shown at an earlier inspection too."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.evidence.checkins import CheckIns, Floats, Found
from coverage.evidence.positions import FAR_M
from coverage.periods import local_times
from coverage.verify import BEST_ACCURACY_M
from coverage.visits import Ints
from geodata.ledger import Ledger
from geodata.photos.reuse import alike

THEN_S, OTHER_TIME_S = 3600.0, 86_400.0
"""So near to the visit a photo belongs to it; farther than this it does not."""
HASH = r"[0-9a-fA-F]{1,16}"
FLAT_BITS = 6
"""A hash with fewer bits set, or unset, is of a picture that shows nothing: two of those are not the same picture."""


def photo_marks(checks: CheckIns, ledger: Ledger, as_of: date) -> dict[str, Found]:
    """Find `photo-there`, `photo-elsewhere`, `photo-time`, `photo-reused`."""
    photos = ledger.photos
    row = pd.Index(checks.ids).get_indexer(photos["inspection_id"]) if len(photos) else np.empty(0, dtype=np.int64)
    taken = local_times(photos["taken_at"], ledger.town)
    used = np.flatnonzero((row >= 0) & ~(taken.astype("datetime64[D]") > np.datetime64(as_of, "D")))
    ids = photos["id"].to_numpy(dtype=object)[used].astype(str)
    used = used[np.lexsort((ids, row[used]))]  # in order of the visits
    photos, row = photos.iloc[used], row[used]
    apart = _seconds_apart(taken[used], checks, row)
    metres, limit = _metres(photos, checks, row)
    there = (metres <= limit) & (apart <= THEN_S)
    away = metres > limit + FAR_M
    late = apart > OTHER_TIME_S
    hours = np.round(np.where(late, apart, 0) / 3600).astype(np.int64)
    return {
        "photo-there": _once(row[there], {}),
        "photo-elsewhere": _once(row[away], {"metres": np.round(metres[away]).astype(np.int64)}),
        "photo-time": _once(row[late], {"hours": hours[late]}),
        "photo-reused": _reused(photos, row, checks),
    }


def _seconds_apart(taken: np.ndarray, checks: CheckIns, row: Ints) -> Floats:
    """Give seconds between photo and visit, NaN where one has no time; where the visit has a day only, between days."""
    known = ~np.isnat(taken)
    at = checks.visits.at[row]
    seconds = np.abs((taken - at).astype("timedelta64[s]").astype(float))
    daily = np.isnan(checks.seconds[row])
    days = np.abs((taken.astype("datetime64[D]") - at.astype("datetime64[D]")).astype(float)) * 86_400
    return np.where(known, np.where(daily, days, seconds), np.nan)


def _metres(photos: gpd.GeoDataFrame, checks: CheckIns, row: Ints) -> tuple[Floats, Floats]:
    """Give metres from each photo to the place of its visit, and how many are still there."""
    points = np.asarray(photos.geometry.array, dtype=object)
    xy = checks.plane.metres(np.column_stack([shapely.get_x(points), shapely.get_y(points)]))
    own = photos["accuracy"].to_numpy(dtype=float)
    limit = checks.tolerance + np.where(own > 0, np.minimum(own, BEST_ACCURACY_M), 0.0)
    return np.hypot(*(xy - checks.place_xy[row]).T), limit


def _reused(photos: pd.DataFrame, row: Ints, checks: CheckIns) -> Found:
    """Find visits that show a picture of an earlier visit; at one place on one day it is one visit with two rows."""
    # what a program beside ours wrote there and is no hash says nothing about the picture
    hashed = np.flatnonzero(photos["phash"].str.fullmatch(HASH).fillna(value=False).to_numpy(bool))
    hashes = np.array([int(text, 16) for text in photos["phash"].iloc[hashed]], dtype=np.uint64)
    bits = np.bitwise_count(hashes)
    shows = (bits >= FLAT_BITS) & (bits <= 64 - FLAT_BITS)
    hashes, row = hashes[shows], row[hashed][shows]
    one, other = alike(hashes)
    early, late = np.minimum(row[one], row[other]), np.maximum(row[one], row[other])
    place, day = checks.visits.place, checks.visits.day
    apart = (early != late) & ((place[early] != place[late]) | (day[early] != day[late]))
    early, late = early[apart], late[apart]
    order = np.lexsort((early, late))
    return _once(late[order], {"other": checks.ids[early[order]]})


def _once(rows: Ints, said: dict[str, np.ndarray]) -> Found:
    """Keep the first of each row."""
    kept, first = np.unique(rows, return_index=True)
    return Found(kept, {name: values[first] for name, values in said.items()})
