"""Areas of a class bear lines, for prints without colours."""

from __future__ import annotations

import re
from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import box

from geodata.model import Level, Town
from maps.backdrop import Backdrop
from maps.wall import svg
from maps.wall.content import Tint, Wall
from maps.wall.drawing import drawn
from maps.wall.hatching import COLOUR, hatched
from maps.wall.plane import Plane

BOUNDS = (113.70, 22.80, 113.74, 22.82)
TOWN = Town("样板镇", "440100001")


def hatch_of(hatches: tuple[float, ...], k: float = 1.0) -> tuple[list[np.ndarray], np.ndarray]:
    """Draw two areas of two classes; give the lines across them, and where the areas lie, in millimetres."""
    shapes = [box(113.70, 22.80, 113.72, 22.82), box(113.72, 22.80, 113.74, 22.82)]
    rows = {"code": ["1", "2"], "name": ["甲", "乙"], "level": ["grid", "grid"]}
    areas = gpd.GeoDataFrame(rows, geometry=shapes, crs=4326)
    tint = Tint(Level.GRID, np.array([0, 1]), ("#f00", "#00f"), ("差", "好"), "", "", hatches)
    wall = Wall("", TOWN, date(2024, 6, 30), "", BOUNDS, areas, Backdrop.empty(), tint=tint)
    plane = Plane(BOUNDS, 200, 100, 2)
    parts = [part for part in drawn(wall, plane, k) if f'stroke="{COLOUR}"' in part]
    paths = re.findall(r"M([\d -]+)", "".join(parts))
    lines = [np.array(path.split(), float).reshape(-1, 2) / svg.STEPS for path in paths]
    return lines, plane.shapes(np.array(shapes, dtype=object))


@pytest.mark.parametrize("apart", [1.5, 4.0])
def test_lines_across_a_class(apart: float) -> None:
    """Lines lie in the areas of their class alone, at 45°, so many millimetres apart."""
    lines, (own, other) = hatch_of((apart, 0.0))
    assert lines
    for one, two in lines:
        line = shapely.LineString([one, two])
        assert own.buffer(0.05).covers(line)
        assert line.intersection(other.buffer(-0.05)).is_empty
        assert (two - one)[0] == pytest.approx(-(two - one)[1], abs=0.03)
    offsets = np.unique(np.round([line.sum(axis=1).mean() for line in lines], 1))
    assert np.diff(offsets) == pytest.approx(apart * np.sqrt(2), abs=0.15)


def test_no_lines() -> None:
    """Without hatches, or with none for any class, there are no lines."""
    assert hatch_of(())[0] == []
    assert hatch_of((0.0, 0.0))[0] == []


def test_lines_across_what_crosses_itself() -> None:
    """Areas that cross themselves and one another bear lines like any."""
    bow = shapely.Polygon([(20, 20), (80, 80), (80, 20), (20, 80)])
    shapes = np.array([bow, shapely.box(50, 40, 150, 90), None], dtype=object)
    lines = hatched(shapes, (200, 100), 2.0)
    assert shapely.length(lines).sum() > 0
    assert shapely.box(20, 20, 150, 90).buffer(0.01).covers(shapely.union_all(lines))


def test_falling_lines() -> None:
    """A negative distance gives the same lines mirrored."""
    shapes = np.array([shapely.box(20, 20, 150, 90)], dtype=object)
    rising, falling = (hatched(shapes, (170, 110), apart) for apart in (2.0, -2.0))
    mirrored = shapely.transform(falling, lambda ends: ends * (-1, 1) + (170, 0))
    assert shapely.hausdorff_distance(shapely.union_all(rising), shapely.union_all(mirrored)) < 1e-9
