"""What changed on the list of risk points since one that was frozen before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.model import RISKS

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

CHANGE_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "new": "新增",
        "gone": "减少",
        "raised": "风险调高",
        "lowered": "风险调低",
        "rated": "新定级",
        "unrated": "等级撤销",
        "leader": "包保领导变动",
        "moved": "迁址",
    }
)
"""What may become of a risk point, in the order of the list, and what it is called."""

MOVED_M = 20.0
"""A position that was corrected by less is no move."""
_EARTH_M = 6_371_008.8
_COMPARED = ("place_id", "name", "address", "community", "community_name", "risk", "leader", "lon", "lat")


def changes(now: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Say what changed from one list of risk points to another.

    Parameters
    ----------
    now, before
        Rows of `coverage.risk_points.risk_points` as plain dicts, as they were frozen.

    Returns
    -------
    kind (of `CHANGE_KINDS`), place_id, name, community, community_name, was, is_now (texts, None = nothing): by kind,
    then in the order of the list. A place may have several rows. Moved: another address, or a position more than
    `MOVED_M` away; a place whose address or position was not known before has not moved.
    """
    new, old = _frame(now), _frame(before)
    at = np.asarray(pd.Index(old["place_id"]).get_indexer(new["place_id"]), dtype=np.int64)
    stayed = at >= 0
    one, other = new[stayed].reset_index(drop=True), old.iloc[at[stayed]].reset_index(drop=True)
    gone = old[~old["place_id"].isin(new["place_id"])]
    rank = {name: number for number, name in enumerate(reversed(RISKS))}
    risk, was = (rows["risk"].map(rank).to_numpy(dtype=float) for rows in (one, other))
    leader, led = (rows["leader"].fillna("").to_numpy(dtype=object) for rows in (one, other))
    parts = [
        _rows("new", new[~stayed], None, new[~stayed]["risk"]),
        _rows("gone", gone, gone["risk"], None),
        *(
            _rows(kind, one[flags], other[flags]["risk"], one[flags]["risk"])
            for kind, flags in (
                ("raised", risk > was),
                ("lowered", risk < was),
                ("rated", np.isnan(was) & ~np.isnan(risk)),
                ("unrated", ~np.isnan(was) & np.isnan(risk)),
            )
        ),
        _rows("leader", one[leader != led], other[leader != led]["leader"], one[leader != led]["leader"]),
        _moves(one, other),
    ]
    return pd.concat(parts, ignore_index=True)


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in _COMPARED})
    return frame.drop_duplicates("place_id", ignore_index=True)


def _moves(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    known = (one["address"].notna() & other["address"].notna()).to_numpy(bool)
    elsewhere = known & (one["address"] != other["address"]).to_numpy(bool)
    moved = elsewhere | (_metres(one, other) > MOVED_M)
    return _rows("moved", one[moved], other[moved]["address"], one[moved]["address"])


def _metres(one: pd.DataFrame, other: pd.DataFrame) -> Floats:
    """Give the metres between the positions by the haversine on a sphere, NaN where one is not known."""
    lon, lat, lon_0, lat_0 = (
        np.radians(rows[name].to_numpy(dtype=float)) for rows in (one, other) for name in ("lon", "lat")
    )
    half = np.sin((lat - lat_0) / 2) ** 2 + np.cos(lat) * np.cos(lat_0) * np.sin((lon - lon_0) / 2) ** 2
    return np.asarray(2 * _EARTH_M * np.arcsin(np.sqrt(half)))


def _rows(kind: str, places: pd.DataFrame, was: pd.Series | None, is_now: pd.Series | None) -> pd.DataFrame:
    nothing = np.full(len(places), None, dtype=object)
    said = {
        name: nothing if texts is None else texts.where(texts.notna(), None).to_numpy(dtype=object)
        for name, texts in (("was", was), ("is_now", is_now))
    }
    rows = pd.DataFrame(places[["place_id", "name", "community", "community_name"]]).assign(**said)
    rows.insert(0, "kind", kind)
    return rows
