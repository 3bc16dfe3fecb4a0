"""The state of each duty of each place on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.counting import Count, Tally
from coverage.duties import Owed
from coverage.exemptions import Exemptions
from coverage.visits import Flags

STATES = ("done", "pending", "overdue", "exempt")
DONE, PENDING, OVERDUE, EXEMPT = range(len(STATES))
STATE = pd.CategoricalDtype(pd.Index(STATES))

NO_DUTIES: Mapping[str, npt.NDArray[Any]] = MappingProxyType(
    {
        "place": np.empty(0, dtype=np.int64),
        "rule": np.empty(0, dtype=np.int64),
        "state": np.empty(0, dtype=np.int8),
        "never": np.empty(0, dtype=bool),
        "counted": np.empty(0, dtype=np.int64),
        "verified": np.empty(0, dtype=bool),
        "last": np.empty(0, dtype="datetime64[s]"),
    }
)
"""Columns of the duties, without rows."""


def judge(owed: Sequence[Owed], exemptions: Exemptions, count: Count) -> pd.DataFrame:
    """Give one row a duty (place × owed rule) with its state as of D, by rule (order of the file), then place.

    Returns
    -------
    place, rule (int, positions), state (category of `STATES`), never (bool), counted (int, counted inspections in the
    period), verified (bool: owed, and the verified ones alone reach `times`), last (datetime64[s], NaT = none).
    """
    parts = [_judge_rule(each, exemptions, count.of(each.rule), count.verified_of(each.rule)) for each in owed]
    columns = {name: np.concatenate([none, *(part[name] for part in parts)]) for name, none in NO_DUTIES.items()}
    state = pd.Categorical.from_codes(columns["state"], dtype=STATE)
    return pd.DataFrame(columns | {"state": pd.Series(state)}, copy=False)  # all made here


def _judge_rule(owed: Owed, exemptions: Exemptions, counted: Tally, verified: Tally) -> dict[str, npt.NDArray[Any]]:
    """Judge one rule at the places that owe it."""
    at, period, times = owed.places, owed.term.period, owed.rule.times
    exempt = exemptions.of(owed.rule, period)[at]
    in_period = counted.count(period)[at]
    last = counted.last[at]
    state = np.select([exempt, in_period >= times, _late(owed, exemptions, counted)], [EXEMPT, DONE, OVERDUE], PENDING)
    return {
        "place": at,
        "rule": np.full(len(at), owed.which),
        "state": state.astype(np.int8),
        "never": (state == OVERDUE) & np.isnat(last),
        "counted": in_period,
        "verified": ~exempt & (verified.count(period)[at] >= times),
        "last": last.astype("datetime64[s]"),
    }


def _late(owed: Owed, exemptions: Exemptions, counted: Tally) -> Flags:
    """Say where "not done" means overdue, exempt and done places apart.

    "overdue when the previous period was owed and not done either"; "after a campaign window has ended, not done is
    overdue".
    """
    before, at = owed.term.previous, owed.places
    if before is None:
        return np.full(len(at), owed.term.ended)
    return ~exemptions.of(owed.rule, before)[at] & (counted.count(before)[at] < owed.rule.times)
