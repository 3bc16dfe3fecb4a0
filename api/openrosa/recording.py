"""A submission into the store: the visit and its hazards, checked as posts are, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import ValidationError

from api.actor import Actor
from api.desk import ACTOR, Desk
from api.openrosa.form import BAD, FIXED, YES, Form, item_name
from api.openrosa.submission import Submission, day_of, fix_of, moment_of
from api.posting import register_photos, values_of
from api.problems import ConflictProblem, ParameterProblem, said_of
from api.wire import NewHazard, NewInspection
from geodata.store.posting import Row, row_of
from geodata.tables import HAZARDS, INSPECTIONS

KEPT = ("id", "inspection_id", "place_id", "found_at", "category", "description")
"""What no step of a hazard changes."""
Posted = TypeVar("Posted", NewInspection, NewHazard)


def record(desk: Desk, rows: Sequence[Row]) -> str:
    """Write a submission: `inserted`, or `unchanged` when the very same stands already.

    Raises ConflictProblem when another stands under its instanceID.
    """
    outcome = desk.post_together(rows)
    if outcome == "updated":
        raise ConflictProblem("这张表已经登记过，这次报来的内容和登记的不一样，没有改动。需要更正的，请告诉安委办。")
    return outcome


def rows_of(desk: Desk, me: Actor, form: Form, sent: Submission) -> list[Row]:
    """Give the rows of a submission: the visit, then its hazards.

    Their ids are made of the instanceID, as exports of form servers name the same rows: a form that is sent again, or
    imported from such an export, is one visit. ParameterProblem or InputProblem says what is wrong with it.
    """
    at = moment_of(sent.answers.get("start"), "填表时间")
    visit, name = _visit(me, form, sent, at), me.signed(ACTOR)
    me.check_inspection(visit.by, visit.officer)
    pictures = {"photos": ";".join(sent.pictures) or None}
    rows = [row_of(INSPECTIONS, values_of(desk, INSPECTIONS, visit) | pictures, name)]
    for found in hazards_of(form, sent, at):
        values = values_of(desk, HAZARDS, found, along={sent.instance_id})
        if _has_gone_on(desk, values["id"]):
            values = {name: values[name] for name in KEPT}
        rows.append(row_of(HAZARDS, values, name))
    return rows


def show_hazards(desk: Desk, me: Actor, form: Form, sent: Submission, pictures: Mapping[str, bytes]) -> None:
    """Begin the lives of those hazards whose pictures are kept now, of a visit that is written."""
    named = {f"{sent.instance_id}/hazards[{number}]": each.get("photo") for number, each in enumerate(sent.hazards, 1)}
    for found in hazards_of(form, sent, moment_of(sent.answers.get("start"), "填表时间")):
        name = named.get(found.id or "") or ""
        if name in pictures:
            photo = sha256(pictures[name]).hexdigest()
            register_photos(desk, me, values_of(desk, HAZARDS, found), [photo])


def _has_gone_on(desk: Desk, hazard_id: str) -> bool:
    """Say whether steps were taken since: they change the hazard's row, and a form sent again is still the same."""
    return desk.knows("hazards", hazard_id) and bool((desk.ledger().frames["steps"]["hazard_id"] == hazard_id).any())


def _visit(me: Actor, form: Form, sent: Submission, at: datetime) -> NewInspection:
    answers, fix = sent.answers, fix_of(sent.answers.get("where"))
    place: dict[str, Any] = {}
    if fix is not None:
        by_satellites = fix.accuracy > 0  # Collect gives 0 to a point set on the map and to a mocked position
        place = {"lon": fix.lon, "lat": fix.lat, "geotag": "gps" if by_satellites else "typed"}
        place |= {"accuracy": fix.accuracy} if by_satellites else {}
    return _valid(
        NewInspection,
        "",
        {
            **place,
            "id": sent.instance_id,
            "place_id": answers.get("place_id"),
            "officer": officer_of(me, sent),
            "by": _by(me),
            "at": at,
            "kind": answers.get("kind", "routine"),
            "result": answers.get("result"),
            "note": note_of(form, sent),
        },
    )


def officer_of(me: Actor, sent: Submission) -> str | None:
    """Give who inspected: whose account it is; what the phone says where there are none, or a clerk enters it."""
    if me.user is None or me.user.role == "clerk":
        return sent.answers.get("officer") or sent.answers.get("username")
    return me.user.officer or me.user.name


def _by(me: Actor) -> str:
    """Give whose inspection it is: of the role of who is signed in."""
    return me.role if me.user is not None and me.role in ("leader", "department") else "inspector"


def hazards_of(form: Form, sent: Submission, at: datetime) -> list[NewHazard]:
    """Give the hazards of a visit: one for each item that is not as it should be, then what the inspector added."""
    ended = sent.answers.get("end")
    done = max(at, moment_of(ended, "填完时间")) if ended else at
    deadline = day_of(sent.answers.get("deadline"), "整改期限")
    own = {"inspection_id": sent.instance_id, "place_id": sent.answers.get("place_id"), "found_at": at}
    found = []
    for item in form.checklist.items:
        name = item_name(item)
        answer = sent.items.get(name)
        if answer in (BAD, FIXED):
            fixed = answer == FIXED
            when = {"rectified_at": done} if fixed else {"deadline": deadline}
            what = {"level": item.level, "category": item.category, "description": item.hazard, **when}
            found.append(_valid(NewHazard, "", {"id": f"{sent.instance_id}/items/{name}", **own, **what}))
    for number, answers in enumerate(sent.hazards, 1):
        word = f"第 {number} 条隐患"
        what = {name: answers[name] for name in ("level", "category", "description") if name in answers}
        what["deadline"] = day_of(answers.get("deadline"), f"{word}的整改期限")
        what["rectified_at"] = done if answers.get("at_once") == YES else None
        found.append(_valid(NewHazard, word, {"id": f"{sent.instance_id}/hazards[{number}]", **own, **what}))
    return found


def note_of(form: Form, sent: Submission) -> str | None:
    """Give what the inspector wrote, and how many items of an older checklist failed: their words are not known."""
    known = {item_name(item) for item in form.checklist.items}
    old = sum(answer in (BAD, FIXED) and name not in known for name, answer in sent.items.items())
    lines = [f"旧版检查表里另有 {old} 项不符合，请核实。"] if old else []
    return "\n".join([*lines, *filter(None, [sent.answers.get("note")])]) or None


def _valid(model: type[Posted], what: str, given: Mapping[str, Any]) -> Posted:
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        faults = "；".join(f"{'.'.join(map(str, each['loc']))}：{said_of(each)}" for each in error.errors())
        raise ParameterProblem(f"报来的表里{what}有不对的地方：{faults}。没有登记。") from error
