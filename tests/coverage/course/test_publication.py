"""The list to publish: what is shown, what is masked, what is left out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.course.clocks import hazard_clocks
from coverage.course.publication import ALWAYS, MASK, mask, published, surname
from coverage.course.replay import Policy
from coverage.hazards import hazard_register
from tests.coverage.course.lives_made import TOWN, frame, ledger_of

HOSTILE = "<script>alert(1)</script>"


def listed(*hazards: dict[str, Any], place: str = "某厂", cleared: tuple[str, ...] = ()) -> pd.DataFrame:
    """Give the list of some hazards at one place."""
    rows = [
        {"id": f"H{number}", "found_at": datetime(2024, 6, 3, 9, tzinfo=TOWN.zone), "level": "重大", "place_id": "P",
         **each} for number, each in enumerate(hazards)
    ]  # fmt: skip
    places = frame("places", [{"id": "P", "name": place}])
    ledger = ledger_of(frame("hazards", rows), frame("steps", []), places=places)
    clocks = hazard_clocks(ledger, hazard_register(ledger, date(2024, 6, 30)), Policy())
    return published(clocks, cleared)


def test_only_major_ones_that_stand() -> None:
    """General ones and those at an end are not published."""
    closed = datetime(2024, 6, 5, 9, tzinfo=TOWN.zone)
    rows = listed({}, {"level": "一般"}, {"closed_at": closed}, {"rectified_at": closed}, {"void": True})
    assert rows["state"].tolist() == ["待交办", "待复查"]
    assert rows["rank"].tolist() == [1, 2]


def test_nothing_else_is_shown() -> None:
    """No id, no position, no supervisor, no measures; each row says what was left out."""
    rows = listed({"responsible": "王小明", "supervisor": "李书记", "description": "张三电话13800138000"})
    assert set(rows) == {"rank", "place_name", "area_name", "category", "level", "found", "deadline", "clock", "state",
                         "responsible", "description", "withheld"}  # fmt: skip
    (row,) = rows.to_dict("records")
    assert row["responsible"] == "王某某"
    assert pd.isna(row["description"])
    assert row["withheld"] == f"责任人只留姓；描述未经审核，未列；{ALWAYS}"
    for secret in ("小明", "李书记", "张三", "13800138000"):
        assert secret not in str(row)


def test_a_text_that_was_read_is_shown() -> None:
    """Only of the hazards that were cleared, and even there numbers are masked, and it is said."""
    rows = listed({"description": "电话13800138000"}, {"description": "通道堵塞"}, {"description": "未读"},
                  cleared=("H0", "H1"))  # fmt: skip
    assert rows["description"].tolist()[:2] == [f"电话{MASK}", "通道堵塞"]
    assert pd.isna(rows["description"].iloc[2])
    assert "描述里的号码已遮盖" in rows["withheld"].iloc[0]
    assert "描述" not in rows["withheld"].iloc[1]


def test_numbers_in_names_of_places() -> None:
    """A telephone in the name of a place is masked, and the row says so; markup stays what it is, text."""
    (row,) = listed({}, place=f"老王烟酒13800138000{HOSTILE}").to_dict("records")
    assert row["place_name"] == f"老王烟酒{MASK}{HOSTILE}"
    assert "场所名称里的号码已遮盖" in row["withheld"]
    assert "已遮盖" not in listed({}, place="新村街12号102房五金店")["withheld"].iloc[0]


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "１３８００１３８０００",
        "138\u200b0013\u200b8000",
        "①③⑧⓪⓪①③⑧⓪⓪⓪",
        "+86 13800138000",
        "0769-85551234",
        "(0769)85551234",
        "44190019900101123X",
        "441900199001011234",
        "441900 19900101 123x",
        "一三八零零一三八零零零",
        "幺三八 〇〇幺三 八〇〇〇",
        "113.671234,22.812345",
        "wang.xm@example.com",
        "6222 0200 1234 5678 901",
        "١٣٨٠٠١٣٨٠٠٠",
    ],
)
def test_numbers_are_masked(text: str) -> None:
    """Telephones, identity cards, accounts, coordinates, mail: however they are written."""
    assert mask(f"联系{text}某") == f"联系{MASK}某"


@pytest.mark.parametrize("text", ["", "5号楼302", "GB50016", "二〇二四年", "一二三厂", "2024年6月", "Ａ座", "消防设施"])
def test_what_is_no_number_stays(text: str) -> None:
    """House numbers, years and names stay exactly as they are."""
    assert mask(text) == text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王五", "王某"),
        ("王小明", "王某某"),
        ("欧阳娜娜", "欧阳某某"),
        ("欧阳", "欧某"),
        ("阿依古丽·买买提", "阿某某"),
        ("王", "王某"),
        ("负责人", "负责人"),
        ("负责人王小明", "负某某"),
        ("王五13800138000", "王某某"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_names_keep_the_surname(name: str, shown: str) -> None:
    """王某某; a post that stands alone is no name, with a name behind it nothing of that is left."""
    assert surname(name) == shown


def test_several_names() -> None:
    """Each keeps its surname."""
    rows = listed({"responsible": "王小明、李四；欧阳娜 赵六/钱七"})
    assert rows["responsible"].tolist() == ["王某某、李某、欧阳某、赵某、钱某"]


@given(st.text(max_size=40), st.integers(13_000_000_000, 19_999_999_999).map(str), st.text(max_size=40))
def test_a_telephone_is_never_shown(before: str, number: str, after: str) -> None:
    """Whatever stands around it, eleven digits in a row are not to be seen."""
    assert number not in mask(before + number + after)
    assert number not in surname(before + number + after)


def test_an_empty_list() -> None:
    """Without a major hazard nothing is published."""
    assert listed({"level": "一般"}).empty
