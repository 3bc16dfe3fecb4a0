"""A day's kept routes as the service gives them: the board of a day, and each route as JSON."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd
import shapely

from api.board import Board
from api.day import Day
from api.desk import Desk
from api.listing import in_area
from api.route_files import moment
from coverage.figures import records
from coverage.routes.changing import dropped_by_hand, standing
from coverage.routes.kept import ACTION_WORDS, History, KeptRoute, KeptStop
from coverage.routes.progress import skipped
from coverage.routes.replanning import Replanned
from geodata.model import Town

DIGITS = 5
"""Of degrees: a metre."""


def board_of(desk: Desk, day: Day) -> Board:
    """Give the kept routes of a day, as they are now."""
    return Board(day.as_of, day.ledger, desk.routes(day.as_of, day.as_of), day.rules_text, day.streets, day.known)


def officers_in(day: Day, area: str | None) -> frozenset[str] | None:
    """Give who answers for a place of an area; None: everybody."""
    if area is None:
        return None
    places = day.assessment.places
    return frozenset(places["officer"][in_area(places, day.assessment.areas, area)])


def asked_officers(board: Board, day: Day, officer: str | None, area: str | None) -> list[str]:
    """Give who has a kept route: an officer, those of an area, or all; by id."""
    inside = officers_in(day, area)
    return [each for each in board.histories if officer in (None, each) and (inside is None or each in inside)]


def asked_routes(board: Board, day: Day, officer: str | None, area: str | None) -> list[KeptRoute]:
    """Give the newest revisions of an officer's route, of those of an area, or of all; by officer."""
    return [board.histories[each][-1] for each in asked_officers(board, day, officer, area)]


def names_of(frame: pd.DataFrame, ids: Collection[str]) -> dict[str, str]:
    """Give the names of some people or places by id; who has none is called by the id."""
    part = frame[frame["id"].isin(list(ids)).to_numpy(bool) & frame["name"].notna().to_numpy(bool)]
    return dict(zip(part["id"].astype(str), part["name"].astype(str), strict=True))


class Words:
    """What routes are told with: names, and the town's clock."""

    def __init__(self, day: Day, routes: Iterable[KeptRoute], also: Collection[str] = ()) -> None:
        self.kept = list(routes)
        self.town = day.ledger.town
        self.people = names_of(day.ledger.officers, {route.officer for route in self.kept})
        self.places = names_of(day.ledger.places, {place for each in self.kept for place in each.places} | set(also))

    def routes(self, *, stops: bool = True) -> list[dict[str, Any]]:
        """Give the routes as JSON; without their stops where only the lines are asked for."""
        return [self._route(route, stops=stops) for route in self.kept]

    def _route(self, route: KeptRoute, *, stops: bool) -> dict[str, Any]:
        at = ("begin", "end", "depart", "home")
        lunch = route.lunch or (None, None)
        times = {name: moment(self.town, route.day, getattr(route, name)) for name in at}
        lunches = [None if each is None else moment(self.town, route.day, each) for each in lunch]
        figures = ("travel_minutes", "stay_minutes", "wait_minutes", "length_m", "prize", "feasible")
        rows = [self._stop(route, number, stop) for number, stop in enumerate(route.stops, start=1)] if stops else []
        return {
            "officer": route.officer,
            "name": self.people.get(route.officer, route.officer),
            "mode": route.mode,
            **self.mark(route),
            **times,
            "lunch_from": lunches[0],
            "lunch_to": lunches[1],
            "start": _spot(route.start),
            "finish": _spot(route.finish),
            "stops": rows,
            "count": len(route.stops),
            **{name: getattr(route, name) for name in figures},
            "straight_lines": route.straight,
            "problems": list(route.problems),
            "line": _line(route.line),
        }

    def mark(self, route: KeptRoute) -> dict[str, Any]:
        """Give who made a revision, when and how."""
        return {
            "revision": route.revision,
            "state": route.state,
            "at": pd.Timestamp(route.at).tz_convert(self.town.timezone).isoformat(),
            "actor": route.actor,
            "action": route.action,
            "action_name": ACTION_WORDS.get(route.action, route.action),
            "reason": route.reason,
        }

    def _stop(self, route: KeptRoute, number: int, stop: KeptStop) -> dict[str, Any]:
        facts = ("travel_minutes", "length_m", "prize", "why", "must", "locked", "done", "partner", "problem")
        return {
            "number": number,
            "place_id": stop.place_id,
            "name": self.places.get(stop.place_id, stop.place_id),
            **{name: moment(self.town, route.day, getattr(stop, name)) for name in ("arrive", "begin", "leave")},
            "stay_minutes": stop.stay / 60,
            **{name: getattr(stop, name) for name in facts},
            "lon": stop.lon,
            "lat": stop.lat,
        }

    def revisions(self, history: History) -> list[dict[str, Any]]:
        """Give who changed a route, when and how, the newest first."""
        return [
            {**self.mark(route), "stops": len(route.stops), "feasible": route.feasible} for route in reversed(history)
        ]

    def left_out(self, found: Replanned) -> list[dict[str, Any]]:
        """Give what a new plan left out, most worth first."""
        order = sorted(found.left_out, key=lambda each: -each.stop.prize)
        return [
            {
                "place_id": each.stop.place_id,
                "name": self.places.get(each.stop.place_id, each.stop.place_id),
                "reason": each.reason,
                "why": each.why,
                "prize": each.stop.prize,
                "lon": each.stop.lon,
                "lat": each.stop.lat,
            }
            for each in order
        ]


def _spot(point: tuple[float, float]) -> list[float] | None:
    """Give a position; None where nobody wrote it."""
    return None if any(math.isnan(each) for each in point) else [round(each, 6) for each in point]


def _line(line: shapely.MultiLineString | None) -> list[list[list[float]]]:
    """Give the legs of a way as lists of longitude and latitude, to the metre."""
    if line is None:
        return []
    return [[[round(x, DIGITS), round(y, DIGITS)] for x, y in part.coords] for part in line.geoms]


def can_undo(history: History) -> bool:
    """Say whether there is a change to be undone."""
    return len(standing(history)) > 1


def addable(board: Board, day: Day, officer: str, candidates: pd.DataFrame, search: str) -> list[dict[str, Any]]:
    """Give places that may be added to a route: what waits there for the officer, or what a search finds in the town.

    Parameters
    ----------
    candidates
        Of the day.
    search
        A part of a name or of an id; "" for what waits: the officer's candidates that are on no route.
    """
    holders, places = board.on_route(), day.assessment.places
    if search:
        found = places["name"].fillna("").str.contains(search, case=False, regex=False)
        found |= places["id"].str.contains(search, case=False, regex=False)
        rows = places[found.to_numpy(bool)].rename(columns={"id": "place_id"})[["place_id", "name", "lon", "lat"]]
        rows = rows.merge(candidates[["place_id", "prize", "why"]], how="left", on="place_id").head(30)
        rows = rows.fillna({"prize": 0.0, "why": "没有到期的检查。"})
    else:
        mine = candidates[(candidates["officer"] == officer).to_numpy(bool) & candidates["lon"].notna().to_numpy(bool)]
        rows = mine[~mine["place_id"].isin(list(holders)).to_numpy(bool)].sort_values("prize", ascending=False)
    states = _states(board, officer)
    ids = rows["place_id"].tolist()
    rows = rows.assign(
        holder=pd.Series([holders.get(each) for each in ids], rows.index, dtype=object),
        state=[states.get(each, "waiting") for each in ids],
    )
    return records(rows[["place_id", "name", "prize", "why", "lon", "lat", "holder", "state"]])


def _states(board: Board, officer: str) -> Mapping[str, str]:
    """Give what became of places that are on no route: dropped by hand, or left out on the way."""
    history = board.histories.get(officer, ())
    dropped = dropped_by_hand(history) if history else frozenset()
    return dict.fromkeys(dropped, "dropped") | dict.fromkeys(skipped(board.kept.route_skips, officer), "skipped")


def second_of(town: Town, day: date, said: str | None) -> int | None:
    """Give a time `12:30` as seconds of a day; now where none is said and the day is today, else None."""
    if said is not None:
        hours, minutes = said.split(":")
        return int(hours) * 3600 + int(minutes) * 60
    now = datetime.now(town.zone)
    return now.hour * 3600 + now.minute * 60 + now.second if now.date() == day else None
