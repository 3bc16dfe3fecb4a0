"""The life courses of hazards."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.synthetic import MadeTown
from geodata.synthetic.hazards import CATEGORIES
from geodata.synthetic.trades import TRADES


def test_courses_run_forwards(made: MadeTown) -> None:
    """Found on its visit, rectified after that, closed after that; nothing is closed that was not rectified."""
    hazards = made.frames["hazards"]
    at = made.frames["inspections"].set_index("id")["at"].loc[hazards["inspection_id"]].reset_index(drop=True)
    wait = hazards["found_at"] - at
    assert wait.between(pd.Timedelta(minutes=1), pd.Timedelta(minutes=4)).all()
    done = hazards["rectified_at"].notna()
    assert (hazards["rectified_at"][done] > hazards["found_at"][done]).all()
    closed = hazards["closed_at"].notna()
    assert done[closed].all()
    assert (hazards["closed_at"][closed] >= hazards["rectified_at"][closed]).all()
    assert 0.9 < closed.sum() / done.sum() < 1


def test_deadlines_are_met_late_or_missed(made: MadeTown) -> None:
    """Every hazard has a deadline on or after its day; some are rectified late, some are overdue on the last day."""
    hazards = made.frames["hazards"]
    assert (hazards["deadline"] >= hazards["found_at"].dt.tz_localize(None).dt.normalize()).all()
    late = hazards["rectified_at"].dt.tz_localize(None).dt.normalize() > hazards["deadline"]
    assert 0.02 < late.mean() < 0.15
    overdue = hazards["rectified_at"].isna() & (hazards["deadline"] < pd.Timestamp("2024-06-30")) & ~hazards["void"]
    assert overdue.sum() > 50


def test_major_ones_carry_the_five_things(made: MadeTown) -> None:
    """A major hazard has measures, a responsible person, a deadline, funds, a plan and a supervisor."""
    hazards = made.frames["hazards"]
    major = hazards[hazards["level"] == "重大"]
    fields = ["measures", "responsible", "deadline", "funds", "plan", "supervisor"]
    assert major[fields].notna().all(axis=None)
    assert hazards.loc[hazards["level"] != "重大", "supervisor"].isna().all()
    assert major["supervisor"].isin(made.frames["officers"]["name"]).all()


def test_categories_fit_the_industry(made: MadeTown) -> None:
    """A hazard's category is one that its place's industry has; a place tends to have the same again."""
    hazards = made.frames["hazards"]
    industry = made.frames["places"].set_index("id")["industry"].loc[hazards["place_id"]].to_numpy()
    allowed = {(trade.industry, category) for trade in TRADES for category in trade.hazards}
    assert set(zip(industry, hazards["category"], strict=True)) <= allowed
    assert set(hazards["category"]) <= set(CATEGORIES)
    many = hazards.groupby("place_id").filter(lambda rows: len(rows) >= 8)
    top = many.groupby("place_id")["category"].agg(lambda words: words.value_counts(normalize=True).iloc[0])
    assert top.mean() > 0.5


def test_results_say_what_was_found(made: MadeTown) -> None:
    """A visit is 合格 exactly when it found nothing that counts."""
    hazards, visits = made.frames["hazards"], made.frames["inspections"]
    found = visits["id"].isin(hazards.loc[~hazards["void"], "inspection_id"])
    assert ((visits["result"] == "合格") == ~found).all()
    major = hazards.loc[hazards["level"] == "重大", "inspection_id"]
    assert (visits.set_index("id")["result"].loc[major] == "挂牌督办").all()


@pytest.mark.long
def test_hazards_cluster(humen: MadeTown) -> None:
    """A tenth of the grids has far more than a tenth of the hazards."""
    visits = humen.frames["inspections"].set_index("id")
    officer = visits["officer"].loc[humen.frames["hazards"]["inspection_id"]]
    counts = officer[officer.str.startswith("AQ")].value_counts()
    assert counts.iloc[: len(counts) // 10].sum() > 0.25 * counts.sum()
