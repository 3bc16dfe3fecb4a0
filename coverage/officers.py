"""Which officer answers for a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

from coverage.visits import ENTERPRISE, Flags, Ints, Visits
from geodata.model import LEVELS

UNKNOWN = "unknown"
UNKNOWN_NAME = "未填"
ANSWERING_ROLES = ("inspector", "grid_manager")
NOBODY = -1
"""Instead of the row of an officer."""

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Roll:
    """Who answers for the areas of a town.

    Attributes
    ----------
    officers
        Of the ledger.
    names
        The name shown for each key that is no mere text, `UNKNOWN` among them.
    of_area
        For each of `ANSWERING_ROLES`: the row of the officer of each area, the smallest id of several; `NOBODY`.
    """

    officers: pd.DataFrame
    names: dict[str, str]
    of_area: tuple[Ints, ...]

    @classmethod
    def of(cls, areas: pd.DataFrame, officers: pd.DataFrame) -> Roll:
        """Call the roll of the officers of a ledger."""
        return cls(officers, _shown_names(officers), tuple(_posts(areas, officers, role) for role in ANSWERING_ROLES))


@dataclass(frozen=True)
class Answering:
    """Who answers for places: `keys` are an officer's id, a text of the ledger, or `UNKNOWN`; `of_place` picks one."""

    keys: Texts
    of_place: Ints
    roll: Roll

    @property
    def officer(self) -> ExtensionArray:
        """Give the key of each place, of dtype str."""
        return pd.array(self.keys, dtype="str").take(self.of_place)

    @property
    def names(self) -> ExtensionArray:
        """Give the name shown for each place, of dtype str."""
        shown = [self.roll.names.get(key, key) for key in self.keys.tolist()]
        return pd.array(shown, dtype="str").take(self.of_place)


def officers_of_places(places: pd.DataFrame, visits: Visits, inspections: pd.DataFrame, roll: Roll) -> Answering:
    """Give the officer of each place; `visits` are of those inspections.

    1. The officer one of whose areas is the smallest-level area holding the place: inspectors first, then grid
       managers (a clerk or leader of the whole town answers for no place); several: the smallest id. 2. Else the
       officer of its latest inspection up to D by anybody but the enterprise; at one moment: the smallest key.
       3. Else unknown.
    """
    officers = roll.officers
    found = _by_area(places, roll)
    free = found == NOBODY
    texts, latest = _by_latest_visit(free, visits, inspections["officer"], officers) if free.any() else ([], found)
    keys = np.array([*officers["id"].tolist(), *texts, UNKNOWN], dtype=object)
    own = np.where(latest == NOBODY, len(keys) - 1, latest + len(officers))
    return Answering(keys, np.where(free, own, found), roll)


def _by_area(places: pd.DataFrame, roll: Roll) -> Ints:
    """Give the row of the officer of the deepest area that has one, `NOBODY` where no area has."""
    found = np.full(len(places), NOBODY, dtype=np.int64)
    levels = [str(level) for level in reversed(LEVELS) if str(level) in places]
    positions = [places[level].to_numpy() for level in levels]
    for of_area in roll.of_area:
        for position in positions:
            free = np.flatnonzero((found == NOBODY) & (position >= 0))
            found[free] = of_area[position[free]]
    return found


def _posts(areas: pd.DataFrame, officers: pd.DataFrame, role: str) -> Ints:
    """Give for each area the row of its officer with that role, the smallest id of several; `NOBODY` for none."""
    ids, texts = officers["id"].to_numpy(dtype=object), officers["area"].to_numpy(dtype=object)
    rows = np.flatnonzero((officers["role"] == role).to_numpy(bool) & ~pd.isna(texts)).tolist()
    first: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: str(ids[row])):
        for code in texts[row].split(";"):
            first.setdefault(code, row)
    return np.array([first.get(code, NOBODY) for code in areas["code"].tolist()], dtype=np.int64)


def _by_latest_visit(free: Flags, visits: Visits, officer: pd.Series, officers: pd.DataFrame) -> tuple[list[str], Ints]:
    """Give keys, and which of them the latest visit of each free place names; `NOBODY` where none names any."""
    rows = np.flatnonzero(free[visits.place] & (visits.by != ENTERPRISE))
    codes, words = pd.factorize(officer.array.take(visits.row[rows]))
    rows, codes = rows[codes >= 0], codes[codes >= 0]
    keys, key_of_word = np.unique(
        officer_keys(np.asarray(words, dtype=object), officers).astype(str), return_inverse=True
    )
    codes = key_of_word[codes]
    smallest_last = np.lexsort((-codes, visits.at[rows]))
    latest = np.full(len(free), NOBODY, dtype=np.int64)
    latest[visits.place[rows][smallest_last]] = codes[smallest_last]  # the last assignment stays
    return keys.tolist(), latest


def officer_keys(texts: Texts, officers: pd.DataFrame) -> Texts:
    """Turn texts of a ledger (none missing) into keys: an id stays, a name that just one officer has becomes its id."""
    codes, words = pd.factorize(texts)
    names = officers.dropna(subset="name").drop_duplicates("name", keep=False)
    by_name = dict(zip(names["name"].tolist(), names["id"].tolist(), strict=True))
    ids = set(officers["id"].tolist())
    return np.array([word if word in ids else by_name.get(word, word) for word in words], dtype=object)[codes]


def officer_names(keys: Texts, officers: pd.DataFrame) -> Texts:
    """Give the name shown for each key: the officer's, else the text itself."""
    codes, words = pd.factorize(keys)
    names = _shown_names(officers)
    return np.array([names.get(word, word) for word in words], dtype=object)[codes]


def _shown_names(officers: pd.DataFrame) -> dict[str, str]:
    named = officers[officers["name"].notna()]
    return dict(zip(named["id"].tolist(), named["name"].tolist(), strict=True)) | {UNKNOWN: UNKNOWN_NAME}
