"""`wangge imports` and `wangge undo`: an import taken back, and done again otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.store import open_store

PLACES = "编号,名称,经度,纬度\na1,甲厂,113.67,22.81\na2,乙店,113.68,22.82\n"


@pytest.fixture
def town(tmp_path: Path, wangge: Callable[..., Any]) -> Path:
    """Give an empty town."""
    store = tmp_path / "town.gpkg"
    assert wangge("init", store, "--name", "虎门镇", "--code", "441900121").code == 0
    return store


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """Give a file of two places."""
    path = tmp_path / "places.csv"
    path.write_text(PLACES, encoding="utf-8")
    return path


def test_redone_with_another_datum(town: Path, places: Path, wangge: Callable[..., Any]) -> None:
    """An import is undone by the id that its report gives, and done again in another datum."""
    first = wangge("import", town, "places", places, "--datum", "wgs84", "--format", "json").document
    undone = wangge("undo", town, first["import_id"], "--format", "json").document
    assert (undone["import_id"], undone["deleted"], undone["restored"]) == (first["import_id"], 2, 0)
    wangge("import", town, "places", places, "--datum", "gcj02")
    with open_store(town) as store:
        shifted = store.ledger("places").places.geometry.x
    assert (shifted < 113.68).all()
    assert len(shifted) == 2


def test_said_to_people(town: Path, places: Path, wangge: Callable[..., Any]) -> None:
    """The report says the id; the undo says what it did; the list says that it was undone."""
    said = wangge("import", town, "places", places, "--datum", "wgs84").out
    (import_id,) = re.findall(r"导入编号 (\d+)（可用 wangge undo 撤销）", said)
    undone = wangge("undo", town, import_id).out
    assert f"已撤销导入 {import_id}（places.csv → 监管场所 places）：删去新增的 2 行，改回更新的 0 行" in undone
    listed = wangge("imports", town).out
    assert "places.csv" in listed
    assert f"已撤销（编号 {int(import_id) + 1}）" in listed


def test_listed_as_json(town: Path, places: Path, wangge: Callable[..., Any]) -> None:
    """The list in JSON: newest first, town-local time, whether it can be undone; a dry run is no import."""
    assert wangge("imports", town, "--format", "json").document == {"imports": []}
    assert "还没有导入过" in wangge("imports", town).out
    dry = wangge("import", town, "places", places, "--datum", "wgs84", "--dry-run", "--format", "json").document
    assert dry["import_id"] is None
    words = ("import", town, "places", places, "--datum", "wgs84", "--format", "json")
    ids = [wangge(*words).document["import_id"] for _ in range(2)]
    undo_id = wangge("undo", town, ids[0], "--format", "json").document["undo_id"]
    newest, first = wangge("imports", town, "--format", "json").document["imports"]
    assert (newest["id"], newest["unchanged"], newest["undone"], newest["undoable"]) == (ids[1], 2, None, True)
    assert (first["id"], first["inserted"], first["undone"], first["undoable"]) == (ids[0], 2, undo_id, False)
    assert first["at"].endswith("+08:00")
    assert len(wangge("imports", town, "--limit", 1, "--format", "json").document["imports"]) == 1


def test_refused(town: Path, places: Path, wangge: Callable[..., Any]) -> None:
    """What can't be undone ends with 1 and the reason, a word that is no id with 2."""
    said = wangge("undo", town, 99)
    assert (said.code, "没有编号 99" in said.err) == (1, True)
    assert wangge("undo", town, "x").code == 2
