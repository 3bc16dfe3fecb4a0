"""Routes kept in a store: what was planned, written as revisions, by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geodata.store import open_store

Stop = tuple[str, float, float]


def keep(
    path: Path,
    day: str,
    officer: str,
    stops: list[Stop],
    *,
    revision: int = 1,
    state: str = "sent",
    partner: str | None = None,
    reason: str | None = None,
    start: tuple[float, float] | None = None,
) -> None:
    """Keep one revision of a route: places with their positions, an hour for each from nine o'clock.

    Without `start` nobody wrote where from and when it begins and ends, and it can't be changed.
    """
    n = len(stops)
    at = pd.Timestamp(f"{day}T07:{revision:02d}:00+08:00")
    whole = pd.to_datetime([date.fromisoformat(day)])
    points = [shapely.Point(lon, lat) for _, lon, lat in stops]
    way = shapely.MultiLineString([shapely.LineString(points)]) if n > 1 else None
    seconds = [9 * 3600 + 3600 * number for number in range(n)]
    route: dict[str, Any] = {
        "id": [f"{day}/{officer}/{revision}"],
        "date": whole,
        "officer": [officer],
        "revision": [revision],
        "state": [state],
        "at": [at],
        "actor": ["组长"],
        "action": ["send" if state == "sent" else "plan"],
        "reason": pd.Series([reason], dtype="str"),
        "mode": ["walk"],
        "depart": [8.5 * 3600],
        "home": [17.0 * 3600],
        "length_m": [2345.6],
        "feasible": [True],
    }
    if start is not None:
        route |= {"begin": [8.5 * 3600], "end": [17.5 * 3600]}
        route |= {
            f"{end}_{axis}": [each] for end in ("from", "to") for axis, each in zip(("lon", "lat"), start, strict=True)
        }
    rows: dict[str, Any] = {
        "id": [f"{day}/{officer}/{revision}/{number + 1}" for number in range(n)],
        "date": whole.repeat(n),
        "officer": [officer] * n,
        "revision": [revision] * n,
        "number": list(range(1, n + 1)),
        "place_id": [place for place, _, _ in stops],
        "arrive": seconds,
        "begin": seconds,
        "leave": [each + 1200 for each in seconds],
        "stay": [1200] * n,
        "must": [False] * n,
        "locked": [False] * n,
        "done": [False] * n,
        "why": ["逾期未查。"] * n,
        "partner": pd.Series([partner] * n, dtype="str"),
    }
    with open_store(path, write=True) as store:
        written = store.append(
            "planned_routes",
            gpd.GeoDataFrame(route, geometry=[way], crs=4326),
            {"planned_stops": gpd.GeoDataFrame(rows, geometry=points, crs=4326)},
            actor="组长",
            action="send",
            source="t",
        )
    assert written


def places_in(path: Path, count: int) -> list[Stop]:
    """Give some places of a store that have a position."""
    with open_store(path) as store:
        places = store.ledger("places", columns={"places": ("id", "geometry")}).places
    there = places[places.geometry.notna()].iloc[:count]
    return list(zip(there["id"], there.geometry.x, there.geometry.y, strict=True))
