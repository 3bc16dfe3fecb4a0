"""督办单: what stands on one, those that were issued, and the number of the next."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from coverage.course.clocks import area_names
from coverage.course.transitions import STATE_WORDS, Action
from coverage.figures import records
from coverage.hazards import HazardRegister
from coverage.periods import local_days
from coverage.workdays import counted
from geodata.ledger import Ledger

NUMBER = re.compile(r"督〔(\d{4})〕(\d+)号")
STATE_OF_TEXT: Mapping[str, str] = MappingProxyType({str(state): word for state, word in STATE_WORDS.items()})


@dataclass(frozen=True)
class Notice:
    """A 督办单: what stands on it. Texts are None where the ledger has none.

    Attributes
    ----------
    number
        督〔2024〕001号 once issued; None for a draft.
    nth
        The how manieth it is of this hazard.
    hazard_id, level, category, description, found, deadline, state
        The hazard; the deadline and the state (in Chinese) as they are on the day, of an issued one as they were then.
    place_id, place, area_name
        Where: the place, and the community that it lies in.
    addressee
        Whom it goes to: the place and who is responsible there.
    responsible, department, supervisor
        Who has to put it right, the department in charge, the supervising leaders.
    why
        Why it is drawn up, in a sentence; of an issued one, in the words of who issued it.
    overdue_days
        Working days overdue; 0 when it is not.
    answer_by
        By when it must be put right now; of a draft the town's proposal, None where its rules have none.
    issued_on, issued_by
        When and by whom; None for a draft.
    """

    number: str | None
    nth: int
    hazard_id: str
    level: str
    category: str | None
    description: str | None
    found: date
    deadline: date | None
    state: str
    place_id: str | None
    place: str | None
    area_name: str
    addressee: str | None
    responsible: str | None
    department: str | None
    supervisor: str | None
    why: str
    overdue_days: int
    answer_by: date | None
    issued_on: date | None
    issued_by: str | None


FIELDS = tuple(each.name for each in fields(Notice))


def issued_notices(ledger: Ledger, register: HazardRegister) -> pd.DataFrame:
    """Give the 督办单 issued up to the register's day, the newest first; columns as `due_notices` has them.

    Parameters
    ----------
    ledger
        As for `hazard_clocks`; the hazard's own facts are those of today.
    """
    steps = pd.DataFrame(ledger.frames["steps"])
    steps = steps[(steps["action"] == Action.URGE).to_numpy(bool)]
    at = np.asarray(pd.Index(register.hazards["id"]).get_indexer(steps["hazard_id"]), dtype=np.int64)
    days = np.asarray(local_days(steps["at"], register.town))
    kept = np.flatnonzero((at >= 0) & (days <= np.datetime64(register.as_of, "D")))
    kept = kept[np.argsort(steps["at"].astype("int64").to_numpy()[kept], kind="stable")[::-1]]
    steps, days = steps.iloc[kept].reset_index(drop=True), days[kept]
    hazards = register.hazards.iloc[at[kept]].reset_index(drop=True)
    held = ledger.hazards.set_index("id").reindex(hazards["id"])
    hazards = hazards.assign(
        area_name=area_names(hazards, register.areas), state=steps["state"], deadline=steps["deadline"],
        **{name: held[name].to_numpy() for name in ("description", "responsible", "supervisor")},
    )  # fmt: skip
    said = [json.loads(text) for text in steps["facts"]]
    deadline = steps["deadline"].to_numpy("datetime64[D]")
    late = counted(days) - counted(np.where(np.isnat(deadline), days, deadline))
    made = hazard_facts(hazards).assign(
        number=[each["number"] for each in said],
        nth=[int(each["nth"]) for each in said],
        addressee=[each["addressee"] for each in said],
        why=steps["reason"].fillna("").to_numpy(object),
        overdue_days=np.maximum(late, 0),
        answer_by=pd.Series([each["answer_by"] for each in said], dtype="datetime64[s]"),
        issued_on=days.astype("datetime64[s]"),
        issued_by=steps["actor"],
    )
    return made[list(FIELDS)]


def as_notices(frame: pd.DataFrame) -> list[Notice]:
    """Give rows of `due_notices` or `issued_notices` as what stands on paper."""
    days = ("found", "deadline", "answer_by", "issued_on")
    found = []
    for row in records(frame):
        dated: dict[str, Any] = {name: date.fromisoformat(row[name]) if row[name] else None for name in days}
        found.append(Notice(**{**row, **dated}))
    return found


def numbered(steps: pd.DataFrame, hazard_id: str, day: date) -> dict[str, str]:
    """Give what a new 督办单 gets from us: the next number of its year, and the how manieth of its hazard it is.

    Parameters
    ----------
    steps
        All steps of the ledger (hazard_id, action, facts): no number is given twice, whatever became of its hazard.
    """
    urged = steps[(steps["action"] == Action.URGE).to_numpy(bool)]
    nth = 1 + int((urged["hazard_id"] == hazard_id).sum())
    return {"number": next_number(urged["facts"], day.year), "nth": str(nth)}


def next_number(facts: pd.Series, year: int) -> str:
    """Give the number after the highest of a year, of all that stand in `facts` (JSON of steps `urge`)."""
    found = [NUMBER.fullmatch(json.loads(text)["number"]) for text in facts]
    highest = max((int(each[2]) for each in found if each and int(each[1]) == year), default=0)
    return f"督〔{year}〕{highest + 1:03d}号"


def hazard_facts(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of a 督办单 that say which hazard it is about and whom it goes to."""
    named = rows.drop(columns="place", errors="ignore").rename(columns={"id": "hazard_id", "place_name": "place"})
    kept = [name for name in FIELDS if name in named]
    to = [_addressee(*each) for each in zip(named["place"], named["responsible"], named["department"], strict=True)]
    return named[kept].assign(state=rows["state"].map(STATE_OF_TEXT), addressee=pd.Series(to, dtype="str"))


def _addressee(place: Any, responsible: Any, department: Any) -> str | None:
    """Give whom it goes to; the department where nobody else is known."""
    known = [None if pd.isna(each) or not each else str(each) for each in (place, responsible, department)]
    if known[0] and known[1]:
        return f"{known[0]}（责任人 {known[1]}）"
    return known[0] or known[1] or known[2]
