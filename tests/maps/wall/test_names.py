"""All names on a map."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely

from coverage.assess import Assessment
from geodata.ledger import Ledger
from maps.backdrop import Backdrop, Named
from maps.roads import Roads
from maps.sheet import composed, fitting
from maps.sheets.coverage import coverage_wall
from maps.wall.content import Listed, Roll, Wall
from maps.wall.names import inside, names_of, short_name
from tests.maps.conftest import SIDE, SOUTH, WEST
from tests.maps.wall.test_room import apart

MADE = datetime(2024, 7, 1, 9)


@pytest.fixture
def wall(ledger: Ledger, assessment: Assessment) -> Wall:
    """Give the town with twelve lanes, a pond, and twenty numbered places in a row."""
    lanes = [
        shapely.linestrings([(WEST, SOUTH + at * SIDE / 12), (WEST + 4 * SIDE, SOUTH + at * SIDE / 12)])
        for at in range(12)
    ]
    backdrop = Backdrop.from_ledger(ledger)
    main = backdrop.streets.main()
    names = pd.Series([*backdrop.main_names, *(f"第{at}巷" for at in range(11)), None], dtype=object)
    lines = np.concatenate([backdrop.streets.lines[main], np.array(lanes, dtype=object)])
    classes = pd.Series(["primary"] * int(main.sum()) + ["lane"] * 12)
    pond = shapely.box(WEST + SIDE, SOUTH, WEST + 1.4 * SIDE, SOUTH + SIDE / 2)
    ground = replace(
        backdrop,
        streets=Roads.of(lines, classes, names),
        ponds=Named(np.array([pond], dtype=object), np.array(["南塘"], dtype=object)),
    )
    rows = [Listed(f"{at}厂", "东村", WEST + at * SIDE / 6, SOUTH + SIDE / 2) for at in range(20)]
    return replace(coverage_wall(assessment, ground), roll=Roll("最紧要的", rows, "#8c1d18", 3.6, ranked=True))


def test_no_two_texts_touch(wall: Wall) -> None:
    """Names of areas, roads, water, grids, with what is taken; all of them inside the strips along the edges."""
    layout, plane = fitting(wall.bounds, "A3", landscape=None)
    assert plane is not None
    sheet, taken = inside(plane, layout.k), [(20.0, 20.0, 60.0, 200.0)]
    names = names_of(wall, plane, layout.k, sheet, taken)
    assert {look for look, _ in names.labels} == {"area", "water", "grid"}
    assert {look for look, _ in names.roads} == {"road", "lane"}
    whole = [[label.box] for _, label in names.labels] + [[each.box for each in name] for _, name in names.roads]
    for one, other in combinations([*whole, taken], 2):
        assert all(apart(a, b) for a in one for b in other)
    assert all(a >= sheet[0] and b >= sheet[1] and c <= sheet[2] and d <= sheet[3] for a, b, c, d in names.boxes)


def test_numbers_are_left_uncovered(wall: Wall) -> None:
    """On the composed sheet no name's middle lies in the square of a numbered disc."""
    data, _ = composed(wall, MADE, "A3")
    assert len(data["numbers"]) >= 10
    for number in data["numbers"]:
        half = number["size"] / 2
        square = (number["x"] - half, number["y"] - half, number["x"] + half, number["y"] + half)
        for each in [*data["labels"], *data["letters"]]:
            half = each["size"] * 0.45
            assert apart(square, (each["x"] - half, each["y"] - half, each["x"] + half, each["y"] + half))


def test_what_is_not_named_is_counted(wall: Wall) -> None:
    """Where all of the map is taken, nothing is named, and the sheet's note says how many of each kind."""
    layout, plane = fitting(wall.bounds, "A3", landscape=None)
    assert plane is not None
    names = names_of(wall, plane, layout.k, inside(plane, layout.k), [(0, 0, plane.width, plane.height)])
    assert names.boxes == []
    assert names.missing == {"村/社区": 2, "主要道路": 1, "支路": 11, "网格": 4}


def test_a_grid_is_called_by_what_stands_behind_its_community() -> None:
    """The whole name where it does not begin so, or where nothing is left."""
    parents = ["东村", "东村口社区"]
    assert short_name("东村口社区第3网格", parents) == "第3网格"
    assert short_name("东村", parents) == "东村"
    assert short_name("四格", parents) == "四格"
