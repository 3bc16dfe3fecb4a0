"""Requirements of OGC API – Features Part 2: CRS by reference (OGC 18-058r1), one test each."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely.geometry import shape

from api.ogc.crs import CRS84, EPSG, offered
from api.ogc.geojson import feature_texts
from api.ogc.layers import TITLES
from tests.api.ogc.conftest import Get
from tests.api.ogc.layers import layer_of, points

CODES = (4326, 4490, 3857, 4547, 4526)
URIS = (CRS84, *(EPSG.format(code) for code in CODES))


def test_crs_uri(get: Get) -> None:
    """/req/crs/crs-uri: systems are named by URIs of the form that Part 2 asks for."""
    assert tuple(get("/collections/places")["crs"]) == URIS


def test_fc_md_crs_list(get: Get) -> None:
    """/req/crs/fc-md-crs-list: each collection lists the systems it is offered in; the town's own zone is 114°."""
    for each in get("/collections")["collections"]:
        assert tuple(each["crs"]) == URIS


def test_fc_md_crs_list_global(get: Get) -> None:
    """/req/crs/fc-md-crs-list-global: the list for all collections is a list of URIs; each collection says its own."""
    assert tuple(get("/collections")["crs"]) == URIS


def test_fc_md_storage_crs(get: Get) -> None:
    """/req/crs/fc-md-storageCrs: each collection says in which system it is kept."""
    assert {get(f"/collections/{name}")["storageCrs"] for name in TITLES} == {CRS84}


def test_fc_md_storage_crs_valid_value(get: Get) -> None:
    """/req/crs/fc-md-storageCrs-valid-value: that system is one of those listed."""
    for each in get("/collections")["collections"]:
        assert each["storageCrs"] in each["crs"]


@pytest.mark.parametrize("name", ["crs", "bbox-crs"])
def test_definitions(get: Get, name: str) -> None:
    """/req/crs/fc-crs-definition, /req/crs/fc-bbox-crs-definition: an optional URI, style form, not exploded."""
    told = get("/api")["components"]["parameters"][name]
    assert (told["in"], told["required"], told["style"], told["explode"]) == ("query", False, "form", False)
    assert (told["schema"]["type"], told["schema"]["format"]) == ("string", "uri")
    assert tuple(told["schema"]["enum"]) == URIS
    assert told["schema"]["default"] == CRS84


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", ["areas", "places", "tracks"])
def test_fc_crs_action(get: Get, name: str, code: int) -> None:
    """/req/crs/fc-crs-action: positions are those of the system in the axis order of EPSG, by pyproj's own way."""
    plain = get(f"/collections/{name}/items", limit=20)["features"]
    turned = get(f"/collections/{name}/items", limit=20, crs=EPSG.format(code))["features"]
    own = Transformer.from_crs(4326 if code != 4490 else 4490, code, always_xy=False)
    metres = CRS.from_epsg(code).is_projected
    for before, after in zip(plain, turned, strict=True):
        lon_lat = shapely.get_coordinates(shape(before["geometry"]))
        asked = np.column_stack(own.transform(lon_lat[:, 1], lon_lat[:, 0]))
        given = shapely.get_coordinates(shape(after["geometry"]))
        assert np.abs(given - asked).max() < (1e-3 if metres else 1e-9)
    single = get(f"/collections/{name}/items/{plain[0]['id']}", crs=EPSG.format(code))
    assert single["geometry"] == turned[0]["geometry"]


def test_axis_orders(get: Get) -> None:
    """/req/crs/fc-crs-action: EPSG:4326, 4490 and the zones begin with the north, CRS84 and 3857 with the east."""
    firsts = {
        uri: get("/collections/places/items", limit=1, crs=uri)["features"][0]["geometry"]["coordinates"][0]
        for uri in URIS
    }
    assert 100 < firsts[CRS84] < 120
    assert {20 < firsts[EPSG.format(code)] < 30 for code in (4326, 4490)} == {True}
    assert {2e6 < firsts[EPSG.format(code)] < 3e6 for code in (4547, 4526)} == {True}
    assert 12e6 < firsts[EPSG.format(3857)] < 13e6


def test_fc_crs_default_value(get: Get) -> None:
    """/req/crs/fc-crs-default-value: without crs positions are those of CRS84."""
    plain = get("/collections/places/items", limit=3)["features"]
    assert get("/collections/places/items", limit=3, crs=CRS84)["features"] == plain


@pytest.mark.parametrize("uri", ["http://www.opengis.net/def/crs/EPSG/0/0", "EPSG:4326", "", EPSG.format(4548)])
def test_fc_crs_action_exception(client: TestClient, uri: str) -> None:
    """/req/crs/fc-crs-valid-value, fc-crs-action-exception: a system that is not listed is answered with 400."""
    for path in ("places/items", "places/items/HC000001"):
        response = client.get(f"/ogc/collections/{path}", params={"crs": uri})
        assert response.status_code == 400
        assert CRS84 in response.json()["detail"]


@pytest.mark.parametrize("uri", ["EPSG:4326", EPSG.format(1)])
def test_fc_bbox_crs_exception(client: TestClient, uri: str) -> None:
    """/req/crs/bbox-crs-exception: a system of boxes that is not listed is answered with 400."""
    given = {"bbox": "22,113,23,114", "bbox-crs": uri}
    assert client.get("/ogc/collections/places/items", params=given).status_code == 400


def test_fc_bbox_crs_valid_value(get: Get) -> None:
    """/req/crs/fc-bbox-crs-valid-value: every listed system is taken for boxes."""
    found = set()
    for system in offered(113.7):
        corners = system.positions(np.array([[113.0, 22.0], [115.0, 24.0]]))
        box = ",".join(repr(float(number)) for number in corners.ravel())
        found.add(get("/collections/places/items", bbox=box, **{"bbox-crs": system.uri})["numberMatched"])
    assert found == {982}


def test_fc_bbox_crs_default_value(get: Get) -> None:
    """/req/crs/fc-bbox-crs-default-value: without bbox-crs a box is longitude and latitude."""
    box = middle(get)
    plain = get("/collections/places/items", bbox=box)["numberMatched"]
    assert 0 < plain < 982
    assert get("/collections/places/items", bbox=box, **{"bbox-crs": CRS84})["numberMatched"] == plain


def middle(get: Get) -> str:
    """Give the south-west quarter of where places are."""
    ((west, south, east, north),) = get("/collections/places")["extent"]["spatial"]["bbox"]
    return f"{west},{south},{(west + east) / 2},{(south + north) / 2}"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", ["areas", "places", "tracks"])
def test_fc_bbox_crs_action(get: Get, name: str, code: int) -> None:
    """/req/crs/fc-bbox-crs-action: the box lies in its own system: told by meeting shapes that were given in it."""
    every = get(f"/collections/{name}/items", limit=10000, crs=EPSG.format(code))["features"]
    bounds = np.array([shape(each["geometry"]).bounds for each in every if each["geometry"]])
    (left, low), (right, high) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    box = (left, low, left + 0.4 * (right - left), low + 0.6 * (high - low))
    drawn = shapely.box(*box)
    met = [each["id"] for each in every if each["geometry"] is None or drawn.intersects(shape(each["geometry"]))]
    asked = {"bbox": ",".join(repr(float(number)) for number in box), "bbox-crs": EPSG.format(code)}
    found = get(f"/collections/{name}/items", limit=10000, **asked)["features"]
    assert [each["id"] for each in found] == met
    assert 0 < len(met) < len(every)


@pytest.mark.parametrize("uri", URIS)
def test_ogc_crs_header(client: TestClient, uri: str) -> None:
    """/req/crs/ogc-crs-header, /req/crs/ogc-crs-header-value: the head names the system in angle brackets."""
    for path in ("items?limit=1&", "items/HC000001?"):
        for form in ("json", "html"):
            response = client.get(f"/ogc/collections/places/{path}crs={uri}&f={form}")
            assert response.headers["content-crs"] == f"<{uri}>"


def test_geojson(client: TestClient) -> None:
    """/req/crs/geojson: GeoJSON in another system keeps its type, without a member crs of its own."""
    response = client.get("/ogc/collections/places/items", params={"limit": 1, "crs": URIS[-1]})
    assert response.headers["content-type"] == "application/geo+json"
    assert "crs" not in response.json()


@given(st.floats(113.0, 115.0), st.floats(22.0, 24.0))
@settings(max_examples=50)
def test_there_and_back(lon: float, lat: float) -> None:
    """A position comes back from every system within a millimetre."""
    for system in offered(113.7):
        back = system.degrees(system.positions(np.array([[lon, lat]])))
        assert np.abs(back - [lon, lat]).max() < 1e-8


def test_what_a_plane_has_no_numbers_for_has_no_shape() -> None:
    """Null where one of its positions is no number: far beside a Gauss-Krüger zone, at the pole of web Mercator."""
    far, polar = shapely.Point(23.9, 0), shapely.LineString([(113.7, 22.8), (113.7, 90)])
    layer = layer_of([{}, {}, {}, {}], shapes=[far, polar, None, *points((113.7, 22.8))])
    for system in (each for each in offered(113.7) if each.plane):
        mercator = system.uri == EPSG.format(3857)
        none = [json.loads(text)["geometry"] is None for text in feature_texts(layer, np.arange(4), system)]
        assert none == [not mercator, mercator, True, False]
        assert shapely.is_missing(system.drawn(layer.shapes)).tolist() == none  # as pages write it


def test_the_zone_is_that_of_the_town() -> None:
    """A town is offered in the 3° zone that it lies in, and the whole country's middle where nobody knows."""
    zones: dict[Any, Any] = {meridian: offered(meridian)[-2].key for meridian in (113.7, 110.6, 87.6, None)}
    assert zones == {113.7: "epsg:4547", 110.6: "epsg:4546", 87.6: "epsg:4538", None: "epsg:4544"}


def test_a_box_of_a_plane_may_not_turn_back(client: TestClient) -> None:
    """In metres the first corner is the least; what no plane reaches is refused, too."""
    for box in ("10,0,0,10", "0,0,1e300,1e300"):
        given = {"bbox": box, "bbox-crs": EPSG.format(3857)}
        assert client.get("/ogc/collections/places/items", params=given).status_code == 400


def test_a_box_may_be_wider_than_its_zone(get: Get) -> None:
    """A box that reaches far beyond the zone, as a map of the world asks, finds everything."""
    for code in (3857, 4547, 4526):
        given = {"bbox": "-9e7,-9e7,9e7,9e7", "bbox-crs": EPSG.format(code)}
        assert get("/collections/tracks/items", **given)["numberMatched"] == 60
