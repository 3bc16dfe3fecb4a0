"""Whether a photo may show a step of a hazard: one picture is no proof of two places, nor of two people's work."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from api.problems import ConflictProblem
from coverage.course.records import REGISTER
from geodata.ledger import Ledger
from geodata.photos.keeping import PHOTO_ID


def check_proof(ledger: Ledger, hazard: pd.Series, photos: Sequence[str], actor: str) -> None:
    """Refuse photos that are of another place, or that another person's step of another hazard names.

    Only photos that are named by their content (SHA-256) can be told apart; a name of a file says nothing.

    Parameters
    ----------
    ledger
        With `hazards` and `steps`; with `photos`, what was only sent counts too.
    hazard, photos, actor
        Row of the hazard, what the step names, who takes it.

    Raises
    ------
    ConflictProblem
        One of them is.
    """
    known = [photo for photo in photos if PHOTO_ID.fullmatch(photo)]
    if not known:
        return
    place, others = hazard["place_id"], _others(ledger, str(hazard["id"]), known)
    places = [others["place_id"]]
    if "photos" in ledger.frames:
        held = ledger.frames["photos"]
        places.append(held.loc[held["id"].isin(known).to_numpy(bool), "place_id"])
    if not pd.isna(place) and (pd.concat(places).dropna() != place).any():
        raise ConflictProblem("附的照片里有另一个场所的照片，这一步没有提交。请在现场另拍一张。")
    if ((others["action"] != REGISTER) & (others["actor"] != actor)).any():
        raise ConflictProblem("附的照片里有别人办理另一条隐患时用过的照片，这一步没有提交。请在现场另拍一张。")


def _others(ledger: Ledger, hazard_id: str, photos: Sequence[str]) -> pd.DataFrame:
    """Give the steps of other hazards that name one of some photos: action, actor, and the place of the hazard."""
    steps, hazards = ledger.frames["steps"], ledger.frames["hazards"]
    naming = steps["photos"].str.contains("|".join(photos), regex=True, na=False).to_numpy(bool)
    rows = steps.loc[naming & (steps["hazard_id"] != hazard_id).to_numpy(bool), ["hazard_id", "action", "actor"]]
    mine = hazards.loc[hazards["id"].isin(rows["hazard_id"]).to_numpy(bool), ["id", "place_id"]]
    return pd.DataFrame(rows).merge(mine, left_on="hazard_id", right_on="id", how="left")
