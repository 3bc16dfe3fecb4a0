"""Inspections without a place's id: recognised, or kept for a person, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geodata.errors import FileProblem
from geodata.importing import ImportReport, import_file
from geodata.store import Store

Write = Callable[..., Path]
PLACES = (
    "编号,名称,经度,纬度\nA,恒达五金有限公司,113.61,22.85\nB,骏峰便利店（1号店）,113.62,22.85\n"
    "C,骏峰便利店（2号店）,113.63,22.85\n"
)
HEADER = "企业名称,检查人,检查时间,经度,纬度\n"
ROWS = (
    "恒達五金厂,甲,2024-05-01 09:00,113.6101,22.85\n骏峰便利店,甲,2024-05-01 10:00,,\n"
    "鸿运酒楼,甲,2024-05-01 11:00,113.61,22.85\n恒达五金有限公司,甲,2024-05-02 09:00,,\n"
)


@pytest.fixture
def held(town: Store, file: Write) -> Store:
    """Give a town with three places."""
    import_file(town, "places", [file("p.csv", PLACES)], datum="wgs84")
    return town


def load(store: Store, path: Path, table: str = "inspections", **how: Any) -> ImportReport:
    """Import one file, WGS 84."""
    return import_file(store, table, [path], datum="wgs84", **how)[0]


def test_recognised_and_told(held: Store, file: Write) -> None:
    """One row is matched, one may be two places, one is none, one has the exact name; the store says by what."""
    report = load(held, file("i.csv", HEADER + ROWS))
    assert [(each.row, each.place.place_id, each.place.distance_m) for each in report.matched] == [(2, "A", 10)]
    assert [(each.row, [one.place_id for one in each.candidates]) for each in report.unsure] == [(3, ["B", "C"])]
    assert [fault.row for fault in report.rejected] == [3, 4]
    assert "骏峰便利店（2号店）" in report.rejected[0].problem
    assert (report.inserted, any("1 行没有企业编号" in said for said in report.warnings)) == (2, True)
    stored = held.ledger("inspections").frames["inspections"].sort_values("at")
    assert stored["matched_by"].tolist() == ["name", "name"]
    assert stored["likeness"].tolist() == [report.matched[0].place.confidence, 1.0]


def test_again_changes_nothing(held: Store, file: Write) -> None:
    """The same file again changes nothing."""
    path = file("i.csv", HEADER + ROWS)
    load(held, path)
    report = load(held, path)
    assert (report.inserted, report.updated, report.unchanged) == (0, 0, 2)


def test_an_id_wins(held: Store, file: Write) -> None:
    """A later file that gives the place's id has the last word, and the mark of the name goes."""
    load(held, file("a.csv", "检查编号," + HEADER + "J1,恒达五金厂,甲,2024-05-01 09:00,113.61,22.85\n"))
    load(held, file("b.csv", "检查编号,企业编号,检查人,检查时间\nJ1,B,甲,2024-05-01 09:00\n"))
    (row,) = held.ledger("inspections").frames["inspections"].to_dict("records")
    assert (row["place_id"], pd.isna(row["matched_by"]), pd.isna(row["likeness"])) == ("B", True, True)


def test_saved_completed_imported(held: Store, file: Write, tmp_path: Path) -> None:
    """The doubtful rows are saved, completed with an id and imported; a file that is there is not written over."""
    path, saved = file("i.csv", HEADER + ROWS), tmp_path / "unsure.csv"
    load(held, path, save_unsure=saved)
    frame = pd.read_csv(saved, dtype="str")
    assert frame["企业名称"].tolist() == ["骏峰便利店"]
    assert "B 骏峰便利店（1号店）" in frame["可能的场所"].iloc[0]
    with pytest.raises(FileProblem, match="已经有了"):
        load(held, path, save_unsure=saved)
    frame.assign(企业编号="C").to_csv(saved, index=False)
    assert load(held, saved).inserted == 1
    stored = held.ledger("inspections").frames["inspections"].set_index("place_id").loc["C"]
    assert str(stored["at"]) == "2024-05-01 10:00:00+08:00"
    assert pd.isna(stored["matched_by"])
