"""Places that no department answers for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grids.orphans import orphans


def test_whom_to_ask_in_which_order() -> None:
    """The industry's department first, then the area's, then the nearest place's; nobody where nothing is known."""
    places = pd.DataFrame(
        {
            "id": list("abcdefgh"),
            "name": list("abcdefgh"),
            "industry": ["燃气", "燃气", "教育", "燃气", "网约房", "密室", "新业态", None],
            "department": ["住建局", "住建局", "教育局", None, None, None, None, None],
        }
    ).astype("str")
    x = np.array([0.0, 10, 1000, 900, 5, 990, np.nan, np.nan])
    areas = pd.Series(["A", "A", "B", "B", "A", None, None, None], dtype="str")
    found = orphans(places, x, np.zeros(8), areas)
    assert found["id"].tolist() == list("defgh")
    assert found["ask"].fillna("").tolist() == ["住建局", "住建局", "教育局", "", ""]
    assert found["by"].fillna("").tolist() == ["谁主管", "谁为主", "谁靠近", "", ""]
    assert found["谁靠近"].fillna("").tolist() == ["教育局", "住建局", "教育局", "", ""]


def test_no_orphans() -> None:
    """Where every place has a department the list is empty."""
    places = pd.DataFrame({"id": ["a"], "name": ["a"], "industry": ["燃气"], "department": ["住建局"]})
    assert orphans(places, np.zeros(1), np.zeros(1), pd.Series(["A"])).empty
