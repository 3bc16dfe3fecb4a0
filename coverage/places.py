"""The state of each duty of each place on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.duties import Owed
from coverage.periods import Days, Period
from coverage.visits import Flags, Tally, Visits, tally

STATES = ("done", "pending", "overdue", "exempt")
DONE, PENDING, OVERDUE, EXEMPT = range(len(STATES))

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


@dataclass(frozen=True)
class Spans:
    """From when each place was open and from when it is closed (datetime64[D], NaT = ever / not)."""

    opened: Days
    closed_from: Days

    def exempt(self, period: Period) -> Flags:
        """Say which places are exempt in the period.

        "exempt when p was closed/suspended through P, or opened inside P": closed from its first day or before; opened
        on its first day or later (a place opened after a campaign has ended did not exist in its window either).
        """
        first = np.datetime64(period.first, "D")
        return (self.closed_from <= first) | (self.opened >= first)  # NaT compares as False


def judge(owed: Sequence[Owed], places: pd.DataFrame, visits: Visits, verified: Flags) -> pd.DataFrame:
    """Give one row a duty (place × owed rule) with its state as of D, by rule (order of the file), then place.

    Returns
    -------
    place, rule (int, positions), state (category of `STATES`), never (bool), counted (int, counted inspections in the
    period), verified (bool: owed, and the verified ones alone reach `times`), last (datetime64[s], NaT = none).
    """
    tallies = {
        (by, only_verified): tally(visits, by, len(places), verified if only_verified else None)
        for by in {each.rule.by for each in owed}
        for only_verified in (False, True)
    }
    opened, closed_from = (places[name].to_numpy(dtype="datetime64[D]") for name in ("opened", "closed_from"))
    parts = [
        _judge_rule(
            each,
            Spans(opened[each.places], closed_from[each.places]),
            tallies[each.rule.by, each.rule.verified],
            tallies[each.rule.by, True],
        )
        for each in owed
    ]
    columns = {name: np.concatenate([none, *(part[name] for part in parts)]) for name, none in NO_DUTIES.items()}
    state = pd.Categorical.from_codes(columns["state"], categories=pd.Index(STATES))
    return pd.DataFrame(columns | {"state": pd.Series(state)})


def _judge_rule(owed: Owed, spans: Spans, counted: Tally, verified: Tally) -> dict[str, npt.NDArray[Any]]:
    """Judge one rule at the places that owe it; `spans` are theirs."""
    at, period, times = owed.places, owed.term.period, owed.rule.times
    exempt = spans.exempt(period)
    in_period = counted.count(period)[at]
    last = counted.last[at]
    state = np.select([exempt, in_period >= times, _late(owed, spans, counted)], [EXEMPT, DONE, OVERDUE], PENDING)
    return {
        "place": at,
        "rule": np.full(len(at), owed.which),
        "state": state.astype(np.int8),
        "never": (state == OVERDUE) & np.isnat(last),
        "counted": in_period,
        "verified": ~exempt & (verified.count(period)[at] >= times),
        "last": last.astype("datetime64[s]"),
    }


def _late(owed: Owed, spans: Spans, counted: Tally) -> Flags:
    """Say where "not done" means overdue, exempt and done places apart.

    "overdue when the previous period was owed and not done either"; "after a campaign window has ended, not done is
    overdue".
    """
    before = owed.term.previous
    if before is None:
        return np.full(len(owed.places), owed.term.ended)
    return ~spans.exempt(before) & (counted.count(before)[owed.places] < owed.rule.times)
