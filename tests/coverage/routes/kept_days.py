"""Kept routes by hand: no streets, everybody walks straight; places lie on a grid of 100 m near the made-up town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
from hypothesis import strategies as st
from pyproj import CRS

from coverage.routes.clock import DAY, HOUR, MINUTE, Clock
from coverage.routes.kept import DRAFT, PLAN, KeptRoute, KeptStop
from coverage.routes.network import Streets, streets_of
from coverage.routes.reckoning import Ground, reckoned

NINE, FIVE, NOON = 9 * HOUR, 17 * HOUR, 12 * HOUR
LUNCH = Clock(NOON, HOUR)
LON, LAT, STEP = 113.65, 22.82, 0.001
ON = date(2024, 7, 1)
AT = datetime(2024, 7, 1, 1, tzinfo=UTC)
PLANE = CRS(4547)


def no_streets() -> Streets:
    """Give the streets of a town without any."""
    roads = gpd.GeoDataFrame({"class": [], "oneway": [], "speed": []}, geometry=gpd.GeoSeries([], crs=4326))
    return streets_of(roads.astype({"oneway": bool, "speed": float}), PLANE, "walk")


GROUND = Ground(no_streets(), LUNCH)


def stop(number: int, *, stay: int = 30, hours: tuple[int, int] = (0, 2 * DAY), prize: float = 1.0) -> KeptStop:
    """Give a stop in row and column of its number; the stay in minutes."""
    lon, lat = LON + STEP * (number % 7), LAT + STEP * (number // 7)
    return KeptStop(f"P{number}", stay * MINUTE, *hours, prize, f"因为{number}", lon, lat)


def route(stops: Sequence[KeptStop], officer: str = "A", *, shift: tuple[int, int] = (NINE, FIVE)) -> KeptRoute:
    """Give the first revision of a route past some stops, with its times."""
    spot = (LON, LAT)
    made = KeptRoute(ON, officer, 1, DRAFT, AT, "clerk", PLAN, "", "walk", *shift, spot, spot, tuple(stops))
    return reckoned(made, GROUND)


HOURS = st.tuples(st.integers(7, 16), st.integers(1, 9)).map(lambda at: (at[0] * HOUR, (at[0] + at[1]) * HOUR))


@st.composite
def routes(draw: st.DrawFn, most: int = 6) -> KeptRoute:
    """Give a route of some stops in any order, often one that can't be kept."""
    numbers = draw(st.lists(st.integers(0, 48), unique=True, max_size=most))
    stops = [
        replace(
            stop(at, stay=draw(st.integers(5, 120)), hours=draw(st.one_of(st.just((0, 2 * DAY)), HOURS))),
            locked=draw(st.booleans()),
        )
        for at in numbers
    ]
    begin, length = draw(st.integers(8, 13)) * HOUR, draw(st.integers(0, 540)) * MINUTE
    return route(stops, shift=(begin, begin + length))


def seconds_between(one: tuple[float, float], two: tuple[float, float]) -> int:
    """Give the way of the straight line between two positions, by hand: 1.3 times, 75 m a minute, seconds up."""
    xy = gpd.GeoSeries(gpd.points_from_xy(*np.array([one, two]).T), crs=4326).to_crs(PLANE)
    metres = 1.3 * float(xy.iloc[0].distance(xy.iloc[1]))
    return int(np.ceil(metres / 75 * 60 - 1e-6))
