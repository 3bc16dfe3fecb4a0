"""How urgent a gap is: one product of five factors for places, streets and ground, each shown beside the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.periods import local_days
from geodata.model import Town

Floats = npt.NDArray[np.float64]

RISK_WEIGHTS: Mapping[str, float] = MappingProxyType({"重大": 4.0, "较大": 3.0, "一般": 2.0, "低": 1.0})
UNRATED_WEIGHT = 1.0
STREET_M, GROUND_M2 = 500.0, 50_000.0
LONGEST_LATENESS = 12.0
"""Periods; a gap that nobody can date is as late as this."""
LATE, NOT_YET = 1.0, 0.5
"""Urgency: the period before was missed too (or a campaign is over); the period still runs."""
HISTORY_DAYS = 365
HISTORY_MOST = 10
MAJOR_COUNTS = 5
"""A major hazard counts as so many general ones."""
HISTORY_NEEDS = ("place_id", "found_at", "level", "void")
"""Columns of the hazards that `hazard_history` reads."""
WORRYING = "不放心点位"
WORRY = 1.5


@dataclass(frozen=True)
class Factors:
    """What makes n gaps urgent.

    Attributes
    ----------
    stake
        Risk weight of a place; for streets and ground how much of it: a place of low risk counts as much as `STREET_M`
        of street or `GROUND_M2` of ground. A stretch counts the same whole or in pieces.
    urgency
        `LATE` or `NOT_YET`.
    lateness
        Periods since somebody was there, at most `LONGEST_LATENESS`.
    history
        1 to 2: the hazards found there in the last `HISTORY_DAYS` (1: none, or nobody asked).
    worry
        `WORRY` at a worrying place, else 1.
    """

    stake: Floats
    urgency: Floats
    lateness: Floats
    history: Floats
    worry: Floats

    @property
    def score(self) -> Floats:
        """The product, rounded to 4 decimals."""
        product = self.stake * self.urgency * self.lateness * self.history * self.worry
        return np.asarray(np.round(product, 4))

    def columns(self) -> dict[str, Floats]:
        """Give the factors under the names of the gaps' columns."""
        names = ("stake", "urgency", "lateness", "history", "worry")
        return {name: np.round(getattr(self, name), 4) for name in names}


def of_size(size: Floats | pd.Series, lateness: Floats | pd.Series, missed_before: npt.ArrayLike) -> Factors:
    """Give the factors of streets or ground.

    Parameters
    ----------
    size
        Metres / `STREET_M`, m² / `GROUND_M2`.
    missed_before
        Whether nobody was there in the period before either.
    """
    late = np.fmin(np.asarray(lateness, dtype=float), LONGEST_LATENESS)
    ones = np.ones(len(late))
    urgency = np.where(np.asarray(missed_before, dtype=bool), LATE, NOT_YET)
    return Factors(np.asarray(size, dtype=float), urgency, late, ones, ones)


def hazard_history(hazards: pd.DataFrame, town: Town, as_of: date) -> pd.Series:
    """Count the hazards found at each place in the `HISTORY_DAYS` up to a day, a major one as `MAJOR_COUNTS`.

    Parameters
    ----------
    hazards
        place_id, found_at, level, void: as in a ledger. What was written down by mistake doesn't count.

    Returns
    -------
    place_id → count (float), places without any left out.
    """
    found = local_days(hazards["found_at"], town)
    since, until = np.datetime64(as_of - timedelta(days=HISTORY_DAYS), "D"), np.datetime64(as_of, "D")
    counts = (found > since) & (found <= until) & ~hazards["void"].to_numpy(bool)
    weight = np.where(hazards["level"].to_numpy()[counts] == "重大", float(MAJOR_COUNTS), 1.0)
    return pd.Series(weight).groupby(hazards["place_id"].to_numpy()[counts]).sum()


def history_factor(places: pd.Series, history: pd.Series | None) -> Floats:
    """Give 1 + min(hazards, `HISTORY_MOST`) / `HISTORY_MOST` for place ids; 1 where the history was not asked for."""
    if history is None:
        return np.ones(len(places))
    hazards = places.map(history).fillna(0.0).to_numpy(dtype=float)
    return np.asarray(1.0 + np.minimum(hazards, HISTORY_MOST) / HISTORY_MOST)


def worry_factor(tags: Sequence[object] | pd.Series) -> Floats:
    """Give `WORRY` where `WORRYING` is among the tags (`;` between), else 1."""
    codes, words = pd.factorize(pd.Series(tags, dtype=object))
    factor = np.array([WORRY if WORRYING in str(word).split(";") else 1.0 for word in words] + [1.0])
    return factor[codes]  # code -1 (missing) picks the last


def score_sentences(scores: pd.DataFrame, stake: str) -> list[str]:
    """Say how each score came about: `score` and the columns of `Factors`.

    Parameters
    ----------
    stake
        What the stake is: 风险, 长度…, 面积….
    """
    names = ("score", "stake", "urgency", "lateness", "history", "worry")
    rows = zip(*(scores[name].tolist() for name in names), strict=True)
    return [
        f"{score:.4g} = {stake}{size:.3g} × {'逾期' if urgency == LATE else '待查'}{urgency:g} × 间隔{late:.3g}期"
        + (f" × 隐患史{history:.2g}" if history > 1 else "")
        + (f" × {WORRYING}{worry:g}" if worry > 1 else "")
        for score, size, urgency, late, history, worry in rows
    ]
