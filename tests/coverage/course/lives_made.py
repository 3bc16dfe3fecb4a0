"""Lives of hazards taken through random steps, as a ledger, and what plain Python says of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import geopandas as gpd
import pandas as pd

from coverage.course.notices import numbered
from coverage.course.records import course_of, rows_of
from coverage.course.replay import Policy, Step, possible
from coverage.course.transitions import Action, Role
from geodata.errors import StepProblem
from geodata.ledger import Ledger
from geodata.model import Town

TOWN = Town("样板镇", "441900121")
EMPTY = Ledger.whole(TOWN, {})
START = datetime(2024, 1, 2, 1, tzinfo=UTC)
MOMENTS = ("found_at", "rectified_at", "closed_at", "at", "opened")
PEOPLE = ("甲", "乙", "丙", "书记")


def frame(table: str, rows: Iterable[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Give rows of a table with the ledger's dtypes, what isn't named missing."""
    rows = list(rows)
    columns: dict[str, Any] = {}
    for name, dtype in pd.DataFrame(EMPTY.frames[table]).drop(columns="geometry", errors="ignore").dtypes.items():
        values = [row.get(str(name)) for row in rows]
        if isinstance(dtype, pd.DatetimeTZDtype):
            moments = pd.to_datetime(pd.Series(values, dtype=object), utc=True)
            columns[str(name)] = moments.dt.as_unit("s").dt.tz_convert(TOWN.timezone)
        elif pd.api.types.is_bool_dtype(dtype):
            columns[str(name)] = pd.Series([bool(value) for value in values], dtype=bool)
        else:
            columns[str(name)] = pd.Series(values, dtype=dtype)
    return gpd.GeoDataFrame(columns, geometry=[row.get("geometry") for row in rows], crs=4326)


def ledger_of(hazards: gpd.GeoDataFrame, steps: gpd.GeoDataFrame, **others: gpd.GeoDataFrame) -> Ledger:
    """Give a ledger with the root alone as areas."""
    areas = others.pop("areas", None)
    if areas is None:
        areas = frame("areas", [{"code": TOWN.code, "name": TOWN.name, "level": "town"}])
    return Ledger(TOWN, {**EMPTY.frames, "areas": areas, "hazards": hazards, "steps": steps, **others})


@dataclass
class Lives:
    """Hazards and their steps as they grow."""

    hazards: pd.DataFrame
    steps: pd.DataFrame

    @property
    def ledger(self) -> Ledger:
        """The ledger as it stands."""
        return ledger_of(
            gpd.GeoDataFrame(self.hazards, geometry="geometry", crs=4326),
            gpd.GeoDataFrame(self.steps, geometry="geometry", crs=4326),
        )

    def of(self, hazard_id: str) -> tuple[pd.Series, pd.DataFrame]:
        """Give a hazard's row and its steps."""
        return (
            self.hazards[self.hazards["id"] == hazard_id].iloc[0],
            self.steps[(self.steps["hazard_id"] == hazard_id).to_numpy(bool)],
        )

    def take(self, hazard_id: str, step: Step) -> bool:
        """Take a step if it can be; a 督办单 gets its number."""
        hazard, steps = self.of(hazard_id)
        if step.action is Action.URGE:
            day = step.at.astimezone(TOWN.zone).date()
            step = Step(step.action, step.at, step.actor, step.role, step.reason,
                        {**step.facts, **numbered(self.steps, hazard_id, day)}, step.photos)  # fmt: skip
        try:
            made = rows_of(hazard, steps, step, Policy(), TOWN)
        except StepProblem:
            return False
        new = pd.DataFrame(made.placed(None, None, ";".join("pq"[: step.photos]) or None))
        self.steps = new if self.steps.empty else pd.concat([self.steps, new], ignore_index=True)
        at = self.hazards.index[self.hazards["id"] == hazard_id][0]
        for name, value in made.hazard.iloc[0].items():
            self.hazards.loc[at, str(name)] = value
        return True


def made_lives(random: Random, hazards: int) -> Lives:
    """Give hazards as a ledger may have them: with or without deadlines, put right, closed, void."""
    rows = []
    for number in range(hazards):
        found = START + timedelta(hours=random.randint(0, 24 * 60))
        row: dict[str, Any] = {
            "id": f"H{number}", "found_at": found, "level": random.choice(["一般", "重大"]),
            "category": random.choice([None, "消防设施", "电气线路"]), "description": random.choice([None, "通道堵塞"]),
        }  # fmt: skip
        if random.random() < 0.5:
            row["deadline"] = (found + timedelta(days=random.randint(0, 40))).date()
        for name in ("responsible", "measures", "funds", "plan", "supervisor"):
            if random.random() < 0.4:
                row[name] = random.choice(["丙", "书记", "书记、镇长", "书记，书记"])
        if random.random() < 0.3:
            row["rectified_at"] = found + timedelta(days=random.randint(0, 30))
            if random.random() < 0.5:
                row["closed_at"] = row["rectified_at"] + timedelta(days=random.randint(0, 9))
        row["void"] = random.random() < 0.1
        rows.append(row)
    return Lives(pd.DataFrame(frame("hazards", rows)), pd.DataFrame(frame("steps", [])))


def random_step(random: Random, lives: Lives, hazard_id: str) -> Step:
    """Draw a step that often can be taken."""
    hazard, steps = lives.of(hazard_id)
    course = course_of(hazard, steps, TOWN)
    role = random.choice(list(Role))
    lines = possible(course, role)
    action = random.choice(lines).action if lines and random.random() < 0.9 else random.choice(list(Action))
    at = course.since.replace(microsecond=0) + timedelta(hours=random.randint(0, 24 * 12))
    facts: dict[str, Any] = {}
    if action is Action.URGE:
        facts = {"addressee": "某厂", "answer_by": at.date() + timedelta(days=5)}
    else:
        for name in ("responsible", "measures", "funds", "plan"):
            if random.random() < 0.7:
                facts[name] = random.choice(PEOPLE)
        if random.random() < 0.7:
            facts["deadline"] = at.date() + timedelta(days=random.randint(-5, 30))
        if random.random() < 0.4:
            facts["supervisor"] = random.choice(["书记", "书记、镇长"])
    return Step(
        action, at, random.choice(PEOPLE), role, random.choice(["", "原因", "原因"]), facts, random.randint(0, 2)
    )


def until(lives: Lives, day: date) -> Lives:
    """Give the lives as if nothing had been written after a day: what its ledger rows were is in their first steps."""
    days = pd.Series([moment.astimezone(TOWN.zone).date() for moment in lives.steps["at"]], dtype=object)
    kept = lives.steps[(days <= day).to_numpy(bool)]
    hazards = lives.hazards.copy()
    for at, hazard_id in hazards["id"].items():
        mine = lives.steps[(lives.steps["hazard_id"] == hazard_id).to_numpy(bool)]
        if mine.empty:
            continue
        then = kept[(kept["hazard_id"] == hazard_id).to_numpy(bool)]
        last = (then if len(then) else mine.head(1)).iloc[-1]
        for name in ("deadline", "rectified_at", "closed_at"):
            hazards.loc[at, name] = last[name]
        hazards.loc[at, "void"] = last["state"] == "void"
        told: dict[str, Any] = {}
        for text in (then if len(then) else mine.head(1))["facts"]:
            told |= {} if pd.isna(text) else json.loads(text)
        for name in ("responsible", "measures", "funds", "plan", "supervisor"):
            hazards.loc[at, name] = told.get(name)
    return Lives(hazards, kept.reset_index(drop=True))
