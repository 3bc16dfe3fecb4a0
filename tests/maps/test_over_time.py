"""Measures of months and of before and after: each as of its day, what nobody wrote apart from nought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from coverage.assess import assess
from coverage.hazards import hazard_register
from coverage.rules import Rule, parse_rules
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.model import Level
from maps.measuring import MEASURES, measured
from maps.over_time import (
    Moment,
    change_between,
    compared,
    measured_days,
    months_up_to,
    pair_against,
    usual_months,
)
from tests.maps.conftest import RULES

KEYS = [each.key for each in MEASURES]
DAY = date(2024, 6, 30)
LEVELS = (Level.GRID, Level.COMMUNITY)


def rules_on(_: date) -> Sequence[Rule]:
    """Give the town's one rule on any day."""
    return parse_rules(RULES)


@pytest.mark.parametrize("level", LEVELS)
def test_each_month_is_the_measure_of_its_last_day(ledger: Ledger, level: Level) -> None:
    """The map of measures, made alone as of the end of each month, has the same figures of areas and of the town."""
    months = measured_days(ledger, rules_on, months_up_to(DAY, 4), level)
    for each in months.days:
        day = each.moment.as_of
        assessment, register = assess(ledger, rules_on(day), day), hazard_register(ledger, day)
        for found, where in ((each.figures, level), (each.whole, Level.TOWN)):
            np.testing.assert_array_equal(found[KEYS], measured(assessment, register, where)[KEYS])


def test_a_month_before_the_ledger_is_silent(ledger: Ledger) -> None:
    """February is before the first inspection (5 March): nothing is known, while a month without a find has its 0."""
    february, march, april = measured_days(ledger, rules_on, months_up_to(date(2024, 4, 30), 3), Level.GRID).days
    assert february.silent
    assert february.note == "没有台账"
    assert len(february.figures) == 4
    assert march.note == "台账从 2024-03-05 开始，不完整"
    assert not march.silent
    assert april.whole["per_100_checks"].iat[0] == 0


def test_a_month_after_the_ledger_is_silent(ledger: Ledger) -> None:
    """Nobody wrote anything in August: that is not "nobody was there"."""
    *_, june, july, august = measured_days(ledger, rules_on, months_up_to(date(2024, 8, 31), 4), Level.GRID).days
    assert not june.silent
    assert july.silent
    assert august.silent


def test_duties_are_not_known_before_the_first_inspection(ledger: Ledger) -> None:
    """A ledger of hazards alone tells of hazards; that all duties were overdue is not known."""
    bare = Ledger(ledger.town, {**ledger.frames, "inspections": ledger.inspections.iloc[:0]})
    (_, june) = measured_days(bare, rules_on, months_up_to(DAY, 2), Level.GRID).days
    assert june.whole[["overdue_rate", "coverage_rate"]].isna().all(axis=None)
    assert june.whole["unrectified_rate"].iat[0] == 0.75


def test_the_month_alone(ledger: Ledger) -> None:
    """Within a month only its own inspections count: June's hazards by June's one visit, not by both."""
    (_, told), (_, alone) = (
        measured_days(ledger, rules_on, months_up_to(DAY, 2, within=within), Level.TOWN).days
        for within in (False, True)
    )
    assert told.whole["per_100_checks"].iat[0] == 200
    assert alone.whole["per_100_checks"].iat[0] == 400


def test_months_end_on_the_day() -> None:
    """The last month is that of the day, as of it; the others are whole, across the turn of the year."""
    moments = months_up_to(date(2024, 2, 10), 3)
    assert [each.as_of for each in moments] == [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 10)]
    assert [each.word for each in moments] == ["2023年12月", "2024年1月", "2024年2月"]
    assert [each.running for each in moments] == [False, False, True]


@pytest.mark.parametrize("months", [-1, 0, 1, 25])
def test_a_wrong_number_of_months_is_refused(months: int) -> None:
    """Two to twenty-four."""
    with pytest.raises(QuestionProblem, match="2 到 24 个月"):
        months_up_to(DAY, months)


@pytest.mark.parametrize(
    ("against", "as_of", "before", "word"),
    [
        ("month", date(2024, 6, 30), date(2024, 5, 31), "2024年5月"),
        ("month", date(2024, 3, 30), date(2024, 2, 29), "2024年2月"),
        ("month", date(2024, 6, 10), date(2024, 5, 10), "2024年5月"),
        ("quarter", date(2024, 6, 30), date(2024, 3, 31), "2024年第一季度"),
        ("quarter", date(2024, 4, 2), date(2024, 1, 2), "2024年第一季度"),
        ("year", date(2024, 2, 29), date(2023, 2, 28), "2023年2月"),
        ("year", date(2024, 6, 10), date(2023, 6, 10), "2023年6月"),
    ],
)
def test_a_period_is_compared_as_far_into_it(against: str, as_of: date, before: date, word: str) -> None:
    """As many days after its start, the last day with the last day."""
    first, second = pair_against(against, as_of)
    assert (first.as_of, first.word, first.within) == (before, word, True)
    assert second.as_of == as_of


def test_nothing_else_is_compared_with() -> None:
    """The words are listed."""
    with pytest.raises(QuestionProblem, match="quarter（比上季度）"):
        pair_against("decade", DAY)


def test_swapped_times_change_the_sign(ledger: Ledger) -> None:
    """What rose from one time to another falls the other way round, by as much, and is not known where it was not."""
    days = measured_days(ledger, rules_on, months_up_to(DAY, 4), Level.GRID)
    march, _, _, june = days.days
    there, back = (compared(days.town, days.level, *pair) for pair in ((march, june), (june, march)))
    np.testing.assert_array_equal(there.by, -back.by)
    assert there.by["overdue_rate"].tolist()[:2] == pytest.approx([0.0, 0.0])
    assert np.isnan(there.by["overdue_rate"].iat[3])


def test_an_area_that_was_not_there_has_no_change(ledger: Ledger) -> None:
    """一格 came into force in May: no figure before, no change; the one it replaced is counted as gone."""
    areas, grid = ledger.areas.copy(), (ledger.areas["code"] == "A1").to_numpy()
    past = areas[grid].assign(code="A0", until=np.datetime64("2024-05-01", "s"))
    areas.loc[grid, "since"] = np.datetime64("2024-05-01", "s")
    moved = Ledger(ledger.town, {**ledger.frames, "areas": areas, "past_areas": past})
    change = change_between(moved, rules_on, (Moment(date(2024, 4, 30)), Moment(DAY)), Level.GRID)
    assert change.by["overdue_rate"].isna().tolist() == [True, False, True, True]
    assert change.after.areas["code"].tolist() == ["A1", "A2", "B1", "B2"]
    assert change.gone == 1


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ((DAY, date(2024, 5, 31)), "要早于后一个"),
        ((DAY, DAY), "要早于后一个"),
        ((date(2024, 2, 1), DAY), "2024年2月1日没有台账，无从比较：台账从 2024-03-05 到 2024-06-05"),
    ],
)
def test_times_that_cannot_be_compared(ledger: Ledger, times: tuple[date, date], words: str) -> None:
    """The wrong way round, the same, before the ledger."""
    with pytest.raises(QuestionProblem, match=words):
        change_between(ledger, rules_on, (Moment(times[0]), Moment(times[1])), Level.GRID)


def test_no_month_at_all(ledger: Ledger) -> None:
    """Years after the ledger there is nothing to draw, and a sentence says which days there are; so for none."""
    with pytest.raises(QuestionProblem, match="2030年5月、2030年6月没有台账：台账从 2024-03-05 到 2024-06-05"):
        measured_days(ledger, rules_on, months_up_to(date(2030, 6, 30), 2), Level.GRID)
    nothing = {name: ledger.frames[name].iloc[:0] for name in ("inspections", "hazards")}
    with pytest.raises(QuestionProblem, match="还没有任何检查和隐患记录"):
        measured_days(Ledger(ledger.town, {**ledger.frames, **nothing}), rules_on, months_up_to(DAY, 2), Level.GRID)


def test_a_level_without_areas(ledger: Ledger) -> None:
    """片区 there are none: the sentence names the levels that there are."""
    with pytest.raises(QuestionProblem, match="还没有片区"):
        measured_days(ledger, rules_on, months_up_to(DAY, 2), Level.DISTRICT)


@pytest.mark.parametrize(
    ("as_of", "months"), [(DAY, 4), (date(2024, 3, 5), 2), (date(2020, 1, 5), 2), (date(2030, 1, 5), 12)]
)
def test_no_months_before_the_ledger(ledger: Ledger, as_of: date, months: int) -> None:
    """A ledger that begins in March gives four up to June; never fewer than two or more than a year."""
    assert usual_months(ledger, as_of) == months
