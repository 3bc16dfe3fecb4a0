"""Routes that are kept: what each revision says, as nouns and as rows of the store's tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.ledger import Ledger
from geodata.model import Town

Spot = tuple[float, float]
DRAFT, SENT = "draft", "sent"
PLAN, UNDO, SEND = "plan", "undo", "send"
ACTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        PLAN: "排出",
        "lock": "锁定",
        "unlock": "解锁",
        "drop": "去掉",
        "move": "改顺序",
        "add": "加一处",
        "give": "换给别人",
        "take": "从别人接来",
        "replan": "重排",
        UNDO: "撤回",
        SEND: "发到手机",
    }
)
_TIMES = ("arrive", "begin", "leave")
_SUMS = ("travel_minutes", "stay_minutes", "wait_minutes", "length_m", "prize")


@dataclass(frozen=True)
class KeptStop:
    """A stop of a kept route: what the visit is, and when it is by the latest reckoning.

    Attributes
    ----------
    stay
        Seconds.
    opens, closes, arrive, begin, leave
        Seconds of the day.
    lon, lat
        Degrees, WGS 84.
    locked
        Stays with its officer when the rest is planned anew.
    done
        Visited before the rest was planned anew: it stands as it was.
    travel_minutes, length_m
        From the stop before.
    problem
        Why this stop can't be kept as it stands; "" where it can.
    """

    place_id: str
    stay: int
    opens: int
    closes: int
    prize: float
    why: str
    lon: float
    lat: float
    must: bool = False
    locked: bool = False
    done: bool = False
    partner: str | None = None
    arrive: int = 0
    begin: int = 0
    leave: int = 0
    travel_minutes: float = 0.0
    length_m: float = 0.0
    problem: str = ""


@dataclass(frozen=True)
class KeptRoute:
    """One revision of an officer's route of a day.

    Attributes
    ----------
    begin, end
        From when the stops that are not done are planned (of the shift, or the moment of planning anew), and the end
        of the shift; seconds of the day.
    start, finish
        Where from, at `begin`, and where to; degrees.
    stops
        In the order of the walk, those that are done first.
    lunch
        None where none falls on the way.
    problems
        What is wrong with the route as a whole.
    line
        The way ahead: a part a leg, from `start` past the stops that are not done to `finish`.
    """

    day: date
    officer: str
    revision: int
    state: str
    at: datetime
    actor: str
    action: str
    reason: str
    mode: str
    begin: int
    end: int
    start: Spot
    finish: Spot
    stops: tuple[KeptStop, ...] = ()
    depart: int = 0
    home: int = 0
    lunch: tuple[int, int] | None = None
    travel_minutes: float = 0.0
    stay_minutes: float = 0.0
    wait_minutes: float = 0.0
    length_m: float = 0.0
    prize: float = 0.0
    feasible: bool = True
    straight: bool = False
    problems: tuple[str, ...] = ()
    line: shapely.MultiLineString | None = field(default=None, compare=False)

    @property
    def done(self) -> tuple[KeptStop, ...]:
        """The stops that are done."""
        return tuple(stop for stop in self.stops if stop.done)

    @property
    def ahead(self) -> tuple[KeptStop, ...]:
        """The stops that are not done."""
        return tuple(stop for stop in self.stops if not stop.done)

    @property
    def places(self) -> tuple[str, ...]:
        """Ids of the places, in the order of the walk."""
        return tuple(stop.place_id for stop in self.stops)

    def following(self, *, action: str, actor: str, at: datetime, reason: str = "", state: str = DRAFT) -> KeptRoute:
        """Give the revision after this one, as yet the same."""
        marks: dict[str, Any] = {"action": action, "actor": actor, "at": at, "reason": reason, "state": state}
        return replace(self, revision=self.revision + 1, **marks)

    def same_walk(self, other: KeptRoute) -> bool:
        """Say whether two revisions are the same walk: stops, order, locks, from when and where."""
        mine, theirs = ([(stop.place_id, stop.locked, stop.done) for stop in each.stops] for each in (self, other))
        return mine == theirs and (self.begin, self.start) == (other.begin, other.start)


History = tuple[KeptRoute, ...]
"""Every revision of one officer's route of one day, the first first."""


def histories(kept: Ledger) -> dict[str, History]:
    """Give the revisions of each officer's route, from what `Store.routes` read for one day.

    Parameters
    ----------
    kept
        With `planned_routes` and `planned_stops` of one day.
    """
    stops: dict[tuple[str, int], list[KeptStop]] = {}
    frame = kept.planned_stops
    for row in _rows(frame.sort_values(["officer", "revision", "number"], kind="stable")):
        stops.setdefault((row["officer"], int(row["revision"])), []).append(_stop(row))
    found: dict[str, list[KeptRoute]] = {}
    for row in _rows(kept.planned_routes.sort_values(["officer", "revision"], kind="stable")):
        route = _route(row, stops.get((row["officer"], int(row["revision"])), []))
        found.setdefault(route.officer, []).append(route)
    return {officer: tuple(routes) for officer, routes in found.items()}


def latest(of: Mapping[str, History]) -> dict[str, KeptRoute]:
    """Give the newest revision of each officer's route."""
    return {officer: routes[-1] for officer, routes in of.items()}


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
