"""How far a day's routes have come: who was where so far, what was left out on the way."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.officers import officer_keys
from coverage.periods import local_times
from coverage.routes.kept import KeptRoute, Spot
from coverage.routes.replanning import Since
from coverage.texts import is_one_of
from geodata.model import Town

SKIPPED = "skipped"


def visits_until(
    inspections: gpd.GeoDataFrame, officers: pd.DataFrame, town: Town, day: np.datetime64, second: int
) -> pd.DataFrame:
    """Give the inspections of a day up to a second of it, the first first, without those of enterprises themselves.

    Returns
    -------
    place_id, officer (key, "" where nobody is named), second (of the day), lon, lat (degrees; NaN without a geotag, or
    where it was typed in).
    """
    times = local_times(inspections["at"], town)
    begin = day.astype("datetime64[s]")
    seconds = (times - begin).astype("timedelta64[s]").astype(np.int64)
    rows = np.flatnonzero((times >= begin) & (seconds <= second) & ~is_one_of(inspections["by"], ("enterprise",)))
    rows = rows[np.argsort(seconds[rows], kind="stable")]
    part = inspections.iloc[rows]
    named = part["officer"].notna().to_numpy(bool)
    who = np.full(len(part), "", dtype=object)
    who[named] = officer_keys(part["officer"].to_numpy(dtype=object)[named], officers)
    points = np.asarray(part.geometry.array, dtype=object)
    told = is_one_of(part["geotag"], ("typed", "mock"))
    xy = np.array([shapely.get_x(points), shapely.get_y(points)])
    xy[:, told] = np.nan
    places = part["place_id"].reset_index(drop=True)
    return pd.DataFrame(
        {"place_id": places, "officer": who, "second": seconds[rows].astype(float), "lon": xy[0], "lat": xy[1]}
    )


def skipped(skips: pd.DataFrame, officer: str) -> frozenset[str]:
    """Give the places that an officer left out on the way and did not take up again."""
    mine = skips[(skips["officer"] == officer).to_numpy(bool)]
    last = mine.drop_duplicates("place_id", keep="last")
    return frozenset(last["place_id"][(last["state"] == SKIPPED).to_numpy(bool)])


def since_of(
    route: KeptRoute, visits: pd.DataFrame, second: int, *, spot: Spot | None = None, gone: Iterable[str] = ()
) -> Since:
    """Give how an officer's day stands at a second of it.

    They are where somebody says (`spot`), else where their last inspection with a geotag was, else at the place of the
    last stop that is done, else where the route starts.

    Parameters
    ----------
    visits
        Of `visits_until`, of everybody: what others have visited is not planned again.
    gone
        Other places that are not planned again.
    """
    mine = visits[(visits["officer"] == route.officer).to_numpy(bool)]
    first = mine.drop_duplicates("place_id")
    done = dict(zip(first["place_id"], first["second"].astype(int), strict=True))
    others = set(visits["place_id"]) - set(done)
    away = (set(done) - set(route.places)) | others | set(gone)
    return Since(second, spot or _where(route, mine, done), done, frozenset(away))


def _where(route: KeptRoute, mine: pd.DataFrame, done: dict[str, int]) -> Spot:
    spots = mine[["lon", "lat"]].to_numpy(dtype=float)
    spots = spots[~np.isnan(spots[:, 0])]
    if len(spots):
        return float(spots[-1, 0]), float(spots[-1, 1])
    stops = [stop for stop in route.stops if stop.done or stop.place_id in done]
    if stops:
        last = max(stops, key=lambda stop: done.get(stop.place_id, stop.arrive))
        return last.lon, last.lat
    return route.start
