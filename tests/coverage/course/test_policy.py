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


def test_clocks() -> None:
    """Each key is read; one that is left out stands as it is meant."""
    text = """[hazards]
    due_soon_days = 0
    stale_days = 14
    supervise_after = [2, 4]
    zero_by = "11-30"
    deadline_days = { "一般" = 10, "重大" = 30 }
    """
    policy = parse_policy(text)
    assert (policy.due_soon_days, policy.stale_days, policy.supervise_after) == (0, 14, (2, 4))
    assert (policy.zero_by, dict(policy.deadline_days)) == ((11, 30), {"一般": 10, "重大": 30})
    assert parse_policy("[hazards]\nsupervise_after = []").supervise_after == ()
    assert (Policy().due_soon_days, Policy().stale_days, Policy().supervise_after) == (3, 7, (1, 5, 10))


def test_days_of_recurrence() -> None:
    """As the town says, else 180."""
    assert parse_policy("[hazards]\nrecurrence_days = 30").recurrence_days == 30
    assert parse_policy("").recurrence_days == 180


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[hazards]\ndue_soon_days = -1", "0 到 366 的整数"),
        ("[hazards]\ndue_soon_days = true", "临期"),
        ("[hazards]\nstale_days = 0", "1 到 366 的整数"),
        ("[hazards]\nstale_days = 7.5", "stale_days 是“7.5”"),
        ("[hazards]\nsupervise_after = 3", "从小到大"),
        ("[hazards]\nsupervise_after = [5, 1]", "从小到大"),
        ("[hazards]\nsupervise_after = [1, 1]", "不重复"),
        ("[hazards]\nsupervise_after = [0, 1]", "1 到 366"),
        ('[hazards]\nsupervise_after = ["一"]', "整数"),
        ('[hazards]\nzero_by = "2024-12-31"', "每年都有的月和日"),
        ('[hazards]\nzero_by = "02-29"', "每年都有"),
        ('[hazards]\nzero_by = "13-01"', "zero_by 是“13-01”"),
        ("[hazards]\nzero_by = 2024-12-31", "每年都有"),
        ("[hazards]\ndeadline_days = 10", "等级和工作日数"),
        ('[hazards]\ndeadline_days = { "特大" = 3 }', "等级和工作日数"),
        ('[hazards]\ndeadline_days = { "一般" = 0 }', "不会自动填入"),
        ("[hazards]\nrecurrence_days = 0", "1 到 3650 的整数"),
        ('[hazards]\nrecurrence_days = "半年"', "1 到 3650 的整数"),
        ("[hazards]\nrecurrence_days = 4000", "1 到 3650 的整数"),
        ('[hazards]\nphotos = ["拍照"]', "不认识“拍照”"),
        ('[hazards]\nphotos = "销号"', "应是一个列表"),
        ("[hazards]\npictures = []", "只能有 photos、due_soon_days"),
        ("hazards = 3", "只能有 photos、due_soon_days"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    """The key and what to write instead are named."""
    with pytest.raises(RulesProblem, match=said):
        parse_policy(text)
