"""一患一档: everything of one hazard in one thing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import numpy as np
import pandas as pd

from coverage.course.clocks import Clocks
from coverage.course.notices import Notice, as_notices, issued_notices
from coverage.course.records import LEDGER, REGISTER
from coverage.course.replay import FACTS
from coverage.course.transitions import ACTION_WORDS, ROLE_WORDS, Action, Role
from coverage.figures import records
from coverage.hazards import HazardRegister
from coverage.periods import local_days
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger
from geodata.model import Level
from grids.hierarchy import levels_present

HAZARD_FIELDS = ("level", "category", "description", "address")
PLACE_FIELDS = ("id", "name", "address", "industry", "risk", "headcount", "department", "leader", "tags")


@dataclass(frozen=True)
class Entry:
    """One step as it stands in the file.

    Attributes
    ----------
    at, action, actor, role
        When (town-local), what (in Chinese; 登记 for how the ledger had it), who, as whom (in Chinese, empty for 登记).
    reason, facts
        In the words of who did it; what it set: field of `FACTS` or `NOTICE` → text.
    state
        Of `State`, as it was then.
    photos
        Ids of its photos.
    """

    at: datetime
    action: str
    actor: str
    role: str
    reason: str
    facts: Mapping[str, str]
    state: str
    photos: tuple[str, ...]


@dataclass(frozen=True)
class HazardFile:
    """Everything of one hazard as of a day; what is not known is None, days are YYYY-MM-DD.

    Attributes
    ----------
    hazard_id, found_at, as_of
        Which, when it was found (town-local), the day.
    facts
        Fields of the ledger that steps don't change (`HAZARD_FIELDS`), and `FACTS` as of the day.
    place
        `PLACE_FIELDS` of its place; None without one.
    areas
        Level (in Chinese) and name of each area that holds it, from the top down.
    lon, lat
        Degrees, WGS 84; its own point, else its place's.
    entries, photos
        Its steps up to the day, the first first; ids of all their photos, each once.
    notices
        督办单 issued, the newest first.
    missing
        What a major one lacks of the five, in Chinese.
    clock
        The row of `Clocks`; None once it is closed or void.
    """

    hazard_id: str
    found_at: datetime
    as_of: date
    facts: Mapping[str, str | None]
    place: Mapping[str, Any] | None
    areas: tuple[tuple[str, str], ...]
    lon: float | None
    lat: float | None
    entries: tuple[Entry, ...]
    photos: tuple[str, ...]
    notices: tuple[Notice, ...]
    missing: tuple[str, ...]
    clock: Mapping[str, Any] | None


def hazard_file(ledger: Ledger, register: HazardRegister, clocks: Clocks, hazard_id: str) -> HazardFile:
    """Put together everything of one hazard as of the register's day.

    Parameters
    ----------
    ledger
        With whole tables of hazards, places and steps.

    Raises
    ------
    QuestionProblem
        No such hazard on that day.
    """
    known = register.hazards[(register.hazards["id"] == hazard_id).to_numpy(bool)]
    if known.empty:
        raise QuestionProblem(f"截至 {register.as_of} 没有编号为“{hazard_id}”的隐患。")
    of_ledger = _of(ledger.hazards, "id", hazard_id)
    hazard, row = _first(known), _first(of_ledger)
    running = clocks.rows[(clocks.rows["id"] == hazard_id).to_numpy(bool)]
    clock = _first(running) if len(running) else None
    entries = _entries(ledger, register, hazard_id)
    settled = clock or _settled(entries, row)
    facts = {name: row[name] for name in HAZARD_FIELDS} | {name: settled.get(name) for name in FACTS}
    facts["deadline"] = hazard["deadline"]
    places = _of(ledger.places, "id", hazard["place_id"])
    photos = dict.fromkeys(photo for entry in entries for photo in entry.photos)
    notices = issued_notices(ledger, register)
    return HazardFile(
        hazard_id=hazard_id,
        found_at=of_ledger["found_at"].dt.to_pydatetime().to_list()[0],
        as_of=register.as_of,
        facts=facts,
        place={name: _first(places)[name] for name in PLACE_FIELDS} if len(places) else None,
        areas=_areas(register, hazard),
        lon=hazard["lon"],
        lat=hazard["lat"],
        entries=entries,
        photos=tuple(photos),
        notices=tuple(as_notices(notices[(notices["hazard_id"] == hazard_id).to_numpy(bool)])),
        missing=tuple(clock["missing"].split("、")) if clock and clock["missing"] else (),
        clock=clock,
    )


def _entries(ledger: Ledger, register: HazardRegister, hazard_id: str) -> tuple[Entry, ...]:
    steps = _of(ledger.frames["steps"], "hazard_id", hazard_id)
    by_then = local_days(steps["at"], register.town) <= np.datetime64(register.as_of, "D")
    told = steps[by_then].sort_values("at", kind="stable").to_dict("records")
    return tuple(_entry(cast("dict[str, Any]", row)) for row in told)


def _entry(row: dict[str, Any]) -> Entry:
    registered = row["action"] == REGISTER
    return Entry(
        at=row["at"].to_pydatetime(),
        action="登记" if registered else ACTION_WORDS[Action(row["action"])],
        actor=LEDGER if registered else row["actor"],
        role="" if registered else ROLE_WORDS[Role(row["role"])],
        reason="" if pd.isna(row["reason"]) else row["reason"],
        facts={} if pd.isna(row["facts"]) else json.loads(row["facts"]),
        state=row["state"],
        photos=() if pd.isna(row["photos"]) else tuple(row["photos"].split(";")),
    )


def _settled(entries: tuple[Entry, ...], row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what was settled about a hazard that is at an end: by its entries, else by its row."""
    told: dict[str, Any] = {}
    for entry in entries:
        told |= entry.facts
    return told or row


def _areas(register: HazardRegister, hazard: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    names = register.areas["name"].to_numpy(object)
    held = [(level, int(hazard[str(level)])) for level in levels_present(register.areas)]
    return tuple((Level(level).chinese, str(names[at])) for level, at in held if at >= 0)


def _of(frame: pd.DataFrame, column: str, value: Any) -> pd.DataFrame:
    return pd.DataFrame(frame[(frame[column] == value).to_numpy(bool)])


def _first(rows: pd.DataFrame) -> dict[str, Any]:
    """Give a row as plain values: None for what is missing, days as YYYY-MM-DD."""
    return records(pd.DataFrame(rows.drop(columns="geometry", errors="ignore")).head(1))[0]
