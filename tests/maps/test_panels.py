"""Little maps: one legend for all, changes mirrored when swapped, nothing of a town's texts as markup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.periods import period_of
from geodata.ledger import Ledger
from geodata.model import Level
from maps.backdrop import Backdrop
from maps.breaks import classed
from maps.change import change_panels
from maps.measuring import BY_KEY, CLASSES, MEASURES, limits_of
from maps.multiples import months_panels
from maps.over_time import Moment, change_between, measured_days, months_up_to, pair_against
from maps.panels import KINDS, Panel, Panels, amount, changes_of, classes_of, panels_page, signed, values_of
from tests.coverage.test_against_oracle import SOME
from tests.maps.conftest import HOSTILE
from tests.maps.test_over_time import DAY, rules_on

RATE = BY_KEY["overdue_rate"]


@pytest.fixture
def months(ledger: Ledger) -> Panels:
    """Give five months, the first of which has no ledger."""
    found = measured_days(ledger, rules_on, months_up_to(DAY, 5), Level.GRID)
    return months_panels(found, Backdrop.from_ledger(ledger), leads=True)


@pytest.fixture
def change(ledger: Ledger) -> Panels:
    """Give June against May."""
    found = change_between(ledger, rules_on, pair_against("month", DAY), Level.GRID)
    return change_panels(found, Backdrop.from_ledger(ledger))


def test_one_legend_for_all_months(months: Panels) -> None:
    """The limits are those of all months' figures together, and every month is classed by them."""
    values = [values_of(each, RATE) for each in months.panels]
    limits = limits_of(np.concatenate(values), RATE, "quantile")
    classes = classes_of(months.panels, RATE, "quantile")
    assert len(classes.fills) == len(classes.labels) == len(limits) + 1
    for found, each in zip(classes.of, values, strict=True):
        assert found.tolist() == classed(each, limits).tolist()


def test_no_data_is_no_class(months: Panels, change: Panels) -> None:
    """A month without ledger has no class at all; 四格, which owes nothing, has none in any month, nor a change."""
    silent, *others = classes_of(months.panels, RATE, "fixed").of
    assert (silent == -1).all()
    assert [each.tolist()[3] for each in others] == [-1] * 4
    assert min(others[0][:2]) >= 0
    assert changes_of(change.panels[2:], RATE).of[0].tolist()[3] == -1


def test_the_page_carries_shapes_once(months: Panels, data_of: Callable[[str, str], Any]) -> None:
    """Months share one set of shapes; figures and classes are there for every measure; a month leads to its map."""
    html = panels_page(months, RATE, "/map/measures")
    data = data_of(html, "panels-data")
    assert len(data["sets"]) == 1
    assert [each["word"] for each in data["panels"]] == [f"2024年{month}月" for month in range(2, 7)]
    assert [each["as_of"] for each in data["panels"]] == [
        None,
        *(date(2024, month, day).isoformat() for month, day in ((3, 31), (4, 30), (5, 31), (6, 30))),
    ]
    assert set(data["measures"]) == {each.key for each in MEASURES}
    for each in data["measures"].values():
        assert [len(values) for values in each["values"]] == [4] * 5
        assert [len(classes) for classes in each["classes"]["fixed"]["of"]] == [4] * 5
    assert HOSTILE not in html
    assert "没有台账的月份（2024年2月）不是 0" in html


def test_a_month_is_silent_by_all_measures(months: Panels, data_of: Callable[[str, str], Any]) -> None:
    """One that nothing of a single measure is known of has a ledger."""
    unknown = months.panels[1].whole.assign(closed_rate=np.nan)
    page = replace(months, panels=[months.panels[0], replace(months.panels[1], whole=unknown)])
    data = data_of(panels_page(page, RATE), "panels-data")
    assert [each["silent"] for each in data["panels"]] == [True, False]
    assert data["measures"]["closed_rate"]["whole"] == [None, None]


def test_a_file_leads_nowhere(months: Panels, data_of: Callable[[str, str], Any]) -> None:
    """Without a service there is no address."""
    assert data_of(panels_page(months, RATE), "panels-data")["listing"] is None


FIGURES = st.lists(st.floats(-1, 1) | st.just(np.nan), min_size=1, max_size=30)


def _panel(like: Panel, values: list[float], key: str) -> Panel:
    return replace(like, figures=pd.DataFrame({each.key: values if each.key == key else 0.0 for each in MEASURES}))


@SOME
@given(values=FIGURES, key=st.sampled_from([each.key for each in MEASURES]))
def test_swapped_changes_are_mirrored(values: list[float], key: str) -> None:
    """The class of −d is as far from the middle as that of d, on the other side; none stays none; nought is neutral."""
    measure = BY_KEY[key]
    bare = Panel("变化", "", pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), change=True)
    there, back = (changes_of([_panel(bare, [sign * each for each in values], key)], measure) for sign in (1, -1))
    assert there.labels == back.labels
    middle, gone = len(there.fills) // 2, np.isnan(values)
    ((one,), (two,)) = there.of, back.of
    assert ((one == -1) == gone).all()
    assert (one[~gone] - middle == -(two[~gone] - middle)).all()
    assert (one[np.array(values) == 0] == middle).all()


def test_worse_is_orange_whatever_the_measure(change: Panels) -> None:
    """More overdue and less coverage have the same end of the colours."""
    values = [-0.2, -0.01, 0.0, 0.2]
    worse = {
        key: changes_of([_panel(change.panels[2], values, key)], BY_KEY[key]) for key in ("overdue_rate", "closed_rate")
    }
    assert worse["overdue_rate"].fills == worse["closed_rate"].fills[::-1]
    assert worse["overdue_rate"].labels[-1].endswith("（变差）")
    assert worse["closed_rate"].labels[-1].endswith("（变好）")


def test_changes_are_written_with_their_sign() -> None:
    """Shares in percentage points; nought has no sign, nothing known a dash."""
    assert [signed(each, RATE) for each in (0.0123, -0.2, 0.0, np.nan)] == [
        "+1.2 个百分点",
        "−20.0 个百分点",
        "0.0 个百分点",
        "—",
    ]
    assert signed(-1234.5, BY_KEY["found_per_km2"]) == "−1,234.5"
    assert amount(0.02, RATE) == "2 个百分点"


def test_classes_are_no_more_than_colours(months: Panels) -> None:
    """Of every measure and kind."""
    for measure in MEASURES:
        for kind in KINDS:
            assert len(classes_of(months.panels, measure, kind).fills) <= CLASSES


def test_areas_without_border_are_counted(ledger: Ledger) -> None:
    """Their figures stand in the table; the page says how many are not on the maps."""
    areas = ledger.areas.copy()
    areas.loc[areas["code"] == "A1", "geometry"] = None
    found = measured_days(
        Ledger(ledger.town, {**ledger.frames, "areas": areas}), rules_on, months_up_to(DAY, 2), Level.GRID
    )
    page = months_panels(found, Backdrop.from_ledger(ledger))
    assert "1 个网格没有边界，未上图。" in page.notes
    assert "2024年5月" in panels_page(page, RATE)


@pytest.mark.parametrize(
    ("before", "words"),
    [(date(2024, 5, 10), "前一期也只算到 2024-05-10，天数对等"), (date(2024, 5, 31), "天数不等，对比只供参考")],
)
def test_a_period_that_still_runs_says_how_far_both_go(ledger: Ledger, before: date, words: str) -> None:
    """As many days of both, or a warning."""
    may, june = period_of("month", before), period_of("month", DAY)
    times = Moment(before, may, within=True), Moment(date(2024, 6, 10), june, within=True)
    page = change_panels(change_between(ledger, rules_on, times, Level.GRID), Backdrop.empty())
    assert any("后一期还没有过完，只算到 2024-06-10" in note and words in note for note in page.notes)
