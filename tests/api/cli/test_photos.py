"""`wangge import STORE photos` and `wangge doctor` of photos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.geodata.photos.pictures import photo


@pytest.fixture
def town(tmp_path: Path, wangge: Callable[..., Any]) -> Path:
    """Give a town with one place."""
    store, places = tmp_path / "town.gpkg", tmp_path / "places.csv"
    assert wangge("init", store, "--name", "甲镇", "--code", "990001001").code == 0
    places.write_text("编号,名称,经度,纬度\nP1,一厂,113.61,22.85\n")
    assert wangge("import", store, "places", places, "--datum", "wgs84").code == 0
    return store


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Give a folder with a photo of the place and one of nowhere."""
    photo(tmp_path / "照片" / "a.jpg", 1)
    photo(tmp_path / "照片" / "b.jpg", 2, at=None)
    return tmp_path / "照片"


def test_import(town: Path, album: Path, wangge: Callable[..., Any]) -> None:
    """A folder comes in; made inspections, what is left, and the numbers to undo both are told."""
    said = wangge("import", town, "photos", album, "--as-inspections")
    assert said.code == 0
    for words in ("photos", "由照片生成检查记录 1 张", "P1", "没有对上检查记录 1 张", "没有位置", "先撤销照片的 5"):
        assert words in said.out
    assert wangge("undo", town, 5).code == 0
    assert wangge("undo", town, 4).code == 0
    assert wangge("check", town).code == 0


def test_json(town: Path, album: Path, wangge: Callable[..., Any]) -> None:
    """A program gets the contract's shape and what was attached."""
    said = wangge("import", town, "photos", album, "--format", "json").document
    (report,) = said if isinstance(said, list) else [said]
    assert {"table", "rows_read", "inserted", "rejected", "datum", "attached", "unattached"} <= report.keys()
    assert [each["photo"] for each in report["unattached"]] == ["照片/a.jpg", "照片/b.jpg"]


OF_FILES = [("--level", "grid"), ("--column", "id=x"), ("--encoding", "gbk"), ("--save-columns",)]


@pytest.mark.parametrize("words", OF_FILES)
def test_options_of_files(words: tuple[str, ...], town: Path, album: Path, wangge: Callable[..., Any]) -> None:
    """Options of tables and maps are refused for photos, by name."""
    said = wangge("import", town, "photos", album, *words)
    assert said.code == 2
    assert words[0] in said.err


def test_options_of_photos(town: Path, album: Path, wangge: Callable[..., Any]) -> None:
    """Options of photos are refused for tables."""
    assert "只用于导入 photos" in wangge("import", town, "places", album, "--minutes", 0).err


def test_doctor(town: Path, album: Path, wangge: Callable[..., Any]) -> None:
    """The doctor tells of each photo when and where, for people and for programs."""
    said = wangge("doctor", album, "--town", town)
    assert said.code == 0
    for words in ("2 张照片", "照片/a.jpg", "2026-06-03 10:00:00", "113.610000", "640×480"):
        assert words in said.out
    document = wangge("doctor", album / "a.jpg", "--format", "json").document
    assert (document["table"], document["rows"]) == ("photos", 1)
    assert wangge("doctor", album / "gone.jpg").code == 1
