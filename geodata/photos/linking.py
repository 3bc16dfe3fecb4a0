"""What photos of this import and of the store belong to: officer, inspection, place."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.ledger import Ledger
from geodata.photos.attaching import NONE, Ints, attach, nearest_place
from geodata.photos.grouping import inspections_of

_LINKS = ("inspection_id", "place_id", "officer", "attached_by")


def officers_of(frame: pd.DataFrame, officers: pd.DataFrame, given: str | None) -> pd.Series:
    """Give who took each photo, as an officer's id: who was named, else the innermost folder named after an officer."""
    ids = _ids_by_word(officers)
    if given is not None:
        return pd.Series(ids.get(given, given), index=frame.index, dtype="str")
    known = [next((ids[name] for name in folders if name in ids), None) for folders in frame["folders"]]
    return pd.Series(known, index=frame.index, dtype="str")


def _ids_by_word(officers: pd.DataFrame) -> dict[str, str]:
    """Give officers' ids by id, and by name where only one has it."""
    single = officers.dropna(subset="name").drop_duplicates("name", keep=False)
    return dict(zip(single["name"], single["id"], strict=True)) | {each: each for each in officers["id"]}


@dataclass(frozen=True)
class Linked:
    """Photos with what they belong to.

    Attributes
    ----------
    frame
        The photos with `inspection_id`, `place_id`, `officer`, `attached_by` and the name that the store knows them
        by; `named`: the inspection that names the file; `nearest`: position of the place where it was taken; `fresh`:
        attached by this import; `why`: why it is not attached.
    made
        The inspections that were made.
    """

    frame: gpd.GeoDataFrame
    made: gpd.GeoDataFrame


def linked_to(frame: gpd.GeoDataFrame, ledger: Ledger, minutes: float, tolerance_m: float, *, insisted: bool) -> Linked:
    """Attach photos to inspections and places; what the store says of a photo stands."""
    ids = _ids_by_word(ledger.officers)
    inspections = ledger.inspections.assign(officer=ledger.inspections["officer"].replace(ids).astype("str"))
    found = attach(frame, inspections, ledger.places, minutes=minutes, tolerance_m=tolerance_m)
    near = nearest_place(frame, ledger.places, tolerance_m)
    of_place = _picked(ledger.places["id"], near)
    own = {
        "inspection_id": _picked(inspections["id"], found.inspection),
        "place_id": np.where(found.inspection != NONE, _picked(inspections["place_id"], found.inspection), of_place),
        "officer": frame["officer"].to_numpy(dtype=object),
        "attached_by": [word or None for word in found.how],
    }
    stored = ledger.frames["photos"].set_index("id").reindex(frame["id"]).reset_index()
    bound = stored["inspection_id"].notna().to_numpy()
    columns: dict[str, pd.Series] = {}
    for name in _LINKS:
        new, old = pd.Series(own[name], index=frame.index, dtype="str"), stored[name].set_axis(frame.index)
        stands = bound & old.notna() if name in ("place_id", "attached_by") else old.notna()
        if name == "officer" and insisted:
            stands &= False
        columns[name] = new.where(~stands, old)
    names = stored["name"].set_axis(frame.index)
    frame = frame.assign(
        **columns,
        name=names.where(names.notna(), frame["name"]),
        named=pd.Series(own["inspection_id"], index=frame.index, dtype="str").where(found.how == "name"),
        nearest=near,
        fresh=~bound & columns["inspection_id"].notna().to_numpy(),
        why=pd.Series(found.why, index=frame.index, dtype=object),
    )
    return Linked(frame, inspections.iloc[:0])


def _picked(values: pd.Series, at: Ints) -> npt.NDArray[np.object_]:
    """Give the values at some positions, None at `NONE`."""
    objects = values.to_numpy(dtype=object)
    return np.array([None if each == NONE else objects[each] for each in at], dtype=object)


def made_of(linked: Linked, ledger: Ledger, minutes: float, tolerance_m: float) -> Linked:
    """Make inspections of the photos that belong to none and were taken at a place."""
    frame = linked.frame
    free = (frame["inspection_id"].isna() & frame["taken_at"].notna() & ~frame["id"].duplicated()).to_numpy()
    usable = np.flatnonzero(free & (frame["nearest"] != NONE).to_numpy())
    nowhere = free & (frame["nearest"] == NONE).to_numpy() & frame.geometry.notna().to_numpy()
    why = frame["why"].mask(nowhere, f"{tolerance_m:g} 米以内没有场所，没有生成检查记录")
    if not len(usable):
        return Linked(frame.assign(why=why), linked.made)
    roles = ledger.officers.set_index("id")["role"]
    chosen = frame.iloc[usable].rename(columns={"nearest": "place"})
    made, of_photo = inspections_of(chosen, ledger.places, roles, minutes=minutes)
    columns = {name: frame[name].astype(object) for name in ("inspection_id", "attached_by", "place_id")}
    columns["inspection_id"].iloc[usable] = of_photo
    columns["attached_by"].iloc[usable] = "made"
    columns["place_id"].iloc[usable] = _picked(ledger.places["id"], chosen["place"].to_numpy())
    texts = {name: values.astype("str") for name, values in columns.items()}
    fresh = frame["fresh"].to_numpy(copy=True)
    fresh[usable] = True
    made = made[~made["id"].isin(ledger.inspections["id"])].reset_index(drop=True)
    return Linked(frame.assign(**texts, fresh=fresh, why=why), made)
