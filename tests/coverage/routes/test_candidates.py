"""What a visit is worth, how long it takes, when the place is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest

from coverage.assess import Assessment
from coverage.routes.candidates import candidates
from coverage.routes.clock import DAY, HOUR
from coverage.routes.customs import Customs, parse_customs
from coverage.rules import parse_rules
from geodata.errors import RulesProblem
from geodata.model import Town
from grids.workload import Habits

RULES = parse_rules(
    """
[[rule]]
id = "own"
by = ["inspector"]
every = "month"

[[rule]]
id = "leaders"
duty = "leader"
by = ["leader"]
every = "month"

[[rule]]
id = "anybody"
duty = "any"
every = "quarter"
"""
)


def assessment(ids: Sequence[str], industry: Sequence[str | None]) -> Assessment:
    """Give an assessment of places of low risk."""
    n = len(ids)
    text = {"id": ids, "name": [f"{each}厂" for each in ids], "industry": industry, "risk": ["低"] * n}
    places = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in text.items()})
    places = places.assign(officer=["o1"] * n, lon=[113.6] * n, lat=[22.8] * n)
    nothing = pd.DataFrame()
    town = Town("样板镇", "441900121")
    return Assessment(town, date(2024, 7, 1), RULES, gpd.GeoDataFrame(), places, nothing, (0.0, 0.0))


def gaps(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Give gaps: place, rule, score."""
    frame = pd.DataFrame(list(rows), columns=["place_id", "rule", "score"])
    return frame.assign(why=[f"{rule}未完成。" for rule in frame["rule"]])


def hazards(*rows: tuple[str, str]) -> pd.DataFrame:
    """Give hazards of places: `waits` for a second look, `late`, `major` (late too), `done`, `open`, `void`."""
    states = [state for _, state in rows]
    return pd.DataFrame(
        {
            "place_id": [place for place, _ in rows],
            "rectified": [state in ("waits", "done", "void") for state in states],
            "closed": [state == "done" for state in states],
            "overdue": [state in ("late", "major") for state in states],
            "major": [state == "major" for state in states],
            "void": [state == "void" for state in states],
        }
    )


def test_worth_is_what_a_visit_would_close() -> None:
    """Duties that an inspector can meet add up; a leader's visit is none of them; hazards that wait count with them."""
    found = candidates(
        assessment(["a", "b", "c"], [None] * 3),
        gaps(("a", "own", 2.0), ("a", "anybody", 1.5), ("a", "leaders", 9.0), ("b", "leaders", 9.0)),
        hazards(("a", "waits"), ("a", "major"), ("c", "late"), ("c", "open"), ("c", "done"), ("c", "void")),
        Habits(),
        Customs(),
    )
    assert found["place_id"].tolist() == ["a", "c"]
    assert found["prize"].tolist() == [2.0 + 1.5 + 1 + 5, 1.0]
    assert found["stay"].tolist() == [60 * (15 + 2 * 5), 60 * (15 + 5)]
    assert found["why"].tolist() == ["own未完成。另有 1 项任务。2 处隐患待复查。", "1 处隐患待复查。"]


def test_of_a_leader() -> None:
    """Of a leader's visits those duties count that a leader's visit meets."""
    every = gaps(("a", "own", 2.0), ("a", "anybody", 1.5), ("a", "leaders", 9.0))
    found = candidates(assessment(["a"], [None]), every, hazards(), Habits(), Customs(), kind="leader")
    assert found["prize"].tolist() == [10.5]


def test_promised_places() -> None:
    """A promised place is there though nothing is missed at it."""
    found = candidates(assessment(["a"], [None]), gaps(), hazards(), Habits(), Customs(), promised=["a"])
    assert found[["prize", "must", "why"]].to_numpy().tolist() == [[0.0, True, "约定必查。"]]


def test_hours_and_stays() -> None:
    """Stays by industry before risk; hours by place before industry; who has none is always open."""
    customs = parse_customs('[routes]\nhazard_minutes = 0\nhours = { "文化" = "14:00-24:00", "b" = "18:00-02:00" }')
    found = candidates(
        assessment(["a", "b", "c"], ["文化", "文化", None]),
        gaps(("a", "own", 1.0), ("b", "own", 1.0), ("c", "own", 1.0)),
        hazards(("a", "late")),
        Habits({"文化": 30.0, "低": 10.0}),
        customs,
    )
    assert found["stay"].tolist() == [1800, 1800, 600]
    hours = list(zip(found["opens"], found["closes"], strict=True))
    assert hours == [(14 * HOUR, 24 * HOUR), (18 * HOUR, 26 * HOUR), (0, 2 * DAY)]


def test_customs() -> None:
    """What is left out is ours; lunch may be none."""
    assert parse_customs("") == Customs()
    given = parse_customs('[routes]\nlunch = "12:00-14:00"\nshift = "8:00-18:00"\nhazard_minutes = 10')
    assert given == Customs((12 * HOUR, 14 * HOUR), (8 * HOUR, 18 * HOUR), 10.0)
    assert parse_customs('[routes]\nlunch = "无"').lunch is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("routes = 1", "只能有"),
        ("[routes]\ndinner = 1", "lunch、shift、hazard_minutes、hours"),
        ('[routes]\nlunch = "中午"', "lunch.*09:00-17:00"),
        ("[routes]\nhazard_minutes = true", "hazard_minutes.*0 到 120"),
        ('[routes]\nhours = "09:00-17:00"', "营业时间"),
        ('[routes.hours]\n"文化" = "晚上"', "文化.*不是时间段"),
    ],
)
def test_customs_that_cannot_be_read(text: str, said: str) -> None:
    """The key is named, and what to write."""
    with pytest.raises(RulesProblem, match=said):
        parse_customs(text)
