"""The ground made of the town's own boundaries, roads and water."""

from __future__ import annotations

import pytest

from geodata.ledger import Ledger
from maps.backdrop import Backdrop


def test_outline_is_the_topmost_level_with_polygons(ledger: Ledger) -> None:
    """The root has no polygon here, so the two communities make the outline."""
    backdrop = Backdrop.from_ledger(ledger)
    assert len(backdrop.outline) == 2
    assert backdrop.frame().bounds == pytest.approx((113.60, 22.80, 113.64, 22.81))


def test_main_roads_are_told_from_lanes(ledger: Ledger) -> None:
    """A primary road is drawn wide; water was not read and is not drawn."""
    backdrop = Backdrop.from_ledger(ledger)
    assert (len(backdrop.main_roads), len(backdrop.roads), len(backdrop.water)) == (1, 0, 0)
    assert backdrop.as_data(backdrop.frame())["roads"][1] == [[[0, 500, 4000, 0]], [0]]


def test_nothing_known_has_no_frame() -> None:
    """An empty backdrop has no bounds and draws nothing."""
    empty = Backdrop.empty()
    assert empty.frame().bounds is None
    nothing = {"water": [], "buildings": [], "outline": [], "places": [], "ponds": [], "names": []}
    assert empty.as_data(empty.frame()) == nothing | {"roads": [[[], []]] * 6}
