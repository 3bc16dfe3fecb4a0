"""A day's routes from a store: what is read, who goes, and the plans of all of them, on every processor."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.synchronize import Event
from typing import TypeVar

import pandas as pd
from pyproj import CRS

from api.going import day_with, officers_of
from coverage.assess import NEEDED as FOR_DUTIES
from coverage.assess import Assessment, assess
from coverage.gaps import find_gaps
from coverage.hazards import NEEDED as FOR_HAZARDS
from coverage.hazards import hazard_register
from coverage.routes.candidates import KIND_OF_ROLE, candidates
from coverage.routes.customs import parse_customs
from coverage.routes.day import Day, Task, Tasks, tasks_of
from coverage.routes.network import Streets, streets_of
from coverage.routes.pairs import solve_day
from coverage.routes.problem import Plan
from coverage.routes.result import DayPlan, day_plan
from coverage.routes.solver import Effort
from coverage.rulebook import Rulebook
from coverage.rules import Rule
from coverage.scoring import hazard_history
from coverage.workload import parse_habits
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.store import Store
from grids.blocks import metric_of

Asked = TypeVar("Asked")
Found = TypeVar("Found")
SEEDS = 3
ITERATIONS = 500
SECONDS = 60.0
"""An officer's search ends after so many at the latest; usually it takes a third of a second."""
MOST_AT_ONCE, FEW_ITERATIONS = 40, 300
"""So many officers a page may ask for, and how long is looked for the route of each: a tenth of a second."""
FEW = 4
"""So many officers are planned in this process: others take seconds to start."""
_ROADS = ("class", "oneway", "speed", "geometry")
NEEDED = {
    **FOR_DUTIES,
    **{name: tuple(dict.fromkeys((*FOR_DUTIES.get(name, ()), *needs))) for name, needs in FOR_HAZARDS.items()},
    "officers": ("id", "name", "role", "area", "mode", "shift"),
    "roads": _ROADS,
}
"""Tables and columns that a day's routes are made of: `store.ledger(*NEEDED, columns=NEEDED)`."""


@dataclass(frozen=True)
class Ask:
    """What is asked for.

    Attributes
    ----------
    day
        For which day; with what happened up to its end.
    officer
        Id or name of the one who goes; None: every inspector.
    area
        Only who answers for places in that area, and those places: a code, or `level:code`.
    promised
        Ids of places that must be visited.
    start
        Where everybody starts and finishes, longitude and latitude; None: in the middle of the own area.
    together
        Everybody may visit every place.
    """

    day: date
    officer: str | None = None
    area: str | None = None
    promised: tuple[str, ...] = ()
    start: tuple[float, float] | None = None
    together: bool = False
    seed: int = 0


def plan_day(
    store: Store,
    ask: Ask,
    tell: Callable[[str, int, int], None] = lambda stage, done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> DayPlan:
    """Plan a day.

    Parameters
    ----------
    tell
        Called with what is being done, how much of it is done, of how much.
    stop
        Asked now and then: True ends the search, with the best so far for each officer.

    Raises
    ------
    QuestionProblem
        No such officer, area or place; nobody to plan for.
    """
    tell("读取台账", 0, 0)
    ledger = store.ledger(*NEEDED, columns=NEEDED)
    rules = Rulebook.read(store.rule_texts()).on(ask.day)
    day = day_of(known_of(ledger, store.rules_text(ask.day), rules, ask.day), ask)
    tasks = tasks_of(day)
    return day_plan(ledger.town, day, solved(tasks, effort_of(ask.seed), tell, stop), tasks.left, tasks.notes)


def plan_few(known: Known, ask: Ask) -> DayPlan:
    """Plan the day of a few officers at once, for a page: a shorter search, the same for one as for several.

    Raises
    ------
    QuestionProblem
        As `plan_day`, and more than `MOST_AT_ONCE` officers.
    """
    day = day_of(known, ask)
    if len(day.officers) > MOST_AT_ONCE:
        raise QuestionProblem(
            f"这个范围有 {len(day.officers):,} 人要排，网页一次最多排 {MOST_AT_ONCE} 人：请选小一些的区域或一个人；"
            f"一次全排用 wangge plan STORE --date {ask.day} --keep，排好以后全镇的路线都在网页“路线”上。"
        )
    tasks, effort = tasks_of(day), Effort((ask.seed,), FEW_ITERATIONS)
    found = ((task, solve_day(task.problem, effort)) for task in tasks.tasks)
    return day_plan(known.ledger.town, day, found, tasks.left, tasks.notes)


def effort_of(seed: int) -> Effort:
    """Give how long is looked for a route of one officer: by iterations, so that the same seed finds the same."""
    return Effort(tuple(seed + at for at in range(SEEDS)), ITERATIONS, SECONDS)


@dataclass(frozen=True)
class Known:
    """What is known of a town on the day that is planned.

    Attributes
    ----------
    ledger
        With the tables and columns of `NEEDED`.
    rules_text
        The rules file of the day.
    gaps, hazards
        Of `find_gaps` and of a `HazardRegister`.
    streets
        Gives those of a mode, as `streets_in` does.
    """

    ledger: Ledger
    rules_text: str
    assessment: Assessment
    gaps: pd.DataFrame
    hazards: pd.DataFrame
    streets: Callable[[str], Streets]


def known_of(ledger: Ledger, rules_text: str, rules: Sequence[Rule], day: date) -> Known:
    """Give what is known of a town on a day, from its ledger and rules."""
    assessment = assess(ledger, rules, day)
    gaps = find_gaps(assessment, history=hazard_history(ledger.hazards, ledger.town, day))
    hazards = hazard_register(ledger, day).hazards
    return Known(ledger, rules_text, assessment, gaps, hazards, lambda mode: streets_in(ledger, mode))


def streets_in(ledger: Ledger, mode: str) -> Streets:
    """Give the streets of a town for who walks or drives, in the town's plane."""
    return streets_of(ledger.roads, _plane(ledger), mode)


def day_of(known: Known, ask: Ask) -> Day:
    """Give who goes on a day, and where they may go."""
    assessment = known.assessment
    officers = officers_of(known.ledger.officers, ask)
    if unknown := set(ask.promised) - set(assessment.places["id"]):
        raise QuestionProblem(f"没有编号为“{'、'.join(sorted(unknown))}”的场所，请核对 --must。")
    role = str(officers["role"].iat[0])
    customs = parse_customs(known.rules_text)
    found = candidates(
        assessment,
        known.gaps,
        known.hazards,
        parse_habits(known.rules_text),
        customs,
        kind=KIND_OF_ROLE[role],
        promised=ask.promised,
    )
    return day_with(known, ask, found, officers, customs)


def _plane(ledger: Ledger) -> CRS:
    for frame in (ledger.places, ledger.areas):
        placed = frame[frame.geometry.notna()]
        if len(placed):
            return metric_of(placed)
    raise QuestionProblem("场所都没有坐标，区域也没有边界，排不了路线。请先导入：wangge import STORE places 文件。")


def solved(
    tasks: Tasks, effort: Effort, tell: Callable[[str, int, int], None], stop: Callable[[], bool]
) -> Iterator[tuple[Task, Plan]]:
    """Solve problems in their order, several at a time where there are many."""
    return in_order(tasks.tasks, tasks.count, _day_of, effort, tell, stop)


def _day_of(task: Task, effort: Effort, stop: Callable[[], bool]) -> Plan:
    return solve_day(task.problem, effort, stop)


def in_order(
    asked: Iterator[Asked],
    count: int,
    solve: Callable[[Asked, Effort, Callable[[], bool]], Found],
    effort: Effort,
    tell: Callable[[str, int, int], None],
    stop: Callable[[], bool],
) -> Iterator[tuple[Asked, Found]]:
    """Solve what is asked in its order, several at a time where there are many; `solve` is a function of a module."""
    if count <= FEW:
        for done, each in enumerate(asked):
            tell("排路线", done, count)
            yield each, solve(each, effort, stop)
        return
    processes = os.cpu_count() or 1
    with _pool(processes) as (pool, halt):
        waiting: deque[tuple[Asked, Future[Found]]] = deque()
        done = 0
        for each in asked:
            waiting.append((each, pool.submit(_solve, solve, each, effort)))
            if len(waiting) > 2 * processes:
                yield _next(waiting, halt, stop)
                done += 1
                tell("排路线", done, count)
        while waiting:
            yield _next(waiting, halt, stop)
            done += 1
            tell("排路线", done, count)


def _next(waiting: deque[tuple[Asked, Future[Found]]], halt: Event, stop: Callable[[], bool]) -> tuple[Asked, Found]:
    """Wait for the first plan; tell the others to end where somebody says so."""
    task, future = waiting.popleft()
    while True:
        if stop():
            halt.set()
        try:
            return task, future.result(timeout=0.2)
        except TimeoutError:
            continue


@contextmanager
def _pool(processes: int) -> Iterator[tuple[ProcessPoolExecutor, Event]]:
    context = multiprocessing.get_context("spawn")
    halt = context.Event()
    with ProcessPoolExecutor(processes, context, _begin, (halt,)) as pool:
        try:
            yield pool, halt
        finally:
            halt.set()


_HALT: list[Event] = []


def _begin(halt: Event) -> None:
    """Leave Ctrl+C to the process that asked, which says through `halt` what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _HALT.append(halt)


def _solve(solve: Callable[[Asked, Effort, Callable[[], bool]], Found], asked: Asked, effort: Effort) -> Found:
    return solve(asked, effort, _HALT[0].is_set)
