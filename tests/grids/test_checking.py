"""What is wrong with the areas of a town: found, placed, measured."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from geodata.ledger import Ledger
from geodata.model import Town
from grids.checking import check_areas
from grids.findings import AreaFinding, counts_of

TOWN = Town("虎门镇", "441900121")
DEGREE_M2 = 111_320 * 111_320 * np.cos(np.radians(22.7))
W, S = 113.6, 22.7


def at(west: float, south: float, east: float, north: float) -> MultiPolygon:
    """Give a box in thousandths of a degree from the corner of the town."""
    return MultiPolygon([box(W + west / 1000, S + south / 1000, W + east / 1000, S + north / 1000)])


def areas_of(*rows: tuple[str, str, Any, str | None]) -> gpd.GeoDataFrame:
    """Give areas: level, last digits of the code, shape, last digits of the parent's code."""
    empty = Ledger.whole(TOWN, {}).areas
    above = {"grid": "community", "community": "town", "district": "town"}
    frame = gpd.GeoDataFrame(
        {
            "level": [row[0] for row in rows],
            "code": [f"{TOWN.code}{row[1]}" for row in rows],
            "name": [row[1] for row in rows],
            "parent": [None if row[3] is None else f"{TOWN.code}{row[3]}" for row in rows],
            "parent_level": [above[row[0]] for row in rows],
        },
        geometry=[row[2] for row in rows],
        crs=4326,
    )
    return frame.reindex(columns=empty.columns).astype({"since": "datetime64[s]"}).set_crs(4326)


def places_of(*xy: tuple[float, float] | None) -> gpd.GeoDataFrame:
    """Give places at those spots."""
    points = [None if each is None else shapely.Point(W + each[0] / 1000, S + each[1] / 1000) for each in xy]
    ids = [f"P{n}" for n in range(len(xy))]
    return gpd.GeoDataFrame({"id": ids, "name": ids}, geometry=points, crs=4326)


COMMUNITIES = (
    ("community", "001", at(0, 0, 10, 10), None),
    ("community", "002", at(10, 0, 20, 10), None),
)
GRIDS = (
    ("grid", "001001", at(0, 0, 5, 10), "001"),
    ("grid", "001002", at(5, 0, 10, 10), "001"),
    ("grid", "002001", at(10, 0, 20, 10), "002"),
)


def found_in(*rows: Any, places: gpd.GeoDataFrame | None = None, past: pd.DataFrame | None = None) -> list[AreaFinding]:
    """Check a town of these areas."""
    return check_areas(areas_of(*rows), places_of() if places is None else places, TOWN, past)


def test_a_sound_town_has_nothing() -> None:
    """Areas edge to edge, in one piece, inside their parents, with codes as they should be: nothing is said."""
    assert found_in(*COMMUNITIES, *GRIDS, places=places_of((1, 1), (10, 5), None)) == []


def test_a_gap() -> None:
    """Ground of a community that no grid has is a gap, with its place, its m² and its neighbours."""
    (gap,) = found_in(*COMMUNITIES, GRIDS[0], ("grid", "001002", at(5, 0, 9, 10), "001"), GRIDS[2])
    assert (gap.kind, gap.level) == ("gap", "grid")
    assert gap.m2 == pytest.approx(1e-3 * 1e-2 * DEGREE_M2, rel=0.01)
    assert set(gap.codes) == {f"{TOWN.code}001002", f"{TOWN.code}002001"}
    assert gap.shape is not None
    assert gap.shape.intersects(shapely.Point(W + 0.0095, S + 0.005))


def test_a_hole_where_nothing_stands_above() -> None:
    """Without areas above, a hole inside is a gap; the outside of the town is none."""
    ring = at(0, 0, 10, 10).difference(at(4, 4, 6, 6))
    (gap,) = found_in(("community", "001", MultiPolygon([ring]), None))
    assert (gap.kind, gap.level) == ("gap", "community")


def test_an_overlap() -> None:
    """Ground of two is an overlap, of both."""
    found = found_in(*COMMUNITIES, ("grid", "001001", at(0, 0, 6, 10), "001"), *GRIDS[1:])
    (overlap,) = [each for each in found if each.kind == "overlap"]
    assert set(overlap.codes) == {f"{TOWN.code}001001", f"{TOWN.code}001002"}
    assert overlap.m2 == pytest.approx(1e-3 * 1e-2 * DEGREE_M2, rel=0.01)


def test_a_sliver() -> None:
    """A gap of a metre's width is a sliver; one of a centimetre is a line."""
    for width, kinds in ((0.01, ["sliver"]), (0.0001, [])):
        grid = ("grid", "001002", at(5, 0, 10 - width, 10), "001")
        assert [each.kind for each in found_in(*COMMUNITIES, GRIDS[0], grid, GRIDS[2])] == kinds


def test_pieces_are_a_notice() -> None:
    """A grid in two pieces is told, for it may be an island."""
    pieces = shapely.union_all([at(0, 0, 2, 10), at(3, 0, 5, 10)])
    found = found_in(
        *COMMUNITIES, ("grid", "001001", pieces, "001"), *GRIDS[1:], ("grid", "001003", at(2, 0, 3, 10), "001")
    )
    assert [(each.kind, each.notice) for each in found] == [("pieces", True)]


def test_a_child_outside_its_parent() -> None:
    """A grid that reaches into another community is told with the m² outside."""
    found = found_in(
        *COMMUNITIES,
        GRIDS[0],
        ("grid", "001002", at(5, 0, 12, 10), "001"),
        ("grid", "002001", at(12, 0, 20, 10), "002"),
    )
    assert counts_of(found) == {"outside_parent": 1}
    assert found[0].codes == [f"{TOWN.code}001002", f"{TOWN.code}001"]
    assert found[0].m2 == pytest.approx(2e-3 * 1e-2 * DEGREE_M2, rel=0.01)


def test_places_in_none() -> None:
    """A place with a position that lies in no area of a level is told; one without a position is another matter."""
    found = found_in(*COMMUNITIES, *GRIDS, places=places_of((1, 1), (30, 5), None))
    assert [(each.level, each.codes) for each in found] == [("community", ["P1"]), ("grid", ["P1"])]


def test_areas_without_border() -> None:
    """An area without a border is told."""
    assert counts_of(found_in(*COMMUNITIES, ("community", "003", None, None))) == {"no_shape": 1}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("00100", "不是 15 位数字"), ("00100X", "不是 15 位数字"), ("002009", "不以它的村/社区 441900121001 开头")],
)
def test_wrong_codes(code: str, sentence: str) -> None:
    """A code that is not as the standard makes it is named with what is wrong."""
    (found,) = found_in(*COMMUNITIES, ("grid", code, at(0, 0, 5, 10), "001"), *GRIDS[1:])
    assert (found.kind, found.notice) == ("code", False)
    assert sentence in found.sentence


def test_codes_of_their_own_making() -> None:
    """Where most codes are of the office's own making it is said once."""
    own = [(level, f"x{code}", shape, parent) for level, code, shape, parent in GRIDS]
    found = found_in(*COMMUNITIES, *own)
    assert [(each.kind, each.notice) for each in found] == [("code", True)]


def test_the_same_code_at_two_levels() -> None:
    """One number for two areas is told: questions must name the level then."""
    found = found_in(*COMMUNITIES, ("district", "001", at(0, 0, 20, 10), None))
    assert [(each.kind, each.notice) for each in found] == [("code", True)]
    assert "用了 2 次" in found[0].sentence


def test_a_code_that_was_used_before() -> None:
    """A code that had ended and was given out again is told; a border that moved is none."""
    past = pd.DataFrame({"level": ["grid"], "code": [f"{TOWN.code}001001"], "until": pd.to_datetime(["2024-07-01"])})
    areas = areas_of(*COMMUNITIES, *GRIDS)
    for since, kinds in (("2024-07-01", []), ("2024-09-01", ["code"])):
        areas.loc[areas["code"] == f"{TOWN.code}001001", "since"] = pd.Timestamp(since)
        assert [each.kind for each in check_areas(areas, places_of(), TOWN, past)] == kinds


@given(st.lists(st.tuples(*[st.integers(0, 8)] * 4), min_size=1, max_size=6))
def test_ground_adds_up(boxes: list[tuple[int, int, int, int]]) -> None:
    """Gaps and what is covered add up to the ground above, whatever the grids are (oracle: squares counted)."""
    grids = [
        ("grid", f"001{n:03d}", at(min(a, c), min(b, d), max(a, c) + 1, max(b, d) + 1), "001")
        for n, (a, b, c, d) in enumerate(boxes)
    ]
    found = found_in(("community", "001", at(0, 0, 10, 10), None), *grids)
    covered = np.zeros((10, 10), dtype=int)
    for a, b, c, d in boxes:
        covered[min(a, c) : max(a, c) + 1, min(b, d) : max(b, d) + 1] += 1
    square = 1e-6 * DEGREE_M2
    gaps = sum(each.m2 for each in found if each.kind == "gap")
    assert gaps / square == pytest.approx((covered == 0).sum(), rel=0.01, abs=0.2)
    pairs = sum(each.m2 for each in found if each.kind == "overlap")
    assert pairs / square == pytest.approx((covered * (covered - 1) / 2).sum(), rel=0.01, abs=0.2)
