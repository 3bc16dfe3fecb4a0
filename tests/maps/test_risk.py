"""The risk map's data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from coverage.assess import Assessment
from coverage.risk_areas import SHARES, RiskShares, places_at_risk
from geodata.ledger import Ledger
from maps.backdrop import Backdrop
from maps.risk import risk_map
from tests.maps.conftest import HOSTILE

DataOf = Callable[[str, str], Any]


def test_places_stand_in_layers_by_level(assessment: Assessment, ledger: Ledger, data_of: DataOf) -> None:
    """甲 is red, 乙 yellow, 戊 blue, the unrated one grey; the closed one is nowhere, the red ones lie on top."""
    html = risk_map(assessment, Backdrop.from_ledger(ledger))
    names = {at: data_of(html, f"risk-{at}")["names"] for at in (0, 2, 3, 4)}
    assert names == {0: ["甲厂"], 2: ["乙厂"], 3: ["戊厂"], 4: [HOSTILE]}
    assert 'id="risk-1"' not in html  # 己厂 has no position
    assert [data_of(html, f"risk-{at}")["over"] for at in (0, 2, 3, 4)] == [5, 3, 2, 1]
    assert data_of(html, "risk-0")["whys"] == [["行业：工贸", "所在：一格"]]


def test_legend_counts_all_places_and_says_what_is_not_drawn(
    assessment: Assessment, ledger: Ledger, data_of: DataOf
) -> None:
    """Counts of the five kinds with the one without position; the closed one and the one outside are told."""
    html = risk_map(assessment, Backdrop.from_ledger(ledger))
    legend = data_of(html, "risk-legend")
    assert [item["count"] for item in legend["items"]] == [1, 1, 1, 1, 1]
    assert legend["unit"] == "右侧为全部处数，含无坐标的 1 处"
    for note in ("已停业、停产的 1 处不计入。", "1 处场所无坐标，只计入总数。", "另有 1 处场所不在任何网格内。"):
        assert note in html


def test_areas_take_their_colours_by_three_rules(assessment: Assessment, ledger: Ledger, data_of: DataOf) -> None:
    """一格 (one red, one yellow) is red, 二格 has no rated place; each legend says its rule and counts the grids."""
    data = data_of(risk_map(assessment, Backdrop.from_ledger(ledger)), "areas-grid")
    assert data["classes"]["by_share"] == data["classes"]["worst"] == [0, 4, 4, 4]
    assert data["classes"]["dense"] == [5 + 5, 5, 5, 5]
    assert data["legends"]["by_share"]["notes"] == [SHARES.sentence]
    assert [item["count"] for item in data["legends"]["by_share"]["items"]] == [1, 0, 0, 0, 3]
    assert [row[2:8] for row in data["rows"]][:2] == [[1, 0, 1, 0, 0, 2], [0, 0, 0, 0, 1, 1]]


def test_a_town_may_have_shares_of_its_own(assessment: Assessment, ledger: Ledger, data_of: DataOf) -> None:
    """With red from 60 % on, 一格 is not red; the map prints the rule that was used."""
    shares = RiskShares(major=0.6, larger=0.7)
    data = data_of(risk_map(assessment, Backdrop.from_ledger(ledger), shares=shares), "areas-grid")
    assert data["classes"]["by_share"][0] == 2
    assert "重大风险占 60% 及以上为红" in data["legends"]["by_share"]["notes"][0]


def test_a_town_without_areas_has_its_places(assessment: Assessment) -> None:
    """Without borders there are dots, and a note."""
    areas = assessment.areas.assign(geometry=None).set_crs(4326)
    html = risk_map(replace(assessment, areas=areas), Backdrop.empty())
    assert 'id="risk-0"' in html


def test_a_town_without_places_has_a_map(assessment: Assessment, ledger: Ledger) -> None:
    """No place at all: areas in grey."""
    nothing = replace(assessment, places=assessment.places.head(0))
    html = risk_map(nothing, Backdrop.from_ledger(ledger))
    assert 'id="areas-grid"' in html
    assert 'id="risk-legend"' not in html


def test_closed_places_are_not_at_risk(assessment: Assessment) -> None:
    """丁厂 closed in 2023: five of the six places are left, in their order."""
    assert places_at_risk(assessment)["id"].tolist() == ["p1", "p2", "p3", "p5", "p6"]
