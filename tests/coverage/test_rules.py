"""Rules from TOML: what is read, what is refused and in which words."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources

import pytest

from coverage.periods import Period
from coverage.rules import Applies, Rule, Term, parse_rules
from geodata.errors import RulesProblem

DEFAULTS = resources.files("geodata").joinpath("default_rules.toml").read_text(encoding="utf-8")
MONTHLY = '[[rule]]\nid = "m"\nevery = "month"\n'


def test_example_of_the_contract() -> None:
    """Every key of the contract's example is read."""
    (rule,) = parse_rules(
        """
        [[rule]]
        id = "chemicals-monthly"
        name = "危险化学品每月例行检查"
        duty = "routine"
        applies = { industry = ["危险化学品"], risk = ["红"], min_headcount = 3, tags = ["a"], place_id = ["p"] }
        by = ["inspector", "部门"]
        times = 2
        every = "month"
        verified = true
        source = "township report"
        """
    )
    assert rule == Rule(
        id="chemicals-monthly",
        name="危险化学品每月例行检查",
        duty="routine",
        applies=Applies(("危险化学品",), ("重大",), ("a",), (), 3, ("p",)),
        by=("inspector", "department"),
        times=2,
        every="month",
        window=None,
        verified=True,
        source="township report",
    )


def test_what_may_be_left_out() -> None:
    """Left out: name is the id, all places, anybody but the enterprise, once, not only verified; duty by kind."""
    calendar, campaign = parse_rules(MONTHLY + '[[rule]]\nid = "c"\nwindow = [2024-02-10, "2024-03-10"]\n')
    assert calendar == Rule("m", "m", "routine", Applies(), None, 1, "month", None, False, "")
    assert campaign.duty == "campaign"
    assert campaign.window == (date(2024, 2, 10), date(2024, 3, 10))


def test_no_rules() -> None:
    """An empty text is a town without rules."""
    assert parse_rules("") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]\nid = 1", "不是有效的 TOML"),
        ("[rule]\nid = 'a'", "[[rule]]"),
        ("[[rules]]\nid = 'a'", "规则文件：不认识的键 rules（是不是 rule？）"),
        ('[[rule]]\nevery = "month"', "第 1 条规则：缺少 id"),
        ('[[rule]]\nid = " "\nevery = "month"', "第 1 条规则：id 应为非空文字"),
        (MONTHLY + 'evry = "month"', "第 1 条规则“m”：不认识的键 evry（是不是 every？）"),
        (MONTHLY + 'name = ""', "第 1 条规则“m”：name 应为非空文字"),
        (MONTHLY + "applies = 3", "第 1 条规则“m”：applies 应写成"),
        (MONTHLY + 'applies = { industries = ["a"] }', "“m” 的 applies：不认识的键 industries（是不是 industry？）"),
        (MONTHLY + 'applies = { risk = ["重"] }', "applies：risk 不认识“重”"),
        (MONTHLY + 'applies = { tags = "a" }', "applies：tags 应为文字列表"),
        (MONTHLY + "applies = { industry = [] }", "applies：industry 应为文字列表"),
        (MONTHLY + "applies = { min_headcount = -1 }", "min_headcount 应为不小于 0 的整数"),
        (MONTHLY + 'by = ["inspectr"]', "by 不认识“inspectr”（是不是 inspector？）"),
        (MONTHLY + "by = []", "by 应为文字列表"),
        (MONTHLY + "times = 0", "times 应为不小于 1 的整数，现为 0"),
        (MONTHLY + "times = true", "times 应为不小于 1 的整数"),
        (MONTHLY + 'verified = "yes"', "verified 应为 true 或 false"),
        ('[[rule]]\nid = "m"\nevery = "monthly"', "every 不认识 'monthly'（是不是 month？）"),
        ('[[rule]]\nid = "m"\nevery = ["month"]', "every 不认识"),
        ('[[rule]]\nid = "m"', "必须且只能写一个"),
        (MONTHLY + 'window = ["2024-02-10", "2024-03-10"]', "必须且只能写一个"),
        ('[[rule]]\nid = "m"\nwindow = ["2024-02-10"]', "window 应为起止两个日期"),
        ('[[rule]]\nid = "m"\nwindow = ["2024-02-30", "2024-03-10"]', "window 的日期 '2024-02-30' 不存在"),
        ('[[rule]]\nid = "m"\nwindow = [2024-02-10T08:00:00, 2024-03-10]', "window 的日期"),
        ('[[rule]]\nid = "m"\nwindow = ["2024-03-10", "2024-02-10"]', "结束日期 2024-02-10 早于开始日期 2024-03-10"),
        (MONTHLY + MONTHLY, "第 2 条规则：id “m”与第 1 条重复"),
    ],
)
def test_refused(text: str, said: str) -> None:
    """Each mistake is refused with the rule and the key."""
    with pytest.raises(RulesProblem, match=re.escape(said)):
        parse_rules(text)


def test_term_of_a_campaign() -> None:
    """A campaign asks nothing before its first day, and is over the day after its last."""
    (rule,) = parse_rules('[[rule]]\nid = "c"\nwindow = ["2024-02-10", "2024-03-10"]')
    window = Period(date(2024, 2, 10), date(2024, 3, 10), "2024-02-10/2024-03-10", "2024-02-10至2024-03-10")
    assert rule.term(date(2024, 2, 9)) is None
    assert rule.term(date(2024, 2, 10)) == Term(window, None, ended=False)
    assert rule.term(date(2024, 3, 10)) == Term(window, None, ended=False)
    assert rule.term(date(2024, 3, 11)) == Term(window, None, ended=True)


def test_default_rules() -> None:
    """The default set can be read, and each rule says where it comes from."""
    rules = parse_rules(DEFAULTS)
    assert len(rules) == 9
    assert all(rule.source and rule.name != rule.id for rule in rules)


def test_examples_in_the_default_rules() -> None:
    """The rules that stand there as comments can be read once the # is taken away."""
    start = DEFAULTS.index("# ── 示例")
    lines = [line[2:] for line in DEFAULTS[start:].splitlines() if re.match(r"# (\[\[rule|[a-z]+ = )", line)]
    assert len(parse_rules(DEFAULTS + "\n".join(lines))) == 14
