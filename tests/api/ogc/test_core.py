"""Requirements of OGC API – Features Part 1: Core (OGC 17-069r4), one test each."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient

from api.day import Day
from api.ogc.crs import CRS84
from api.ogc.layers import TITLES
from tests.api.ogc.conftest import Get, rels

NAMES = list(TITLES)


def ids(page: Any) -> list[str]:
    """Give the ids of the features of a page."""
    return [feature["id"] for feature in page["features"]]


def parameter(get: Get, name: str) -> Any:
    """Give a parameter of the description, whether it stands there or is referred to."""
    api = get("/api")
    listed = api["paths"]["/collections/places/items"]["get"]["parameters"]
    assert {"$ref": f"#/components/parameters/{name}"} in listed
    return api["components"]["parameters"][name]


@pytest.fixture(scope="module")
def told(get: Get) -> list[Any]:
    """Give all inspections as they are given."""
    return list(get("/collections/inspections/items", limit=10000)["features"])


def test_root_op(client: TestClient) -> None:
    """/req/core/root-op: GET is supported at the root, with and without a slash at its end."""
    assert {client.get(path, follow_redirects=False).status_code for path in ("/ogc", "/ogc/")} == {200}


def test_root_success(get: Get) -> None:
    """/req/core/root-success: the landing page links to the description, the conformance classes and the data."""
    links = rels(get("/"))
    assert {"self", "alternate", "service-desc", "conformance", "data"} <= set(links)
    assert all(link["href"].startswith("http://127.0.0.1:8000/ogc") for each in links.values() for link in each)


def test_api_definition_op(client: TestClient, get: Get) -> None:
    """/req/core/api-definition-op: every link to the description can be followed."""
    links = rels(get("/"))
    for link in links["service-desc"] + links["service-doc"]:
        assert client.get(link["href"]).status_code == 200


def test_api_definition_success(client: TestClient, get: Get) -> None:
    """/req/core/api-definition-success: the description comes in the type that its link says."""
    (link,) = rels(get("/"))["service-desc"]
    response = client.get(link["href"])
    assert response.headers["content-type"] == link["type"]
    assert response.json()["openapi"].startswith("3.0")


def test_conformance_op(client: TestClient) -> None:
    """/req/core/conformance-op: GET is supported at /conformance."""
    assert client.get("/ogc/conformance").status_code == 200


def test_conformance_success(get: Get) -> None:
    """/req/core/conformance-success: the classes of Part 1 and 2 are listed by their addresses."""
    told = get("/conformance")["conformsTo"]
    assert {f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30")} <= set(told)
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in told


def test_http(client: TestClient) -> None:
    """/req/core/http: methods, states and media types are those of HTTP."""
    assert client.post("/ogc/collections", json={}).status_code == 405
    assert client.get("/ogc/nothing").status_code == 404
    assert client.get("/ogc/collections").headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["/", "/conformance", "/api", "/collections", "/collections/places"])
def test_query_param_unknown(client: TestClient, path: str) -> None:
    """/req/core/query-param-unknown: a parameter that the description does not name is answered with 400."""
    response = client.get(f"/ogc{path}", params={"nonsense": "1"})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert "nonsense" in response.json()["detail"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("limit", word) for word in ("0", "-1", "abc", "1.5", "")],
        *[("bbox", word) for word in ("1,2,3", "1,2,3,x", "1,2,3,4,5", "nan,1,2,3", "inf,1,2,3", "-181,0,1,1")],
        *[("bbox", word) for word in ("0,50,1,40", "0,-91,1,1", "")],
        *[
            ("datetime", word)
            for word in ("", "../..", "/", "2024", "2024-13-01T00:00:00Z", "2024-06-01T00:00:00", "x")
        ],
        *[("datetime", word) for word in ("2024-06-02T00:00:00Z/2024-06-01T00:00:00Z", "a/b/c", "2024-02-30")],
        *[("f", "xml"), ("risk", "很高"), ("headcount", "many"), ("opened", "2024-99-99"), ("crs", "EPSG:1")],
        *[("bbox-crs", "x"), ("filter", "risk ="), ("filter-lang", "cql"), ("filter-crs", "x")],
    ],
)
def test_query_param_invalid(client: TestClient, name: str, value: str) -> None:
    """/req/core/query-param-invalid: a parameter with an invalid value is answered with 400, in Chinese."""
    response = client.get("/ogc/collections/places/items", params={name: value})
    assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")
    assert response.json()["status"] == 400
    assert any("\u4e00" <= letter <= "\u9fff" for letter in response.json()["detail"])


@pytest.mark.parametrize("value", ["2024-06-30T09:00:00", "2024-06-30", "x"])
def test_a_moment_as_parameter_needs_its_zone(client: TestClient, value: str) -> None:
    """/req/core/query-param-invalid: a moment without offset says nothing sure."""
    assert client.get("/ogc/collections/inspections/items", params={"at": value}).status_code == 400


def test_a_parameter_given_twice_is_refused(client: TestClient) -> None:
    """/req/core/query-param-invalid: no parameter is taken and another of its name left out in silence."""
    assert client.get("/ogc/collections/places/items?limit=1&limit=2").status_code == 400


def test_crs84(get: Get) -> None:
    """/req/core/crs84: without another request positions are longitude and latitude of WGS 84."""
    (feature,) = get("/collections/places/items", limit=1)["features"]
    lon, lat = feature["geometry"]["coordinates"]
    assert 73 < lon < 136
    assert 3 < lat < 54


def test_fc_md_op(client: TestClient) -> None:
    """/req/core/fc-md-op: GET is supported at /collections."""
    assert client.get("/ogc/collections").status_code == 200


def test_fc_md_success(get: Get) -> None:
    """/req/core/fc-md-success: the list holds collections and links."""
    assert set(get("/collections")) >= {"collections", "links"}


def test_fc_md_links(get: Get) -> None:
    """/req/core/fc-md-links: the list links to itself and to its other form, each with a type."""
    links = rels(get("/collections"))
    assert [link["type"] for link in links["self"] + links["alternate"]] == ["application/json", "text/html"]


def test_fc_md_items(get: Get) -> None:
    """/req/core/fc-md-items: each collection stands in the list: areas, places, inspections, hazards, gaps, tracks."""
    assert [each["id"] for each in get("/collections")["collections"]] == NAMES


def test_fc_md_items_links(client: TestClient, get: Get) -> None:
    """/req/core/fc-md-items-links: each collection links to its items in every form, and the links can be followed."""
    for each in get("/collections")["collections"]:
        found = rels(each)["items"]
        assert {link["type"] for link in found} == {"application/geo+json", "text/html"}
        for link in found:
            assert client.get(link["href"] + "&limit=1").headers["content-type"].startswith(link["type"])


def test_fc_md_extent(get: Get, day: Day) -> None:
    """/req/core/fc-md-extent: the extent holds every position and every moment."""
    for each in get("/collections")["collections"]:
        layer = day.layer(each["id"])
        ((west, south, east, north),) = each["extent"]["spatial"]["bbox"]
        drawn = layer.shapes[~shapely.is_missing(layer.shapes)]
        assert shapely.within(drawn, shapely.box(west, south, east, north).buffer(1e-9)).all()
        if "temporal" in each["extent"]:
            ((first, last),) = each["extent"]["temporal"]["interval"]
            assert first is None or (layer.begins >= np.datetime64(first[:-1])).all()
            assert last is None or (layer.ends <= np.datetime64(last[:-1])).all()


def test_sfc_md_op(client: TestClient) -> None:
    """/req/core/sfc-md-op: GET is supported for each collection; one that is none is answered with 404."""
    assert {client.get(f"/ogc/collections/{name}").status_code for name in NAMES} == {200}
    assert client.get("/ogc/collections/nothing").status_code == 404


def test_sfc_md_success(get: Get) -> None:
    """/req/core/sfc-md-success: a collection of its own tells the same as in the list."""
    for each in get("/collections")["collections"]:
        own = get(f"/collections/{each['id']}")
        assert {key: value for key, value in own.items() if key != "links"} == {
            key: value for key, value in each.items() if key != "links"
        }
        assert {"self", "alternate", "items"} <= set(rels(own))


def test_fc_op(client: TestClient) -> None:
    """/req/core/fc-op: GET is supported for the items of each collection."""
    for name in NAMES:
        assert client.get(f"/ogc/collections/{name}/items", params={"limit": 1}).status_code == 200


def test_fc_limit_definition(get: Get) -> None:
    """/req/core/fc-limit-definition: limit is an optional integer, style form, with minimum, maximum and default."""
    told = parameter(get, "limit")
    assert (told["in"], told["required"], told["style"], told["explode"]) == ("query", False, "form", False)
    assert told["schema"] == {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100}


@pytest.mark.parametrize("limit", [1, 7, 10_000, 10_001, 10**30])
def test_fc_limit_response_1(get: Get, limit: int) -> None:
    """/req/core/fc-limit-response-1: no more features than asked for, nor than the maximum, which is no error."""
    assert len(get("/collections/places/items", limit=limit)["features"]) == min(limit, 982)


def test_the_default_limit_holds(get: Get) -> None:
    """/req/core/fc-limit-response-1: without limit a page has the default number of features."""
    assert len(get("/collections/places/items")["features"]) == 100


def test_fc_bbox_definition(get: Get) -> None:
    """/req/core/fc-bbox-definition: bbox is an optional list of four or six numbers, style form, not exploded."""
    told = parameter(get, "bbox")
    assert (told["required"], told["style"], told["explode"]) == (False, "form", False)
    assert told["schema"]["items"] == {"type": "number"}
    assert [(each["minItems"], each["maxItems"]) for each in told["schema"]["oneOf"]] == [(4, 4), (6, 6)]


def test_fc_bbox_response(get: Get, day: Day) -> None:
    """/req/core/fc-bbox-response: features that meet the box are given, and those without a position."""
    for name in NAMES:
        layer = day.layer(name)
        assert layer.extent is not None
        west, south, east, north = layer.extent
        box = (west, south, (west + east) / 2, (south + north) / 2)
        told = ids(get(f"/collections/{name}/items", limit=10000, bbox=",".join(map(repr, box))))
        met = [shape is None or shapely.box(*box).intersects(shape) for shape in layer.shapes]
        assert told == [each for each, holds in zip(layer.ids, met, strict=True) if holds]
        heights = (box[0], box[1], -100.0, box[2], box[3], 9000.0)
        assert ids(get(f"/collections/{name}/items", limit=10000, bbox=",".join(map(repr, heights)))) == told


def test_a_box_may_cross_180_degrees(get: Get) -> None:
    """/req/core/fc-bbox-response: a box whose west is east of its east crosses the 180° meridian."""
    assert get("/collections/tracks/items", bbox="170,-90,-170,90")["numberMatched"] == 0
    assert get("/collections/tracks/items", bbox="100,-90,-170,90")["numberMatched"] == 60


def test_fc_time_definition(get: Get) -> None:
    """/req/core/fc-time-definition: datetime is an optional text, style form, not exploded."""
    told = parameter(get, "datetime")
    assert (told["required"], told["style"], told["explode"]) == (False, "form", False)
    assert told["schema"] == {"type": "string"}


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("2024-06-03T00:00:00Z/2024-06-04T04:00:00Z", "2024-06-03T00:00:00+00:00", "2024-06-04T04:00:00+00:00"),
        ("2024-06-20T08:00:00+08:00/..", "2024-06-20T00:00:00+00:00", None),
        ("2024-06-20T08:00:00+08:00/", "2024-06-20T00:00:00+00:00", None),
        ("../2024-01-10T00:00:00Z", None, "2024-01-10T00:00:00+00:00"),
        ("/2024-01-10t00:00:00.5z", None, "2024-01-10T00:00:00.500000+00:00"),
        ("2024-06-03", "2024-06-02T16:00:00+00:00", "2024-06-03T15:59:59.999999+00:00"),
    ],
)
def test_fc_time_response(get: Get, told: list[Any], asked: str, first: str | None, last: str | None) -> None:
    """/req/core/fc-time-response: features within the interval, both ends in it, an open end without one."""
    found = [
        feature["id"]
        for feature in told
        if (first is None or datetime.fromisoformat(feature["properties"]["at"]) >= datetime.fromisoformat(first))
        and (last is None or datetime.fromisoformat(feature["properties"]["at"]) <= datetime.fromisoformat(last))
    ]
    assert 0 < len(found) < 6400
    assert ids(get("/collections/inspections/items", limit=10000, datetime=asked)) == found


def test_a_moment_finds_what_was_then(get: Get) -> None:
    """/req/core/fc-time-response: an instant finds the features at it, by whichever offset it is written."""
    (feature,) = get("/collections/inspections/items", limit=1)["features"]
    at = datetime.fromisoformat(feature["properties"]["at"])
    for written in (at.isoformat(), at.astimezone(UTC).isoformat().replace("+00:00", "Z")):
        assert feature["id"] in ids(get("/collections/inspections/items", datetime=written))


def test_features_without_time_match_any(get: Get) -> None:
    """/req/core/fc-time-response: what tells no time matches any datetime."""
    assert get("/collections/gaps/items", datetime="1900-01-01T00:00:00Z")["numberMatched"] > 0
    assert get("/collections/areas/items", datetime="1900-01-01T00:00:00Z")["numberMatched"] == 38


def test_fc_response(client: TestClient, get: Get) -> None:
    """/req/core/fc-response: a page is a GeoJSON FeatureCollection."""
    assert get("/collections/places/items", limit=1)["type"] == "FeatureCollection"
    response = client.get("/ogc/collections/places/items", params={"limit": 1})
    assert response.headers["content-type"] == "application/geo+json"


def test_fc_links(client: TestClient, get: Get) -> None:
    """/req/core/fc-links: a page links to itself, to its other form, and on, and every link keeps the filters."""
    links = rels(get("/collections/places/items", limit=3, risk="较大"))
    assert {"self", "alternate", "next"} == set(links)
    assert client.get(links["alternate"][0]["href"]).headers["content-type"].startswith("text/html")
    assert client.get(links["next"][0]["href"]).json()["features"][0]["properties"]["risk"] == "较大"


def test_fc_rel_type(get: Get) -> None:
    """/req/core/fc-rel-type: each link says its relation and its type."""
    for link in get("/collections/places/items", limit=3)["links"]:
        assert link["rel"]
        assert link["type"]


def test_fc_time_stamp(get: Get) -> None:
    """/req/core/fc-timeStamp: the page says when it was made, in UTC."""
    made = datetime.fromisoformat(get("/collections/places/items", limit=1)["timeStamp"])
    assert timedelta(seconds=-2) < datetime.now(UTC) - made < timedelta(minutes=1)


def test_fc_number_matched(get: Get) -> None:
    """/req/core/fc-numberMatched: how many match in all, whatever the page and its limit."""
    every = get("/collections/places/items", limit=10000)["features"]
    found = [each for each in every if each["properties"]["risk"] == "一般"]
    assert get("/collections/places/items", limit=2, risk="一般")["numberMatched"] == len(found)
    assert get("/collections/places/items", limit=2, after="HC000400")["numberMatched"] == len(every)


def test_fc_number_returned(get: Get) -> None:
    """/req/core/fc-numberReturned: how many features the page has."""
    page = get("/collections/places/items", limit=7)
    assert page["numberReturned"] == len(page["features"]) == 7


def test_f_op(client: TestClient, get: Get) -> None:
    """/req/core/f-op: GET is supported for each feature; one that is none is answered with 404."""
    for name in NAMES:
        (feature,) = get(f"/collections/{name}/items", limit=1)["features"]
        assert get(f"/collections/{name}/items/{feature['id']}")["id"] == feature["id"]
        assert client.get(f"/ogc/collections/{name}/items/没有").status_code == 404


def test_ids_may_hold_anything(client: TestClient) -> None:
    """/req/core/f-op: the links of a page lead to features whose ids hold slashes."""
    page = client.get("/ogc/collections/gaps/items?limit=1&f=html").text
    address = re.search(r'href="([^"]*/items/[^"]*%2F[^"]*)"', page)
    assert address is not None
    assert client.get(html.unescape(address[1])).status_code == 200


def test_f_success(get: Get) -> None:
    """/req/core/f-success: a feature of its own tells the same as on a page."""
    for feature in get("/collections/gaps/items", limit=3)["features"]:
        own = get(f"/collections/gaps/items/{feature['id']}")
        assert {key: value for key, value in own.items() if key != "links"} == feature


def test_f_links(client: TestClient, get: Get) -> None:
    """/req/core/f-links: a feature links to itself, its other form and its collection, each with a type."""
    (feature,) = get("/collections/areas/items", limit=1)["features"]
    links = rels(get(f"/collections/areas/items/{feature['id']}"))
    assert {"self", "alternate", "collection"} == set(links)
    for each in links.values():
        assert client.get(each[0]["href"]).headers["content-type"].startswith(each[0]["type"])


def test_properties_as_parameters(get: Get, stored: Any) -> None:
    """/rec/core/fc-filters: a parameter named like a property keeps the features that have its value."""
    places = stored.places
    risky = places["id"][places["risk"] == "重大"].tolist()
    assert ids(get("/collections/places/items", limit=10000, risk="重大")) == sorted(risky)
    some = places["headcount"].dropna().iloc[0]
    assert (
        len(get("/collections/places/items", limit=10000, headcount=some)["features"])
        == (places["headcount"] == some).sum()
    )
    assert get("/collections/hazards/items", void="true")["numberMatched"] == stored.hazards["void"].sum()
    assert get("/collections/places/items", name="没有这一家")["numberMatched"] == 0
    at = stored.inspections["at"].iloc[0]
    same = (stored.inspections["at"] == at).sum()
    assert get("/collections/inspections/items", at=at.tz_convert("UTC").isoformat())["numberMatched"] == same


def test_the_storage_system_is_named_in_the_head(client: TestClient) -> None:
    """/req/core/crs84: the head of an answer says so too."""
    assert client.get("/ogc/collections/places/items?limit=1").headers["content-crs"] == f"<{CRS84}>"
