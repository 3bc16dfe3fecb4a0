"""`wangge check --areas`: findings as table, JSON, GeoJSON; 1 when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely

from geodata.store import open_store
from tests.api.cli.test_dividing import COMMUNITIES, TOWN, WRITTEN, areas_of, town_at

WIDE = {**COMMUNITIES, f"{TOWN}002": shapely.box(113.61, 22.70, 113.63, 22.72)}


def test_a_sound_town(tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """Nothing wrong: exit 0, no rows."""
    said = wangge("check", town_at(tmp_path / "t.gpkg"), "--areas", "--format", "json")
    assert said.document["rows"] == []
    assert "没有发现问题" in said.err


def test_an_overlap_is_told_in_every_format(tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """An overlap: exit 1, the two areas and m² in the table, its shape in the GeoJSON."""
    store, out = town_at(tmp_path / "t.gpkg", WIDE), tmp_path / "found.geojson"
    said = wangge("check", store, "--areas")
    assert said.code == 1
    assert "重叠" in said.out
    said = wangge("check", store, "--areas", "--format", "json", "--out", out)
    document = json.loads(said.out)
    assert (document["problems"], document["kinds"]) == (1, {"overlap": 1})
    row = document["rows"][0]
    assert row["codes"] == f"{TOWN}001;{TOWN}002"
    assert 113.61 < row["lon"] < 113.62
    (feature,) = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert shapely.geometry.shape(feature["geometry"]).area == pytest.approx(0.01 * 0.02)


def test_notices_are_no_failure(tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """What may be as it should be is told with exit 0."""
    store = town_at(tmp_path / "t.gpkg")
    with open_store(store, write=True) as opened:
        opened.write("areas", areas_of({"1": shapely.box(113.6, 22.7, 113.63, 22.73)}, "grid"), **WRITTEN)
    said = wangge("check", store, "--areas")
    assert said.code == 0
    assert "单位自己编的号" in said.out


def test_the_file_is_not_asked_for_shapes(tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """`--out` without `--areas` is wrong usage."""
    said = wangge("check", town_at(tmp_path / "t.gpkg"), "--out", tmp_path / "x.csv")
    assert said.code == 2
    assert "--areas" in said.err
