"""`wangge report`: every figure of a table is what the service gives for the same day."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook

from tests.api.cli.conftest import Said

DAY = "2024-06-30"
GROUPS = {"按行业部门": "department", "按村社区": "community", "按行业领域": "industry"}


@pytest.fixture(scope="module")
def monthly(wangge: Callable[..., Said], village: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the month's tables."""
    out = tmp_path_factory.mktemp("monthly")
    said = wangge("report", village, "monthly", "--period", "2024-06", "--out", out, "--format", "json")
    assert set(said.document["files"]) == {path.name for path in out.iterdir()}
    return out


def rows_of(path: Path, sheet: str, head: int) -> tuple[list[list[Any]], list[list[Any]]]:
    """Give the header rows of a sheet, and its rows down to the first note."""
    cells = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()
    width = len(cells[head])
    rows = [row for row in cells[head + 2 :] if sum(cell != "" for cell in row) > 1 and len(row) == width]
    return cells[head : head + 2], rows


def column(headers: list[list[Any]], group: str, header: str) -> int:
    """Give the position of a column below a shared header."""
    top, below = headers
    shared = ""
    for at, (over, under) in enumerate(zip(top, below, strict=True)):
        shared = over or shared
        if shared == group and under == header:
            return at
    raise LookupError(header)


@pytest.mark.parametrize("tab", GROUPS)
def test_the_dispatch_table_is_what_the_service_says(monthly: Path, client: TestClient, tab: str) -> None:
    """Coverage of the day, the month's hazards and checks, and what stands open, are the service's."""
    (book,) = monthly.glob("专项行动调度表*.xlsx")
    by = GROUPS[tab]
    if tab not in CalamineWorkbook.from_path(book).sheet_names:
        pytest.skip("the village has no such level")
    headers, rows = rows_of(book, tab, 2)
    covered = client.get("/api/v1/coverage", params={"as_of": DAY, "by": by}).json()["rows"]
    month = client.get("/api/v1/hazards/figures", params={"as_of": DAY, "by": by, "period": "month"}).json()["rows"]
    ever = client.get("/api/v1/hazards/figures", params={"as_of": DAY, "by": by}).json()["rows"]
    told = {row[0]: row for row in rows}
    for row in covered:
        for header, field in (("应查", "owed"), ("已查", "done"), ("覆盖率", "coverage_rate"), ("逾期", "overdue")):
            value = told[row["name"]][column(headers, "检查任务", header)]
            assert value == pytest.approx(row[field]) or (value == "" and row[field] is None)
    for row in month:
        assert told[row["name"]][column(headers, "本期发现的隐患", "发现")] == row["found"]
        assert told[row["name"]][column(headers, "本期发现的隐患", "已整改")] == row["rectified"]
        assert told[row["name"]][column(headers, "本期检查", "家次")] == row["inspections"]
    for row in ever:
        assert told[row["name"]][column(headers, "至今未整改的隐患", "未整改")] == row["open"]
        assert told[row["name"]][column(headers, "至今未整改的隐患", "逾期")] == row["overdue"]


def test_the_summed_row_is_the_towns(monthly: Path, client: TestClient) -> None:
    """The sums over departments are the figures of the town as a whole."""
    (book,) = monthly.glob("专项行动调度表*.xlsx")
    headers, rows = rows_of(book, "按行业部门", 2)
    (town,) = client.get("/api/v1/hazards/figures", params={"as_of": DAY, "period": "month"}).json()["rows"]
    (duties,) = client.get("/api/v1/coverage", params={"as_of": DAY, "by": "town"}).json()["rows"]
    total = next(row for row in rows if row[0] == "合计")
    assert total[column(headers, "本期发现的隐患", "发现")] == town["found"]
    assert total[column(headers, "本期发现的隐患", "按期率")] == pytest.approx(town["in_time_rate"])
    assert total[column(headers, "检查任务", "覆盖率")] == pytest.approx(duties["coverage_rate"])
    assert total[column(headers, "检查任务", "核实率")] == pytest.approx(duties["verified_rate"])


def test_the_ledger_has_each_hazard_of_the_month_and_each_that_stands(monthly: Path, client: TestClient) -> None:
    """It holds those found in the month, put right or closed in it, and every open one; no other."""
    (book,) = monthly.glob("隐患台账*.xlsx")
    cells = CalamineWorkbook.from_path(book).get_sheet_by_name("隐患台账").to_python()
    told = {row[1]: row for row in cells[3:] if row[1] != ""}
    listed, page = {}, "/api/v1/hazards?limit=1000&as_of=" + DAY
    while page:
        answer = client.get(page).json()
        listed |= {row["id"]: row for row in answer["rows"]}
        page = answer["next"] or ""
    due = {
        key
        for key, row in listed.items()
        if row["found"] >= "2024-06-01"
        or row["open"]
        or (not row["void"] and any((row[name] or "") >= "2024-06-01" for name in ("rectified_on", "closed_on")))
    }
    assert set(told) == due
    assert {key for key, row in told.items() if row[17] == "逾期未整改"} == {
        key for key in due if listed[key]["overdue"]
    }


def test_a_period_that_is_none(wangge: Callable[..., Said], village: Path, tmp_path: Path) -> None:
    """A period of another kind, or to come, is refused in words, and no file is written."""
    for period, words in (("2024Q2", "2024-06 这样"), ("2024-13", "2024-06 这样"), ("2999-01", "还没有开始")):
        said = wangge("report", village, "monthly", "--period", period, "--out", tmp_path / "x")
        assert said.code == 1
        assert words in said.err
    assert not (tmp_path / "x").exists()


def test_nothing_is_written_where_it_may_not(wangge: Callable[..., Said], village: Path, tmp_path: Path) -> None:
    """A folder that can't be made is named, with what to do."""
    (tmp_path / "file").write_text("x")
    said = wangge("report", village, "gaps", "--period", "2024-06", "--out", tmp_path / "file" / "sub")
    assert said.code == 1
    assert "写不了" in said.err


def test_the_gaps_are_all_there(wangge: Callable[..., Said], village: Path, client: TestClient, tmp_path: Path) -> None:
    """The list has one row a gap, in the service's order."""
    assert wangge("report", village, "gaps", "--period", "2024-06", "--out", tmp_path).code == 0
    (book,) = tmp_path.glob("*.xlsx")
    cells = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    first = client.get("/api/v1/gaps", params={"as_of": DAY, "limit": 50}).json()
    assert [row[1] for row in cells[3:53]] == [row["name"] for row in first["rows"]]
    assert sum(isinstance(row[0], float | int) and row[0] != "" for row in cells[3:]) == first["total"]


def test_work_sheets_are_written_by_community(wangge: Callable[..., Said], village: Path, tmp_path: Path) -> None:
    """Each officer's sheet is in the file of one community."""
    said = wangge("report", village, "worksheet", "--period", "2024-06", "--out", tmp_path, "--format", "json")
    assert said.document["files"]
    assert all((tmp_path / name).read_bytes().startswith(b"%PDF") for name in said.document["files"])
    assert not list(tmp_path.glob(".wangge-*"))


def test_templates_are_written_and_used(wangge: Callable[..., Said], village: Path, tmp_path: Path) -> None:
    """The Word templates are written for editing, and one that is there already is left alone."""
    (tmp_path / "通报.docx").write_bytes(b"mine")
    assert wangge("report", village, "templates", "--out", tmp_path).code == 0
    assert (tmp_path / "通报.docx").read_bytes() == b"mine"
    assert (tmp_path / "督办单.docx").read_bytes().startswith(b"PK")
