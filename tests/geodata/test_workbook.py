"""Workbooks as plain sheets, also through the child process that opens old ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.walled import TooSlow
from geodata.workbook import Sheet, Unreadable, Workbook, from_answer, open_workbook, to_answer, workbook_of
from tests.geodata.readers.workbooks import BOOK, old_workbook, workbook

cells = st.one_of(
    st.text(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(timedelta(days=-9_999), timedelta(days=9_999)),
)
sheets = st.builds(
    Sheet,
    st.text(),
    st.lists(st.lists(cells)),
    st.lists(st.tuples(*[st.tuples(st.integers(0), st.integers(0))] * 2)),
)


@given(st.builds(Workbook, st.lists(st.text()), st.lists(st.text()), st.lists(sheets)))
def test_there_and_back(book: Workbook) -> None:
    """What the child answers is what the parent gets: every kind of cell, half characters too."""
    assert from_answer(to_answer(book)) == book


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"names": 3}', b'{"names": [], "hidden": [], "sheets": [3]}'])
def test_no_answer(answer: bytes) -> None:
    """An answer that is none is told, not believed."""
    with pytest.raises(Unreadable):
        from_answer(answer)


def test_child_and_parent_agree(tmp_path: Path) -> None:
    """An old workbook is the same through the child as in this process, merged ranges too."""
    data = old_workbook(tmp_path / "a.xls", BOOK).read_bytes()
    book = open_workbook(data)
    assert book == workbook_of(data)
    assert book.sheets[0].merges == [((2, 0), (3, 0))]
    assert book.sheets[0].records[2][4] in (date(2020, 3, 5), datetime(2020, 3, 5))


def test_only_some_sheets(tmp_path: Path) -> None:
    """Of the sheets that are asked for those are read that are there; all when none is."""
    data = workbook(tmp_path / "a.xlsx", a=[["x"]], b=[["y"]]).read_bytes()
    assert [each.name for each in open_workbook(data, ("b", "c")).sheets] == ["b"]
    assert [each.name for each in open_workbook(data, ("c",)).sheets] == ["a", "b"]
    assert open_workbook(data, ("b",)).names == ["a", "b"]


def test_too_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that needs too long is told as such."""

    def late(*_: object, **__: object) -> bytes:
        raise TooSlow

    monkeypatch.setattr("geodata.workbook.ask", late)
    data = old_workbook(tmp_path / "a.xls", BOOK).read_bytes()
    with pytest.raises(Unreadable, match="秒还没有读完"):
        open_workbook(data)
