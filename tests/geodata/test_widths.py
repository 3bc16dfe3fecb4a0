"""Widths of texts."""

from __future__ import annotations

from geodata.widths import cells


def test_cells_of_chinese() -> None:
    """A Chinese character takes two cells, a combining mark none."""
    assert cells("网格01") == 6
    assert cells("e\u0301") == 1
