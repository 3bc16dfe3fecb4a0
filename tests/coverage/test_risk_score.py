"""The proposed risk of a place: as the plain loops say, never lower for one more hazard, explained in a sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.assess import assess
from coverage.figures import records
from coverage.hazards import hazard_register
from coverage.risk_policy import RISING, RiskPolicy, parse_risk
from coverage.risk_score import propose_risks, worst_changes_first
from tests.coverage import risk_oracle
from tests.coverage.oracle import Case
from tests.coverage.towns import Dice, cases, ledger_of, make_case, make_hazard, rules_of

SOME = settings(max_examples=40, deadline=None)
TOWNS = parse_risk(
    '[risk]\ndays = 90\n[risk.industry]\n"工贸" = 7\n[risk.least]\n"工贸" = "一般"\n[risk.headcount]\n"1" = 2\n'
    '"3" = 4.5\n'
    '[risk.levels]\n"一般" = 8\n"较大" = 20\n"重大" = 40\n'
)
POLICIES = st.sampled_from([parse_risk(""), TOWNS])


def proposed(case: Case, policy: RiskPolicy) -> pd.DataFrame:
    """Propose the risks of a case."""
    ledger, day = ledger_of(case), case["as_of"]
    return propose_risks(assess(ledger, rules_of(case), day), hazard_register(ledger, day), policy)


@SOME
@given(cases(), POLICIES)
def test_as_the_loops_say(case: Case, policy: RiskPolicy) -> None:
    """Each open place of a random town has the points, counts, score, colour and change of the definitions."""
    frame = proposed(case, policy)
    expected = risk_oracle.proposals(case, policy)
    assert records(frame[list(expected[0])] if expected else frame) == expected
    assert all(row["why"].endswith("。") for row in records(frame))


@SOME
@given(cases(), POLICIES, st.integers(0, 999))
def test_one_more_hazard_never_lowers_a_score(case: Case, policy: RiskPolicy, seed: int) -> None:
    """Whatever the hazard: no place gets fewer points or a lower colour, and only its own place may get more."""
    if not case["places"]:
        return
    dice = Dice(seed, case["as_of"], case["town"]["zone"])
    hazard = make_hazard(dice, 999, case["places"], case["inspections"])
    before, after = (
        proposed(case | {"hazards": hazards}, policy) for hazards in (case["hazards"], [*case["hazards"], hazard])
    )
    others = (before["place_id"] != hazard["place_id"]).to_numpy()
    assert (after["risk_score"] >= before["risk_score"]).all()
    assert (after["risk_score"][others] == before["risk_score"][others]).all()
    rank = {name: number for number, name in enumerate(RISING)}
    assert (after["proposed"].map(rank) >= before["proposed"].map(rank)).all()


@pytest.mark.long
@SOME
@given(cases())
def test_the_same_twice(case: Case) -> None:
    """The same town gives the same proposals; their order depends on nothing else."""
    first, again = (proposed(case, TOWNS) for _ in range(2))
    one, other = worst_changes_first(first), worst_changes_first(again)
    pd.testing.assert_frame_equal(one, other)
    backwards = worst_changes_first(again.iloc[::-1])
    assert backwards["place_id"].tolist() == one["place_id"].tolist()


def test_the_sentence_says_what_counts() -> None:
    """Every factor that gives points is named with its number, then the sum, what it reaches and what to do."""
    case = towns_of_one()
    (row,) = records(proposed(case, TOWNS))
    assert row["why"] == (
        "行业工贸 7 分，一般隐患 1 条 1 分，未整改隐患 1 条 3 分，从业人数 4.5 分，不放心点位 10 分；"
        "合计 25.5 分，达到较大（20 分起），建议由低调高为较大。"
    )
    (quiet,) = records(proposed(quiet_town(case), TOWNS))
    assert quiet["why"] == ("行业工贸 7 分；合计 7 分，不到一般（8 分起），工贸最低定为一般，尚未定级，建议定为一般。")


def towns_of_one() -> Case:
    """Make a town with one place of trade, four people, worrying, with one open hazard."""
    case = make_case(5, date(2024, 6, 30), "Asia/Shanghai", (1, 0, 0, 0, 1))
    place = case["places"][0] | {"industry": "工贸", "risk": "低", "headcount": 4, "tags": ["不放心点位"]}
    place |= {"opened": None, "closed": None, "status": "open"}
    hazard = case["hazards"][0] | {"place_id": "p0", "found_at": datetime(2024, 6, 1, tzinfo=UTC), "level": "一般"}
    hazard |= {"deadline": None, "rectified_at": None, "closed_at": None, "void": False}
    return case | {"places": [place], "hazards": [hazard], "decisions": [], "rules": [], "earlier": []}


def quiet_town(case: Case) -> Case:
    """Take everything away that gives points but the industry, and the risk."""
    place = case["places"][0] | {"risk": None, "headcount": None, "tags": []}
    return case | {"places": [place], "hazards": []}
