"""The pictures of a submission: all of them are looked at before anything is written, and kept with the visit."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from api.desk import Desk
from api.openrosa.submission import Submission
from api.photos import Links, keep_photo
from api.problems import ConflictProblem
from geodata.errors import FileProblem
from geodata.photos.keeping import looked_at


def check_pictures(desk: Desk, sent: Submission, pictures: Mapping[str, bytes]) -> None:
    """Refuse a file that is no picture, and a picture that is another visit's, before the visit is written."""
    taken = _inspections_by_picture(desk)
    for name, data in pictures.items():
        photo = sha256(data).hexdigest()
        if taken.get(photo, sent.instance_id) != sent.instance_id:
            raise ConflictProblem(f"照片“{name}”已经是另一次检查的，这次检查没有登记。请另拍一张。")
        try:
            looked_at(desk.lookers, photo, data)
        except FileProblem as problem:
            raise FileProblem(f"照片“{name}”不能用，这次检查没有登记：{problem}") from problem


def keep_pictures(desk: Desk, sent: Submission, pictures: Mapping[str, bytes]) -> list[str]:
    """Keep the pictures of a visit that is written; give the names of those that are still missing."""
    officer = sent.answers.get("officer") or sent.answers.get("username")
    for name, data in pictures.items():
        keep_photo(desk, sha256(data).hexdigest(), data, Links(sent.instance_id, officer=officer, name=name))
    photos = desk.ledger().frames["photos"]
    mine = photos.loc[(photos["inspection_id"] == sent.instance_id).to_numpy(dtype=bool), "name"]
    kept = {*mine, *pictures}
    return [name for name in sent.pictures if name not in kept]


def _inspections_by_picture(desk: Desk) -> dict[str, str]:
    photos = desk.ledger().frames["photos"].dropna(subset="inspection_id")
    return dict(zip(photos["id"], photos["inspection_id"], strict=True))
