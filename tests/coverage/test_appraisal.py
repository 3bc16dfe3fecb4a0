"""The quarterly appraisal: scores as plain loops give them, ranks, what is left out, and the words of the circular."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.appraisal import Appraisal, appraise, days_of, quarter_named
from coverage.appraisal_notice import notice_text
from coverage.appraisal_policy import AppraisalPolicy, parse_appraisal
from coverage.assess import assess
from coverage.evidence.grading import grade_visits
from coverage.figures import records
from coverage.hazards import hazard_register
from coverage.rulebook import Rulebook
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from tests.coverage import oracle, risk_oracle
from tests.coverage.oracle import Case, Row, day_of, period
from tests.coverage.towns import cases, frame, ledger_of, make_case, rule_texts

POLICIES = [
    parse_appraisal(""),
    parse_appraisal(
        '[appraisal]\nrefresh_days = 30\n[appraisal.weights]\n"检查核实率" = 0\n"隐患不反复率" = 0\n'
        '"重大隐患按时更新" = 20\n'
    ),
]


def appraised(case: Case, unit: Any, policy: AppraisalPolicy, steps: list[Row] | None = None) -> Appraisal:
    """Appraise the units of a case."""
    ledger, book = ledger_of(case), Rulebook.read(rule_texts(case))
    given = frame(steps or [], ("hazard_id",), moments={"at": case["town"]["zone"]})
    done = [assess(ledger, book.on(day), day) for day in days_of(case["as_of"])]
    return appraise(done, hazard_register(ledger, case["as_of"]), given, policy, unit)


def expected(case: Case, unit: str, policy: AppraisalPolicy) -> list[Row]:
    """Give part and whole of each indicator, the score and the rank of each unit, by the definitions."""
    first, _ = period("quarter", case["as_of"])
    parts: dict[str, dict[str, list[int]]] = {}

    def add(key: str | None, name: str, part: bool) -> None:
        if key is not None:
            counts = parts.setdefault(key, {}).setdefault(name, [0, 0])
            counts[0] += part
            counts[1] += 1

    def unit_of(xy: Any, department: str | None) -> str | None:
        if unit == "department":
            return department
        if case["town"]["level"] == "community":
            return str(case["town"]["code"])
        return oracle.area_of(case, "community", xy)

    for day in days_of(case["as_of"]):
        then = case | {"as_of": day}
        for duty in oracle.duties(then):
            if duty["state"] == "exempt" or (day != case["as_of"] and duty["last_day"] != day):
                continue
            key = unit_of(oracle.stands(case, duty["place"]), duty["place"]["department"])
            add(key, "coverage", duty["state"] == "done")
            add(key, "verified", duty["verified"])
            add(key, "on_schedule", duty["state"] != "overdue")
    for one in risk_oracle.found(case):
        place = oracle.place_of(case, one)
        key = unit_of(oracle.hazard_xy(case, one), place["department"] if place else None)
        found, done = day_of(case, one["found_at"]), risk_oracle.rectified_day(case, one)
        assert found is not None
        lately, is_late, timely = found >= first, risk_oracle.late(case, one), risk_oracle.in_time(case, one)
        if lately:
            add(key, "rectified", done is not None)
        if lately and (is_late or timely or risk_oracle.overdue(case, one)):
            add(key, "in_time", timely)
        if one["level"] == "重大" and (lately or done is None or done >= first):
            add(key, "major", done is not None)
        if lately and one["place_id"] is not None and one["category"] is not None:
            add(key, "once", not risk_oracle.recurring(case, one))
        if one["level"] == "重大" and done is None:
            add(key, "refreshed", (case["as_of"] - found).days < policy.refresh_days)
    rows = []
    for key in units(case, unit):
        counts = {name: parts.get(key, {}).get(name, [0, 0]) for name, weight in policy.weights.items() if weight}
        there = sum(policy.weights[name] for name, (_, whole) in counts.items() if whole)
        score = None
        if there:
            got = sum(policy.weights[name] * part / whole for name, (part, whole) in counts.items() if whole)
            score = got / there * 100
        rows.append({"key": key, "counts": counts, "score": score})
    return rows


def units(case: Case, unit: str) -> list[str]:
    """Give the units of D."""
    if unit == "department":
        return sorted({place["department"] for place in oracle.known(case) if place["department"]})
    return [code for kind, code, _ in oracle.area_groups(case, "community") if kind == "area"]


@settings(max_examples=40, deadline=None)
@given(cases(), st.sampled_from(["community", "department"]), st.sampled_from(POLICIES))
def test_as_the_loops_say(case: Case, unit: str, policy: AppraisalPolicy) -> None:
    """Counts, scores and ranks of random towns are those of the definitions; points make the score."""
    if unit == "community" and "community" not in oracle.levels(case):
        with pytest.raises(QuestionProblem, match="还没有村（社区）"):
            appraised(case, unit, policy)
        return
    done = appraised(case, unit, policy)
    rows = {row["key"]: row for row in records(done.rows)}
    scores = []
    for wanted in expected(case, unit, policy):
        row = rows.pop(wanted["key"])
        got = {name: [row[f"part_{name}"], row[f"whole_{name}"]] for name in done.indicators}
        assert got == wanted["counts"]
        assert row["score"] == (None if wanted["score"] is None else pytest.approx(wanted["score"], abs=0.0051))
        points = [row[f"points_{name}"] for name in done.indicators]
        assert row["score"] is None or sum(each or 0 for each in points) == pytest.approx(row["score"], abs=0.0051)
        assert [each is None for each in points] == [whole == 0 for _, whole in wanted["counts"].values()]
        scores.append((row["rank"], row["score"]))
    assert rows == {}
    told = [score for _, score in scores if score is not None]
    assert all(rank == (None if score is None else 1 + sum(each > score for each in told)) for rank, score in scores)
    assert "考核情况的通报" in notice_text(done)


def town() -> Case:
    """Make a town of two departments, one place each; a rule that asks for a visit a month, and a hazard at each."""
    case = make_case(1, date(2024, 6, 30), "Asia/Shanghai", (2, 2, 0, 0, 2))
    case |= {"rules": [{"id": "r", "name": "每月", "duty": "routine", "every": "month"}], "earlier": [], "moves": []}
    case |= {"exemptions": [], "decisions": [], "areas": []}
    case |= {"town": case["town"] | {"level": "town", "code": "441900121"}}
    blank = {"opened": None, "closed": None, "status": "open", "risk": "低"}
    places = [one | blank | {"department": who} for one, who in zip(case["places"], ("住建", "应急"), strict=True)]
    at = [datetime(2024, month, 3, tzinfo=UTC) for month in (4, 6)]
    visits = [
        one | {"place_id": "p0", "by": "inspector", "at": moment, "xy": None}
        for one, moment in zip(case["inspections"], at, strict=True)
    ]
    hazard = case["hazards"][0] | {
        "level": "一般",
        "category": "消防",
        "void": False,
        "inspection_id": None,
        "xy": None,
    }
    hazard |= {"found_at": at[0], "deadline": date(2024, 4, 10), "closed_at": None}
    hazards = [
        hazard | {"id": "h0", "place_id": "p0", "rectified_at": datetime(2024, 4, 9, tzinfo=UTC)},
        hazard | {"id": "h1", "place_id": "p1", "rectified_at": None},
    ]
    return case | {"places": places, "inspections": visits, "hazards": hazards}


def test_every_month_of_the_quarter_counts() -> None:
    """Of three monthly duties two were done, though May's was missed; another place did none."""
    rows = records(appraised(town(), "department", POLICIES[0]).rows)
    assert [(row["name"], row["part_coverage"], row["whole_coverage"]) for row in rows] == [
        ("住建", 2, 3),
        ("应急", 0, 3),
    ]


def test_what_nothing_is_counted_of_is_left_out() -> None:
    """Without major hazards the other weights are scaled up, and the row says so."""
    done = appraised(town(), "department", POLICIES[0])
    row = records(done.rows)[0]
    assert row["left_out"] == "没有应计的重大隐患清零，其余各项按比例折算为 100 分。"
    assert row["points_major"] is None
    assert row["points_rectified"] == pytest.approx(20 / 85 * 100)
    assert [(each["rank"], each["name"]) for each in records(done.rows)] == [(1, "住建"), (2, "应急")]


def test_equal_scores_share_a_rank() -> None:
    """Two that did nothing are both first, and the notice names nobody twice."""
    case = town() | {"inspections": [], "hazards": []}
    done = appraised(case, "department", POLICIES[0])
    assert done.rows["rank"].tolist() == [1, 1]
    text = notice_text(done)
    assert text.count("（第1名") == 2


def test_steps_refresh_a_major_hazard() -> None:
    """A step within the days keeps it fresh; one before them, or after D, does not."""
    case = town()
    case["hazards"][1] |= {"level": "重大"}
    policy = parse_appraisal('[appraisal.weights]\n"检查核实率" = 0\n"重大隐患按时更新" = 10\n')

    def fresh(*at: datetime) -> int:
        done = appraised(case, "department", policy, [{"hazard_id": "h1", "at": moment} for moment in at])
        return int(done.rows.set_index("name").loc["应急", "part_refreshed"])

    assert fresh() == 0
    assert fresh(datetime(2024, 6, 24, tzinfo=UTC)) == 1
    assert fresh(datetime(2024, 6, 23, tzinfo=UTC)) == 0
    assert fresh(datetime(2024, 7, 1, tzinfo=UTC)) == 0


def test_doubtful_visits() -> None:
    """Where they have a weight the visits must be graded, and are counted for the department of their place."""
    case, policy = town(), parse_appraisal('[appraisal.weights]\n"检查核实率" = 0\n"检查无存疑率" = 10\n')
    with pytest.raises(ValueError, match="graded"):
        appraised(case, "department", policy)
    ledger, book, day = ledger_of(case), Rulebook.read(rule_texts(case)), case["as_of"]
    done = [assess(ledger, book.on(each), each) for each in days_of(day)]
    steps = frame([], ("hazard_id",), moments={"at": "Asia/Shanghai"})
    register = hazard_register(ledger, day)
    found = appraise(done, register, steps, policy, "department", graded=grade_visits(graded_ledger(ledger), day))
    row = found.rows.set_index("name").loc["住建"]
    assert row["whole_undoubted"] == 2


def graded_ledger(ledger: Ledger) -> Ledger:
    """Give the ledger with what grading reads besides."""
    inspections = ledger.inspections.assign(photos=pd.Series(dtype="str"), kind="routine", note=pd.Series(dtype="str"))
    officers = ledger.frames["officers"].assign(mode=pd.Series(dtype="str"))
    return Ledger(ledger.town, {**ledger.frames, "inspections": inspections, "officers": officers})


def test_the_days_of_a_quarter() -> None:
    """The ends of the months before D, then D itself, once."""
    assert days_of(date(2024, 6, 30)) == [date(2024, 4, 30), date(2024, 5, 31), date(2024, 6, 30)]
    assert days_of(date(2024, 5, 31)) == [date(2024, 4, 30), date(2024, 5, 31)]
    assert days_of(date(2024, 1, 1)) == [date(2024, 1, 1)]


def test_a_quarter_by_name() -> None:
    """2024Q2 is April to June; anything else is refused."""
    assert (quarter_named("2024q2").first, quarter_named("2024Q4").last) == (date(2024, 4, 1), date(2024, 12, 31))
    for wrong in ("2024", "2024Q5", "24Q1", "2024-06", "", "²024Q1"):
        with pytest.raises(QuestionProblem, match="不是季度"):
            quarter_named(wrong)


def test_rows_open_to_what_counts_against_them() -> None:
    """Each indicator has an address with the unit, the days and the state."""
    row = records(appraised(town(), "department", POLICIES[0]).rows)[0]
    assert row["opens_in_time"] == (
        "/hazards?department=%E4%BD%8F%E5%BB%BA&state=late&from=2024-04-01&to=2024-06-30&as_of=2024-06-30"
    )
    assert row["opens_on_schedule"] == "/?department=%E4%BD%8F%E5%BB%BA&state=overdue&as_of=2024-06-30#list"


def test_the_circular() -> None:
    """Title, figures of all together, who stands where, problems with their figures, requirements."""
    lines = notice_text(appraised(town(), "department", POLICIES[0])).splitlines()
    assert lines[0] == "关于2024年第二季度安全生产检查和隐患整改工作考核情况的通报"
    text = "\n".join(lines)
    assert "检查覆盖率33.3%（应查6项，已查2项）" in text
    assert "得分靠前的是住建（第1名" in text
    assert "得分靠后的是应急（第2名" in text
    assert "应急：检查覆盖率0.0%（应查3项，已查0项），隐患整改率0.0%（发现隐患1条，已整改0条）。" in text


def test_a_circular_about_nobody() -> None:
    """Without departments there is nobody to name."""
    case = town()
    case = case | {"places": [place | {"department": None} for place in case["places"]]}
    text = notice_text(appraised(case, "department", POLICIES[0]))
    assert "本次共考核部门0个，均没有可考核的内容。" in text
    assert "本季度没有可评分的单位。" in text
