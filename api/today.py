"""An officer's route of a day as a phone shows it: the stops that were sent, in order, and what became of each."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely

from api.actor import Actor
from api.desk import ACTOR, Desk
from api.kept import Tables
from api.navigation import navigation_links
from api.posting import check_moments, check_position
from api.problems import ConflictProblem, InputProblem, NotFoundProblem
from api.wire import SKIP_REASONS, NewSkip
from coverage.officers import officer_names
from coverage.routes.afterwards import stops_done, visits_as_told
from coverage.routes.candidates import KIND_OF_ROLE
from coverage.routes.clock import hour
from coverage.routes.planned import planned, sent_only
from geodata.ledger import Ledger
from geodata.store.posting import row_of
from geodata.tables import ROUTE_SKIPS

INSPECTIONS = ("id", "place_id", "officer", "by", "at")
OF_PLACE = ("name", "address", "industry", "risk")


def today_of(desk: Desk, day: date, officer: str) -> dict[str, Any]:
    """Give the route of an officer as it was sent last, with what became of each stop, as JSON holds it.

    `revision` is None and there are no stops where nothing was sent.

    Raises
    ------
    NotFoundProblem
        No such officer.
    """
    basis = desk.basis()
    name, role = person_of(basis["officers"], officer)
    kept = sent_only(desk.routes(day, day, officer))
    head: dict[str, Any] = {"date": day.isoformat(), "officer": officer, "name": name, "town": desk.town.name}
    head |= {
        "by": KIND_OF_ROLE.get(role, "inspector"),
        "tolerance_m": desk.town.tolerance_m,
        "reasons": list(SKIP_REASONS),
    }
    if kept.planned_routes.empty:
        return {**head, "revision": None, "sent_at": None, "stops": [], "line": []}
    route = kept.planned_routes.sort_values("revision").iloc[-1]
    plan = planned(kept)
    seen = [place for place in set(plan.stops["place_id"]) if basis.tables["places"].knows(place)]
    told = desk.whole.state().tables.inspections_of(seen, INSPECTIONS)["inspections"]
    stops = stops_done(plan, visits_as_told(told, basis["officers"], desk.town), kept.route_skips)
    return {
        **head,
        "revision": int(route["revision"]),
        "sent_at": route["at"].tz_convert(desk.town.timezone).isoformat(),
        "mode": route["mode"],
        "depart": _hour(route["depart"]),
        "home": _hour(route["home"]),
        "length_m": None if pd.isna(route["length_m"]) else round(float(route["length_m"])),
        "stops": _stops(kept, stops, basis, str(route["mode"]), int(route["revision"])),
        "line": _line(route["geometry"]),
    }


def post_skip(desk: Desk, me: Actor, new: NewSkip) -> tuple[dict[str, Any], bool]:
    """Write what somebody on the way says of a stop; give it, and whether it is new.

    Raises
    ------
    InputProblem
        No sent route of that officer and day has the place; a moment to come.
    ConflictProblem
        Something else stands under its id.
    """
    check_moments(new.moments)
    check_position(desk.extent(), new.lon, new.lat)
    stops = planned(sent_only(desk.routes(new.date, new.date, new.officer))).stops
    if not (stops["place_id"] == new.place_id).any():
        raise InputProblem(f"{new.date}“{new.officer}”发出的路线上没有“{new.place_id}”，没有写入：请刷新路线再看。")
    values: dict[str, Any] = new.model_dump(exclude={"lon", "lat"})
    values |= {"id": f"{new.date}/{new.officer}/{new.id}", "actor": me.signed(new.officer)}
    values["geometry"] = None if new.lon is None or new.lat is None else shapely.Point(new.lon, new.lat)
    outcome = desk.post(row_of(ROUTE_SKIPS, values, me.signed(ACTOR)))
    if outcome == "updated":
        raise ConflictProblem(f"编号“{new.id}”已有另一条内容不同的记录，没有写入。")
    return {**new.model_dump(mode="json"), "id": values["id"]}, outcome == "inserted"


def sent_on(desk: Desk, day: date) -> list[tuple[str, str]]:
    """Give whose routes of a day were sent: id and name."""
    routes = sent_only(desk.routes(day, day)).planned_routes
    ids = routes["officer"].drop_duplicates().sort_values().to_numpy(dtype=object)
    return list(zip(ids, officer_names(ids, desk.basis()["officers"]), strict=True))


def person_of(officers: pd.DataFrame, officer: str) -> tuple[str, str]:
    """Give name and role of an officer; NotFoundProblem when there is none of that id."""
    found = officers[(officers["id"] == officer).to_numpy(dtype=bool)]
    if found.empty:
        raise NotFoundProblem(f"台账里没有编号为“{officer}”的人员：请用网格长发来的链接。")
    return str(found["name"].fillna(officer).iat[0]), str(found["role"].iat[0])


def _stops(kept: Ledger, done: pd.DataFrame, basis: Tables, mode: str, revision: int) -> list[dict[str, Any]]:
    rows = kept.planned_stops
    rows = rows[(rows["revision"] == revision).to_numpy(dtype=bool)].sort_values("number")
    mates = officer_names(rows["partner"].fillna("").to_numpy(dtype=object), basis["officers"])
    places = basis.tables["places"].having({"id": frozenset(rows["place_id"])}, ("id", *OF_PLACE)).set_index("id")
    known = places.reindex(rows["place_id"])
    spots = rows.geometry
    facts = pd.DataFrame(
        {
            "number": rows["number"].to_numpy(dtype=np.int64),
            "place_id": rows["place_id"].to_numpy(dtype=object),
            "name": known["name"].fillna(pd.Series(known.index, index=known.index)).to_numpy(dtype=object),
            **{each: known[each].to_numpy(dtype=object) for each in ("address", "industry", "risk")},
            "lon": spots.x.to_numpy(),
            "lat": spots.y.to_numpy(),
            "arrive": [_hour(value) for value in rows["arrive"]],
            "leave": [_hour(value) for value in rows["leave"]],
            "stay_minutes": (rows["stay"].astype(float) / 60).to_numpy(),
            "must": rows["must"].to_numpy(dtype=bool),
            "why": rows["why"].to_numpy(dtype=object),
            "partner": pd.Series(mates, dtype=object).where(rows["partner"].notna().to_numpy(), None).to_numpy(),
            **{each: done[each].to_numpy(dtype=object) for each in ("state", "reason", "note", "by_name")},
            "done_at": [_hour(value) for value in done["second"]],
            "inspection_id": done["inspection_id"].to_numpy(dtype=object),
        }
    ).astype(object)
    links = navigation_links(facts, [mode] * len(facts))
    plain = facts.where(facts.notna(), None).to_dict("records")
    named = [{str(name): value for name, value in row.items()} for row in plain]
    return [{**row, "links": each} for row, each in zip(named, links, strict=True)]


def _hour(seconds: float) -> str | None:
    return None if pd.isna(seconds) else hour(int(seconds))


def _line(shape: shapely.MultiLineString | None) -> list[list[list[float]]]:
    if shape is None:
        return []
    return [np.round(shapely.get_coordinates(part), 6).tolist() for part in shapely.get_parts(shape)]
