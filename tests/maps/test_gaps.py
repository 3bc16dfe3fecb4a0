"""The gaps map's data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from coverage.assess import Assessment
from coverage.gaps import find_gaps
from geodata.ledger import Ledger
from maps import gaps as module
from maps.backdrop import Backdrop
from maps.gaps import gaps_map

DataOf = Callable[[str, str], Any]


def test_places_with_gaps_are_drawn_worst_first(assessment: Assessment, ledger: Ledger, data_of: DataOf) -> None:
    """Two never inspected, one overdue; the place without position is counted beside the map."""
    html = gaps_map(assessment, find_gaps(assessment), Backdrop.from_ledger(ledger))
    data = data_of(html, "gaps")
    assert data["states"] == [0, 0, 1]
    assert data["names"][2] == "乙厂"
    assert "（2024-03-05）" in data["whys"][2][0]
    assert "1 条缺口的场所无坐标，未上图。" in html
    legend = data_of(html, "gaps-legend")
    assert sum(item["count"] for item in legend["items"]) == 4
    assert legend["unit"].endswith("，含无坐标的 1 处")


def test_areas_show_overdue_and_pending(assessment: Assessment, ledger: Ledger, data_of: DataOf) -> None:
    """一格 has one gap, 二格 one, the others none."""
    data = data_of(gaps_map(assessment, find_gaps(assessment), Backdrop.from_ledger(ledger)), "areas-grid")
    assert [row[2] for row in data["rows"]] == [1, 1, 0, 0]
    assert data["classes"]["only"] == [1, 1, 0, 0]
    assert [item["label"] for item in data["legends"]["only"]["items"]] == ["0", "1 及以上"]


def test_a_cut_is_said_on_the_map(
    assessment: Assessment, ledger: Ledger, data_of: DataOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for two gaps of four the map says which two."""
    monkeypatch.setattr(module, "MOST_GAPS", 2)
    html = gaps_map(assessment, find_gaps(assessment), Backdrop.from_ledger(ledger))
    assert "显示最严重的 2 条，共 4 条。" in html
    assert len(data_of(html, "gaps")["states"]) == 2


def test_many_gaps_of_one_place_are_one_circle(assessment: Assessment, ledger: Ledger, data_of: DataOf) -> None:
    """Six gaps of a place: one circle, four sentences, two more."""
    gaps = find_gaps(assessment)
    many = pd.concat([gaps[gaps["place_id"] == "p2"]] * 6, ignore_index=True)
    data = data_of(gaps_map(assessment, many, Backdrop.from_ledger(ledger)), "gaps")
    assert (len(data["states"]), len(data["whys"][0]), data["more"]) == (1, 4, [2])


def test_a_town_without_gaps_has_a_map(assessment: Assessment, ledger: Ledger) -> None:
    """No gap at all: areas without circles."""
    html = gaps_map(assessment, find_gaps(assessment).head(0), Backdrop.from_ledger(ledger))
    assert 'id="areas-grid"' in html
    assert 'id="gaps"' not in html
