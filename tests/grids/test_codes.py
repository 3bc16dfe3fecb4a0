"""Codes as a person orders them."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import DivideProblem
from grids.codes import natural_key, natural_ranks, new_codes, parent_codes, prefix_problem


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


def test_a_prefix_is_looked_at() -> None:
    """Province, town and form are checked by the standards; what they leave open is not."""
    assert prefix_problem("441900121") is None
    assert prefix_problem("441900121000") is None
    assert prefix_problem("441900121001") is None
    assert prefix_problem("110101001") is None
    assert "不是省级代码" in str(prefix_problem("990001001"))
    assert "不是街道、乡镇代码" in str(prefix_problem("441900921"))
    assert "不全是数字" in str(prefix_problem("4419A0"))
    assert "至少 6 位" in str(prefix_problem("4419"))


def test_what_grids_begin_with() -> None:
    """A community's own 12 digits where they begin as the town's, else the town's and a number nobody has."""
    assert parent_codes("441900121", ["441900121001", "441900121200"]) == ["441900121001", "441900121200"]
    assert parent_codes("441900121", ["10", "2", "441900121001"]) == ["441900121003", "441900121002", "441900121001"]
    assert parent_codes("441900", ["441900121001", "7"]) == ["441900121001", "441900000001"]


def test_numbers_go_from_west_to_east_then_from_north_to_south() -> None:
    """The westernmost is the first; of equally western ones the northernmost; each parent has its own numbers."""
    x, y = np.array([3.0, 1, 1, 2]), np.array([0.0, 0, 5, 0])
    assert new_codes(["A", "A", "A", "B"], x, y, []) == ["A003", "A002", "A001", "B001"]
    assert new_codes(["PQ", "PQ"], np.array([2.0, 1]), np.zeros(2), ["PQ9"], digits=0) == ["PQ11", "PQ10"]


@given(st.sets(st.integers(1, 900)), st.integers(1, 60), st.randoms())
def test_no_number_is_used_again(used: set[int], count: int, random: random.Random) -> None:
    """New codes are none that there is or ever was, and all different, in order of x."""
    x = np.array([random.random() for _ in range(count)])
    made = new_codes(["441900121001"] * count, x, np.zeros(count), [f"441900121001{number:03d}" for number in used])
    assert not {int(code[-3:]) for code in made} & used
    assert [made[at] for at in np.argsort(x, kind="stable")] == sorted(set(made))


def test_numbers_run_out() -> None:
    """A community that has used 999 numbers is told so."""
    with pytest.raises(DivideProblem, match="已经用完"):
        new_codes(["A"], np.zeros(1), np.zeros(1), ["A999"])
