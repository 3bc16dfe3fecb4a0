"""The town's checklists: read, put in one another's place."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.described.phone import ChecklistsSaid
from api.described.shapes import Answers, answers
from api.desk import ACTOR
from api.params import TheActor, TheDesk
from api.problems import InputProblem
from api.tags import CHANGED_SINCE, IfMatch, check_match
from api.written import NO_NUL
from coverage.checklists import checklists_said, parse_checklists
from geodata.errors import RulesProblem

router = APIRouter(tags=["checklists"])
MOST_CHARACTERS = 80_000
WRONG: Answers = {422: {"description": "检查表有错，写明哪一张、哪一项"}}


class ChecklistsKept(BaseModel):
    """Checklists that hold: how many, and how many items are on them."""

    checklists: int
    items: int


class NewChecklists(BaseModel):
    """A file of checklists (TOML), which takes the place of the one that holds."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS, pattern=NO_NUL)]


@router.get("/checklists", responses=answers(ChecklistsSaid))
def checklists(desk: TheDesk) -> dict[str, Any]:
    """Give the town's checklists by industry."""
    return {"rows": checklists_said(desk.checklists())}


@router.post("/checklists", status_code=201, response_model=ChecklistsKept, responses={**CHANGED_SINCE, **WRONG})
def load(desk: TheDesk, me: TheActor, new: NewChecklists, if_match: IfMatch = "") -> Response:
    """Put checklists in the place of those that hold; 412 when somebody did since they were seen."""
    try:
        lists = parse_checklists(new.text)
    except RulesProblem as problem:
        raise InputProblem(str(problem)) from problem
    with desk.writing:
        held = desk.checklists_text()
        check_match(if_match, tag_of(held))
        # another service may write before the transaction begins
        seen = held if if_match else None
        desk.writer.write_checklists(new.text, actor=me.signed(ACTOR), source="网页", seen=seen)
    kept = {"checklists": len(lists), "items": sum(len(each.items) for each in lists)}
    return JSONResponse(kept, 201, headers={"ETag": tag_of(new.text)})


def tag_of(text: str) -> str:
    """Give the tag of the town's checklists: another one when any letter of the file changed."""
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
