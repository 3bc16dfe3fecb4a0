"""From the files of an office to coverage, gaps, hazards and a map: the made-up town goes the way of a real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from geodata.store import open_store

pytestmark = pytest.mark.long

AS_OF = "2024-06-30"
FILES = {
    "areas": ["areas.geojson"],
    "officers": ["officers.xlsx"],
    "places": ["places.xlsx"],
    "inspections": ["inspections.csv"],
    "hazards": ["hazards.csv"],
    "roads": ["roads.geojson"],
    "water": ["water.geojson"],
    "tracks": ["tracks/*.gpx"],
}
BY = ("town", "district", "community", "grid", "industry", "risk", "department", "officer")


@dataclass(frozen=True)
class Walk:
    """The demo's own store, the one filled from its files, and what the import said of each table."""

    demo: Path
    town: Path
    files: Path
    reports: dict[str, list[dict[str, Any]]]


def import_all(wangge: Callable[..., Any], town: Path, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Import every file of a folder; give the reports by table."""
    reports = {}
    for table, patterns in FILES.items():
        files = [file for pattern in patterns for file in sorted(folder.glob(pattern))]
        document = wangge("import", town, table, *files, "--format", "json").document
        reports[table] = document.get("files", [document])
    return reports


@pytest.fixture(scope="module")
def walk(wangge: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Make the town, write its files, import them into a new store."""
    folder = tmp_path_factory.mktemp("walk")
    demo, town, files = folder / "demo.gpkg", folder / "town.gpkg", folder / "files"
    made = wangge("demo", "--store", demo, "--files", files, "--no-serve")
    assert made.code == 0, made.err
    with open_store(demo) as store:
        name, code = store.town.name, store.town.code
    assert wangge("init", town, "--name", name, "--code", code).code == 0
    reports = import_all(wangge, town, files)
    assert wangge("rules", town, "--load", files / "rules.toml").code == 0
    return Walk(demo, town, files, reports)


@pytest.mark.parametrize("table", FILES)
def test_every_row_is_imported(walk: Walk, table: str) -> None:
    """Every row that the office wrote is in, none rejected or repaired, at WGS 84."""
    with open_store(walk.demo) as store:
        rows = len(store.ledger(table).frames[table])
    assert sum(report["rows_read"] for report in walk.reports[table]) == rows
    for report in walk.reports[table]:
        assert report["rejected"] == []
        assert report["repaired"] == []
        assert report["inserted"] + report["updated"] + report["unchanged"] == report["rows_read"]
        assert report["datum"]["system"] in ("wgs84", "none"), report["datum"]


@pytest.mark.parametrize("by", [*BY, "rule"])
def test_coverage_is_the_same(walk: Walk, by: str, wangge: Callable[..., Any]) -> None:
    """Coverage from the imported files equals that of the demo's own store, row for row."""
    mine, theirs = (
        wangge("coverage", store, "--as-of", AS_OF, "--by", by, "--format", "json").document
        for store in (walk.town, walk.demo)
    )
    assert mine == theirs
    assert sum(row["done"] for row in mine["rows"]) > 0


@pytest.mark.parametrize("by", [*BY, "level", "category"])
def test_hazards_are_the_same(walk: Walk, by: str, wangge: Callable[..., Any]) -> None:
    """Hazards from the imported files equal those of the demo's own store, row for row."""
    mine, theirs = (
        wangge("hazards", store, "--as-of", AS_OF, "--by", by, "--format", "json").document
        for store in (walk.town, walk.demo)
    )
    assert mine == theirs
    assert sum(row["found"] for row in mine["rows"]) > 0


def test_gaps_are_the_same(walk: Walk, wangge: Callable[..., Any]) -> None:
    """Gaps from the imported files equal those of the demo's own store, in the same order."""
    mine, theirs = (
        wangge("gaps", store, "--as-of", AS_OF, "--format", "json").document for store in (walk.town, walk.demo)
    )
    assert mine == theirs
    assert len(mine["rows"]) > 10


def test_gaps_are_what_coverage_counts(walk: Walk, wangge: Callable[..., Any]) -> None:
    """Gaps are the duties that coverage counts as overdue or pending, in the town and in one grid."""
    gaps = wangge("gaps", walk.town, "--as-of", AS_OF, "--format", "json").document["rows"]
    (town,) = wangge("coverage", walk.town, "--as-of", AS_OF, "--by", "town", "--format", "json").document["rows"]
    states = [gap["state"] for gap in gaps]
    assert (states.count("overdue"), states.count("pending")) == (town["overdue"], town["pending"])
    assert sum(gap["never"] for gap in gaps) == town["never"]
    grids = wangge("coverage", walk.town, "--as-of", AS_OF, "--by", "grid", "--format", "json").document["rows"]
    worst = max((row for row in grids if "area" in row), key=lambda row: row["overdue"])
    asked = ("gaps", walk.town, "--as-of", AS_OF, "--area", worst["area"], "--format", "json")
    here = wangge(*asked).document["rows"]
    assert len(here) == worst["overdue"] + worst["pending"]
    assert here == [gap for gap in gaps if gap["grid"] == worst["area"]]
    assert wangge(*asked, "--limit", 2).document["rows"] == here[:2]


@pytest.mark.parametrize("by", BY)
def test_rows_add_up(walk: Walk, by: str, wangge: Callable[..., Any]) -> None:
    """Whatever the groups, their rows add up to the row of the town."""
    (town,) = wangge("coverage", walk.town, "--as-of", AS_OF, "--by", "town", "--format", "json").document["rows"]
    rows = wangge("coverage", walk.town, "--as-of", AS_OF, "--by", by, "--format", "json").document["rows"]
    for figure in ("places", "duties", "done", "pending", "overdue", "never", "exempt"):
        assert sum(row[figure] for row in rows) == town[figure], figure
    assert town["duties"] == town["done"] + town["pending"] + town["overdue"] + town["exempt"]


def test_second_import_changes_nothing(walk: Walk, wangge: Callable[..., Any]) -> None:
    """Importing the same files once more leaves every row unchanged."""
    for table, reports in import_all(wangge, walk.town, walk.files).items():
        for report in reports:
            assert report["unchanged"] == report["rows_read"], (table, report["file"])


@pytest.mark.parametrize("kind", ["coverage", "hazards", "gaps"])
def test_maps(walk: Walk, kind: str, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """Each map is written as one HTML file, whose path and size are said."""
    out = tmp_path / f"{kind}.html"
    said = wangge("map", walk.town, kind, "--as-of", AS_OF, "--out", out)
    assert said.code == 0, said.err
    assert str(out) in said.out
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("which", ["town", "demo"])
def test_stores_are_sound(walk: Walk, which: str, wangge: Callable[..., Any]) -> None:
    """Both stores are sound."""
    said = wangge("check", getattr(walk, which))
    assert (said.code, said.err) == (0, ""), said.out


@pytest.mark.parametrize("suffix", ["json", "csv", "xlsx", "geojson"])
def test_files_of_figures(walk: Walk, suffix: str, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """Figures by grid and gaps are written in every format."""
    for command in (("coverage", "--by", "grid"), ("hazards", "--by", "community"), ("gaps",)):
        out = tmp_path / f"{command[0]}.{suffix}"
        said = wangge(command[0], walk.town, *command[1:], "--as-of", AS_OF, "--out", out)
        assert (said.code, said.out) == (0, ""), said.err
        assert out.stat().st_size > 500


def test_figures_off_the_map(walk: Walk, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """Figures by industry can't be GeoJSON: exit code 1 with what to do, nothing written."""
    said = wangge("coverage", walk.town, "--as-of", AS_OF, "--by", "industry", "--out", tmp_path / "a.geojson")
    assert said.code == 1
    assert "--by" in said.err
    assert list(tmp_path.iterdir()) == []


def test_demo_twice(walk: Walk, wangge: Callable[..., Any]) -> None:
    """The demo made before is taken up again; another size or seed never writes over it."""
    before = walk.demo.read_bytes()
    again = wangge("demo", "--store", walk.demo, "--no-serve")
    assert again.code == 0
    assert "沿用" in again.err
    assert "合成数据（非真实）" in again.out
    other = wangge("demo", "--store", walk.demo, "--seed", 2, "--no-serve")
    assert other.code == 1
    assert "--store" in other.err
    assert wangge("demo", "--store", walk.town, "--no-serve").code == 1
    assert walk.demo.read_bytes() == before


def test_tables_for_people(walk: Walk, wangge: Callable[..., Any]) -> None:
    """Tables for people have Chinese headers and percent; gaps say why."""
    shown = wangge("coverage", walk.town, "--as-of", AS_OF, "--by", "risk").out
    assert "核实率" in shown
    assert "%" in shown
    gaps = wangge("gaps", walk.town, "--as-of", AS_OF, "--limit", 3).out
    assert "原因" in gaps
    assert "逾期" in gaps


def test_unknown_area(walk: Walk, wangge: Callable[..., Any]) -> None:
    """Gaps of an area that is not there: exit code 1, named."""
    said = wangge("gaps", walk.town, "--as-of", AS_OF, "--area", "nowhere")
    assert said.code == 1
    assert "nowhere" in said.err
