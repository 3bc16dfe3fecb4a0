"""What a town asks for along a hazard's life: the table `[hazards]` of its rules file, one small reader a key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from coverage.course.replay import Policy
from coverage.course.timing import LONGEST_RECURRENCE
from coverage.course.transitions import ACTION_WORDS, Action
from geodata.errors import RulesProblem
from geodata.model import HAZARD_LEVELS

_ACTIONS = {str(action): action for action in Action} | {word: action for action, word in ACTION_WORDS.items()}
MOST_DAYS = 366


def parse_policy(text: str) -> Policy:
    """Read `[hazards]`; a key that is left out stands as `Policy` has it.

    Raises
    ------
    RulesProblem
        Names the key and says what to write instead.
    """
    given = tomllib.loads(text).get("hazards", {})
    unknown = sorted(set(given) - set(READERS)) if isinstance(given, dict) else [str(given)]
    if unknown:
        raise RulesProblem(
            f"规则文件的 [hazards] 一节不认识“{unknown[0]}”，只能有 {'、'.join(READERS)}，"
            '例如 photos = ["报告整改完成", "复查合格"]。'
        )
    return Policy(**{name: READERS[name](value) for name, value in given.items()})


def _photos(given: Any) -> frozenset[Action]:
    wrong = [word for word in given if word not in _ACTIONS] if isinstance(given, list) else [given]
    if wrong:
        raise RulesProblem(
            f"规则文件 [hazards] 的 photos 不认识“{wrong[0]}”，应是一个列表，可写：{'、'.join(ACTION_WORDS.values())}。"
        )
    return frozenset(_ACTIONS[word] for word in given)


def _recurrence_days(given: Any) -> int:
    return _days(given, "recurrence_days", 1, "整改后几天内同一场所又查出同类隐患算反复，例如 180", LONGEST_RECURRENCE)


def _due_soon_days(given: Any) -> int:
    return _days(given, "due_soon_days", 0, "离期限几个工作日以内算临期，例如 3")


def _stale_days(given: Any) -> int:
    return _days(given, "stale_days", 1, "重大隐患几天没有更新算超期未更新，例如 7")


def _supervise_after(given: Any) -> tuple[int, ...]:
    if not isinstance(given, list) or not all(_is_number(each, 1) for each in given) or given != sorted(set(given)):
        raise RulesProblem(
            f"规则文件 [hazards] 的 supervise_after 是“{given}”：应是从小到大、不重复的整数（1 到 {MOST_DAYS}），"
            "即逾期几个工作日时下发督办单，例如 [1, 5, 10]；不按逾期下发就写 []。"
        )
    return tuple(given)


def _zero_by(given: Any) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{2})-([0-9]{2})", given) if isinstance(given, str) else None
    try:
        day = (
            date(2023, *map(int, found.groups())) if found else None
        )  # a year without 29 February: it comes every year
    except ValueError:
        day = None
    if day is None:
        raise RulesProblem(
            f'规则文件 [hazards] 的 zero_by 是“{given}”：应是每年都有的月和日，即重大隐患清零的日子，例如 "12-31"。'
        )
    return day.month, day.day


def _deadline_days(given: Any) -> Mapping[str, int]:
    if not isinstance(given, dict) or set(given) - set(HAZARD_LEVELS) or not all(map(_is_number, given.values())):
        raise RulesProblem(
            f"规则文件 [hazards] 的 deadline_days 是“{given}”：应写明等级和工作日数（1 到 {MOST_DAYS}），"
            '例如 { "一般" = 10, "重大" = 30 }。它只是交办时建议的期限，不会自动填入。'
        )
    return MappingProxyType(dict(given))


def _days(given: Any, key: str, least: int, means: str, most: int = MOST_DAYS) -> int:
    if not _is_number(given, least, most):
        raise RulesProblem(f"规则文件 [hazards] 的 {key} 是“{given}”：应是 {least} 到 {most} 的整数，即{means}。")
    return int(given)


def _is_number(given: Any, least: int = 1, most: int = MOST_DAYS) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and least <= given <= most


READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "photos": _photos,
        "due_soon_days": _due_soon_days,
        "stale_days": _stale_days,
        "supervise_after": _supervise_after,
        "zero_by": _zero_by,
        "deadline_days": _deadline_days,
        "recurrence_days": _recurrence_days,
    }
)
"""Every key, in the order in which the documents list them."""
