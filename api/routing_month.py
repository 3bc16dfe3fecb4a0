"""A month's or a week's routes from a store: what falls due, who goes, and the plans of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from api.going import day_with, officers_of
from api.routing import NEEDED, Ask, Known, in_order, known_of
from coverage.assess import assess
from coverage.gaps import find_gaps
from coverage.periods import local_days
from coverage.routes.candidates import KIND_OF_ROLE
from coverage.routes.customs import parse_customs
from coverage.routes.day import Day, Tasks, tasks_of
from coverage.routes.month.due import Outlook, turns, visits_due
from coverage.routes.month.horizon import Horizon, horizon_of
from coverage.routes.month.plan import MonthTask, plan_days
from coverage.routes.month.result import MOST_STOPS, MonthPlan, month_plan, month_tasks
from coverage.routes.solver import Effort
from coverage.rulebook import Rulebook
from coverage.scoring import hazard_history
from coverage.workdays import unknown_years
from coverage.workload import parse_habits
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.store import Store

ITERATIONS, SECONDS = 100, 60.0
"""How long is looked for the days of an officer: with five times as many the ways are 0.3 % shorter."""
MOST_AT_ONCE = 6
"""So many officers a page may ask for."""


@dataclass(frozen=True)
class MonthAsk:
    """What is asked for: who and where as in an `Ask`, whose day is the first; and up to which day."""

    ask: Ask
    last: date


@dataclass(frozen=True)
class Prepared:
    """What is planned: the day whose candidates are the visits of the horizon, and its tasks."""

    day: Day
    tasks: Tasks
    horizon: Horizon

    @property
    def asked(self) -> Iterator[MonthTask]:
        """The tasks with the days of their visits."""
        return month_tasks(self.tasks, self.day.candidates, self.horizon, self.day.customs.balance)


def plan_month(
    store: Store,
    asked: MonthAsk,
    tell: Callable[[str, int, int], None] = lambda stage, done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> MonthPlan:
    """Plan the working days of a horizon; parameters and problems as of `api.routing.plan_day`.

    Raises
    ------
    QuestionProblem
        Also where no day is a working day.
    """
    tell("读取台账", 0, 0)
    horizon = horizon_of(asked.ask.day, asked.last)
    ledger = store.ledger(*NEEDED, columns=NEEDED)
    book = Rulebook.read(store.rule_texts())
    known = known_of(ledger, store.rules_text(horizon.first), book.on(horizon.first), horizon.first)
    return planned(prepared(known, book, asked.ask, horizon), known.ledger, tell, stop)


def plan_month_few(known: Known, book: Rulebook, asked: MonthAsk) -> MonthPlan:
    """Plan the month of a few officers, for a page.

    Raises
    ------
    QuestionProblem
        As `plan_month`, and more than `MOST_AT_ONCE` officers.
    """
    made = prepared(known, book, asked.ask, horizon_of(asked.ask.day, asked.last))
    if len(made.day.officers) > MOST_AT_ONCE:
        raise QuestionProblem(
            f"这个范围有 {len(made.day.officers):,} 人要排，网页的多日计划最多 {MOST_AT_ONCE} 人：请选一个人或网格；"
            f"一次全排用 wangge plan STORE --from {asked.ask.day} --to {asked.last} --out DIR。"
        )
    return planned(made, known.ledger)


def prepared(known: Known, book: Rulebook, ask: Ask, horizon: Horizon) -> Prepared:
    """Give what has to be visited in a horizon, by whom."""
    officers = officers_of(known.ledger.officers, ask)
    if unknown := set(ask.promised) - set(known.assessment.places["id"]):
        raise QuestionProblem(f"没有编号为“{'、'.join(sorted(unknown))}”的场所，请核对 --must。")
    customs = parse_customs(known.rules_text)
    visits = visits_due(
        outlooks(known, book, horizon),
        known.hazards,
        parse_habits(known.rules_text),
        customs,
        horizon,
        kind=KIND_OF_ROLE[str(officers["role"].iat[0])],
        promised=ask.promised,
    )
    day = replace(day_with(known, ask, visits, officers, customs), most=MOST_STOPS)
    tasks = tasks_of(day)
    notes = [
        f"{year} 年的放假安排还没有公布，按周一至周五算工作日。" for year in unknown_years(horizon.first, horizon.last)
    ]
    return Prepared(day, replace(tasks, notes=(*notes, *tasks.notes)), horizon)


def outlooks(known: Known, book: Rulebook, horizon: Horizon) -> list[Outlook]:
    """Give what is owed on the first day and on those on which a period begins, as if nothing were inspected later.

    Duties of later periods are not yet late: what comes before is in the plan.
    """
    first = horizon.first
    found = [Outlook(known.assessment, known.gaps)]
    ledger = until(known.ledger, first)
    history = hazard_history(ledger.hazards, ledger.town, first)
    for day in turns(book.on(first), horizon)[1:]:
        rules = tuple(rule for rule in book.on(day) if (term := rule.term(day)) and term.period.first == day)
        assessment = assess(ledger, rules, day)
        states = assessment.duties["state"].where(assessment.duties["state"] != "overdue", "pending")
        pending = replace(assessment, duties=assessment.duties.assign(state=states))
        found.append(Outlook(pending, find_gaps(pending, history=history)))
    return found


def until(ledger: Ledger, day: date) -> Ledger:
    """Give the ledger with the inspections up to a day."""
    inspections = ledger.frames["inspections"]
    by_then = local_days(inspections["at"], ledger.town) <= np.datetime64(day, "D")
    return replace(ledger, frames={**ledger.frames, "inspections": inspections[by_then]})


def planned(
    made: Prepared,
    ledger: Ledger,
    tell: Callable[[str, int, int], None] = lambda stage, done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> MonthPlan:
    """Plan what is prepared, several officers at a time where there are many."""
    effort = Effort((0,), ITERATIONS, SECONDS)
    solved = in_order(made.asked, made.tasks.count, plan_days, effort, tell, stop)
    return month_plan(ledger.town, made.day, made.tasks, solved, made.horizon)
