"""Rows without a place's id, recognised by the place's name and the position; the doubtful ones kept for a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.csv_files import write_columns
from geodata.errors import FileProblem
from geodata.model import Level
from geodata.placenames import match_names
from geodata.store import Store
from geodata.tables import INSPECTIONS
from geodata.writers import office_columns

CANDIDATES = "可能的场所"
"""Header of the column beside doubtful rows: for people, no field."""


@dataclass(frozen=True)
class Candidate:
    """A place that a row may mean: confidence 0–1, metres from geotag to place (None: one has no position)."""

    place_id: str
    place_name: str
    confidence: float
    distance_m: int | None

    def __str__(self) -> str:
        away = "" if self.distance_m is None else f"，{self.distance_m:,} 米"
        return f"{self.place_id} {self.place_name}（{self.confidence:.2f}{away}）"


@dataclass(frozen=True)
class Matched:
    """A row that was taken for a place of another spelling."""

    row: int
    name: str
    place: Candidate


@dataclass(frozen=True)
class Unsure:
    """A row whose name may mean these places, best first, and was taken for none."""

    row: int
    name: str
    candidates: list[Candidate]


@dataclass(frozen=True)
class Recognised:
    """Place ids and confidences on the rows' index, missing where nothing was recognised; and what is told."""

    ids: pd.Series
    likeness: pd.Series
    matched: list[Matched]
    unsure: list[Unsure]


def recognise(store: Store, rows: pd.DataFrame) -> Recognised:
    """Find the places of rows by their `place_name`, none missing, and their position where they have one."""
    places = store.ledger("places", columns={"places": ("id", "name", "geometry")}).frames["places"]
    places = places[places["name"].notna()].reset_index(drop=True)
    areas = store.ledger("areas", columns={"areas": ("level", "name")}).frames["areas"].dropna(subset="name")
    none = pd.Series(np.nan, index=rows.index)
    points = np.array(rows["geometry"] if "geometry" in rows.columns else none.astype(object), dtype=object)
    points[pd.isna(points)] = None
    accuracy = np.asarray(rows["accuracy"] if "accuracy" in rows.columns else none, dtype=np.float64)
    communities = areas.loc[areas["level"] == str(Level.COMMUNITY), "name"].tolist()
    found = match_names(rows["place_name"], points, accuracy, places, town=store.town.name, communities=communities)
    keys, names, numbers = places["id"].to_numpy(), places["name"].to_numpy(), rows["row"].to_numpy()
    asked = rows["place_name"].to_numpy()

    def candidate(place: int, confidence: float, metres: float) -> Candidate:
        away = None if np.isnan(metres) else round(float(metres))
        return Candidate(str(keys[place]), str(names[place]), round(float(confidence), 3), away)

    sure = found.place >= 0
    told = np.flatnonzero(sure)
    told = told[asked[told] != names[found.place[told]]]
    matched = [
        Matched(int(numbers[n]), str(asked[n]), candidate(found.place[n], found.confidence[n], found.metres[n]))
        for n in told
    ]
    lists: dict[int, list[Candidate]] = {}
    each = found.candidates
    for at, *what in zip(each.at.tolist(), each.place, each.confidence, each.metres, strict=True):
        lists.setdefault(at, []).append(candidate(*what))
    unsure = [Unsure(int(numbers[at]), str(asked[at]), some) for at, some in lists.items()]
    ids = pd.Series(None, index=rows.index, dtype=object)
    ids[sure] = keys[found.place[sure]]
    likeness = pd.Series(np.where(sure, found.confidence.round(3), np.nan), index=rows.index)
    return Recognised(ids.astype("str"), likeness, matched, unsure)


def write_unsure(path: Path, rows: pd.DataFrame, unsure: list[Unsure]) -> None:
    """Write the doubtful inspections as a file that can be completed with 企业编号 and imported (WGS 84).

    FileProblem when the file is there already, or can't be written.
    """
    told = {each.row: "；".join(map(str, each.candidates)) for each in unsure}
    held = rows[rows["row"].isin(told)]
    columns = office_columns(INSPECTIONS, held.assign(place_id=""))
    columns[CANDIDATES] = held["row"].map(told)
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            write_columns(file, columns)
    except FileExistsError:
        raise FileProblem(f"{path.name} 已经有了，不覆盖（里面也许有填好的编号）。请另取一个文件名。") from None
    except OSError as problem:
        raise FileProblem(f"{path.name} 写不了：{problem.strerror}。请检查文件夹和权限。") from None
