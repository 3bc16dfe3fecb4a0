"""Addresses of every route of the service, filled with ids of a place, of what was found there and of its community."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
from fastapi.routing import iter_route_contexts

from api.ogc.documents import TILED
from geodata.ledger import Ledger
from tests.access.conftest import FOREIGN, OWN, Town
from tests.access.foreign import Foreign

DAY = "2024-06-30"
MOUNTED = {"/static"}
FEATURES = {
    "areas": "{level}:{code}", "places": "{place_id}", "inspections": "{inspection_id}", "hazards": "{hazard_id}",
    "gaps": "{place_id}", "tracks": "{track}",
}  # fmt: skip
MAPS = ("coverage", "measures", "gaps", "risk", "streets", "ground", "hazards", "hotspots")
HUNG = ("gaps", "hazards")
REPORTS = (
    *((kind, "2024-06") for kind in ("monthly", "supervision", "gaps", "worksheet")),
    *((kind, "2024Q2") for kind in ("quarterly", "assessment")),
)
OWN_OFFICER, NEAR_OFFICER, FOREIGN_OFFICER = "AQ001", "AQ002", "AQ016"
"""Of the inspector's grid, of another one of the own community, of the foreign one."""
TO_PLAN = "date=2024-07-01&officer={officer}"
ASKED: Mapping[str, tuple[str, ...]] = {
    "/": ("by=officer&page=2", "by=grid"),
    "/api/v1/board": ("figure=coverage_rate",),
    "/api/v1/coverage": ("by=officer", "by=grid", "by=department"),
    "/api/v1/gaps/list": ("limit=1000",),
    "/api/v1/hazards/figures": ("by=officer", "by=grid&period=quarter&compare=true"),
    "/api/v1/hazards/supervision": ("limit=1000", "limit=1000&issued=true"),
    "/api/v1/phone": (f"date={DAY}&officer={{officer}}",),
    "/api/v1/plan": (TO_PLAN,),
    "/api/v1/plan.gpx": (TO_PLAN,),
    "/api/v1/plan.ics": (TO_PLAN,),
    "/api/v1/plan.kml": (TO_PLAN,),
    "/api/v1/plan.pdf": (TO_PLAN,),
    "/api/v1/plan/month": ("from=2024-07-01&to=2024-07-02&officer={officer}",),
    "/api/v1/plan/streets": (TO_PLAN + "&places=true",),
    "/api/v1/plan/streets.gpx": (TO_PLAN,),
    "/api/v1/routes": (f"date={DAY}",),
    "/api/v1/routes/done": tuple(f"date={DAY}&by={by}" for by in ("route", "stop", "extra", "officer")),
    "/api/v1/routes/today": (f"date={DAY}&officer={{officer}}",),
    "/api/v1/routes/{date}/{officer}/places": ("", "search=HC"),
    "/api/v1/stays": (f"from=2024-06-01&to={DAY}",),
    "/api/v1/todo": ("role=grid_manager&limit=1000", "role=leader&limit=1000"),
    "/api/v1/visits/figures": ("by=officer",),
    "/api/v1/what-if": ("visits=20",),
    "/find": ("q=HC", "unlocated=true"),
    "/gaps": ("kind=places", "page=2"),
    "/maps/routes": (TO_PLAN,),
    "/maps/routes/month": ("date=2024-07-01&from=2024-07-01&to=2024-07-02&officer={officer}",),
    "/maps/routes/streets": (TO_PLAN,),
    "/openrosa/formList": ("verbose=true",),
    "/routes": (f"date={DAY}", TO_PLAN),
    "/routes/done": (f"date={DAY}",),
    "/today": (f"date={DAY}&officer={{officer}}",),
    "/todo": ("", "role=grid_manager"),
    "/visits": ("", "officer={officer}"),
}
"""What routes must be asked, or tell more when they are; of the others what they tell unasked, and 1,000 rows of it."""


def routes(town: Town) -> Iterator[tuple[str, str]]:
    """Give method and path, as the code writes it, of every route of the service."""
    for context in iter_route_contexts(town.app.routes):
        if context.path in MOUNTED or not context.path:
            continue
        for method in sorted(context.methods or ()):
            if method != "HEAD":
                yield method, context.path.replace(":path}", "}")


def place_of(ledger: Ledger, community: str, among: Foreign | None = None, *, foreign: bool = False) -> str:
    """Give a place of a community that has visits and hazards; one that is foreign to somebody, or one that isn't."""
    places = ledger.places
    name = ledger.areas["name"][ledger.areas["code"] == community].iloc[0]
    there = places["address"].str.contains(name, regex=False) & places["id"].isin(ledger.hazards["place_id"])
    there &= places["id"].isin(ledger.inspections["place_id"])
    if among is not None:
        there &= places["id"].isin(among.places) == foreign
    return str(places["id"][there.to_numpy(bool)].iloc[0])


def named(ledger: Ledger, place: str, photo: str = "0" * 64) -> dict[str, str]:
    """Give what stands for each part of a path: ids of a place, what was found there, its community and people."""
    community, officer = (FOREIGN, FOREIGN_OFFICER) if in_area(ledger, FOREIGN, place) else (OWN, OWN_OFFICER)
    hazards = ledger.hazards["id"][(ledger.hazards["place_id"] == place).to_numpy(bool)]
    inspections = ledger.inspections["id"][(ledger.inspections["place_id"] == place).to_numpy(bool)]
    walked = ledger.tracks["id"][(ledger.tracks["officer"] == officer).to_numpy(bool)]
    return {
        "place_id": place, "hazard_id": hazards.iloc[0], "inspection_id": inspections.iloc[0],
        "officer": officer, "date": DAY, "level": "community", "code": community, "number": "1",
        "login": "spare", "import_id": "1", "photo_id": photo, "kind": "coverage", "period": "2024-06",
        "name": "places", "feature_id": place, "row": "0", "column": "0", "form_id": "wangge-general", "z": "0",
        "x": "0", "y": "0", "track": [*walked, "none"][0], **_tile(ledger, place),
    }  # fmt: skip


def filled(path: str, values: Mapping[str, str]) -> str:
    """Give an address of a route."""
    others = {}
    if path.startswith("/api/v1/reports"):
        others["kind"] = values.get("report", "monthly")
    if "WebMercatorQuad/{level}" in path:
        others |= {part: values[f"tile_{part}"] for part in ("level", "column", "row")}
    if path.startswith("/openrosa"):
        others["name"] = "places.csv"
    if path.startswith("/assets"):
        others["name"] = "leaflet.css"
    return re.sub(r"\{([^}]+)\}", lambda found: str({**values, **others}[found[1]]), path)


def in_area(ledger: Ledger, community: str, place: str) -> bool:
    """Say whether a place lies in a community."""
    area = ledger.areas[ledger.areas["code"] == community].geometry.iloc[0]
    return bool(ledger.places[ledger.places["id"] == place].geometry.intersects(area).iloc[0])


def _tile(ledger: Ledger, place: str) -> dict[str, str]:
    """Give level, column and row of the tile that a place lies on; of level 15, on which each place stands alone."""
    spot = ledger.places[ledger.places["id"] == place].geometry.iloc[0]
    east = (spot.x + 180) / 360
    south = (1 - np.arcsinh(np.tan(np.radians(spot.y))) / np.pi) / 2
    return {"tile_level": "15", "tile_column": str(int(east * 2**15)), "tile_row": str(int(south * 2**15))}


def asked(path: str, values: Mapping[str, str], *, lists: bool) -> Iterator[str]:
    """Give the addresses at which a route is asked about a place: every layer, report and map, with its parameters."""
    queries = ASKED.get(path, ("limit=1000",) if lists else ("",))
    others: list[dict[str, str]] = [{}]
    if path.startswith("/ogc/collections/{name}/items"):
        others = [{"name": layer, "feature_id": filled(feature, values)} for layer, feature in FEATURES.items()]
        queries = ("limit=10000",) if path.endswith("/items") else ("",)
    if path.startswith("/ogc/collections/{name}/tiles/WebMercatorQuad/"):
        others = [{"name": layer} for layer in TILED]
    if path == "/api/v1/reports/{kind}/{period}":
        others = [{"report": kind, "period": period} for kind, period in REPORTS]
    if path == "/maps/{kind}":
        others = [{"kind": kind} for kind in MAPS]
    if path == "/maps/{kind}.pdf":
        others = [{"kind": kind} for kind in HUNG]
    for each in others:
        for query in queries:
            yield filled(path + (f"?{query}" if query else ""), {**values, **each})
