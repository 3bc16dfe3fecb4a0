"""What people decided about risk: the rows that are written, and the risk that a place had on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from coverage.assess import assess
from coverage.figures import coverage_figures, records
from coverage.hazards import hazard_figures, hazard_register
from coverage.risk_decisions import decide, risks_on
from geodata.model import RISKS, Town
from tests.coverage.oracle import Case
from tests.coverage.towns import cases, ledger_of, make_case, rules_of

TOWN = Town("样板镇", "441900121")


def town() -> Case:
    """Make a town of two places of low risk; the first was 一般 before 1 May and unrated before 1 March."""
    case = make_case(1, date(2024, 6, 30), "Asia/Shanghai", (2, 0, 0, 0, 0))
    decisions = [
        {"id": "p0/0001", "place_id": "p0", "at": datetime(2024, 5, 1, 1, tzinfo=UTC), "before": "一般"},
        {"id": "p0/0000", "place_id": "p0", "at": datetime(2024, 2, 29, 17, tzinfo=UTC), "before": None},
        {"id": "x/0000", "place_id": "gone", "at": datetime(2024, 5, 1, tzinfo=UTC), "before": "重大"},
    ]
    return case | {"places": [place | {"risk": "低"} for place in case["places"]], "decisions": decisions}


@pytest.mark.parametrize(
    ("day", "risk"),
    [
        (date(2024, 2, 29), None),
        (date(2024, 3, 1), "一般"),
        (date(2024, 4, 30), "一般"),
        (date(2024, 5, 1), "低"),
        (date(2024, 6, 30), "低"),
    ],
)
def test_the_risk_of_a_day(day: date, risk: str | None) -> None:
    """On the day of a decision, by the town's clock, its colour holds; the ledger's own rows stay as they are."""
    ledger = ledger_of(town())
    then = risks_on(ledger.places, ledger.risk_decisions, day)["risk"].tolist()
    assert [None if pd.isna(one) else one for one in then] == [risk, "低"]
    assert ledger.places["risk"].tolist() == ["低", "低"]


@settings(max_examples=30, deadline=None)
@given(cases(), st.sampled_from(RISKS), st.sampled_from([timedelta(days=1), timedelta(days=40)]))
def test_a_decision_never_changes_the_past(case: Case, accepted: str, later: timedelta) -> None:
    """Figures of D are the same after a place got another risk on a later day."""
    if not case["places"]:
        return
    place = case["places"][0]
    at = datetime(case["as_of"].year, case["as_of"].month, case["as_of"].day, 23, tzinfo=UTC) + later
    old = [one for one in case["decisions"] if one["at"] < at]
    case = case | {"decisions": old}
    decision = {"id": "new", "place_id": place["id"], "at": at, "before": place["risk"]}
    places = [place | {"risk": accepted}, *case["places"][1:]]
    after = case | {"places": places, "decisions": [*old, decision]}
    assert figures(case) == figures(after)


def figures(case: Case) -> tuple[object, object]:
    """Give coverage and hazards by risk."""
    ledger, day = ledger_of(case), case["as_of"]
    duties, hazards = assess(ledger, rules_of(case), day), hazard_register(ledger, day)
    return records(coverage_figures(duties, "risk")), records(hazard_figures(hazards, "risk"))


def proposals() -> pd.DataFrame:
    """Give two proposals, one of an unrated place."""
    columns = {"place_id": ["a", "b"], "risk": ["低", None], "proposed": ["一般", "较大"]}
    texts = {name: pd.Series(words, dtype="str") for name, words in columns.items()}
    return pd.DataFrame(texts | {"risk_score": [20.0, 50.0]})


def test_what_is_written() -> None:
    """Each place gets a row with what it was, what was proposed and what was decided, and its new colour."""
    at = datetime(2024, 7, 1, 1, tzinfo=UTC)
    made = decide(proposals(), [0, 2], accepted=None, actor="甲", reason="核实", at=at, town=TOWN)
    rows = made.decisions
    assert rows["id"].tolist() == ["a/0000", "b/0002"]
    assert rows["before"].isna().tolist() == [False, True]
    assert rows["accepted"].tolist() == rows["proposed"].tolist() == made.places["risk"].tolist() == ["一般", "较大"]
    assert rows["score"].tolist() == [20.0, 50.0]
    assert str(rows["at"].dtype) == "datetime64[s, Asia/Shanghai]"


def test_a_person_may_decide_otherwise() -> None:
    """A colour that is named is written for all, beside what was proposed."""
    at = datetime(2024, 7, 1, 1, tzinfo=UTC)
    made = decide(proposals(), [0, 0], accepted="重大", actor="甲", reason="核实", at=at, town=TOWN)
    assert made.decisions["proposed"].tolist() == ["一般", "较大"]
    assert made.places["risk"].tolist() == made.decisions["accepted"].tolist() == ["重大", "重大"]


def test_no_decisions() -> None:
    """Without any, the places are as they are."""
    ledger = ledger_of(town() | {"decisions": []})
    assert_frame_equal(risks_on(ledger.places, ledger.risk_decisions, date(2024, 1, 1)), ledger.places)
