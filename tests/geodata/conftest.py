"""A small town to import into, and files to import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata.model import Town
from geodata.store import Store, create_store, open_store

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def blank_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one town with two communities and three places; tests copy the file."""
    path = tmp_path_factory.mktemp("blank") / "town.gpkg"
    with create_store(path, Town("甲镇", "990001001")) as store:
        squares = [shapely.box(113.60, 22.80, 113.65, 22.90), shapely.box(113.65, 22.80, 113.70, 22.90)]
        areas = {"code": ["990001001001", "990001001002"], "name": ["东村", "西村"], "level": ["community"] * 2}
        store.write("areas", _geo(areas, squares), actor="t", action="t", source="t")
        places = {"id": ["P1", "P2", "P3"], "name": ["一厂", "二厂", "同名店"], "status": ["open"] * 3}
        points = [shapely.Point(113.61, 22.85), shapely.Point(113.66, 22.85), None]
        store.write("places", _geo(places, points), actor="t", action="t", source="t")
    return path


def _geo(columns: dict[str, list[str]], shapes: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(columns, dtype="str"), geometry=shapes, crs=4326)


@pytest.fixture
def town(blank_store: Path, tmp_path: Path) -> Iterator[Store]:
    """Open a fresh copy of the small town for writing."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(blank_store.read_bytes())
    with open_store(path, write=True) as store:
        yield store


@pytest.fixture
def file(tmp_path: Path) -> Write:
    """Write a text file and give its path."""

    def write(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write
