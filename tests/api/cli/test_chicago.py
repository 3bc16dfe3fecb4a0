"""The real town: 7,605 places, 17,159 inspections, 32,976 complaints, from the city's files to figures."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geodata.store import open_store

pytestmark = pytest.mark.long

RULES = Path(__file__).parents[3] / "docs" / "chicago-rules.toml"
AS_OF = "2014-12-30"
LEVELS = {
    "district": "police_districts.geojson",
    "community": "community_areas.geojson",
    "grid": "police_beats.geojson",
}
LEDGERS = {"places": "places_gbk.csv", "inspections": "inspections_utf8bom.csv", "hazards": "hazards_utf8.csv"}
PERIODS = {
    "较大": ((date(2014, 7, 1), date(2014, 12, 31)), (date(2014, 1, 1), date(2014, 6, 30))),
    "一般": ((date(2014, 1, 1), date(2014, 12, 31)), (date(2013, 1, 1), date(2013, 12, 31))),
    "低": ((date(2014, 1, 1), date(2015, 12, 31)), (date(2012, 1, 1), date(2013, 12, 31))),
}
"""Risk → the period that holds 30 December 2014, and the one before."""


@dataclass(frozen=True)
class Chicago:
    """The store, the reports of the first import and of the second."""

    store: Path
    first: dict[str, dict[str, Any]]
    second: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def chicago(shared_data: Path, tmp_path_factory: pytest.TempPathFactory, wangge: Callable[..., Any]) -> Chicago:
    """Import all files twice."""
    folder, store = shared_data / "chicago", tmp_path_factory.mktemp("chicago") / "chicago.gpkg"
    new = wangge("init", store, "--name", "芝加哥", "--code", "171031", "--timezone", "America/Chicago")
    assert new.code == 0, new.err
    assert wangge("rules", store, "--load", RULES).code == 0

    def import_all() -> Iterator[tuple[str, dict[str, Any]]]:
        for level, name in LEVELS.items():
            yield level, wangge("import", store, "areas", folder / name, "--level", level, "--format", "json").document
        for table, name in LEDGERS.items():
            yield table, wangge("import", store, table, folder / name, "--format", "json").document

    return Chicago(store, dict(import_all()), dict(import_all()))


def rows_of(path: Path, encoding: str) -> list[dict[str, str]]:
    """Read a ledger the plain way."""
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_accounted_for(chicago: Chicago) -> None:
    """Rows read = inserted + rejected; rejected are 282 hazards told in two ways under one id, and one told twice."""
    counts = {name: (r["rows_read"], r["inserted"], len(r["rejected"])) for name, r in chicago.first.items()}
    assert counts == {
        "district": (23, 23, 0),
        "community": (77, 77, 0),
        "grid": (275, 275, 0),
        "places": (7605, 7605, 0),
        "inspections": (17159, 17159, 0),
        "hazards": (32976, 32693, 283),
    }


def test_encodings_and_datum(chicago: Chicago) -> None:
    """GBK, a byte order mark and plain UTF-8 are told apart; the coordinates are WGS 84."""
    encodings = {name: chicago.first[name]["encoding"].lower() for name in LEDGERS}
    assert encodings["places"] in ("gbk", "gb18030")
    assert encodings["inspections"] == "utf-8-sig"
    assert encodings["hazards"] == "utf-8"
    assert {chicago.first[name]["datum"]["system"] for name in LEDGERS} == {"wgs84"}


def test_beats_that_do_not_nest(chicago: Chicago) -> None:
    """Beats do not nest in communities: a warning counts those whose parent is the area of largest overlap."""
    assert any("190 个区域" in warning and "重叠最大" in warning for warning in chicago.first["grid"]["warnings"])


def test_positions_that_are_not_there(chicago: Chicago) -> None:
    """110 inspections have no position; the report says so, and which results it does not know."""
    said = chicago.first["inspections"]["warnings"]
    assert any("110 行没有坐标" in text for text in said)
    assert any("“Canvass” 17,159 行" in text for text in said)
    with open_store(chicago.store) as store:
        assert store.ledger("inspections").inspections.geometry.isna().sum() == 110


def test_the_store_is_sound(chicago: Chicago) -> None:
    """Nothing is found by a check after all of it, twice."""
    with open_store(chicago.store) as store:
        assert store.check() == []


def test_rejected_rows_name_the_first(chicago: Chicago, shared_data: Path) -> None:
    """A row whose id another row has is named by its own row, its id and the row of the first."""
    rows = rows_of(shared_data / "chicago" / LEDGERS["hazards"], "utf-8")
    rejected = chicago.first["hazards"]["rejected"]
    assert all("重复" in fault["problem"] for fault in rejected)
    fault = rejected[0]
    ids = [row["隐患编号"] for row in rows]
    assert fault["value"] == ids[fault["row"] - 2]
    assert str(ids.index(fault["value"]) + 2) in fault["problem"]


def test_second_import_changes_nothing(chicago: Chicago) -> None:
    """Importing the same files once more leaves every row unchanged."""
    for name, report in chicago.second.items():
        assert (report["inserted"], report["updated"]) == (0, 0), name
        assert report["unchanged"] == chicago.first[name]["inserted"], name


def states_by_risk(folder: Path) -> dict[str, Counter[str]]:
    """Count states of places by risk, plainly, from the files: the rule is in `PERIODS`."""
    visits = defaultdict(list)
    for row in rows_of(folder / LEDGERS["inspections"], "utf-8-sig"):
        visits[row["企业编号"]].append(date.fromisoformat(row["检查时间"]))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for place in rows_of(folder / LEDGERS["places"], "gbk"):
        now, before = PERIODS[place["风险等级"]]
        days = visits[place["编号"]]
        done, earlier = (any(first <= day <= last for day in days) for first, last in (now, before))
        count = counts[place["风险等级"]]
        count["places"] += 1
        count["done" if done else "pending" if earlier else "overdue"] += 1
        count["never"] += not days
    return counts


def test_coverage_by_risk(chicago: Chicago, shared_data: Path, wangge: Callable[..., Any]) -> None:
    """Coverage by risk is what plain loops over the two files give."""
    expected = states_by_risk(shared_data / "chicago")
    rows = wangge("coverage", chicago.store, "--as-of", AS_OF, "--by", "risk", "--format", "json").document["rows"]
    assert [row["key"] for row in rows] == ["较大", "一般", "低"]
    for row in rows:
        for figure in ("places", "done", "pending", "overdue", "never"):
            assert row[figure] == expected[row["key"]][figure], (row["key"], figure)
        assert row["exempt"] == 0
        assert row["coverage_rate"] == pytest.approx(row["done"] / row["places"])


def test_periods(chicago: Chicago, wangge: Callable[..., Any]) -> None:
    """The document says the month of the day and the period of each rule."""
    made = wangge("coverage", chicago.store, "--as-of", AS_OF, "--by", "rule", "--format", "json").document
    assert (made["as_of"], made["period"]) == (AS_OF, "2014-12")
    assert made["periods"] == {"risk-1": "2014H2", "risk-2": "2014", "risk-3": "2014/2015"}


@pytest.mark.parametrize("by", ["district", "community", "grid", "industry", "risk", "officer", "rule", "town"])
def test_rows_add_up(chicago: Chicago, by: str, wangge: Callable[..., Any]) -> None:
    """Whatever the groups, coverage adds up to the city; the 40 places without coordinates have their own row."""
    (city,) = wangge("coverage", chicago.store, "--as-of", AS_OF, "--by", "city", "--format", "json").document["rows"]
    rows = wangge("coverage", chicago.store, "--as-of", AS_OF, "--by", by, "--format", "json").document["rows"]
    assert city["places"] == 7605
    for figure in ("places", "duties", "done", "pending", "overdue", "never", "exempt"):
        assert sum(row[figure] for row in rows) == city[figure], figure
    if by in LEVELS:
        assert [row["places"] for row in rows if row.get("key") == "unlocated"] == [40]
        assert len([row for row in rows if "area" in row]) == {"district": 23, "community": 77, "grid": 275}[by]


@pytest.mark.parametrize("by", ["city", "district", "community", "grid", "category", "level"])
def test_hazards(chicago: Chicago, by: str, shared_data: Path, wangge: Callable[..., Any]) -> None:
    """Hazards add up to what the file has up to the day, void ones apart, those told in two ways left out."""
    told: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows_of(shared_data / "chicago" / LEDGERS["hazards"], "utf-8"):
        told[row["隐患编号"]].append(row)
    kept = [rows[0] for rows in told.values() if all(row == rows[0] for row in rows)]
    known = [row for row in kept if row["发现时间"] <= AS_OF]
    valid = [row for row in known if row["误录"] != "是"]
    rectified = [row for row in valid if row["整改时间"] and row["整改时间"] <= AS_OF]
    rows = wangge("hazards", chicago.store, "--as-of", AS_OF, "--by", by, "--format", "json").document["rows"]
    for figure, expected in (
        ("found", len(valid)),
        ("void", len(known) - len(valid)),
        ("rectified", len(rectified)),
        ("open", len(valid) - len(rectified)),
        ("major", 0),
    ):
        assert sum(row[figure] for row in rows) == expected, figure


def test_gaps(chicago: Chicago, wangge: Callable[..., Any]) -> None:
    """Gaps are worst first, and of a district whose code a community has too when the level is said."""
    gaps = wangge("gaps", chicago.store, "--as-of", AS_OF, "--format", "json").document["rows"]
    scores = [gap["score"] for gap in gaps]
    assert scores == sorted(scores, reverse=True)
    said = wangge("gaps", chicago.store, "--as-of", AS_OF, "--area", "1")
    assert said.code == 1
    assert "district:1" in said.err
    here = wangge("gaps", chicago.store, "--as-of", AS_OF, "--area", "district:1", "--format", "json").document["rows"]
    assert here == [gap for gap in gaps if gap["district"] == "1"]


def test_nothing_is_verified_without_a_geotag(chicago: Chicago, wangge: Callable[..., Any]) -> None:
    """The verified rate never exceeds the reported one, and is above nothing: geotags are there."""
    (city,) = wangge("coverage", chicago.store, "--as-of", AS_OF, "--by", "city", "--format", "json").document["rows"]
    assert 0 < city["verified_rate"] <= city["coverage_rate"]


@pytest.mark.parametrize("kind", ["coverage", "hazards", "gaps"])
def test_maps(chicago: Chicago, kind: str, tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """The three maps of the city are drawn."""
    said = wangge("map", chicago.store, kind, "--as-of", AS_OF, "--out", tmp_path / "map.html")
    assert said.code == 0, said.err


def test_sound(chicago: Chicago, wangge: Callable[..., Any]) -> None:
    """The store is sound after all that."""
    assert wangge("check", chicago.store).out.count("\n") == 1
