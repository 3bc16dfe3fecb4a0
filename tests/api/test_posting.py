"""What is posted: words, ids, positions, the same again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wire import NewHazard, NewInspection
from geodata.model import Town
from geodata.store import create_store, open_store
from geodata.tables import HAZARDS, INSPECTIONS

if TYPE_CHECKING:
    from fastapi import FastAPI

AT = "2024-06-30T10:00:00+08:00"


@pytest.fixture
def place_id(writing: TestClient) -> str:
    """Give a place of the village."""
    return str(writing.get("/api/v1/places", params={"limit": 1}).json()["rows"][0]["id"])


def inspect(client: TestClient, **body: Any) -> Any:
    """Post an inspection."""
    return client.post("/api/v1/inspections", json={"at": AT, **body})


def find(client: TestClient, **body: Any) -> Any:
    """Post a hazard."""
    return client.post("/api/v1/hazards", json={"found_at": AT, **body})


def test_fields_are_columns() -> None:
    """Every field that may be posted is a column of its table, lon and lat, or photos, which begin a hazard's life."""
    assert set(NewInspection.model_fields) <= {*INSPECTIONS.names, "lon", "lat"}
    assert set(NewHazard.model_fields) <= {*HAZARDS.names, "lon", "lat", "photos"}


def test_words_of_a_ledger(writing: TestClient, place_id: str) -> None:
    """Words that a ledger may use are understood, and stored as the canonical ones."""
    made = inspect(writing, place_id=place_id, by="专家", kind="回头看", geotag="手机定位").json()
    assert (made["by"], made["kind"], made["geotag"]) == ("expert", "look-back", "gps")
    joint = inspect(writing, place_id=place_id, officer="甲", by="部门", covers="消防、 燃气")
    assert joint.json()["covers"] == "消防;燃气"


def test_answer_is_the_stored_row(writing: TestClient, place_id: str) -> None:
    """The answer to a post is what its address gives, field by field."""
    made = inspect(writing, place_id=place_id, lon=113.6, lat=22.8, accuracy=8, note="楼道\n堵塞")
    assert made.status_code == 201
    assert made.json() == writing.get(made.headers["location"]).json()
    hazard = find(writing, place_id=place_id, deadline="2024-07-30", rectified_at="2024-06-30T03:00:00.75Z")
    assert hazard.json() == writing.get(hazard.headers["location"]).json()
    assert hazard.json()["rectified_at"] == "2024-06-30T11:00:00+08:00"


@pytest.mark.parametrize("row_id", ["检查-1", "a/b", "a b?c#d"])
def test_any_id(writing: TestClient, place_id: str, row_id: str) -> None:
    """An id of any characters has an address that leads back to it."""
    made = inspect(writing, place_id=place_id, id=row_id)
    assert made.status_code == 201
    assert writing.get(made.headers["location"]).json()["id"] == row_id


def test_without_id(writing: TestClient, place_id: str) -> None:
    """Without an id a row is known by its place, time and officer: sent twice, it stands once."""
    first, again = (inspect(writing, place_id=place_id, officer="甲") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


def test_less_than_before_is_other_content(writing: TestClient, place_id: str) -> None:
    """A repetition that leaves a field out is other content: 409, and the field stays."""
    assert inspect(writing, place_id=place_id, id="n", note="有").status_code == 201
    assert inspect(writing, place_id=place_id, id="n").status_code == 409
    assert writing.get("/api/v1/inspections/n").json()["note"] == "有"


def test_hazard_without_place(writing: TestClient) -> None:
    """A hazard needs a place or a position."""
    assert find(writing, lon=113.6, lat=22.8, description="路面塌陷").status_code == 201
    assert "place_id" in find(writing, description="路面塌陷").json()["detail"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"lon": 0, "lat": 0}, "不是真实位置"),
        ({"lon": 22.8, "lat": 113.6}, "lat"),
        ({"at": "0001-01-01T00:00:00+08:00"}, "年份"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "将来"),
        ({"at": None}, "at"),
        ({"kind": ""}, "kind"),
        ({"by": "路人"}, "inspector"),
        ({"id": "a\x00b"}, "id"),
        ({"accuracy": -1}, "不能小于 0"),
        ({"derived": 1}, "没有这个字段"),
    ],
)
def test_refused_inspections(writing: TestClient, place_id: str, change: Mapping[str, Any], word: str) -> None:
    """What can't be is refused in Chinese, naming field or remedy."""
    answer = inspect(writing, place_id=place_id, **change)
    assert answer.status_code == 422
    assert word in answer.json()["detail"]


def test_swapped_position(tmp_path: Path) -> None:
    """Longitude and latitude the wrong way round are refused; a position far away is kept as it is.

    Where a longitude can be a latitude, that is: not in China, in Chicago.
    """
    path = tmp_path / "town.gpkg"
    with create_store(path, Town("某市", "990001")) as store:
        area = {"code": ["a"], "level": ["district"]}
        shape = shapely.MultiPolygon([shapely.box(-88, 41, -87, 42)])
        store.write("areas", gpd.GeoDataFrame(area, geometry=[shape], crs=4326), actor="t", action="t", source="t")
    with TestClient(create_app(Settings(store=path)), base_url="http://localhost") as client:
        assert "写反了" in find(client, lon=41.5, lat=-87.5).json()["detail"]
        assert find(client, lon=-87.5, lat=41.5).status_code == 201
        assert find(client, lon=10.0, lat=10.0).status_code == 201


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"inspection_id": "nothing"}, "没有编号为“nothing”的检查"),
        ({"place_id": "nobody"}, "没有编号为“nobody”的场所"),
        ({"level": "特大"}, "重大"),
        ({"level": "重大", "rectified_at": AT, "responsible": "店主"}, "五落实还缺措施、时限、资金、预案"),
        ({"level": "重大隐患", "closed_at": AT}, "不能当场整改了事"),
        ({"closed_at": "2024-06-29T10:00:00+08:00"}, "早于"),
        ({"deadline": "0001-01-01"}, "年份"),
        ({"deadline": "2024-02-30"}, "应为日期"),
    ],
)
def test_refused_hazards(writing: TestClient, place_id: str, change: Mapping[str, Any], word: str) -> None:
    """What can't be is refused in Chinese, naming field or remedy."""
    answer = find(writing, **{"place_id": place_id, **change})
    assert answer.status_code == 422
    assert word in answer.json()["detail"]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', '{"place_id": "\\ud800"}', "[" * 100_000])
def test_bodies_that_are_none(writing: TestClient, body: str) -> None:
    """A body that is no JSON object is a problem, never a crash."""
    answer = writing.post("/api/v1/inspections", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_audit(writing: TestClient, place_id: str, tmp_path: Path) -> None:
    """A post is one row of the audit, by the service; a repetition and a refusal are none."""
    for body in ({}, {}, {"officer": "乙"}):
        inspect(writing, place_id=place_id, id="once", **body)
    with open_store(tmp_path / "town.gpkg") as store:
        newest = store.audit(limit=2)
    assert newest[["actor", "action", "table", "inserted"]].iloc[0].tolist() == ["service", "post", "inspections", 1]
    assert newest["action"].iloc[1] == "demo"


def test_no_room(writing: TestClient, place_id: str) -> None:
    """Where the file can't grow, a post is refused with 507 and nothing stands; once there is room it is taken."""
    connection = cast("FastAPI", writing.app).state.desk.writer._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    note = "满" * 1000
    answers = [inspect(writing, place_id=place_id, id=f"full-{at}", note=note) for at in range(20)]
    assert answers[-1].status_code == 507
    assert "磁盘已满" in answers[-1].json()["detail"]
    assert writing.get("/api/v1/inspections/full-19").status_code == 404
    connection.execute("PRAGMA max_page_count = 1000000")
    assert inspect(writing, place_id=place_id, id="full-19", note=note).status_code == 201


def test_a_place_that_is_gone(writing: TestClient) -> None:
    """A place whose import was undone beside the service, since it was read, is refused as an unknown one is."""
    service = cast("FastAPI", writing.app)
    frame = pd.DataFrame({"id": ["新开的店"], "name": ["新开的店"]}, dtype="str")
    with open_store(service.state.desk.settings.store, write=True) as beside:
        brought = beside.import_rows({"places": frame}, actor="clerk", source="台账.csv")["places"][1]
        assert writing.get("/api/v1/places/新开的店").status_code == 200
        assert brought is not None
        beside.undo(brought, actor="clerk")
    refused = [inspect(writing, id="late", place_id="新开的店"), find(writing, id="late", place_id="新开的店")]
    assert [answer.status_code for answer in refused] == [422, 422]
    assert refused[0].json()["detail"] == "没有编号为“新开的店”的场所，没有写入。"
    assert writing.get("/api/v1/inspections/late").status_code == 404
