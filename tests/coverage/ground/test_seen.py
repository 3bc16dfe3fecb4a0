"""Which ground was seen: against buffers, and the laws of the definition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.ground.figures import ground_figures
from coverage.ground.seen import GroundSeen, ground_seen
from geodata.errors import QuestionProblem
from tests.coverage.ground.towns import DAY, TOWN, Small, Spot, Walk, cut, ledger_of, random_walk, slow_m2, town_of

SQUARE = shapely.box(0, 0, 1000, 1000)
WEST, EAST = shapely.box(0, 0, 500, 1000), shapely.box(500, 0, 1000, 1000)
TWO = Small([("town", TOWN.code, SQUARE), ("grid", "g0", WEST), ("grid", "g1", EAST)])
STREET = Walk([[(100, 500), (400, 500)]])
STRIP_M2 = 300 * 60 + np.pi * 30**2
"""Ground within 30 m of that street."""

seeds = st.integers(0, 2**32 - 1)


def measured(small: Small, **asked: object) -> GroundSeen:
    """Measure a town on the day."""
    return ground_seen(ledger_of(small), DAY, **asked)  # type: ignore[arg-type]


def row(seen: GroundSeen, code: str) -> dict[str, float]:
    """Give the figures of one area."""
    at = int(np.flatnonzero(seen.areas["code"] == code)[0])
    return {str(name): float(value) for name, value in seen.ground.iloc[at].items()}


@settings(max_examples=8, deadline=None)
@given(seed=seeds, width=st.sampled_from([10.0, 30.0, 75.0]))
def test_the_same_area_as_buffers_united(seed: int, width: float) -> None:
    """Seen m² of the town are those of buffer-and-union within 0.5 %; of each irregular grid, or within five cells."""
    small = town_of(seed)
    seen, slow = measured(small, width_m=width), slow_m2(small, width)
    for code, (open_m2, near_m2) in slow.items():
        figures = row(seen, code)
        assert figures["area_m2"] - figures["masked_m2"] == pytest.approx(open_m2, rel=1e-6)
        # where a border runs along the edge of what is seen, some cells are shared out wrongly
        assert figures["seen_m2"] == pytest.approx(near_m2, rel=5e-3, abs=5 * seen.raster.cell_m2)
    assert row(seen, TOWN.code)["seen_m2"] == pytest.approx(slow[TOWN.code][1], rel=5e-3)


@settings(max_examples=8, deadline=None)
@given(seed=seeds)
def test_areas_that_tile_the_town_add_up_to_it(seed: int) -> None:
    """Every m² of the town stands in exactly one grid, whatever it is: seen, missed, masked, no data."""
    seen = measured(town_of(seed))
    grids = (seen.areas["level"] == "grid").to_numpy(bool)
    total = seen.ground.iloc[:-1][grids].sum()
    for name, value in row(seen, TOWN.code).items():
        assert total[name] == pytest.approx(value, abs=1.0)


@settings(max_examples=6, deadline=None)
@given(seed=seeds)
def test_splitting_an_area_keeps_its_sums(seed: int) -> None:
    """The parts of a grid that is split add up to it."""
    dice = Random(seed)
    small = town_of(seed, pieces=3)
    level, code, shape = small.areas[1]
    parts = [("grid", f"{code}-{n}", part) for n, part in enumerate(cut(shape, dice, 3))]
    split = replace(small, areas=[small.areas[0], *parts, *small.areas[2:]])
    before, after = row(measured(small), code), measured(split)
    for name in ("area_m2", "masked_m2", "seen_m2"):
        assert sum(row(after, part)[name] for _, part, _ in parts) == pytest.approx(before[name], abs=1.0)
    assert level == "grid"


@settings(max_examples=6, deadline=None)
@given(seed=seeds)
def test_one_more_track_never_lowers_what_is_seen(seed: int) -> None:
    """A further track or check-in adds to seen ground, in every area, and to what is known; never above all of it."""
    dice, small = Random(seed), town_of(seed)
    more = small.and_(walks=[Walk([random_walk(dice, 1200, 30)], "o9")], spots=[Spot((300, 300))])
    before, after = measured(small).ground, measured(more).ground
    assert (after["seen_m2"] >= before["seen_m2"] - 1e-6).all()
    assert (after["no_data_m2"] <= before["no_data_m2"] + 1e-6).all()
    assert (after["seen_m2"] + after["masked_m2"] <= after["area_m2"] + 1e-6).all()
    assert (after >= 0).all(axis=None)


@settings(max_examples=6, deadline=None)
@given(seed=seeds)
def test_later_data_changes_nothing_as_of_a_day(seed: int) -> None:
    """Tracks and check-ins after the day leave its figures as they were; of another month they are not this one's."""
    dice, small = Random(seed), town_of(seed)
    for day in (date(2024, 6, 21), date(2024, 5, 31)):
        other = small.and_(walks=[Walk([random_walk(dice, 1200, 30)], "o9", day)], spots=[Spot((300, 300), day)])
        assert measured(other).ground.equals(measured(small).ground)


def test_a_street_is_seen_a_width_to_either_side() -> None:
    """A walk of 300 m sees 60 m × 300 m and half a disc at each end."""
    seen = measured(replace(TWO, walks=[STREET]))
    assert row(seen, "g0")["seen_m2"] == pytest.approx(STRIP_M2, rel=2e-3)


def test_between_two_lines_of_a_track_nothing_is_seen() -> None:
    """A track that was cut because nobody knows the way sees its lines, not what lies between them."""
    lines: list[list[tuple[float, float]]] = [[(100, 200), (200, 200)], [(100, 800), (200, 800)]]
    seen = measured(replace(TWO, walks=[Walk(lines)]))
    assert row(seen, "g0")["seen_m2"] == pytest.approx(2 * (100 * 60 + np.pi * 30**2), rel=2e-3)


def test_no_data_is_not_missed() -> None:
    """Where no track touches the grid and no officer of it recorded one, what is not seen is no data."""
    seen = measured(replace(TWO, walks=[STREET], spots=[Spot((750, 500))]))
    west, east = row(seen, "g0"), row(seen, "g1")
    assert west["no_data_m2"] == 0
    assert west["missed_m2"] == pytest.approx(500_000 - STRIP_M2, rel=1e-3)
    assert (east["missed_m2"], east["no_data_m2"] > 490_000) == (0, True)
    assert east["seen_m2"] == pytest.approx(np.pi * 30**2, rel=5e-3)


def test_an_officer_with_a_track_makes_the_own_grid_known() -> None:
    """The other grid of the officer is missed, not without data: he recorded, and was not there."""
    seen = measured(replace(TWO, walks=[STREET], posts={"o1": "g1"}))
    assert row(seen, "g1")["no_data_m2"] == 0


def test_ground_in_no_grid_has_its_own_row() -> None:
    """What the grids leave of the town is `outside`, so that each level adds up to the town."""
    seen = measured(replace(TWO, areas=TWO.areas[:2], walks=[STREET]))
    figures = ground_figures(seen, "grid").set_index("key")
    assert figures.loc["outside", "area_m2"] == pytest.approx(500_000, rel=1e-3)
    assert figures["missed_m2"].sum() == pytest.approx(row(seen, TOWN.code)["missed_m2"], abs=1)


def test_overlapping_areas_count_their_common_ground_once() -> None:
    """Ground of two grids belongs to the smaller code, as points do."""
    wide = shapely.box(400, 0, 1000, 1000)
    seen = measured(
        replace(TWO, areas=[*TWO.areas[:2], ("grid", "g1", wide)], walks=[Walk([[(450, 500), (455, 500)]])])
    )
    assert row(seen, "g1")["seen_m2"] < 100
    assert row(seen, "g0")["seen_m2"] == pytest.approx(row(seen, TOWN.code)["seen_m2"], rel=0.01)


def test_masked_ground_is_neither_seen_nor_missed() -> None:
    """Water and fields, also where they overlap, are left out of both; a kind that is not asked for is not."""
    lake, field = shapely.box(100, 400, 300, 600), shapely.box(200, 400, 400, 600)
    small = replace(TWO, walks=[STREET], water=[lake], masks=[("farmland", field)])
    both, only = row(measured(small), "g0"), row(measured(small, masks=["farmland"]), "g0")
    assert both["masked_m2"] == pytest.approx(300 * 200, rel=1e-3)
    assert both["seen_m2"] == pytest.approx(np.pi * 30**2, rel=1e-2)
    assert only["masked_m2"] == pytest.approx(200 * 200, rel=1e-3)


def test_the_mask_of_an_unknown_kind_is_refused() -> None:
    """The error names the kinds that there are."""
    with pytest.raises(QuestionProblem, match="现有：farmland"):
        measured(replace(TWO, masks=[("farmland", WEST)]), masks=["forest"])


@pytest.mark.parametrize(
    "spot",
    [
        Spot((750, 500), geotag="typed"),
        Spot((750, 500), geotag="mock"),
        Spot((750, 500), by="enterprise"),
        Spot((750, 500), accuracy=500.0),
    ],
    ids=["typed", "mock", "enterprise", "accuracy"],
)
def test_a_check_in_that_does_not_say_that_somebody_was_there(spot: Spot) -> None:
    """Typed, mock, an enterprise's own, far too inexact: none sees any ground."""
    assert row(measured(replace(TWO, spots=[spot])), TOWN.code)["seen_m2"] == 0


def test_a_town_without_areas_below_it() -> None:
    """The town's own border is enough; any track of the period makes all of it known."""
    seen = measured(replace(TWO, areas=TWO.areas[:1], walks=[STREET]))
    assert (row(seen, TOWN.code)["no_data_m2"], row(seen, TOWN.code)["missed_m2"] > 900_000) == (0, True)


def test_a_town_without_own_border_is_its_areas() -> None:
    """Where the root has no polygon the town is what its areas cover."""
    seen = measured(replace(TWO, areas=[("town", TOWN.code, None), *TWO.areas[1:]], walks=[STREET]))
    assert row(seen, TOWN.code)["area_m2"] == pytest.approx(1e6, rel=2e-3)


def test_areas_that_do_not_nest_share_what_is_known_by_their_ground() -> None:
    """A community across two grids, one of them known: the part in the known one is missed, the rest no data."""
    across = shapely.box(250, 0, 750, 1000)
    seen = measured(replace(TWO, areas=[*TWO.areas, ("community", "c", across)], walks=[STREET]))
    figures = row(seen, "c")
    assert figures["no_data_m2"] == pytest.approx(250_000, rel=5e-3)
    assert figures["missed_m2"] + figures["seen_m2"] == pytest.approx(250_000, rel=5e-3)


def test_a_track_of_the_officer_of_a_community_makes_it_known() -> None:
    """A post at an upper level covers the grids in it, whole or in part."""
    half = shapely.box(500, 0, 1000, 500)
    small = replace(TWO, areas=[*TWO.areas, ("community", "c", half)], walks=[STREET], posts={"o1": "c"})
    assert row(measured(small), "g1")["missed_m2"] == pytest.approx(250_000, rel=1e-2)
    assert row(measured(small), "g1")["no_data_m2"] == pytest.approx(250_000, rel=1e-2)


@pytest.mark.parametrize("width", [4, 501])
def test_a_width_that_cannot_be_meant_is_refused(width: int) -> None:
    """From 5 to 500 m."""
    with pytest.raises(QuestionProblem, match="不在 5 至 500 米之间"):
        measured(TWO, width_m=width)


def test_without_any_border_there_is_no_ground() -> None:
    """The error says what to import."""
    with pytest.raises(QuestionProblem, match="没有区域的边界"):
        measured(Small([("town", TOWN.code, None)]))
