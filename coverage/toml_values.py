"""Values of a rules file: read by key, or refused with the rule, the key and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from geodata.errors import RulesProblem


def text(where: str, table: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """Read a text that is not empty; with a default, one that may be left out."""
    value = table.get(key, default)
    if value is None:
        raise RulesProblem(f"{where}：缺少 {key}。")
    if not isinstance(value, str) or (not value.strip() and default != ""):
        raise RulesProblem(f"{where}：{key} 应为非空文字，现为 {value!r}。")
    return value.strip()


def words(
    where: str, table: Mapping[str, Any], key: str, vocabulary: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Read a list of words, turned into canonical ones where there is a vocabulary; () where the key is left out."""
    if key not in table:
        return ()
    value = table[key]
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word.strip() for word in value):
        raise RulesProblem(f'{where}：{key} 应为文字列表，如 ["甲", "乙"]，且不能为空，现为 {value!r}。')
    given = [word.strip() for word in value]
    for word in given:
        if vocabulary is not None and word not in vocabulary:
            choices = "、".join(dict.fromkeys(vocabulary.values()))
            raise RulesProblem(f"{where}：{key} 不认识“{word}”{nearest(word, vocabulary)}，可写：{choices}。")
    return tuple(dict.fromkeys(vocabulary[word] if vocabulary else word for word in given))


def whole(where: str, table: Mapping[str, Any], key: str, at_least: int) -> int | None:
    """Read a whole number; None where the key is left out."""
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < at_least:
        raise RulesProblem(f"{where}：{key} 应为不小于 {at_least} 的整数，现为 {value!r}。")
    return value


def flag(where: str, table: Mapping[str, Any], key: str) -> bool:
    """Read true or false; false where the key is left out."""
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise RulesProblem(f"{where}：{key} 应为 true 或 false，现为 {value!r}。")
    return value


def day(where: str, what: str, value: object) -> date:
    """Read a day, written as a TOML date or a text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return datetime.strptime(str(value), "%Y-%m-%d").date()
    except ValueError as problem:
        raise RulesProblem(f"{where}：{what} {str(value)!r} 不存在或不是 2024-02-10 的写法。") from problem


def refuse_unknown(where: str, table: Mapping[str, Any], known: Sequence[str]) -> None:
    """Refuse a key that is not known."""
    for key in table:
        if key not in known:
            raise RulesProblem(f"{where}：不认识的键 {key}{nearest(key, known)}，可写：{'、'.join(known)}。")


def nearest(word: str, known: Mapping[str, Any] | Sequence[str]) -> str:
    """Give the known word that is most like it, as a question; nothing when none is."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"（是不是 {near[0]}？）" if near else ""
