"""A rules file with other minutes of a visit: the table `[minutes]` changed in its text, all else left as it is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping

from coverage.workload import parse_habits
from geodata.errors import RulesProblem

TABLE = "minutes"
_HEAD = re.compile(r"\s*\[\s*minutes\s*\]\s*(#.*)?")
_NEXT = re.compile(r"\s*\[")


def with_minutes(text: str, minutes: Mapping[str, int]) -> str:
    """Give the rules file with these minutes by industry or risk; comments and all other lines stay.

    Raises
    ------
    RulesProblem
        The table is written in a way that can't be changed line by line, or minutes are none.
    """
    lines = text.splitlines()
    head = next((at for at, line in enumerate(lines) if _HEAD.fullmatch(line)), None)
    if head is None:
        lines += ["", f"[{TABLE}]"]
        head = len(lines) - 1
    end = next((at for at in range(head + 1, len(lines)) if _NEXT.match(lines[at])), len(lines))
    table = lines[head + 1 : end]
    new = []
    for name, value in minutes.items():
        at = next((at for at, line in enumerate(table) if _is_of(line, name)), None)
        said = f"{json.dumps(name, ensure_ascii=False)} = {value}"
        if at is None:
            new.append(said)
        else:
            table[at] = said
    changed = "\n".join([*lines[: head + 1], *new, *table, *lines[end:]]) + "\n"
    _check(text, changed, minutes)
    return changed


def _is_of(line: str, name: str) -> bool:
    """Say whether a line gives the value of a key."""
    try:
        return list(tomllib.loads(line)) == [name]
    except tomllib.TOMLDecodeError:
        return False


def _check(text: str, changed: str, minutes: Mapping[str, int]) -> None:
    """Refuse a text that says anything else than the old one with these minutes."""
    old = tomllib.loads(text)
    table = old.get(TABLE, {})
    try:
        as_meant = isinstance(table, dict) and tomllib.loads(changed) == {**old, TABLE: {**table, **minutes}}
    except tomllib.TOMLDecodeError:
        as_meant = False
    if not as_meant:
        wanted = "、".join(f'"{name}" = {value}' for name, value in minutes.items())
        how = f"请手工写上 {wanted}，再用 wangge rules --load。"
        raise RulesProblem(f"规则文件的 [minutes] 写法特别，不能自动改：{how}")
    parse_habits(changed)
