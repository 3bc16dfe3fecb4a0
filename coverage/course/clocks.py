"""Clocks of hazards as of a day: where each stands, how long it may, whose turn it is; all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage import hazards as registered
from coverage.course.lives import NAMED, STATES, Life, facts_then, lives, places_of, stepped_states
from coverage.course.replay import FIVE, Policy, supervisors_asked, supervisors_in
from coverage.course.transitions import LIVE, NEXT, Action, State
from coverage.hazards import HazardRegister
from coverage.periods import Days
from coverage.visits import Ints
from coverage.workdays import counted
from geodata.ledger import Ledger
from geodata.model import Level, Town
from grids.hierarchy import levels_present

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **registered.NEEDED,
        "areas": (*registered.NEEDED["areas"], "manager"),
        "past_areas": (*registered.NEEDED["past_areas"], "manager"),
        "hazards": (*registered.NEEDED["hazards"], "description", *NAMED),
        "steps": (*registered.NEEDED["steps"], "action", "actor", "facts"),
    }
)
"""Tables and columns that `hazard_register` and `hazard_clocks` read."""

CLOCKS = ("none", "running", "due_soon", "overdue")
CLOCK_WORDS: Mapping[str, str] = MappingProxyType(
    {"none": "没有期限", "running": "未到期", "due_soon": "临期", "overdue": "逾期"}
)
NEVER = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Clocks:
    """Hazards about which somebody has still to do something as of a day.

    Attributes
    ----------
    town, as_of, areas
        As in a `HazardRegister`.
    policy
        What the town asks for.
    rows
        One row a hazard that is neither closed nor void, in the order of the ledger: the register's columns without its
        flags, and

        - area_name: name of its village or community (of the next level above where the town has none; "" outside all);
          state (of `State`), major, rectified (bool: put right, not yet closed);
        - measures, responsible, funds, plan, supervisor, description (str, NaN = none) as of D;
        - clock (of `CLOCKS`; none without a deadline and once put right), days_left (Int64: working days after D up to
          the deadline; negative = overdue by so many, 0 = the last day or past it without a working day since; NA = no
          clock);
        - last_entry (day; a 督办单 is none), days_since (int), stale (major, no entry for more than the town's days);
        - next_action (of `Action`), turn (roles, `;`-separated), barred (who may not take it: who put it right, who
          asked; NaN = nobody);
        - of major ones: missing (of the five, in Chinese, 、-separated, "" = none), supervisors_missing (int), zero_in
          (Int64: days to the day of zero, negative = past).
    steps
        Steps of these hazards up to D by time: `hazard` (row of `rows`), day, action, actor, facts, deadline as it was
        then (days).
    """

    town: Town
    as_of: date
    areas: gpd.GeoDataFrame
    policy: Policy
    rows: pd.DataFrame
    steps: pd.DataFrame

    @property
    def majors(self) -> pd.DataFrame:
        """The major ones, those with the fewest days left first; without a clock last."""
        majors = self.rows[self.rows["major"].to_numpy(bool)]
        return majors.iloc[np.lexsort((majors["found"], majors["days_left"].astype("float64").fillna(np.inf)))]


def hazard_clocks(ledger: Ledger, register: HazardRegister, policy: Policy) -> Clocks:
    """Say how every hazard that is not at an end stands as of the register's day.

    Parameters
    ----------
    ledger
        With the tables and columns of `NEEDED`, the one that the register was made of.
    policy
        What the town's rules of that day ask for.
    """
    day = np.datetime64(register.as_of, "D")
    life = lives(ledger, register, day)
    stepped = stepped_states(life)
    facts = facts_then(ledger, register, life, stepped)
    state = _states(register.hazards, facts["responsible"], stepped)
    live = np.flatnonzero(np.isin(state, places_of(LIVE)))
    rows = register.hazards.iloc[live].reset_index(drop=True)
    facts, state = facts.iloc[live].reset_index(drop=True), state[live]
    steps = _steps_of(live, life)
    rows = rows.drop(columns=["void", "closed", "open", "overdue", "major_open"]).assign(
        area_name=area_names(rows, register.areas),
        state=np.array([str(each) for each in STATES], dtype=object)[state],
        **{name: facts[name] for name in (*NAMED, "description")},
    )
    rows = rows.assign(**_deadlines(rows, policy, day))
    rows = rows.assign(**_entries(rows, live, life, policy, day))
    rows = rows.assign(**_turns(state, live, life), **_majors(rows, facts, policy, day))
    return Clocks(register.town, register.as_of, register.areas, policy, rows, steps)


def _states(hazards: pd.DataFrame, responsible: pd.Series, stepped: Ints) -> Ints:
    """Give the place in `STATES` of each hazard: after its last step up to D, else as its row of the ledger says.

    A row with a deadline or somebody responsible has been assigned, as `course_of` reads it.
    """
    state = np.full(len(hazards), STATES.index(State.FOUND), dtype=np.int64)
    flags = [
        (State.ASSIGNED, hazards["deadline"].notna() | responsible.notna()),
        (State.RECTIFIED, hazards["rectified"]),
        (State.CLOSED, hazards["closed"]),
        (State.VOID, hazards["void"]),
    ]
    for each, flag in flags:
        state[flag.to_numpy(bool)] = STATES.index(each)
    return np.where(stepped >= 0, stepped, state)


def _steps_of(live: Ints, life: Life) -> pd.DataFrame:
    row = np.full(life.hazards, -1, dtype=np.int64)
    row[live] = np.arange(len(live))
    kept = np.flatnonzero(life.then & (row[life.hazard] >= 0))
    columns = ["day", "action", "actor", "facts", "deadline"]
    return life.rows.iloc[kept].reindex(columns=columns).assign(hazard=row[life.hazard[kept]]).reset_index(drop=True)


def _deadlines(rows: pd.DataFrame, policy: Policy, day: np.datetime64) -> dict[str, Any]:
    """Give the clock of each hazard: overdue from the day after its deadline, as the register counts it."""
    deadline = rows["deadline"].to_numpy("datetime64[D]")
    runs = ~np.isnat(deadline) & ~rows["rectified"].to_numpy(bool)
    left = counted(np.where(runs, deadline, day)) - counted(day)
    late = runs & (deadline < day)
    clock = np.where(late, 3, np.where(left <= policy.due_soon_days, 2, 1)) * runs
    days_left = pd.array(left, dtype="Int64")
    days_left[~runs] = pd.NA
    return {"clock": np.array(CLOCKS, dtype=object)[clock], "days_left": days_left}


def _entries(rows: pd.DataFrame, live: Ints, life: Life, policy: Policy, day: np.datetime64) -> dict[str, Any]:
    """Give the last entry of each hazard: a step, else what the ledger dates; a 督办单 reminds, it is no progress."""
    entry = np.fmax(rows["found"].to_numpy("datetime64[D]"), rows["rectified_on"].to_numpy("datetime64[D]"))
    last = life.last((life.rows["action"] != Action.URGE).to_numpy(bool))[live]
    stepped = np.flatnonzero(last >= 0)
    entry[stepped] = _days_of(life, last[stepped])
    since = (day - entry).astype(np.int64)
    stale = rows["major"].to_numpy(bool) & (since > policy.stale_days)
    return {"last_entry": entry.astype("datetime64[s]"), "days_since": since, "stale": stale}


def _days_of(life: Life, steps: Ints) -> Days:
    return np.asarray(life.rows["day"].to_numpy("datetime64[D]")[steps])


def _turns(state: Ints, live: Ints, life: Life) -> dict[str, Any]:
    """Give what moves each hazard on, whose turn it is, and who is barred: nobody judges his own doing."""
    of_state = [NEXT.get(each) for each in STATES]
    actions = np.array([str(each[0]) if each else "" for each in of_state], dtype=object)
    turns = np.array([";".join(each[1]) if each else "" for each in of_state], dtype=object)
    barred = np.full(len(live), None, dtype=object)
    action, actor = life.rows["action"], life.rows["actor"].to_numpy(object)
    for states, doings in (
        ((State.RECTIFIED, State.RECHECKED), (Action.FIX, Action.RECTIFY)),
        ((State.VOID_ASKED,), (Action.ASK_VOID,)),
    ):
        last = life.last(action.isin(doings).to_numpy(bool))[live]
        which = np.flatnonzero((last >= 0) & np.isin(state, places_of(states)))
        barred[which] = actor[last[which]]
    return {"next_action": actions[state], "turn": turns[state], "barred": pd.Series(barred, dtype="str")}


def _majors(rows: pd.DataFrame, facts: pd.DataFrame, policy: Policy, day: np.datetime64) -> dict[str, Any]:
    """Give what only a major hazard has; these are few, each is looked at."""
    missing = np.full(len(rows), "", dtype=object)
    lacking = np.zeros(len(rows), dtype=np.int64)
    major = rows["major"].to_numpy(bool)
    held = facts.assign(category=rows["category"])[major].astype(object)
    known = held.where(held.notna(), "").to_dict("records")
    missing[major] = ["、".join(word for name, word in FIVE.items() if not each[name]) for each in known]
    lacking[major] = [
        max(0, supervisors_asked(each["category"]) - len(supervisors_in(each["supervisor"]))) for each in known
    ]
    until_zero = zero_days(rows["found"].to_numpy("datetime64[D]"), policy) - day
    zero_in = pd.array(until_zero.astype(np.int64), dtype="Int64")
    zero_in[~major] = pd.NA
    return {"missing": missing, "supervisors_missing": lacking, "zero_in": zero_in}


def area_names(rows: pd.DataFrame, areas: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Give the name of the community that each row lies in: rows have a position in `areas` for each level."""
    above = [level for level in levels_present(areas) if level.depth <= Level.COMMUNITY.depth]
    position = rows[str(above[-1])].to_numpy()
    names = np.append(areas["name"].to_numpy(object), "")
    return np.asarray(names[np.where(position >= 0, position, len(areas))], dtype=object)


def zero_days(found: Days, policy: Policy) -> Days:
    """Give the first day of zero that is not before the day on which each hazard was found."""
    month, day = policy.zero_by
    year = found.astype("datetime64[Y]")
    this, following = (
        (each.astype("datetime64[M]") + (month - 1)).astype("datetime64[D]") + (day - 1) for each in (year, year + 1)
    )
    return np.asarray(np.where(this >= found, this, following))
