"""The measures by which the areas of a leader's board are ranked and coloured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from maps.measuring import BY_KEY, Measure, measure_of, share

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranked:
    """A measure by which areas are ranked.

    Attributes
    ----------
    measure
        Its words, its classes, and which end is the better one.
    figure
        The key figure of the board that it stands behind (`coverage.leader_board.KEY_FIGURES`).
    whole, of
        The column that it is divided by, and what that counts: how much a rank rests on.
    """

    measure: Measure
    figure: str
    whole: str
    of: str


_VERIFIED = Measure(
    "verified_rate", "核实率", "定位核实到场的任务 ÷ 应查的任务", (0.4, 0.6, 0.8, 0.95), "%", better="high", of="duties"
)
_RECTIFIED = Measure(
    "rectified_rate", "隐患整改率", "已整改的隐患 ÷ 查出的隐患", (0.8, 0.9, 0.94, 0.97), "%", better="high"
)
_RANKED = (
    Ranked(BY_KEY["coverage_rate"], "coverage_rate", "owed", "应查任务"),
    Ranked(_VERIFIED, "verified_rate", "owed", "应查任务"),
    Ranked(BY_KEY["overdue_rate"], "overdue", "owed", "应查任务"),
    Ranked(_RECTIFIED, "rectified_rate", "found", "查出隐患"),
    Ranked(BY_KEY["open_per_100"], "open", "places", "监管场所"),
    Ranked(BY_KEY["late_rate"], "late", "open", "未整改隐患"),
)
RANKED: Mapping[str, Ranked] = MappingProxyType({each.measure.key: each for each in _RANKED})
"""By the measure's key: shares all of them, so that a large area does not stand last for being large."""


OWN_SHARES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"verified_rate": ("verified", "owed"), "rectified_rate": ("rectified", "found")}
)
"""Measures that no other map has."""


def measure_values(counts: pd.DataFrame, key: str) -> Floats:
    """Give a measure of `RANKED` of rows of a `coverage.leader_board.Standing`; NaN where it can't be given."""
    if key in OWN_SHARES:
        part, whole = OWN_SHARES[key]
        return share(counts[part], counts[whole])
    return measure_of(counts, key)
