"""Which group each place (or hazard) belongs to, for every `--by` word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.officers import UNKNOWN, UNKNOWN_NAME
from geodata.errors import QuestionProblem
from geodata.model import HAZARD_LEVELS, LEVELS, RISKS, Level
from grids.codes import natural_key
from grids.hierarchy import OUTSIDE, UNLOCATED, answer_level, at_level

AREA_GROUPS: tuple[str, ...] = tuple(str(level) for level in LEVELS)
GROUPS: tuple[str, ...] = (*AREA_GROUPS, "industry", "risk", "department", "officer", "rule")
"""The words of `--by` for coverage."""

HAZARD_GROUPS: tuple[str, ...] = (*AREA_GROUPS, "industry", "risk", "department", "officer", "level", "category")
"""The words of `--by` for hazards."""

OUTSIDE_KEY, UNLOCATED_KEY = "outside", "unlocated"

ORDERED: Mapping[str, tuple[str, ...]] = {"risk": RISKS, "level": tuple(reversed(HAZARD_LEVELS))}
"""Keys whose order means something, worst first."""


@dataclass(frozen=True)
class Groups:
    """Groups in the order they are shown, and the one that each member belongs to.

    Attributes
    ----------
    codes
        One a member: position in `keys`.
    keys, names
        Key (or area code) and name of each group.
    areas
        How many of the groups, from the first, are areas; None when the groups are no areas at all.
    """

    codes: npt.NDArray[np.int64]
    keys: tuple[str, ...]
    names: tuple[str, ...]
    areas: int | None

    @cached_property
    def label(self) -> dict[str, pd.Series]:
        """The columns that say which group a row is: area and key (levels of areas) or key, and name."""
        columns: dict[str, Sequence[str | None]] = {"key": self.keys, "name": self.names}
        if self.areas is not None:
            codes, others = self.keys[: self.areas], self.keys[self.areas :]
            columns |= {"area": [*codes, *[None] * len(others)], "key": [*[None] * len(codes), *others]}
        names = ("area", "key", "name") if self.areas is not None else ("key", "name")
        return {name: pd.Series(columns[name], dtype=object) for name in names}


def check_group(by: str, groups: tuple[str, ...]) -> None:
    """Refuse a `--by` word that is none of the groups; QuestionProblem lists them."""
    if by not in groups:
        raise QuestionProblem(f"不能按“{by}”统计，可选：{'、'.join(groups)}。")


def group_members(members: pd.DataFrame, areas: gpd.GeoDataFrame, by: str) -> Groups:
    """Group the rows of `members` (places of an Assessment, hazards of a register) by any word but `rule`.

    Raises
    ------
    QuestionProblem
        No areas of that level.
    """
    if by in AREA_GROUPS:
        return _by_level(members, areas, answer_level(areas, by))
    names = members["officer_name"] if by == "officer" else None
    return _by_text(members[by], names, ORDERED.get(by, ()))


def _by_level(members: pd.DataFrame, areas: gpd.GeoDataFrame, level: Level) -> Groups:
    """Group by the areas of a level, in order of their codes; then those in none, those without position.

    The two last groups are there only when they have members.
    """
    rows = at_level(areas, level)
    position = members[str(level)].to_numpy(dtype=np.int64)
    keys, names = areas["code"].iloc[rows].tolist(), areas["name"].iloc[rows].tolist()
    codes, count = position - rows.start, len(keys)
    for mark, key, name in ((OUTSIDE, OUTSIDE_KEY, f"不在任何{level.chinese}"), (UNLOCATED, UNLOCATED_KEY, "无坐标")):
        if (position == mark).any():
            codes = np.where(position == mark, len(keys), codes)
            keys.append(key)
            names.append(name)
    return Groups(codes, tuple(keys), tuple(names), count)


def _by_text(texts: pd.Series, names: pd.Series | None, ordered: tuple[str, ...]) -> Groups:
    """Group by a text: meaningful order first, else by key; unknown (missing) last."""
    codes, uniques = pd.factorize(texts)
    found = [str(word) for word in uniques]
    if (codes < 0).any():
        if UNKNOWN not in found:
            found.append(UNKNOWN)
        codes = np.where(codes < 0, found.index(UNKNOWN), codes)
    rank = {word: place for place, word in enumerate(ordered)}
    order = sorted(
        range(len(found)), key=lambda n: (found[n] == UNKNOWN, rank.get(found[n], len(rank)), natural_key(found[n]))
    )
    keys = tuple(found[n] for n in order)
    shown = found if names is None else _first_names(codes, names, len(found)).tolist()
    place = np.argsort(np.array(order, dtype=np.int64))
    named = tuple(UNKNOWN_NAME if found[n] == UNKNOWN else shown[n] for n in order)
    return Groups(place[codes].astype(np.int64), keys, named, None)


def _first_names(codes: npt.NDArray[np.int64], names: pd.Series, groups: int) -> npt.NDArray[np.object_]:
    first = np.full(groups, -1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # the last assignment stays: the first member
    return np.where(first < 0, "", names.array.take(first, allow_fill=True).to_numpy(dtype=object))
