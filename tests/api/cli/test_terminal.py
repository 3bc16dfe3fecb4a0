"""Tables of text on a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.cli.terminal import cut, printable, table
from geodata.widths import cells


def test_columns_stand_below_each_other() -> None:
    """Columns are aligned also where Chinese stands beside figures; figures to the right."""
    lines = table(("名称", "数"), [("太平社区", "1,204"), ("A1", "7")], (False, True)).splitlines()
    assert lines == ["名称         数", "────────  ─────", "太平社区  1,204", "A1            7"]


@given(st.text(), st.integers(2, 40))
def test_cut_fits(text: str, width: int) -> None:
    """A cut text never takes more cells than it may, and says that it was cut."""
    whole = printable(text)
    shown = cut(whole, width)
    assert cells(shown) <= width
    assert shown == whole or shown.endswith("…")


def test_escape_sequences_are_shown_not_obeyed() -> None:
    """Text of a ledger can't move the cursor or end a line."""
    assert printable("甲　乙") == "甲　乙"
    assert printable("甲\x1b[2J\n乙") == "甲\ufffd[2J\ufffd乙"
    assert "\x1b" not in table(("名称",), [("\x1b]0;x\x07",)], (False,))


def test_long_texts() -> None:
    """A long text is cut, but never in the last column."""
    text = "很长的原因" * 20
    shown = table(("甲", "乙"), [(text, text)], (False, False))
    assert shown.count(text) == 1
    assert "…" in shown
