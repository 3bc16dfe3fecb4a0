"""Texts in csv are never run, and come back as they were."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.csv_files import guarded, unguarded, write_columns, write_rows

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("start", STARTS)
def test_guarded(start: str) -> None:
    """What a spreadsheet might run begins with a `'`, however many stood there already; it comes off again."""
    for text in (f"{start}1+1", f"'{start}x", f"''{start}", f"{start}{start}cmd|' /C calc'!A0"):
        assert guarded(text) == f"'{text}"
        assert unguarded(guarded(text)) == text


@pytest.mark.parametrize(
    "value", ["甲", "", "'", "'甲", "a=1", "-12.5", "-0.000001", "-1e-07", "12", -3.5, 7, None, True]
)
def test_left_alone(value: object) -> None:
    """Numbers, negative ones too, and harmless texts are left as they are."""
    assert guarded(value) == value


@given(st.text(alphabet="'=-+@\t\r\n＝－甲1.e", max_size=8))
def test_comes_back(text: str) -> None:
    """Every text comes back, and none that is guarded can be taken for another one."""
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in STARTS or float(text) < 0


@given(st.lists(st.text(alphabet="=\r\n,\"甲'", min_size=1, max_size=6), min_size=1, max_size=3))
def test_line_breaks(texts: list[str]) -> None:
    """A line break inside a text ends no row, of whichever kind: what stands behind it would be a cell of its own."""
    for line_end in ("\n", "\r\n"):
        file = io.StringIO(newline="")
        write_rows(file, [texts, texts], line_end=line_end)
        rows = list(csv.reader(io.StringIO(file.getvalue(), newline="")))
        assert [[unguarded(text) for text in row] for row in rows] == [texts, texts]


def test_both_ways_of_writing() -> None:
    """Rows and columns are written alike; nothing stands for what is missing."""
    texts = ["=1+1", "甲,乙", "－x", None]
    rows, columns = io.StringIO(), io.StringIO()
    write_rows(rows, [("名称", "经度"), *zip(texts, [-1.5, 2.25, -3.0, 4.0], strict=True)])
    numbers = pd.Series([-1.5, 2.25, -3.0, 4.0])
    write_columns(columns, {"名称": pd.Series(texts, dtype="str"), "经度": numbers})
    assert rows.getvalue() == columns.getvalue()
    assert [row[0] for row in csv.reader(rows.getvalue().splitlines())] == ["名称", "'=1+1", "甲,乙", "'－x", ""]
