"""Exports of form servers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geodata.errors import FileProblem
from geodata.model import Town
from geodata.readers import Read, read
from geodata.readers.xlsform import read_form
from geodata.tables import TABLES
from tests.geodata.readers.exports import UUID, book, csv_file, definition, kobo, odk

TOWN = Town("虎门镇", "441900121", "Asia/Shanghai")


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
    path = csv_file(tmp_path / "a.csv", [("编号", "企业名称"), ("P1", "一厂")])
    found = table(path, "places", form=definition(tmp_path / "form.xlsx"))
    assert any("是不是同一份表单" in warning for warning in found.warnings)


def test_no_definition(tmp_path: Path) -> None:
    """A workbook that is no XLSForm is an error that says what one has."""
    with pytest.raises(FileProblem, match="要有工作表 survey"):
        read_form(book(tmp_path / "a.xlsx", 台账=[["编号"], ["1"]]))


def test_ordinary_ledgers_are_no_exports(tmp_path: Path) -> None:
    """A ledger with a column of its own called key is read as it always was."""
    found = table(csv_file(tmp_path / "a.csv", [("KEY", "编号", "企业名称"), ("1", "P1", "一厂")]), "places")
    assert found.frame["id"].tolist() == ["P1"]
    assert not any("表单系统" in warning for warning in found.warnings)
