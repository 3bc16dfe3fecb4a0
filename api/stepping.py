"""Steps of a hazard's life through the doors: what may be done next, and one more step, written whole or not at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import shapely

from api.posting import check_moments, check_position
from api.problems import ConflictProblem, InputProblem, NotFoundProblem
from api.proof import check_proof
from api.wire import NewStep
from coverage.course.notices import numbered
from coverage.course.records import REGISTER, Rows, course_of, rows_of
from coverage.course.replay import FIVE, SAID_WORDS, Course, Policy, Step, possible
from coverage.course.transitions import (
    ACTION_WORDS,
    NEED_WORDS,
    ROLE_WORDS,
    STATE_WORDS,
    Action,
    Need,
    Role,
    Transition,
)
from coverage.workdays import working_day_after
from geodata.errors import NamedProblem
from geodata.ledger import Ledger
from geodata.model import HAZARD_LEVELS
from geodata.store import Store

ASKED_WORDS = {**NEED_WORDS, Need.PHOTO: "照片（镇里的规则要求）"}


def life_of(ledger: Ledger, hazard_id: str, policy: Policy, roles: Collection[Role] = tuple(Role)) -> dict[str, Any]:
    """Give how a hazard stands, every step of its life, and what some roles may do next, as JSON holds it.

    The roles of an action come in the order in which they are given.

    Raises
    ------
    NotFoundProblem
        No such hazard.
    """
    hazard, steps = _rows(ledger, hazard_id)
    course = course_of(hazard, steps, ledger.town)
    return {
        "hazard_id": hazard_id,
        "state": str(course.state),
        "state_name": STATE_WORDS[course.state],
        "since": course.since.isoformat(),
        "major": course.major,
        "facts": {name: str(value) for name, value in course.facts.items()},
        "steps": [_said(row) for row in steps.to_dict("records")],
        "possible": _possible(course, policy, roles),
        "proposed_deadline": _proposed(course, policy, ledger),
    }


def _proposed(course: Course, policy: Policy, ledger: Ledger) -> str | None:
    """Give the deadline that the town's rules propose for an assignment of today; None where they don't."""
    days = policy.deadline_days.get(HAZARD_LEVELS[course.major])
    today = datetime.now(ledger.town.zone).date()
    return None if days is None else working_day_after(today, days).isoformat()


def missing_five(life: dict[str, Any]) -> list[str]:
    """Give what a major hazard lacks of the five that must be settled."""
    return [word for name, word in FIVE.items() if life["major"] and not life["facts"].get(name)]


def take_step(
    store: Store, ledger: Ledger, hazard_id: str, new: NewStep, policy: Policy, *, version: int, source: str
) -> Course:
    """Take a step of a hazard's life and write it with the hazard as it is then, in one transaction.

    Parameters
    ----------
    version
        Of the store when the ledger was read: a 督办单 gets its number only if nothing was written since.

    Raises
    ------
    NotFoundProblem, StepProblem
        No such hazard; the step can't be taken, with everything that is in the way.
    ConflictProblem
        Somebody else took a step in the same moment; a photo of it is of another place, or of another person's step.
    """
    made = _judged(ledger, hazard_id, new, policy)
    point = None if new.lon is None else shapely.Point(new.lon, new.lat)
    rows = made.placed(point, new.accuracy, ";".join(new.photos) or None)
    try:
        written = store.append(
            "steps", rows, {"hazards": made.hazard}, actor=new.actor, action=str(new.action), source=source,
            version=version if new.action is Action.URGE else None,
        )  # fmt: skip
    except NamedProblem as gone:  # its import was undone meanwhile
        raise NotFoundProblem(str(gone)) from gone
    if not written:
        raise ConflictProblem("同一时刻有别人在写入，这一步没有写入。请看过最新情况再办理。")
    return made.course


def judge_step(ledger: Ledger, hazard_id: str, new: NewStep, policy: Policy) -> None:
    """Refuse a step as `take_step` would, and write nothing: asked before photos are sent for it."""
    _judged(ledger, hazard_id, new, policy)


def _judged(ledger: Ledger, hazard_id: str, new: NewStep, policy: Policy) -> Rows:
    """Judge a step; give the rows that it would write."""
    hazard, steps = _rows(ledger, hazard_id)
    check_proof(ledger, hazard, new.photos, new.actor)
    step = _step(new, course_of(hazard, steps, ledger.town).since)
    if new.action is Action.URGE:
        day = step.at.astimezone(ledger.town.zone).date()
        step = replace(step, facts={**step.facts, **numbered(ledger.frames["steps"], hazard_id, day)})
    return rows_of(hazard, steps, step, policy, ledger.town)


def check_step(new: NewStep, extent: shapely.Polygon | None) -> None:
    """Refuse a moment to come, and a position that is none."""
    check_moments(new.moments)
    check_position(extent, new.lon, new.lat)
    if any(";" in photo for photo in new.photos):
        raise InputProblem("photos：照片编号里不能有分号。")


def _rows(ledger: Ledger, hazard_id: str) -> tuple[pd.Series, pd.DataFrame]:
    hazards, steps = ledger.frames["hazards"], ledger.frames["steps"]
    held = hazards[(hazards["id"] == hazard_id).to_numpy(bool)]
    if held.empty:
        raise NotFoundProblem(f"没有编号为“{hazard_id}”的隐患。")
    return held.iloc[0], pd.DataFrame(steps[(steps["hazard_id"] == hazard_id).to_numpy(bool)])


def _step(new: NewStep, since: datetime) -> Step:
    facts = {name: value for name in SAID_WORDS if (value := getattr(new, name, None)) is not None}
    # a clock that went back must not refuse a step, nor put it before the last one
    at = new.at or max(datetime.now(UTC).replace(microsecond=0), since)
    return Step(new.action, at, new.actor, new.role, new.reason or "", facts, len(new.photos))


def _possible(course: Course, policy: Policy, roles: Collection[Role]) -> list[dict[str, Any]]:
    """Give each action that one of some roles may take now, with those that may and what it needs."""
    found: dict[Action, dict[str, Any]] = {}
    for role in roles:
        for line in possible(course, role):
            row = found.setdefault(
                line.action,
                {
                    "action": str(line.action),
                    "name": ACTION_WORDS[line.action],
                    "after": str(line.after) if line.after else None,
                    "roles": [],
                    "needs": [str(need) for need in _asked(line, course, policy)],
                    "needs_said": [ASKED_WORDS[need] for need in _asked(line, course, policy)],
                },
            )
            row["roles"].append({"role": str(role), "name": ROLE_WORDS[role]})
    return [found[action] for action in Action if action in found]


def _asked(line: Transition, course: Course, policy: Policy) -> list[Need]:
    """Give what a step needs of this hazard in this town, to be told before somebody tries."""
    told = {Need.MAJOR: False, Need.GENERAL: False, Need.FIVE: course.major, Need.PHOTO: line.action in policy.photos}
    return [need for need in line.needs if told.get(need, True)]


def _said(row: dict[Any, Any]) -> dict[str, Any]:
    """Give a step as JSON holds it, with its words."""
    point = row["geometry"]
    action = row["action"]
    return {
        "id": row["id"],
        "action": action,
        "action_name": "登记" if action == REGISTER else ACTION_WORDS[Action(action)],
        "at": row["at"].isoformat(),
        "actor": row["actor"],
        "role": row["role"],
        "role_name": "" if action == REGISTER else ROLE_WORDS[Role(row["role"])],
        "state": row["state"],
        "state_name": STATE_WORDS_BY_TEXT[row["state"]],
        **{name: None if pd.isna(row[name]) else row[name] for name in ("reason", "facts", "photos", "accuracy")},
        "lon": point.x if point is not None else None,
        "lat": point.y if point is not None else None,
    }


STATE_WORDS_BY_TEXT = {str(state): word for state, word in STATE_WORDS.items()}
