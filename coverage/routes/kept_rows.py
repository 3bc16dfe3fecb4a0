"""Kept routes as rows of the store's tables, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.routes.kept import History, KeptRoute, KeptStop
from geodata.ledger import Ledger
from geodata.model import Town

_TIMES = ("arrive", "begin", "leave")
_SUMS = ("travel_minutes", "stay_minutes", "wait_minutes", "length_m", "prize")


class Histories(Mapping[str, History]):
    """Every revision of each officer's route of one day, each made when it is asked for: a day has thousands of stops.

    Parameters
    ----------
    kept
        What `Store.routes` read for one day: `planned_routes` and `planned_stops`.
    """

    def __init__(self, kept: Ledger) -> None:
        self._routes, self._stops = kept.planned_routes, kept.planned_stops
        self._routes_of, self._stops_of = (_rows_by_officer(each) for each in (self._routes, self._stops))
        self._made: dict[str, History] = {}

    def __getitem__(self, officer: str) -> History:
        """Give the revisions of an officer's route, the first first."""
        if officer not in self._made:
            self._made[officer] = self._history(self._routes_of[officer], self._stops_of.get(officer, []))
        return self._made[officer]

    def __contains__(self, officer: object) -> bool:
        """Say whether an officer has a route."""
        return officer in self._routes_of

    def __iter__(self) -> Iterator[str]:
        """Give who has a route."""
        return iter(sorted(self._routes_of))

    def __len__(self) -> int:
        """Say how many have a route."""
        return len(self._routes_of)

    def holders(self) -> dict[str, str]:
        """Give who has each place on the route that stands."""
        newest = self._routes.groupby("officer")["revision"].max()
        stops = self._stops[(self._stops["revision"] == self._stops["officer"].map(newest)).to_numpy(bool)]
        return dict(zip(stops["place_id"], stops["officer"], strict=True))

    def _history(self, routes: Sequence[int], rows: Sequence[int]) -> History:
        stops: dict[int, list[KeptStop]] = {}
        for row in _rows(self._stops.iloc[rows].sort_values(["revision", "number"], kind="stable")):
            stops.setdefault(int(row["revision"]), []).append(_stop(row))
        kept = _rows(self._routes.iloc[routes].sort_values("revision", kind="stable"))
        return tuple(_route(row, stops.get(int(row["revision"]), [])) for row in kept)


def _rows_by_officer(frame: gpd.GeoDataFrame) -> dict[str, Sequence[int]]:
    """Give the positions of each officer's rows."""
    indices = pd.DataFrame(frame).groupby("officer").indices
    return {str(officer): list(rows) for officer, rows in indices.items()}


def _rows(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    rows = pd.DataFrame(frame).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _stop(row: Mapping[str, Any]) -> KeptStop:
    facts: dict[str, Any] = {name: _whole(row[name]) for name in ("stay", "opens", "closes", *_TIMES)}
    facts |= {name: _figure(row[name]) for name in ("prize", "travel_minutes", "length_m")}
    facts |= {name: bool(row[name]) for name in ("must", "locked", "done")}
    facts |= {name: _word(row[name]) for name in ("place_id", "why", "problem")}
    facts |= {"lon": row["geometry"].x, "lat": row["geometry"].y, "partner": _word(row["partner"]) or None}
    return KeptStop(**facts)


def _route(row: Mapping[str, Any], stops: Sequence[KeptStop]) -> KeptRoute:
    facts: dict[str, Any] = {name: _whole(row[name]) for name in ("revision", "begin", "end", "depart", "home")}
    facts |= {name: _word(row[name]) for name in ("officer", "state", "actor", "action", "reason", "mode")}
    facts |= {name: _figure(row[name]) for name in _SUMS}
    lunch = None if pd.isna(row["lunch_from"]) else (_whole(row["lunch_from"]), _whole(row["lunch_to"]))
    return KeptRoute(
        day=row["date"].date(),
        at=row["at"],
        start=(row["from_lon"], row["from_lat"]),
        finish=(row["to_lon"], row["to_lat"]),
        stops=tuple(stops),
        lunch=lunch,
        feasible=bool(row["feasible"]),
        straight=bool(row["straight"]),
        problems=tuple(_word(row["problems"]).splitlines()),
        line=row["geometry"],
        **facts,
    )


def _whole(value: Any) -> int:
    return 0 if pd.isna(value) else int(value)


def _figure(value: Any) -> float:
    return 0.0 if pd.isna(value) else float(value)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def rows_of(routes: Iterable[KeptRoute], town: Town) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give revisions as rows of `planned_routes` and of `planned_stops`."""
    kept = list(routes)
    lines = [route.line for route in kept]
    marks = [_marks(route, town) for route in kept]
    stops = [_stop_row(route, number, stop) for route in kept for number, stop in enumerate(route.stops, start=1)]
    spots = [shapely.Point(stop.lon, stop.lat) for each in kept for stop in each.stops]
    return _typed(marks, _ROUTE_KINDS, lines), _typed(stops, _STOP_KINDS, spots)


def _marks(route: KeptRoute, town: Town) -> dict[str, Any]:
    lunch = route.lunch or (np.nan, np.nan)
    return {
        "id": f"{route.day}/{route.officer}/{route.revision}",
        "date": route.day,
        "at": pd.Timestamp(route.at).tz_convert(town.timezone).floor("s"),
        **{name: getattr(route, name) for name in ("officer", "revision", "state", "actor", "action", "mode")},
        "reason": route.reason or None,
        **{name: getattr(route, name) for name in ("begin", "end", "depart", "home")},
        "lunch_from": lunch[0],
        "lunch_to": lunch[1],
        **dict(zip(("from_lon", "from_lat", "to_lon", "to_lat"), (*route.start, *route.finish), strict=True)),
        **{name: getattr(route, name) for name in (*_SUMS, "feasible", "straight")},
        "problems": "\n".join(route.problems) or None,
    }


def _stop_row(route: KeptRoute, number: int, stop: KeptStop) -> dict[str, Any]:
    names = ("place_id", *_TIMES, "stay", "opens", "closes", "travel_minutes", "length_m", "prize")
    return {
        "id": f"{route.day}/{route.officer}/{route.revision}/{number}",
        "date": route.day,
        "officer": route.officer,
        "revision": route.revision,
        "number": number,
        **{name: getattr(stop, name) for name in (*names, "must", "locked", "done", "partner", "why")},
        "problem": stop.problem or None,
    }


_TEXT, _NUMBER, _FLAG = "str", "float64", "bool"
_ROUTE_KINDS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("id", "officer", "state", "actor", "action", "reason", "mode", "problems"), _TEXT)
    | dict.fromkeys(("date",), "datetime64[s]")
    | dict.fromkeys(("revision", "begin", "end", "depart", "home", "lunch_from", "lunch_to"), _NUMBER)
    | dict.fromkeys(("from_lon", "from_lat", "to_lon", "to_lat", *_SUMS), _NUMBER)
    | dict.fromkeys(("feasible", "straight"), _FLAG)
)
_STOP_KINDS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("id", "officer", "place_id", "partner", "why", "problem"), _TEXT)
    | dict.fromkeys(("date",), "datetime64[s]")
    | dict.fromkeys(("revision", "number", *_TIMES, "stay", "opens", "closes"), _NUMBER)
    | dict.fromkeys(("travel_minutes", "length_m", "prize"), _NUMBER)
    | dict.fromkeys(("must", "locked", "done"), _FLAG)
)


def _typed(rows: Sequence[dict[str, Any]], kinds: Mapping[str, str], shapes: Sequence[object]) -> gpd.GeoDataFrame:
    """Give rows as a frame with the kinds that the store's tables ask for; `at` has its own."""
    columns = {name: pd.Series([row[name] for row in rows], dtype=kind) for name, kind in kinds.items()}
    if rows and "at" in rows[0]:
        columns["at"] = pd.Series([row["at"] for row in rows]).dt.as_unit("s")
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(list(shapes), crs=4326))
