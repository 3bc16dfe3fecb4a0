"""Plan July of a made-up `humen`, and compare with simple ways.

    python -m benchmarks.month [--officers N] [--balance X]

Compared, for the same visits: the list as it comes, cut into as many parts as there are working days, each walked in
its order; and day by day what `wangge plan` would pick, each day as full as the shift holds. Exit code 1 when a route
of ours can't be kept, or when it walks more than the list cut into days.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from importlib import resources
from itertools import islice
from time import perf_counter

import numpy as np

from api.routing import Ask, in_order, known_of
from api.routing_month import ITERATIONS, SECONDS, prepared
from coverage.routes.check import faults
from coverage.routes.month.horizon import horizon_of
from coverage.routes.month.plan import MonthOf, MonthTask, plan_days
from coverage.routes.planner import solve, timed
from coverage.routes.solver import Effort
from coverage.rulebook import Rulebook
from geodata.ledger import Ledger
from geodata.rule_texts import RuleText
from geodata.synthetic import make_town

FIRST, LAST = date(2024, 7, 1), date(2024, 7, 31)


def cut(asked: MonthTask) -> tuple[float, int]:
    """Give travel minutes and visits of the list cut into days; who is late stops."""
    problem, days = asked.task.problem, len(asked.horizon.days)
    travel, done = 0.0, 0
    for part in np.array_split(np.arange(len(asked.first)), days):
        kept: list[int] = []
        for stop in part.tolist():
            there = problem.travel[problem.officers[0].mode].minutes[problem.officers[0].start, stop]
            if np.isfinite(there) and not faults(problem, timed(problem, problem.officers[0], [*kept, stop])):
                kept.append(stop)
        travel += timed(problem, problem.officers[0], kept).travel / 60
        done += len(kept)
    return travel, done


def day_by_day(asked: MonthTask) -> tuple[float, int, float]:
    """Give travel minutes, visits and the longest day (minutes) of full days, the most urgent first."""
    left, travel, done, longest = np.arange(len(asked.first)), 0.0, 0, 0.0
    for _ in asked.horizon.days:
        if not len(left):
            break
        plan = solve(asked.task.problem.some(left), Effort((0,), 300))
        route = plan.routes[0]
        travel, done = travel + route.travel / 60, done + len(route.visits)
        longest = max(longest, _work(route.travel, [visit.leave - visit.begin for visit in route.visits]))
        left = np.delete(left, [visit.stop for visit in route.visits])
    return travel, done, longest


def _work(travel: int, stays: list[int]) -> float:
    return (travel + sum(stays)) / 60


def ours(found: MonthOf) -> tuple[float, int, list[float]]:
    """Give travel minutes, visits and the work of each day (minutes)."""
    routes = [route for _, plan in found.days for route in plan.routes]
    work = [_work(route.travel, [visit.leave - visit.begin for visit in route.visits]) for route in routes]
    return sum(route.travel for route in routes) / 60, sum(len(route.visits) for route in routes), work


def main() -> int:
    """Run, print, give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--officers", type=int)
    parser.add_argument("--balance", default="rules", help="a number, none, or rules")
    given = parser.parse_args()
    made = make_town("humen")
    ledger = Ledger.whole(made.town, made.frames)
    text = resources.files("geodata").joinpath("default_rules.toml").read_text(encoding="utf-8")
    book = Rulebook.read([RuleText(None, text)])
    began = perf_counter()
    horizon = horizon_of(FIRST, LAST)
    month = prepared(known_of(ledger, text, book.on(FIRST), FIRST), book, Ask(FIRST), horizon)
    count = min(given.officers or month.tasks.count, month.tasks.count)
    print(f"{len(month.day.candidates):,} visits, {len(horizon.days)} days; figures {perf_counter() - began:.1f} s")
    asked = list(islice(month.asked, 0, None, max(month.tasks.count // count, 1)))[:count]
    if given.balance != "rules":
        balance = None if given.balance == "none" else float(given.balance)
        asked = [MonthTask(each.task, each.first, each.last, each.horizon, balance) for each in asked]
    began = perf_counter()
    effort = Effort((0,), ITERATIONS, SECONDS)
    solved = list(in_order(iter(asked), len(asked), plan_days, effort, lambda stage, done, of: None, lambda: False))
    seconds = perf_counter() - began
    wrong = sum(bool(faults(plan.problem, route)) for _, f in solved for _, plan in f.days for route in plan.routes)
    results = [ours(found) for _, found in solved]
    travel, done = sum(each[0] for each in results), sum(each[1] for each in results)
    share = [max(work) / max(float(np.mean(work)), 1e-9) for _, _, work in results if sum(work)]
    short = sum(found.cut_short for _, found in solved)
    print(f"{len(asked)} officers in {seconds:.0f} s; not feasible {wrong}; cut short {short}")
    shared = f"longest day / mean {np.mean(share):.2f}, worst {max(share):.2f}"
    print(f"ours: {done:,} visits, {travel:,.0f} min of ways; {shared}")
    parts = [cut(each) for each in asked]
    print(f"list cut into days: {sum(p[1] for p in parts):,} visits, {sum(p[0] for p in parts):,.0f} min of ways")
    greedy = [day_by_day(each) for each in asked]
    longest = np.mean([each[2] for each in greedy])
    print(
        f"day by day, full days: {sum(g[1] for g in greedy):,} visits, {sum(g[0] for g in greedy):,.0f} min of ways; "
        f"longest day {longest:.0f} min, ours {np.mean([max(work) for _, _, work in results]):.0f}"
    )
    return int(wrong > 0 or travel > sum(each[0] for each in parts))


if __name__ == "__main__":
    sys.exit(main())
