"""Places without coordinates, placed by their address; a tag says so for as long as the position stands by address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.addresses import Above, Match, folded, match, parts
from geodata.model import Level
from geodata.store import Store

BY_ADDRESS = "按地址定位"
"""Tag of a place whose position is its address's: people see it, rules can name it, a file may take it away."""
_BARE = ""


@dataclass(frozen=True)
class Placed:
    """A row that was placed: how (exact, prefix, name, fuzzy), likeness of 100, the entry's text and row."""

    row: int
    address: str
    how: str
    score: float
    entry: str
    entry_row: int


@dataclass(frozen=True)
class Ambiguous:
    """A row that was not placed because entries at more than one spot fit: two of them, with their rows."""

    row: int
    address: str
    how: str
    entries: tuple[str, str]
    entry_rows: tuple[int, int]


@dataclass(frozen=True)
class Placing:
    """Rows of places with what positions they have, and what was done for it."""

    frame: pd.DataFrame
    placed: list[Placed]
    ambiguous: list[Ambiguous]


def place_by_address(store: Store, frame: pd.DataFrame, gazetteer: gpd.GeoDataFrame | None) -> Placing:
    """Give places without coordinates the position of their address.

    A position by address lives as long as the place's address does: it stays when the same place comes again without
    coordinates, and goes when the address changed. Coordinates of a file, or ones the store has without the tag, are
    never replaced.

    Parameters
    ----------
    frame
        Rows of places as `geodata.readers.read` gives them (RangeIndex).
    gazetteer
        As `read_gazetteer` gives it; None to place nothing new.
    """
    known = _known(store, frame)
    had = _has_tag(known["tags"])
    if gazetteer is None and not had.any():
        return Placing(frame, [], [])
    given = frame.geometry if "geometry" in frame.columns else known.geometry.where(~had, None)
    shapes = np.array(given, dtype=object)
    lacking = given.isna().to_numpy()
    same = "address" not in frame.columns or (frame["address"].fillna(_BARE) == known["address"].fillna(_BARE))
    kept = lacking & had & np.asarray(same)
    shapes[kept] = np.array(known.geometry, dtype=object)[kept]
    placed = np.zeros(len(frame), dtype=bool)
    done: list[Placed] = []
    ambiguous: list[Ambiguous] = []
    if gazetteer is not None and lacking.any():
        rows = frame[lacking].assign(address=_address(frame, known)[lacking])
        found = _found(store, rows, gazetteer)
        sure = (found.entry >= 0) & (found.other < 0)
        placed[np.flatnonzero(lacking)[sure]] = True
        shapes[placed] = np.array(gazetteer.geometry, dtype=object)[found.entry[sure]]
        done, ambiguous = _told(rows, found, gazetteer)
    tagged = placed | kept | (_has_tag(frame["tags"]) & ~lacking if "tags" in frame.columns else False)
    tags = _tags(frame["tags"] if "tags" in frame.columns else known["tags"], tagged)
    return Placing(gpd.GeoDataFrame(frame.assign(tags=tags), geometry=shapes, crs=4326), done, ambiguous)


def _known(store: Store, frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give what the store has of each row's place, on the frame's index."""
    columns = {"places": ("id", "address", "tags", "geometry")}
    stored = store.ledger("places", columns=columns).places.set_index("id")
    return gpd.GeoDataFrame(stored.reindex(frame["id"]).set_axis(frame.index), geometry="geometry", crs=4326)


def _address(frame: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    return frame["address"] if "address" in frame.columns else known["address"]


def _found(store: Store, rows: pd.DataFrame, gazetteer: gpd.GeoDataFrame) -> Match:
    """Match the rows' addresses, names besides."""
    addresses, entries = folded(rows["address"]), folded(gazetteer["address"])
    areas = store.ledger("areas", columns={"areas": ("level", "name")}).frames["areas"].dropna(subset="name")
    below = areas["level"].isin([str(Level.DISTRICT), str(Level.COMMUNITY)])
    above = Above.of(store.town.name, areas["name"][below], [addresses, entries])
    names = (
        frame["name"] if "name" in frame.columns else pd.Series("", index=frame.index) for frame in (rows, gazetteer)
    )
    asked, given = (
        parts(texts, above).assign(name=folded(name)) for texts, name in zip((addresses, entries), names, strict=True)
    )
    return match(asked, given, gazetteer.geometry)


def _told(rows: pd.DataFrame, found: Match, gazetteer: gpd.GeoDataFrame) -> tuple[list[Placed], list[Ambiguous]]:
    """Say of each row that found something what it found."""
    entries = gazetteer["address"].fillna(gazetteer["name"]).tolist()
    numbers = gazetteer["row"].tolist()
    said = rows["address"].fillna(rows["name"] if "name" in rows.columns else _BARE).tolist()
    placed, ambiguous = [], []
    for at in np.flatnonzero(found.entry >= 0).tolist():
        row, entry, other = int(rows["row"].iloc[at]), int(found.entry[at]), int(found.other[at])
        how = str(found.how[at])
        if other < 0:
            score = round(float(found.score[at]), 1)
            placed.append(Placed(row, said[at], how, score, entries[entry], numbers[entry]))
        else:
            two = (entries[entry], entries[other]), (numbers[entry], numbers[other])
            ambiguous.append(Ambiguous(row, said[at], how, *two))
    return placed, ambiguous


def _has_tag(tags: pd.Series) -> npt.NDArray[np.bool_]:
    return np.asarray((";" + tags.fillna("") + ";").str.contains(f";{BY_ADDRESS};", regex=False), dtype=bool)


def _tags(tags: pd.Series, tagged: Sequence[bool] | npt.NDArray[np.bool_]) -> pd.Series:
    """Give tags with or without the one that says so."""
    others = (";" + tags.fillna("") + ";").str.replace(f";{BY_ADDRESS};", ";", regex=False).str.strip(";")
    told = others.mask(np.asarray(tagged), (others + ";" + BY_ADDRESS).str.strip(";"))
    return told.mask(told == "", None).astype("str")
