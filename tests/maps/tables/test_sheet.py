"""A table as an office hands it in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from maps.tables.sheet import Sheet


def test_values_are_plain(sheet: Sheet) -> None:
    """Days are dates, what is missing is None, and a count is an int."""
    assert sheet.values()[0] == ["消防救援大队", 120, 118, 118 / 120, date(2024, 6, 3)]
    assert sheet.values()[1][4] is None
    assert sheet.values()[2][3] is None


def test_the_summed_row(sheet: Sheet) -> None:
    """Counts are summed, a rate divides the sums and is no mean of the rates, the rest is as given."""
    assert sheet.summed() == ["合计", 150, 133, pytest.approx(133 / 150), date(2024, 6, 30)]


def test_a_rate_of_nothing_is_missing(sheet: Sheet) -> None:
    """Where nothing was found the summed rate is missing, not 0."""
    assert replace(sheet, rows=sheet.rows.iloc[2:]).summed()[3] is None


def test_footnotes_carry_the_definitions(sheet: Sheet) -> None:
    """Every figure that says what it counts is explained below the table."""
    assert sheet.footnotes == [
        "数据来源：本库。",
        "指标口径：发现：本月发现的隐患，误录不计；整改率：已整改 ÷ 发现。",
    ]
