"""Hot spots of a town as of a day: the table of contents is `hot_spots`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.density import Density, kernel_density
from coverage.figures import rate
from coverage.grouping import OUTSIDE_KEY, UNLOCATED_KEY, Groups
from coverage.hazards import NEEDED as NEEDED_FOR_HAZARDS
from coverage.hazards import HazardRegister
from coverage.hotspots.counting import Counts, count, months_until
from coverage.hotspots.course import courses
from coverage.hotspots.ground import Ground, ground_of
from coverage.hotspots.statistics import (
    Flags,
    Floats,
    benjamini_hochberg,
    empirical_bayes,
    getis_ord,
    normal_scores,
    poisson_interval,
    two_sided,
)
from coverage.periods import Period
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.model import Level, Town
from grids.hierarchy import answer_level, at_level

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {**NEEDED_FOR_HAZARDS, "inspections": (*NEEDED_FOR_HAZARDS["inspections"], "geometry")}
)
"""Tables and columns that `hazard_register` and `hot_spots` read."""

Rate = Literal["inspection", "area"]
RATES: tuple[Rate, ...] = ("inspection", "area")

HOT = ("hot99", "hot95", "hot90")
LEAST_AREAS = 10
"""Areas with data below which no test is made: among a handful, chance can't be told from heat."""
LEAST_LOOKS = 5
MOST_MONTHS = 60


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    level
        Word of a level of areas.
    months
        Calendar months up to the one that holds D.
    rate
        Which rate orders the rows and names the course: per inspection, or per km².
    bandwidth_m
        Of the kernel density; chosen by a rule when None.
    least
        Inspections below which an area (or a month of it) is no data.
    """

    level: str = "grid"
    months: int = 6
    rate: Rate = "inspection"
    bandwidth_m: float | None = None
    least: int = LEAST_LOOKS

    def __post_init__(self) -> None:
        """Refuse what has no answer; QuestionProblem."""
        if self.rate not in RATES:
            raise QuestionProblem(f"不能按“{self.rate}”算热点，可选：{'、'.join(RATES)}。")
        if not 1 <= self.months <= MOST_MONTHS:
            raise QuestionProblem(f"月数应为 1 至 {MOST_MONTHS}，不是 {self.months}。")
        if self.least < 1:
            raise QuestionProblem(f"最少检查次数应为 1 以上，不是 {self.least}。")
        if self.bandwidth_m is not None and not self.bandwidth_m > 0:
            raise QuestionProblem(f"带宽应为正的米数，不是 {self.bandwidth_m}。")


@dataclass(frozen=True)
class HotSpots:
    """Hot and cold spots as of a day.

    Attributes
    ----------
    town, as_of, question, level
        What was asked, and the level that answers.
    months
        The months, the last one up to D.
    areas
        Those of the level, in order of their codes (EPSG:4326).
    frame
        One row an area, the hottest first, then `outside` and `unlocated` when they have members. area, key, name;
        places, inspections, hazards (int); per_inspection with per_inspection_low and _high (95 %, Poisson), smoothed
        (empirical Bayes); km2, per_km2; neighbours; of `inspection` and `area` each _z, _p, _fdr (corrected) and _class
        (a word of `CLASS_WORDS`); course, trend, trend_p, months_seen, hot_months as `courses` gives them; peak_km2,
        peak_lon, peak_lat of the kernel density. NaN = null.
    series
        One row an area and month, in that order: area, month, inspections, hazards, per_inspection, per_km2_30d
        (hazards per km² in 30 days), z, heat (a class) of the asked rate.
    density
        Of the hazards of all months; None when none has a position.
    """

    town: Town
    as_of: date
    question: Question
    level: Level
    months: tuple[Period, ...]
    areas: gpd.GeoDataFrame
    frame: pd.DataFrame
    series: pd.DataFrame
    density: Density | None

    @property
    def facts(self) -> dict[str, object]:
        """What was asked and how it was found, as plain values for JSON."""
        return {
            "as_of": str(self.as_of),
            "town": self.town.name,
            "level": str(self.level),
            "rate": self.question.rate,
            "months": [month.label for month in self.months],
            "method": self.method,
        }

    @property
    def sentences(self) -> list[str]:
        """How it was found, as a clerk reads it; without full stops."""
        tested = int((~self.frame["inspection_class"].isin(["no_data", "untested"])).sum())
        found = [
            f"{self.months[0].first} 至 {self.as_of}，企业自查和误录的不计",
            "Gi* 检验（取名次化为正态分数），本区域与相接的区域一起看，权重相等",
            "按错误发现率（Benjamini-Hochberg）校正多重检验",
            f"检查不足 {self.question.least} 次的是无数据，不是冷点",
        ]
        if not tested:
            found.append(f"有数据的{self.level.chinese}不足 {LEAST_AREAS} 个，太少，未作检验")
        if self.density:
            how = "按 Silverman 法则" if self.density.chosen else "指定"
            found.append(f"核密度用高斯核，带宽 {self.density.grid.bandwidth:,.0f} 米（{how}）")
        return found

    @property
    def method(self) -> dict[str, str | int | float | None]:
        """How it was found, as a program or an engineer reads it."""
        grid = self.density.grid if self.density else None
        return {
            "statistic": "Getis-Ord Gi* of normal scores",
            "weights": "queen contiguity and self, binary",
            "correction": "Benjamini-Hochberg FDR",
            "smoothing": "empirical Bayes (Marshall)",
            "trend": "Mann-Kendall of monthly Gi*",
            "least_inspections": self.question.least,
            "kernel": "gaussian",
            "bandwidth_m": grid.bandwidth if grid else None,
            "bandwidth": None if self.density is None else "Silverman" if self.density.chosen else "given",
        }


@dataclass(frozen=True)
class Tests:
    """Gi* of one rate: arrays of (n,) or (n, months); NaN and `no_data` where nobody looked, or there is no border."""

    z: Floats
    p: Floats
    fdr: Floats
    word: np.ndarray


def hot_spots(ledger: Ledger, register: HazardRegister, question: Question) -> HotSpots:
    """Say where more (and fewer) hazards were found than chance explains, and how that went over the months.

    Two rates stand side by side: per inspection (smoothed by empirical Bayes, so that a few looks don't shout), and
    per km². Each is tested by Gi* over areas and their neighbours, corrected by the false discovery rate. An area with
    too few inspections is no data, never cold, and no neighbour either.

    Parameters
    ----------
    ledger
        With the tables and columns of `NEEDED`.
    register
        The hazards of the same ledger as of the day.

    Raises
    ------
    QuestionProblem
        No areas of that level; a bandwidth too small for the town.
    """
    level = answer_level(register.areas, question.level)
    areas = register.areas.iloc[at_level(register.areas, level)]
    months = months_until(register.as_of, question.months)
    counts = count(ledger, register, level, months)
    ground = ground_of(areas)
    whole, monthly = _tests(counts, ground, question.least, by_month=False), _tests(counts, ground, question.least)
    asked = monthly[question.rate]
    density = _density(counts, ground, question.bandwidth_m)
    frame = _rows(areas, counts, ground, whole).join(_course(asked)).join(_peaks(density, ground))
    hottest = np.argsort(-whole[question.rate].z, kind="stable")  # NaN last
    order = np.concatenate([hottest, np.arange(len(areas), len(frame))])
    return HotSpots(
        register.town,
        register.as_of,
        question,
        level,
        months,
        areas,
        frame.iloc[order].reset_index(drop=True),
        _series(areas, counts, ground, months, asked),
        density,
    )


def _tests(counts: Counts, ground: Ground, least: int, *, by_month: bool = True) -> dict[str, Tests]:
    """Test both rates, of each month or of all months together."""
    n = len(ground.km2)
    looks, finds = counts.inspections[:n], counts.hazards[:n]
    if not by_month:
        looks, finds = looks.sum(axis=1, keepdims=True), finds.sum(axis=1, keepdims=True)
    looked = (looks >= least) & ~np.isnan(ground.km2)[:, None]
    smoothed = empirical_bayes(np.where(looked, finds, 0), np.where(looked, looks, 0))
    dense = np.where(looked, finds / np.where(ground.km2 > 0, ground.km2, np.nan)[:, None], np.nan)
    found = {"inspection": _test(smoothed, ground), "area": _test(dense, ground)}
    return found if by_month else {name: _only(one) for name, one in found.items()}


def _test(values: Floats, ground: Ground) -> Tests:
    looked = ~np.isnan(values)
    enough = looked.sum(axis=0) >= LEAST_AREAS
    z = getis_ord(normal_scores(np.where(enough, values, np.nan)), ground.pairs)
    p = two_sided(z)
    fdr = benjamini_hochberg(p)
    return Tests(z, p, fdr, _words(z, fdr, looked))


def _only(tests: Tests) -> Tests:
    return Tests(tests.z[:, 0], tests.p[:, 0], tests.fdr[:, 0], tests.word[:, 0])


def _words(z: Floats, fdr: Floats, looked: Flags) -> np.ndarray:
    sure = [fdr <= limit for limit in (0.01, 0.05, 0.10)]
    conditions = [~looked, np.isnan(z), *(flag & (z > 0) for flag in sure), *(flag & (z < 0) for flag in sure)]
    words = ["no_data", "untested", "hot99", "hot95", "hot90", "cold99", "cold95", "cold90"]
    return np.select(conditions, words, default="none").astype(object)


def _density(counts: Counts, ground: Ground, bandwidth_m: float | None) -> Density | None:
    drawn = ground.shapes[~shapely.is_missing(ground.shapes)]
    bounds: tuple[float, float, float, float] | None = None  # no area has a border: by the hazards alone
    if len(drawn):
        west, south, east, north = shapely.total_bounds(drawn).tolist()
        bounds = (west, south, east, north)
    return kernel_density(counts.lon, counts.lat, np.ones(len(counts.lon)), bandwidth_m=bandwidth_m, bounds=bounds)


def _rows(areas: gpd.GeoDataFrame, counts: Counts, ground: Ground, tests: Mapping[str, Tests]) -> pd.DataFrame:
    """Give the figures of each area, and of what lies in none."""
    n = len(areas)
    keys = (*areas["code"].tolist(), OUTSIDE_KEY, UNLOCATED_KEY)
    names = (*areas["name"].tolist(), "不在任何区域", "无坐标")
    looks, finds = counts.inspections.sum(axis=1), counts.hazards.sum(axis=1)
    low, high = poisson_interval(finds, looks)
    km2 = _longer(ground.km2, np.nan)
    frame = pd.DataFrame(Groups(np.arange(n + 2), keys, names, n).label).assign(
        places=counts.places,
        inspections=looks,
        hazards=finds,
        per_inspection=rate(finds, looks),
        per_inspection_low=low,
        per_inspection_high=high,
        smoothed=_longer(empirical_bayes(finds[:n], looks[:n]), np.nan),
        km2=km2,
        per_km2=finds / np.where(km2 > 0, km2, np.nan),
        neighbours=_longer(ground.neighbours, 0),
    )
    for name, one in tests.items():
        columns = {"z": one.z, "p": one.p, "fdr": one.fdr}
        frame = frame.assign(**{f"{name}_{part}": _longer(values, np.nan) for part, values in columns.items()})
        frame[f"{name}_class"] = _longer(one.word, "no_data")
    members = counts.places + looks + finds > 0
    kept: pd.DataFrame = frame[(np.arange(n + 2) < n) | members]
    return kept


def _longer(values: np.ndarray, filler: object) -> np.ndarray:
    """Add what the two rows that are no areas have."""
    return np.concatenate([values, np.array([filler] * 2, dtype=values.dtype)])


def _course(tests: Tests) -> pd.DataFrame:
    hot = np.isin(tests.word, HOT)
    columns = courses(tests.z, hot)
    fillers = {"course": "no_data", "trend_p": np.nan}
    return pd.DataFrame({name: _longer(values, fillers.get(name, 0)) for name, values in columns.items()})


def _peaks(density: Density | None, ground: Ground) -> pd.DataFrame:
    nothing = np.full(len(ground.km2), np.nan)
    columns = density.peaks(ground.shapes) if density else (nothing,) * 3
    names = ("peak_km2", "peak_lon", "peak_lat")
    return pd.DataFrame({name: _longer(values, np.nan) for name, values in zip(names, columns, strict=True)})


def _series(
    areas: gpd.GeoDataFrame, counts: Counts, ground: Ground, months: tuple[Period, ...], tests: Tests
) -> pd.DataFrame:
    n = len(areas)
    looks, finds = counts.inspections[:n], counts.hazards[:n]
    days = np.array([month.days for month in months])
    ground_km2 = np.where(ground.km2 > 0, ground.km2, np.nan)[:, None]
    return pd.DataFrame(
        {
            "area": np.repeat(areas["code"].to_numpy(dtype=object), len(months)),
            "month": np.tile(np.array([month.label for month in months], dtype=object), n),
            "inspections": looks.ravel(),
            "hazards": finds.ravel(),
            "per_inspection": rate(finds.ravel(), looks.ravel()),
            "per_km2_30d": (finds / ground_km2 / days * 30).ravel(),
            "z": tests.z.ravel(),
            "heat": tests.word.ravel(),
        }
    )
