"""`wangge hotspots` and its map, on the made-up village."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.made_up import village_store

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the store of a made-up village."""
    return village_store(tmp_path_factory.mktemp("hot") / "village.gpkg")


def test_json(wangge: Run, store: Path) -> None:
    """The document says what was asked and how it was found; the root's inspections add up over the rows."""
    made = wangge("hotspots", store, "--as-of", "2024-06-30", "--bandwidth", 250, "--format", "json").document
    assert made["months"] == [f"2024-0{month}" for month in range(1, 7)]
    assert (made["level"], made["rate"], made["method"]["bandwidth_m"]) == ("grid", "inspection", 250)
    by_community = wangge("hotspots", store, "--as-of", "2024-06-30", "--level", "community", "--format", "json")
    for figure in ("inspections", "hazards", "places"):
        assert sum(row[figure] for row in made["rows"]) == sum(row[figure] for row in by_community.document["rows"])


def test_series_and_sheet(wangge: Run, store: Path, tmp_path: Path) -> None:
    """`--series` has a row an area and month; a sheet has Chinese headers and words."""
    said = wangge("hotspots", store, "--as-of", "2024-06-30", "--months", 3, "--series", "--format", "csv")
    rows = list(csv.DictReader(said.out.splitlines()))
    assert {row["month"] for row in rows} == {"2024-04", "2024-05", "2024-06"}
    assert len(rows) == 3 * len({row["area"] for row in rows})
    out = tmp_path / "spots.xlsx"
    assert wangge("hotspots", store, "--as-of", "2024-06-30", "--out", out).code == 0
    head, *body = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert {"按检查次数", "按面积", "逐月变化"} <= set(head)
    assert {row[head.index("按检查次数")] for row in body} <= {"热点 99%", "热点 95 %", "热点 90 %", "不显著"} | {
        "冷点 90%",
        "冷点 95%",
        "冷点 99%",
        "未检验",
        "无数据",
    }


def test_days_without_inspections(wangge: Run, store: Path) -> None:
    """Two years after the last inspection everything is no data, and the command says why."""
    said = wangge("hotspots", store, "--as-of", "2026-06-30", "--format", "json")
    assert "没有记录" in said.err
    assert {row["inspection_class"] for row in said.document["rows"]} == {"no_data"}


def test_map(wangge: Run, store: Path, tmp_path: Path) -> None:
    """The map is one file."""
    out = tmp_path / "hot.html"
    assert wangge("map", store, "hotspots", "--as-of", "2024-06-30", "--out", out).code == 0
    assert "隐患热点" in out.read_text(encoding="utf-8")
