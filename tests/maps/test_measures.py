"""The map of measures: figures by area, no data apart from nought, classes that can be chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from coverage.assess import Assessment
from coverage.hazards import HazardRegister, hazard_register
from geodata.ledger import Ledger
from geodata.model import Level
from maps.backdrop import Backdrop
from maps.measures import measures_map
from maps.measuring import BREAKS, CLASSES, MEASURES, limits_of, measured, shades_of
from tests.maps.conftest import HOSTILE

DataOf = Callable[[str, str], Any]


@pytest.fixture
def register(ledger: Ledger, assessment: Assessment) -> HazardRegister:
    """Give the hazards of the town as of the day."""
    return hazard_register(ledger, assessment.as_of)


@pytest.fixture
def html(assessment: Assessment, register: HazardRegister, ledger: Ledger) -> str:
    """Give the map."""
    return measures_map(assessment, register, Backdrop.from_ledger(ledger))


def test_measures_of_areas_are_those_of_the_figures(assessment: Assessment, register: HazardRegister) -> None:
    """一格 owes two and is late with one; 四格 owes nothing: that is no data, not nought."""
    rows = measured(assessment, register, Level.GRID).set_index("area")
    assert rows.loc["A1", "overdue_rate"] == 0.5
    assert np.isnan(rows.loc["B2", "overdue_rate"])
    town = measured(assessment, register, Level.TOWN).iloc[0]
    assert town["places"] == 6


def test_no_data_has_a_hatch_of_its_own(html: str, data_of: DataOf) -> None:
    """An area without a figure is hatched in every kind of classes, and counted as such in the legend."""
    data = data_of(html, "areas-grid")
    assert data["fills"][CLASSES] == "url(#hatch-nothing)"
    for kind, _, _ in BREAKS:
        classes = data["classes"][f"overdue_rate:{kind}"]
        assert classes[3] == CLASSES
        assert classes[0] < CLASSES
        legend = data["legends"][f"overdue_rate:{kind}"]
        assert legend["items"][-1] == {
            "fill": "url(#hatch-nothing)",
            "label": "无数据",
            "count": sum(each == CLASSES for each in classes),
        }


def test_every_area_is_counted_once(html: str, data_of: DataOf) -> None:
    """Of each measure and kind the legend's numbers add up to the areas of the level."""
    for level, areas in (("grid", 4), ("community", 2)):
        legends = data_of(html, f"areas-{level}")["legends"]
        assert set(legends) == {f"{measure.key}:{kind}" for measure in MEASURES for kind, _, _ in BREAKS}
        assert all(sum(item["count"] for item in legend["items"]) == areas for legend in legends.values())


def test_fixed_limits_do_not_depend_on_the_town() -> None:
    """They are those of the measure, whatever the values."""
    values = np.array([0.9, 0.95])
    assert limits_of(values, MEASURES[0], "fixed") == list(MEASURES[0].limits)
    assert limits_of(values, MEASURES[0], "quantile") == [0.95]


def test_fewer_classes_still_run_from_light_to_dark() -> None:
    """Two classes take the first and the last colour; of a measure that is better when high, the other way round."""
    bad, good = MEASURES[0], MEASURES[1]
    assert (bad.better, good.better) == ("low", "high")
    assert shades_of(2, bad) == [0, CLASSES - 1]
    assert shades_of(1, bad) == [0]
    assert shades_of(CLASSES, bad) == list(range(CLASSES))
    assert shades_of(2, good) == [CLASSES - 1, 0]


def test_names_are_text(html: str) -> None:
    """A hostile name stands in the data only."""
    assert HOSTILE not in html


def test_a_town_without_areas_says_so(assessment: Assessment, ledger: Ledger, register: HazardRegister) -> None:
    """Without a border there is nothing to draw, and a sentence."""
    bare = Ledger(ledger.town, {**ledger.frames, "areas": ledger.areas.iloc[:0]})
    from coverage.assess import assess  # noqa: PLC0415

    alone = assess(bare, assessment.rules, date(2024, 6, 30))
    html = measures_map(alone, hazard_register(bare, date(2024, 6, 30)), Backdrop.empty())
    assert "还没有区域边界" in html
