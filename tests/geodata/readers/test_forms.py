"""Exports of form servers."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from geodata.errors import FileProblem
from geodata.model import Town
from geodata.readers import Read, read
from geodata.readers.xlsform import read_form
from geodata.tables import TABLES

TOWN = Town("虎门镇", "441900121", "Asia/Shanghai")
UUID = "uuid:6f0e5a1c-0000-4000-8000-00000000000"
ODK = ("SubmissionDate", "start", "visit-place_id", "visit-result", "where-Latitude", "where-Longitude",
       "where-Altitude", "where-Accuracy", "photo", "meta-instanceID", "KEY", "SubmitterName")  # fmt: skip
KOBO = ("start", "end", "visit/place_id", "visit/result", "where", "_where_latitude", "_where_longitude",
        "_where_altitude", "_where_precision", "photo", "_id", "_uuid", "_submission_time", "_submitted_by",
        "_index")  # fmt: skip


def odk(folder: Path) -> Path:
    """Write an export of ODK Central: the form's csv, and one for its repeat group."""
    rows = [
        ["2024-03-05T10:00:00.000Z", "2024-03-05T09:07:00.000+08:00", f"P{n}", "pass", 22.8, 113.6 + n / 100, 5, 8.5,
         f"{n}.jpg", f"{UUID}{n}", f"{UUID}{n}", "张三"]
        for n in (1, 2)
    ]  # fmt: skip
    _csv(folder / "巡查.csv", [ODK, *rows])
    repeats = [["fire", "灭火器过期", f"{UUID}2", f"{UUID}2/hazards[1]"], ["electric", "电线外露", f"{UUID}2", "x"]]
    return _csv(folder / "巡查-hazards.csv", [("category", "description", "PARENT_KEY", "KEY"), *repeats])


def _csv(path: Path, rows: list[Any]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def kobo(path: Path, *, parts: bool = True) -> Path:
    """Write an export of KoboToolbox: a sheet for the form, one for its repeat group."""
    head = [name for name in KOBO if parts or not name.startswith("_where")]
    values = {
        "start": "2024-03-05T09:07:00.000+08:00", "end": "2024-03-05T09:30:00.000+08:00", "visit/result": "pass",
        "where": "22.8 113.61 5 8.5", "_where_latitude": 22.8, "_where_longitude": 113.61, "_where_altitude": 5,
        "_where_precision": 8.5, "photo": "1.jpg", "_submission_time": "2024-03-05T02:00:00", "_submitted_by": "张三",
    }  # fmt: skip
    rows = [
        [{**values, "visit/place_id": f"P{n}", "_id": n, "_uuid": f"u{n}", "_index": n}[c] for c in head]
        for n in (1, 2)
    ]
    repeat = ("category", "description", "_index", "_parent_table_name", "_parent_index", "_submission__uuid")
    hazards = [["fire", "灭火器过期", 1, "巡查", 2, "u2"], ["electric", "电线外露", 2, "巡查", 2, "u2"]]
    _book(path, 巡查=[head, *rows], hazards=[repeat, *hazards])
    return path


def _book(path: Path, **sheets: Any) -> Path:
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    book.close()
    return path


def definition(path: Path) -> Path:
    """Write an XLSForm whose questions have Chinese labels and coded answers."""
    survey = [
        ["type", "name", "label::English (en)", "label::中文 (zh)"],
        ["start", "start", "", ""],
        ["text", "place_id", "place", "企业编号"],
        ["select_one results", "result", "result", "检查结果"],
        ["select_multiple kinds", "category", "kind", "隐患类别"],
        ["image", "photo", "photo", "现场照片"],
    ]
    choices = [
        ["list_name", "name", "label::English (en)", "label::中文 (zh)"],
        ["results", "pass", "pass", "合格"],
        ["kinds", "fire", "fire", "消防"],
        ["kinds", "electric", "power", "用电"],
    ]
    return _book(path, survey=survey, choices=choices, settings=[["form_id"], ["f"]])


def table(path: Path, name: str, **how: Any) -> Read:
    """Read an export as a table."""
    return read(path, TABLES[name], town=TOWN, **how)


@pytest.mark.parametrize("server", ["odk", "kobo", "kobo without parts"])
def test_inspections(server: str, tmp_path: Path) -> None:
    """A form's submissions are inspections: id, time, person, place, position, accuracy and photo are found."""
    if server == "odk":
        odk(tmp_path)
        found = table(tmp_path / "巡查.csv", "inspections")
    else:
        found = table(kobo(tmp_path / "a.xlsx", parts=server == "kobo"), "inspections")
    first = found.frame.iloc[0]
    assert not found.rejected
    assert first["id"] == (f"{UUID}1" if server == "odk" else "u1")
    assert first["at"].isoformat() == "2024-03-05T09:07:00+08:00"
    assert (first["place_id"], first["officer"], first["result"], first["photos"]) == ("P1", "张三", "pass", "1.jpg")
    assert (first.geometry.x, first.geometry.y, first["accuracy"]) == (113.61, 22.8, 8.5)
    assert any("没有时间列时用打开表单的时间（start）" in warning for warning in found.warnings)


@pytest.mark.parametrize("server", ["odk", "kobo"])
def test_repeat_groups(server: str, tmp_path: Path) -> None:
    """Hazards of a repeat group stand with the inspection they belong to: its id, place, time and position."""
    path = odk(tmp_path) if server == "odk" else kobo(tmp_path / "a.xlsx")
    found = table(path, "hazards", **({} if server == "odk" else {"layer": "hazards"}))
    assert not found.rejected
    assert found.frame["description"].tolist() == ["灭火器过期", "电线外露"]
    assert found.frame["inspection_id"].tolist() == [f"{UUID}2" if server == "odk" else "u2"] * 2
    assert found.frame["place_id"].tolist() == ["P2", "P2"]
    assert found.frame["found_at"].notna().all()
    assert found.frame.geometry.notna().all()


def test_repeat_group_without_its_form(tmp_path: Path) -> None:
    """A repeat group alone can't tell when its hazards were found; the report says which file lacks."""
    path = odk(tmp_path)
    (tmp_path / "巡查.csv").unlink()
    with pytest.raises(FileProblem, match="found_at"):
        table(path, "hazards")


def test_definition(tmp_path: Path) -> None:
    """With the form's definition codes become labels, in Chinese where there are several languages."""
    form = definition(tmp_path / "form.xlsx")
    path = odk(tmp_path)
    visits = table(tmp_path / "巡查.csv", "inspections", form=form)
    assert visits.frame["result"].tolist() == ["合格", "合格"]
    assert visits.frame["place_id"].tolist() == ["P1", "P2"]
    assert table(path, "hazards", form=form).frame["category"].tolist() == ["消防", "用电"]


def test_definition_of_another_form(tmp_path: Path) -> None:
    """A definition that has none of the file's questions is told."""
    path = _csv(tmp_path / "a.csv", [("编号", "企业名称"), ("P1", "一厂")])
    found = table(path, "places", form=definition(tmp_path / "form.xlsx"))
    assert any("是不是同一份表单" in warning for warning in found.warnings)


def test_no_definition(tmp_path: Path) -> None:
    """A workbook that is no XLSForm is an error that says what one has."""
    with pytest.raises(FileProblem, match="要有工作表 survey"):
        read_form(_book(tmp_path / "a.xlsx", 台账=[["编号"], ["1"]]))


def test_ordinary_ledgers_are_no_exports(tmp_path: Path) -> None:
    """A ledger with a column of its own called key is read as it always was."""
    found = table(_csv(tmp_path / "a.csv", [("KEY", "编号", "企业名称"), ("1", "P1", "一厂")]), "places")
    assert found.frame["id"].tolist() == ["P1"]
    assert not any("表单系统" in warning for warning in found.warnings)
