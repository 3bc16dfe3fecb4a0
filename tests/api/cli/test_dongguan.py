"""Two public sources of the towns of 东莞: rings that are not closed, neighbours that overlap."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

UNCLOSED, OTHER = "towns_unclosed_rings.geojson", "towns_other_source.geojson"


@pytest.fixture
def city(tmp_path: Path, wangge: Callable[..., Any]) -> Path:
    """Give an empty city of 东莞."""
    store = tmp_path / "dongguan.gpkg"
    assert wangge("init", store, "--name", "东莞市", "--code", "441900").code == 0
    return store


def import_towns(wangge: Callable[..., Any], store: Path, file: Path) -> dict[str, Any]:
    """Import one file of towns; give its report."""
    words = ("import", store, "areas", file, "--level", "town", "--column", "code=id", "--format", "json")
    report: dict[str, Any] = wangge(*words).document
    return report


def test_rings_that_are_not_closed(city: Path, shared_data: Path, wangge: Callable[..., Any]) -> None:
    """25 rings are closed, the one of two points is dropped, each said by row; all 32 towns come in."""
    report = import_towns(wangge, city, shared_data / "dongguan" / UNCLOSED)
    assert (report["rows_read"], report["inserted"], report["rejected"]) == (32, 32, [])
    assert len(report["repaired"]) >= 25
    rows = [repair["row"] for repair in report["repaired"]]
    assert set(rows) <= set(range(1, 33))
    assert sum("闭合" in repair["what"] for repair in report["repaired"]) >= 25
    assert report["datum"]["how"] in ("assumed", "estimated")


def test_neighbours_that_overlap(city: Path, shared_data: Path, wangge: Callable[..., Any]) -> None:
    """33 towns come in, declared as WGS 84; the overlap of neighbours is said."""
    report = import_towns(wangge, city, shared_data / "dongguan" / OTHER)
    assert (report["rows_read"], report["inserted"], report["rejected"]) == (33, 33, [])
    assert report["datum"]["system"] == "wgs84"
    assert any("重叠" in warning for warning in report["warnings"])


@pytest.mark.parametrize("name", [UNCLOSED, OTHER])
def test_second_import_changes_nothing(name: str, city: Path, shared_data: Path, wangge: Callable[..., Any]) -> None:
    """Importing the same file once more leaves every town unchanged."""
    first = import_towns(wangge, city, shared_data / "dongguan" / name)
    second = import_towns(wangge, city, shared_data / "dongguan" / name)
    assert second["unchanged"] == first["inserted"]
    assert wangge("check", city).code == 0


def test_one_row_a_town(city: Path, shared_data: Path, wangge: Callable[..., Any]) -> None:
    """A city without places has a row of zeros for each town, and no rate."""
    import_towns(wangge, city, shared_data / "dongguan" / OTHER)
    rows = wangge("coverage", city, "--as-of", "2024-06-30", "--by", "town", "--format", "json").document["rows"]
    assert len(rows) == 33
    assert {row["name"] for row in rows} >= {"寮步镇", "虎门镇"}
    assert all(row["places"] == 0 and row["coverage_rate"] is None for row in rows)


def test_report_for_people(city: Path, shared_data: Path, wangge: Callable[..., Any]) -> None:
    """On a terminal the report counts rows, says the datum and lists each repair."""
    file = shared_data / "dongguan" / UNCLOSED
    said = wangge("import", city, "areas", file, "--level", "town", "--column", "code=id")
    assert said.code == 0, said.err
    for text in (UNCLOSED, "读到", "坐标系", "修复", "闭合"):
        assert text in said.out
