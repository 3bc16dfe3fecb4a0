"""Measures of areas (指标): what there is, how each is counted, its classes and their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.assess import Assessment
from coverage.day_counts import km2_of
from coverage.figures import coverage_figures
from coverage.hazard_rates import hazard_rates
from coverage.hazards import HazardRegister
from geodata.errors import QuestionProblem
from geodata.model import Level
from maps.breaks import natural_breaks, quantile_breaks
from maps.colours import MEASURE_COLOURS
from maps.layers import of_level

Floats = npt.NDArray[np.float64]
Breaks = Literal["quantile", "natural", "fixed"]
BREAKS: tuple[tuple[Breaks, str, str], ...] = (
    ("quantile", "等数量", "每一档的区域一样多"),
    ("natural", "自然", "档内差别最小（Jenks）"),
    ("fixed", "固定", "各镇、各天都一样，可以对照"),
)
CLASSES = len(MEASURE_COLOURS)


@dataclass(frozen=True)
class Measure:
    """A figure of areas; what is worse is darker.

    Attributes
    ----------
    key, word, how
        Column, its name, and how it is counted.
    limits
        Fixed limits of the classes.
    kind
        How it is written: `%`, or `n` with at most one decimal.
    unit
        What stands behind its name.
    better
        Whether a low or a high figure is the better one.
    of
        What it is counted from: `duties` (places and inspections), or `hazards`, which may be those of a period.
    """

    key: str
    word: str
    how: str
    limits: tuple[float, ...]
    kind: Literal["%", "n"]
    unit: str = ""
    better: Literal["low", "high"] = "low"
    of: Literal["duties", "hazards"] = "hazards"

    @property
    def long(self) -> str:
        """Name and unit."""
        return self.word + self.unit


MEASURES = (
    Measure("overdue_rate", "逾期未查", "逾期的任务 ÷ 应查的任务", (0.02, 0.05, 0.1, 0.2), "%", of="duties"),
    Measure(
        "coverage_rate", "检查覆盖率", "已查的任务 ÷ 应查的任务", (0.4, 0.6, 0.8, 0.95), "%", better="high", of="duties"
    ),
    Measure("open_per_100", "未整改隐患", "没有整改的隐患，每百家场所", (5, 10, 20, 40), "n", "（每百家）"),
    Measure("late_rate", "隐患逾期", "逾期的隐患 ÷ 没有整改的隐患", (0.1, 0.25, 0.5, 0.75), "%"),
    Measure("unrectified_rate", "未整改率", "没有整改的隐患 ÷ 查出的隐患", (0.03, 0.06, 0.1, 0.2), "%"),
    Measure("closed_rate", "销号率", "销号的隐患 ÷ 查出的隐患", (0.6, 0.8, 0.9, 0.95), "%", better="high"),
    Measure("found_per_km2", "隐患密度", "查出的隐患，每平方公里", (50, 200, 500, 1000), "n", "（每平方公里）"),
    Measure(
        "per_100_checks",
        "检查发现率",
        "查出的隐患，每百次检查（没有检查的是无数据）",
        (50, 75, 100, 150),
        "n",
        "（每百次）",
    ),
)
BY_KEY: Mapping[str, Measure] = MappingProxyType({each.key: each for each in MEASURES})


def measure_named(key: str) -> Measure:
    """Give the measure of a key; QuestionProblem lists them."""
    if key not in BY_KEY:
        known = "、".join(f"{each.key}（{each.word}）" for each in MEASURES)
        raise QuestionProblem(f"没有指标“{key}”，可选：{known}。")
    return BY_KEY[key]


SHARES: Mapping[str, tuple[int, str, str]] = MappingProxyType(
    {
        "overdue_rate": (1, "overdue", "owed"),
        "coverage_rate": (1, "done", "owed"),
        "open_per_100": (100, "open", "places"),
        "late_rate": (1, "late", "open"),
        "unrectified_rate": (1, "open", "found"),
        "closed_rate": (1, "closed", "found"),
        "found_per_km2": (1, "found", "km2"),
        "per_100_checks": (100, "found", "inspections"),
    }
)
"""Of each measure how many times which count (`coverage.day_counts.COUNTS`, km2) is divided by which."""


def measures_of(counts: pd.DataFrame) -> pd.DataFrame:
    """Give the measures of rows of counts (`coverage.day_counts.COUNTS` and km2), NaN where one can't be given."""
    return pd.DataFrame({key: measure_of(counts, key) for key in SHARES}, index=counts.index)


def measure_of(counts: pd.DataFrame, key: str) -> Floats:
    """Give one of the measures of rows of counts; NaN where there is nothing to divide by."""
    times, part, whole = SHARES[key]
    return np.asarray(times * share(counts[part], counts[whole]))


def measured(assessment: Assessment, register: HazardRegister, level: Level) -> pd.DataFrame:
    """Give the measures of the areas of a level, NaN where one can't be given: area, places, and `MEASURES`."""
    coverage = coverage_figures(assessment, str(level))
    coverage = coverage[coverage["area"].notna()].set_index("area")
    rates = hazard_rates(register, str(level))
    rates = rates[rates["area"].notna()].set_index("area").reindex(coverage.index)
    areas = of_level(assessment.areas, level)
    km2 = pd.Series(km2_of(areas), index=areas["code"]).reindex(coverage.index)
    hazards = {"found": "found", "open": "open", "late": "overdue", "closed": "closed", "inspections": "inspections"}
    counts = coverage[["places", "owed", "done", "overdue"]].assign(
        **{name: rates[column].fillna(0) for name, column in hazards.items()}, km2=km2
    )
    return pd.concat([counts["places"], measures_of(counts)], axis=1).rename_axis("area").reset_index()


def share(part: pd.Series, whole: pd.Series) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    above, below = part.to_numpy(dtype=np.float64), whole.to_numpy(dtype=np.float64)
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))


def rounded(figures: pd.DataFrame) -> pd.DataFrame:
    """Give the measures as pages carry them: shares with four decimals, others with one."""
    return figures.round({each.key: 4 if each.kind == "%" else 1 for each in MEASURES})


def limits_of(values: Floats, measure: Measure, kind: Breaks) -> list[float]:
    """Give the limits between the classes of a measure."""
    known = values[~np.isnan(values)]
    makers: Mapping[Breaks, Callable[[], list[float]]] = {
        "quantile": lambda: quantile_breaks(known, CLASSES),
        "natural": lambda: natural_breaks(known, CLASSES),
        "fixed": lambda: list(measure.limits),
    }
    return makers[kind]()


def shades_of(classes: int, measure: Measure) -> list[int]:
    """Spread so many classes over the colours, the better end the lightest, the worse the darkest."""
    shades = [round(at * (CLASSES - 1) / max(classes - 1, 1)) for at in range(classes)]
    return shades if measure.better == "low" else shades[::-1]


def spans(limits: Sequence[float], measure: Measure) -> list[str]:
    """Write the classes that limits make: `0% – 5%`, … `20% 以上`."""
    return [_span(low, high, measure.kind) for low, high in zip([0.0, *limits], [*limits, None], strict=True)]


def _span(low: float, high: float | None, kind: str) -> str:
    whole = number(1.0, "%")
    if high is None:
        top = kind == "%" and number(low, kind) == whole  # nothing is above a whole
        return whole if top else f"{number(low, kind)} 以上"
    if kind == "%" and (low, number(high, kind)) == (0.0, whole):
        return f"不到 {whole}"
    return f"{number(low, kind)} – {number(high, kind)}"


def number(value: float, kind: str) -> str:
    """Write a figure; a dash where there is none."""
    if np.isnan(value):
        return "—"
    return f"{100 * value:.1f}%" if kind == "%" else f"{value:,.1f}".removesuffix(".0")
