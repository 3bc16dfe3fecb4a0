"""Colours, hatches and class limits; colour-blind people can tell every palette apart (tests/maps/test_colours.py)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

COVERAGE_LIMITS: tuple[float, ...] = (0.0, 0.40, 0.60, 0.80, 0.90, 0.95, 1.0)
"""Fixed limits of coverage rates, the same for every town, level and day, so that maps can be laid side by side.

Narrow at the top, where towns differ; a class holds its lower limit, the last one also 100 %.
"""
COVERAGE_COLOURS: tuple[str, ...] = ("#b2182b", "#ef8a62", "#fddbc7", "#d1e5f0", "#67a9cf", "#2166ac")
"""ColorBrewer RdBu (diverging, 6 classes, marked colour-blind safe): red below 80 %, blue above."""

OFF_LIMITS: tuple[float, ...] = (-0.20, -0.10, -0.05, 0.05, 0.10, 0.20)
"""Limits of how far a grid's work is off what it should be; within 5 % is balance."""
OFF_COLOURS: tuple[str, ...] = ("#542788", "#998ec3", "#d8daeb", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806")
"""ColorBrewer PuOr (diverging, 7 classes, colour-blind safe): violet too little work, orange too much."""
CHANGE_COLOURS: tuple[str, ...] = OFF_COLOURS
"""The same for what changed from one time to another: violet better, orange worse, the middle hardly any change."""
SHAPE_LIMITS: tuple[float, ...] = (0.2, 0.3, 0.4, 0.5, 0.6)
SHAPE_COLOURS: tuple[str, ...] = ("#993404", "#d95f0e", "#fe9929", "#fed98e", "#e5f5d0", "#a6d96a")
"""Polsby-Popper: a disc has 1, a square 0.79; ragged shapes are dark."""

HOT_COLOURS: tuple[str, ...] = (*COVERAGE_COLOURS[:3], "#f7f7f7", *COVERAGE_COLOURS[3:])
"""ColorBrewer RdBu (7 classes): hot 99, 95, 90 %, not significant, cold 90, 95, 99 %."""
COURSE_COLOURS: tuple[str, ...] = ("#7a0177", "#c51b8a", "#f768a1", "#a6bddb", "#2b8cbe", "#fdd49e", "#f7f7f7")
"""New, rising, lasting, falling, gone, unsteady, never hot."""
UNTESTED_FILL = "#d9d9d9"

NEVER, NOTHING_OWED = len(COVERAGE_COLOURS), len(COVERAGE_COLOURS) + 1
"""Classes beside the rates: nothing owed was ever inspected; nothing is owed (or no places)."""
NEVER_FILL, NOTHING_FILL = "url(#hatch-never)", "url(#hatch-nothing)"

COUNT_COLOURS: tuple[str, ...] = ("#f7f7f7", "#dfdbec", "#c1b9dc", "#a095c7", "#7f6fb0", "#5d4a93")
"""Light to dark violet for numbers of gaps, so that the places on top stand out; the first is "none"."""

MEASURE_COLOURS: tuple[str, ...] = ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404")
"""ColorBrewer YlOrBr (sequential, 5 classes, colour-blind safe): more is worse, and darker."""

HEAT_COLOURS: tuple[str, ...] = ("#fed976", "#feb24c", "#fd8d3c", "#f03b20", "#bd0026", "#67000d")
"""ColorBrewer YlOrRd, darkened at the top: lightness falls with every class, which is what the eye reads first."""


@dataclass(frozen=True)
class PlaceStyle:
    """How a place is drawn: differs by size and outline too, not by colour alone."""

    label: str
    fill: str
    outline: str
    radius: int
    filled: bool


GAP_STYLES: dict[str, PlaceStyle] = {
    "never": PlaceStyle("从未检查", "#1a1a1a", "#ffffff", 6, True),
    "overdue": PlaceStyle("逾期未查", "#d55e00", "#ffffff", 5, True),
    "pending": PlaceStyle("本期待查", "#ffffff", "#0072b2", 4, True),
    "done": PlaceStyle("已查", "#56b4e9", "#ffffff", 3, True),
    "nothing": PlaceStyle("无应查任务", "#d9d9d9", "#8c8c8c", 3, True),
}
"""Worst first; vermilion, blue and sky blue of Okabe and Ito's palette for colour-blind readers."""

RISK_STYLES: dict[str, PlaceStyle] = {
    "重大": PlaceStyle("重大风险", "#c8102e", "#ffffff", 6, True),
    "较大": PlaceStyle("较大风险", "#ff7f0e", "#ffffff", 5, True),
    "一般": PlaceStyle("一般风险", "#ffd800", "#8a7600", 3, True),
    "低": PlaceStyle("低风险", "#1f6fd6", "#ffffff", 3, True),
    "未评级": PlaceStyle("未评级", "#8d949a", "#33393e", 3, True),
}
"""The national scheme of four colours (红橙黄蓝), worst first, and grey for no level; sizes and outlines differ too."""
RISK_FILLS: tuple[str, ...] = ("#ef8f8f", "#fcc48d", "#fff3b0", "#bcd9f5", "#e9e9e7")
"""The same hues for areas, light enough for the places on top to stand out."""
RISK_PATTERNS: tuple[str, ...] = tuple(f"url(#hatch-risk-{at})" for at in range(len(RISK_FILLS)))
"""Those hues with a pattern each (`frame.html`): the colours are given by rule, something else must tell them apart."""


def percent_labels(limits: tuple[float, ...] = COVERAGE_LIMITS) -> list[str]:
    """Write the classes of rates: `0–40%`, … `95–100%`."""
    return [f"{low:.0%}–{high:.0%}".replace("%–", "–") for low, high in pairwise(limits)]


def coverage_classes(rate: npt.ArrayLike, owed: npt.ArrayLike, never: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Give the class of each area.

    Parameters
    ----------
    rate
        Coverage rate, 0–1, NaN where nothing is owed.
    owed, never
        Duties owed (done + pending + overdue), and those that mark a place never inspected.

    Returns
    -------
    Position in `COVERAGE_COLOURS`; `NEVER` where every owed duty is a never one; `NOTHING_OWED` where none is owed.
    """
    rates, owes = np.asarray(rate, dtype=float), np.asarray(owed)
    inside = np.searchsorted(COVERAGE_LIMITS[1:-1], np.nan_to_num(rates), side="right")
    never_at_all = (owes > 0) & (np.asarray(never) == owes)
    return np.select([owes == 0, never_at_all], [NOTHING_OWED, NEVER], default=inside).astype(np.int64)


def nice_limits(largest: float, classes: int) -> list[float]:
    """Give up to `classes` rising limits of the series 1-2-5, the last one not above `largest`.

    Class i runs from limit i to limit i + 1, the last one upwards. Empty when `largest` is not positive.
    """
    if largest <= 0:
        return []
    decade = math.floor(math.log10(largest)) + 1
    series = [step * 10.0**power for power in range(decade - classes, decade + 1) for step in (1, 2, 5)]
    return [limit for limit in series if limit <= largest * (1 + 1e-9)][-classes:]


def count_limits(largest: int, classes: int) -> list[int]:
    """Give limits as `nice_limits` does, for whole numbers: from 1 on, none below."""
    return [int(limit) for limit in nice_limits(largest, classes) if limit >= 1]


def rgb(colour: str) -> tuple[int, int, int]:
    """Turn `#rrggbb` into three numbers 0–255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
