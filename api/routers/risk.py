"""Proposals of the risk of places, and what people decide about them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from api.day import Day
from api.described.risk import RiskDecisions, RiskProposal
from api.described.shapes import CONFLICT, answers
from api.described.shapes import page_of as shape_of_page
from api.grading import accept_risks, decisions_of
from api.listing import equals, in_area, in_box, page_of
from api.params import Area, GeoJson, TheActor, TheBox, TheDay, TheDesk, ThePaging, Word
from api.problems import ConflictProblem
from api.tags import CHANGED_SINCE, IfMatch, check_match, etag_of
from api.wire import NewRisk

router = APIRouter(tags=["risk"])
PlaceId = Annotated[str, Path(max_length=200)]
Change = Literal["raised", "lowered", "same", "unrated", "changed"]


@router.get("/risk", responses=answers(shape_of_page(RiskProposal), geojson=True))
def proposals(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    box: TheBox,
    geojson: GeoJson,
    area: Area = None,
    industry: Word = None,
    risk: Word = None,
    proposed: Word = None,
    change: Change | None = None,
    place_id: Word = None,
) -> Response:
    """List the proposed risk of each open place, those to decide about first; nothing is changed by it."""
    rows = chosen(day, area=area, industry=industry, risk=risk, proposed=proposed, change=change)
    rows = rows[equals(rows["place_id"], place_id) & in_box(rows["lon"], rows["lat"], box)]
    return page_of(request, rows, paging, geojson=geojson, by=("place_id",), as_of=day.as_of.isoformat())


@router.get("/places/{place_id:path}/risk", responses=answers(RiskDecisions))
def decisions(desk: TheDesk, place_id: PlaceId) -> JSONResponse:
    """Give every decision about the risk of a place, the first first."""
    return _tagged(decisions_of(desk.ledger(), place_id))


@router.post(
    "/places/{place_id:path}/risk",
    status_code=201,
    responses=answers(RiskDecisions, status=201) | CONFLICT | CHANGED_SINCE,
)
def decide(
    desk: TheDesk, day: TheDay, me: TheActor, place_id: PlaceId, new: NewRisk, if_match: IfMatch = ""
) -> JSONResponse:
    """Give a place a risk; 409 when the proposal is another one than the person saw."""
    with desk.writing:  # the proposals are read inside: of two who decide at once, the second sees the first one's
        if if_match:
            check_match(if_match, _tag(decisions_of(desk.ledger(), place_id)))
        rows = desk.day(day.as_of).risks
        now = rows["proposed"][(rows["place_id"] == place_id).to_numpy(bool)]
        if new.proposed is not None and len(now) and now.iat[0] != new.proposed:
            raise ConflictProblem(f"这个场所的建议已变为{now.iat[0]}，没有写入。请看过最新的由来再定。")
        accept_risks(
            desk.writer,
            rows,
            desk.ledger().risk_decisions,
            [place_id],
            accepted=new.accepted,
            actor=me.signed(new.actor),
            reason=new.reason,
            source="api",
        )
    return _tagged(decisions_of(desk.ledger(), place_id), 201)


def _tagged(rows: list[dict[str, Any]], status: int = 200) -> JSONResponse:
    return JSONResponse({"rows": rows}, status, headers={"ETag": _tag(rows)})


def _tag(rows: list[dict[str, Any]]) -> str:
    return etag_of({"rows": rows})


def chosen(
    day: Day, *, area: str | None, industry: str | None, risk: str | None, proposed: str | None, change: str | None
) -> pd.DataFrame:
    """Give the proposals in an area, of an industry, a risk, a proposed risk, a kind of change (`changed`: any)."""
    rows = day.risks
    kept = equals(rows["industry"], industry) & equals(rows["risk"], risk) & equals(rows["proposed"], proposed)
    kept &= in_area(day.assessment.places.loc[rows.index], day.assessment.areas, area)
    if change == "changed":
        kept &= np.asarray(rows["change"] != "same")
    elif change is not None:
        kept &= equals(rows["change"], change)
    return rows[kept]
