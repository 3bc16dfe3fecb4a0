"""What a report is asked of, and what its files are called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.reports.asked import safe_names


def test_ids_that_differ_in_signs_alone_have_files_of_their_own() -> None:
    """A slash and a colon can't stand in a name; what they told apart is told by a number."""
    assert safe_names(["H/1", "H:1", "h 1", ".."]) == {
        "H 1": "H/1",
        "H 1（2）": "H:1",
        "h 1（3）": "h 1",
        "未命名": "..",
    }


@given(st.lists(st.text(max_size=6), unique=True, max_size=12))
def test_no_text_is_lost(texts: list[str]) -> None:
    """Each text has a name, in their order, no name leaves its folder, and none is another's in other letters."""
    names = safe_names(texts)
    assert list(names.values()) == texts
    assert len({name.casefold() for name in names}) == len(texts)
    assert not any("/" in name or "\\" in name or name in (".", "..") for name in names)
