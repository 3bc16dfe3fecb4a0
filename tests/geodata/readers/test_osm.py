"""OpenStreetMap extracts."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import FileProblem
from geodata.model import Town
from geodata.readers import read
from geodata.readers.osm import speed_of
from geodata.tables import TABLES

TOWN = Town("拜罗伊特", "990003", "Europe/Berlin")


@pytest.mark.parametrize(("name", "roads"), [("north-bayreuth.osm.pbf", 2056), ("helsinki.osm.pbf", 2461)])
def test_roads(name: str, roads: int, shared_data: Path) -> None:
    """Real extracts give their roads with a class, one-way where they are, speeds where they say one, in WGS 84."""
    found = read(shared_data / "roads" / name, TABLES["roads"], town=TOWN)
    assert len(found.frame) == roads
    assert not found.rejected
    assert found.datum.system == "wgs84"
    assert found.frame["class"].notna().all()
    assert not found.frame["class"].isin(["proposed", "construction"]).any()
    assert 0 < found.frame["oneway"].sum() < len(found.frame)
    assert found.frame["speed"].dropna().between(5, 130).all()
    assert found.frame["id"].is_unique
    assert set(found.frame.geometry.geom_type) == {"MultiLineString"}


def test_water(shared_data: Path) -> None:
    """Water surfaces come from the same file."""
    found = read(shared_data / "roads" / "north-bayreuth.osm.pbf", TABLES["water"], town=TOWN)
    assert len(found.frame) > 10
    assert found.frame.geometry.is_valid.all()


def test_other_tables(shared_data: Path) -> None:
    """An extract is no ledger of places."""
    with pytest.raises(FileProblem, match="只能导入 roads（道路）和 water（水面）"):
        read(shared_data / "roads" / "north-bayreuth.osm.pbf", TABLES["places"], town=TOWN)


@pytest.mark.parametrize(
    ("said", "speed"), [("50", 50), ("30 mph", 48.3), ("60 km/h", 60), ("none", None), ("CN:urban", None), (None, None)]
)
def test_speeds(said: str | None, speed: float | None) -> None:
    """A speed is km/h unless it says miles; what is no number is missing."""
    assert speed_of(said) == speed
