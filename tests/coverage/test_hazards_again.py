"""A register that follows new rows is the one made anew."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.hazards import HazardRegister, hazard_register
from coverage.hazards_again import reregister
from geodata.ledger import Ledger
from tests.coverage import oracle
from tests.coverage.test_against_oracle import SOME
from tests.coverage.towns import cases, ledger_of

GROWING = ("inspections", "hazards", "steps")


def same(one: HazardRegister, other: HazardRegister) -> None:
    """Demand the same frames, dtypes and all."""
    for name in ("hazards", "places", "inspections"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


@settings(SOME, max_examples=12)
@given(cases(), st.data())
def test_new_rows(case: oracle.Case, data: st.DataObject) -> None:
    """After any new inspections, hazards and steps, the rows of the touched places give what all of them give."""
    whole, day = ledger_of(case), case["as_of"]
    kept = {name: data.draw(st.integers(0, len(whole.frames[name])), label=name) for name in GROWING}
    old = {name: whole.frames[name].iloc[:count] for name, count in kept.items()}
    visits, hazards, steps = (whole.frames[name].iloc[count:] for name, count in kept.items())
    before = hazard_register(Ledger(whole.town, {**whole.frames, **old}), day)
    every = whole.hazards
    told = set(hazards["id"]) | set(steps["hazard_id"])
    met = every["id"].isin(told) | every["inspection_id"].isin(set(visits["id"]))
    places = frozenset(visits["place_id"].dropna()) | frozenset(every["place_id"][met].dropna())
    some = every[met | every["place_id"].isin(places)].reset_index(drop=True)
    made = whole.inspections
    asked = {
        "hazards": some,
        "steps": whole.frames["steps"][whole.frames["steps"]["hazard_id"].isin(some["id"])].reset_index(drop=True),
        "inspections": made[made["place_id"].isin(places) | made["id"].isin(some["inspection_id"])],
    }
    after = reregister(before, Ledger(whole.town, {**whole.frames, **asked}), made, places)
    same(after, hazard_register(whole, day))
