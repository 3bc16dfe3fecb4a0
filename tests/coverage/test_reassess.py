"""Figures that follow new inspections are those computed anew."""

from __future__ import annotations

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coverage.assess import Assessment, assess, reassess
from coverage.rules import parse_rules
from geodata.ledger import Ledger
from tests.coverage import oracle
from tests.coverage.towns import cases, ledger_of, rules_text


def same(one: Assessment, other: Assessment) -> None:
    """Demand the same frames, dtypes and all."""
    pd.testing.assert_frame_equal(one.places, other.places)
    pd.testing.assert_frame_equal(one.duties, other.duties)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(), st.data())
def test_new_inspections(case: oracle.Case, data: st.DataObject) -> None:
    """After any new inspections, those of the touched places alone give what all of them give."""
    rules, whole, day = parse_rules(rules_text(case["rules"])), ledger_of(case), case["as_of"]
    frame = whole.inspections
    kept = data.draw(st.integers(0, len(frame)), label="inspections that were there before")
    before = assess(Ledger(whole.town, {**whole.frames, "inspections": frame.iloc[:kept]}), rules, day)
    touched = frozenset(frame["place_id"].iloc[kept:].dropna())
    some = frame[frame["place_id"].isin(touched)].reset_index(drop=True)
    after = reassess(before, Ledger(whole.town, {**whole.frames, "inspections": some}), touched)
    same(after, assess(whole, rules, day))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_nothing_new(case: oracle.Case) -> None:
    """Without a touched place, or with an unknown one, nothing changes."""
    rules, ledger = parse_rules(rules_text(case["rules"])), ledger_of(case)
    before = assess(ledger, rules, case["as_of"])
    same(reassess(before, ledger, frozenset()), before)
    same(reassess(before, ledger, frozenset({"nobody knows it"})), before)
