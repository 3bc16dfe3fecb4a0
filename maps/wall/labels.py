"""Names on a paper map: the largest area first, each where it touches no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

import numpy as np
import numpy.typing as npt
import shapely

from maps.shapes import Geometries

Box = tuple[float, float, float, float]
"""Left, top, right, bottom (millimetres)."""

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


@dataclass(frozen=True)
class Label:
    """A name with the middle of its box (millimetres)."""

    text: str
    x: float
    y: float


def placed(
    names: Sequence[str],
    polygons: Geometries,
    size: float,
    sheet: Box,
    taken: Sequence[Box] = (),
    above: Floats = NOWHERE,
) -> list[Label]:
    """Place names in their areas.

    Parameters
    ----------
    names, polygons
        Row by row the same areas, in millimetres; an area without a polygon gets no name. A name may have lines.
    size
        Of the text (millimetres).
    sheet
        What no name leaves.
    taken
        Boxes that no name may touch.
    above
        (n, 2) spots of which as few as can be are covered.

    Returns
    -------
    The names that found room; of a name that finds none at the places tried there is no label.
    """
    order = np.argsort(-np.nan_to_num(shapely.area(polygons)), kind="stable")
    boxes, labels = list(taken), []
    for row in order[~(shapely.is_missing(polygons) | shapely.is_empty(polygons))[order]]:
        text = "\n".join(shortened(line) for line in names[row].split("\n"))
        wide, high = max(width(line) for line in text.split("\n")) * size, LINE * size * (1 + text.count("\n"))
        middle = _middle(polygons[row])
        tried = [(middle[0] + right * wide, middle[1] + down * high) for right, down in TRIES]
        free = [
            (x, y, box)
            for x, y in tried
            if _within(box := _box(x, y, wide, high), sheet)
            and not _touches(box, boxes)
            and shapely.contains_xy(polygons[row], x, y)
        ]
        if free:
            x, y, box = min(free, key=lambda each: _covered(each[2], above, size / 2))
            boxes.append(box)
            labels.append(Label(text, x, y))
    return labels


def shortened(name: str) -> str:
    """Give the name, cut to `LONGEST` characters."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def width(text: str) -> float:
    """Give the width of a text in its size: Chinese characters are square, others at most 0.65 wide."""
    return sum(1.0 if east_asian_width(each) in "WFA" else 0.65 for each in text)


def _middle(polygon: shapely.Geometry) -> Floats:
    """Give the middle of the largest circle inside the largest part."""
    parts = shapely.get_parts(polygon)
    largest = parts[np.argmax(shapely.area(parts))]
    left, top, right, bottom = largest.bounds
    circle = shapely.maximum_inscribed_circle(largest, tolerance=max(right - left, bottom - top) / 50)
    middle: Floats = shapely.get_coordinates(circle)[0]
    return middle


def _box(x: float, y: float, wide: float, high: float) -> Box:
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _covered(box: Box, spots: Floats, around: float) -> int:
    """Count the spots in a box that is so much larger on each side."""
    low, high = np.array(box[:2]) - around, np.array(box[2:]) + around
    return int(((spots > low) & (spots < high)).all(axis=1).sum())


def _within(box: Box, sheet: Box) -> bool:
    return box[0] >= sheet[0] and box[1] >= sheet[1] and box[2] <= sheet[2] and box[3] <= sheet[3]


def _touches(box: Box, others: Sequence[Box]) -> bool:
    left, top, right, bottom = box
    return any(left < other[2] and other[0] < right and top < other[3] and other[1] < bottom for other in others)
