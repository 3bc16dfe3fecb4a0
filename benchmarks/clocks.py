"""Clocks of `humen`: seconds as of its last day, without steps and with 5 steps a hazard; 督办单, a work list.

`python benchmarks/clocks.py`. Prints one line a figure; exits 1 when the clocks of the ledger take more than 0.1 s.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from statistics import median
from time import process_time
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coverage.course.clocks import hazard_clocks
from coverage.course.replay import Policy
from coverage.course.supervision import due_notices
from coverage.course.transitions import Role
from coverage.course.work import work_list
from coverage.hazards import hazard_register
from geodata.ledger import Ledger
from geodata.synthetic import make_town

DAY, PAST = date(2024, 6, 30), date(2024, 4, 15)
RUNS = 7
MOST = 0.1
STEPS = (("register", "found"), ("assign", "assigned"), ("start", "rectifying"), ("rectify", "rectified"),
         ("close", "closed"))  # fmt: skip


def with_steps(ledger: Ledger) -> Ledger:
    """Give each hazard 5 steps, two days apart, as if all had been dealt with in the system."""
    hazards = pd.DataFrame(ledger.hazards)
    rows = hazards.loc[np.repeat(hazards.index, len(STEPS))].reset_index(drop=True)
    number = np.tile(np.arange(len(STEPS)), len(hazards))
    actions, states = (np.array(words, dtype=object)[number] for words in zip(*STEPS, strict=True))
    at = rows["found_at"] + pd.to_timedelta(2 * number, unit="D").as_unit("s")
    right, closed = at.where(pd.Series(number >= 3)), at.where(pd.Series(number >= 4))
    steps = {
        "id": rows["id"] + "/" + pd.Series(number).astype("str"), "hazard_id": rows["id"], "action": actions, "at": at,
        "actor": "甲", "role": "clerk", "reason": None, "facts": '{"responsible": "店主"}', "photos": None,
        "accuracy": np.nan, "state": states, "deadline": rows["deadline"], "rectified_at": right, "closed_at": closed,
    }  # fmt: skip
    made = pd.DataFrame(steps)
    typed = made.astype({name: kind for name, kind in ledger.steps.dtypes.items() if name != "geometry"})
    frame = gpd.GeoDataFrame(typed, geometry=np.full(len(typed), None), crs=4326)
    order = frame.sort_values("at", kind="stable").reset_index(drop=True)
    return Ledger(ledger.town, {**ledger.frames, "steps": order})


def seconds(work: Callable[[], Any]) -> float:
    """Give the median of processor time of some runs, so that a busy machine says the same; the first isn't counted."""
    taken = []
    for _ in range(RUNS + 1):
        start = process_time()
        work()
        taken.append(process_time() - start)
    return median(taken[1:])


def main() -> int:
    """Measure and print."""
    made = make_town("humen")
    plain = Ledger.whole(made.town, made.frames)
    first = 0.0
    for name, ledger in (("the ledger's rows", plain), ("5 steps a hazard", with_steps(plain))):
        for day in (DAY, PAST):
            register = hazard_register(ledger, day)
            clocks = hazard_clocks(ledger, register, Policy())
            taken = seconds(lambda: hazard_clocks(ledger, register, Policy()))  # noqa: B023 - called at once
            print(
                f"clocks, {name}, {day}: {taken:.3f} s ({len(register.hazards):,} hazards, {len(clocks.rows):,} live)"
            )
            first = first or taken
    register = hazard_register(plain, DAY)
    clocks = hazard_clocks(plain, register, Policy())
    due = due_notices(clocks)
    print(f"督办单: {seconds(lambda: due_notices(clocks)):.3f} s ({len(due):,} due)")
    for role in Role:
        taken = seconds(lambda: work_list(clocks, due, plain.officers, role))  # noqa: B023 - called at once
        print(f"work list of {role}: {taken:.3f} s ({len(work_list(clocks, due, plain.officers, role)):,})")
    return int(first > MOST)


if __name__ == "__main__":
    sys.exit(main())
