"""Work sheets: what each officer has to check, one sheet an officer, a file a community."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from api.reports.asked import Asked, Papers, safe_names
from api.reports.gaps import named_gaps
from coverage.assess import NEEDED as OF_DUTIES
from coverage.hazards import NEEDED as OF_HAZARDS
from coverage.officers import UNKNOWN
from maps.tables.gaps import work_sheet
from maps.tables.paper import table_data
from maps.tables.press import Job
from maps.tables.sheet import Sheet

NEEDED: tuple[Mapping[str, tuple[str, ...]], ...] = (OF_DUTIES, OF_HAZARDS, {"places": ("address",)})
NOBODY = "没有安全员的场所"


def papers(asked: Asked) -> Papers:
    """Give a file of work sheets for each community in which officers have something to check."""
    gaps = _with_hazards(asked, named_gaps(asked.day))
    files = _home(gaps)
    parts = {str(word): rows for word, rows in gaps.groupby(files, sort=True)}
    folder = f"安全员工作单 {asked.stem}"
    return Papers({}, {f"{folder}/{name}.pdf": _job(parts[word], asked) for name, word in safe_names(parts).items()})


def _home(gaps: pd.DataFrame) -> pd.Series:
    """Give the community of each row's officer: where most of what the officer has to check lies."""
    community = gaps["community"].fillna("不在任何村社区")
    counts = gaps.assign(community=community).groupby(["officer", "community"], as_index=False).size()
    most = counts.sort_values("size", ascending=False, kind="stable").drop_duplicates("officer")
    of_officer = most.set_index("officer")["community"]
    return gaps["officer"].map(of_officer).where(gaps["officer"] != UNKNOWN, community)


def _job(gaps: pd.DataFrame, asked: Asked) -> Callable[[], Job]:
    return partial(_made, gaps, asked)


def _made(gaps: pd.DataFrame, asked: Asked) -> Job:
    return Job("table", table_data(_sheets(gaps, asked)), asked.made)


def _sheets(gaps: pd.DataFrame, asked: Asked) -> Sequence[Sheet]:
    """Give a sheet an officer; places that nobody answers for come last."""
    town = asked.day.ledger.town
    officers = sorted(gaps["officer"].unique(), key=lambda officer: (officer == UNKNOWN, officer))
    sheets = []
    for officer in officers:
        mine = gaps[(gaps["officer"] == officer).to_numpy(bool)]
        name = NOBODY if officer == UNKNOWN else f"{mine['officer_name'].iat[0]}（{officer}）"
        grids = "、".join(mine["grid"].dropna().unique()[:4])
        sheets.append(work_sheet(mine, name, grids, town, asked.as_of))
    return sheets


def _with_hazards(asked: Asked, gaps: pd.DataFrame) -> pd.DataFrame:
    """Give the gaps with each place's address and how many of its hazards stand open."""
    places, hazards = asked.day.ledger.places, asked.day.register.hazards
    open_at = hazards["place_id"][hazards["open"]].value_counts()
    at = np.asarray(pd.Index(places["id"]).get_indexer(gaps["place_id"]), dtype=np.int64)
    return gaps.assign(
        address=places["address"].to_numpy(dtype=object)[at],
        open_hazards=gaps["place_id"].map(open_at).fillna(0).astype("int64"),
    )
