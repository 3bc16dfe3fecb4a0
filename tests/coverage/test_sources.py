"""Where tracks would tell if somebody had been there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coverage.sources import known
from coverage.trails import Trails
from grids.hierarchy import areas_of_town
from tests.coverage.streets.towns import TOWN, areas

MEMBERS = pd.DataFrame({"grid": [1, 2, -1]})  # in A, in B, in neither
NOBODY = pd.DataFrame({"id": pd.Series([], dtype="str"), "area": pd.Series([], dtype="str")})


def trails(officer: str = "o", fixes: int = 1) -> Trails:
    """Give one track."""
    day = np.full(fixes, np.datetime64("2024-06-03"))
    number = np.zeros(fixes, dtype=np.int64)
    return Trails(np.zeros((fixes, 2)), np.zeros(fixes), day, number, number, np.array([officer], dtype=object))


def told(at: int, officers: pd.DataFrame = NOBODY, fixes: int = 1) -> list[bool]:
    """Say what is known of the members when the track lies in an area."""
    town = areas_of_town(areas(), TOWN)
    return list(known(MEMBERS, town, officers, trails(fixes=fixes), np.full(fixes, at)))


def test_a_track_tells_of_the_area_it_touches() -> None:
    """And of what lies in no area below the town, of which any track tells."""
    assert told(1) == [True, False, True]


def test_a_track_tells_of_the_areas_of_its_officer() -> None:
    """Wherever it was."""
    officers = pd.DataFrame({"id": pd.Series(["o"], dtype="str"), "area": pd.Series(["A;B"], dtype="str")})
    assert told(-1, officers) == [True, True, True]


def test_without_tracks_nothing_is_known() -> None:
    """Not even what lies in no area."""
    assert told(1, fixes=0) == [False, False, False]
