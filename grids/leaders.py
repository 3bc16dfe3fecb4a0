"""Leaders to worrying places (包保): by department, then near; solved exactly as an assignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Seat:
    """How many worrying places one may answer for: at the least wanted, at the most."""

    wanted: int
    most: int


LEADER, OTHER = Seat(2, 3), Seat(1, 2)
"""A leader takes 2 or 3, others 1 or 2 (work plan of 低庄, 2024)."""
OTHER_DEPARTMENT, ACROSS, BEYOND_WANTED, NOT_A_LEADER = 4.0, 1.0, 2.0, 3.0
"""Costs: a place of another department; right across the town; one more than wanted; somebody who is no leader, for a
place of the worst risk."""


def assign_leaders(places: pd.DataFrame, people: pd.DataFrame, present: Sequence[int] | None = None) -> pd.DataFrame:
    """Give each worrying place somebody who answers for it: by department, then near; who has one keeps it.

    Parameters
    ----------
    places
        department, risk, x, y (metres; NaN without a position).
    people
        leads (bool: a leader, else other staff), department, x, y (NaN: of the whole town).
    present
        For each place the person who has it now (position), -1 for none. Kept as far as the person may have so many.

    Returns
    -------
    person (position, -1 where nobody is left), kept (bool), department (bool: it is the person's own), metres (NaN
    where not known).
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow import

    n, m = len(places), len(people)
    leads = people["leads"].to_numpy(dtype=bool)
    now = np.full(n, -1, dtype=np.int64) if present is None else np.asarray(present, dtype=np.int64)
    metres = np.hypot(
        places["x"].to_numpy(float)[:, None] - people["x"].to_numpy(float),
        places["y"].to_numpy(float)[:, None] - people["y"].to_numpy(float),
    )
    across = max(float(np.nanmax(metres, initial=0.0)), 1e-9) if not np.isnan(metres).all() else 1.0
    same = (places["department"].to_numpy(object)[:, None] == people["department"].to_numpy(object)) & places[
        "department"
    ].notna().to_numpy()[:, None]
    cost = OTHER_DEPARTMENT * ~same + ACROSS * np.nan_to_num(metres / across, nan=0.5)
    worst = (places["risk"] == "重大").to_numpy(bool)
    cost += NOT_A_LEADER * (worst[:, None] & ~leads[None, :])
    mine = now[:, None] == np.arange(m)
    cost = np.where(mine, -100.0, cost)
    seats = [
        (person, BEYOND_WANTED * max(0, number - seat.wanted + 1))
        for person in range(m)
        for seat in [LEADER if leads[person] else OTHER]
        for number in range(seat.most)
    ]
    person_of = np.array([person for person, _ in seats], dtype=np.int64)
    found = np.full(n, -1, dtype=np.int64)
    if n and m:
        place, at = linear_sum_assignment(cost[:, person_of] + np.array([extra for _, extra in seats]))
        found[place] = person_of[at]
    held = found >= 0
    rows = np.arange(n)
    return pd.DataFrame(
        {
            "person": found,
            "kept": held & (found == now),
            "department": held & same[rows, found] if m else np.zeros(n, dtype=bool),
            "metres": np.where(held, metres[rows, found], np.nan) if m else np.full(n, np.nan),
        }
    )
