"""The state of each duty of each place on a day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coverage.duties import Owed
from coverage.periods import Period
from coverage.visits import Flags, Ints, Tally, Visits, tally

STATES = ("done", "pending", "overdue", "exempt")
DONE, PENDING, OVERDUE, EXEMPT = range(len(STATES))


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
    spans = places[["opened", "closed_from"]]
    parts = [
        _judge_rule(each, spans, tallies[each.rule.by, each.rule.verified], tallies[each.rule.by, True])
        for each in owed
    ]
    return pd.concat([_none_owed(), *parts], ignore_index=True)


def _judge_rule(owed: Owed, spans: pd.DataFrame, counted: Tally, verified: Tally) -> pd.DataFrame:
    """Judge one rule at the places that owe it; `spans` has opened and closed_from of every place."""
    at, period, times = owed.places, owed.term.period, owed.rule.times
    spans = spans.iloc[at]
    exempt = _exempt(spans, period)
    in_period = counted.count(period)[at]
    last = counted.last[at]
    state = np.select([exempt, in_period >= times, _late(owed, spans, counted)], [EXEMPT, DONE, OVERDUE], PENDING)
    return pd.DataFrame(
        {
            "place": at,
            "rule": owed.which,
            "state": _states(state),
            "never": (state == OVERDUE) & np.isnat(last),
            "counted": in_period,
            "verified": ~exempt & (verified.count(period)[at] >= times),
            "last": last.astype("datetime64[s]"),
        }
    )


def _states(codes: Ints) -> pd.Series:
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(STATES)))


def _exempt(spans: pd.DataFrame, period: Period) -> Flags:
    """Say which places are exempt in the period.

    "exempt when p was closed/suspended through P, or opened inside P": closed from its first day or before; opened on
    its first day or later (a place opened after a campaign has ended did not exist in its window either).
    """
    first = np.datetime64(period.first, "s")
    closed_through = spans["closed_from"].to_numpy(dtype="datetime64[s]") <= first
    return closed_through | (spans["opened"].to_numpy(dtype="datetime64[s]") >= first)  # NaT compares as False


def _late(owed: Owed, spans: pd.DataFrame, counted: Tally) -> Flags:
    """Say where "not done" means overdue, exempt and done places apart.

    "overdue when the previous period was owed and not done either"; "after a campaign window has ended, not done is
    overdue".
    """
    before = owed.term.previous
    if before is None:
        return np.full(len(spans), owed.term.ended)
    return ~_exempt(spans, before) & (counted.count(before)[owed.places] < owed.rule.times)


def _none_owed() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "place": np.empty(0, dtype=np.int64),
            "rule": np.empty(0, dtype=np.int64),
            "state": _states(np.empty(0, dtype=np.int64)),
            "never": np.empty(0, dtype=bool),
            "counted": np.empty(0, dtype=np.int64),
            "verified": np.empty(0, dtype=bool),
            "last": np.empty(0, dtype="datetime64[s]"),
        }
    )
