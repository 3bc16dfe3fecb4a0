"""Checklists: read, refused in clear words, found by industry."""

from __future__ import annotations

import pytest

from coverage.checklists import Item, checklist_of, checklists_said, parse_checklists
from geodata.errors import RulesProblem
from geodata.store import DEFAULT_CHECKLISTS
from geodata.synthetic.trades import TRADES

TWO = """
[[checklist]]
id = "general"
name = "通用"
items = ["门口畅通"]
[[checklist]]
id = "gas"
name = "燃气"
industry = ["燃气", "液化气"]
items = [{ text = "阀门完好", hazard = "阀门损坏", level = "重大隐患", category = "设备" }, "软管完好"]
"""


def test_read() -> None:
    """An item is a text alone or a table; what is left out is the usual."""
    general, gas = parse_checklists(TWO)
    assert general.items == (Item("general-1", "门口畅通", "不符合：门口畅通"),)
    assert gas.items[0] == Item("gas-1", "阀门完好", "阀门损坏", "重大", "设备")
    assert (gas.items[1].id, gas.items[1].level) == ("gas-2", "一般")
    assert checklists_said([gas])[0]["items"][0]["hazard"] == "阀门损坏"


def test_found_by_industry() -> None:
    """A place takes the list that names its industry, else the general one, else none."""
    lists = parse_checklists(TWO)
    names = {word: getattr(checklist_of(lists, word), "name", None) for word in ("燃气", "液化气", "教育", None)}
    assert names == {"燃气": "燃气", "液化气": "燃气", "教育": "通用", None: "通用"}
    assert checklist_of(lists[1:], "教育") is None


def test_what_a_town_starts_with() -> None:
    """Every list has 5 to 10 items; every industry of the made-up town finds one."""
    lists = parse_checklists(DEFAULT_CHECKLISTS.read_text(encoding="utf-8"))
    assert all(5 <= len(each.items) <= 10 for each in lists)
    assert all(checklist_of(lists, trade.industry) for trade in TRADES)
    ids = [item.id for each in lists for item in each.items]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[[checklist]]", "[checklist", "不是有效的 TOML"),
        (TWO, "", "没有 \\[\\[checklist\\]\\]"),
        (TWO, "checklist = [1]", "没有 \\[\\[checklist\\]\\]"),
        ('id = "gas"', 'id = "general"', "id“general”出现了两次"),
        ('id = "gas"', 'id = "燃气"', "应以字母开头"),
        ('industry = ["燃气", "液化气"]', "", "通用表）”出现了两次"),
        ('"液化气"', '"液化气"\n, 3', "应为文字列表"),
        ('items = ["门口畅通"]', "items = []", "1 到 100 项"),
        ('items = ["门口畅通"]', "items = [3]", "“通用”第 1 项 应为文字"),
        ('items = ["门口畅通"]', f'items = ["{"长" * 201}"]', "太长"),
        ('level = "重大隐患"', 'level = "很大"', "level 可写：一般、重大"),
        ('hazard = "阀门损坏"', 'harzard = "阀门损坏"', "是不是 hazard"),
        ('name = "通用"', "", "缺少 name"),
    ],
)
def test_refused(before: str, after: str, said: str) -> None:
    """What is not as it must be is named with what to write instead."""
    with pytest.raises(RulesProblem, match=said):
        parse_checklists(TWO.replace(before, after, 1))
