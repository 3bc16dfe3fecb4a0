"""督办单: when they are due, what stands on one, and its number."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest

from coverage.course.clocks import hazard_clocks
from coverage.course.notices import NUMBER, as_notices, issued_notices, next_number
from coverage.course.replay import Policy, Step
from coverage.course.supervision import due_notices
from coverage.course.transitions import Action, Role
from coverage.hazards import hazard_register
from tests.coverage.course.lives_made import TOWN, Lives, frame, made_lives, random_step

FRIDAY = date(2024, 6, 14)
"""A deadline; the Monday after is the first working day overdue."""


def one(**fields: Any) -> Lives:
    """Give one assigned general hazard whose deadline is that Friday."""
    row = {"id": "H0", "found_at": datetime(2024, 6, 3, 9, tzinfo=TOWN.zone), "level": "一般", "responsible": "丙",
           "deadline": FRIDAY, **fields}  # fmt: skip
    return Lives(pd.DataFrame(frame("hazards", [row])), pd.DataFrame(frame("steps", [])))


def at(day: date, hour: int = 12) -> datetime:
    """Give an hour of a day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=TOWN.zone)


def urge(day: date) -> Step:
    """Give the step that issues a 督办单."""
    facts: dict[str, str | date] = {"addressee": "某厂（责任人 丙）", "answer_by": day + timedelta(days=7)}
    return Step(Action.URGE, at(day), "文", Role.CLERK, "逾期", facts)


def due(lives: Lives, day: date, policy: Policy | None = None) -> pd.DataFrame:
    """Give what is due on a day."""
    ledger = lives.ledger
    return due_notices(hazard_clocks(ledger, hazard_register(ledger, day), policy or Policy()))


@pytest.mark.parametrize(
    ("issued", "wanted"),
    [
        ([], {1: 1, 2: 1, 5: 1, 10: 1, 11: 1}),
        ([1], {1: None, 2: None, 4: None, 5: 2, 9: 2, 10: 2}),
        ([3], {4: None, 5: 2}),
        ([6], {9: None, 10: 2, 11: 2}),
        ([1, 5, 10], {11: None, 30: None}),
    ],
)
def test_each_delay_gives_one(issued: list[int], wanted: dict[int, int | None]) -> None:
    """Of 1, 5 and 10 working days overdue the highest reached counts, unless one was issued since it was reached."""
    lives = one()
    days = [FRIDAY + timedelta(days=n) for n in range(1, 70)]
    overdue = [day for day in days if day.weekday() < 5]
    for number in issued:
        assert lives.take("H0", urge(overdue[number - 1]))
    for number, nth in wanted.items():
        found = due(lives, overdue[number - 1])
        assert found["nth"].tolist() == ([] if nth is None else [nth])
        assert found["overdue_days"].tolist() == ([] if nth is None else [number])


def test_not_before_it_is_overdue() -> None:
    """On the deadline and on the weekend after it nothing is due; without delays of the town nothing ever is."""
    for day in (FRIDAY, date(2024, 6, 16)):
        assert due(one(), day).empty
    assert due(one(), date(2024, 9, 1), Policy(supervise_after=())).empty


def test_a_new_deadline_begins_anew() -> None:
    """After an extension the delays are counted from the new deadline."""
    lives = one()
    monday = date(2024, 6, 17)
    assert lives.take("H0", urge(monday))
    facts: dict[str, str | date] = {"deadline": date(2024, 6, 21)}
    assert lives.take("H0", Step(Action.EXTEND, at(monday, 13), "文", Role.CLERK, "等配件", facts))
    assert due(lives, date(2024, 6, 21)).empty
    assert due(lives, date(2024, 6, 24))["nth"].tolist() == [2]


def test_a_stale_major_one() -> None:
    """After 7 quiet days one is due, and again 7 days after the last; a 督办单 is no progress, an update is."""
    lives = one(level="重大", deadline=date(2024, 12, 1))
    assert due(lives, date(2024, 6, 10)).empty
    stale = due(lives, date(2024, 6, 11))
    assert stale["why"].tolist() == ["重大隐患 8 天没有更新进展"]
    assert lives.take("H0", urge(date(2024, 6, 11)))
    assert due(lives, date(2024, 6, 18)).empty
    assert due(lives, date(2024, 6, 19))["nth"].tolist() == [2]
    assert lives.take("H0", Step(Action.UPDATE, at(date(2024, 6, 19)), "丙", Role.ENTERPRISE, "已拆一半"))
    assert due(lives, date(2024, 6, 26)).empty


def test_refused() -> None:
    """One after each refusal, whatever the deadline."""
    lives = one()
    refuse = Step(Action.REFUSE, at(date(2024, 6, 5)), "安", Role.INSPECTOR, "不改")
    assert lives.take("H0", refuse)
    assert due(lives, date(2024, 6, 5))["why"].tolist() == ["拒不整改"]
    assert lives.take("H0", urge(date(2024, 6, 5)))
    assert due(lives, date(2024, 6, 6)).empty
    assert lives.take("H0", Step(Action.START, at(date(2024, 6, 6)), "丙", Role.ENTERPRISE))
    assert lives.take("H0", Step(Action.REFUSE, at(date(2024, 6, 7)), "安", Role.INSPECTOR, "又不改"))
    assert due(lives, date(2024, 6, 7))["nth"].tolist() == [2]


def test_put_right_needs_none() -> None:
    """What waits for its re-check, or for its void to be confirmed, gets none."""
    lives, later = one(), date(2024, 8, 1)
    assert lives.take("H0", Step(Action.ASK_VOID, at(date(2024, 6, 4)), "文", Role.CLERK, "重复"))
    assert due(lives, later).empty
    assert due(one(rectified_at=at(date(2024, 6, 5))), later).empty


def test_what_stands_on_one() -> None:
    """A draft has no number and the town's proposal for a day; an issued one is as it was then."""
    lives, monday = one(description="通道堵塞"), date(2024, 6, 17)
    (draft,) = as_notices(due(lives, monday, Policy(deadline_days={"一般": 5})))
    assert (draft.number, draft.nth, draft.overdue_days, draft.issued_on) == (None, 1, 1, None)
    assert (draft.addressee, draft.found, draft.deadline) == ("丙", date(2024, 6, 3), FRIDAY)
    assert (draft.answer_by, draft.state) == (date(2024, 6, 24), "已交办")
    (bare,) = as_notices(due(lives, monday))
    assert bare.answer_by is None
    assert lives.take("H0", urge(monday))
    assert lives.take("H0", Step(Action.START, at(date(2024, 6, 18)), "丙", Role.ENTERPRISE))
    ledger = lives.ledger
    (issued,) = as_notices(issued_notices(ledger, hazard_register(ledger, date(2024, 6, 30))))
    assert (issued.number, issued.nth, issued.overdue_days, issued.state) == ("督〔2024〕001号", 1, 1, "已交办")
    assert (issued.addressee, issued.answer_by) == ("某厂（责任人 丙）", date(2024, 6, 24))
    assert (issued.issued_on, issued.issued_by, issued.why) == (monday, "文", "逾期")
    assert issued_notices(ledger, hazard_register(ledger, date(2024, 6, 16))).empty


def test_it_changes_nothing_of_the_hazard() -> None:
    """Neither the deadline nor the state: what was overdue still is."""
    lives = one()
    before, _ = lives.of("H0")
    assert lives.take("H0", urge(date(2024, 6, 17)))
    after, steps = lives.of("H0")
    assert after.drop("geometry").equals(before.drop("geometry"))
    assert steps["state"].tolist() == ["assigned", "assigned"]


def test_numbers_are_never_used_twice() -> None:
    """Of any lives each year's numbers are 1, 2, 3 … in the order of writing, whatever becomes of the hazards."""
    random = Random(7)
    lives = made_lives(random, 12)
    for number in range(60):
        hazard_id = f"H{random.randrange(12)}"
        step = random_step(random, lives, hazard_id)
        if number % 2:
            last, _ = lives.steps["at"].max(), None
            moment = max([step.at, *([] if pd.isna(last) else [last.to_pydatetime()])]) + timedelta(days=number % 20)
            step = Step(Action.URGE, moment, "文", Role.CLERK, "", {"addressee": "某厂", "answer_by": moment.date()})
        lives.take(hazard_id, step)
    facts = lives.steps["facts"][(lives.steps["action"] == "urge").to_numpy(bool)]
    found = [NUMBER.search(text) for text in facts]
    numbers = [(int(each[1]), int(each[2])) for each in found if each]
    assert len(numbers) > 8
    for year in {year for year, _ in numbers}:
        mine = [number for of_year, number in numbers if of_year == year]
        assert mine == list(range(1, len(mine) + 1))


def test_the_next_number() -> None:
    """Three digits and more; each year begins with 001; numbers of others are nothing."""
    facts = pd.Series([f'{{"number": "{each}"}}' for each in ("督〔2024〕009号", "督〔2024〕1000号", "2024-5000")])
    assert next_number(facts, 2024) == "督〔2024〕1001号"
    assert next_number(facts, 2025) == "督〔2025〕001号"


def test_nothing_is_due() -> None:
    """On a day on which nothing is due the list is empty, and its texts are texts all the same."""
    nothing = due(one(), FRIDAY)
    assert nothing.empty
    assert not nothing["why"].str.contains("拒不整改").any()
