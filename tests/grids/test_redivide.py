"""Next year's grids out of this year's, with the least change."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import DivideProblem
from grids.blocks import Atoms
from grids.divide import Division, divide
from grids.graph import Floats
from grids.redivide import Present, atoms_of_present, counts_near, redivide

NONE = gpd.GeoDataFrame({"class": pd.Series([], dtype="str")}, geometry=[], crs=4326)


@dataclass
class Case:
    """Two communities, their grids, the atoms of the grids, and what they carry."""

    areas: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    atoms: Atoms
    present: Present
    load: Floats
    places: Floats


def load_of(atoms: Atoms) -> tuple[Floats, Floats]:
    """Give minutes and places of atoms: more in the middle, by where an atom lies."""
    centre = shapely.centroid(atoms.frame.geometry.to_numpy())
    places = np.round(3 + 2 * np.sin(shapely.get_x(centre) / 300) + np.cos(shapely.get_y(centre) / 170))
    return places * 30, places


@pytest.fixture(scope="module")
def case() -> Case:
    """Divide two communities into eight grids in balance."""
    shapes = [shapely.box(113, 22, 113.02, 22.02), shapely.box(113.02, 22, 113.03, 22.02)]
    areas = gpd.GeoDataFrame({"code": ["A", "B"], "name": ["甲", "乙"]}, geometry=shapes, crs=4326)
    blank = gpd.GeoDataFrame({"code": ["A", "B"], "name": ["甲", "乙"]}, geometry=shapes, crs=4326)
    atoms, _ = atoms_of_present(areas, blank, NONE, NONE, 1200)
    found = divide(atoms, load_of(atoms)[0], areas, into=8)
    columns = {"code": [f"g{n}" for n in range(8)], "name": [f"g{n}" for n in range(8)]}
    grids = gpd.GeoDataFrame(columns, geometry=list(found.shapes), crs=atoms.frame.crs).to_crs(4326)
    atoms, present = atoms_of_present(areas, grids, NONE, NONE, 1200)
    return Case(areas, grids, atoms, present, *load_of(atoms))


def run(case: Case, load: Floats | None = None, **how: object) -> Division:
    """Divide anew."""
    load = case.load if load is None else load
    return redivide(case.atoms, load, case.areas, case.present, case.places, **how)  # type: ignore[arg-type]


def moved(case: Case, found: Division) -> float:
    """Give the share of places that are in none of the new grids that most of their old grid is in."""
    pairs = np.zeros((len(case.present.codes), len(found.area)))
    np.add.at(pairs, (case.present.of_atom, found.labels), case.places)
    return float(1 - pairs.max(axis=1).sum() / case.places.sum())


def test_the_present_grids_are_atoms_whole(case: Case) -> None:
    """Atoms follow the borders of the grids: each is of one, and none is lost."""
    middle = case.grids.representative_point()
    assert [case.areas.contains(each).to_numpy().argmax() for each in middle] == case.present.area.tolist()
    assert (case.present.of_atom >= 0).all()
    ground = case.grids.to_crs(case.atoms.frame.crs).area.to_numpy()
    own = np.bincount(case.present.of_atom, case.atoms.frame.area.to_numpy(), len(ground))
    assert own == pytest.approx(ground, abs=0.5)


def test_what_is_in_balance_stays(case: Case) -> None:
    """Nothing was asked and nothing is out of balance: nothing moves."""
    found = run(case)
    assert moved(case, found) == 0
    assert len(found.area) == 8


def test_one_more(case: Case) -> None:
    """A ninth grid comes out of the community with most work; the other community stays, most places too."""
    found = run(case, into=9)
    assert np.bincount(found.area).tolist() in ([7, 2], [6, 3], [5, 4])
    inside = [found.load[found.area == each] for each in (0, 1)]
    assert all(np.max(np.abs(each / each.mean() - 1)) < 0.06 for each in inside)
    assert found.contiguous
    assert moved(case, found) < 0.25  # a sixth part of one community is 10 % of all at the least


def test_one_less(case: Case) -> None:
    """The grid that leaves is shared out among its neighbours, the others keep their ground."""
    gone = case.present.codes[0]
    found = run(case, leaving=[gone])
    assert len(found.area) == 7
    assert found.contiguous
    kept = case.places[case.present.of_atom != 0]
    pairs = np.zeros((8, 7))
    np.add.at(pairs, (case.present.of_atom, found.labels), case.places)
    assert pairs[1:].max(axis=1).sum() / kept.sum() > 0.75


def test_a_new_estate(case: Case) -> None:
    """More work in a corner moves borders there, not in the other community."""
    load = case.load.copy()
    east = case.atoms.frame["area"].to_numpy() == 1
    load[case.present.of_atom == case.present.of_atom[~east][0]] *= 1.6
    found = run(case, load)
    assert (found.labels[east][:, None] == found.labels[east]).sum() == (
        case.present.of_atom[east][:, None] == case.present.of_atom[east]
    ).sum()
    west = found.load[found.area == 0]
    assert np.max(np.abs(west / west.mean() - 1)) < 0.06


def test_half_the_time(case: Case) -> None:
    """Who works half the time has half of what the others of the community have."""
    found = run(case, shares={case.present.codes[0]: 0.5})
    own = found.load[found.area == case.present.area[0]]
    whole = own.sum() / (len(own) - 0.5)
    assert own.min() == pytest.approx(whole / 2, rel=0.06)


def test_fixed_ground_stays(case: Case) -> None:
    """An atom that is fixed to a neighbour's grid is of it."""
    one, two = case.atoms.pairs[(np.diff(case.present.of_atom[case.atoms.pairs], axis=1) != 0)[:, 0]][0]
    if case.atoms.frame["area"].iloc[one] != case.atoms.frame["area"].iloc[two]:
        pytest.skip("the first border is one of communities")
    fixed = np.full(len(case.atoms), -1)
    fixed[one] = case.present.of_atom[two]
    found = run(case, fixed=fixed)
    with_two = np.bincount(found.labels[case.present.of_atom == case.present.of_atom[two]]).argmax()
    assert found.labels[one] == with_two


def test_unknown_codes(case: Case) -> None:
    """A code that is no grid is named."""
    with pytest.raises(DivideProblem, match="没有编码为 x 的网格"):
        run(case, leaving=["x"])


@given(
    st.lists(st.integers(0, 5), min_size=2, max_size=5).filter(lambda now: sum(now) > 0),
    st.integers(-3, 4),
    st.randoms(use_true_random=False),
)
def test_counts_change_by_what_is_asked(now: list[int], more: int, random: object) -> None:
    """As many grids as asked, at least one an area; where more are asked for no area gets fewer, and so on."""
    held = np.arange(len(now))
    weight = np.arange(1, len(now) + 1) * 10.0
    least = np.maximum(now, 1)
    into = int(least.sum()) + more
    if into < len(now):
        with pytest.raises(DivideProblem, match="至少要"):
            counts_near(np.array(now), weight, held, into)
        return
    found = counts_near(np.array(now), weight, held, into)
    assert found.sum() == into
    assert (found >= 1).all()
    assert (found >= least).all() if more >= 0 else (found <= least).all()


def test_no_ground_is_fixed_to_a_grid_that_ends(case: Case) -> None:
    """What can't be is said, with the grid and what to do, not passed over."""
    fixed = np.where(np.arange(len(case.atoms)) == 0, case.present.of_atom[0], -1)
    with pytest.raises(DivideProblem, match=f"网格 g{case.present.of_atom[0]} 要撤销.*去掉这个 --fix"):
        run(case, fixed=fixed, leaving=[f"g{case.present.of_atom[0]}"])
