"""Places known as of a day: where each id stands."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.roster import positions_among

WORDS = st.text(alphabet="甲乙a0", max_size=2)


@given(st.lists(WORDS, unique=True, max_size=8), st.lists(st.none() | WORDS, max_size=8), st.booleans())
def test_each_id_stands_where_a_search_finds_it(known: list[str], ids: list[str | None], as_objects: bool) -> None:
    """The position is that of a search from the front, -1 for an unknown or missing id, whatever holds the texts."""
    dtype = "object" if as_objects else "str"
    found = positions_among(pd.Series(known, dtype="str"), pd.Series(ids, dtype=dtype))
    assert found.tolist() == [known.index(each) if each in known else -1 for each in ids]


def test_an_id_that_is_known_twice() -> None:
    """Ids of places are there once: figures are refused sooner than given to the wrong place."""
    with pytest.raises(ValueError, match="twice"):
        positions_among(pd.Series(["甲", "甲"], dtype="str"), pd.Series(["甲"], dtype="str"))
