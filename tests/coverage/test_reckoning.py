"""The visits shown under a duty are those that its figures count, and each of the others says why not."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from coverage.assess import assess
from coverage.reckoning import duties_with_evidence, place_history
from coverage.rules import parse_rules
from geodata.ledger import Ledger
from tests.coverage import oracle
from tests.coverage.towns import cases, ledger_of, rules_of

HERE, FAR = (113.75, 22.75), (113.76, 22.75)
DAY = date(2024, 6, 20)


def whole_ledger(case: oracle.Case) -> Ledger:
    """Give the ledger with the columns that only sentences need."""
    ledger = ledger_of(case)
    exemptions = ledger.exemptions.assign(reason="设备检修", approver="安委办")
    moves = ledger.moves.assign(address="老工业区3号")
    return Ledger(ledger.town, {**ledger.frames, "exemptions": exemptions, "moves": moves})


@settings(max_examples=12, deadline=None)
@given(cases())
def test_counted_visits_are_those_of_the_figures(case: oracle.Case) -> None:
    """In each period as many visits are counted as the duty says; nothing is said of a visit twice."""
    ledger = whole_ledger(case)
    done = assess(ledger, rules_of(case), case["as_of"])
    for place_id in done.places["id"]:
        for duty in duties_with_evidence(ledger, done, place_id):
            counted = [visit for visit in duty["visits"] if visit["counted"]]
            assert sum(visit["this_period"] for visit in counted) == duty["counted"]
            assert duty["verified"] is (
                duty["state"] != "exempt"
                and sum(visit["verified"] for visit in counted if visit["this_period"]) >= duty["times"]
            )
            assert len({visit["id"] for visit in duty["visits"]}) == len(duty["visits"])
            assert all(visit["why"] for visit in duty["visits"])


def town(**changed: Any) -> Ledger:
    """Give a town of one place, inspected on 10 June, with what is changed of the inspection or of the town."""
    place = {"id": "p", "name": "p", "tags": [], "status": "open", "xy": HERE, "opened": changed.pop("opened", None)}
    place |= dict.fromkeys(("industry", "risk", "department", "headcount", "closed"))
    tables = {name: changed.pop(name, []) for name in ("exemptions", "moves")}
    at = datetime.fromisoformat("2024-06-10T09:00:00+08:00")
    visit = {"id": "i", "place_id": "p", "by": "inspector", "at": at, "xy": HERE, "officer": "o", "accuracy": 10.0}
    visit |= {"geotag": "gps", "covers": ["燃气"]} | changed
    town = {"code": "441900121", "level": "town", "name": "镇", "zone": "Asia/Shanghai", "tolerance": 100}
    return whole_ledger(
        {"town": town, "areas": [], "officers": [], "hazards": [], "as_of": DAY, "places": [place]}
        | {"inspections": [visit], **tables}
    )


def evidence(ledger: Ledger, rule: str = "") -> dict[str, Any]:
    """Give the one duty of the one place."""
    rules = parse_rules('[[rule]]\nid = "m"\nevery = "month"\n' + rule)
    (duty,) = duties_with_evidence(ledger, assess(ledger, rules, DAY), "p")
    return duty


@pytest.mark.parametrize(
    ("changed", "rule", "why"),
    [
        ({}, "", "计入2024年6月"),
        ({"by": "enterprise"}, "", "检查主体不符：企业自查的检查，本项只计企业自查以外的检查"),
        ({"by": "expert"}, 'by = ["leader"]', "检查主体不符：专家的检查，本项只计领导"),
        ({}, 'covering = ["消防"]', "未覆盖本项领域：这次只覆盖燃气，本项要求消防"),
        ({"covers": []}, 'covering = ["消防"]', "未覆盖本项领域：这次检查没有填写覆盖领域，本项要求消防"),
        ({}, 'covering = ["消防", "燃气"]', "计入2024年6月"),
        ({"xy": FAR}, "verified = true", "未经核实：定位离场所 1,027 米，允许 110 米"),
        ({"xy": None}, "verified = true", "未经核实：没有定位"),
        ({"geotag": "mock"}, "verified = true", "未经核实：模拟定位"),
        ({"geotag": "typed"}, "verified = true", "未经核实：手工录入的位置"),
        ({"opened": date(2024, 6, 11)}, "", "开业（2024-06-11）以前的检查"),
        ({"at": datetime.fromisoformat("2024-06-21T09:00:00+08:00")}, "", "截至日以后的检查"),
        ({"at": datetime.fromisoformat("2024-05-21T09:00:00+08:00")}, "", "计入上期2024年5月，不在本期"),
    ],
)
def test_why(changed: dict[str, Any], rule: str, why: str) -> None:
    """Each visit of the period says why it is counted or not."""
    (visit,) = evidence(town(**changed), rule)["visits"]
    assert visit["why"] == why
    assert visit["counted"] is why.startswith("计入")


def test_a_visit_of_another_period_is_not_shown() -> None:
    """Only the period and the one before are shown."""
    assert evidence(town(at=datetime.fromisoformat("2024-04-21T09:00:00+08:00")))["visits"] == []


def test_a_suspension_is_told() -> None:
    """A suspension through the period makes the duty exempt and says who approved it; one that ended doesn't."""
    row = {"place_id": "p", "kind": "suspended", "duty": None, "first": date(2024, 5, 20), "last": None}
    off = evidence(town(exemptions=[row | {"id": "e"}]))
    assert (off["state"], off["notes"]) == ("exempt", ["2024-05-20 起停产（设备检修，安委办批准）：本期免查。"])
    back = evidence(town(exemptions=[row | {"id": "e", "last": date(2024, 6, 12)}]))
    assert back["state"] == "done"
    assert back["notes"] == ["2024-05-20 至 2024-06-12停产（设备检修，安委办批准）：本期不是整期都停，仍须检查。"]


def test_a_rule_that_has_just_come_is_told() -> None:
    """A rule from inside the period, or from inside the one before, says that nothing before is asked by it."""
    (note,) = evidence(town(), "from = 2024-05-15")["notes"]
    assert note.startswith("本项自 2024-05-15 起执行")
    assert evidence(town(), "from = 2024-05-01")["notes"] == []


def test_history() -> None:
    """A move and an exemption from a duty that no rule is called by stand in the place's history."""
    move = {"id": "m", "place_id": "p", "day": date(2024, 6, 15), "xy": FAR}
    row = {"id": "e", "place_id": "p", "kind": "exempt", "duty": "别的", "first": date(2024, 5, 20), "last": None}
    ledger = town(moves=[move], exemptions=[row])
    rules = parse_rules('[[rule]]\nid = "m"\nevery = "month"')
    moved, unknown = place_history(ledger, assess(ledger, rules, DAY), "p")
    assert "2024-06-15 迁址，此前在老工业区3号，113.76000, 22.75000" in moved
    assert "没有一条执行中的规则叫“别的”" in unknown


def test_a_visit_before_the_move_is_proven_at_the_old_place() -> None:
    """A geotag at the old place is verified before the move, one at the new place isn't."""
    move = {"id": "m", "place_id": "p", "day": date(2024, 6, 15), "xy": FAR}
    assert evidence(town(moves=[move], xy=FAR))["verified"]
    assert not evidence(town(moves=[move]))["verified"]
    assert evidence(town(moves=[move | {"day": date(2024, 6, 10)}]))["verified"]  # moved that morning
