"""`wangge board`: what the page shows, in words, as JSON, as a workbook, on A4."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from tests.fonts import needs_font
from tests.made_up import village_store

Run = Callable[..., Any]
DAY = ("--as-of", "2024-06-20")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the store of a made-up village."""
    return village_store(tmp_path_factory.mktemp("board") / "village.gpkg")


def test_json_and_table(wangge: Run, store: Path) -> None:
    """The document has the contract's facts; the table says the same figures, and what they are laid beside."""
    found = wangge("board", store, *DAY, "--against", "2024-03-31", "--format", "json").document
    coverage = wangge("coverage", store, *DAY, "--by", "town", "--format", "json").document["rows"][0]
    figures = {each["figure"]: each for each in found["figures"]}
    assert figures["coverage_rate"]["value"] == pytest.approx(coverage["coverage_rate"])
    assert figures["overdue"]["value"] == coverage["overdue"]
    told = wangge("board", store, *DAY, "--against", "2024-03-31")
    assert told.code == 0
    for text in ("检查覆盖率", f"{100 * coverage['coverage_rate']:.1f}%", "2024年3月31日", found["rows"][0]["name"]):
        assert text in told.out + told.err


def test_what_is_not_known_has_no_unit(wangge: Run, store: Path) -> None:
    """Before the ledger a figure is a dash alone, not "—%", and every change is told whole."""
    empty = wangge("board", store, "--as-of", "2023-06-30").out
    assert "—" in empty
    assert not {"—%", "—项", "—处"} & set(empty.split())
    full = wangge("board", store, *DAY).out
    assert "个百分点，" in full
    assert "…" not in full


def test_workbook(wangge: Run, store: Path, tmp_path: Path) -> None:
    """Three sheets: figures, the ranking of the areas below, major hazards, in words."""
    out = tmp_path / "board.xlsx"
    assert wangge("board", store, *DAY, "--out", out).code == 0
    book = CalamineWorkbook.from_path(out)
    assert book.sheet_names == ["主要数字", "片区排名", "重大隐患"]
    (row,) = [each for each in book.get_sheet_by_index(0).to_python() if each[0] == "检查覆盖率"]
    assert row[2] == "%"
    assert next(each[0] for each in book.get_sheet_by_index(1).to_python() if isinstance(each[0], float)) == 1


def test_counts_of_places_are_numbers(wangge: Run, store: Path, tmp_path: Path) -> None:
    """Of an area that is not divided further the workbook lists places, with counts that Excel can add up."""
    out = tmp_path / "grid.xlsx"
    grid = wangge("coverage", store, *DAY, "--by", "grid", "--format", "json").document["rows"][0]["area"]
    assert wangge("board", store, *DAY, "--area", f"grid:{grid}", "--out", out).code == 0
    rows = CalamineWorkbook.from_path(out).get_sheet_by_name("场所").to_python()
    assert {type(value) for row in rows[4:] for value in row[3:7]} == {float}


@needs_font
def test_briefing(wangge: Run, store: Path, tmp_path: Path) -> None:
    """With .pdf the briefing is written, one page."""
    out = tmp_path / "board.pdf"
    assert wangge("board", store, *DAY, "--against", "2024-03-31", "--out", out).code == 0
    with pypdfium2.PdfDocument(out) as document:
        assert len(document) == 1
        text = "".join(document[0].get_textpage().get_text_bounded().split())
    assert "只并列，不算升降" in text


@pytest.mark.parametrize(
    ("words", "code", "said"), [("--against=lately", 1, "不能用来对比"), ("--out=a.docx", 2, ".pdf")]
)
def test_wrong_questions(wangge: Run, store: Path, words: str, code: int, said: str) -> None:
    """What can't be answered is refused with a sentence that says what may be asked."""
    found = wangge("board", store, *DAY, words)
    assert (found.code, said in found.err) == (code, True), found.err
