"""What a town asks for along a hazard's life: the table `[hazards]` of its rules file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from coverage.course.replay import Policy
from coverage.course.timing import LONGEST_RECURRENCE, RECURRENCE_DAYS
from coverage.course.transitions import ACTION_WORDS, Action
from coverage.toml_values import whole
from geodata.errors import RulesProblem

_ACTIONS = {str(action): action for action in Action} | {word: action for action, word in ACTION_WORDS.items()}


def parse_policy(text: str) -> Policy:
    """Read `[hazards]`: what a town asks for.

    `photos` lists the steps that need a photo, by their word or their Chinese name; `recurrence_days` says within how
    many days a hazard found again at its place recurs.

    Raises
    ------
    RulesProblem
        Names the key and says what to write instead.
    """
    given = tomllib.loads(text).get("hazards", {})
    if not isinstance(given, dict) or set(given) - {"photos", "recurrence_days"}:
        raise RulesProblem(
            '规则文件的 [hazards] 一节只能有 photos、recurrence_days，例如 photos = ["报告整改完成", "复查合格"]。'
        )
    asked = given.get("photos", [])
    wrong = [word for word in asked if word not in _ACTIONS] if isinstance(asked, list) else [asked]
    if wrong:
        raise RulesProblem(
            f"规则文件 [hazards] 的 photos 不认识“{wrong[0]}”，应是一个列表，可写：{'、'.join(ACTION_WORDS.values())}。"
        )
    return Policy(frozenset(_ACTIONS[word] for word in asked), _recurrence_days(given))


def _recurrence_days(given: Mapping[str, Any]) -> int:
    days = whole("规则文件 [hazards]", given, "recurrence_days", 1)
    if days is not None and days > LONGEST_RECURRENCE:
        raise RulesProblem(f"规则文件 [hazards]：recurrence_days 应不超过 {LONGEST_RECURRENCE} 天，现为 {days}。")
    return RECURRENCE_DAYS if days is None else days
