"""A town written as a folder: what stands where, and that half a town is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from geodata.errors import FileProblem
from geodata.model import Town
from geodata.parquet.folders import EVERY, open_root
from geodata.parquet.writing import copy_town, write_town
from geodata.tables import TABLES
from tests.geodata.parquet.small import RULES, TOWN, small_town

WHOLE = {name: (*table.names, "geometry") if table.geometry else table.names for name, table in TABLES.items()}


def test_every_table_comes_back(tmp_path: Path) -> None:
    """Every table of a town comes back as it was, empty ones and rows without a moment too."""
    ledger, root = small_town(), open_root(str(tmp_path))
    folder = root.open(write_town(root, TOWN, RULES, ledger.frames))
    assert (folder.manifest.town, folder.manifest.rules) == (TOWN, RULES)
    read = folder.ledger(WHOLE)
    for name, frame in ledger.frames.items():
        assert_frame_equal(read.frames[name], frame)


def test_months_are_those_of_the_town(tmp_path: Path) -> None:
    """Inspections stand in the calendar month of the town's clock, those without a moment apart."""
    root = open_root(str(tmp_path))
    name = write_town(root, TOWN, RULES, small_town().frames)
    months = sorted(path.parent.name for path in (tmp_path / name / "inspections").glob("*/part.parquet"))
    assert months == ["month=2024-01", "month=2024-02", "month=none"]
    assert str(root.open(name).manifest.first) == "2024-01-31"


def test_a_folder_is_written_over(tmp_path: Path) -> None:
    """A town written again has nothing left of before."""
    root = open_root(str(tmp_path))
    write_town(root, TOWN, RULES, small_town().frames)
    name = write_town(root, TOWN, RULES, small_town(("2025-05-05", "2025-05-06", "2025-05-07")).frames)
    assert [path.name for path in (tmp_path / name / "inspections").iterdir()] == ["month=2025-05"]
    assert len(root.open(name).ledger({"inspections": ("id",)}, {"inspections": EVERY}).frames["inspections"]) == 3


def test_half_a_town_is_none(tmp_path: Path) -> None:
    """A write that fails leaves a folder that is refused, though a whole town stood there before."""
    root, frames = open_root(str(tmp_path)), small_town().frames
    name = write_town(root, TOWN, RULES, frames)
    broken = frames["places"].assign(headcount=0.5)  # no whole number: the schema can't hold it
    with pytest.raises(ValueError, match=r"0\.5"):
        write_town(root, TOWN, RULES, {**frames, "places": broken})
    with pytest.raises(FileProblem, match=r"缺少文件 .*town\.json"):
        root.open(name)


def test_a_copy_has_its_own_code(tmp_path: Path) -> None:
    """A town written again under another code differs in its code and name alone."""
    root = open_root(str(tmp_path))
    name = write_town(root, TOWN, RULES, small_town().frames)
    copy = root.open(copy_town(root, name, Town("乙镇", "990001002", synthetic=True)))
    assert copy.manifest.town.code == "990001002"
    read, was = copy.ledger(WHOLE), root.open(name).ledger(WHOLE)
    assert read.areas["code"].tolist() == ["990001002"]
    assert read.areas["name"].tolist() == ["乙镇"]
    assert_frame_equal(read.inspections, was.inspections)


def test_other_programs_read_it(tmp_path: Path) -> None:
    """GeoPandas reads the places as GeoParquet, in WGS 84."""
    gpd = pytest.importorskip("geopandas")
    name = write_town(open_root(str(tmp_path)), TOWN, RULES, small_town().frames)
    places = gpd.read_parquet(tmp_path / name / "places.parquet")
    assert places.crs.to_epsg() in (4326, None)
    assert places.geometry.x.tolist()[0] == 113.61
    assert json.loads((tmp_path / name / "town.json").read_text(encoding="utf-8"))["wangge"] == 1
