"""Which entry of a gazetteer an address means: one spot, or none.

The definition, for one address (`tests/geodata/addresses/match_oracle.py` says it again, slowly). Entries of another
community than the address's never count; when the address names its community, entries of it go before those that name
none. Entries are at one spot when they lie within `SPOT_M` from west to east and from south to north.

1. `exact`: entries with the same key.
2. `prefix`: entries with the same stem; of them those that share the longest beginning with the key (never cut within
   a number), of those again the ones that are nothing but that beginning, when there are any.
3. `name`: entries with the same name.
4. `fuzzy`: entries with the same telling marks (a number or 东/西 is never guessed) and the same other town, by the
   likeness of the keys: the best has at least `LEAST` of 100, and those less than `MARGIN` behind it count as well.
   Keys below `SHORTEST` characters have too little to be like.

The first of the four that finds entries decides: at one spot the first of them in the file is meant; else it is
ambiguous, and the address stays without a position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

SPOT_M = 50.0
"""About a building: below the tolerance of a geotag."""
LEAST = 90.0
MARGIN = 5.0
SHORTEST = 6
CROWD = 200
"""A stem with more entries is no door: not looked through."""
CELLS = 5_000_000
"""Pairs that are compared at a time; a group of more than twenty times as many has no marks that tell: left out."""
_DEGREE_M = 111_320.0
_COUNTING = frozenset("0123456789一二三四五六七八九十百")


@dataclass(frozen=True)
class Match:
    """What was found for n addresses.

    Attributes
    ----------
    entry
        n positions into the gazetteer, -1 where none is meant.
    other
        n positions of another entry that it may be as well, -1 where it is not ambiguous.
    how
        n words: exact, prefix, name, fuzzy; "" where nothing was found.
    score
        n likenesses of 100.
    """

    entry: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]
    how: npt.NDArray[np.object_]
    score: npt.NDArray[np.float64]


def match(wanted: pd.DataFrame, entries: pd.DataFrame, points: gpd.GeoSeries) -> Match:
    """Find the entries that addresses mean.

    Parameters
    ----------
    wanted, entries
        As `parts` gives them, with the folded `name` besides.
    points
        Positions of the entries, EPSG:4326, none missing.
    """
    n = len(wanted)
    found = Match(np.full(n, -1), np.full(n, -1), np.full(n, "", dtype=object), np.zeros(n))
    wanted = wanted.reset_index(drop=True).assign(at=np.arange(n))
    entries = entries.reset_index(drop=True).assign(entry=np.arange(len(entries)), x=points.x.array, y=points.y.array)
    for how, pairs_of in (("exact", _exact), ("prefix", _prefix), ("name", _name), ("fuzzy", _fuzzy)):
        rest = wanted[found.how == ""]
        if len(rest):
            _decide(found, how, pairs_of(rest, entries))
    return found


def _decide(found: Match, how: str, pairs: pd.DataFrame) -> None:
    """Take what a way found: pairs of an address (`at`) and the entries of a spot (`entry` the first, `x0` … `y1`)."""
    pairs = pairs.sort_values(["at", "score", "entry"], ascending=[True, False, True], kind="stable")
    groups = pairs.groupby("at")
    taken = groups.agg(
        entry=("entry", "first"), other=("far", "last"), score=("score", "first"),
        x0=("x0", "min"), x1=("x1", "max"), y0=("y0", "min"), y1=("y1", "max"),
    )  # fmt: skip
    at = taken.index.to_numpy()
    wide = (taken["x1"] - taken["x0"]) * np.cos(np.radians(taken["y0"])) * _DEGREE_M
    one = (np.maximum(wide, (taken["y1"] - taken["y0"]) * _DEGREE_M) <= SPOT_M).to_numpy()
    found.how[at], found.score[at], found.entry[at] = how, taken["score"], taken["entry"]
    found.other[at[~one]] = taken["other"].to_numpy()[~one]


def _exact(wanted: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    spots = _spots(entries[entries["key"] != ""], ["key", "community"])
    return _fitting(wanted.merge(spots, on="key", suffixes=("", "_of"))).assign(score=100.0)


def _name(wanted: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    spots = _spots(entries[entries["name"] != ""], ["name"])
    return wanted.merge(spots, on="name").assign(score=100.0)


def _prefix(wanted: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    doors = entries[entries["stem"] != ""]
    doors = doors[doors.groupby("stem")["stem"].transform("size") <= CROWD]
    pairs = _fitting(wanted.merge(_alone(doors), on="stem", suffixes=("", "_of")))
    shared = np.array([_shared(a, b) for a, b in zip(pairs["key"], pairs["key_of"], strict=True)], dtype=np.int64)
    pairs = pairs.assign(shared=shared, score=100.0 * shared / np.maximum(pairs["key"].str.len(), 1))
    pairs = pairs[pairs["shared"] == pairs.groupby("at")["shared"].transform("max")]
    whole = pairs["key_of"].str.len() == pairs["shared"]
    return pairs[whole | ~whole.groupby(pairs["at"]).transform("any")]


def _fuzzy(wanted: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    by = ["telling", "elsewhere"]
    longer = entries[entries["key"].str.len() >= SHORTEST]
    groups = longer.groupby(by).indices
    found = [np.empty((0, 3))]
    for marks, members in wanted[wanted["key"].str.len() >= SHORTEST].groupby(by):
        if marks in groups:
            found.append(_likenesses(members, longer.iloc[groups[marks]]))
    at, entry, score = np.concatenate(found).T
    pairs = pd.DataFrame({"at": at.astype(np.int64), "entry": entry.astype(np.int64), "score": score})
    spots = _alone(entries[["entry", "community", "x", "y"]])
    pairs = _fitting(pairs.merge(wanted[["at", "community"]], on="at").merge(spots, on="entry", suffixes=("", "_of")))
    best = pairs.groupby("at")["score"].transform("max")
    return pairs[(best >= LEAST) & (pairs["score"] > best - MARGIN)]


def _likenesses(wanted: pd.DataFrame, entries: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Give address, entry and likeness of the pairs that may count, at most `CROWD` of an address."""
    from rapidfuzz.process import cdist  # noqa: PLC0415 - slow import

    found = [np.empty((0, 3))]
    if len(wanted) * len(entries) > 20 * CELLS:
        return found[0]
    at, entry = wanted["at"].to_numpy(), entries["entry"].to_numpy()
    keys, step = entries["key"].tolist(), max(1, CELLS // len(entries))
    for start in range(0, len(at), step):
        some = wanted["key"].iloc[start : start + step].tolist()
        scores = cdist(some, keys, score_cutoff=LEAST - MARGIN, dtype=np.float64)
        if len(keys) > CROWD:
            scores[scores < -np.partition(-scores, CROWD, axis=1)[:, [CROWD]]] = 0
        row, column = np.nonzero(scores)
        found.append(np.column_stack([at[start + row], entry[column], scores[row, column]]))
    return np.concatenate(found)


def _spots(entries: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Give what entries with the same words have together: the first, the one farthest from it, their bounds."""
    groups = entries.groupby(list(by), sort=False)
    across, along = (entries[name] - groups[name].transform("first") for name in ("x", "y"))
    away = (across**2 + along**2) ** 0.5
    farthest = away.groupby([entries[name] for name in by], sort=False).idxmax()
    spots = groups.agg(entry=("entry", "first"), x0=("x", "min"), x1=("x", "max"), y0=("y", "min"), y1=("y", "max"))
    return spots.assign(far=entries["entry"].loc[farthest].to_numpy()).reset_index()


def _alone(entries: pd.DataFrame) -> pd.DataFrame:
    """Give each entry as a spot of its own."""
    x, y = entries["x"], entries["y"]
    return entries.assign(far=entries["entry"], x0=x, x1=x, y0=y, y1=y).drop(columns=["x", "y"])


def _fitting(pairs: pd.DataFrame) -> pd.DataFrame:
    """Keep the pairs of no other community; where the address names one, its own entries go first."""
    asked, given = pairs["community"], pairs["community_of"]
    pairs = pairs[(asked == "") | (given == "") | (asked == given)]
    own = (pairs["community"] != "") & (pairs["community"] == pairs["community_of"])
    return pairs[own | ~own.groupby(pairs["at"]).transform("any")]


def _shared(one: str, other: str) -> int:
    """Count the characters that two texts begin with alike, without those of a number that goes on."""
    n = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if _COUNTING & {*one[n : n + 1], *other[n : n + 1]}:
        while n and one[n - 1] in _COUNTING:
            n -= 1
    return n
