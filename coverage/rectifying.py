"""How well hazards were rectified: within their time or not, and whether they came back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Flags = npt.NDArray[np.bool_]

COMES_BACK_DAYS = 180
"""A hazard of the same kind that is found at a place so many days after an earlier one was rectified came back."""
_LINE = 10_000_000
"""Longer than any span of days since 1970: groups stand one after another on one line."""


def in_time(hazards: pd.DataFrame) -> Flags:
    """Say which hazards were rectified on or before their deadline; without one, on the very day they were found.

    Parameters
    ----------
    hazards
        Of a `HazardRegister`.
    """
    done, found, deadline = _rectified_day(hazards), _days(hazards["found"]), _days(hazards["deadline"])
    return np.asarray(
        hazards["rectified"].to_numpy(bool) & ((done <= deadline) | (np.isnat(deadline) & (done == found)))
    )


def late(hazards: pd.DataFrame) -> Flags:
    """Say which hazards were rectified after their deadline."""
    done, deadline = _rectified_day(hazards), _days(hazards["deadline"])
    return np.asarray(hazards["rectified"].to_numpy(bool) & (done > deadline))


def recurring(hazards: pd.DataFrame) -> Flags:
    """Say which hazards came back: found at most `COMES_BACK_DAYS` after an earlier one of the same place and category.

    Earlier: rectified before the day on which this one was found. Void ones, those without place or category, and those
    rectified before they were found, bring none back.
    """
    named = hazards["place_id"].notna() & hazards["category"].notna() & ~hazards["void"]
    rows = np.flatnonzero(named.to_numpy(bool))
    part = hazards.iloc[rows]
    group = part.groupby(["place_id", "category"], sort=False).ngroup().to_numpy(dtype=np.int64) * _LINE
    found, done = _days(part["found"]).astype(np.int64), _rectified_day(part)
    over = done >= _days(part["found"])  # NaT compares as False
    line = np.append(np.sort(group[over] + done[over].astype(np.int64)), np.iinfo(np.int64).max)
    latest = np.searchsorted(line, group + found, side="left") - 1
    came_back = (latest >= 0) & (line[latest] >= group + found - COMES_BACK_DAYS)
    flags = np.zeros(len(hazards), dtype=bool)
    flags[rows] = came_back
    return flags


def _rectified_day(hazards: pd.DataFrame) -> npt.NDArray[np.datetime64]:
    """Give the day on which each was rectified: of being rectified and closed the first; NaT: not by D."""
    return np.fmin(_days(hazards["rectified_on"]), _days(hazards["closed_on"]))


def _days(column: pd.Series) -> npt.NDArray[np.datetime64]:
    return np.asarray(column.to_numpy(dtype="datetime64[D]"))
