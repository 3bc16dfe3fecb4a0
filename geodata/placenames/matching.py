"""Which place the name on an inspection means: one, or none.

The definition, for one name with or without a geotag (`tests/geodata/placenames/names_oracle.py` says it slowly).

1. The name that only one place has means that place, wherever the geotag is; then the same of folded names.
2. Else each place has a confidence, its likeness × its nearness. Likeness of two names is the product of

   - brand: likeness of the brands (`rapidfuzz`'s ratio, 0–1; at least `WEAK`; below `STRONG` only in the same trade)
     by 0.7, of the trades by 0.3 (`HALF` of it when one names none),
   - `LACKING` for each of community, branch, numbers that only the place's name has; `ADDED` for each that only the
     asked name has; 0 when both have one and they differ,
   - `FORM` when both name a form and the forms differ.

   Nearness is 1 within `REACH_M` and the accuracy (at most 100 m) of the place, falls as a bell of `BELL_M` to `AWAY`;
   it is `BLIND` when the inspection or the place has no position.
3. The best place is meant when its confidence is at least `SURE` and more than `LEAD` above the second's. Else the
   name is ambiguous, when a place reaches `LISTED`; else it means none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.placenames.names import cities_of, folded_names, name_parts

WEAK, STRONG = 0.5, 0.75
HALF = 0.75
LACKING = {"community": 0.92, "branch": 0.8, "numbers": 0.8}
ADDED = {"community": 0.85, "branch": 0.6, "numbers": 0.6}
FORM = 0.93
REACH_M, BELL_M = 100.0, 150.0
AWAY, BLIND = 0.35, 0.7
SURE, LEAD, LISTED = 0.64, 0.1, 0.3
SHOWN = 5
"""Candidates of an ambiguous name that are kept."""
_DEGREE_M = 111_320.0
_CELLS = 4_000_000
_PARTS = ["community", "brand", "trade", "form", "branch", "numbers"]


@dataclass(frozen=True)
class Candidates:
    """Places that rows may mean, best first: row position, place position, confidence, metres (nan: not known)."""

    at: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]
    metres: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """What n names mean.

    Attributes
    ----------
    place
        n positions into the places, -1 where none is meant.
    confidence
        n numbers 0–1, 0 where none is meant; 1 for the name that only one place has.
    metres
        n distances from geotag to place, nan where one has no position.
    candidates
        Of the names that mean no single place, at most `SHOWN` each; names without any have no place that is like.
    """

    place: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]
    metres: npt.NDArray[np.float64]
    candidates: Candidates


def match_names(
    names: pd.Series,
    points: npt.NDArray[np.object_],
    accuracy: npt.NDArray[np.float64],
    places: pd.DataFrame,
    *,
    town: str,
    communities: list[str],
) -> Found:
    """Find the places that names mean.

    Parameters
    ----------
    names
        n names as written, none missing.
    points
        n geotags, EPSG:4326; None where there is none.
    accuracy
        n metres; nan where not told.
    places
        `name` and `geometry` (EPSG:4326 points or None).
    town, communities
        Names that may stand before a firm's.
    """
    numbers, words = pd.factorize(names.astype("str"))
    asked, given = pd.Series(words, dtype="str"), places["name"].astype("str").fillna("").reset_index(drop=True)
    exact = _unique(asked, given)
    rest = np.flatnonzero(exact < 0)
    pairs = pd.DataFrame({"name": [], "place": [], "likeness": []}).astype({"name": np.int64, "place": np.int64})
    if len(rest):
        folded, known = folded_names(asked.iloc[rest]), folded_names(given)
        cities = cities_of(pd.concat([folded, known]))
        some, all_ = (name_parts(texts, town, communities, cities) for texts in (folded, known))
        exact[rest] = _unique(some["key"], all_["key"])
        some = some[exact[rest] < 0]
        if len(some):
            pairs = _likenesses(some, all_)
    place, confidence = exact[numbers], (exact[numbers] >= 0).astype(np.float64)
    open_ = np.flatnonzero(place < 0)
    shapes = np.asarray(places["geometry"], dtype=object)
    found = _near(pd.DataFrame({"at": open_, "name": numbers[open_]}).merge(pairs, on="name"), points, accuracy, shapes)
    second = found["confidence"].where(found.groupby("at").cumcount() == 1).groupby(found["at"]).max().fillna(0.0)
    best = found.drop_duplicates("at").set_index("at")
    sure = best[(best["confidence"] >= SURE) & (best["confidence"] > second.reindex(best.index) + LEAD)]
    place[sure.index], confidence[sure.index] = sure["place"], sure["confidence"]
    found = found[(place[found["at"]] < 0) & (found["confidence"] >= LISTED)]
    found = found[found.groupby("at").cumcount() < SHOWN]
    metres = np.full(len(names), np.nan)
    metres[place >= 0] = _metres(points[place >= 0], shapes[place[place >= 0]])
    kept = (found[name].to_numpy() for name in ("at", "place", "confidence", "metres"))
    return Found(place, confidence, metres, Candidates(*kept))


def _unique(asked: pd.Series, given: pd.Series) -> npt.NDArray[np.int64]:
    """Give the position of the only one of the given texts that is the same; -1 where there is none, or more."""
    single = given[(given != "") & ~given.duplicated(keep=False)]
    return np.asarray(asked.map(pd.Series(single.index, index=single.to_numpy())).fillna(-1), dtype=np.int64)


def _likenesses(asked: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Give the pairs of a name and a place whose names are like, and their likeness."""
    asked = asked.rename_axis("name").reset_index()
    given = given.rename_axis("place").reset_index()
    brands = _brands(asked, given)
    strong = brands[brands["alike"] >= STRONG]
    weak = brands[brands["alike"] < STRONG]
    some, all_ = asked[["name", *_PARTS]], given[["place", *_PARTS]]
    pairs = [some.merge(strong, on="brand").merge(all_, left_on="brand_of", right_on="brand", suffixes=("", "_place"))]
    same = some[some["trade"] != ""].merge(weak, on="brand")
    pairs.append(same.merge(all_, left_on=["brand_of", "trade"], right_on=["brand", "trade"], suffixes=("", "_place")))
    pairs[1]["trade_place"] = pairs[1]["trade"]
    both = pd.concat(pairs, ignore_index=True)
    both["likeness"] = both["alike"] * 0.7 + _trades(both["trade"], both["trade_place"]) * 0.3
    for part in ("community", "branch", "numbers"):
        one, other = both[part], both[f"{part}_place"]
        factor = np.select([one == other, one == "", other == ""], [1.0, LACKING[part], ADDED[part]], 0.0)
        both["likeness"] *= factor
    one, other = both["form"], both["form_place"]
    both["likeness"] *= np.where((one == other) | (one == "") | (other == ""), 1.0, FORM)
    return both.loc[both["likeness"] >= LISTED, ["name", "place", "likeness"]]


def _brands(asked: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Give the pairs of brands that are at least `WEAK` alike and whose numbers don't speak against each other."""
    from rapidfuzz.process import cdist  # noqa: PLC0415 - slow import

    mine, theirs = (frame[["brand", "numbers"]].drop_duplicates() for frame in (asked, given))
    groups, bare = theirs.groupby("numbers").indices, theirs[theirs["numbers"] == ""]
    found = [pd.DataFrame({"brand": [], "brand_of": [], "alike": []}).astype({"brand": "str", "brand_of": "str"})]
    for numbers, members in mine.groupby("numbers"):
        others = pd.concat([theirs.iloc[groups.get(numbers, [])], bare]) if numbers else theirs
        brands = others["brand"].drop_duplicates().to_numpy(dtype=object)
        step = max(1, _CELLS // max(1, len(brands)))
        for start in range(0, len(members), step):
            some = members["brand"].iloc[start : start + step].to_numpy(dtype=object)
            scores = cdist(some.tolist(), brands.tolist(), score_cutoff=100 * WEAK, dtype=np.float32)
            row, column = np.nonzero(scores)
            alike = np.round(scores[row, column].astype(np.float64) / 100, 6)
            found.append(pd.DataFrame({"brand": some[row], "brand_of": brands[column], "alike": alike}))
    return pd.concat(found, ignore_index=True).drop_duplicates(["brand", "brand_of"])


def _trades(one: pd.Series, other: pd.Series) -> npt.NDArray[np.float64]:
    """Give the likeness of trades, each pair of words compared once."""
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - slow import

    numbers, words = pd.factorize(one.astype("str") + "\n" + other.astype("str"))
    pairs = [word.split("\n") for word in words]
    alike = [1.0 if a == b else HALF if "" in (a, b) else ratio(a, b) / 100 for a, b in pairs]
    return np.array(alike, dtype=np.float64)[numbers]


def _near(
    pairs: pd.DataFrame,
    points: npt.NDArray[np.object_],
    accuracy: npt.NDArray[np.float64],
    shapes: npt.NDArray[np.object_],
) -> pd.DataFrame:
    """Give the pairs with confidence and metres, the best of each row first."""
    at, place = pairs["at"].to_numpy(dtype=np.int64), pairs["place"].to_numpy(dtype=np.int64)
    metres = _metres(points[at], shapes[place])
    beyond = np.maximum(metres - REACH_M - np.clip(np.nan_to_num(accuracy[at]), 0, 100), 0)
    nearness = np.where(np.isnan(metres), BLIND, np.maximum(AWAY, np.exp(-0.5 * (beyond / BELL_M) ** 2)))
    pairs = pairs.assign(at=at, place=place, metres=metres, confidence=pairs["likeness"] * nearness)
    return pairs.sort_values(["at", "confidence", "place"], ascending=[True, False, True], ignore_index=True)


def _metres(one: npt.NDArray[np.object_], other: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Give roughly the metres between points a few kilometres apart; nan where one is missing."""
    x, y = (get(one) - get(other) for get in (shapely.get_x, shapely.get_y))
    return np.asarray(np.hypot(x * np.cos(np.radians(shapely.get_y(one))), y) * _DEGREE_M)
