"""`wangge gaps` over every kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.store import create_store
from tests.made_up import made_town

Wangge = Callable[..., Any]


@pytest.fixture(params=["whole", "no roads"])
def village(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, bool]:
    """Give a store of the made-up village, and whether it has roads."""
    path, made = tmp_path / "village.gpkg", made_town()
    roads = request.param == "whole"
    frames = {name: frame for name, frame in made.frames.items() if roads or name != "roads"}
    with create_store(path, made.town) as store:
        store.write_many(frames, actor="t", action="demo", source="t")
    return path, roads


def test_one_list(wangge: Wangge, village: tuple[Path, bool]) -> None:
    """Places, streets and ground stand in one order; a town without roads has no gaps of streets, and is told so."""
    path, roads = village
    said = wangge("gaps", path, "--kind", "all", "--as-of", "2024-06-30", "--format", "json")
    rows = said.document["rows"]
    assert {row["kind"] for row in rows} == {"places", "ground"} | ({"streets"} if roads else set())
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert ("还没有道路" in said.err) is not roads


def test_walks(wangge: Wangge, village: tuple[Path, bool], tmp_path: Path) -> None:
    """Walks that fit into the minutes come as a table and as GPX."""
    path, _ = village
    out = tmp_path / "walks.gpx"
    asked = ("--kind", "all", "--walks", "--minutes", 60, "--as-of", "2024-06-30", "--limit", 5)
    walks = wangge("gaps", path, *asked, "--out", out, "--format", "json").document["rows"]
    assert len(walks) == 5
    assert all(walk["minutes"] <= 60 or walk["stops"] == 1 for walk in walks)
    assert "<gpx" in out.read_text(encoding="utf-8")


def test_minutes_without_walks(wangge: Wangge, village: tuple[Path, bool]) -> None:
    """Minutes belong to walks."""
    said = wangge("gaps", village[0], "--minutes", 60)
    assert said.code == 2
    assert "--walks" in said.err
