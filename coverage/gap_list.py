"""One ranked list of what was missed, over places, streets and ground."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

KINDS: Mapping[str, str] = MappingProxyType({"places": "场所", "streets": "道路", "ground": "地面"})

COMMON = (
    *("key", "name", "grid", "community", "district", "state", "never", "last_seen", "days_since"),
    *("period", "score", "score_why", "why", "lon", "lat"),
)
"""What every gap has; `key` names it within its kind, `last_seen` is the last inspection or day somebody passed."""


def one_list(**kinds: pd.DataFrame | None) -> gpd.GeoDataFrame:
    """Rank gaps of several kinds in one list, worst first (ties: kind, then key, then period).

    Parameters
    ----------
    places
        Of `coverage.gaps.find_gaps`.
    streets
        Of `coverage.streets.gaps.street_gaps`.
    ground
        Of `coverage.ground.gaps.ground_gaps`. What is None is not asked for.

    Returns
    -------
    rank (from 1), kind, the columns of `COMMON`; geometry (EPSG:4326): point of a place (None = without position),
    lines of a street, polygon of ground.
    """
    parts = [_common(name, frame) for name, frame in kinds.items() if frame is not None]
    if not parts:
        raise ValueError("no kind of gap was given")
    every = pd.concat([part.dropna(axis="columns", how="all") for part in parts], ignore_index=True)
    every = every.reindex(columns=["kind", *COMMON, "geometry"])
    order = np.lexsort((*(every[name].astype(str) for name in ("period", "key", "kind")), -every["score"]))
    ranked = every.iloc[order].reset_index(drop=True)
    ranked.insert(0, "rank", np.arange(1, len(ranked) + 1))
    return gpd.GeoDataFrame(ranked, geometry=gpd.GeoSeries(ranked.pop("geometry"), crs=4326))


def _common(kind: str, gaps: pd.DataFrame) -> pd.DataFrame:
    """Give gaps of one kind the columns of `COMMON`."""
    if kind == "places":
        points = shapely.points(gaps[["lon", "lat"]].to_numpy(dtype=float))
        points[gaps["lon"].isna().to_numpy()] = None
        named = {"key": gaps["place_id"], "last_seen": gaps["last_inspection"], "geometry": points}
    else:
        shapes = np.asarray(gaps["geometry"].array, dtype=object)
        last = gaps["last_walked" if kind == "streets" else "last_seen"]
        name = gaps["street"] if kind == "streets" else gaps["name"]
        key = name.astype(str) + "@" + gaps["lon"].round(6).astype(str) + "," + gaps["lat"].round(6).astype(str)
        named = {"key": key, "name": name, "last_seen": last, "geometry": shapes}
    return pd.DataFrame(gaps).assign(kind=kind, **named)[["kind", *COMMON, "geometry"]]
