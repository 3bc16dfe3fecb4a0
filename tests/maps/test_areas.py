"""The coverage map's data: figures, classes, hatches, notes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import geopandas as gpd

from coverage.assess import Assessment
from coverage.figures import coverage_figures
from geodata.ledger import Ledger
from maps.areas import coverage_map
from maps.backdrop import Backdrop
from maps.colours import NEVER, NOTHING_OWED

DataOf = Callable[[str, str], Any]


def _map(assessment: Assessment, ledger: Ledger) -> str:
    return coverage_map(assessment, Backdrop.from_ledger(ledger))


def test_rows_are_the_figures(assessment: Assessment, ledger: Ledger, data_of: DataOf) -> None:
    """Code, name and figures of every grid stand in the page as `coverage_figures` gives them."""
    data = data_of(_map(assessment, ledger), "areas-grid")
    figures = coverage_figures(assessment, "grid")
    assert [row[0] for row in data["rows"]] == ["A1", "A2", "B1", "B2"]
    assert data["rows"][0][2:] == [0.5, 0.5, 2, 2, 1, 0, 1, 0, 0]
    assert [row[4] for row in data["rows"]] == figures.loc[figures["area"].notna(), "places"].tolist()


def test_never_and_nothing_owed_have_classes_of_their_own(
    assessment: Assessment, ledger: Ledger, data_of: DataOf
) -> None:
    """一格 50 %, 二格 never inspected, 三格 exempt only, 四格 no places."""
    data = data_of(_map(assessment, ledger), "areas-grid")
    assert data["classes"]["coverage_rate"] == [1, NEVER, NOTHING_OWED, NOTHING_OWED]
    assert data["fills"][NEVER] == "url(#hatch-never)"
    assert data["fills"][NOTHING_OWED] == "url(#hatch-nothing)"


def test_legend_counts_every_area_once(assessment: Assessment, ledger: Ledger, data_of: DataOf) -> None:
    """The counts of a legend add up to the areas of its level, for both figures."""
    html = _map(assessment, ledger)
    for level, areas in (("grid", 4), ("community", 2)):
        for legend in data_of(html, f"areas-{level}")["legends"].values():
            assert sum(item["count"] for item in legend["items"]) == areas


def test_places_beside_every_area_are_named(assessment: Assessment, ledger: Ledger) -> None:
    """The place outside and the one without position are said, not lost."""
    html = _map(assessment, ledger)
    assert "另有 1 处场所不在任何网格内。" in html
    assert "1 处场所无坐标，只计入总数。" in html


def test_places_are_drawn_worst_first(assessment: Assessment, ledger: Ledger, data_of: DataOf) -> None:
    """Five places have a position: two never inspected, one overdue, one done, one that owes nothing."""
    data = data_of(_map(assessment, ledger), "places")
    assert data["states"] == [0, 0, 1, 3, 4]
    assert len(data["points"]) == 10


def test_the_page_is_the_same_each_time(assessment: Assessment, ledger: Ledger) -> None:
    """Same figures, same day: same bytes."""
    assert _map(assessment, ledger) == _map(assessment, ledger)


def test_a_town_without_borders_still_has_a_map(assessment: Assessment, ledger: Ledger) -> None:
    """Only the root, without polygon: the places are drawn and the map says so."""
    root = assessment.areas.iloc[:1]
    bare = dataclasses.replace(assessment, areas=root, places=assessment.places.drop(columns=["community", "grid"]))
    assert "还没有区域边界，地图上只有场所点位。" in coverage_map(bare, Backdrop.empty())
    assert isinstance(root, gpd.GeoDataFrame)


def test_names_are_never_markup(assessment: Assessment, ledger: Ledger) -> None:
    """A name like markup stands escaped in the data; the page has no image element and no template was run."""
    html = _map(assessment, ledger)
    assert "<img src=x" not in html
    assert html.count("{{ 7*7 }}{% raw %}") >= 2
