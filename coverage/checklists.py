"""What is looked at on the spot, by industry: a town's checklists (TOML), as phones and forms show them.

A place takes the checklist that names its industry, else the one that names none: what holds everywhere. An item that
fails is a hazard; its level and category are proposals.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from coverage.toml_values import refuse_unknown, text, words
from geodata.errors import RulesProblem
from geodata.tables import HAZARDS

KEYS = ("id", "name", "industry", "items", "source")
ITEM_KEYS = ("text", "hazard", "level", "category")
MOST_ITEMS = 100
LONGEST = 200
ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Item:
    """One thing to look at.

    Attributes
    ----------
    id
        `<checklist>-<number>`, numbers from 1: letters, digits, `-` and `_`.
    text
        How it should be.
    hazard
        What stands in the ledger when it isn't so.
    level, category
        Of that hazard.
    """

    id: str
    text: str
    hazard: str
    level: str = "一般"
    category: str | None = None


@dataclass(frozen=True)
class Checklist:
    """A checklist of some industries; of no industry: of every place that no other list names."""

    id: str
    name: str
    industry: tuple[str, ...]
    items: tuple[Item, ...]


def parse_checklists(toml: str) -> tuple[Checklist, ...]:
    """Read a town's checklists.

    Raises
    ------
    RulesProblem
        No TOML; a list, an item or an industry that is not as it must be, with what to write instead.
    """
    try:
        document = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as problem:
        raise RulesProblem(f"检查表文件不是有效的 TOML：{problem}。") from problem
    refuse_unknown("检查表文件", document, ("checklist",))
    given = document.get("checklist")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise RulesProblem("检查表文件里没有 [[checklist]]。每张检查表写一段，从 [[checklist]] 开始。")
    lists = tuple(_checklist(number, each) for number, each in enumerate(given, 1))
    _check_once("id", [each.id for each in lists])
    _check_once("行业", [word for each in lists for word in each.industry or ("（不写行业的通用表）",)])
    return lists


def checklist_of(lists: Sequence[Checklist], industry: str | None) -> Checklist | None:
    """Give the checklist of an industry; the general one where none names it, None where there is none either."""
    named = next((each for each in lists if industry in each.industry), None)
    return named or next((each for each in lists if not each.industry), None)


def checklists_said(lists: Sequence[Checklist]) -> list[dict[str, Any]]:
    """Give checklists as JSON holds them."""
    return [asdict(each) for each in lists]


def _checklist(number: int, table: Mapping[str, Any]) -> Checklist:
    where = f"第 {number} 张检查表"
    name = text(where, table, "name")
    where = f"检查表“{name}”"
    refuse_unknown(where, table, KEYS)
    own = text(where, table, "id")
    if not ID.fullmatch(own):
        raise RulesProblem(f"{where}：id 应以字母开头，只用字母、数字、- 和 _，最多 40 个，现为 {own!r}。")
    given = table.get("items")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_ITEMS:
        raise RulesProblem(f"{where}：items 应为 1 到 {MOST_ITEMS} 项的列表。")
    items = tuple(_item(f"{where}第 {at} 项", f"{own}-{at}", each) for at, each in enumerate(given, 1))
    return Checklist(own, name, words(where, table, "industry"), items)


def _item(where: str, own: str, given: Any) -> Item:
    """Read an item: a text alone, or a table."""
    table = {"text": given} if isinstance(given, str) else given
    if not isinstance(table, dict):
        raise RulesProblem(f'{where} 应为文字，或 {{ text = "…", hazard = "…" }}，现为 {given!r}。')
    refuse_unknown(where, table, ITEM_KEYS)
    should = text(where, table, "text")
    level = text(where, table, "level", "一般")
    known = HAZARDS.column("level").choices
    if level not in known:
        raise RulesProblem(f"{where}：level 可写：{'、'.join(dict.fromkeys(known.values()))}，现为 {level!r}。")
    hazard = text(where, table, "hazard", f"不符合：{should}")
    if max(len(should), len(hazard)) > LONGEST:
        raise RulesProblem(f"{where} 太长，text 和 hazard 各最多 {LONGEST} 个字。")
    return Item(own, should, hazard, known[level], text(where, table, "category", "") or None)


def _check_once(what: str, values: Sequence[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise RulesProblem(f"检查表文件里{what}“{value}”出现了两次，手机不知道用哪一张，请只留一处。")
        seen.add(value)
