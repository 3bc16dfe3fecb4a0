"""Photos on pages: when, by whom, how far from the place, and whether there is still a picture to look at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import shapely

from api.day import Day
from api.desk import Desk
from coverage.course.records import REGISTER
from coverage.course.transitions import ACTION_WORDS, Action
from coverage.evidence.positions import FAR_M
from coverage.figures import records
from coverage.periods import Days, local_times
from coverage.verify import BEST_ACCURACY_M
from geodata.fixes import Floats, metres
from geodata.photos.keeping import PHOTO_ID, find_picture
from geodata.store.thumbnails import having_thumbnails

COLUMNS = ("id", "name", "taken_at", "inspection_id", "place_id", "officer", "accuracy", "geometry")
PLACE_PHOTOS, VISIT_PHOTOS, HAZARD_PHOTOS = 24, 4, 60
"""How many a page shows of a place, of one visit in a list, of a hazard."""


@dataclass(frozen=True)
class Shown:
    """A photo as a page shows it.

    Attributes
    ----------
    name
        What its file was called.
    of
        What it shows, in Chinese: 检查, 场所, or a step of a hazard.
    taken
        When, town-local to the minute; empty where the picture does not say.
    officer
        Who took it, by name; empty for nobody.
    metres
        From where it was taken to its place, rounded; None where one of both is unknown or the place moved since.
    away
        So far from its place as evidence counts as elsewhere.
    small, whole
        Addresses of the thumbnail and of the picture itself; None where there is none (any more).
    heic
        The picture itself is one that most browsers keep as a file instead of showing it.
    known
        False of one that a step names and that is not there, or not for who asks.
    """

    id: str
    name: str
    of: str
    taken: str = ""
    officer: str = ""
    metres: int | None = None
    away: bool = False
    small: str | None = None
    whole: str | None = None
    heic: bool = False
    known: bool = True


def of_place(desk: Desk, day: Day, place_id: str, hazards: Collection[str], leaf: int) -> tuple[list[Shown], int]:
    """Give a leaf of the photos of a place taken up to the day, the newest first, and how many there are.

    `hazards` are the ids of its hazards, whose steps say what a photo shows.
    """
    rows = _rows(day, {"place_id": [place_id]})
    then = local_times(rows["taken_at"], day.ledger.town).astype("datetime64[D]")
    rows = rows[~(then > np.datetime64(day.as_of, "D"))]
    steps = day.state.tables.tables["steps"].having({"hazard_id": hazards}, ("action", "photos"))
    told = _told(zip(steps["action"], steps["photos"], strict=True)) if len(rows) else {}
    return _shown(desk, day, rows.iloc[(leaf - 1) * PLACE_PHOTOS : leaf * PLACE_PHOTOS], told), len(rows)


def of_visits(desk: Desk, day: Day, visits: Sequence[str]) -> dict[str, tuple[list[Shown], int]]:
    """Give the first few photos of some visits, in order of time, and how many each has, by visit."""
    rows = _rows(day, {"inspection_id": visits}).iloc[::-1]
    few = rows[(rows.groupby("inspection_id").cumcount() < VISIT_PHOTOS).to_numpy(bool)]
    counts = rows["inspection_id"].value_counts()
    shown: dict[str, list[Shown]] = {}
    for visit, photo in zip(few["inspection_id"], _shown(desk, day, few, {}), strict=True):
        shown.setdefault(visit, []).append(photo)
    return {visit: (photos, int(counts[visit])) for visit, photos in shown.items()}


def of_hazard(
    desk: Desk, day: Day, steps: Sequence[Mapping[str, Any]], inspection_id: str | None
) -> tuple[list[Shown], list[Shown]]:
    """Give the photos that the steps of a hazard name, in their order, and the others of the visit that found it."""
    told = _told((step["action"], step["photos"]) for step in steps)
    named = list(told)[:HAZARD_PHOTOS]
    rows = _rows(day, {"id": named, "inspection_id": [inspection_id] if inspection_id else []})
    own = rows["id"].isin(told).to_numpy(bool)
    rows = pd.concat([rows[own], rows[~own].head(HAZARD_PHOTOS)])
    shown = {photo.id: photo for photo in _shown(desk, day, rows, told)}
    others = [photo for photo in shown.values() if photo.id not in told]
    return [shown.get(photo) or _unknown(photo, told[photo]) for photo in named], others


def _unknown(photo: str, of: str) -> Shown:
    """Give a photo that a step names and nobody sent; of a hash its first digits are enough to tell it by."""
    return Shown(photo, f"编号 {photo[:8]}…" if PHOTO_ID.fullmatch(photo) else photo, of, known=False)


def _rows(day: Day, wanted: Mapping[str, Collection[str]]) -> pd.DataFrame:
    """Give the photos that have, in any of some columns, one of the words wanted there, the newest first."""
    rows = day.state.tables.tables["photos"].having(wanted, COLUMNS)
    taken = local_times(rows["taken_at"], day.ledger.town).astype("int64")  # those that don't say when are the oldest
    return rows.iloc[np.lexsort((rows["id"].to_numpy(object).astype(str), taken))[::-1]]


def _told(steps: Any) -> dict[str, str]:
    """Give what the photos of some steps show, by photo, from the action and the photos of each."""
    told: dict[str, str] = {}
    for action, photos in steps:
        word = "发现隐患时" if action == REGISTER else ACTION_WORDS[Action(action)]
        told |= {photo: word for photo in ([] if pd.isna(photos) else photos.split(";")) if photo not in told}
    return told


def _shown(desk: Desk, day: Day, rows: pd.DataFrame, told: Mapping[str, str]) -> list[Shown]:
    if rows.empty:
        return []
    store, taken = desk.settings.store, local_times(rows["taken_at"], day.ledger.town)
    small = having_thumbnails(store, [photo for photo in rows["id"] if PHOTO_ID.fullmatch(photo)])
    names = _names(day, rows["officer"].dropna().unique().tolist())
    far = _metres_from_place(day, rows, taken)
    limit = day.ledger.town.tolerance_m + FAR_M + np.clip(rows["accuracy"].fillna(0).to_numpy(), 0, BEST_ACCURACY_M)
    plain = records(pd.DataFrame(rows[["id", "name", "inspection_id", "officer"]]))
    shown = []
    for row, moment, metres_, away in zip(plain, taken, far.tolist(), (far > limit).tolist(), strict=True):
        photo, whole = row["id"], find_picture(store, row["id"])
        address = f"/api/v1/photos/{quote(photo, safe='')}"
        shown.append(
            Shown(
                photo,
                row["name"] or photo,
                told.get(photo, "检查" if row["inspection_id"] else "场所"),
                "" if np.isnat(moment) else str(moment.astype("datetime64[m]")).replace("T", " "),
                names.get(row["officer"], row["officer"] or ""),
                None if np.isnan(metres_) else round(metres_),
                away,
                f"{address}/thumbnail" if photo in small else None,
                f"{address}/picture" if whole else None,
                heic=whole is not None and whole.suffix == ".heic",
            )
        )
    return shown


def _names(day: Day, officers: Sequence[str]) -> dict[str, str]:
    named = day.state.tables.tables["officers"].having({"id": officers}, ("id", "name")).dropna(subset="name")
    return dict(zip(named["id"], named["name"], strict=True))


def _metres_from_place(day: Day, rows: pd.DataFrame, taken: Days) -> Floats:
    """Give metres from where each photo was taken to its place; NaN where that is unknown or the place moved since."""
    tables, ids = day.state.tables.tables, rows["place_id"].dropna().unique().tolist()
    places = tables["places"].having({"id": ids}, ("id", "geometry"))
    points = np.array([*places["geometry"].array, None], dtype=object)
    place = points[pd.Index(places["id"]).get_indexer(rows["place_id"])]  # -1, the last, where it is of none
    camera = np.asarray(rows["geometry"].array, dtype=object)
    far = metres(shapely.get_x(camera), shapely.get_y(camera), shapely.get_x(place), shapely.get_y(place))
    moves = tables["moves"].having({"place_id": ids}, ("place_id", "day"))
    last = moves.groupby("place_id")["day"].max().reindex(rows["place_id"]).to_numpy(dtype="datetime64[s]")
    return np.where(~np.isnat(last) & ~(taken >= last), np.nan, far)
