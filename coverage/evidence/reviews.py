"""What people think of visits: it stands beside the grade and never replaces it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

import numpy as np
import pandas as pd

from coverage.periods import local_days
from geodata.model import Town

VERDICTS: Mapping[str, str] = MappingProxyType({"genuine": "核实属实", "doubtful": "仍存疑", "false": "核实不属实"})
"""Verdicts of the reviews table, and what they are called."""


def with_reviews(visits: pd.DataFrame, reviews: pd.DataFrame, town: Town, as_of: date) -> pd.DataFrame:
    """Give graded visits with the latest review of each up to the end of a day.

    Parameters
    ----------
    visits
        Of `coverage.evidence.grading.Graded`.
    reviews
        Of a ledger, in the order of writing.

    Returns
    -------
    The visits with verdict, review_reason, reviewer (str, NaN = nobody looked), reviewed_on (datetime64[s], day).
    """
    by_then = reviews[local_days(reviews["at"], town) <= np.datetime64(as_of, "D")]
    latest = by_then.drop_duplicates("inspection_id", keep="last").set_index("inspection_id")
    told = latest.reindex(visits["inspection_id"])
    days = local_days(told["at"], town).astype("datetime64[s]")
    names = {"verdict": "verdict", "review_reason": "reason", "reviewer": "actor"}
    return visits.assign(**{name: told[column].array for name, column in names.items()}, reviewed_on=days)


def looked_at_first(visits: pd.DataFrame) -> pd.DataFrame:
    """Order visits for people who look: those nobody reviewed, worst grade, most suspicious, newest first."""
    reviewed = visits["verdict"].notna().to_numpy() if "verdict" in visits else np.zeros(len(visits), dtype=bool)
    at = visits["at"].to_numpy(dtype="datetime64[s]").astype(np.int64)
    grade = visits["grade"].map({"D": 0, "C": 1, "B": 2, "A": 3}).to_numpy()
    order = np.lexsort((-at, -visits["suspicion"].to_numpy(dtype=float), grade, reviewed))
    return visits.iloc[order]


def review_row(
    inspection_id: str, before: int, verdict: str, reason: str, actor: str, at: datetime, town: Town
) -> pd.DataFrame:
    """Give the row of a new review, the one after `before` others of the inspection."""
    texts = {
        "id": f"{inspection_id}/{before:04d}",
        "inspection_id": inspection_id,
        "verdict": verdict,
        "reason": reason,
        "actor": actor,
    }
    row = {name: pd.Series([text], dtype="str") for name, text in texts.items()}
    return pd.DataFrame({**row, "at": pd.Series([at]).dt.tz_convert(town.timezone).dt.as_unit("s")})
