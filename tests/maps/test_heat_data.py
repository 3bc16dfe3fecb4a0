"""What the heat map's page carries: every hazard and inspection, near where it is, in its slice of time."""

from __future__ import annotations

import zlib
from base64 import b64decode
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.density import EARTH_A, Grid
from coverage.hazards import HazardRegister, hazard_register
from geodata.ledger import Ledger
from maps.heat_data import FAR, FINER, HeatData, Slices, heat_data
from tests.coverage.test_against_oracle import SOME
from tests.made_up import made_town

DAY = date(2024, 6, 30)


@pytest.fixture(scope="module")
def register() -> HazardRegister:
    """Give the village's hazards."""
    made = made_town()
    return hazard_register(Ledger.whole(made.town, made.frames), DAY)


def _grid(register: HazardRegister) -> Grid:
    lon, lat = register.places["lon"], register.places["lat"]
    return Grid.over((lon.min() - 0.01, lat.min() - 0.01, lon.max() + 0.01, lat.max() + 0.01))


@pytest.fixture(scope="module")
def drawn(register: HazardRegister) -> HeatData:
    """Give what is drawn of them."""
    return heat_data(register, _grid(register))


def test_every_located_hazard_and_inspection_is_carried(register: HazardRegister, drawn: HeatData) -> None:
    """None is lost: located hazards that are not void, inspections of located places, by industry too."""
    valid = register.hazards[~register.hazards["void"] & register.hazards["lon"].notna()]
    known = register.checks["place"] >= 0
    located = register.places["lon"].notna().to_numpy()[register.checks["place"]] & known
    located &= ~register.checks["own_check"].to_numpy()
    assert (len(drawn.hazard_site), len(drawn.check_site)) == (len(valid), int(located.sum()))
    names = pd.Series(np.array(drawn.industries)[drawn.site_industry[drawn.hazard_site]])
    assert names.value_counts().to_dict() == valid["industry"].fillna("行业未填").value_counts().to_dict()


def test_positions_are_those_of_the_hazards(register: HazardRegister, drawn: HeatData) -> None:
    """The multiset of fine cells is that of the true positions, one by one."""
    grid, valid = drawn.grid, register.hazards[~register.hazards["void"] & register.hazards["lon"].notna()]
    side, half = grid.cell / FINER, np.pi * EARTH_A
    x = np.radians(valid["lon"]) * EARTH_A + half
    y = half - EARTH_A * np.arctanh(np.sin(np.radians(valid["lat"])))
    true = sorted(zip(np.floor(x / side) - grid.column * FINER, np.floor(y / side) - grid.row * FINER, strict=True))
    assert true == sorted(zip(*drawn.positions(), strict=True))


def test_weeks_and_months_are_whole_slices(register: HazardRegister, drawn: HeatData) -> None:
    """Hazards a month, added up from slices, are those of the ledger: no slice lies in two months or two weeks."""
    valid = register.hazards[~register.hazards["void"] & register.hazards["lon"].notna()]
    first, last = pd.Series(drawn.slices.first[1:]), pd.Series(drawn.slices.last[1:])
    for unit in ("M", "W-SUN"):
        assert (first.dt.to_period(unit) == last.dt.to_period(unit)).all()
    month = pd.Series(drawn.slices.last).dt.to_period("M").to_numpy()[drawn.hazard_slice]
    true = valid["found"].dt.to_period("M").value_counts().sort_index()
    assert pd.Series(month).value_counts().sort_index().tolist() == true.tolist()


def test_packed_columns_say_the_same(drawn: HeatData) -> None:
    """Read by a slow loop, as a browser does, the packed bytes give every hazard again."""
    assert _unpacked(drawn.as_data()) == list(
        zip(*drawn.positions(), drawn.hazard_slice, drawn.hazard_state, strict=True)
    )


def _unpacked(data: dict[str, Any]) -> list[tuple[int, int, int, int]]:
    """Read the hazards: column, row, slice, state."""
    packed = zlib.decompress(b64decode(data["packed"]))
    sites, hazards, checks = data["sizes"]
    assert len(packed) == 9 * sites + 3 * hazards + checks
    gap = [int.from_bytes(packed[at : 4 * sites : sites], "little") for at in range(sites)]
    counts = packed[5 * sites : 7 * sites]
    steps, states, offsets = (packed[9 * sites + each * hazards :][:hazards] for each in range(3))
    width, at, cell, found = data["columns"] * FINER, 0, 0, []
    for site in range(sites):
        cell, slice_ = cell + gap[site], 0
        for _ in range(counts[site] + 256 * counts[sites + site]):
            slice_ += steps[at]
            down, across = divmod(offsets[at], 2 * FAR + 1)
            found.append((cell % width + across - FAR, cell // width + down - FAR, slice_, states[at]))
            at += 1
    return found


def test_moving_a_hazard_moves_it_alone(register: HazardRegister, drawn: HeatData) -> None:
    """A hazard put 200 m to the east stands 200 m to the east; all others stay."""
    grid, hazards = drawn.grid, register.hazards.copy()
    at = int(np.flatnonzero(~hazards["void"] & hazards["lon"].notna())[0])
    cells = round(200 / (grid.cell / FINER))
    hazards.loc[at, "lon"] += np.degrees(cells * grid.cell / FINER / EARTH_A)
    before, after = (sorted(zip(*each.positions(), strict=True)) for each in (drawn, _again(register, hazards, grid)))
    gone, come = set(before) - set(after), set(after) - set(before)
    assert len(gone) <= 1
    assert len(come) <= 1
    assert sum(x for x, _ in after) - sum(x for x, _ in before) == cells


def _again(register: HazardRegister, hazards: pd.DataFrame, grid: Grid) -> HeatData:
    return heat_data(replace(register, hazards=hazards), grid)


def test_no_hazards_no_inspections(register: HazardRegister) -> None:
    """Nothing to carry is carried as nothing."""
    bare = replace(register, hazards=register.hazards.head(0), inspections=register.inspections.head(0))
    assert heat_data(bare, _grid(register)).as_data()["sizes"] == [0, 0, 0]


@SOME
@given(days=st.lists(st.dates(date(2015, 1, 1), DAY), min_size=1))
def test_a_slice_holds_its_days(days: list[date]) -> None:
    """Each day lies between first and last of its slice, however long ago; slices follow one another, at most 241."""
    slices = Slices.until(DAY, min(days))
    found = slices.of(np.array(days, dtype="datetime64[D]"))
    true = np.array(days, dtype="datetime64[D]")
    assert (slices.first[found] <= true).all()
    assert (true <= slices.last[found]).all()
    assert (slices.first[1:] == slices.last[:-1] + 1).all()
    assert len(slices.first) <= 241


@SOME
@given(as_of=st.dates(date(2001, 1, 1), date(2100, 12, 31)))
def test_what_still_runs_has_as_many_days_a_year_before(as_of: date) -> None:
    """Slices end on the same day of the year before and 52 weeks before, so what has begun is compared with no more."""
    ends = Slices.until(as_of, date(as_of.year - 2, 1, 1)).last.astype("datetime64[D]").tolist()
    same = date(as_of.year - 1, as_of.month, min(as_of.day, 28 if as_of.month == 2 else 31))
    assert {same, as_of - timedelta(days=364), as_of} <= set(ends)


def test_own_checks_of_enterprises_are_no_looks(register: HazardRegister, drawn: HeatData) -> None:
    """Were every inspection the enterprises' own, nobody would have looked, and every hazard would be marked."""
    own = replace(
        register,
        inspections=register.inspections.assign(by="enterprise"),
        hazards=register.hazards.assign(own_check=True),
    )
    found = heat_data(own, drawn.grid)
    assert len(found.check_site) == 0
    assert (found.hazard_state >= 8).all()
    assert len(found.hazard_state) == len(drawn.hazard_state)
