"""The ground made of the town's own boundaries, roads and water."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from shapely import box

from geodata.ledger import Ledger
from maps.backdrop import Backdrop
from maps.shapes import Frame

BIG = box(0.01, 0.01, 0.02, 0.02)


def test_outline_is_the_topmost_level_with_polygons(ledger: Ledger) -> None:
    """The root has no polygon here, so the two communities make the outline."""
    backdrop = Backdrop.from_ledger(ledger)
    assert len(backdrop.outline) == 2
    assert backdrop.frame().bounds == pytest.approx((113.60, 22.80, 113.64, 22.81))


def test_main_roads_are_told_from_lanes(ledger: Ledger) -> None:
    """A primary road is drawn wide; water was not read and is not drawn."""
    backdrop = Backdrop.from_ledger(ledger)
    assert (len(backdrop.main_roads), len(backdrop.roads), len(backdrop.water)) == (1, 0, 0)
    assert backdrop.as_data(backdrop.frame())["main"] == [[0, 500, 4000, 500]]
    assert backdrop.as_ground(backdrop.frame())["roads"][1] == [[[0, 500, 4000, 0]], [0]]


def test_buildings_and_names(ledger: Ledger) -> None:
    """Masks of kind 建筑 are buildings; waters and villages with a name have a label inside, the largest first."""
    ponds = gpd.GeoDataFrame(
        {"name": ["小塘", None, "大塘"]}, geometry=[box(0.001, 0, 0.002, 0.001), box(0, 0, 1, 1), BIG], crs="EPSG:4326"
    )
    masks = gpd.GeoDataFrame({"kind": ["建筑", "farmland"]}, geometry=[BIG, BIG], crs="EPSG:4326")
    backdrop = Backdrop.from_ledger(Ledger(ledger.town, {**ledger.frames, "water": ponds, "masks": masks}))
    data = backdrop.as_ground(Frame((0, 0, 1, 1)))
    assert len(data["buildings"]) == 1
    assert [(name, width) for name, _, _, width in data["ponds"]] == [("大塘", 1000), ("小塘", 100)]
    assert sorted(name for name, *_ in data["places"]) == sorted(backdrop.places.names)
    for _, x, y, _ in data["ponds"][:1]:
        assert BIG.contains(shapely.Point(x / 1e5, y / 1e5))


def test_nothing_known_has_no_frame() -> None:
    """An empty backdrop has no bounds and draws nothing."""
    empty = Backdrop.empty()
    assert empty.frame().bounds is None
    nothing = {"water": [], "buildings": [], "outline": [], "places": [], "ponds": [], "names": []}
    assert empty.as_data(empty.frame()) == {"water": [], "roads": [], "main": [], "outline": []}
    assert empty.as_ground(empty.frame()) == nothing | {"roads": [[[], []]] * 6}
