"""GDAL's own client of OGC API – Features reads the service over loopback."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from api.app import create_app
from api.day import Day
from api.ogc.crs import EPSG
from api.ogc.layers import TITLES
from api.settings import Settings
from geodata.model import Town
from geodata.store import create_store
from tests.api.ogc.conftest import served

ROWS = 33_826
CODES = (4490, 4547, 3857)
READER = Path(__file__).parent / "read_with_gdal.py"
Large = tuple[str, gpd.GeoDataFrame]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    """Serve a town with as many places as 虎门 has."""
    path: Path = tmp_path_factory.mktemp("large") / "town.gpkg"
    rng = np.random.default_rng(1)
    ids = [f"C{at:06d}" for at in rng.permutation(ROWS)]
    columns = {"id": ids, "name": [f"场所{each}" for each in ids], "status": ["open"] * ROWS}
    shapes = shapely.points(113.6 + rng.random(ROWS) / 10, 22.8 + rng.random(ROWS) / 10)
    frame = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs=4326)
    with create_store(path, Town("大镇", "441900121")) as store:
        store.write("places", frame, actor="t", action="import", source="t")
    app = create_app(Settings(store=path))
    with served(app) as root:
        yield root, frame
    app.state.desk.close()


def quarter(day: Day) -> tuple[float, float, float, float]:
    """Give the south-west quarter of where places are."""
    extent = day.layer("places").extent
    assert extent is not None
    west, south, east, north = extent
    return west, south, (west + east) / 2, (south + north) / 2


@pytest.fixture(scope="module")
def read(address: str, large: Large, day: Day, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Let GDAL read everything that is asked here, in one process of its own."""
    asked: dict[str, tuple[str, str, dict[str, Any]]] = {"list": (address, "", {})}
    asked |= {name: (address, name, {"PAGE_SIZE": 997}) for name in TITLES}
    asked |= {f"tracks {code}": (address, "tracks", {"CRS": EPSG.format(code)}) for code in CODES}
    asked["box"] = (address, "places", {"bbox": quarter(day)})
    asked["large"] = (large[0], "places", {"PAGE_SIZE": 10_000})
    out = tmp_path_factory.mktemp("gdal") / "frames.pickle"
    command = [sys.executable, str(READER), str(out), json.dumps(list(asked.values()))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(asked, pickle.loads(out.read_bytes()), strict=True))


def test_gdal_lists_the_collections(read: dict[str, Any]) -> None:
    """GDAL finds all six collections."""
    assert read["list"][:, 0].tolist() == list(TITLES)


@pytest.mark.parametrize("name", TITLES)
def test_gdal_reads_every_row(read: dict[str, Any], day: Day, name: str) -> None:
    """GDAL reads each row once, with its properties and its exact shape, along the links `next`."""
    layer, frame = day.layer(name), read[name]
    assert len(frame) == len(layer.ids)
    if name not in ("areas", "gaps"):
        assert frame["id"].tolist() == layer.ids
    shapes = frame.geometry.to_numpy()
    assert (shapely.is_missing(shapes) == shapely.is_missing(layer.shapes)).all()
    there = ~shapely.is_missing(shapes)
    assert shapely.equals_exact(shapes[there], layer.shapes[there], 0.0).all()
    for field in layer.fields:
        stored = layer.rows[field.name]
        if field.kind in ("text", "choice", "tags"):
            known = stored.notna().to_numpy()
            assert (frame[field.name].notna().to_numpy() == known).all()
            assert (frame[field.name].to_numpy()[known] == stored.to_numpy()[known]).all()
        if field.kind in ("integer", "number"):
            assert np.array_equal(frame[field.name].to_numpy(dtype=float), stored.to_numpy(dtype=float), equal_nan=True)
        if field.kind == "flag":
            assert (frame[field.name].to_numpy(dtype=bool) == stored.to_numpy(dtype=bool)).all()


def test_gdal_asks_for_a_box(read: dict[str, Any], day: Day) -> None:
    """GDAL's spatial filter goes out as bbox; what comes back is what lies in the box."""
    layer = day.layer("places")
    inside = shapely.intersects(layer.shapes, shapely.box(*quarter(day)))
    assert read["box"]["id"].tolist() == [each for each, holds in zip(layer.ids, inside, strict=True) if holds]


@pytest.mark.parametrize("code", CODES)
def test_gdal_reads_other_systems(read: dict[str, Any], day: Day, code: int) -> None:
    """GDAL asks in another system and gets positions that are those of pyproj, east first as GDAL keeps them."""
    kept = gpd.GeoSeries(day.layer("tracks").shapes, crs=4326)
    asked = kept if code == 4490 else kept.to_crs(code)
    given = read[f"tracks {code}"].geometry
    assert given.crs.to_epsg() == code
    apart = np.abs(given.get_coordinates().to_numpy() - asked.get_coordinates().to_numpy()).max()
    assert apart < (1e-9 if code == 4490 else 1e-3)


def test_gdal_reads_33826_rows(read: dict[str, Any], large: Large) -> None:
    """A collection of 33,826 features comes whole: each id once, each name, each exact position."""
    given, asked = read["large"], large[1].sort_values("id")
    assert len(given) == ROWS
    assert given["id"].tolist() == asked["id"].tolist()
    assert given["name"].tolist() == asked["name"].tolist()
    assert np.array_equal(given.geometry.get_coordinates().to_numpy(), asked.geometry.get_coordinates().to_numpy())
