"""The pages: the town, a place, the hazards."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any, Literal

import geopandas as gpd
import pandas as pd
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse

from api.actor import actor_of
from api.day import Day
from api.hazards_asked import HazardFlag, HazardsAsked
from api.pages.common import ROWS, Page, Word, area_names, choices, common, paging, part_of
from api.pages.hazard_rows import told
from api.pages.photos import PLACE_PHOTOS, of_hazard, of_place
from api.pages.rendering import GROUP_WORDS, HAZARD_STATES, render
from api.params import From, TheDay, TheDesk, TheNear, To
from api.problems import NotFoundProblem
from api.routers.gaps import chosen
from api.stepping import life_of, missing_five
from coverage.course.clocks import CLOCK_WORDS
from coverage.course.replay import FACT_WORDS, SAID_WORDS
from coverage.course.transitions import NEXT, State
from coverage.figures import coverage_figures, records
from coverage.grouping import GROUPS
from coverage.hazards import hazard_figures
from coverage.reckoning import duties_with_evidence, place_history
from coverage.verify import verify
from coverage.visits import match_visits
from geodata.model import Level
from grids.hierarchy import levels_present

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
RECENT = 20


@router.get("/")
def home(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    by: Word = None,
    area: Word = None,
    industry: Word = None,
    risk: Word = None,
    state: Word = None,
    rule: Word = None,
    department: Word = None,
    page: Page = 1,
) -> str:
    """Give the town: its figures, maps, coverage by a group, and gaps."""
    head = common(request, desk, day)
    if len(day.ledger.places) == 0:
        return render("empty.html", **head, has_areas=len(day.ledger.areas) > 1)
    by = by or _groups(day)[0]
    words = {"industry": industry, "risk": risk, "rule": rule, "department": department}
    gaps = chosen(day, area=area, state=state, **words)
    root = str(day.assessment.town.level)
    return render(
        "home.html",
        **head,
        coverage=records(coverage_figures(day.assessment, root))[0],
        hazards=records(hazard_figures(day.register, root))[0],
        by=by,
        groups=_groups(day),
        rows=records(coverage_figures(day.assessment, by)),
        gaps=records(part_of(gaps, page)),
        filters={"area": area, "state": state, **words},
        choices=choices(day),
        paging=paging(request, len(gaps), page),
        names=area_names(day),
    )


@router.get("/divide")
def divide(request: Request, desk: TheDesk, day: TheDay) -> str:
    """Give the page on which areas are divided, changed by hand, and adopted."""
    levels = [level for level in (Level.GRID, Level.DISTRICT) if (day.ledger.areas["level"] == str(level)).any()]
    rows = day.ledger.adoptions.sort_values("day", ascending=False, kind="stable")
    return render(
        "divide.html",
        **common(request, desk, day),
        levels=[(str(level), level.chinese) for level in levels],
        drafts=desk.drafts(),
        adoptions=records(rows.head(ROWS)),
    )


@router.get("/divide/ground", response_class=JSONResponse)
def ground(day: TheDay) -> JSONResponse:
    """Give streets and water as the drawing page shows them: whole 1e-5 degrees from an origin."""
    frame = day.backdrop.frame()
    return JSONResponse({"origin": frame.origin, **day.backdrop.as_data(frame)})


@router.get("/places/{place_id:path}")
def place(
    request: Request, desk: TheDesk, day: TheDay, place_id: Annotated[str, Path(max_length=200)], leaf: Page = 1
) -> str:
    """Give one place: what it owes and why, its inspections, its hazards, a leaf of its photos."""
    held = day.ledger.places
    row = held[held["id"] == place_id]
    if row.empty:
        raise NotFoundProblem(f"没有编号为“{place_id}”的场所。")
    known = day.assessment.places[day.assessment.places["id"] == place_id]
    inspections, hazards = day.inspections, day.hazards
    mine = inspections[inspections["place_id"] == place_id]
    found = hazards[hazards["place_id"] == place_id]
    photos, photographed = of_place(desk, day, place_id, found["id"].tolist(), leaf)
    return render(
        "place.html",
        **common(request, desk, day),
        place=records(pd.DataFrame(row.drop(columns="geometry")))[0],
        point=row.geometry.iloc[0],
        known=records(known)[0] if len(known) else None,
        areas=_areas_of(day, known),
        duties=duties_with_evidence(day.of_place(place_id), day.assessment, place_id) if len(known) else [],
        history=place_history(day.ledger, day.assessment, place_id),
        names=_officer_names(day),
        inspections=_inspections(mine.head(RECENT), day),
        inspected=len(mine),
        hazards=told(day, found.head(RECENT)),
        found=len(found),
        photos=photos,
        photographed=photographed,
        leaf=leaf,
        leaves=max(1, -(-photographed // PLACE_PHOTOS)),
    )


@router.get("/hazards")
def hazards(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    area: Word = None,
    first: From = None,
    to: To = None,
    industry: Word = None,
    risk: Word = None,
    level: Word = None,
    category: Word = None,
    department: Word = None,
    officer: Word = None,
    near: TheNear = None,
    state: Annotated[HazardFlag | Literal[""], Query()] = "",
    page: Page = 1,
) -> str:
    """Give the hazards found up to the day, newest first."""
    frame = day.hazards
    asked = HazardsAsked(area, first, to, industry, risk, level, category, department, officer, near=near)
    kept = asked.among(frame, day.register.areas)
    void = kept & frame["void"].to_numpy(dtype=bool)
    if state:
        kept &= frame[state].to_numpy(dtype=bool)
    rows = frame[void if state == "void" else kept & ~void]
    return render(
        "hazards.html",
        **common(request, desk, day),
        rows=told(day, part_of(rows, page)),
        filters=asdict(asked) | {"state": state or None},
        states=HAZARD_STATES,
        void=0 if state else int(void.sum()),
        choices=choices(day) | _hazard_choices(frame),
        paging=paging(request, len(rows), page),
    )


def _hazard_choices(hazards: pd.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """Give the words that the filters of hazards offer besides those of places."""
    words = {name: sorted(hazards[name].dropna().unique()) for name in ("category", "department")}
    people = hazards[["officer", "officer_name"]].drop_duplicates("officer").sort_values("officer_name")
    return {
        **{name: [(word, word) for word in known] for name, known in words.items()},
        "officer": list(zip(people["officer"], people["officer_name"], strict=True)),
    }


@router.get("/hazards/{hazard_id:path}")
def hazard(request: Request, desk: TheDesk, day: TheDay, hazard_id: Annotated[str, Path(max_length=200)]) -> str:
    """Give one hazard: how it stands now, every step of its life, and the form for the next one."""
    ledger = day.ledger
    life = life_of(ledger, hazard_id, desk.policy(), actor_of(request).step_roles)
    proposed = _put_first(life)
    row = ledger.hazards[(ledger.hazards["id"] == hazard_id).to_numpy(bool)]
    names = ledger.places["name"][(ledger.places["id"] == row["place_id"].iat[0]).to_numpy(bool)]
    facts = records(pd.DataFrame(row.drop(columns="geometry")))[0]
    photos, others = of_hazard(desk, day, life["steps"], facts["inspection_id"])
    for step in life["steps"]:
        step["given"] = json.loads(step["facts"]) if step["facts"] else {}
    return render(
        "hazard.html",
        **common(request, desk, day),
        hazard=facts,
        standing=_standing(day, hazard_id),
        CLOCK_WORDS=CLOCK_WORDS,
        found_at=row["found_at"].iat[0].strftime("%Y-%m-%d %H:%M"),
        place_name=None if names.empty else names.iat[0],
        life=life,
        proposed=proposed,
        photos=photos,
        others=others,
        FACT_WORDS=FACT_WORDS,
        SAID_WORDS=SAID_WORDS,
        notice=_notice(day, hazard_id),
        missing_five=missing_five(life) if life["state"] == "assigned" else [],
    )


def _put_first(life: dict[str, Any]) -> bool:
    """Put the step that moves the hazard on first; say whether there is one that who asks may take and didn't just."""
    onward = NEXT.get(State(life["state"]))
    just = life["steps"][-1]["action"] if life["steps"] else None
    held = [each for each in life["possible"] if onward and each["action"] == onward[0] != just]
    life["possible"] = held + [each for each in life["possible"] if each not in held]
    return bool(held)


def _standing(day: Day, hazard_id: str) -> dict[str, Any]:
    """Give how a hazard's time stands as of the day: clock and working days left while it runs, late once put right."""
    clocks, known = day.clocks.rows, day.hazards
    running = records(clocks.loc[(clocks["id"] == hazard_id).to_numpy(bool), ["clock", "days_left"]])
    late = known.loc[(known["id"] == hazard_id).to_numpy(bool), "late"]
    return (running[0] if running else {"clock": "none", "days_left": None}) | {"late": bool(late.eq(True).any())}


def _notice(day: Day, hazard_id: str) -> dict[str, Any]:
    """Give whom a 督办单 of a hazard would go to and by when, where one is due."""
    due = day.due[(day.due["hazard_id"] == hazard_id).to_numpy(bool)]
    return records(due)[0] if len(due) else {"addressee": None, "answer_by": None}


def _groups(day: Day) -> list[str]:
    """Give the groups that this town can be counted by; the root's single row is on the cards."""
    levels = {str(level) for level in levels_present(day.assessment.areas)[1:]}
    words = {str(level) for level in Level}
    return [group for group in GROUPS if group in levels or group not in words]


def _areas_of(day: Day, place: pd.DataFrame) -> list[tuple[str, str, str | None]]:
    """Give the areas that hold a place from the top down: word of the level, name, how each is asked for."""
    areas = day.assessment.areas
    held = [(level, int(place[level].iloc[0])) for level in map(str, levels_present(areas)[1:]) if len(place)]
    return [
        (GROUP_WORDS[level], str(areas["name"].iat[at]), f"{level}:{areas['code'].iat[at]}")
        if at >= 0
        else (GROUP_WORDS[level], "不在任何一个", None)
        for level, at in held
    ]


def _officer_names(day: Day) -> dict[str, str]:
    named = day.ledger.officers.dropna(subset="name")
    return dict(zip(named["id"], named["name"], strict=True))


def _inspections(rows: gpd.GeoDataFrame, day: Day) -> list[dict[str, Any]]:
    """Give inspections for a table: officers by name, the moment to the minute, the geotag and what it proves."""
    names = _officer_names(day)
    shown = records(pd.DataFrame(rows.drop(columns=["geometry", "at"])))
    known, town = day.assessment, day.ledger.town
    visits = match_visits(rows, known.places, town, day.as_of)
    proven = set(visits.row[verify(visits, rows, known.places, day.ledger.moves, town, known.centre)].tolist())
    for number, (row, at, point) in enumerate(zip(shown, rows["at"], rows["geometry"], strict=True)):
        row["at"], row["tagged"] = at.strftime("%Y-%m-%d %H:%M"), point is not None
        row["verified"] = number in proven
        row["officer"] = names.get(row["officer"], row["officer"])
    return shown
