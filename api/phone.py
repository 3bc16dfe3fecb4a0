"""What a phone takes along for a day without a network: route, own places, hazards, checklists, lines of a map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.desk import Desk
from api.today import today_of
from coverage.assess import Assessment
from coverage.checklists import checklists_said
from coverage.course.policy import parse_policy
from coverage.course.records import course_of_rows
from coverage.course.replay import Policy, possible
from coverage.course.transitions import STATE_WORDS, Action, Role
from coverage.gaps import find_gaps
from coverage.workdays import working_day_after
from geodata.ledger import Ledger

MOST_PLACES, MOST_HAZARDS, MOST_ROADS = 1500, 300, 2000
"""More than a grid has; a phone that answers for a whole town takes the most urgent."""
DAYS_AHEAD = 14
"""A phone without a network may show a document for so many days."""
FINE_DEGREES = 0.00003
"""About 3 m: what lines are made simpler by."""
HAZARD_COLUMNS = (
    *("id", "place_id", "found_at", "level", "category", "description", "deadline", "rectified_at", "closed_at"),
    *("void", "measures", "responsible", "funds", "plan", "supervisor", "address", "geometry"),
)


def phone_of(desk: Desk, on: date, officer: str) -> dict[str, Any]:
    """Give all that the page of an officer needs on a day, as JSON holds it.

    Raises
    ------
    NotFoundProblem
        No such officer.
    """
    route = today_of(desk, on, officer)
    day = desk.day(on)
    stops = [stop["place_id"] for stop in route["stops"]]
    assessment = _own(day.assessment, officer, stops)
    role = Role(_role(day.ledger.officers, officer))
    table = day.state.tables.tables["hazards"]
    hazards = table.of_places(assessment.places["id"].tolist(), HAZARD_COLUMNS)
    ground = _outline(day.assessment.areas, day.ledger.officers, officer)
    return {
        "route": route,
        "role": str(role),
        "places": _places(assessment, day.ledger.places),
        "hazards": _hazards(hazards, day.ledger.frames["steps"], role, day.ledger),
        "checklists": checklists_said(desk.checklists()),
        "finding": _finding(parse_policy(day.rules_text), on),
        "ground": {"grid": _lines(shapely.boundary(ground)), "roads": _roads(day.ledger.roads, ground)},
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


def _own(assessment: Assessment, officer: str, stops: Sequence[str]) -> Assessment:
    """Give the places that the officer answers for, and those of the route."""
    places = assessment.places
    mine = (places["officer"] == officer).to_numpy(dtype=bool) | places["id"].isin(stops).to_numpy(dtype=bool)
    return assessment.at(np.flatnonzero(mine & places["closed_from"].isna().to_numpy(dtype=bool)))


def _places(assessment: Assessment, ledger: pd.DataFrame) -> list[dict[str, Any]]:
    """Give places, those first that owe most urgently; each with what it owes and why."""
    gaps = find_gaps(assessment)
    owed: dict[str, list[dict[str, Any]]] = {}
    for row in gaps[["place_id", "state", "why"]].to_dict("records"):
        owed.setdefault(str(row["place_id"]), []).append({"state": row["state"], "why": row["why"]})
    places = assessment.places.set_index("id")
    addresses = ledger.set_index("id")["address"].reindex(places.index)
    order = [*owed, *(each for each in places.index if each not in owed)][:MOST_PLACES]
    facts = places[["name", "industry", "risk", "lon", "lat"]].assign(address=addresses).loc[order].astype(object)
    plain = facts.where(facts.notna(), None).to_dict("records")
    rows = [{str(name): value for name, value in row.items()} for row in plain]
    return [{"id": each, **row, "owes": owed.get(each, [])} for each, row in zip(order, rows, strict=True)]


def _hazards(hazards: pd.DataFrame, steps: pd.DataFrame, role: Role, ledger: Ledger) -> list[dict[str, Any]]:
    """Give hazards that are not at an end, those to be re-checked first, with what the officer may do about them."""
    live = hazards[hazards["closed_at"].isna() & ~hazards["void"].fillna(value=False).astype(bool)]
    of_hazard: dict[str, list[dict[str, Any]]] = {}
    for step in _plain_rows(steps[steps["hazard_id"].isin(live["id"]).to_numpy(dtype=bool)]):
        of_hazard.setdefault(step["hazard_id"], []).append(step)
    rows = []
    for hazard in _plain_rows(live):
        course = course_of_rows(hazard, of_hazard.get(hazard["id"], []), ledger.town)
        actions = {line.action for line in possible(course, role)}
        deadline = course.facts.get("deadline")
        rows.append(
            {
                "id": hazard["id"],
                "place_id": hazard["place_id"],
                "level": hazard["level"],
                "description": None if pd.isna(hazard["description"]) else hazard["description"],
                "found": hazard["found_at"].date().isoformat(),
                "deadline": str(deadline) if deadline else None,
                "state": STATE_WORDS[course.state],
                "recheck": Action.PASS in actions,
            }
        )
    rows.sort(key=lambda row: (not row["recheck"], row["deadline"] or "9999", row["id"]))
    return rows[:MOST_HAZARDS]


def _plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give rows as column → value: a frame for each would take longer than all that is asked of them."""
    return cast(list[dict[str, Any]], pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).to_dict("records"))


def _outline(areas: gpd.GeoDataFrame, officers: pd.DataFrame, officer: str) -> shapely.Geometry:
    """Give the ground that the officer answers for; empty where none is named."""
    codes = ";".join(officers["area"][(officers["id"] == officer).to_numpy(dtype=bool)].dropna()).split(";")
    own = areas[areas["code"].isin(codes).to_numpy(dtype=bool) & areas.geometry.notna().to_numpy(dtype=bool)]
    return shapely.simplify(shapely.union_all(own.geometry.to_numpy()), FINE_DEGREES)


def _roads(roads: gpd.GeoDataFrame, ground: shapely.Geometry) -> list[list[list[float]]]:
    if roads.empty or ground.is_empty:
        return []
    found = np.sort(roads.sindex.query(shapely.box(*ground.bounds)))[:MOST_ROADS]
    return _lines(*shapely.simplify(roads.geometry.to_numpy()[found], FINE_DEGREES))


def _lines(*shapes: shapely.Geometry) -> list[list[list[float]]]:
    """Give lines as lists of lon, lat, to about a metre."""
    parts = shapely.get_parts(np.array(shapes, dtype=object))
    return [np.round(shapely.get_coordinates(part), 5).tolist() for part in parts if not part.is_empty]
