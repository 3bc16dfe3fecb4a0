"""What an appraisal weighs: the table of the rules file, its defaults, and what is refused."""

from __future__ import annotations

import tomllib

import pytest

from coverage.appraisal_policy import INDICATORS, parse_appraisal
from geodata.errors import RulesProblem
from geodata.store import DEFAULT_RULES


def test_the_default_weights_make_a_hundred() -> None:
    """What a new town finds in its file is what is taken without it, and makes 100."""
    text = DEFAULT_RULES.read_text(encoding="utf-8")
    assert set(tomllib.loads(text)["appraisal"]["weights"]) == {each.name for each in INDICATORS.values()}
    assert parse_appraisal(text) == parse_appraisal("")
    assert sum(parse_appraisal("").weights.values()) == 100


def test_a_town_changes_weights() -> None:
    """Named weights are replaced, the others stay, together they make 100 again."""
    policy = parse_appraisal(
        '[appraisal]\nrefresh_days = 3\n[appraisal.weights]\n"检查覆盖率" = 12.5\n"检查核实率" = 17.5\n'
    )
    assert (policy.weights["coverage"], policy.weights["verified"], policy.weights["major"]) == (12.5, 17.5, 15.0)
    assert policy.refresh_days == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("appraisal = 3", "应写成一节"),
        ("[appraisal]\nweight = 3", "不认识的键 weight（是不是 weights？）"),
        ("[appraisal]\nweights = 3", r"应写成 \[appraisal.weights\] 一节"),
        ('[appraisal.weights]\n"检查率" = 3', "不认识的键 检查率"),
        ('[appraisal.weights]\n"检查覆盖率" = 25', "权重合计 105，应为 100"),
        ('[appraisal.weights]\n"检查覆盖率" = -1', "“检查覆盖率”写成了 -1"),
        ('[appraisal.weights]\n"检查覆盖率" = "高"', "“检查覆盖率”写成了 '高'"),
        ('[appraisal.weights]\n"检查覆盖率" = nan', "“检查覆盖率”写成了 nan"),
        ("[appraisal]\nrefresh_days = 0", "refresh_days 写成了 0"),
        ("[appraisal]\nrefresh_days = true", "refresh_days 写成了 True"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    """The key, what stands there and what to write instead are named."""
    with pytest.raises(RulesProblem, match=said):
        parse_appraisal(text)
