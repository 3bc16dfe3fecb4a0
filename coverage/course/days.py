"""Hazards as they stood on a day: by their steps up to it, all at once."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from coverage.course.transitions import State
from coverage.periods import local_days
from geodata.model import Town


def as_of_steps(hazards: pd.DataFrame, steps: pd.DataFrame, town: Town, as_of: date) -> pd.DataFrame:
    """Give the hazards with deadline, rectified_at, closed_at and void as they stood at the end of a day.

    A hazard with steps stands as its last step up to the day left it; before the first, as that (the ledger's row of
    then) says, since its row follows its last step; one without steps, as its row says.

    Parameters
    ----------
    hazards, steps
        Of a ledger; steps: hazard_id, at, state, deadline, rectified_at, closed_at, in the order of writing.
    """
    if steps.empty:
        return hazards
    position = np.asarray(pd.Index(hazards["id"]).get_indexer(steps["hazard_id"]), dtype=np.int64)
    known = np.flatnonzero(position >= 0)
    known = known[np.argsort(steps["at"].astype("int64").to_numpy()[known], kind="stable")]
    then = known[local_days(steps["at"], town)[known] <= np.datetime64(as_of, "D")]
    last = np.full(len(hazards), -1, dtype=np.int64)
    last[position[known[::-1]]] = known[::-1]  # the first step; of several assignments the last stays
    last[position[then]] = then
    stepped = np.flatnonzero(last >= 0)
    left = steps.iloc[last[stepped]]
    changed = hazards.copy()
    for name in ("deadline", "rectified_at", "closed_at"):
        column = changed[name].copy()
        column.iloc[stepped] = left[name].array
        changed[name] = column
    void = changed["void"].to_numpy(dtype=bool, copy=True)
    void[stepped] = (left["state"] == State.VOID).to_numpy(bool)
    return changed.assign(void=void)
