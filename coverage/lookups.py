"""What is looked up again and again in the places of a day, and stays as it is whatever is inspected meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from coverage.grouping import Groups, group_members
from coverage.officers import Roll
from coverage.visits import Ints

OF_VISITS = frozenset(("officer",))
"""Words of grouping whose groups follow from inspections too."""


@dataclass
class Lookups:
    """Made when they are first asked for, shared by all assessments of the same places, areas and officers."""

    _rows: dict[str, int] = field(default_factory=dict)
    _groups: dict[str, Groups] = field(default_factory=dict)
    _rolls: list[Roll] = field(default_factory=list)

    def rows_of(self, places: pd.DataFrame, ids: Collection[str]) -> Ints:
        """Give the rows of some places, in order; unknown ids have none."""
        if not self._rows:  # two who come at once make the same
            self._rows = {place_id: row for row, place_id in enumerate(places["id"].tolist())}
        return np.array(sorted(self._rows[each] for each in set(ids) if each in self._rows), dtype=np.int64)

    def groups(self, places: pd.DataFrame, areas: gpd.GeoDataFrame, by: str) -> Groups:
        """Group the places, as `group_members` does."""
        if by in OF_VISITS:
            return group_members(places, areas, by)
        if by not in self._groups:
            self._groups[by] = group_members(places, areas, by)
        return self._groups[by]

    def roll(self, areas: gpd.GeoDataFrame, officers: pd.DataFrame) -> Roll:
        """Give who answers for the areas."""
        if not self._rolls:
            self._rolls.append(Roll.of(areas, officers))
        return self._rolls[0]
