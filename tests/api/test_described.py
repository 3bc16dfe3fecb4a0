"""The answers fit what the OpenAPI description says of them, field by field."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter

from api import described as shapes
from api.described_board import BoardAnswer

SHAPES: dict[str, type[BaseModel]] = {
    "areas?limit=1000": shapes.page_of(shapes.Area),
    "places?limit=1000": shapes.page_of(shapes.Place),
    "inspections?limit=1000": shapes.page_of(shapes.Inspection),
    "hazards?limit=1000": shapes.page_of(shapes.HazardState),
    "gaps?limit=1000": shapes.page_of(shapes.Gap),
    "gaps/list?limit=1000": shapes.page_of(shapes.AnyGap),
    "gaps/walks?limit=1000": shapes.page_of(shapes.GapWalk),
    "ground?by=grid": shapes.GroundFigures,
    "visits?limit=1000": shapes.page_of(shapes.GradedVisit),
    "visits/figures?by=officer": shapes.GradeFigures,
    "coverage": shapes.Coverage,
    "appraisal": shapes.AppraisalAnswer,
    "appraisal?unit=department&period=2024Q1": shapes.AppraisalAnswer,
    "risk?limit=1000": shapes.page_of(shapes.RiskProposal),
    "plan?officer=AQ001": shapes.DayRoutes,
    "plan?area=community:990001002001": shapes.DayRoutes,
    "coverage?by=grid": shapes.Coverage,
    "coverage?by=rule": shapes.Coverage,
    "board?against=year": BoardAnswer,
    "hotspots": shapes.HotSpotFigures,
    "hotspots?level=community&rate=area&months=3": shapes.HotSpotFigures,
    "streets?by=community&every=half-year": shapes.StreetFigures,
    "streets?by=street": shapes.StreetFigures,
    "hazards/clocks?limit=1000": shapes.page_of(shapes.HazardClock),
    "hazards/clocks?kind=overdue&limit=1000": shapes.page_of(shapes.HazardClock),
    "hazards/supervision?limit=1000": shapes.page_of(shapes.NoticeRow),
    "hazards/supervision?issued=true": shapes.page_of(shapes.NoticeRow),
    "hazards/published?as_of=2024-04-15": shapes.page_of(shapes.PublishedHazard),
    **{
        f"todo?role={role}&limit=1000": shapes.page_of(shapes.WorkItem)
        for role in ("inspector", "grid_manager", "clerk", "leader", "department", "enterprise")
    },
    "hazards/figures?by=community": shapes.HazardFigures,
    "hazards/figures?by=category": shapes.HazardFigures,
    "hazards/figures?by=grid&period=month": shapes.HazardFigures,
    "hazards/figures?by=officer&period=month&compare=true": shapes.HazardFigures,
    "hazards/figures?by=level&since=2024-06-01&compare=true": shapes.HazardFigures,
    "hazards/figures?by=grid&period=half-year&compare=true": shapes.HazardFigures,
}


@pytest.mark.parametrize("path", SHAPES)
def test_lists(client: TestClient, path: str) -> None:
    """A list or a table of figures fits its shape; nothing else stands in it."""
    TypeAdapter(SHAPES[path]).validate_json(client.get(f"/api/v1/{path}").content)


@pytest.mark.parametrize(
    ("noun", "shape"),
    [("places", shapes.PlaceWithDuties), ("inspections", shapes.Inspection), ("hazards", shapes.Hazard)],
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
