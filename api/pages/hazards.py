"""Pages of what is to be done about hazards: work lists, supervision, the list to publish."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.actor import actor_of
from api.day import Day
from api.pages.common import Page, Word, choices, common, paging, part_of
from api.pages.hazard_rows import told
from api.pages.rendering import render
from api.params import TheDay, TheDesk
from coverage.course.clocks import CLOCK_WORDS
from coverage.course.publication import published
from coverage.course.transitions import ACTION_WORDS, NEXT, ROLE_WORDS, STATE_WORDS, Role
from coverage.course.work import TASK_WORDS, work_list
from coverage.figures import records

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
NOTICES_SHOWN = 25
WORDS = {
    "CLOCK_WORDS": CLOCK_WORDS,
    "STEP_STATES": {str(state): word for state, word in STATE_WORDS.items()},
    "ACTIONS": {str(action): TASK_WORDS.get(action, word) for action, word in ACTION_WORDS.items()},
    "TURNS": {";".join(roles): "、".join(ROLE_WORDS[role] for role in roles) for _, roles in NEXT.values()},
}


@router.get("/todo")
def todo(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    asked: Annotated[Role | None, Query(alias="role")] = None,
    who: Word = None,
    area: Word = None,
    page: Page = 1,
) -> str:
    """Give what a role has to do, the most urgent first; of the own one, where none is named."""
    me = actor_of(request).user
    role = asked or Role(me.role if me else Role.INSPECTOR)
    rows = work_list(day.clocks, day.due, day.ledger.officers, role, who=who, area=area)
    return render(
        "todo.html",
        **common(request, desk, day),
        **WORDS,
        roles=[(str(each), ROLE_WORDS[each]) for each in Role],
        role=str(role),
        who=who,
        people=_people(day, role),
        filters={"area": area},
        choices=choices(day),
        counts=rows["task"].value_counts(sort=False).to_dict(),
        rows=told(day, part_of(rows, page)),
        paging=paging(request, len(rows), page),
    )


@router.get("/supervision")
def supervision(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    issued: Annotated[bool, Query()] = False,
    page: Page = 1,
) -> str:
    """Give the major hazards with their clocks, and 督办单 to be drawn up or issued."""
    majors = day.clocks.majors
    notices = day.issued if issued else day.due
    return render(
        "supervision.html",
        **common(request, desk, day),
        **WORDS,
        figures=_figures(majors, day),
        majors=told(day, majors),
        zero_by="{}月{}日".format(*day.clocks.policy.zero_by),
        policy=day.clocks.policy,
        issued=issued,
        notices=records(part_of(notices, page)),
        paging=paging(request, len(notices), page),
    )


@router.get("/published")
def publication(request: Request, desk: TheDesk, day: TheDay) -> str:
    """Give the major hazards as they may be shown to everybody."""
    return render("published.html", **common(request, desk, day), **WORDS, rows=records(published(day.clocks)))


def _figures(majors: pd.DataFrame, day: Day) -> dict[str, Any]:
    """Give the figures of the cards."""
    return {
        "majors": len(majors),
        "overdue": int((majors["clock"] == "overdue").sum()),
        "stale": int(majors["stale"].sum()),
        "unsupervised": int((majors["supervisors_missing"] > 0).sum()),
        "lacking": int(((majors["missing"] != "") & ~majors["rectified"]).sum()),
        "due": len(day.due),
        "issued": len(day.issued),
        "all_majors": int(day.register.hazards["major"].sum()),
    }


def _people(day: Day, role: Role) -> list[tuple[str, str]]:
    """Give whom a work list can be of, as value and word; of enterprises there are too many."""
    rows = day.clocks.rows
    if role is Role.DEPARTMENT:
        return [(word, word) for word in sorted(rows["department"].dropna().unique())]
    if role is Role.INSPECTOR:
        known = rows[["officer", "officer_name"]].drop_duplicates("officer").sort_values("officer_name")
        return list(zip(known["officer"], known["officer_name"], strict=True))
    if role is Role.GRID_MANAGER:
        officers = day.ledger.officers
        known = officers[(officers["role"] == role).to_numpy(bool)]
        return list(zip(known["id"], known["name"].fillna(known["id"]), strict=True))
    if role is Role.LEADER:
        texts = rows["supervisor"].dropna().str.replace("，", "、").str.split("、").explode().str.strip()
        return [(name, name) for name in sorted(set(texts) - {""})]
    return []
