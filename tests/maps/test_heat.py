"""The hazard heat map's data and size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from coverage.hazards import HazardRegister, hazard_register
from geodata.ledger import Ledger
from maps import heat as module
from maps.backdrop import Backdrop
from maps.heat import hazard_map

DataOf = Callable[[str, str], Any]


@pytest.fixture
def register(ledger: Ledger) -> HazardRegister:
    """Give the town's hazards on 2024-06-30."""
    return hazard_register(ledger, date(2024, 6, 30))


def test_major_weighs_ten(register: HazardRegister) -> None:
    """重大 10, 一般 1, as the legend says."""
    assert module.weights(pd.Series(["一般", "重大", None])).tolist() == [1, 10, 1]


def test_the_page_says_weights_bandwidth_and_choices(register: HazardRegister, ledger: Ledger, data_of: DataOf) -> None:
    """重大 10, 一般 1; a bandwidth in metres; the four choices; the list only where there is a service."""
    data = data_of(hazard_map(register, Backdrop.from_ledger(ledger)), "heat")
    assert (data["weights"], data["bandwidth"], data["listing"]) == ([1, 10], 100, None)
    assert [flag for flag, _ in data["flags"]] == ["all", "open", "major", "overdue"]
    html = hazard_map(register, Backdrop.from_ledger(ledger), listing="/hazards")
    assert data_of(html, "heat")["listing"] == "/hazards"
    assert "1 条隐患无坐标，只计入总数。" in html


def test_areas_carry_the_hazard_figures(register: HazardRegister, ledger: Ledger, data_of: DataOf) -> None:
    """一格: two found, one rectified, none closed, one open and overdue."""
    data = data_of(hazard_map(register, Backdrop.from_ledger(ledger)), "areas-grid")
    assert data["rows"][0][2:] == [2, 1, 0, 1, 1, 0, 0, 0.5, 0.0]
    assert "classes" not in data


def test_open_major_hazards_are_pins(register: HazardRegister, ledger: Ledger, data_of: DataOf) -> None:
    """The one open major hazard has a card with its place, number, kind, days."""
    data = data_of(hazard_map(register, Backdrop.from_ledger(ledger)), "pins")
    ((name, number, *_, days),) = data["cards"]
    assert name.startswith("</script>")
    assert number == "重大隐患 h4"
    assert days == "发现：2024-06-05；期限：2024-07-30"


def test_a_cut_of_pins_is_said(
    register: HazardRegister, ledger: Ledger, data_of: DataOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With more open major hazards than pins the map says how many there are."""
    major = register.hazards[register.hazards["major_open"]]
    many = replace(register, hazards=pd.concat([major] * 3, ignore_index=True))
    monkeypatch.setattr(module, "MOST_PINS", 2)
    data = data_of(hazard_map(many, Backdrop.from_ledger(ledger)), "pins")
    assert data["note"] == "显示期限最早的 2 条，共 3 条。"
    assert len(data["cards"]) == 2


def test_a_hazard_more_costs_four_bytes_at_most(register: HazardRegister, ledger: Ledger) -> None:
    """1,000 and 150,000 hazards scattered over the same ground: the page grows by under four bytes each."""
    sizes = [len(hazard_map(_scattered(register, count), Backdrop.from_ledger(ledger))) for count in (1_000, 150_000)]
    assert sizes[1] - sizes[0] < 4 * 149_000


def _scattered(register: HazardRegister, count: int) -> HazardRegister:
    chance = np.random.default_rng(7)
    several = register.hazards.iloc[chance.choice([0, 1], count)].reset_index(drop=True)
    lon, lat = chance.uniform(113.60, 113.64, count), chance.uniform(22.80, 22.81, count)
    return replace(register, hazards=several.assign(lon=lon, lat=lat))


def test_no_hazards_no_colour(register: HazardRegister, ledger: Ledger, data_of: DataOf) -> None:
    """A town without hazards has a map with none in it."""
    none = replace(register, hazards=register.hazards.head(0))
    html = hazard_map(none, Backdrop.from_ledger(ledger))
    assert data_of(html, "heat")["sizes"][1] == 0


def test_nothing_has_a_position(register: HazardRegister) -> None:
    """No area, no point: still a page, which says so."""
    bare = register.hazards.assign(lon=np.nan, lat=np.nan)
    areas = register.areas.assign(geometry=None).set_geometry("geometry", crs="EPSG:4326")
    html = hazard_map(replace(register, areas=areas, hazards=bare), Backdrop.empty())
    assert "4 条隐患无坐标，只计入总数。" in html
