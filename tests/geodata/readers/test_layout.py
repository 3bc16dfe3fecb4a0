"""Where the table is on a sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geodata.errors import FileProblem
from geodata.readers.headers import match_headers
from geodata.readers.layout import lay_out
from geodata.readers.raw import RawTable
from geodata.tables import INSPECTIONS, PLACES, Table

FILE = Path("台账.xlsx")
HEAD = ["编号", "企业名称", "经度", "纬度"]
ROW = ["P1", "一厂", 113.6, 22.8]


def laid(*records: list[Any], table: Table = PLACES, merges: tuple[Any, ...] = ()) -> RawTable:
    """Lay out a sheet."""
    return lay_out(FILE, records, table, merges)


def found(raw: RawTable, table: Table = PLACES) -> dict[str, str]:
    """Match its headers."""
    return match_headers(FILE, table, list(raw.columns), {}, shaped=False, also=raw.also)


def test_titles_above() -> None:
    """A title, the reporting unit and a blank row may stand above the header; rows keep their numbers."""
    raw = laid(["虎门镇监管场所台账"], ["填报单位：应急管理分局", "", "", "2024年3月"], [], HEAD, ROW)
    assert raw.rows.tolist() == [5]
    assert raw.columns["企业名称"] == ["一厂"]
    assert "表头在第 4 行。" in raw.notes


@pytest.mark.parametrize("merged", [True, False])
def test_two_levels(*, merged: bool) -> None:
    """位置 over 经度 and 纬度 is longitude and latitude, whether merged cells are told or only empty."""
    merges = (((0, 2), (0, 3)), ((0, 0), (1, 0)), ((0, 1), (1, 1))) if merged else ()
    raw = laid(["编号", "企业名称", "位置", ""], ["", "", "经度", "纬度"], ROW, merges=merges)
    assert list(found(raw)) == ["id", "name", "lon", "lat"]
    assert [raw.columns[header] for header in found(raw).values()] == [[value] for value in ROW]
    assert raw.rows.tolist() == [3]


def test_other_words_that_stand_twice() -> None:
    """负责人/姓名 and 联系人/姓名 are not taken for each other."""
    raw = laid(
        ["编号", "企业名称", "甲", "", "乙", ""], ["", "", "电话", "地址", "电话", "地址"], ["P1", "厂", 1, 2, 3, 4]
    )
    assert "address" not in found(raw)


def test_a_merged_title_is_no_level() -> None:
    """A title merged over the whole width is no upper level of the header."""
    raw = laid(["台账", "", "", ""], HEAD, ROW, merges=(((0, 0), (0, 3)),))
    assert list(raw.columns) == HEAD


def test_merged_cells_of_the_body() -> None:
    """A value merged over rows stands for each of them; without merges told, empty stays empty."""
    rows = [["编号", "企业名称", "行业"], ["P1", "一厂", "五金"], ["P2", "二厂", ""], ["P3", "三厂", ""]]
    raw = laid(*rows, merges=(((1, 2), (2, 2)),))
    assert raw.columns["行业"] == ["五金", "五金", ""]
    assert "合并单元格按合并的范围向下填满：“行业”1 格。" in raw.notes
    assert laid(*rows).columns["行业"] == ["五金", "", ""]


@pytest.mark.parametrize(
    "foot",
    [
        ["合计", "", 2],
        ["总计：", "", 2],
        ["小计", "2家", ""],
        ["合 计", "", ""],
        ["", "合计（家）", 2],
        ["填表人：张三", "", "审核人：李四"],
        ["备注：本表一式两份", "", ""],
        ["负责人（签字）：", "", ""],
    ],
)
def test_totals_and_signatures(foot: list[Any]) -> None:
    """Totals and what is signed at the foot are no rows; that is said with their numbers."""
    raw = laid(["编号", "企业名称", "从业人数"], ["P1", "一厂", 1], ["P2", "二厂", 1], foot)
    assert raw.rows.tolist() == [2, 3]
    assert any("没有读：第 4 行" in note for note in raw.notes)


def test_totals_between() -> None:
    """Subtotals between rows are left out, a firm whose name begins like a total is not."""
    raw = laid(
        ["编号", "企业名称"], ["P1", "一厂"], ["小计", "1"], ["P2", "合计电子有限公司"], ["合计电子有限公司", "P3"]
    )
    assert raw.rows.tolist() == [2, 4, 5]


def test_repeated_header() -> None:
    """A header printed again on each page is no row."""
    assert laid(HEAD, ROW, HEAD, ROW).rows.tolist() == [2, 4]


def test_numbering_row() -> None:
    """A row that only numbers the columns is no row."""
    assert laid(HEAD, ["1", "2", "3", "4"], ROW).rows.tolist() == [3]


def test_a_header_twice() -> None:
    """Of two columns of one header the left one is read, and that is said."""
    raw = laid(["编号", "企业名称", "企业名称"], ["P1", "一厂", "x"])
    assert raw.columns["企业名称"] == ["一厂"]
    assert any("出现不止一次" in note for note in raw.notes)


def test_nothing() -> None:
    """No content, or a header alone, is an error."""
    with pytest.raises(FileProblem, match="没有内容"):
        laid([], ["", None])
    with pytest.raises(FileProblem, match="只有表头，没有数据行"):
        laid(HEAD, ["合计", "", "", ""])


def test_units_and_marks_in_headers() -> None:
    """Numbering, marks of duty, remarks and units are no part of a header."""
    raw = laid(
        ["1.企业编号*", "检查\n时间（必填）", "经度/°", "纬度（度）", "定位精度（米）"],
        ["P1", "2024-3-5", 113.6, 22.8, 9],
        table=INSPECTIONS,
    )
    assert found(raw, INSPECTIONS) == {
        "place_id": "1.企业编号*", "at": "检查\n时间（必填）", "lon": "经度/°", "lat": "纬度（度）",
        "accuracy": "定位精度（米）",
    }  # fmt: skip
