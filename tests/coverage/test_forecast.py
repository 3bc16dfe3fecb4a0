"""How a period will end at the pace so far, in a town small enough to reckon by hand; working days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from coverage.assess import Assessment, assess
from coverage.figures import coverage_figures, records
from coverage.forecast import forecast
from coverage.rules import parse_rules
from coverage.whatif import first_gaps, visits_to, with_visits
from coverage.workdays import unknown_years, working_days
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from tests.coverage.towns import ledger_of

RULES = '[[rule]]\nid = "m"\nname = "每月检查"\nevery = "month"\nverified = true\ncovering = ["消防"]\n'
DAY = date(2024, 6, 14)


def town() -> Ledger:
    """Give ten places; four were visited on the 3rd to the 6th of June, one of them twice."""
    risks = ["重大", "重大", "较大", *["一般"] * 7]
    places = [
        {"id": f"p{n}", "name": f"场所{n}", "risk": risk, "tags": [], "status": "open", "xy": (113.75, 22.75)}
        | dict.fromkeys(("industry", "department", "headcount", "closed"))
        | {"opened": date(2020, 1, 1)}
        for n, risk in enumerate(risks)
    ]
    visits = [
        {"id": f"i{n}", "place_id": place, "by": "inspector", "xy": (113.75, 22.75), "accuracy": 5.0, "geotag": "gps"}
        | {
            "officer": None,
            "covers": ["消防"],
            "at": datetime.fromisoformat("2024-06-03T01:00:00+00:00") + timedelta(n),
        }
        for n, place in enumerate(["p6", "p7", "p8", "p9", "p9"])
    ]
    town = {"code": "441900121", "level": "town", "name": "镇", "zone": "Asia/Shanghai", "tolerance": 100}
    return ledger_of(
        {"town": town, "areas": [], "officers": [], "hazards": [], "places": places, "inspections": visits}
    )


@pytest.fixture
def assessment() -> Assessment:
    """Assess it."""
    return assess(town(), parse_rules(RULES), DAY)


def test_by_hand(assessment: Assessment) -> None:
    """4 useful visits in 9 working days, 10 days left: 4.4 more; 6 wanting; 2 missed, the least urgent."""
    found = forecast(assessment, "rule")
    (row,) = records(found.rows)
    # 3–7, 11–14 June (10th: Dragon Boat holiday); 17–21, 24–28 June
    assert (row["days_gone"], row["days_left"]) == (9, 10)
    assert (row["owed"], row["done"], row["left"], row["ends"]) == (10, 4, 6, "2024-06-30")
    assert (row["pace"], row["needed"]) == (pytest.approx(4 / 9), 0.6)
    assert (row["expected_done"], row["expected_rate"]) == (8, 0.8)
    assert found.missed["place_id"].tolist() == ["p4", "p5"]


def test_a_group_has_its_own_pace(assessment: Assessment) -> None:
    """Where nobody came, nobody is expected; where all were seen, nothing is needed."""
    rows = {row["key"]: row for row in records(forecast(assessment, "risk").rows)}
    assert (rows["重大"]["pace"], rows["重大"]["expected_rate"], rows["重大"]["needed"]) == (0.0, 0.0, 0.2)
    assert rows["一般"]["expected_done"] == 7


def test_the_last_day_of_a_period() -> None:
    """When no working day is left, no number of visits a day closes it."""
    (row,) = records(forecast(assess(town(), parse_rules(RULES), date(2024, 6, 30)), "rule").rows)
    assert (row["days_left"], row["needed"], row["expected_done"]) == (0, None, row["done"])


def test_a_campaign_that_is_over_is_not_forecast() -> None:
    """A window that has ended can't be closed any more: no row, and no visit is spent on it."""
    over = assess(town(), parse_rules('[[rule]]\nid = "c"\nwindow = ["2024-05-01", "2024-06-01"]'), DAY)
    assert forecast(over, "rule").rows.empty
    assert first_gaps(over, 5).empty


def test_what_if(assessment: Assessment) -> None:
    """Six visits to the gaps make all done and proven; two to named places make two more."""
    for visits, done in ((first_gaps(assessment, 6), 10), (visits_to(assessment, ["p0", "p5"]), 6)):
        after = with_visits(town(), assessment, visits)
        (row,) = records(coverage_figures(after, "rule"))
        assert (row["done"], row["verified_rate"]) == (done, done / 10)


def test_what_if_of_an_unknown_place(assessment: Assessment) -> None:
    """A place that the town has not got is named."""
    with pytest.raises(QuestionProblem, match="没有这些编号的场所：px"):
        visits_to(assessment, ["p0", "px"])


def test_working_days() -> None:
    """National Day 2024: off 1–7 October, made up on Sunday 29 September and Saturday 12 October."""
    assert working_days(date(2024, 9, 28), date(2024, 10, 13)) == 1 + 1 + 4 + 1
    assert working_days(date(2024, 10, 2), date(2024, 10, 1)) == 0


def test_a_year_without_a_calendar() -> None:
    """A year whose notice is not known counts Monday to Friday, and is told."""
    assert working_days(date(2090, 10, 2), date(2090, 10, 8)) == 5
    assert unknown_years(date(2024, 12, 1), date(2024, 12, 31)) == []
    notes = forecast(assess(town(), parse_rules(RULES), date(2090, 6, 14)), "rule").notes
    assert any("2090 年的放假安排还不知道" in note for note in notes)
