"""The plans of several days that pages and the interface ask for."""

from __future__ import annotations

from datetime import date, timedelta

from api.day import Day
from api.problems import InputProblem
from coverage.periods import check_day
from coverage.routes.month.result import MonthPlan
from coverage.routes.month.spans import end_of_month, month_of
from geodata.rule_texts import text_on


def days_asked(as_of: date, month: str | None, first: date | None, to: date | None) -> tuple[date, date]:
    """Give the days that are meant: of the month, or from one to another; else those left of a month after a day."""
    if month is not None and (first or to):
        raise InputProblem("month 和 from、to 只写一样。")
    if month is not None:
        try:
            return month_of(month)
        except ValueError:
            raise InputProblem(f"month 写成了“{month}”，应写成 2024-07。") from None
    check_day(as_of)
    begin = first or as_of + timedelta(days=1)
    return begin, to or end_of_month(begin)


def month_routes(day: Day, last: date, officer: str | None, area: str | None, seed: int) -> MonthPlan:
    """Give the plan from a day to another; QuestionProblem as `plan_month_few` raises."""
    from api.routing import Ask, Known  # noqa: PLC0415 - the planner: slow import
    from api.routing_month import MonthAsk, plan_month_few  # noqa: PLC0415

    def planned() -> MonthPlan:
        text = text_on(day.state.rules.texts, day.as_of)
        known = Known(day.ledger, text, day.assessment, day.gaps, day.register.hazards, day.streets)
        return plan_month_few(known, day.state.rules, MonthAsk(Ask(day.as_of, officer, area, seed=seed), last))

    return day.months.get((last, officer, area, seed), planned)
