"""Real stays beside the rules' minutes, and the rules file that they end in."""

from __future__ import annotations

import tomllib
from statistics import median

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.minutes_text import with_minutes
from coverage.routes.observed_stays import ObservedStays
from coverage.routes.stays import LEAST, LEAST_CHANGE, interval_of_median, stay_figures
from coverage.workload import parse_habits
from geodata.errors import RulesProblem
from grids.workload import Habits
from tests.coverage.test_against_oracle import SOME

FEW = settings(SOME, max_examples=SOME.max_examples // 2)
HABITS = Habits({"重大": 60.0, "低": 15.0, "餐饮": 20.0}, 25.0)
Row = tuple[str | None, str | None, int, str, float]


def observed(rows: list[Row]) -> ObservedStays:
    """Give observed stays: industry, risk, hazards, source, minutes."""
    frame = pd.DataFrame(rows, columns=["industry", "risk", "hazards", "source", "minutes"])
    kinds = {"industry": "str", "risk": "str", "hazards": "int64", "source": "str", "minutes": "float64"}
    return ObservedStays(frame.astype(kinds), len(rows) + 5, 1)


drawn = st.tuples(
    st.sampled_from(["餐饮", "教育", None]),
    st.sampled_from(["重大", "低", None]),
    st.integers(0, 3),
    st.sampled_from(["track", "checkins"]),
    st.floats(1, 90).map(lambda value: round(value, 1)),
)


@FEW
@given(st.lists(drawn, max_size=90))
def test_as_somebody_would_sort_them(rows: list[Row]) -> None:
    """Each visit is in the group of its industry if that has enough, else of its risk, else among the others."""
    counts = {(each[0], each[3]): sum((other[0], other[3]) == (each[0], each[3]) for other in rows) for each in rows}
    enough = {industry for (industry, _), count in counts.items() if count >= LEAST and industry}
    groups: dict[tuple[str, str], list[Row]] = {}
    for each in rows:
        industry, risk = each[0], each[1]
        group = ("industry", industry) if industry in enough else ("risk", risk) if risk else ("other", "其他")
        groups.setdefault((group[0], str(group[1])), []).append(each)
    figures = stay_figures(observed(rows), HABITS)
    found = figures.rows[figures.rows["grouped_by"] != "hazards"].to_dict("records")
    assert {(row["grouped_by"], row["key"]) for row in found} == set(groups)
    for row in found:
        group = groups[row["grouped_by"], row["key"]]
        tracks = [each for each in group if each[3] == "track"]
        part = tracks if len(tracks) >= LEAST or len(tracks) == len(group) else [e for e in group if e[3] != "track"]
        assert (row["visits"], row["source"]) == (len(part), part[0][3])
        middle = median(each[4] for each in part)
        assert row["median"] == pytest.approx(middle, abs=0.051)
        planned = [HABITS.stays.get(e[0] or "", HABITS.stays.get(e[1] or "", HABITS.stay)) for e in part]
        assert row["rule_minutes"] == median(planned)
        if not np.isnan(row["proposed_minutes"]):
            assert len(part) >= LEAST
            assert abs(row["proposed_minutes"] - row["rule_minutes"]) >= LEAST_CHANGE
            assert not row["low"] <= row["rule_minutes"] <= row["high"]
    assert set(figures.proposals) <= {key for _, key in groups}


def test_the_interval_holds_the_median_as_often_as_it_says() -> None:
    """In 95 of 100 samples of a skewed law, or a little oftener."""
    rng = np.random.default_rng(1)
    for n in (20, 50, 200):
        samples = np.sort(rng.lognormal(3, 0.6, (2000, n)), axis=1)
        ends = np.array([interval_of_median(sample) for sample in samples])
        held = ((ends[:, 0] <= np.exp(3)) & (np.exp(3) <= ends[:, 1])).mean()
        assert 0.94 <= held <= 0.985


def test_a_proposal() -> None:
    """Enough visits whose median is clearly another than the rule's; a few long ones are told and move nothing."""
    rows: list[Row] = [("餐饮", "低", 0, "checkins", 10 + at % 5) for at in range(30)]
    rows += [("餐饮", "低", 2, "checkins", 200.0)] * 2
    figures = stay_figures(observed(rows), HABITS)
    (row,) = figures.rows[figures.rows["grouped_by"] == "industry"].to_dict("records")
    assert (row["proposed_minutes"], row["outliers"], row["rule_minutes"]) == (12, 2, 20)
    assert "短" in row["why"]
    assert figures.proposals == {"餐饮": 12}
    assert (figures.visits, figures.observed, figures.left_out) == (37, 32, 1)
    hazards = figures.rows[figures.rows["grouped_by"] == "hazards"]
    assert hazards["key"].tolist() == ["0", "2+"]
    assert hazards["proposed_minutes"].isna().all()
    assert not stay_figures(observed(rows[:19]), HABITS).proposals
    assert not stay_figures(observed([("餐饮", "低", 0, "track", 20 + at % 3) for at in range(30)]), HABITS).proposals


RULES = '# 镇里的规则\n[minutes]\n"重大" = 60 # 红\n"餐饮" = 20\n\n[routes]\nlunch = "无"  # 午休\n'


@pytest.mark.parametrize("text", ["", RULES, 'a = 1\n[[rule]]\nid = "x"\n', "[ minutes ] # 分钟"])
def test_the_rules_file_says_the_new_minutes_and_all_else(text: str) -> None:
    """A key that stands is changed, a new one added, everything else and its comments stay."""
    changed = with_minutes(text, {"餐饮": 12, '引"号': 7, "其他": 30})
    old = tomllib.loads(text)
    wanted = old | {"minutes": old.get("minutes", {}) | {"餐饮": 12, '引"号': 7, "其他": 30}}
    assert tomllib.loads(changed) == wanted
    assert {line for line in text.splitlines() if "餐饮" not in line} <= set(changed.splitlines())
    assert parse_habits(changed).stay == 30


@pytest.mark.parametrize("text", ['minutes = { "餐饮" = 20 }', 'minutes."餐饮" = 20', 's = """\n[minutes]\n"""'])
def test_what_can_not_be_changed_by_line_is_refused(text: str) -> None:
    """With what to write by hand."""
    with pytest.raises(RulesProblem, match='手工写上 "餐饮" = 12'):
        with_minutes(text, {"餐饮": 12})


def test_minutes_that_are_none_are_refused() -> None:
    """As the rules file itself would."""
    with pytest.raises(RulesProblem, match="分钟数"):
        with_minutes("", {"餐饮": 0})
