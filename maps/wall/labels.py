"""Names of areas on a paper map: the largest area first, each where it touches no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

import numpy as np
import numpy.typing as npt
import shapely

from maps.shapes import Geometries
from maps.wall.room import Box, Room

Floats = npt.NDArray[np.float64]
NOWHERE: Floats = np.empty((0, 2))

LONGEST = 12
"""Characters of a name that are written; of a longer one the first ones and a dash of dots."""

LINE = 1.25
"""Height of a line of text in its size."""

TRIES = (
    (0.0, 0.0),
    (0.0, -1.2),
    (0.0, 1.2),
    (-0.3, 0.0),
    (0.3, 0.0),
    (0.0, -2.2),
    (0.0, 2.2),
    (-0.3, 1.2),
    (0.3, -1.2),
)
"""Where a name is tried: widths and lines off the middle of its area."""
FAR = 15
"""So many places each way are tried for a name that may stand anywhere in its area, the nearest to the middle first."""


@dataclass(frozen=True)
class Label:
    """A name with the middle of its box (millimetres), and the size of its text."""

    text: str
    x: float
    y: float
    size: float

    @property
    def box(self) -> Box:
        """What it takes."""
        return _box(self.x, self.y, *_extent(self.text, self.size))


def placed(
    names: Sequence[str],
    polygons: Geometries,
    size: float,
    room: Room,
    above: Floats = NOWHERE,
    *,
    anywhere: bool = False,
    within: bool = False,
) -> list[Label]:
    """Place names in their areas, and take their room.

    Parameters
    ----------
    names, polygons
        Row by row the same areas, in millimetres; an area without a polygon gets no name. A name may have lines.
    size
        Of the text (millimetres).
    room
        What is free.
    above
        (n, 2) spots of which as few as can be are covered.
    anywhere
        Try all over the area, not only around its middle: for few names of large areas.
    within
        The whole name lies in its area: for small areas, whose names would be read as their neighbours'.

    Returns
    -------
    The names that found room; of a name that finds none at the places tried there is no label.
    """
    order = np.argsort(-np.nan_to_num(shapely.area(polygons)), kind="stable")
    labels: list[Label] = []
    for row in order[~(shapely.is_missing(polygons) | shapely.is_empty(polygons))[order]]:
        text, polygon = "\n".join(shortened(line) for line in names[row].split("\n")), polygons[row]
        wide, high = _extent(text, size)
        if within and shapely.area(polygon) < wide * high:
            continue
        middle = middle_of(polygon)
        tried = _over(polygon, middle) if anywhere else [(middle[0] + x * wide, middle[1] + y * high) for x, y in TRIES]
        found = [Label(text, x, y, size) for x, y in tried if shapely.contains_xy(polygon, x, y)]
        if within:
            found = [each for each in found if polygon.contains(shapely.box(*each.box))]
        free = [each for each in found if room.free([each.box])]
        if free:
            best = min(free, key=lambda each: covered(each.box, above, size / 2))
            room.take([best.box])
            labels.append(best)
    return labels


def shortened(name: str) -> str:
    """Give the name, cut to `LONGEST` characters."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def width(text: str) -> float:
    """Give the width of a text in its size: Chinese characters are square, others at most 0.65 wide."""
    return sum(1.0 if east_asian_width(each) in "WFA" else 0.65 for each in text)


def covered(box: Box, spots: Floats, around: float) -> int:
    """Count the spots in a box that is so much larger on each side."""
    low, high = np.array(box[:2]) - around, np.array(box[2:]) + around
    return int(((spots > low) & (spots < high)).all(axis=1).sum())


def _extent(text: str, size: float) -> tuple[float, float]:
    lines = text.split("\n")
    return max(width(line) for line in lines) * size, LINE * size * len(lines)


def middle_of(polygon: shapely.Geometry) -> Floats:
    """Give the middle of the largest circle inside the largest part."""
    parts = shapely.get_parts(polygon)
    largest = parts[np.argmax(shapely.area(parts))]
    left, top, right, bottom = largest.bounds
    circle = shapely.maximum_inscribed_circle(largest, tolerance=max(right - left, bottom - top) / 50)
    middle: Floats = shapely.get_coordinates(circle)[0]
    return middle


def _over(polygon: shapely.Geometry, middle: Floats) -> list[tuple[float, float]]:
    """Give places all over the bounds of an area, the nearest to its middle first."""
    left, top, right, bottom = polygon.bounds
    x, y = np.meshgrid(np.linspace(left, right, FAR + 2)[1:-1], np.linspace(top, bottom, FAR + 2)[1:-1])
    spots = np.vstack([middle, np.column_stack([x.ravel(), y.ravel()])])
    near = np.argsort(np.hypot(*(spots - middle).T), kind="stable")
    return [(float(x), float(y)) for x, y in spots[near]]


def _box(x: float, y: float, wide: float, high: float) -> Box:
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2
