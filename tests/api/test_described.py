"""The answers fit what the OpenAPI description says of them, field by field."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter

from api.described.board import BoardAnswer
from api.described.coverage import Coverage, PlaceWithDuties
from api.described.gaps import AnyGap, Gap, GapWalk
from api.described.hazards import HazardClock, HazardFigures, HazardState, NoticeRow, PublishedHazard, WorkItem
from api.described.hotspots import HotSpotFigures
from api.described.reports import AppraisalAnswer
from api.described.risk import RiskProposal
from api.described.routes import DayRoutes
from api.described.rows import Area, Hazard, Inspection, Place
from api.described.seen import GroundFigures, StreetFigures
from api.described.shapes import page_of
from api.described.visits import GradedVisit, GradeFigures

SHAPES: dict[str, type[BaseModel]] = {
    "areas?limit=1000": page_of(Area),
    "places?limit=1000": page_of(Place),
    "inspections?limit=1000": page_of(Inspection),
    "hazards?limit=1000": page_of(HazardState),
    "gaps?limit=1000": page_of(Gap),
    "gaps/list?limit=1000": page_of(AnyGap),
    "gaps/walks?limit=1000": page_of(GapWalk),
    "ground?by=grid": GroundFigures,
    "visits?limit=1000": page_of(GradedVisit),
    "visits/figures?by=officer": GradeFigures,
    "coverage": Coverage,
    "appraisal": AppraisalAnswer,
    "appraisal?unit=department&period=2024Q1": AppraisalAnswer,
    "risk?limit=1000": page_of(RiskProposal),
    "plan?officer=AQ001": DayRoutes,
    "plan?area=community:990001002001": DayRoutes,
    "coverage?by=grid": Coverage,
    "coverage?by=rule": Coverage,
    "board?against=year": BoardAnswer,
    "hotspots": HotSpotFigures,
    "hotspots?level=community&rate=area&months=3": HotSpotFigures,
    "streets?by=community&every=half-year": StreetFigures,
    "streets?by=street": StreetFigures,
    "hazards/clocks?limit=1000": page_of(HazardClock),
    "hazards/clocks?kind=overdue&limit=1000": page_of(HazardClock),
    "hazards/supervision?limit=1000": page_of(NoticeRow),
    "hazards/supervision?issued=true": page_of(NoticeRow),
    "hazards/published?as_of=2024-04-15": page_of(PublishedHazard),
    **{
        f"todo?role={role}&limit=1000": page_of(WorkItem)
        for role in ("inspector", "grid_manager", "clerk", "leader", "department", "enterprise")
    },
    "hazards/figures?by=community": HazardFigures,
    "hazards/figures?by=category": HazardFigures,
    "hazards/figures?by=grid&period=month": HazardFigures,
    "hazards/figures?by=officer&period=month&compare=true": HazardFigures,
    "hazards/figures?by=level&since=2024-06-01&compare=true": HazardFigures,
    "hazards/figures?by=grid&period=half-year&compare=true": HazardFigures,
}


@pytest.mark.parametrize("path", SHAPES)
def test_lists(client: TestClient, path: str) -> None:
    """A list or a table of figures fits its shape; nothing else stands in it."""
    TypeAdapter(SHAPES[path]).validate_json(client.get(f"/api/v1/{path}").content)


@pytest.mark.parametrize(
    ("noun", "shape"),
    [("places", PlaceWithDuties), ("inspections", Inspection), ("hazards", Hazard)],
)
def test_single_things(client: TestClient, noun: str, shape: type[BaseModel]) -> None:
    """A single thing fits its shape."""
    row_id = client.get(f"/api/v1/{noun}", params={"limit": 1}).json()["rows"][0]["id"]
    TypeAdapter(shape).validate_json(client.get(f"/api/v1/{noun}/{row_id}").content)


def test_single_area(client: TestClient) -> None:
    """An area is found by level and code; as GeoJSON it has its shape."""
    row = client.get("/api/v1/areas", params={"level": "grid", "limit": 1}).json()["rows"][0]
    address = f"/api/v1/areas/grid/{row['code']}"
    assert client.get(address).json() == row
    drawn = client.get(address, headers={"accept": "application/geo+json"})
    assert drawn.headers["content-type"] == "application/geo+json"
    assert drawn.json()["geometry"]["type"] == "MultiPolygon"


def test_areas_that_meet_a_box(client: TestClient) -> None:
    """A box around a grid's middle keeps that grid, and fewer than all."""
    grids = client.get("/api/v1/areas", params={"level": "grid", "format": "geojson", "limit": 1000}).json()
    (lon, lat), *_ = grids["features"][0]["geometry"]["coordinates"][0][0]
    near = client.get("/api/v1/areas", params={"level": "grid", "bbox": f"{lon},{lat},{lon},{lat}"}).json()
    assert grids["features"][0]["properties"]["code"] in {row["code"] for row in near["rows"]}
    assert near["total"] < grids["total"]


def test_described_routes(client: TestClient) -> None:
    """Every route under /api/v1 is described with what it answers when all is well."""
    paths: dict[str, dict[str, Any]] = client.get("/api/v1/openapi.json").json()["paths"]
    for path, methods in paths.items():
        assert path.startswith("/api/v1/")
        for route in methods.values():
            assert {"200", "201", "204"} & set(route["responses"])
            assert {"400", "422", "429", "503"} <= set(route["responses"])


def test_health(client: TestClient) -> None:
    """The service says that it is well, and the number of the newest write."""
    assert client.get("/api/v1/health").json()["status"] == "ok"
