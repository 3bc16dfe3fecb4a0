"""Hazards: listed, counted, and posted from the field."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.described.hazards import HazardFigures, HazardLife, HazardState
from api.described.rows import Hazard
from api.described.shapes import CONFLICT, answers
from api.described.shapes import page_of as shape_of_page
from api.hazards_asked import HazardFlag, HazardsAsked, RatesPeriod, registers_of
from api.listing import in_box, page_of, plain
from api.params import Area, From, GeoJson, Since, TheActor, TheBox, TheDay, TheDesk, ThePaging, To, Word
from api.posting import post
from api.problems import NotFoundProblem
from api.rates import rates_of
from api.stepping import check_step, judge_step, life_of, take_step
from api.tags import CHANGED_SINCE, IfMatch, check_match, etag_of
from api.wire import NewHazard, NewStep
from coverage.figures import records
from coverage.grouping import HAZARD_GROUPS
from coverage.hazards import hazard_figures

router = APIRouter(tags=["hazards"])
HazardId = Annotated[str, Path(max_length=200)]
FIELDS = (
    *("id", "place_id", "place_name", "level", "category", "industry", "risk", "department", "officer", "officer_name"),
    *("found", "deadline", "rectified_on", "closed_on", "lon", "lat"),
    *("void", "rectified", "closed", "open", "overdue", "major", "in_time", "late", "recurring", "days", "days_closed"),
)


@router.get("/hazards", responses=answers(shape_of_page(HazardState), geojson=True))
def hazards(
    request: Request,
    day: TheDay,
    paging: ThePaging,
    box: TheBox,
    geojson: GeoJson,
    area: Area = None,
    first: From = None,
    to: To = None,
    industry: Word = None,
    risk: Word = None,
    level: Word = None,
    place_id: Word = None,
    category: Word = None,
    department: Word = None,
    officer: Annotated[str | None, Query(description="人员编号，没有编号的写台账里的姓名", max_length=200)] = None,
    state: HazardFlag | None = None,
) -> Response:
    """List hazards found up to the day, newest first. `unknown` stands for a word that is missing."""
    asked = HazardsAsked(area, first, to, industry, risk, level, category, department, officer, place_id)
    frame = day.hazards
    kept = asked.among(frame, day.register.areas) & in_box(frame["lon"], frame["lat"], box)
    if state is not None:
        kept &= frame[state].to_numpy(dtype=bool)
    rows = frame.loc[kept, list(FIELDS)]
    return page_of(request, rows, paging, geojson=geojson, whole=frame, as_of=day.as_of.isoformat())


@router.get("/hazards/figures", responses=answers(HazardFigures))
def figures(
    desk: TheDesk,
    day: TheDay,
    by: Annotated[str | None, Query(description=f"{'、'.join(HAZARD_GROUPS)}；默认全镇一行")] = None,
    period: Annotated[
        RatesPeriod | None, Query(description="只算截止日所在这一期发现的，另给按期整改、反复、天数等；all：全部")
    ] = None,
    since: Since = None,
    compare: Annotated[bool, Query(description="与上一期对比")] = False,
) -> dict[str, Any]:
    """Give found, rectified, closed, open, overdue, major and the rates by a group; of a period more of them."""
    register = day.register
    by = by or str(register.town.level)
    facts = {"as_of": day.as_of.isoformat(), "town": register.town.name, "by": by}
    if period is None and since is None and not compare:
        return {**facts, "rows": records(hazard_figures(register, by))}
    rates = rates_of(registers_of(desk, day), day.as_of, by, every=period, since=since, beside=compare)
    return {**facts, **rates.facts, "rows": records(rates.rows)}


@router.get("/hazards/{hazard_id:path}/steps", responses=answers(HazardLife))
def steps(desk: TheDesk, hazard_id: HazardId) -> JSONResponse:
    """Give a hazard's life: how it stands, every step, and what may be done next by whom."""
    life = life_of(desk.ledger(), hazard_id, desk.policy())
    return JSONResponse(life, headers={"ETag": etag_of(life)})


@router.post(
    "/hazards/{hazard_id:path}/steps",
    status_code=201,
    responses=answers(HazardLife) | answers(HazardLife, status=201) | CONFLICT | CHANGED_SINCE,
)
def post_step(
    desk: TheDesk,
    me: TheActor,
    hazard_id: HazardId,
    new: NewStep,
    check: Annotated[bool, Query(description="只问能不能办理，什么也不写；附照片的，先问再传照片")] = False,
    if_match: IfMatch = "",
) -> JSONResponse:
    """Take one more step; 409 with everything that is in the way when it can't be taken.

    With `check` nothing is written: 200 with the life as it stands, or the same 409.
    """
    me.check_step_role(new.role)
    new = new.model_copy(update={"actor": me.signed(new.actor)})
    check_step(new, desk.extent())
    policy = desk.policy()
    if not desk.knows("hazards", hazard_id):
        raise NotFoundProblem(f"没有编号为“{hazard_id}”的隐患。")
    with desk.writing:  # the ledger is read inside: of two who act at once, the second sees the first one's step
        state = desk.whole.state()
        if if_match:
            check_match(if_match, etag_of(life_of(state.ledger, hazard_id, policy)))
        if check:
            judge_step(state.ledger, hazard_id, new, policy)
        else:
            take_step(desk.writer, state.ledger, hazard_id, new, policy, version=state.mark.version, source="api")
    life = life_of(desk.ledger(), hazard_id, policy)
    return JSONResponse(life, 200 if check else 201, headers={"ETag": etag_of(life)})


@router.get("/hazards/{hazard_id:path}", responses=answers(Hazard))
def hazard(desk: TheDesk, hazard_id: HazardId) -> Response:
    """Give one hazard as it stands in the ledger."""
    frame = desk.ledger().hazards
    row = frame[frame["id"] == hazard_id]
    if row.empty:
        raise NotFoundProblem(f"没有编号为“{hazard_id}”的隐患。")
    return JSONResponse(plain(row)[0])


@router.post("/hazards", status_code=201, responses=answers(Hazard) | answers(Hazard, status=201) | CONFLICT)
async def post_hazard(desk: TheDesk, me: TheActor, new: NewHazard) -> Response:
    """Record a hazard: 201 when new, 200 when the same stands already, 409 when another stands under its id."""
    return await post(desk, me, "hazards", new)
