"""Kept routes through the doors: planned, changed, planned anew, sent; every change is a revision, written whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from api.board import Board, stops_of
from api.desk import Desk
from api.problems import ConflictProblem, ForbiddenProblem
from api.routing import Ask, day_of
from coverage.routes import changing
from coverage.routes.candidates import KIND_OF_ROLE
from coverage.routes.day import tasks_of
from coverage.routes.kept import (
    PLAN,
    SEND,
    SENT,
    UNDO,
    History,
    KeptRoute,
    Spot,
)
from coverage.routes.kept_plan import routes_of_plan
from coverage.routes.kept_rows import Histories, rows_of
from coverage.routes.planner import timed
from coverage.routes.problem import Plan
from coverage.routes.progress import since_of, skipped, visits_until
from coverage.routes.reckoning import reckoned
from coverage.routes.replanning import Replanned, replanned
from coverage.routes.result import day_plan
from coverage.routes.solver import Effort
from geodata.errors import QuestionProblem
from geodata.store import Store

REPLAN_ITERATIONS, REPLAN_SECONDS = 1_000, 2.0


@dataclass(frozen=True)
class Change:
    """One change of a route, as a person asks for it.

    Attributes
    ----------
    do
        lock, unlock, drop, move, add, give or undo.
    revision
        That the person saw.
    to
        Number (from 1) of the stop afterwards; None: where it does least harm.
    """

    officer: str
    revision: int
    do: str
    place_id: str = ""
    to: int | None = None
    to_officer: str = ""
    actor: str = ""
    reason: str = ""


def kept_plan(kept: Histories, planned: Iterable[KeptRoute]) -> tuple[list[KeptRoute], list[str]]:
    """Give what is to be written of a day's plan, and what is to be said.

    Who has no route gets the first revision. A route that stands as it was planned is planned again where it differs;
    one that people changed or sent stays. What people put on another's route before is said.
    """
    new, stay = [], []
    for route in planned:
        history = kept.get(route.officer)
        if history is None:
            new.append(route)
        elif any(each.action != PLAN for each in history):
            stay.append(route.officer)
        elif not history[-1].same_walk(route):
            new.append(replace(route, revision=history[-1].revision + 1))
    several = f"等 {len(stay)} 人" if len(stay) > 3 else ""
    said = [f"{'、'.join(stay[:3])}{several}的路线已经改过或发出，没有重排；要重排请用“从现在重排”。"] if stay else []
    return new, said + _twice(kept, new)


def _twice(kept: Histories, new: Sequence[KeptRoute]) -> list[str]:
    """Say which places of new routes stand on another's route that stays as it is, but for those for two."""
    own, holders = {route.officer for route in new}, kept.holders()
    found = [
        f"“{stop.place_id}”（{holders[stop.place_id]}、{route.officer}）"
        for route in new
        for stop in route.stops
        if holders.get(stop.place_id, route.officer) not in {*own, stop.partner}
    ]
    several = f"等 {len(found)} 处" if len(found) > 3 else ""
    return [f"{'、'.join(found[:3])}{several}在两个人的路线上：请去掉一个。"] if found else []


def changed(board: Board, asked: Change, at: datetime) -> tuple[list[KeptRoute], bool]:
    """Give the routes that a change gives, each with its times, and whether they are still to be written.

    A change that was made already, from the revision that the person saw, gives what it gave.

    Raises
    ------
    NotFoundProblem, QuestionProblem
        No such route; the change can't be made.
    ConflictProblem
        Somebody else changed the route meanwhile.
    """
    history = board.history(asked.officer)
    if _made(history, asked, board.histories.get(asked.to_officer, ())):
        return [board.histories[each][-1] for each in dict.fromkeys((asked.officer, asked.to_officer)) if each], False
    board.check(asked.officer, asked.revision)
    marks: dict[str, Any] = {"actor": asked.actor, "at": at, "reason": asked.reason}
    if asked.do == UNDO:
        other = changing.other_side(board.histories, asked.officer)
        both = [board.history(each) for each in (asked.officer, other) if each]
        return [changing.undone(each).following(action=UNDO, **marks) for each in both], True
    if asked.do == changing.GIVE:
        return _handed(board, history[-1], asked, at), True
    route = _one(board, history[-1], asked).following(action=asked.do, **marks)
    return [reckoned(route, board.ground(route))], True


def _one(board: Board, route: KeptRoute, asked: Change) -> KeptRoute:
    """Give a route after a change that concerns no other."""
    if asked.do in ("lock", "unlock"):
        return changing.locked(route, asked.place_id, on=asked.do == "lock")
    if asked.do == "drop":
        return changing.dropped(route, asked.place_id)
    if asked.do == "move":
        if asked.to is None:
            raise QuestionProblem("改顺序要写明改到第几处（to）。")
        return changing.moved(route, asked.place_id, asked.to)
    holder = board.on_route().get(asked.place_id)
    if holder is not None and holder != route.officer:
        raise QuestionProblem(f"“{asked.place_id}”已经在 {holder} 的路线上：请从那条路线“换人”。")
    stop = board.stop(asked.place_id)
    return changing.added(route, stop, asked.to or changing.best_number(route, stop, board.ground(route)))


def _handed(board: Board, giver: KeptRoute, asked: Change, at: datetime) -> list[KeptRoute]:
    """Give both routes after a stop went from one officer to another; who had none gets an empty one first."""
    new = [] if asked.to_officer in board.histories else [_empty(board, asked.to_officer, asked.actor, at)]
    taker = new[0] if new else board.history(asked.to_officer)[-1]
    stop = next((each for each in giver.stops if each.place_id == asked.place_id), None)
    number = asked.to or (changing.best_number(taker, stop, board.ground(taker)) if stop else 1)
    gives, takes = changing.handed(giver, taker, asked.place_id, number)
    marks: dict[str, Any] = {"actor": asked.actor, "at": at}
    said = asked.reason or f"{asked.place_id}：{giver.officer} → {taker.officer}"
    gives = gives.following(action=changing.GIVE, reason=said, **marks)
    takes = takes.following(action=changing.TAKE, reason=said, **marks)
    return [reckoned(gives, board.ground(gives)), *new, reckoned(takes, board.ground(takes))]


def _empty(board: Board, officer: str, actor: str, at: datetime) -> KeptRoute:
    """Give the route of somebody who goes nowhere yet, from where they would start."""
    known = board.known()
    if not (known.ledger.officers["id"] == officer).any():
        raise QuestionProblem(f"没有编号为“{officer}”的人员。")
    day = day_of(known, Ask(board.day, officer))
    problems = ((task, task.problem) for task in tasks_of(day).tasks)
    idle = ((task, Plan(each, (timed(each, each.officers[0], ()),), ())) for task, each in problems)
    (route,) = routes_of_plan(day_plan(known.ledger.town, day, idle, (), ()), actor=actor, at=at)
    return route


def _made(history: History, asked: Change, taker: History) -> bool:
    """Say whether the newest revision is what a change that is asked for again gave; `taker`: who was to get a stop."""
    now = history[-1]
    if now.revision != asked.revision + 1 or (now.action, now.actor) != (asked.do, asked.actor):
        return False
    there = asked.place_id in now.places
    stop = now.stops[now.places.index(asked.place_id)] if there else None
    if asked.do == changing.GIVE:
        return not there and any(asked.place_id in each.places for each in taker[-1:])
    if asked.do == "drop":
        return not there
    if asked.do == "move":
        return asked.to is not None and stop in now.stops[asked.to - 1 : asked.to]
    return asked.do == UNDO or (stop is not None and stop.locked == (asked.do != "unlock"))


def rest_planned(
    board: Board, officer: str, second: int, *, spot: Spot | None, seed: int, actor: str, at: datetime, reason: str = ""
) -> Replanned:
    """Plan the rest of an officer's day anew from a second of it; the route is the next revision."""
    history, known = board.history(officer), board.known()
    now, day = history[-1], np.datetime64(board.day, "D")
    ledger = known.ledger
    visits = visits_until(ledger.inspections, ledger.officers, ledger.town, day, second)
    # a place for two is on both routes: it stays on this one
    others = {place for place, holder in board.on_route().items() if holder != officer} - set(now.places)
    left = skipped(board.kept.route_skips, officer)
    since = since_of(now, visits, second, spot=spot, gone=others | left | changing.dropped_by_hand(history))
    roles = ledger.officers["role"][(ledger.officers["id"] == officer).to_numpy(bool)].tolist()
    kind = KIND_OF_ROLE.get(roles[0] if roles else "", "inspector")
    rows = board.candidates(kind=kind)
    mine = (rows["officer"] == officer).to_numpy(bool) & rows["lon"].notna().to_numpy(bool)
    two = mine & rows["two"].to_numpy(bool) & ~rows["place_id"].isin(list(now.places)).to_numpy(bool)
    # planned again at eleven, a rest that was planned from noon begins at eleven
    route = replace(now, begin=history[0].begin).following(action="replan", actor=actor, at=at, reason=reason)
    effort = Effort((seed,), REPLAN_ITERATIONS, REPLAN_SECONDS)
    found = replanned(route, since, stops_of(rows[mine & ~two]), board.ground(route), effort)
    alone = [f"要两人同去、还没排上的 {two.sum()} 处没有排：重排只排一个人的。"] if two.any() else []
    return replace(found, notes=(*found.notes, *alone, *_apart(now, found.route)))


def _apart(before: KeptRoute, after: KeptRoute) -> list[str]:
    """Say of which places for two the hour is another one now: the other officer's route has the old one."""
    begin = {stop.place_id: stop.begin for stop in after.stops}
    done = {stop.place_id for stop in after.done}
    return [
        f"“{stop.place_id}”要和 {stop.partner} 同去，{'时间变了' if stop.place_id in begin else '现在不在路线上'}："
        f"请和 {stop.partner} 的路线一起改。"
        for stop in before.ahead
        if stop.partner and stop.place_id not in done and begin.get(stop.place_id) != stop.begin
    ]


def sent(board: Board, revisions: Mapping[str, int], *, actor: str, at: datetime, anyway: bool) -> list[KeptRoute]:
    """Give routes as they are sent to phones; those that stand as sent are left out.

    Raises
    ------
    ConflictProblem
        One of them was changed meanwhile.
    QuestionProblem
        One of them can't be kept, and nobody said to send it all the same.
    """
    new = []
    for officer, seen in revisions.items():
        history = board.history(officer)
        now = history[-1]
        if now.state == SENT and now.revision in (seen, seen + 1):
            continue
        board.check(officer, seen)
        if not now.feasible and not anyway:
            raise QuestionProblem(f"{officer} 的路线有做不到的地方，没有发出：请先改好，或确认照样发出（anyway）。")
        new.append(now.following(action=SEND, actor=actor, at=at, state=SENT))
    return new


def check_seen(desk: Desk, routes: Sequence[KeptRoute]) -> None:
    """Refuse to write revisions of routes that also go where the person sees nothing: those stops would be lost.

    Raises
    ------
    ForbiddenProblem
        One of them goes there.
    """
    cut = {officer for day in {route.day for route in routes} for officer in desk.routes_cut(day)}
    found = sorted({route.officer for route in routes} & cut)
    if found:
        raise ForbiddenProblem(
            f"{'、'.join(found[:3])}这一天的路线还去您范围以外的场所，您看不到整条路线，没有写入：请让看得到全镇的安委办来改。"
        )


def write(store: Store, routes: Sequence[KeptRoute], *, actor: str, action: str, source: str) -> None:
    """Write revisions with their stops, all of them or none.

    Raises
    ------
    ConflictProblem
        Somebody else wrote a revision of one of them in the same moment.
    """
    if not routes:
        return
    kept, stops = rows_of(routes, store.town)
    also = {"planned_stops": stops} if len(stops) else {}
    if not store.append("planned_routes", kept, also, actor=actor, action=action, source=source):
        raise ConflictProblem("同一时刻有别人改了这条路线，没有写入。请看过最新的再改。")
