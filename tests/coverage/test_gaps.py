"""Gaps in words, and gaps of an area."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from coverage.assess import Assessment, assess
from coverage.explain import place_duties
from coverage.figures import records
from coverage.gaps import find_gaps
from coverage.rules import parse_rules
from geodata.errors import QuestionProblem
from tests.coverage.oracle import Row, datetime
from tests.coverage.towns import ledger_of

RULES = """
[[rule]]
id = "monthly"
name = "每月例行检查"
every = "month"
times = 2
source = "五港：每月"
[[rule]]
id = "expert"
name = "专家检查"
duty = "expert"
applies = { tags = ["重点"], risk = ["重大", "较大"], min_headcount = 10 }
by = ["expert"]
every = "quarter"
verified = true
[[rule]]
id = "flood"
name = "汛期专项"
window = ["2024-05-01", "2024-06-15"]
[[rule]]
id = "july"
name = "七月专项"
window = ["2024-07-01", "2024-07-31"]
"""


def place(name: str, **fields: object) -> Row:
    """Give a place, open since ever unless said otherwise."""
    empty = dict.fromkeys(("industry", "department", "opened", "closed"))
    return {"id": name, "name": name, "status": "open", "xy": (113.751, 22.751), "tags": ["重点"], "risk": "重大"} | (
        empty | {"headcount": 10} | fields
    )


def visit(where: str, day: str) -> Row:
    """Give an inspection by an inspector, without geotag."""
    empty = dict.fromkeys(("officer", "accuracy", "geotag", "xy"))
    at = datetime.fromisoformat(f"{day}T09:00:00+08:00")
    return {"id": where + day, "place_id": where, "by": "inspector", "at": at} | empty


AREAS = [
    {"level": "district", "code": "5", "name": "城东片区", "box": (113.75, 22.75, 113.76, 22.76)},
    {"level": "community", "code": "5", "name": "东城社区", "box": (113.76, 22.75, 113.77, 22.76)},
    {"level": "community", "code": "61", "name": "南栅社区", "box": None},
]


@pytest.fixture
def done() -> Assessment:
    """Assess two places on 20 June 2024: one never inspected, one seen twice this month and once in May."""
    case = {
        "town": {"code": "441900121", "level": "town", "name": "镇", "zone": "Asia/Shanghai", "tolerance": 100},
        "areas": AREAS,
        "places": [place("a"), place("b", tags=[], xy=(113.765, 22.751))],
        "inspections": [visit("b", "2024-06-03"), visit("b", "2024-05-06")],
        "officers": [],
        "hazards": [],
    }
    return assess(ledger_of(case), parse_rules(RULES), date(2024, 6, 20))


def test_why(done: Assessment) -> None:
    """Each gap says in a sentence what was asked, what was done and when last."""
    why = {(row["place_id"], row["rule"]): row["why"] for row in records(find_gaps(done))}
    never = "一次也没有；本项从未有过计入的检查。"
    quarters = "上期2024年第一季度和本期2024年第二季度都未完成"
    assert why == {
        ("a", "monthly"): f"每月例行检查：上期2024年5月和本期2024年6月都未完成，应有2次检查，{never}",
        ("a", "expert"): f"专家检查：{quarters}，应有1次经核实的检查，{never}",
        ("a", "flood"): f"汛期专项：专项期2024-05-01至2024-06-15已结束，应有1次检查，{never}",
        (
            "b",
            "monthly",
        ): "每月例行检查：上期2024年5月和本期2024年6月都未完成，应有2次检查，只有1次；本项上次检查在17天前。",
    }


def test_columns(done: Assessment) -> None:
    """The contract's columns come first, in its order (without `rule_name`, which stands by the rule)."""
    columns = find_gaps(done).columns.tolist()
    contract = "place_id name grid community district rule state never last_inspection days_since period risk score why"
    assert [name for name in columns if name in contract.split()] == contract.split()


def test_area_by_level(done: Assessment) -> None:
    """A code of several levels must be written with its level; the choices are listed."""
    with pytest.raises(QuestionProblem, match=r"district:5（城东片区）、community:5（东城社区）"):
        find_gaps(done, area="5")
    assert set(find_gaps(done, area="district:5")["place_id"]) == {"a"}
    assert set(find_gaps(done, area="社区:5")["place_id"]) == {"b"}
    assert set(find_gaps(done, area="441900121")["place_id"]) == {"a", "b"}
    assert find_gaps(done, area="61").empty


@pytest.mark.parametrize(
    ("asked", "near"), [("62", "61（南栅社区）"), ("南栅", "61（南栅社区）"), ("§", "--by district")]
)
def test_unknown_area(done: Assessment, asked: str, near: str) -> None:
    """An unknown area is refused with the nearest codes and names."""
    with pytest.raises(QuestionProblem, match=near):
        find_gaps(done, area=asked)


def test_place_duties(done: Assessment) -> None:
    """A place says which rules it owes, for whom they are, what they ask, how it stands, and where they come from."""
    rows = {row["rule"]: row for row in records(place_duties(done, "a"))}
    assert list(rows) == ["monthly", "expert", "flood"]
    assert rows["monthly"]["applies"] == "适用于所有场所"
    assert rows["monthly"]["asks"] == "每月2次（除企业自查外的检查）"
    assert rows["monthly"]["source"] == "五港：每月"
    assert rows["expert"]["applies"] == "适用于风险等级为重大或较大、标签为重点、从业人数不少于10人的场所"
    assert rows["expert"]["asks"] == "每季度1次（专家，只计经核实的）"
    assert rows["flood"]["asks"] == "2024-05-01至2024-06-15期间1次（除企业自查外的检查）"
    assert rows["flood"]["state"] == "overdue"
    (seen,) = [row for row in records(place_duties(done, "b")) if row["rule"] == "monthly"]
    assert (seen["counted"], seen["times"], seen["last_inspection"], seen["period"]) == (1, 2, "2024-06-03", "2024-06")


def test_unknown_place(done: Assessment) -> None:
    """A place that the town does not have is refused."""
    with pytest.raises(QuestionProblem, match="没有编号为“z”的场所"):
        place_duties(done, "z")


def test_score_of_unknown_age(done: Assessment) -> None:
    """A place never inspected and of unknown age is as late as can be: 12 periods, times its risk."""
    gaps = find_gaps(done).set_index(["place_id", "rule"])["score"]
    assert gaps["a", "monthly"] == pd.Series([4 * 12.0]).iloc[0]
    assert gaps["b", "monthly"] == round(4 * 17 / 30, 4)
