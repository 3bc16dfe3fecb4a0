"""Which officer answers for a place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.visits import ENTERPRISE, Flags, Visits
from geodata.model import LEVELS

UNKNOWN = "unknown"
UNKNOWN_NAME = "未填"
ANSWERING_ROLES = ("inspector", "grid_manager")

Texts = npt.NDArray[np.object_]


def officers_of_places(places: pd.DataFrame, areas: pd.DataFrame, visits: Visits, officers: pd.DataFrame) -> Texts:
    """Give the officer of each place as a key: an officer's id, a text of the ledger, or `UNKNOWN`.

    1. The officer one of whose areas is the smallest-level area holding the place: inspectors first, then grid
       managers (a clerk or leader of the whole town answers for no place); several: the smallest id. 2. Else the
       officer of its latest inspection up to D by anybody but the enterprise; at one moment: the smallest key.
       3. Else unknown.
    """
    key = np.full(len(places), None, dtype=object)
    for role in ANSWERING_ROLES:
        key = np.where(pd.isna(key), _by_area(places, areas, officers[officers["role"] == role]), key)
    free = pd.isna(key)
    return np.where(free, _by_latest_visit(free, visits, officers), key)


def _by_area(places: pd.DataFrame, areas: pd.DataFrame, officers: pd.DataFrame) -> Texts:
    """Give the smallest id among the officers of the deepest area that has one, None where no area has."""
    posts = officers.dropna(subset="area")[["id", "area"]]
    posts = posts.assign(area=posts["area"].str.split(";")).explode("area")
    first = posts.sort_values("id").drop_duplicates("area").set_index("area")["id"]
    of_area = areas["code"].map(first).to_numpy(dtype=object)
    key = np.full(len(places), None, dtype=object)
    for level in reversed(LEVELS):
        if str(level) in places:
            position = places[str(level)].to_numpy()
            free = pd.isna(key) & (position >= 0)
            key[free] = of_area[position[free]]
    return key


def _by_latest_visit(free: Flags, visits: Visits, officers: pd.DataFrame) -> Texts:
    """Give the officer of the latest visit that names one at the places asked for, `UNKNOWN` where none does."""
    named = free[visits.place] & (visits.by != ENTERPRISE) & ~pd.isna(visits.officer)
    keys = officer_keys(visits.officer[named], officers)
    codes, words = pd.factorize(keys)
    rank = np.argsort(np.argsort(words.astype(str)))
    smallest_last = np.lexsort((-rank[codes], visits.at[named]))
    latest = np.full(len(free), UNKNOWN, dtype=object)
    latest[visits.place[named][smallest_last]] = keys[smallest_last]  # the last assignment stays
    return latest


def officer_keys(texts: Texts, officers: pd.DataFrame) -> Texts:
    """Turn texts of a ledger (none missing) into keys: an id stays, a name that just one officer has becomes its id."""
    codes, words = pd.factorize(texts)
    names = officers.dropna(subset="name").drop_duplicates("name", keep=False)
    by_name = dict(zip(names["name"], names["id"], strict=True))
    ids = set(officers["id"])
    return np.array([word if word in ids else by_name.get(word, word) for word in words], dtype=object)[codes]


def officer_names(keys: Texts, officers: pd.DataFrame) -> Texts:
    """Give the name shown for each key: the officer's, else the text itself."""
    codes, words = pd.factorize(keys)
    named = officers.dropna(subset="name")
    by_id = dict(zip(named["id"], named["name"], strict=True)) | {UNKNOWN: UNKNOWN_NAME}
    return np.array([by_id.get(word, word) for word in words], dtype=object)[codes]
