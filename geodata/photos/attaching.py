"""Which inspection a photo belongs to: the one that names its file, else one at that time, place and by that officer.

Positions are compared by the haversine formula on a sphere of 6,371,008.8 m (the mean radius of GRS 80): within
100 m it differs from the ellipsoid by less than 0.6 m.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EARTH_M = 6_371_008.8
MOST_ACCURACY_M = 100.0
"""A device's own estimate is believed up to this, as for geotags of inspections."""
NONE = -1
_PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Attached:
    """For each photo the position of its inspection, `NONE` for none, how it was found, and what spoke against it.

    Attributes
    ----------
    inspection
        n positions into the inspections.
    how
        n words: `name`, `time`, empty.
    why
        n sentences, empty for those that are attached.
    """

    inspection: Ints
    how: npt.NDArray[np.object_]
    why: npt.NDArray[np.object_]


def attach(
    photos: gpd.GeoDataFrame,
    inspections: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    minutes: float,
    tolerance_m: float,
) -> Attached:
    """Attach photos to inspections.

    Parameters
    ----------
    photos
        name, taken_at, accuracy (m), officer (as in the inspections), geometry (EPSG:4326).
    inspections
        place_id, officer, at, photos, geometry; the place's position counts, the geotag where it has none.
    places
        id, geometry.
    minutes, tolerance_m
        How far a photo may be from an inspection in time and, its accuracy added, from its place.
    """
    x, y = _where(inspections, places)
    seconds = 60 * minutes
    inspection, how = np.full(len(photos), NONE, dtype=np.int64), np.full(len(photos), "", dtype=object)
    why = _lacking(photos)
    taken, at = _epoch(photos["taken_at"]), _epoch(inspections["at"])
    officers = _codes(photos["officer"], inspections["officer"])
    by_name, doubtful = _by_name(photos["name"], inspections["photos"], taken, at, officers, seconds)
    named = by_name != NONE
    inspection[named], how[named], why[named] = by_name[named], "name", ""
    why[doubtful] = "几次检查都写着这个文件名，时间和人员分不清是哪一次"
    points = _coordinates(photos)
    reach = tolerance_m + np.clip(np.nan_to_num(photos["accuracy"].to_numpy(dtype=float)), 0, MOST_ACCURACY_M)
    open_ = np.flatnonzero(~named & ~doubtful & ~np.isnan(points[0]) & ~np.isnan(taken))
    near = _by_time(open_, (taken, *points, reach), (at, x, y), officers, seconds)
    found = near != NONE
    inspection[found], how[found], why[found] = near[found], "time", ""
    lost = open_[near[open_] == NONE]
    why[lost] = f"前后 {minutes:g} 分钟、{tolerance_m:g} 米（加定位精度）以内没有这个人的检查记录"
    return Attached(inspection, how, why)


def metres(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> Floats:
    """Give the distances between positions in degrees, in metres."""
    phi, other_phi = np.radians(lat), np.radians(other_lat)
    across = np.sin(np.radians(other_lon - lon) / 2) ** 2
    a = np.sin((other_phi - phi) / 2) ** 2 + np.cos(phi) * np.cos(other_phi) * across
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.clip(a, 0, 1))))


def nearest_place(photos: gpd.GeoDataFrame, places: gpd.GeoDataFrame, within_m: float) -> Ints:
    """Give for each photo the position of the nearest place within some metres, `NONE` for none; ties: the first."""
    found = np.full(len(photos), NONE, dtype=np.int64)
    lon, lat = _coordinates(photos)
    place_lon, place_lat = _coordinates(places)
    held, known = np.flatnonzero(~np.isnan(lon)), np.flatnonzero(~np.isnan(place_lon))
    if not len(held) or not len(known):
        return found
    # a box that surely holds the circle; then by metres
    high = np.degrees(within_m / EARTH_M) * 1.01
    wide = high / np.maximum(np.cos(np.radians(lat[held])), 0.01)
    boxes = shapely.box(lon[held] - wide, lat[held] - high, lon[held] + wide, lat[held] + high)
    which, place = shapely.STRtree(shapely.points(place_lon[known], place_lat[known])).query(boxes)
    photo, place = held[which], known[place]
    away = metres(lon[photo], lat[photo], place_lon[place], place_lat[place])
    order = np.lexsort((place, away, photo))
    order = order[away[order] <= within_m]
    first, at = np.unique(photo[order], return_index=True)
    found[first] = place[order][at]
    return found


def _lacking(photos: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Say what a photo lacks to be attached by time and place."""
    untimed, unplaced = photos["taken_at"].isna().to_numpy(), photos.geometry.isna().to_numpy()
    why = np.full(len(photos), "", dtype=object)
    why[untimed & unplaced] = "没有拍摄时间，也没有位置；也没有检查记录写着这个文件名"
    why[untimed & ~unplaced] = "没有拍摄时间；也没有检查记录写着这个文件名"
    why[~untimed & unplaced] = "没有位置；也没有检查记录写着这个文件名"
    return why


def _by_name(
    names: pd.Series, listed: pd.Series, taken: Floats, at: Floats, officers: tuple[Ints, Ints], seconds: float
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Attach by file name: the one inspection that names it, of several the one at that time.

    Of photos with one name (cameras count from 1 again) the one nearest in time is meant, one for each inspection.
    """
    found, doubtful = np.full(len(names), NONE, dtype=np.int64), np.zeros(len(names), dtype=bool)
    wanted = listed.dropna().str.split(";").explode()
    left = pd.DataFrame({"name": _bare(names), "photo": np.arange(len(names))})
    right = pd.DataFrame({"name": _bare(wanted), "inspection": listed.index.get_indexer(wanted.index)})
    pairs = left.merge(right[right["name"] != ""].drop_duplicates(), on="name")
    photo, inspection = pairs["photo"].to_numpy(), pairs["inspection"].to_numpy()
    mine, theirs = officers[0][photo], officers[1][inspection]
    pairs = pairs.assign(gap=np.abs(taken[photo] - at[inspection]))[(mine < 0) | (theirs < 0) | (mine == theirs)]
    pairs = pairs.sort_values(["gap", "photo", "inspection"], kind="stable")
    pairs = pairs[~pairs.duplicated(["name", "inspection"])]
    several = pairs["photo"].duplicated(keep=False)
    sure = pairs[~several | (pairs["gap"] <= seconds)].drop_duplicates("photo")
    found[sure["photo"]] = sure["inspection"]
    doubtful[pairs["photo"]] = True
    return found, doubtful & (found == NONE)


def _by_time(
    which: Ints,
    photos: tuple[Floats, Floats, Floats, Floats],
    inspections: tuple[Floats, Floats, Floats],
    officers: tuple[Ints, Ints],
    seconds: float,
) -> Ints:
    """Attach each of some photos to the inspection nearest in time, then in place, of those within reach."""
    taken, lon, lat, reach = photos
    at, x, y = inspections
    found = np.full(len(taken), NONE, dtype=np.int64)
    usable = np.flatnonzero(~np.isnan(at) & ~np.isnan(x))
    order = usable[np.argsort(at[usable], kind="stable")]
    for candidate, visit in _pairs(which, taken, order, at[order], seconds):
        mine, theirs = officers[0][candidate], officers[1][visit]
        apart = metres(lon[candidate], lat[candidate], x[visit], y[visit])
        good = (apart <= reach[candidate]) & ((mine < 0) | (theirs < 0) | (mine == theirs))
        photo, inspection, away = candidate[good], visit[good], apart[good]
        ranked = np.lexsort((inspection, away, np.abs(taken[photo] - at[inspection]), photo))
        first, position = np.unique(photo[ranked], return_index=True)
        found[first] = inspection[ranked][position]
    return found


def _pairs(which: Ints, taken: Floats, order: Ints, times: Floats, seconds: float) -> Iterator[tuple[Ints, Ints]]:
    """Give the photos and inspections that are near in time, some photos at a time."""
    low = np.searchsorted(times, taken[which] - seconds, side="left")
    counts = np.searchsorted(times, taken[which] + seconds, side="right") - low
    ends = np.cumsum(counts)
    part = (ends - 1) // _PAIRS_AT_ONCE
    for number in np.unique(part[counts > 0]):
        rows = np.flatnonzero((part == number) & (counts > 0))
        n = counts[rows]
        within = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        yield np.repeat(which[rows], n), order[np.repeat(low[rows], n) + within]


def _where(inspections: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Give where each inspection's place is, its geotag where the place has no position."""
    lon, lat = _coordinates(places)
    at = pd.Index(places["id"]).get_indexer(inspections["place_id"])
    of_place = [np.append(values, np.nan)[at] for values in (lon, lat)]  # -1 picks the NaN
    tag = _coordinates(inspections)
    x, y = (np.where(np.isnan(of_place[0]), own, place) for place, own in zip(of_place, tag, strict=True))
    return x, y


def _coordinates(frame: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    shapes = np.asarray(frame.geometry.array, dtype=object)
    return shapely.get_x(shapes), shapely.get_y(shapes)


def _epoch(moments: pd.Series) -> Floats:
    """Give seconds since 1970, NaN where missing."""
    naive = moments.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    return np.where(np.isnat(naive), np.nan, naive.astype(np.int64).astype(np.float64))


def _codes(mine: pd.Series, theirs: pd.Series) -> tuple[Ints, Ints]:
    """Give one number for each officer, -1 for none known."""
    codes, _ = pd.factorize(pd.concat([mine, theirs], ignore_index=True))
    return codes[: len(mine)].astype(np.int64), codes[len(mine) :].astype(np.int64)


def _bare(names: pd.Series) -> pd.Series:
    """Give file names as they are compared: without folders, blanks around, or case."""
    return names.str.replace(r"^.*[/\\]", "", regex=True).str.strip().str.casefold().reset_index(drop=True)
