"""Columns of texts, looked through without a Python text a row."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.texts import UNKNOWN_TEXT, is_ascending, is_one_of, numbers_among

WORDS = st.text(alphabet="甲乙a0", max_size=2)
COLUMNS = st.lists(st.none() | WORDS, max_size=8)
DTYPES = st.sampled_from(["str", "object"])


@given(COLUMNS, st.lists(WORDS, max_size=6), DTYPES)
def test_each_text_stands_where_a_search_finds_it(texts: list[str | None], words: list[str], dtype: str) -> None:
    """The number is that of a search from the front, of equal words the first; of a missing text there is none."""
    found = numbers_among(pd.Series(texts, dtype=dtype), pd.Series(words, dtype="str"))
    assert found.tolist() == [words.index(each) if each in words else UNKNOWN_TEXT for each in texts]


@given(COLUMNS, st.sets(WORDS, max_size=3), DTYPES)
def test_a_text_is_one_of_the_words_or_not(texts: list[str | None], words: set[str], dtype: str) -> None:
    """The flag is what `in` says; a missing text is none of them."""
    assert is_one_of(pd.Series(texts, dtype=dtype), words).tolist() == [each in words for each in texts]


@given(COLUMNS)
def test_ascending_is_each_greater_than_the_one_before(texts: list[str | None]) -> None:
    """Equal neighbours and missing texts are not ascending: ascending texts are different ones."""
    expected = all(
        one is not None and other is not None and one.encode() < other.encode() for one, other in pairwise(texts)
    )
    assert is_ascending(pd.Series(texts, dtype="str")) == expected


@pytest.mark.parametrize("dtype", ["str", "object", "float64", "category", "string"])
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_nothing_but_missing_texts(rows: int, dtype: str) -> None:
    """A column in which no text stands is looked through like any, whatever pandas took it for."""
    column = pd.Series([None] * rows, dtype=dtype)
    words = pd.Series(["a"], dtype="str")
    assert numbers_among(column, words).tolist() == [UNKNOWN_TEXT] * rows
    assert numbers_among(words, column).tolist() == [UNKNOWN_TEXT]
    assert is_one_of(column, ["a"]).tolist() == [False] * rows
    assert is_ascending(column) == (rows < 2)
