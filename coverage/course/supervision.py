"""Which 督办单 are due as of a day: of what is overdue, gone stale, refused."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from coverage.course.clocks import Clocks
from coverage.course.notices import FIELDS, hazard_facts
from coverage.course.transitions import STANDING, Action, State
from coverage.visits import Ints
from coverage.workdays import counted, working_day_after


def due_notices(clocks: Clocks) -> pd.DataFrame:
    """Give the 督办单 to be drawn up as of the day, one a hazard, the longest overdue first.

    - Overdue: one at each of the town's delays (`supervise_after`, working days); the highest that was reached counts,
      unless one was issued since it was reached.
    - A major hazard gone stale: one, and again when nothing was entered so many days after the last one.
    - Refused: one after each refusal.

    Returns
    -------
    Columns `FIELDS` with days as datetime64[s]; number, issued_on, issued_by missing.
    """
    rows, policy = clocks.rows, clocks.policy
    day = np.datetime64(clocks.as_of, "D")
    urged, refused = _last(clocks, Action.URGE), _last(clocks, Action.REFUSE)
    standing = rows["state"].isin([str(each) for each in STANDING]).to_numpy(bool)
    late = np.where(rows["clock"] == "overdue", -rows["days_left"].fillna(0).to_numpy(np.int64), 0)
    reached, before = (
        _reached(late, policy.supervise_after),
        _reached(_late_then(clocks, urged), policy.supervise_after),
    )
    by_deadline = reached > before
    last = np.append(clocks.steps["day"].to_numpy("datetime64[D]"), np.datetime64("NaT", "D"))[urged]
    quiet = (urged < 0) | ((day - last) > np.timedelta64(policy.stale_days, "D"))
    by_silence = rows["stale"].to_numpy(bool) & quiet
    by_refusal = (rows["state"] == State.REFUSED).to_numpy(bool) & (refused > urged)
    due = np.flatnonzero(standing & (by_deadline | by_silence | by_refusal))
    due = due[np.lexsort((rows["found"].to_numpy()[due], -late[due], ~rows["major"].to_numpy(bool)[due]))]
    reasons = (late, rows["days_since"].to_numpy(), by_silence, by_refusal)
    made = hazard_facts(rows.iloc[due].reset_index(drop=True)).assign(
        number=None,
        nth=_counts(clocks)[due] + 1,
        why=pd.Series(
            [_why(*each) for each in zip(*(told[due].tolist() for told in reasons), strict=True)], dtype="str"
        ),
        overdue_days=late[due],
        answer_by=_proposed(rows["level"].iloc[due], clocks),
        issued_on=pd.Series([pd.NaT] * len(due), dtype="datetime64[s]"),
        issued_by=None,
    )
    return made[list(FIELDS)]


def _last(clocks: Clocks, action: Action) -> Ints:
    """Give the last step of an action of each hazard, -1 for none."""
    found = np.full(len(clocks.rows), -1, dtype=np.int64)
    at = np.flatnonzero((clocks.steps["action"] == action).to_numpy(bool))
    found[clocks.steps["hazard"].to_numpy()[at]] = at
    return found


def _counts(clocks: Clocks) -> Ints:
    """Give how many 督办单 each hazard had."""
    urged = clocks.steps["hazard"].to_numpy()[(clocks.steps["action"] == Action.URGE).to_numpy(bool)]
    return np.bincount(urged.astype(np.int64), minlength=len(clocks.rows))


def _late_then(clocks: Clocks, urged: Ints) -> Ints:
    """Give how many working days past the deadline of today each hazard was when the last 督办单 was issued."""
    late = np.zeros(len(clocks.rows), dtype=np.int64)
    deadline = clocks.rows["deadline"].to_numpy("datetime64[D]")
    which = np.flatnonzero((urged >= 0) & ~np.isnat(deadline))
    issued = clocks.steps["day"].to_numpy("datetime64[D]")[urged[which]]
    late[which] = counted(issued) - counted(deadline[which])
    return late


def _reached(late: Ints, delays: tuple[int, ...]) -> Ints:
    """Give how many of the delays were reached."""
    return np.asarray(np.searchsorted(np.array(delays, dtype=np.int64), late, side="right"), dtype=np.int64)


def _why(late: int, since: int, silent: bool, refused: bool) -> str:
    told = [
        (refused, "拒不整改"),
        (late > 0, f"逾期 {late} 个工作日未整改"),
        (silent, f"重大隐患 {since} 天没有更新进展"),
    ]
    return "；".join(text for holds, text in told if holds)


def _proposed(levels: pd.Series, clocks: Clocks) -> pd.Series:
    """Give the day that the town's rules propose from the day on, by level."""
    days = {
        level: pd.Timestamp(working_day_after(clocks.as_of, number))
        for level, number in clocks.policy.deadline_days.items()
    }
    return cast(pd.Series, levels.map(days).astype("datetime64[s]").reset_index(drop=True))
