"""The town's rules: read, checked, their effect seen, brought into force."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.described.shapes import Answers
from api.desk import ACTOR
from api.params import TheActor, TheDay, TheDesk
from api.problems import InputProblem
from api.rules_desk import compared, fault_of, parsed, told
from api.tags import CHANGED_SINCE, IfMatch, check_match
from api.written import NO_NUL, Written
from geodata.rule_texts import RuleText

router = APIRouter(tags=["rules"])
MOST_CHARACTERS = 80_000
WRONG: Answers = {422: {"description": "规则有错，写明哪一行"}}


class RuleRow(BaseModel):
    """A rule in words, and the places that owe it."""

    id: str
    name: str
    duty: str
    asks: str
    applies: str
    source: str
    places: int
    done: int
    pending: int
    overdue: int
    exempt: int


class RulesVersion(BaseModel):
    """A rules file: the first day on which it holds (null: as ever), why it came, its text where that was asked for."""

    since: date | None = Field(alias="from")
    reason: str
    text: str | None = None


class RulesAnswer(BaseModel):
    """The rules of a day, and every version, the oldest first."""

    as_of: date
    rows: list[RuleRow]
    versions: list[RulesVersion]


class RuleCounts(BaseModel):
    """Places that owe a rule, by state."""

    places: int
    done: int
    pending: int
    overdue: int
    exempt: int


class RuleChange(BaseModel):
    """A rule before and after; null where there is none."""

    id: str
    name: str
    duty: str
    asks: str
    applies: str
    before: RuleCounts | None
    after: RuleCounts | None
    changed: bool


class RulesPreview(BaseModel):
    """What a new file would change, as of a day, as if its rules held on all days."""

    as_of: date
    rows: list[RuleChange]
    places: dict[str, int]


class WrongLine(BaseModel):
    """What is wrong, and on which line."""

    line: int | None
    problem: str


class RulesChecked(BaseModel):
    """Whether a rules file may be brought into force, and what it would change."""

    ok: bool
    problems: list[WrongLine]
    preview: RulesPreview | None


class RulesKept(BaseModel):
    """A rules file that holds: how many rules, from when, the versions that hold no longer."""

    rules: int
    since: date | None = Field(alias="from")
    replaced: list[str]


class NewRules(BaseModel):
    """A rules file (TOML), from which day it holds (null: on all days, also those that are past), and why."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    text: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS, pattern=NO_NUL)]
    since: Annotated[date, Written] | None = Field(None, alias="from")
    reason: Annotated[str, Field(max_length=200, pattern=NO_NUL)] = ""


@router.get("/rules", response_model=RulesAnswer)
def rules(
    desk: TheDesk, day: TheDay, text: Annotated[bool, Query(description="连同规则文件的原文")] = False
) -> Response:
    """Give the rules that hold on the day, with how many places owe each, and every version there was."""
    texts = desk.rule_texts()
    versions = [
        {"from": each.since and each.since.isoformat(), "reason": each.reason, **({"text": each.text} if text else {})}
        for each in texts
    ]
    body = {"as_of": day.as_of.isoformat(), "rows": told(day.assessment), "versions": versions}
    return JSONResponse(body, headers={"ETag": tag_of(texts)})


@router.post("/rules/check", response_model=RulesChecked)
def check(day: TheDay, new: NewRules) -> dict[str, Any]:
    """Say what is wrong with a rules file, on which line; or what it would change. Nothing is written."""
    wrong = fault_of(new.text)
    if wrong is not None:
        return {"ok": False, "problems": [vars(wrong)], "preview": None}
    return {"ok": True, "problems": [], "preview": compared(day, new.text, new.since)}


@router.post("/rules", status_code=201, response_model=RulesKept, responses={**CHANGED_SINCE, **WRONG})
def load(desk: TheDesk, me: TheActor, new: NewRules, if_match: IfMatch = "") -> Response:
    """Bring a rules file into force; 412 when somebody did since it was seen."""
    wrong = fault_of(new.text)
    if wrong is not None:
        raise InputProblem(f"第 {wrong.line} 行：{wrong.problem}" if wrong.line else wrong.problem)
    with desk.writing:
        texts = desk.rule_texts()
        check_match(if_match, tag_of(texts))
        gone = desk.writer.write_rules(
            new.text,
            actor=me.signed(ACTOR),
            source="网页",
            since=new.since,
            reason=new.reason,
            seen=texts if if_match else None,  # another service may write before the transaction begins
        )
    since = new.since and new.since.isoformat()
    kept = {"rules": len(parsed(new.text)), "from": since, "replaced": [str(each.since or "最初") for each in gone]}
    return JSONResponse(kept, 201, headers={"ETag": tag_of(desk.rule_texts())})


def tag_of(texts: tuple[RuleText, ...]) -> str:
    """Give the tag of the town's rules: another one when any version changed."""
    return f'"{hashlib.sha256(repr(texts).encode()).hexdigest()[:32]}"'
