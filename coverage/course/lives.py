"""Steps of many hazards at once: which there were by a day, how each left its hazard, what was settled by then."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from coverage.course.replay import FACTS
from coverage.course.transitions import LIVE, State
from coverage.hazards import HazardRegister
from coverage.periods import local_days
from coverage.texts import numbers_among
from coverage.visits import Flags, Ints
from geodata.ledger import Ledger

STATES = tuple(State)
NAMED = tuple(name for name in FACTS if name != "deadline")
"""What steps settle besides the deadline, which the register has as it was on the day."""


@dataclass(frozen=True)
class Life:
    """Steps of the register's hazards by time: which hazard each is of, and whether it was taken by D."""

    rows: pd.DataFrame
    hazard: Ints
    then: Flags
    hazards: int

    def last(self, which: Flags) -> Ints:
        """Give for each hazard the last of some steps, -1 for none."""
        found = np.full(self.hazards, -1, dtype=np.int64)
        picked = np.flatnonzero(which & self.then)
        found[self.hazard[picked]] = picked  # the last assignment stays
        return found


def lives(ledger: Ledger, register: HazardRegister, day: np.datetime64) -> Life:
    """Find the steps of the register's hazards, in the order of time (of writing within a second)."""
    steps, hazards = ledger.frames["steps"], register.hazards
    hazard = np.empty(0, dtype=np.int64)
    if not steps.empty:  # an index of all ids costs as much as all else here
        hazard = numbers_among(steps["hazard_id"], hazards["id"])
    known = np.flatnonzero(hazard >= 0)
    known = known[np.argsort(steps["at"].astype("int64").to_numpy()[known], kind="stable")]
    rows = pd.DataFrame(steps.iloc[known]).reset_index(drop=True)
    days = np.asarray(local_days(rows["at"], register.town))
    return Life(rows.assign(day=days.astype("datetime64[s]")), hazard[known], days <= day, len(hazards))


def stepped_states(life: Life) -> Ints:
    """Give the place in `STATES` of each hazard after its last step up to D, -1 for one without."""
    last = life.last(np.ones(len(life.then), dtype=bool))
    after = pd.Categorical(life.rows["state"], categories=[str(each) for each in STATES]).codes
    state = np.full(life.hazards, -1, dtype=np.int64)
    state[last >= 0] = after[last[last >= 0]]
    return state


def facts_then(ledger: Ledger, register: HazardRegister, life: Life, stepped: Ints) -> pd.DataFrame:
    """Give what is settled about each hazard as of D: its row mirrors its last step; where that is to come, replayed.

    What is at an end is not replayed: nobody asks for it.
    """
    held = pd.DataFrame(ledger.hazards[["id", "description", *NAMED]])
    if len(held) != len(register.hazards):
        held = held.iloc[numbers_among(register.hazards["id"], held["id"])]
    held = held.reset_index(drop=True)
    ended = (register.hazards["closed"] | register.hazards["void"]).to_numpy(bool)
    asked = np.isin(stepped, places_of(LIVE)) | ((stepped < 0) & ~ended)
    later = np.unique(life.hazard[~life.then])
    later = later[asked[later]]
    if len(later):
        past = _replayed(life, later)
        for name in NAMED:
            column = held[name].copy()
            column.iloc[later] = pd.array([said.get(name) for said in past], dtype="str")
            held[name] = column
    return held.assign(deadline=register.hazards["deadline"])


def _replayed(life: Life, hazards: Ints) -> list[dict[str, Any]]:
    """Put together what the steps of some hazards up to D say.

    The first row of a life keeps what the ledger said before it: it counts from the beginning.
    """
    order = np.argsort(life.hazard, kind="stable")
    first, after = (np.searchsorted(life.hazard[order], hazards, side=side) for side in ("left", "right"))
    texts, then = life.rows["facts"].to_numpy(object), life.then
    told: list[dict[str, Any]] = []
    for start, stop in zip(first, after, strict=True):
        said: dict[str, Any] = {}
        for at in order[start:stop]:
            if (at == order[start] or then[at]) and not pd.isna(texts[at]):
                said |= json.loads(texts[at])
        told.append(said)
    return told


def places_of(states: Iterable[State]) -> list[int]:
    """Give the places of some states in `STATES`."""
    return [STATES.index(each) for each in states]
