"""The pictures of a submission: all of them are looked at before anything is written, and kept with the visit."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from api.actor import Actor
from api.desk import Desk
from api.openrosa.recording import officer_of
from api.openrosa.submission import Submission
from api.photos import Links, keep_photo
from api.problems import ConflictProblem
from geodata.errors import FileProblem
from geodata.photos.keeping import check_bytes, looked_at


def check_pictures(desk: Desk, sent: Submission, pictures: Mapping[str, bytes]) -> None:
    """Refuse what is no picture, and a picture of another visit or place, before the visit is written."""
    named = {name: sha256(data).hexdigest() for name, data in pictures.items()}
    photos = desk.whole.ledger().frames["photos"]  # of others too
    elsewhere = photos["place_id"].notna() & (photos["place_id"] != sent.answers.get("place_id"))
    others = (photos["inspection_id"] != sent.instance_id) & (photos["inspection_id"].notna() | elsewhere)
    taken = set(photos["id"][(others & photos["id"].isin(list(named.values()))).to_numpy(dtype=bool)])
    for name, photo in named.items():
        if photo in taken:
            raise ConflictProblem(f"照片“{name}”已经是另一次检查或另一个场所的，这次检查没有登记。请另拍一张。")
        try:
            check_bytes(photo, pictures[name])
            looked_at(desk.lookers, pictures[name])
        except FileProblem as problem:
            raise FileProblem(f"照片“{name}”不能用，这次检查没有登记：{problem}") from problem


def keep_pictures(desk: Desk, me: Actor, sent: Submission, pictures: Mapping[str, bytes]) -> list[str]:
    """Keep the pictures of a visit that is written; give the names of those that are still missing."""
    officer = officer_of(me, sent)
    for name, data in pictures.items():
        keep_photo(desk, me, sha256(data).hexdigest(), data, Links(sent.instance_id, officer=officer, name=name))
    photos = desk.ledger().frames["photos"]
    mine = photos.loc[(photos["inspection_id"] == sent.instance_id).to_numpy(dtype=bool), "name"]
    kept = {*mine, *pictures}
    return [name for name in sent.pictures if name not in kept]
