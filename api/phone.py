"""What a phone takes along for a day without a network: route, own places, hazards, checklists, lines of a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import shapely

from api.day import State
from api.desk import Desk
from api.kept import Table, Tables
from api.navigation import navigation_links
from api.today import today_of
from coverage.assess import Assessment
from coverage.checklists import checklists_said
from coverage.course.policy import parse_policy
from coverage.course.records import REGISTER, course_of_rows
from coverage.course.replay import Course, Policy, possible
from coverage.course.transitions import STATE_WORDS, Action, Role
from coverage.gaps import gap_reasons
from coverage.workdays import working_day_after, working_days
from geodata.photos.keeping import PHOTO_ID
from geodata.tables import STEPS

MOST_PLACES, MOST_HAZARDS, MOST_ROADS = 1500, 300, 2000
"""More than a grid has; a phone that answers for a whole town takes the most urgent."""
DAYS_AHEAD = 14
"""A phone without a network may show a document for so many days."""
FINE_DEGREES = 0.00003
"""About 3 m: what lines are made simpler by."""
OF_PLACE = ("id", "name", "industry", "risk", "lon", "lat")
HAZARD_COLUMNS = (
    *("id", "place_id", "found_at", "level", "category", "description", "deadline", "rectified_at", "closed_at"),
    *("void", "measures", "responsible", "funds", "plan", "supervisor", "address"),
)


def phone_of(desk: Desk, on: date, officer: str) -> dict[str, Any]:
    """Give all that the page of an officer needs on a day, as JSON holds it.

    Of a part of the town only areas, officers and places are cut: what places owe is taken from the figures of the
    whole town, which hundreds of phones share in the morning.

    Raises
    ------
    NotFoundProblem
        No such officer.
    """
    route = today_of(desk, on, officer)
    basis, day = desk.basis(), desk.whole.day(on)
    assessment = _own(day.assessment, basis, officer, [stop["place_id"] for stop in route["stops"]])
    role = Role(_role(basis["officers"], officer))
    ground = _outline(basis["areas"], basis["officers"], officer)
    return {
        "route": route,
        "role": str(role),
        "places": _places(assessment, basis.tables["places"], route["by"], _mode(basis["officers"], officer)),
        "hazards": _hazards(day.state, assessment.places["id"].tolist(), role, on),
        "checklists": checklists_said(desk.checklists()),
        "finding": _finding(parse_policy(day.rules_text), on),
        "ground": {"grid": _lines(shapely.boundary(ground)), "roads": _roads(day.state.tables.tables["roads"], ground)},
    }


def _finding(policy: Policy, on: date) -> dict[str, Any]:
    """Give what the town asks of a hazard that is found: deadlines that its rules propose, from the day on; photos."""
    days = [on + timedelta(days=each) for each in range(DAYS_AHEAD)]
    return {
        "deadlines": {
            level: [working_day_after(day, number).isoformat() for day in days]
            for level, number in policy.deadline_days.items()
        },
        "fix_photo": Action.FIX in policy.photos,
    }


def _role(officers: pd.DataFrame, officer: str) -> str:
    return str(officers["role"][(officers["id"] == officer).to_numpy(dtype=bool)].iat[0])


def _mode(officers: pd.DataFrame, officer: str) -> str:
    return str(officers["mode"][(officers["id"] == officer).to_numpy(dtype=bool)].iat[0])


def _own(assessment: Assessment, basis: Tables, officer: str, stops: Sequence[str]) -> Assessment:
    """Give the places that the officer answers for, and those of the route, of those that are seen."""
    rows = assessment.rows_of(basis["places"]["id"].tolist())
    places = assessment.places[["id", "officer", "closed_from"]].iloc[rows]
    mine = (places["officer"] == officer).to_numpy(dtype=bool) | places["id"].isin(stops).to_numpy(dtype=bool)
    return assessment.at(rows[mine & places["closed_from"].isna().to_numpy(dtype=bool)])


def _places(assessment: Assessment, table: Table, kind: str, mode: str) -> list[dict[str, Any]]:
    """Give places, those first where the officer has to go most urgently; each with what it owes and why."""
    owed: dict[str, list[dict[str, Any]]] = {}
    for place, state, why, own in gap_reasons(assessment, kind):
        owed.setdefault(place, []).append({"state": state, "why": why, "own": own})
    rows = {each["id"]: each for each in _plain_rows(assessment.places, OF_PLACE)}
    addresses = _plain_rows(table.having({"id": rows}, ("id", "address")))
    for each in addresses:
        rows[each["id"]]["address"] = each["address"]
    order = [*owed, *(each for each in rows if each not in owed)][:MOST_PLACES]
    links = _links(assessment.places, [each for each in order if each in owed and owed[each][0]["own"]], mode)
    return [{**rows[each], "owes": owed.get(each, []), "links": links.get(each, [])} for each in order]


def _links(places: pd.DataFrame, wanted: Sequence[str], mode: str) -> dict[str, list[tuple[str, str]]]:
    """Give the ways to navigate to those of the places that have a position."""
    part = places.loc[(places["id"].isin(wanted) & places["lon"].notna()).to_numpy(dtype=bool)]
    named = part.assign(name=part["name"].fillna(part["id"]))
    return dict(zip(part["id"].tolist(), navigation_links(named, [mode] * len(part)), strict=True))


def _hazards(state: State, places: Sequence[str], role: Role, on: date) -> list[dict[str, Any]]:
    """Give hazards that are not at an end, those to be re-checked first, with what the officer may do about them."""
    tables = state.tables.tables
    hazards = tables["hazards"].of_places(places, HAZARD_COLUMNS)
    live = hazards[hazards["closed_at"].isna() & ~hazards["void"].fillna(value=False).astype(bool)]
    of_hazard: dict[str, list[dict[str, Any]]] = {}
    for step in _plain_rows(tables["steps"].having({"hazard_id": frozenset(live["id"])}, STEPS.names)):
        of_hazard.setdefault(step["hazard_id"], []).append(step)
    rows = []
    for hazard in _plain_rows(live):
        life = of_hazard.get(hazard["id"], [])
        course = course_of_rows(hazard, life, state.town)
        actions = {line.action for line in possible(course, role)}
        deadline = course.facts.get("deadline")
        rows.append(
            {
                "id": hazard["id"],
                "place_id": hazard["place_id"],
                "level": hazard["level"],
                "description": hazard["description"],
                "found": hazard["found_at"].date().isoformat(),
                "deadline": str(deadline) if deadline else None,
                "late": _late(course, on),
                "state": STATE_WORDS[course.state],
                "recheck": Action.PASS in actions,
                "photos": _photos(life[0]) if life and life[0]["action"] == REGISTER else [],
                "put_right": _put_right(course, life),
            }
        )
    rows.sort(key=lambda row: (not row["recheck"], row["deadline"] or "9999", row["id"]))
    return rows[:MOST_HAZARDS]


def _late(course: Course, on: date) -> int | None:
    """Give how many working days a hazard is overdue, as the office counts them; None when it is not."""
    deadline = course.facts.get("deadline")
    if not isinstance(deadline, date) or deadline >= on or course.rectified_at is not None:
        return None
    return working_days(deadline + timedelta(days=1), on)


def _put_right(course: Course, life: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Give what was said when it was put right last, for who goes to see it; None when it is not, or nobody said."""
    steps = [step for step in life if step["action"] in {Action.FIX, Action.RECTIFY}]
    if course.rectified_at is None or not steps:
        return None
    last = steps[-1]
    return {"at": last["at"].date().isoformat(), "reason": last["reason"], "photos": _photos(last)}


def _photos(step: Mapping[str, Any]) -> list[str]:
    """Give the ids of a step's photos, those that can be asked for: a store that was brought may name others."""
    return [each for each in (step["photos"] or "").split(";") if PHOTO_ID.fullmatch(each)]


def _plain_rows(frame: pd.DataFrame, names: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Give rows as column → value, None where there is none: column by column, for there are hundreds of phones."""
    names = list(frame.columns) if names is None else list(names)
    columns = [frame[name].array.to_numpy(dtype=object, copy=True) for name in names]
    for column in columns:
        column[pd.isna(column)] = None
    return [dict(zip(names, row, strict=True)) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _outline(areas: pd.DataFrame, officers: pd.DataFrame, officer: str) -> shapely.Geometry:
    """Give the ground that the officer answers for; empty where none is named."""
    codes = ";".join(officers["area"][(officers["id"] == officer).to_numpy(dtype=bool)].dropna()).split(";")
    own = areas[areas["code"].isin(codes).to_numpy(dtype=bool) & areas["geometry"].notna().to_numpy(dtype=bool)]
    return shapely.simplify(shapely.union_all(own["geometry"].to_numpy()), FINE_DEGREES)


def _roads(roads: Table, ground: shapely.Geometry) -> list[list[list[float]]]:
    """Give the roads of some ground."""
    if ground.is_empty:
        return []
    part = roads.only
    shapely.prepare(ground)
    near = part.near(np.asarray(shapely.bounds(ground)))
    found = part.shapes[near[shapely.intersects(ground, part.shapes[near])]][:MOST_ROADS]
    return _lines(*shapely.simplify(found, FINE_DEGREES))


def _lines(*shapes: shapely.Geometry) -> list[list[list[float]]]:
    """Give lines as lists of lon, lat, to about a metre."""
    parts = shapely.get_parts(np.array(shapes, dtype=object))
    return [np.round(shapely.get_coordinates(part), 5).tolist() for part in parts if not part.is_empty]
