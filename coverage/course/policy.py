"""What a town asks for along a hazard's life: the table `[hazards]` of its rules file."""

from __future__ import annotations

import tomllib

from coverage.course.replay import Policy
from coverage.course.transitions import ACTION_WORDS, Action
from geodata.errors import RulesProblem

_ACTIONS = {str(action): action for action in Action} | {word: action for action, word in ACTION_WORDS.items()}


def parse_policy(text: str) -> Policy:
    """Read `[hazards]`: `photos` lists the steps that need a photo, by their word or their Chinese name.

    Raises
    ------
    RulesProblem
        Names the key and says what to write instead.
    """
    given = tomllib.loads(text).get("hazards", {})
    if not isinstance(given, dict) or set(given) - {"photos"}:
        raise RulesProblem('规则文件的 [hazards] 一节只能有 photos，例如 photos = ["报告整改完成", "复查合格"]。')
    asked = given.get("photos", [])
    wrong = [word for word in asked if word not in _ACTIONS] if isinstance(asked, list) else [asked]
    if wrong:
        raise RulesProblem(
            f"规则文件 [hazards] 的 photos 不认识“{wrong[0]}”，应是一个列表，可写：{'、'.join(ACTION_WORDS.values())}。"
        )
    return Policy(frozenset(_ACTIONS[word] for word in asked))
