"""What a person of each role has to do about hazards now, the most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from coverage.course.clocks import Clocks
from coverage.course.replay import supervisors_in
from coverage.course.transitions import ACTION_WORDS, NEXT, Action, Role, State
from coverage.visits import Flags
from grids.hierarchy import find_area

FIELDS = (
    *("id", "task", "action", "place_id", "place_name", "area_name", "level", "category", "state", "deadline", "clock"),
    *("days_left", "days_since", "stale", "responsible", "supervisor", "department", "officer", "officer_name"),
    *("missing", "why", "lon", "lat"),
)


TASK_WORDS: Mapping[Action, str] = MappingProxyType({Action.PASS: "复查", Action.CONFIRM_VOID: "核对误录"})
"""What is to be done before it is known how it ends; the others are called as their step."""


@dataclass(frozen=True)
class Task:
    """One kind of thing to do.

    Attributes
    ----------
    word
        What it is called.
    action
        The step that does it; None: something to look after.
    roles
        Who has to.
    holds
        Which rows of clocks need it.
    """

    word: str
    action: Action | None
    roles: frozenset[Role]
    holds: Callable[[pd.DataFrame], pd.Series]


def _task(word: str, action: Action | None, holds: Callable[[pd.DataFrame], pd.Series], *roles: Role) -> Task:
    return Task(word, action, frozenset(roles), holds)


def _moves() -> dict[str, Task]:
    """Give the step that moves a hazard on, in each state."""

    def move(state: State, action: Action, roles: tuple[Role, ...]) -> Task:
        return _task(TASK_WORDS.get(action, ACTION_WORDS[action]), action, lambda rows: rows["state"] == state, *roles)

    return {str(action): move(state, action, roles) for state, (action, roles) in NEXT.items() if action != Action.URGE}


def _lacking(rows: pd.DataFrame) -> pd.Series:
    return rows["major"] & ~rows["rectified"] & (rows["missing"] != "")


def _supervised(rows: pd.DataFrame) -> pd.Series:
    return rows["major"] & (rows["supervisors_missing"] == 0)


def _unsupervised(rows: pd.DataFrame) -> pd.Series:
    return rows["supervisors_missing"] > 0


def _refused(rows: pd.DataFrame) -> pd.Series:
    return rows["state"] == State.REFUSED


def _overdue(rows: pd.DataFrame) -> pd.Series:
    return rows["clock"] == "overdue"


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "notice": _task("下发督办单", Action.URGE, lambda rows: rows["notice_due"], Role.CLERK),
        "refused": _task("处理拒不整改", None, _refused, Role.LEADER, Role.DEPARTMENT),
        "supervise": _task("挂牌督办", Action.SUPERVISE, _unsupervised, Role.CLERK, Role.LEADER),
        "five": _task("补齐五落实", Action.UPDATE, _lacking, Role.CLERK, Role.DEPARTMENT, Role.ENTERPRISE),
        "stale": _task("更新重大隐患进展", Action.UPDATE, lambda rows: rows["stale"], Role.CLERK, Role.DEPARTMENT),
        "supervised": _task("督办重大隐患", None, _supervised, Role.LEADER),
        "overdue": _task("督促逾期整改", None, _overdue, Role.DEPARTMENT, Role.GRID_MANAGER),
        **_moves(),
    }
)
"""Kinds of things to do, by their word in the interface; of several for one hazard the first stands first."""


def work_list(
    clocks: Clocks,
    due: pd.DataFrame,
    officers: pd.DataFrame,
    role: Role,
    *,
    who: str | None = None,
    area: str | None = None,
) -> pd.DataFrame:
    """Give what a role has to do, the most urgent first: major ones, then by days left, then the earliest found.

    Parameters
    ----------
    due
        `due_notices` of these clocks.
    officers
        Of the ledger (id, name, area): to know the areas of a grid manager.
    who
        Whose: of inspectors a number or name; of grid managers that, or the name of an area's manager; of leaders one
        of the supervisors; of departments and enterprises their name (an enterprise also by the place's number). None:
        of everybody with that role.
    area
        Code, or level:code: what lies in it.

    Returns
    -------
    Columns `FIELDS`: one row a hazard and task; task in Chinese, action (of `Action`, NaN = nothing to write), why.

    Raises
    ------
    QuestionProblem
        No such area.
    """
    rows = with_notices(clocks, due)
    kept = _whose(rows, clocks, officers, role, who)
    if area is not None:
        at = find_area(clocks.areas, area)
        kept &= rows[str(clocks.areas["level"].iat[at])].to_numpy() == at
    if who is not None:
        kept &= (rows["barred"] != who).to_numpy(bool)
    parts = [_part(rows, kept, task, rank) for rank, task in enumerate(TASKS.values()) if role in task.roles]
    found = pd.concat(parts, ignore_index=True)
    left = found["days_left"].astype("float64").fillna(np.inf).to_numpy()
    order = np.lexsort((found["rank"], found["found"].to_numpy(), left, ~found["major"].to_numpy(bool)))
    return found.iloc[order][list(FIELDS)].reset_index(drop=True)


def with_notices(clocks: Clocks, due: pd.DataFrame) -> pd.DataFrame:
    """Give the rows with `notice_due` (bool) and `why` (why a 督办单 is due; "" for none)."""
    why = due.set_index("hazard_id")["why"].reindex(clocks.rows["id"]).to_numpy(object)
    none = pd.isna(why)
    return clocks.rows.assign(notice_due=~none, why=np.where(none, "", why))


def _part(rows: pd.DataFrame, kept: Flags, task: Task, rank: int) -> pd.DataFrame:
    found: pd.DataFrame = rows[kept & task.holds(rows).to_numpy(bool)]
    action = pd.Series([task.action and str(task.action)] * len(found), index=found.index, dtype="str")
    return found.assign(task=task.word, action=action, rank=rank)


def _whose(rows: pd.DataFrame, clocks: Clocks, officers: pd.DataFrame, role: Role, who: str | None) -> Flags:
    """Say which rows are somebody's; everybody's are the office's."""
    if who is None or role is Role.CLERK:
        return np.ones(len(rows), dtype=bool)
    if role is Role.GRID_MANAGER:
        return _managed(rows, clocks, officers, who)
    if role is Role.LEADER:
        return np.array([not pd.isna(each) and who in supervisors_in(each) for each in rows["supervisor"]], dtype=bool)
    named = {
        Role.INSPECTOR: ("officer", "officer_name"),
        Role.DEPARTMENT: ("department",),
        Role.ENTERPRISE: ("place_id", "place_name"),
    }
    return np.asarray(np.any([(rows[name] == who).to_numpy(bool) for name in named[role]], axis=0), dtype=bool)


def _managed(rows: pd.DataFrame, clocks: Clocks, officers: pd.DataFrame, who: str) -> Flags:
    """Say which lie in an area that somebody manages: by the list of officers, or as the area itself says."""
    areas = clocks.areas
    mine = officers[((officers["id"] == who) | (officers["name"] == who)).to_numpy(bool)]
    codes = {code for text in mine["area"].dropna() for code in text.split(";")}
    managed = areas["code"].isin(list(codes)) | (areas["manager"] == who)
    found = np.zeros(len(rows), dtype=bool)
    for at in np.flatnonzero(managed.to_numpy(bool)):
        found |= rows[str(areas["level"].iat[int(at)])].to_numpy() == at
    return found
