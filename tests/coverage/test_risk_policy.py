"""How a town scores risk: the table of its rules file, its defaults, and what is refused."""

from __future__ import annotations

import tomllib

import pytest

from coverage.risk_policy import LEVELS, parse_risk
from coverage.rules import parse_rules
from geodata.errors import RulesProblem
from geodata.store import DEFAULT_RULES


def test_the_default_rules_say_what_holds_without_them() -> None:
    """What a new town finds in its file is what wangge takes when the table is left out, key by key."""
    text = DEFAULT_RULES.read_text(encoding="utf-8")
    assert tomllib.loads(text)["risk"]
    assert parse_risk(text) == parse_risk("")
    assert parse_rules(text)


def test_a_town_changes_what_it_names() -> None:
    """Named entries are replaced, the others stay; the bands of people are replaced together."""
    policy = parse_risk(
        '[risk]\ndays = 180\nworrying = 7.5\n[risk.each]\n"反复出现" = 9\n[risk.industry]\n"洗果厂" = 12\n'
        '[risk.least]\n"洗果厂" = "较大"\n"燃气" = "低"\n[risk.headcount]\n"20" = 1\n"5" = 1\n'
        '[risk.levels]\n"重大" = 90\n[risk.measures]\n"低" = " 自查 "\n'
    )
    assert (policy.days, policy.worrying, policy.each["recurring"], policy.each["open"]) == (180, 7.5, 9.0, 3.0)
    assert (policy.industry["洗果厂"], policy.industry["燃气"]) == (12.0, 35.0)
    assert (policy.least["洗果厂"], policy.least["燃气"], policy.least["危险化学品"]) == ("较大", "低", "较大")
    assert policy.headcount == ((5, 1.0), (20, 1.0))
    assert policy.levels == {**LEVELS, "重大": 90.0}
    assert policy.measures["低"] == "自查"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("risk = 3", "应写成一节"),
        ("[risk]\nday = 3", "不认识的键 day（是不是 days？）"),
        ("[risk]\ndays = 0", "days 写成了 0"),
        ("[risk]\ndays = true", "days 写成了 True"),
        ("[risk]\ndays = 3.5", "days 写成了 3.5"),
        ('[risk]\nworrying = "多"', "worrying写成了 '多'"),
        ("[risk]\neach = 3", r"each 应写成 \[risk.each\] 一节"),
        ('[risk.each]\n"反复隐患" = 3', "不认识的键 反复隐患"),
        ('[risk.each]\n"反复出现" = -1', "“反复出现”写成了 -1，应写分数"),
        ('[risk.most]\n"反复出现" = nan', "“反复出现”写成了 nan"),
        ('[risk.most]\n"反复出现" = inf', "“反复出现”写成了 inf"),
        ('[risk.industry]\n"燃气" = 1001', "“燃气”写成了 1001"),
        ('[risk.industry]\n"燃气" = false', "“燃气”写成了 False"),
        ('[risk.headcount]\n"很多" = 3', "“很多”不是人数"),
        ('[risk.headcount]\n"0" = 3', "“0”不是人数"),
        ('[risk.headcount]\n"²" = 3', "“²”不是人数"),
        ('[risk.headcount]\n"10" = 5\n"20" = 4', "人越多分不能越低"),
        ('[risk.levels]\n"低" = 1', "不认识的键 低"),
        ('[risk.levels]\n"一般" = 40', "0 < 一般 < 较大 < 重大"),
        ('[risk.levels]\n"一般" = 0', "0 < 一般 < 较大 < 重大"),
        ('[risk.least]\n"燃气" = "高"', "应写最低等级：重大、较大、一般、低"),
        ('[risk.least]\n"燃气" = 3', "应写最低等级"),
        ('[risk.measures]\n"低" = " "', "应写管控措施的文字"),
        ('[risk.measures]\n"蓝" = "查"', "不认识的键 蓝"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    """The key, what stands there and what to write instead are named."""
    with pytest.raises(RulesProblem, match=said):
        parse_risk(text)
