"""A day's routes through the service and on the page: of one officer, of an area, and what can't be planned."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import gpxpy
import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from api import routing
from api.app import create_app
from api.settings import Settings
from geodata.datum import wgs84_to_bd09, wgs84_to_gcj02
from geodata.model import Town
from geodata.store import create_store
from tests.api.conftest import HOSTILE
from tests.fonts import needs_font
from tests.made_up import made_town

DAY = "2024-07-01"
OFFICER = "AQ001"
AREA = "community:990001002001"
Json = dict[str, Any]


def plan_of(client: TestClient, **asked: object) -> Json:
    """Give the document of a plan."""
    answer = client.get("/api/v1/plan", params={"date": DAY, **asked})  # type: ignore[dict-item]
    assert answer.status_code == 200, answer.text
    document: Json = answer.json()
    return document


def service_of(path: Path, frames: dict[str, Any], town: Town) -> Iterator[TestClient]:
    """Give the service of a store with these tables."""
    with create_store(path, town) as store:
        if frames:
            store.write_many(frames, actor="t", action="demo", source="t")
    with TestClient(create_app(Settings(store=path)), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a village without roads where all names, and an officer's id, are hostile."""
    made = made_town()
    frames = {name: frame.copy() for name, frame in made.frames.items() if name != "roads"}
    frames["places"]["name"] = HOSTILE
    frames["officers"]["name"] = HOSTILE
    frames["officers"].loc[0, "id"] = f"a&area=1{HOSTILE}"
    yield from service_of(tmp_path_factory.mktemp("hostile") / "v.gpkg", frames, made.town)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[TestClient]:
    """Give a town without anything."""
    town = replace(made_town().town, synthetic=False)
    yield from service_of(tmp_path / "e.gpkg", {}, town)


def test_an_officer(client: TestClient) -> None:
    """One officer has one route that can be kept; what is on it is not left out."""
    document = plan_of(client, officer=OFFICER)
    (route,) = document["routes"]
    assert (document["date"], route["officer"], route["feasible"]) == (DAY, OFFICER, True)
    assert {"place_id", "arrive", "leave", "why", "name", "lon", "lat"} <= set(route["stops"][0])
    stops = {stop["place_id"] for stop in route["stops"]}
    assert stops
    assert not stops & {each["place_id"] for each in document["left_out"]}
    assert all(each["why"] for each in document["left_out"])
    assert plan_of(client, officer=route["name"])["routes"] == [route]


def test_an_area(client: TestClient) -> None:
    """An area's routes are those of who answers there; who has no grid elsewhere has the same route alone."""
    document = plan_of(client, area=AREA)
    assert len(document["routes"]) > 1
    route = next(each for each in document["routes"] if each["officer"] == OFFICER)
    assert plan_of(client, officer=OFFICER)["routes"] == [route]
    assert plan_of(client, officer=OFFICER, area=AREA)["routes"] == [route]


def test_the_same_question(village: Path, client: TestClient) -> None:
    """Another service gives the same answer to the same question; what was asked for before is kept."""
    with TestClient(create_app(Settings(store=village)), base_url="http://127.0.0.1:8000") as other:
        assert plan_of(other, area=AREA, seed=3) == plan_of(client, area=AREA, seed=3)
    day = client.app.state.desk.day  # type: ignore[attr-defined]
    one = next(iter(day().ledger.officers["id"]))
    assert day().plan(one) is day().plan(one)


def test_a_post_is_seen(writing: TestClient) -> None:
    """A place whose duties were just met is not on the route any more, nor left out."""
    days = {"date": "2024-06-30"}
    stops = writing.get("/api/v1/plan", params={"officer": OFFICER, **days}).json()["routes"][0]["stops"]
    stop = next(each for each in stops if "待复查" not in each["why"])
    for number in range(5):
        row = {"id": f"n{number}", "place_id": stop["place_id"], "officer": OFFICER}
        row |= {"at": f"2024-06-30T0{number + 4}:00:00+08:00", "lon": stop["lon"], "lat": stop["lat"], "accuracy": 5}
        assert writing.post("/api/v1/inspections", json=row).status_code == 201
    after = writing.get("/api/v1/plan", params={"officer": OFFICER, **days}).json()
    planned = [*after["routes"][0]["stops"], *after["left_out"]]
    assert stop["place_id"] not in [each["place_id"] for each in planned]


def test_gpx(client: TestClient) -> None:
    """The file has a route and a track an officer, in the order of the stops."""
    document = plan_of(client, area=AREA)
    going = [route for route in document["routes"] if route["stops"]]
    answer = client.get("/api/v1/plan.gpx", params={"date": DAY, "area": AREA})
    assert answer.headers["content-type"] == "application/gpx+xml"
    assert answer.headers["content-disposition"] == f'attachment; filename="routes-{DAY}.gpx"'
    gpx = gpxpy.parse(answer.text)
    assert (len(gpx.routes), len(gpx.tracks)) == (len(going), len(going))
    for found, route in zip(gpx.routes, going, strict=True):
        names = [f"{at} {stop['name']}" for at, stop in enumerate(route["stops"], 1)]
        assert [point.name for point in found.points[1:]] == names
    one = client.get("/api/v1/plan.gpx", params={"date": DAY, "officer": OFFICER})
    assert one.headers["content-disposition"] == f'attachment; filename="routes-{DAY}-{OFFICER}.gpx"'


@pytest.mark.parametrize(
    ("ending", "kind", "begins"),
    [
        ("kml", "application/vnd.google-earth.kml+xml", b"<?xml"),
        ("ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR"),
        pytest.param("pdf", "application/pdf", b"%PDF", marks=needs_font),
    ],
)
def test_other_files(client: TestClient, ending: str, kind: str, begins: bytes) -> None:
    """The same routes for maps, calendars and paper, called by day and officer; the page leads to each."""
    answer = client.get(f"/api/v1/plan.{ending}", params={"date": DAY, "officer": OFFICER})
    assert (answer.headers["content-type"], answer.content[: len(begins)]) == (kind, begins)
    assert answer.headers["content-disposition"] == f'attachment; filename="routes-{DAY}-{OFFICER}.{ending}"'
    page = client.get("/routes", params={"date": DAY, "officer": OFFICER}).text
    assert f'href="/api/v1/plan.{ending}?date={DAY}&amp;officer={OFFICER}"' in page


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({}, "请写明 officer"),
        ({"officer": "没有这个人"}, "没有这个人"),
        ({"area": "没有这个区"}, "没有编码为"),
        ({"officer": OFFICER, "seed": "-1"}, "不能小于 0"),
        ({"officer": OFFICER, "date": "明天"}, "应为日期"),
        ({"officer": OFFICER, "must": "a"}, "不认识的参数"),
    ],
)
def test_what_cannot_be(client: TestClient, asked: dict[str, str], text: str) -> None:
    """A question that has no answer is told in a sentence, by the file's address too."""
    for path in ("/api/v1/plan", *(f"/api/v1/plan.{ending}" for ending in ("gpx", "kml", "ics", "pdf"))):
        answer = client.get(path, params=asked)
        assert (answer.status_code, text in answer.json()["detail"]) == (422, True)


def test_too_many(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """More officers than a page may ask for are not planned: how many there are, and what to do, is said."""
    monkeypatch.setattr(routing, "MOST_AT_ONCE", 1)
    answer = client.get("/api/v1/plan", params={"date": "2024-06-29", "area": AREA})
    assert answer.status_code == 422
    assert "网页一次最多排 1 人" in answer.json()["detail"]
    assert "wangge plan" in answer.json()["detail"]
    page = client.get("/routes", params={"date": "2024-06-29", "area": AREA})
    assert page.status_code == 422
    assert "网页一次最多排 1 人" in page.text
    assert 'name="officer"' in page.text


def test_the_page(client: TestClient) -> None:
    """The page has the stops in order with their times and reasons, the map, the file, and what was left out."""
    document = plan_of(client, officer=OFFICER)
    page = client.get("/routes", params={"date": DAY, "officer": OFFICER})
    assert page.status_code == 200
    text = html.unescape(page.text)
    at = [text.index(f"{number} {stop['name']}<br>") for number, stop in enumerate(document["routes"][0]["stops"], 1)]
    assert at == sorted(at)
    for stop in document["routes"][0]["stops"]:
        assert stop["why"] in text
        assert f'<td data-word="到">{stop["arrive"][11:16]}</td>' in text
        assert f'<a href="/places/{stop["place_id"]}?as_of={DAY}">要查什么</a>' in text
    assert document["left_out"][0]["why"] in text
    assert f'src="/maps/routes?date={DAY}&officer={OFFICER}"' in text
    drawn = client.get("/maps/routes", params={"date": DAY, "officer": OFFICER})
    assert "巡查路线" in drawn.text
    assert client.get(f"/api/v1/plan.gpx?date={DAY}&officer={OFFICER}").status_code == 200


def test_the_links_lead_to_the_stop(client: TestClient) -> None:
    """Each stop's links hold its position in the maker's own datum, and say nothing of us to it."""
    stop = plan_of(client, officer=OFFICER)["routes"][0]["stops"][0]
    text = html.unescape(client.get("/routes", params={"date": DAY, "officer": OFFICER}).text)
    links = re.findall(r'<a href="(https://[^"]+)" target="_blank" rel="noopener">', text)
    amap, baidu, tencent = ({k: v[0] for k, v in parse_qs(urlsplit(each).query).items()} for each in links[:3])
    lon, lat = np.array([stop["lon"]]), np.array([stop["lat"]])
    gcj = tuple(round(float(each[0]), 6) for each in wgs84_to_gcj02(lon, lat))
    bd = tuple(round(float(each[0]), 6) for each in wgs84_to_bd09(lon, lat))
    assert amap["to"] == f"{gcj[0]},{gcj[1]},{stop['name']}"
    assert tencent["tocoord"] == f"{gcj[1]},{gcj[0]}"
    assert baidu["location"] == f"{bd[1]},{bd[0]}"
    assert client.get("/routes").headers["referrer-policy"] == "same-origin"


def test_the_day_on_the_page(client: TestClient) -> None:
    """The head's own field changes the day: `date` does not stay beside it."""
    page = client.get("/routes", params={"date": DAY, "officer": OFFICER}).text
    head = page[page.index('<form class="day"') : page.index("</header>")]
    assert 'name="date"' not in head
    assert f'name="as_of" value="{DAY}"' in head
    assert f'name="officer" value="{OFFICER}"' in head
    same = client.get("/routes", params={"as_of": DAY, "officer": OFFICER}).text
    assert page.count("要查什么") == same.count("要查什么") > 0
    foot = page[page.index("<footer>") :]
    assert "date=" not in foot


def test_nothing_to_do(tmp_path: Path) -> None:
    """Who has nowhere to go is told so, on the page and in a file without a route."""
    made = made_town()
    officers = made.frames["officers"]
    idle = officers.iloc[[0]].assign(id="X1", name="闲人", area=None)
    frames = made.frames | {"officers": pd.concat([officers, idle], ignore_index=True)}
    for client in service_of(tmp_path / "v.gpkg", frames, made.town):
        document = plan_of(client, officer="闲人")
        assert [route["stops"] for route in document["routes"]] == [[]]
        page = client.get("/routes", params={"date": DAY, "officer": "X1"})
        assert "当天没有要去的地方" in page.text
        assert "没有排上的</h2>" not in page.text
        assert client.get("/maps/routes", params={"date": DAY, "officer": "X1"}).status_code == 200
        gpx = gpxpy.parse(client.get("/api/v1/plan.gpx", params={"date": DAY, "officer": "X1"}).text)
        assert not gpx.routes
        paper = client.get("/api/v1/plan.pdf", params={"date": DAY, "officer": "X1"})
        assert (paper.status_code, "没有路线单可印" in paper.json()["detail"]) == (422, True)


def test_nobody_is_chosen_yet(client: TestClient) -> None:
    """Without an officer or an area nothing is planned: the page says how to ask."""
    page = client.get("/routes")
    assert page.status_code == 200
    assert "再点“排路线”" in page.text
    assert "<iframe" not in page.text
    assert 'href="/routes?as_of=' in client.get("/").text


def test_hostile_names_without_roads(hostile: TestClient) -> None:
    """Names and ids stay text on the page, in the map and in the file; without roads all say so."""
    officer = f"a&area=1{HOSTILE}"
    document = plan_of(hostile, officer=officer)
    assert document["straight_lines"] is True
    assert any("没有可走的道路" in note for note in document["notes"])
    assert document["routes"][0]["stops"][0]["name"] == HOSTILE
    asked = {"date": DAY, "officer": officer}
    page = hostile.get("/routes", params=asked)
    assert HOSTILE not in page.text
    assert "没有可走的道路" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    (frame,) = re.findall(r'<iframe src="([^"]+)"', page.text)
    drawn = hostile.get(html.unescape(frame))
    assert HOSTILE not in drawn.text
    assert "路程按直线" in drawn.text
    answer = hostile.get("/api/v1/plan.gpx", params=asked)
    assert answer.headers["content-disposition"] == f'attachment; filename="routes-{DAY}.gpx"'
    assert gpxpy.parse(answer.text).routes[0].points[1].name == f"1 {HOSTILE}"


def test_an_empty_town(empty: TestClient) -> None:
    """A town without anything says what to import."""
    assert "还没有" in empty.get("/routes").text
    answer = empty.get("/api/v1/plan", params={"officer": "a"})
    assert (answer.status_code, "台账里没有" in answer.json()["detail"]) == (422, True)
    answer = empty.get("/api/v1/plan.gpx", params={"area": "1"})
    assert (answer.status_code, "没有安全员" in answer.json()["detail"]) == (422, True)


def test_streets_of_an_officer(client: TestClient) -> None:
    """The service gives the walk along unwalked streets as the command does, and as GPX."""
    asked: dict[str, Any] = {"date": DAY, "officer": OFFICER, "unwalked_days": 60}
    answer = client.get("/api/v1/plan/streets", params=asked)
    assert answer.status_code == 200, answer.text
    (route,) = answer.json()["routes"]
    assert route["feasible"]
    assert route["new_m"] > 0
    gpx = gpxpy.parse(client.get("/api/v1/plan/streets.gpx", params=asked).text)
    assert gpx.tracks[0].length_2d() == pytest.approx(route["length_m"], rel=0.02)
    assert client.get("/api/v1/plan/streets", params={"date": DAY}).status_code == 422
    nobody = client.get("/api/v1/plan/streets", params={"date": DAY, "officer": "nobody"})
    assert "台账里没有" in nobody.json()["detail"]
