"""What a town asks for along a hazard's life."""

from __future__ import annotations

import pytest

from coverage.course.policy import parse_policy
from coverage.course.replay import Policy
from coverage.course.transitions import Action
from geodata.errors import RulesProblem


def test_steps_with_photos() -> None:
    """By word or by Chinese name; without the table none needs one."""
    text = '[hazards]\nphotos = ["报告整改完成", "pass"]\n'
    assert parse_policy(text) == Policy(frozenset({Action.RECTIFY, Action.PASS}))
    assert parse_policy("") == Policy()


def test_days_of_recurrence() -> None:
    """As the town says, else 180."""
    assert parse_policy("[hazards]\nrecurrence_days = 30").recurrence_days == 30
    assert parse_policy("").recurrence_days == 180


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[hazards]\nrecurrence_days = 0", "不小于 1 的整数"),
        ('[hazards]\nrecurrence_days = "半年"', "不小于 1 的整数"),
        ("[hazards]\nrecurrence_days = 4000", "不超过 3650 天"),
        ('[hazards]\nphotos = ["拍照"]', "不认识“拍照”"),
        ('[hazards]\nphotos = "销号"', "应是一个列表"),
        ("[hazards]\npictures = []", "只能有 photos"),
        ("hazards = 3", "只能有 photos"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    """The key and what to write instead are named."""
    with pytest.raises(RulesProblem, match=said):
        parse_policy(text)
