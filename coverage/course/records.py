"""A hazard's life as rows: from the ledger's rows to a course, and from a new step to the rows that keep it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

import geopandas as gpd
import pandas as pd
import shapely

from coverage.course.replay import DAYS, FACTS, Course, Policy, Step, replay, take
from coverage.course.transitions import Action, Role, State
from geodata.model import Town

REGISTER = "register"
"""The first row of a life: how the hazard stood in the ledger before its first step."""
LEDGER = "台账"
Row = Mapping[str, Any] | pd.Series


def course_of(hazard: pd.Series, steps: pd.DataFrame, town: Town) -> Course:
    """Give how a hazard stands: its steps replayed, or its ledger row where it has none.

    Parameters
    ----------
    hazard
        Row of the ledger's hazards.
    steps
        Rows of the ledger's steps of this hazard, in the order of writing.
    """
    return course_of_rows(hazard, cast(list[dict[str, Any]], steps.to_dict("records")), town)


def course_of_rows(hazard: Row, steps: Sequence[Mapping[str, Any]], town: Town) -> Course:
    """Give the same of rows as column → value, for who has taken many of them from their frames at once."""
    if not steps:
        return _of_ledger(hazard, town)
    first, *later = steps
    return replay(_of_register(first, hazard), [_step(row) for row in later])


def registered(hazard: pd.Series, photos: Sequence[str], town: Town) -> dict[str, Any]:
    """Give the first row of a life as column → plain value: the hazard as it was found, and the photos that show it."""
    course = _of_ledger(hazard, town)
    given = {name: _text(value) for name, value in course.facts.items()}
    row = _row(str(hazard["id"]), 0, REGISTER, course.since, LEDGER, Role.CLERK, "", given, course)
    return row | {"photos": ";".join(photos)}


def rows_of(hazard: pd.Series, steps: pd.DataFrame, step: Step, policy: Policy, town: Town) -> Rows:
    """Take a step, judged by the table, and give the rows to write: those that must be new, and the hazard then.

    Raises
    ------
    StepProblem
        As `take`.
    """
    before = course_of(hazard, steps, town)
    after = take(before, step, policy)
    count, key = len(steps), str(hazard["id"])
    made = []
    if not count:
        given = {name: _text(value) for name, value in before.facts.items()}
        made.append(_row(key, 0, REGISTER, before.since, LEDGER, Role.CLERK, "", given, before))
        count = 1
    facts = {name: _text(value) for name, value in step.facts.items()}
    made.append(_row(key, count, step.action, step.at, step.actor, step.role, step.reason, facts, after))
    return Rows(_typed_steps(made, town), _typed_hazard(key, after, town), after)


class Rows:
    """What a step writes: `steps` (rows that must be new), `hazard` (one row), and the `course` then."""

    def __init__(self, steps: gpd.GeoDataFrame, hazard: pd.DataFrame, course: Course) -> None:
        self.steps = steps
        self.hazard = hazard
        self.course = course

    def placed(self, point: shapely.Point | None, accuracy: float | None, photos: str | None) -> gpd.GeoDataFrame:
        """Give the new rows with where the last step was taken and its photos."""
        before: list[Any] = [None] * (len(self.steps) - 1)
        rows = pd.DataFrame(self.steps.drop(columns="geometry")).assign(
            accuracy=pd.Series([*before, accuracy], dtype="float64"),
            photos=pd.Series([*before, photos], dtype="str"),
        )
        return gpd.GeoDataFrame(rows, geometry=[*before, point], crs=4326)


def _of_ledger(hazard: Row, town: Town) -> Course:
    """Read how a hazard without steps stands; with a deadline or somebody responsible it has been assigned."""
    facts = {name: hazard[name] for name in FACTS if not pd.isna(hazard[name])}
    if "deadline" in facts:
        facts["deadline"] = facts["deadline"].date()
    rectified, closed = (_moment(hazard[name]) for name in ("rectified_at", "closed_at"))
    rectified = rectified or closed
    if hazard["void"]:
        state = State.VOID
    elif closed:
        state = State.CLOSED
    elif rectified:
        state = State.RECTIFIED
    else:
        state = State.ASSIGNED if facts.keys() & {"deadline", "responsible"} else State.FOUND
    since = max(moment for moment in (_moment(hazard["found_at"]), rectified, closed) if moment)
    return Course(
        state, since.astimezone(town.zone), hazard["level"] == "重大", _category(hazard), facts,
        rectified_at=rectified, closed_at=closed,
    )  # fmt: skip


def _of_register(row: Mapping[str, Any], hazard: Row) -> Course:
    return Course(
        State(row["state"]), row["at"].to_pydatetime(), hazard["level"] == "重大", _category(hazard),
        _facts(row["facts"]),
        rectified_at=_moment(row["rectified_at"]), closed_at=_moment(row["closed_at"]),
    )  # fmt: skip


def _step(row: Mapping[str, Any]) -> Step:
    photos = row["photos"]
    return Step(
        Action(row["action"]),
        row["at"].to_pydatetime(),
        row["actor"],
        Role(row["role"]),
        "" if pd.isna(row["reason"]) else row["reason"],
        _facts(row["facts"]),
        0 if pd.isna(photos) else photos.count(";") + 1,
    )


def _facts(text: Any) -> dict[str, str | date]:
    given = {} if pd.isna(text) else json.loads(text)
    return {name: date.fromisoformat(value) if name in DAYS else value for name, value in given.items()}


def _row(
    key: str, number: int, action: str, at: datetime, actor: str, role: Role, reason: str,
    facts: Mapping[str, str], course: Course,
) -> dict[str, Any]:  # fmt: skip
    return {
        "id": f"{key}/{number:04d}",
        "hazard_id": key,
        "action": str(action),
        "at": at,
        "actor": actor,
        "role": str(role),
        "reason": reason or None,
        "facts": json.dumps(dict(facts), ensure_ascii=False) if facts else None,
        "state": str(course.state),
        "deadline": course.facts.get("deadline"),
        "rectified_at": course.rectified_at,
        "closed_at": course.closed_at,
    }


def _typed_steps(rows: list[dict[str, Any]], town: Town) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(rows)
    moment = f"datetime64[s, {town.timezone}]"
    kinds = {"at": moment, "rectified_at": moment, "closed_at": moment, "deadline": "datetime64[s]"}
    typed = {name: _series([row[name] for row in rows], kinds.get(name, "str")) for name in frame.columns}
    return gpd.GeoDataFrame(typed, geometry=[None] * len(rows), crs=4326)


def _typed_hazard(key: str, course: Course, town: Town) -> pd.DataFrame:
    """Give the columns of a hazard that steps change."""
    moment = f"datetime64[s, {town.timezone}]"
    texts = {name: course.facts.get(name) for name in FACTS if name != "deadline"}
    return pd.DataFrame(
        {
            "id": _series([key], "str"),
            **{name: _series([value], "str") for name, value in texts.items()},
            "deadline": _series([course.facts.get("deadline")], "datetime64[s]"),
            "rectified_at": _series([course.rectified_at], moment),
            "closed_at": _series([course.closed_at], moment),
            "void": pd.Series([course.state is State.VOID], dtype=bool),
        }
    )


def _series(values: list[Any], kind: str) -> pd.Series:
    if kind.startswith("datetime64[s,"):
        moments = pd.to_datetime(pd.Series(values, dtype=object), utc=True).dt.as_unit("s")
        return moments.dt.tz_convert(kind.removeprefix("datetime64[s, ").removesuffix("]"))
    return pd.Series(values, dtype=kind)


def _category(hazard: Row) -> str:
    return "" if pd.isna(hazard["category"]) else str(hazard["category"])


def _moment(value: Any) -> datetime | None:
    return None if pd.isna(value) else value.to_pydatetime()


def _text(value: str | date) -> str:
    return value.isoformat() if isinstance(value, date) else value
