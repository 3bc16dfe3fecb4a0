"""Codes as a person orders them."""

import random

from hypothesis import given
from hypothesis import strategies as st

from grids.codes import natural_key, natural_ranks


def test_numbers_count_as_numbers() -> None:
    """2 stands before 10, and a beat's second part counts too."""
    wanted = ["1", "2", "10", "11", "25", "3-9", "3-10", "A2", "A10"]
    assert sorted(random.Random(1).sample(wanted, len(wanted)), key=natural_key) == [
        *("1", "2", "3-9", "3-10", "10", "11", "25", "A2", "A10")
    ]


def test_official_codes_keep_their_order() -> None:
    """Codes of one length, as a division's are, are ordered as their texts."""
    codes = ["441900121003", "441900121001", "441900121010"]
    assert sorted(codes, key=natural_key) == sorted(codes)


@given(st.lists(st.from_regex(r"[A-Z]?[0-9]{0,3}", fullmatch=True), max_size=8))
def test_ranks_say_the_sorted_order(codes: list[str]) -> None:
    """The ranks are a permutation that sorts the codes."""
    ranks = natural_ranks(codes)
    assert sorted(ranks) == list(range(len(codes)))
    assert [code for _, code in sorted(zip(ranks, codes, strict=True))] == sorted(codes, key=natural_key)
