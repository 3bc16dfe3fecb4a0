"""A small town in a store, and frames to write into it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.model import Town
from geodata.store import Store, create_store
from geodata.store.geopackage import register_functions
from geodata.store.location import Address, Where
from tests.postgres import borrowed, fresh, renewed


@pytest.fixture
def town() -> Town:
    """Give a town with its division code."""
    return Town("虎门镇", "441900121")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test of a store on both kinds, but those that are marked `geopackage` or `postgis`."""
    if "kind" in metafunc.fixturenames:
        wanted = {"geopackage": ["file"], "postgis": ["postgis"]}
        marked = [wanted[name] for name in wanted if metafunc.definition.get_closest_marker(name)]
        metafunc.parametrize("kind", marked[0] if marked else ["file", "postgis"])


@pytest.fixture
def path(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Where]:
    """Say where the store is: a file with a name that a URL would mistake, or a schema of its own."""
    if kind == "file":
        yield tmp_path / "虎门 #1?.gpkg"
    elif "store" in request.fixturenames:
        with borrowed(request.getfixturevalue("postgres")) as where:
            yield where
    else:
        yield fresh(request.getfixturevalue("postgres"))


@pytest.fixture
def store(path: Where, town: Town) -> Iterator[Store]:
    """Give an empty store, open for writing."""
    with renewed(path, town) if isinstance(path, Address) else create_store(path, town) as made:
        yield made


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Build a store with the statements of version 1."""
    path = tmp_path / "old.gpkg"
    connection = sqlite3.connect(path)
    register_functions(connection)
    connection.executescript((Path(__file__).parent / "version_1.sql").read_text(encoding="utf-8"))
    connection.close()
    return path


def _places(n: int = 5, *, seed: int = 1) -> gpd.GeoDataFrame:
    """Make n places, the last one without a position."""
    rng = np.random.default_rng(seed)
    points = shapely.points(113.6 + rng.random(n) / 5, 22.7 + rng.random(n) / 5)
    points[-1] = None
    columns = {
        "id": [f"P{k:05d}" for k in range(n)],
        "name": [f"第{k}号“小店”" for k in range(n)],
        "risk": pd.Series(rng.choice(["重大", "较大", "一般", "低"], n), dtype="str"),
        "headcount": rng.integers(1, 99, n).astype(float),
        "opened": (np.datetime64("2001-01-01") + rng.integers(0, 8000, n)).astype("datetime64[s]"),
        "status": "open",
    }
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def _inspections(n: int = 8, *, places: int = 5, seed: int = 2) -> gpd.GeoDataFrame:
    """Make n inspections of the first places, the last one without a geotag."""
    rng = np.random.default_rng(seed)
    points = shapely.points(113.6 + rng.random(n) / 5, 22.7 + rng.random(n) / 5)
    points[-1] = None
    at = np.datetime64("2024-01-01T00:00:00", "s") + rng.integers(0, 180 * 86400, n)
    columns = {
        "id": [f"I{k:06d}" for k in range(n)],
        "place_id": [f"P{k:05d}" for k in rng.integers(0, places, n)],
        "by": "inspector",
        "at": pd.DatetimeIndex(at).tz_localize("UTC").tz_convert("Asia/Shanghai"),
        "accuracy": rng.integers(3, 50, n).astype(float),
        "geotag": "gps",
    }
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def _areas(codes: tuple[str, ...] = ("A", "B")) -> gpd.GeoDataFrame:
    """Make communities side by side, as single polygons."""
    boxes = [shapely.box(113.6 + k / 10, 22.7, 113.7 + k / 10, 22.8) for k in range(len(codes))]
    columns = {"code": list(codes), "name": list(codes), "level": "community"}
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=4326)


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    """Makers of frames: `places(n)`, `inspections(n)`, `areas(codes)`."""
    return SimpleNamespace(places=_places, inspections=_inspections, areas=_areas)


@pytest.fixture(scope="session")
def written() -> dict[str, str]:
    """Who writes, as every write must say."""
    return {"actor": "clerk", "action": "import", "source": "a file"}
