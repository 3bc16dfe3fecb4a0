"""The four-colour risk of areas: which of the national scheme's colours an area takes from its places."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import Assessment
from coverage.grouping import group_members
from geodata.datum import metric_crs
from geodata.model import RISKS, Level
from grids.hierarchy import answer_level

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNRATED = "未评级"
CLASSES: tuple[str, ...] = (*RISKS, UNRATED)
"""Of a place and of an area, worst first; an area without rated places is unrated."""

GENERAL = CLASSES.index("一般")

COUNTS: tuple[str, ...] = ("major", "larger", "general", "low", "unrated")
"""Columns of the numbers of places, in the order of `CLASSES`."""


@dataclass(frozen=True)
class RiskShares:
    """From which share on a level gives an area its colour.

    No standard says how the colour of an area follows from its places: these shares are ours, and every map prints
    them. A place counts towards its own level and all below it. An area with a 重大 place is never blue, however many
    harmless ones it has.

    Attributes
    ----------
    major, larger, general
        Least share of 重大, of 较大 or worse, of 一般 or worse among the rated places, above 0 and up to 1.
    """

    major: float = 0.02
    larger: float = 0.10
    general: float = 0.50

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        if not all(0 < share <= 1 for share in self.shares):
            raise ValueError(f"shares of risk must be above 0 and up to 1: {self.shares}")

    @property
    def shares(self) -> tuple[float, float, float]:
        """The three shares, worst level first."""
        return self.major, self.larger, self.general

    @property
    def sentence(self) -> str:
        """The rule as a map prints it."""
        major, larger, general = (f"{share * 100:.3g}%" for share in self.shares)
        return (
            f"区域颜色：辖区已评级场所中，重大风险占 {major} 及以上为红；否则较大及以上占 {larger} 及以上为橙；"
            f"否则一般及以上占 {general} 及以上为黄；其余为蓝，但有重大风险场所的至少为黄；没有已评级场所为灰。"
        )


SHARES = RiskShares()


def places_at_risk(assessment: Assessment) -> pd.DataFrame:
    """Give the places that a risk map shows: those that are open on the day (not closed, not suspended)."""
    places = assessment.places
    kept: pd.DataFrame = places[places["closed_from"].isna().to_numpy(bool)].reset_index(drop=True)
    return kept


def risk_classes(risk: pd.Series) -> Ints:
    """Give the position in `CLASSES` of each place's risk; missing is unrated."""
    codes = pd.Categorical(risk.astype(object), categories=pd.Index(RISKS)).codes
    return np.where(codes < 0, len(RISKS), codes).astype(np.int64)


def area_risk(places: pd.DataFrame, areas: gpd.GeoDataFrame, level: Level, shares: RiskShares = SHARES) -> pd.DataFrame:
    """Give the four-colour risk of the areas of a level.

    Parameters
    ----------
    places
        risk and the column of the level (position in `areas`), as `Assessment.places` has them.
    areas
        As `Assessment.areas`, EPSG:4326.
    level
        A level that has areas.
    shares
        The rule of `by_share`.

    Returns
    -------
    One row an area in order of codes, then `outside` and `unlocated` where they have places: area, key, name; places,
    major, larger, general, low, unrated (int, places); by_share, worst (int, position in `CLASSES`): the colour by the
    rule of shares, and that of the worst place; km2 (area of the polygon in the plane of `metric_crs`), dense (major
    and larger places a km²); NaN without a polygon.

    Raises
    ------
    QuestionProblem
        No areas of that level.
    """
    groups = group_members(places, areas, str(level))
    many, classes = len(groups.keys), len(CLASSES)
    cells = groups.codes * classes + risk_classes(places["risk"])
    counts = np.bincount(cells, minlength=many * classes).reshape(many, classes)
    km2 = np.full(many, np.nan)
    km2[: groups.areas] = _km2(areas[areas["level"] == str(answer_level(areas, str(level)))])
    return pd.DataFrame(
        {
            **groups.label,
            "places": counts.sum(axis=1),
            **{name: counts[:, at] for at, name in enumerate(COUNTS)},
            "by_share": _by_share(counts, shares),
            "worst": _worst(counts),
            "km2": km2,
            "dense": np.divide(counts[:, :2].sum(axis=1), km2, out=np.full(many, np.nan), where=km2 > 0),
        }
    )


def _by_share(counts: Ints, shares: RiskShares) -> Ints:
    """Give the worst level that, with all above it, reaches its share of the rated places; no blue over a 重大 one."""
    rated = counts[:, : len(RISKS)]
    whole = rated.sum(axis=1)
    or_worse = np.cumsum(rated, axis=1)[:, :3]
    # a count is compared with share × whole, rounded: 0.1 × 30 must not be above 3
    reached = or_worse >= np.round(np.array(shares.shares) * whole[:, None], 9)
    reached[:, GENERAL] |= rated[:, 0] > 0
    return _first(np.column_stack([reached, np.ones(len(counts), dtype=bool)]), whole > 0)


def _worst(counts: Ints) -> Ints:
    rated = counts[:, : len(RISKS)]
    return _first(rated > 0, rated.sum(axis=1) > 0)


def _first(flags: npt.NDArray[np.bool_], rated: npt.NDArray[np.bool_]) -> Ints:
    return np.where(rated, np.argmax(flags, axis=1), len(RISKS)).astype(np.int64)


def _km2(areas: gpd.GeoDataFrame) -> Floats:
    west, south, east, north = areas.total_bounds
    if np.isnan(west):
        return np.full(len(areas), np.nan)
    metric = areas.geometry.to_crs(metric_crs((west + east) / 2, (south + north) / 2))
    return np.where(metric.isna(), np.nan, metric.area / 1e6)
