"""Which metres of the town's streets were walked as of a day: the table of contents of streets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.periods import Days, Period, check_day, period_of
from coverage.sources import known
from coverage.streets.matching import match
from coverage.streets.network import NO_STREETS, Network, network_of
from coverage.streets.tracks import Fixes, Walked
from coverage.trails import Trails, trails_of
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.model import Town
from grids.blocks import metric_of
from grids.hierarchy import areas_of_town, levels_present, membership

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "areas": ("code", "name", "level", "since", "geometry"),
        "past_areas": ("code", "name", "level", "since", "until", "geometry"),
        "roads": ("id", "name", "class", "geometry"),
        "tracks": ("id", "officer", "start", "times", "geometry"),
        "officers": ("id", "name", "role", "area"),
    }
)
"""Tables and columns that `street_walks` reads."""

NOT_WALKED = frozenset({"motorway", "motorway_link", "高速公路"})
"""Classes that nobody inspects along: tracks may lie on them, they don't count."""


@dataclass(frozen=True)
class StreetWalks:
    """The streets of a town, and which metres of them were walked as of a day.

    Attributes
    ----------
    town, as_of, every, period
        What was asked; the period, of that kind, holds the day.
    areas
        As in an `Assessment`.
    network, roads
        The streets as a graph; name and class (texts, NaN = missing) of each of its roads.
    pieces
        One row a piece of street that counts: edge, start, length (metres), street, class (texts, NaN = missing),
        last (datetime64[s], day it was last walked, NaT = never), walked (bool: in the period), known (bool: walked,
        or somebody's track would tell), and a column for each level present, as in an `Assessment`.
    first_track
        Day of the first fix of the ledger; None without any up to the day.
    tracks
        How many tracks the period has.
    """

    town: Town
    as_of: date
    every: str
    period: Period
    areas: gpd.GeoDataFrame
    network: Network
    roads: pd.DataFrame
    pieces: pd.DataFrame
    first_track: date | None
    tracks: int


def street_walks(ledger: Ledger, as_of: date, every: str = "month") -> StreetWalks:
    """Say which metres of street were walked in the period that holds a day, from tracks up to the end of that day.

    Parameters
    ----------
    ledger
        With the tables and columns of `NEEDED`.
    every
        Kind of period, a word of `coverage.periods.CALENDARS`.

    Raises
    ------
    QuestionProblem
        The town has no roads, or the day is none that can be meant.
    """
    check_day(as_of)
    period = period_of(every, as_of)
    areas = areas_of_town(ledger.areas_on(as_of), ledger.town)
    roads = _streets(ledger.roads)
    network = network_of(roads, metric_of(roads))
    trails = trails_of(ledger, as_of, network.crs)
    walked = match(Fixes(trails.xy, trails.seconds, trails.run, trails.track), network)
    pieces = _pieces(network, roads, areas)
    last = last_walked(network, walked, trails.day)[pieces["piece"].to_numpy()]
    begun = np.datetime64(period.first, "D")
    of_period = trails.some(trails.day >= begun)
    sourced = known(pieces, areas, ledger.officers, of_period, _held(of_period, areas, network))
    now = last >= begun  # NaT compares as False
    pieces = pieces.assign(last=last.astype("datetime64[s]"), walked=now, known=sourced | now)
    first = trails.day.min().astype(object) if len(trails.day) else None
    tracks = len(np.unique(of_period.track))
    named = pd.DataFrame(roads[["name", "class"]])
    return StreetWalks(ledger.town, as_of, every, period, areas, network, named, pieces, first, tracks)


def last_walked(network: Network, walked: Walked, day: Days) -> Days:
    """Give for each piece the latest day on which it was walked (datetime64[D], NaT = never).

    Parameters
    ----------
    day
        Of each fix.
    """
    when = day[walked.fix]
    order = np.argsort(when, kind="stable")
    last = np.full(len(network.pieces.edge), np.datetime64("NaT", "D"))
    last[walked.piece[order]] = when[order]  # the last assignment stays
    return last


def _streets(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    streets = roads[~roads["class"].isin(NO_STREETS).to_numpy(bool) & roads.geometry.notna().to_numpy(bool)]
    if streets.empty:
        raise QuestionProblem("还没有道路，说不出哪些路走过。请先导入：wangge import STORE roads 文件。")
    return streets.reset_index(drop=True)


def _pieces(network: Network, roads: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the pieces that count: in the town, of a class that is inspected along."""
    pieces = network.pieces
    plane = areas.to_crs(network.crs)
    middles = network.middles()
    held = membership(plane, middles)
    road = network.road[pieces.edge]
    frame = pd.DataFrame(
        {
            "piece": np.arange(len(pieces.edge)),
            "edge": pieces.edge,
            "start": pieces.start,
            "length": pieces.length,
            "street": roads["name"].to_numpy(dtype=object)[road],
            "class": roads["class"].to_numpy(dtype=object)[road],
            **held,
        }
    )
    counts = ~frame["class"].isin(NOT_WALKED).to_numpy(bool) & _in_town(middles, plane, held)
    return frame[counts].reset_index(drop=True)


def _in_town(
    middles: npt.NDArray[np.object_], areas: gpd.GeoDataFrame, held: Mapping[str, npt.NDArray[np.int64]]
) -> npt.NDArray[np.bool_]:
    """Say what lies in the town: in the root's polygon; where it has none, in any area; where none has, everything."""
    root = areas.geometry.iat[0]
    if root is not None:
        shapely.prepare(root)
        return np.asarray(shapely.intersects(root, middles))
    if areas.geometry.isna().all():
        return np.ones(len(middles), dtype=bool)
    _, *below = levels_present(areas)
    return np.asarray(np.any([held[str(level)] >= 0 for level in below], axis=0))


def _held(trails: Trails, areas: gpd.GeoDataFrame, network: Network) -> npt.NDArray[np.int64]:
    """Give for each fix the area of the lowest level that holds it."""
    lowest = levels_present(areas)[-1]
    return membership(areas.to_crs(network.crs), shapely.points(trails.xy))[str(lowest)]
