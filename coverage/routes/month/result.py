"""A horizon planned, as tables: a `DayPlan` for each working day, what was left out, how the work is shared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from coverage.routes.day import Day, LeftBefore, Task, Tasks
from coverage.routes.month.horizon import Horizon
from coverage.routes.month.plan import MonthOf, MonthTask
from coverage.routes.problem import Plan
from coverage.routes.result import DayPlan, day_plan
from geodata.model import Town

LEFT_OUT = ("place_id", "name", "officer", "due", "reason", "why", "prize", "lon", "lat")
MOST_STOPS = 700
"""Of more visits of an officer those worth most are looked at: more than anybody makes in a month."""


@dataclass(frozen=True)
class MonthPlan:
    """Some working days planned.

    Attributes
    ----------
    days
        One a working day, each with every officer; what was left out stands here alone.
    left_out
        place_id, name, officer (key), due (day by which it should have been visited), reason (as of a `DayPlan`, and
        no_day), why, prize, lon, lat; most worth first.
    officers
        One row an officer: officer, name, stops, days (with stops), travel_minutes, stay_minutes (of all days),
        mean_minutes, max_minutes (of visits and ways, a working day).
    notes, straight, cut_short
        As of a `DayPlan`.
    made
        Gives one of the days with the lines of its ways, for a map; `days` have none.
    """

    town: Town
    horizon: Horizon
    days: tuple[DayPlan, ...]
    left_out: pd.DataFrame
    officers: pd.DataFrame
    notes: tuple[str, ...]
    straight: bool
    cut_short: int
    made: Callable[[date], DayPlan]

    @property
    def visits(self) -> pd.DataFrame:
        """The visits of all days, with their `date`, by officer, day and order."""
        frames = [pd.DataFrame(day.visits.drop(columns="geometry")).assign(date=day.day) for day in self.days]
        found = pd.concat(frames, ignore_index=True)
        return found.sort_values(["officer", "date", "number"], kind="stable", ignore_index=True)


def month_tasks(tasks: Tasks, visits: pd.DataFrame, horizon: Horizon, balance: float | None) -> Iterator[MonthTask]:
    """Give each task of a `Day` whose candidates are visits, with the days of its visits."""
    first, last = (visits[name].to_numpy(dtype=np.int64) for name in ("first", "last"))
    for task in tasks.tasks:
        yield MonthTask(task, first[task.rows], last[task.rows], horizon, balance)


def month_plan(
    town: Town,
    day: Day,
    tasks: Tasks,
    solved: Iterable[tuple[MonthTask, MonthOf]],
    horizon: Horizon,
) -> MonthPlan:
    """Gather the plans of all tasks.

    Parameters
    ----------
    day
        Whose candidates are the visits (`coverage.routes.month.due.visits_due`).
    """
    days: list[list[tuple[Task, Plan]]] = [[] for _ in horizon.days]
    gone = list(tasks.left)
    cut_short = 0
    for asked, found in solved:
        for held, part in zip(days, found.days, strict=True):
            held.append(part)
        gone += [LeftBefore(int(asked.task.rows[at]), reason, why) for at, reason, why in found.left]
        cut_short += found.cut_short
    dates = horizon.days

    def drawn(on: date) -> DayPlan:
        return day_plan(town, replace(day, day=on), days[dates.index(on)], (), ())

    plans = tuple(
        day_plan(town, replace(day, day=on), held, (), (), drawn=False) for on, held in zip(dates, days, strict=True)
    )
    straight = any(streets.nothing for streets in day.streets.values())
    left_out, officers = _left_out(day.candidates, gone), _officers(plans)
    return MonthPlan(town, horizon, plans, left_out, officers, tasks.notes, straight, cut_short, drawn)


def _left_out(visits: pd.DataFrame, gone: list[LeftBefore]) -> pd.DataFrame:
    rows = np.array([each.row for each in gone], dtype=np.int64)
    frame = visits.iloc[rows].reset_index(drop=True)
    frame = frame.assign(reason=[each.reason for each in gone], why=[each.why for each in gone])
    order = np.lexsort((rows, -frame["prize"].to_numpy(dtype=float)))
    return pd.DataFrame(frame.iloc[order][list(LEFT_OUT)].reset_index(drop=True))


def _officers(plans: tuple[DayPlan, ...]) -> pd.DataFrame:
    """Share out the work: sums, mean and most of a day."""
    every = pd.concat([pd.DataFrame(plan.routes.drop(columns="geometry")) for plan in plans], ignore_index=True)
    every = every.assign(work=every["travel_minutes"] + every["stay_minutes"], going=every["stops"] > 0)
    grouped = every.groupby("officer", sort=False)
    return pd.DataFrame(
        {
            "officer": grouped["officer"].first(),
            "name": grouped["name"].first(),
            "stops": grouped["stops"].sum(),
            "days": grouped["going"].sum(),
            "travel_minutes": grouped["travel_minutes"].sum().round(1),
            "stay_minutes": grouped["stay_minutes"].sum().round(1),
            "mean_minutes": grouped["work"].mean().round(1),
            "max_minutes": grouped["work"].max(),
        }
    ).reset_index(drop=True)
