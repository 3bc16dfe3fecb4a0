"""What must hold of coverage whatever the town: more visits never lower it, later data never changes the past."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.assess import Assessment, assess
from coverage.figures import coverage_figures, records
from coverage.forecast import forecast
from coverage.gaps import find_gaps
from coverage.rulebook import Rulebook
from coverage.whatif import compare, first_gaps, with_visits
from geodata.rule_texts import RuleText, with_new
from tests.coverage.oracle import Case, Row
from tests.coverage.towns import (
    Dice,
    cases,
    ledger_of,
    make_exemption,
    make_inspection,
    make_move,
    rule_texts,
    rules_of,
)

SOME = settings(max_examples=int(os.environ.get("WANGGE_ORACLE_EXAMPLES", "8")), deadline=None)
LATER = [timedelta(days=days) for days in (1, 2, 40)]


def assessed(case: Case) -> Assessment:
    """Assess the case."""
    return assess(ledger_of(case), rules_of(case), case["as_of"])


def answer(done: Assessment) -> tuple[list[Row], list[Row], list[Row]]:
    """Give the figures of the town and by rule, and all gaps."""
    root, rule = (records(coverage_figures(done, by)) for by in (str(done.town.level), "rule"))
    return root, rule, records(find_gaps(done))


@SOME
@given(cases(), st.integers(0, 99))
def test_a_visit_never_lowers_coverage(case: Case, seed: int) -> None:
    """One more visit never lowers a rate of any rule, and never makes a duty more."""
    if not case["places"]:
        return
    dice = Dice(seed, case["as_of"], case["town"]["zone"])
    visit = make_inspection(dice, 999, case["places"], case["moves"])
    before, after = assessed(case), assessed(case | {"inspections": [*case["inspections"], visit]})
    for one, other in zip(
        records(coverage_figures(before, "rule")), records(coverage_figures(after, "rule")), strict=True
    ):
        assert (one["duties"], one["owed"]) == (other["duties"], other["owed"])
        for name in ("done", "coverage_rate", "verified_rate"):
            assert (one[name] is None) == (other[name] is None)
            assert one[name] is None or other[name] >= one[name]


@SOME
@given(cases())
def test_splitting_an_area_keeps_sums(case: Case) -> None:
    """An area cut in two: the figures of the halves together are those of the whole, and no rate is above 1."""
    west, south, east, north = 113.75, 22.75, 113.75 + 4 / 128, 22.75 + 4 / 128
    middle = 113.75 + 1.75 / 128  # no place stands on this line
    halves = [("1", west, middle), ("2", middle, east)]
    level = {"city": "town", "town": "grid", "community": "grid"}[case["town"]["level"]]
    for parts in ([("0", west, east)], halves):
        boxes = [
            {
                "level": level,
                "code": code,
                "name": None,
                "since": None,
                "until": None,
                "box": (left, south, right, north),
            }
            for code, left, right in parts
        ]
        rows = records(coverage_figures(assessed(case | {"areas": boxes}), level))
        inside = [row for row in rows if "area" in row]
        counted = {
            name: sum(row[name] for row in inside)
            for name in ("places", "duties", "done", "pending", "overdue", "never", "exempt")
        }
        if len(parts) == 1:
            whole = counted
        assert counted == whole
        assert all(
            row[name] is None or 0 <= row[name] <= 1 for row in rows for name in ("coverage_rate", "verified_rate")
        )


@SOME
@given(cases(), st.integers(0, 99))
def test_order_of_import_does_not_matter(case: Case, seed: int) -> None:
    """Inspections, exemptions and places in any other order give the same figures and gaps."""
    shuffled = {}
    for table in ("inspections", "exemptions", "places", "officers"):
        shuffled[table] = list(case[table])
        Random(seed).shuffle(shuffled[table])
    assert answer(assessed(case | shuffled)) == answer(assessed(case))


@SOME
@given(cases(), st.integers(0, 99))
def test_later_data_does_not_change_the_past(case: Case, seed: int) -> None:
    """Visits and exemptions of later days, a later move and later rules leave the figures of the day as they were."""
    dice = Dice(seed, case["as_of"], case["town"]["zone"])
    before = answer(assessed(case))
    later = dict(case)
    if case["places"]:
        visit, exemption = make_inspection(dice, 999, case["places"], []), make_exemption(dice, 999, case["places"])
        day = case["as_of"] + dice.one(*LATER)
        # two days on: whatever the zone, it is after the day
        at = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
        later["inspections"] = [*case["inspections"], visit | {"at": at}]
        later["exemptions"] = [*case["exemptions"], exemption | {"first": day, "last": None}]
        later |= moved(later, dice, day)
    texts = with_new(
        rule_texts(case), RuleText(case["as_of"] + dice.one(*LATER), '[[rule]]\nid = "new"\nevery = "week"')
    )
    rules = Rulebook.read(texts).on(case["as_of"])
    assert answer(assess(ledger_of(later), rules, case["as_of"])) == before


def moved(case: Case, dice: Dice, day: date) -> dict[str, Any]:
    """Move a place on a later day: it stands elsewhere now, and the move says where it stood."""
    moves = case["moves"]
    move = make_move(dice, 999, case["places"])
    place = next(place for place in case["places"] if place["id"] == move["place_id"])
    last = max((one["day"] for one in moves if one["place_id"] == place["id"]), default=day)
    spot = dice.spot()
    return {
        "moves": [*moves, move | {"day": max(last + timedelta(days=1), day), "xy": place["xy"]}],
        "places": [one if one is not place else one | {"xy": spot} for one in case["places"]],
    }


@SOME
@given(cases(), st.integers(1, 5))
def test_what_if_is_what_becomes(case: Case, number: int) -> None:
    """Figures after visits that nobody made are those of the town in which they were made; none goes down."""
    done = assessed(case)
    visits = first_gaps(done, number)
    after = with_visits(ledger_of(case), done, visits)
    for row in records(compare(done, after, "rule")):
        assert row["done_after"] >= row["done"]
    at = datetime.combine(case["as_of"], datetime.min.time(), done.town.zone).astimezone(UTC)
    places = done.places.set_index("id")
    fields = sorted({word for rule in done.rules for word in rule.covering})
    real = [
        {"id": f"w{number}", "place_id": place_id, "officer": None, "by": by, "at": at, "accuracy": None}
        | {"geotag": "gps", "covers": fields, "xy": here(places.loc[place_id])}
        for number, (place_id, by) in enumerate(zip(visits["place_id"], visits["by"], strict=True))
    ]
    assert answer(assessed(case | {"inspections": [*case["inspections"], *real]}))[1] == answer(after)[1]


def here(place: pd.Series) -> tuple[float, float] | None:
    """Give the position of a place."""
    return None if pd.isna(place["lon"]) else (float(place["lon"]), float(place["lat"]))


@SOME
@given(cases())
def test_forecast_adds_up(case: Case) -> None:
    """No rate falls or goes above 1; what is not expected to be done is listed as missed; groups add up to the town."""
    done = assessed(case)
    found = forecast(done, "rule")
    for row in records(found.rows):
        missed = [one for one in records(found.missed) if one["rule"] == row["rule"]]
        assert row["expected_done"] + len(missed) == row["owed"]
        assert row["coverage_rate"] <= row["expected_rate"] <= 1
    for name in ("owed", "done", "left"):
        assert forecast(done, "risk").rows[name].sum() == found.rows[name].sum()
