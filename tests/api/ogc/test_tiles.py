"""Vector tiles: read back by GDAL's own decoder, and counted against the rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from fastapi.testclient import TestClient

from api.day import Day
from api.ogc.mvt import encode
from api.ogc.tiling import CELL, DEEPEST, SINGLE_FROM, Plane, tile
from tests.api.ogc.conftest import Get

TILES = "/ogc/collections/{}/tiles/WebMercatorQuad"


def decoded(content: bytes, folder: Path) -> list[dict[str, object]]:
    """Read a tile by GDAL; each feature with its position in the tile as x and y."""
    (folder / "tile.mvt").write_bytes(content)
    frame = pyogrio.read_dataframe(folder / "tile.mvt")
    kept = frame.drop(columns=["geometry", "mvt_id"]).assign(x=frame.geometry.x, y=4096 - frame.geometry.y)
    return kept.to_dict("records")


def test_what_is_encoded_is_decoded(tmp_path: Path) -> None:
    """GDAL reads back positions, texts, whole numbers and flags; a value that is missing is missing."""
    x, y = np.array([0, 17, 4095]), np.array([4095, 300, 0])
    columns = {"name": ["甲", None, "x" * 300], "count": [1, 128, 2**40], "yes": [True, False, True]}
    told = decoded(encode("层", x, y, columns), tmp_path)
    assert pyogrio.list_layers(tmp_path / "tile.mvt")[0, 0] == "层"
    assert [each["name"] if isinstance(each["name"], str) else None for each in told] == columns["name"]
    assert [each["count"] for each in told] == columns["count"]
    assert [each["yes"] for each in told] == columns["yes"]
    assert [(each["x"], each["y"]) for each in told] == list(zip(x, y, strict=True))


def test_equal_values_of_other_kinds_stay_apart(tmp_path: Path) -> None:
    """1 and true are two values."""
    (told,) = decoded(encode("a", np.array([1]), np.array([1]), {"count": [1], "yes": [True]}), tmp_path)
    assert (told["count"], told["yes"]) == (1, True)


def slow_tile(lon: float, lat: float, level: int) -> tuple[int, int]:
    """Give row and column of a position by the formula of the tile matrix set."""
    x = (lon + 180) / 360
    y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2
    return int(y * 2**level), int(x * 2**level)


@pytest.mark.parametrize("name", ["places", "hazards"])
@pytest.mark.parametrize("level", [0, 9, 13, SINGLE_FROM, 17])
def test_each_row_is_on_one_tile(day: Day, tmp_path: Path, name: str, level: int) -> None:
    """On every level the tiles together tell of each row with a position once, on the tile that holds it."""
    layer = day.layer(name)
    plane = Plane.of(layer)
    drawn = [shape for shape in layer.shapes if shape is not None]
    expected: dict[tuple[int, int], int] = {}
    for shape in drawn:
        key = slow_tile(shape.x, shape.y, level)
        expected[key] = expected.get(key, 0) + 1
    some = sorted(expected)[:40]
    for row, column in some:
        told = decoded(tile(layer, plane, level, row, column), tmp_path)
        count = len(told) if level >= SINGLE_FROM else sum(int(str(each["count"])) for each in told)
        assert count == expected[row, column]


def test_points_lie_where_they_are(day: Day, tmp_path: Path) -> None:
    """From near each place is where it is within a unit of the tile; from far in the cell that it is counted in."""
    layer = day.layer("places")
    plane = Plane.of(layer)
    at = next(number for number, shape in enumerate(layer.shapes) if shape is not None)
    for level, unit in ((16, 1), (12, CELL)):
        row, column = slow_tile(layer.shapes[at].x, layer.shapes[at].y, level)
        x = ((layer.shapes[at].x + 180) / 360 * 2**level - column) * 4096
        y = ((1 - np.arcsinh(np.tan(np.radians(layer.shapes[at].y))) / np.pi) / 2 * 2**level - row) * 4096
        told = decoded(tile(layer, plane, level, row, column), tmp_path)
        assert any(abs(float(str(each["x"])) - x) <= unit and abs(float(str(each["y"])) - y) <= unit for each in told)


def test_a_cell_shows_its_worst(day: Day, tmp_path: Path) -> None:
    """From far a cell has the worst risk of its places: on the tile of the whole world that of all."""
    told = decoded(tile(day.layer("places"), Plane.of(day.layer("places")), 0, 0, 0), tmp_path)
    assert [each["risk"] for each in told] == ["重大"]


def test_tiles_through_the_service(client: TestClient, get: Get) -> None:
    """A tile comes with its type and a tag: 304 where it is known, 204 where it is empty, 404 where it can't be."""
    first = client.get(TILES.format("places") + "/0/0/0")
    assert (first.status_code, first.headers["content-type"]) == (200, "application/vnd.mapbox-vector-tile")
    again = client.get(TILES.format("places") + "/0/0/0", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(TILES.format("hazards") + "/5/0/0").status_code == 204
    for path in ("/0/1/0", f"/{DEEPEST + 1}/0/0", "/x/0/0", "/-1/0/0", "/1/9999999999/0"):
        assert client.get(TILES.format("places") + path).status_code == 404
    assert client.get(TILES.format("areas") + "/0/0/0").status_code == 404
    assert client.get(TILES.format("places") + "/0/0/0?x=1").status_code == 400


def test_the_tiles_are_described(client: TestClient, get: Get) -> None:
    """The collection links to its tiles, these to their template and their tile matrix set."""
    rel = "http://www.opengis.net/def/rel/ogc/1.0/"
    link = next(each for each in get("/collections/places")["links"] if each["rel"] == rel + "tilesets-vector")
    (told,) = client.get(link["href"]).json()["tilesets"]
    assert (told["dataType"], told["crs"]) == ("vector", "http://www.opengis.net/def/crs/EPSG/0/3857")
    item = next(each for each in told["links"] if each["rel"] == "item")
    assert item["templated"] is True
    filled = item["href"].replace("{tileMatrix}/{tileRow}/{tileCol}", "0/0/0")
    assert client.get(filled).status_code == 200
    scheme = next(each for each in told["links"] if each["rel"] == rel + "tiling-scheme")
    matrices = client.get(scheme["href"]).json()["tileMatrices"]
    assert matrices[0]["scaleDenominator"] == pytest.approx(559082264.028717)  # as OGC 17-083r4 writes it
    assert [matrix["matrixWidth"] for matrix in matrices[:4]] == [1, 2, 4, 8]
    assert client.get("/ogc/tileMatrixSets?f=html").status_code == 400
    assert client.get("/ogc/tileMatrixSets?f=json").json()["tileMatrixSets"][0]["id"] == "WebMercatorQuad"


def test_places_without_position_are_on_no_tile(day: Day) -> None:
    """Who has no position is counted nowhere."""
    layer = day.layer("places")
    assert np.isnan(Plane.of(layer).x).sum() == shapely.is_missing(layer.shapes).sum() > 0
