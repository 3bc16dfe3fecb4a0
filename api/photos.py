"""A photo that was sent into the store: looked at behind walls, kept beside it, its facts a row like any photo's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from api.actor import Actor
from api.desk import ACTOR, Desk
from api.problems import ConflictProblem, InputProblem
from geodata.doctor import Ground
from geodata.errors import ChangedProblem
from geodata.model import Town
from geodata.photos.keeping import check_bytes, find_picture, keep_picture, looked_at
from geodata.photos.pool import Looked
from geodata.photos.reading import read_posted
from geodata.store.posting import row_of
from geodata.tables import PHOTOS

NAME_LONGEST = 200
TRIES = 10
"""Another service may write anything while this one looks; it is looked at again."""


@dataclass(frozen=True)
class Links:
    """What a photo belongs to, and who took it. A hazard's photo is one of the inspection that found it.

    That it shows this very hazard is said by the first row of the hazard's life, or a step, that names it.
    """

    inspection_id: str | None = None
    hazard_id: str | None = None
    place_id: str | None = None
    officer: str | None = None
    name: str | None = None


def keep_photo(desk: Desk, me: Actor, photo: str, data: bytes, links: Links) -> tuple[dict[str, Any], bool]:
    """Keep a photo; give its row as JSON holds it, and whether it is new. The same once more changes nothing.

    Parameters
    ----------
    photo
        SHA-256 of the bytes, hexadecimal in small letters: its id.

    Raises
    ------
    FileProblem
        The hash differs; no picture that can be used.
    ForbiddenProblem
        In somebody else's name.
    InputProblem
        No such inspection, hazard or place.
    ConflictProblem
        It belongs to another inspection or another place: one picture is no evidence of two.
    """
    if links.officer is None and me.user is not None:
        links = replace(links, officer=me.user.officer)
    me.check_officer(links.officer)
    check_bytes(photo, data)
    links = _settled(desk, links)
    standing = _standing(desk, photo)
    if standing is not None:
        _check_same(standing, links)
    if standing is not None and find_picture(desk.settings.store, photo):
        return _again(desk, me, photo, standing, links), False
    looked = looked_at(desk.lookers, data)
    keep_picture(desk.settings.store, data, looked)
    if standing is not None:  # known from a folder of photos
        return _again(desk, me, photo, standing, links), False
    return _write(desk, me, photo, looked, links)


def _again(desk: Desk, me: Actor, photo: str, standing: Mapping[str, Any], links: Links) -> dict[str, Any]:
    """Give the row of a photo that stands; one that belonged to no inspection is attached to the one that is named."""
    if links.inspection_id not in (None, standing["inspection_id"]):
        standing = _attach(desk, me, photo, links)
    if not desk.knows("photos", photo):  # it is known in another part of the town: no more is said
        return {"id": photo}
    return said(standing, desk.town)


def _write(desk: Desk, me: Actor, photo: str, looked: Looked, links: Links) -> tuple[dict[str, Any], bool]:
    values = read_posted(_plain_name(links.name, photo), looked, desk.town.timezone, _ground(desk))
    values |= {"inspection_id": links.inspection_id, "place_id": links.place_id, "officer": links.officer}
    values["attached_by"] = "posted" if links.inspection_id else None
    outcome = desk.post(row_of(PHOTOS, values, me.signed(ACTOR)))
    if outcome == "updated":  # sent twice in one moment
        _check_same(_stands(desk, photo), links)
    return said(values, desk.town), outcome == "inserted"


def said(values: Mapping[str, Any], town: Town) -> dict[str, Any]:
    """Give a photo's row as JSON holds it: every column, lon and lat (WGS 84)."""
    row: dict[str, Any] = {name: values.get(name) for name in PHOTOS.names}
    row = {name: None if value is None or pd.isna(value) else value for name, value in row.items()}
    moment, point = row["taken_at"], values.get("geometry")
    row["taken_at"] = moment.astimezone(town.zone).isoformat() if isinstance(moment, datetime) else None
    return row | {"lon": point.x if point else None, "lat": point.y if point else None}


def row_said(desk: Desk, photo: str) -> dict[str, Any] | None:
    """Give the row of a photo of the own part of the town; None where there is none."""
    return said(_stands(desk, photo), desk.town) if desk.knows("photos", photo) else None


def _settled(desk: Desk, links: Links) -> Links:
    """Fill in what follows from what is known: a hazard's inspection and place, an inspection's place."""
    if links.hazard_id is not None:
        row = _linked(desk, "hazards", links.hazard_id, "隐患")
        links = replace(links, inspection_id=links.inspection_id or row["inspection_id"])
        links = replace(links, place_id=links.place_id or row["place_id"])
    if links.inspection_id is not None:
        row = _linked(desk, "inspections", links.inspection_id, "检查")
        if links.place_id not in (None, row["place_id"]):
            raise InputProblem(f"检查“{links.inspection_id}”不是场所“{links.place_id}”的，照片没有保存。")
        return replace(links, place_id=row["place_id"])
    if links.place_id is not None and not desk.knows("places", links.place_id):
        raise InputProblem(f"没有编号为“{links.place_id}”的场所，照片没有保存。")
    return links


def _linked(desk: Desk, table: str, row_id: str, word: str) -> dict[str, str | None]:
    found = desk.links(table, row_id)
    if found is None:
        raise InputProblem(f"没有编号为“{row_id}”的{word}，照片没有保存。")
    return found


def _standing(desk: Desk, photo: str) -> dict[str, Any] | None:
    """Give the row of a photo of the whole town: it is known by its bytes alone."""
    return None if desk.whole.links("photos", photo) is None else _stands(desk, photo)


def _stands(desk: Desk, photo: str) -> dict[str, Any]:
    rows = desk.whole.state().tables.tables["photos"].having({"id": [photo]}, (*PHOTOS.names, "geometry"))
    return _plain(rows)


def _plain(rows: pd.DataFrame) -> dict[str, Any]:
    """Give the first of some rows as plain values."""
    row = rows.astype(object).iloc[0]
    return {str(name): None if pd.isna(row[name]) else row[name] for name in row.index}


def _check_same(standing: Mapping[str, Any], links: Links) -> None:
    if links.inspection_id and standing["inspection_id"] not in (None, links.inspection_id):
        raise ConflictProblem("这张照片已经是另一次检查的，没有再用。请为这次检查另拍一张。")
    own = links.inspection_id and standing["inspection_id"] == links.inspection_id
    if links.place_id and not own and standing["place_id"] not in (None, links.place_id):
        raise ConflictProblem("这张照片已经是另一个场所的，没有再用。请在现场另拍一张。")


def _attach(desk: Desk, me: Actor, photo: str, links: Links) -> dict[str, Any]:
    """Attach a photo that stands alone to its inspection."""
    own = {"id": photo, "inspection_id": links.inspection_id, "place_id": links.place_id, "attached_by": "posted"}
    frame = pd.DataFrame({name: pd.Series([value], dtype="str") for name, value in own.items()})
    with desk.writing:
        for tries_left in range(TRIES, 0, -1):
            version = desk.version()  # asked first: another service may attach it while this one looks
            _check_same(_stands(desk, photo), links)
            try:
                desk.writer.write(
                    PHOTOS.name, frame, actor=me.signed(ACTOR), action="post", source="api", version=version
                )
                break
            except ChangedProblem:
                if tries_left == 1:
                    raise
    return _stands(desk, photo)


def _plain_name(name: str | None, photo: str) -> str:
    """Give the last part of a file's name, printable; a photo without one is called by its id."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1].strip()
    return last[-NAME_LONGEST:] or photo[:16]


def _ground(desk: Desk) -> Ground:
    frames = desk.whole.at_hand().ledger.frames
    return Ground(frames["areas"], frames["places"].iloc[:0], frames["roads"].iloc[:0])
