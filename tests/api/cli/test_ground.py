"""`wangge ground`, and the ground of `gaps` and `map`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Wangge = Callable[..., Any]
DAY = ("--as-of", "2024-06-28")


def test_every_level_adds_up_to_the_town(wangge: Wangge, village: Path) -> None:
    """Parts add up to the whole, grids to the town; the width and what is left out are said."""
    town, grids = (wangge("ground", village, *DAY, "--by", by, "--format", "json").document for by in ("town", "grid"))
    assert (town["width_m"], town["masks"], town["period"]) == (30.0, ["water"], "2024-06")
    (whole,) = town["rows"]
    for name in ("area_m2", "masked_m2", "seen_m2", "missed_m2", "no_data_m2"):
        assert sum(row[name] for row in grids["rows"]) == pytest.approx(whole[name], abs=len(grids["rows"]))
    assert whole["seen_rate"] == pytest.approx(whole["seen_m2"] / (whole["seen_m2"] + whole["missed_m2"]))
    assert 0 < whole["seen_rate"] < 1


def test_a_wider_look_sees_more(wangge: Wangge, village: Path) -> None:
    """`--width`; the table for people names it."""
    widths = [wangge("ground", village, *DAY, "--by", "town", "--width", w, "--format", "json") for w in (20, 60)]
    narrow, wide = (said.document["rows"][0]["seen_m2"] for said in widths)
    assert wide > 2 * narrow
    said = wangge("ground", village, *DAY, "--by", "town", "--width", 60)
    assert "两侧各 60 米" in said.err + said.out


def test_gaps_of_ground(wangge: Wangge, village: Path, tmp_path: Path) -> None:
    """Patches, worst first, with outlines in GeoJSON; a limit is said."""
    out = tmp_path / "gaps.geojson"
    said = wangge("gaps", village, "--kind", "ground", *DAY, "--limit", 3, "--out", out)
    assert said.code == 0
    assert "这里是最紧要的 3 条" in said.err
    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert [each["geometry"]["type"] for each in features] == ["Polygon"] * 3
    assert all("没有人到过这片地" in each["properties"]["why"] for each in features)


def test_a_month_without_tracks_is_said(wangge: Wangge, village: Path) -> None:
    """No data is not missed: the command says so."""
    said = wangge("ground", village, "--as-of", "2030-01-05", "--by", "town", "--format", "json")
    assert "无数据" in said.err
    assert said.document["rows"][0]["missed_m2"] == 0
    assert said.document["rows"][0]["seen_rate"] is None


def test_a_kind_of_mask_that_is_not_there(wangge: Wangge, village: Path) -> None:
    """The error names what there is."""
    said = wangge("ground", village, *DAY, "--by", "town", "--mask", "forest")
    assert said.code != 0
    assert "没有“forest”这一类不计地块，现有：water" in said.err


def test_the_map(wangge: Wangge, village: Path, tmp_path: Path) -> None:
    """One file with the picture in it."""
    out = tmp_path / "ground.html"
    assert wangge("map", village, "ground", *DAY, "--out", out).code == 0
    assert "data:image/png;base64," in out.read_text(encoding="utf-8")
