"""The page of risk grading: proposals with their reasons, and a form to decide about one."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.day import Day
from api.pages.common import Page, Word, choices, common, paging, part_of
from api.pages.rendering import render
from api.params import TheDay, TheDesk
from api.routers.risk import chosen
from coverage.figures import records
from coverage.risk_policy import CHANGES, COUNTED, FACTORS, RISING
from geodata.model import RISKS

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/risk")
def risk(
    request: Request,
    desk: TheDesk,
    day: TheDay,
    change: Literal["", "changed", "raised", "lowered", "unrated", "same"] = "changed",
    area: Word = None,
    industry: Word = None,
    risk: Word = None,
    page: Page = 1,
) -> str:
    """Give the proposals of a day, those to decide about first."""
    rows = chosen(day, area=area, industry=industry, risk=risk, proposed=None, change=change or None)
    counts = day.risks["change"].value_counts()
    return render(
        "risk.html",
        **common(request, desk, day),
        counts={name: int(counts.get(name, 0)) for name in CHANGES},
        changes=CHANGES,
        change=change,
        rows=records(part_of(rows, page)),
        decided=_decided(day, part_of(rows, page)),
        policy=day.risk_policy,
        factors=FACTORS,
        counted=COUNTED,
        rising=RISING,
        risks=RISKS,
        filters={"area": area, "industry": industry, "risk": risk},
        choices=choices(day),
        paging=paging(request, len(rows), page),
    )


def _decided(day: Day, rows: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Give the latest decision about each place, also one after the day: who looks at yesterday must see it."""
    decisions = day.ledger.risk_decisions
    latest = decisions[decisions["place_id"].isin(rows["place_id"])].drop_duplicates("place_id", keep="last")
    told = latest.assign(at=latest["at"].dt.strftime("%Y-%m-%d"))
    return {row["place_id"]: row for row in records(told)}
