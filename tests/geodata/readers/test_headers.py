"""Which header is which field."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import FileProblem
from geodata.readers.headers import LAT, LON, known_headers, match_headers, unread
from geodata.tables import AREAS, HAZARDS, IMPORTED, INSPECTIONS, OFFICERS, PLACES, TRACKS, Table

FILE = Path("a.csv")


def match(table: Table, *headers: str, shaped: bool = False, **given: str) -> dict[str, str]:
    """Match the headers of a file."""
    return match_headers(FILE, table, headers, given, shaped=shaped)


def test_every_header_is_understood() -> None:
    """Each header of each table is understood as its field where nothing else competes."""
    for table in IMPORTED.values():
        for column in table.columns:
            for header in () if column.derived else (column.name, *column.headers):
                others = [c.name for c in table.columns if c.required or c.name.startswith("place_")]
                found = match(table, header, *(name for name in others if name != column.name), shaped=True)
                assert found.get(column.name) == header, (table.name, header)


def test_folded() -> None:
    """Full width, blanks and case make no difference."""
    assert match(INSPECTIONS, "企业 编号", "检查时间", "精度（ｍ）", "LON", "Lat") == {
        "place_id": "企业 编号", "at": "检查时间", "accuracy": "精度（ｍ）", "lon": "LON", "lat": "Lat",
    }  # fmt: skip


def test_points_only_where_there_are_points() -> None:
    """Longitude and latitude are fields of tables of points."""
    assert {LON[1], LAT[1]} <= set(match(HAZARDS, "发现时间", LON[1], LAT[1]).values())
    assert "lon" not in match(OFFICERS, "工号", "经度", "纬度")


def test_first_header_wins() -> None:
    """Where two headers mean one field the table's order decides, and the other is told."""
    found = match(PLACES, "统一社会信用代码", "编号", "名称")
    assert found["id"] == "编号"
    assert "统一社会信用代码" in unread(PLACES, ("统一社会信用代码", "编号", "名称"), found)[0]


def test_points_of_tracks() -> None:
    """A table of timed points is understood."""
    assert set(match(TRACKS, "id", "time", "x", "y")) == {"id", "start", "lon", "lat"}


def test_column_option() -> None:
    """What the person says comes first; a field or a header that is not there is refused, the nearest named."""
    assert match(PLACES, "编号", "名称", "字号", name="字号")["name"] == "字号"
    with pytest.raises(FileProblem, match="没有字段 colour"):
        match(PLACES, "编号", "名称", colour="名称")
    with pytest.raises(FileProblem, match="最接近的列是“企业全称”"):
        match(PLACES, "编号", "企业全称", name="企业名称")


def test_missing_level() -> None:
    """Areas without a level column are told of `--level`."""
    with pytest.raises(FileProblem, match="--level"):
        match(AREAS, "编码", shaped=True)


def test_typo_is_told() -> None:
    """A header that nobody reads is told with the field that it may be meant for."""
    headers = ("编号", "名称", "风验等级", "网站")
    assert unread(PLACES, headers, match(PLACES, *headers)) == [
        "2 列不认识，没有导入：“风验等级”（是不是“风险等级”？）、“网站”。"
        "现在没有行业 industry、风险等级 risk，相关规则不会用到它；如果就在这些列里，请用 --column 字段=表头 指明。"
    ]


def test_wrong_table() -> None:
    """A file that has what the table needs, but plainly is another table, is refused; `--column` overrides."""
    headers = ("编号", "企业名称", "地址", "行业", "风险等级", "经度", "纬度")
    with pytest.raises(FileProblem, match=r"更像是监管场所.*places"):
        match(OFFICERS, *headers)
    assert match(OFFICERS, *headers, name="企业名称")["id"] == "编号"


@given(st.lists(st.text(max_size=20), max_size=8), st.sampled_from(list(IMPORTED.values())), st.booleans())
def test_any_headers(headers: list[str], table: Table, shaped: bool) -> None:
    """Whatever the headers: fields of the table with headers of the file, or FileProblem."""
    try:
        found = match_headers(FILE, table, headers, {}, shaped=shaped)
    except FileProblem:
        return
    assert set(found.values()) <= set(headers)
    assert len(set(found.values())) == len(found)
    assert known_headers(table, headers) >= len(found)
