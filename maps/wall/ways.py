"""Ways on a paper map: lines on a white edge, with arrows that say which way they are gone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from maps.shapes import Geometries
from maps.wall import svg
from maps.wall.content import Floats, Way
from maps.wall.plane import Plane

EDGE = "#ffffff"
ARROW, EVERY = 2.6, 26.0
"""Millimetres on A3: how long an arrow is, and after how much of a line there is one (in its middle at least)."""
LEAST = 1.6
"""A line shorter than so many arrows has none."""


def ways_drawn(ways: Sequence[Way], plane: Plane, k: float) -> list[str]:
    """Give the parts of the drawing: all edges, then each way, then its arrows."""
    on_paper = [(_on_paper(way.lines, plane), way) for way in ways]
    parts = [svg.lines(lines, EDGE, (way.width + 0.5) * k) for lines, way in on_paper]
    for lines, way in on_paper:
        parts.append(svg.lines(lines, way.colour, way.width * k))
        parts.append(svg.triangles(arrows(lines, ARROW * k, EVERY * k), way.colour))
    return parts


def arrows(lines: Geometries, long: float, every: float) -> Floats:
    """Give the (n, 3, 2) corners of the arrows of lines: evenly along each, one in the middle of a short one."""
    lengths = shapely.length(lines)
    counts = np.where(lengths >= LEAST * long, np.maximum(1, lengths // every), 0).astype(np.int64)
    rows = np.repeat(np.arange(len(lines)), counts)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    at = lengths[rows] * (nth + 0.5) / counts[rows]
    ends = [shapely.line_interpolate_point(lines[rows], at + step * long / 2) for step in (-1, 1)]
    tail, tip = (shapely.get_coordinates(each).reshape(-1, 2) for each in ends)
    along = tip - tail
    size = np.hypot(along[:, 0], along[:, 1])
    kept = size > 0.3 * long  # a turn back in the middle has no direction
    tail, tip, along, size = tail[kept], tip[kept], along[kept], size[kept]
    side = np.column_stack([-along[:, 1], along[:, 0]]) / size[:, None] * long * 0.38
    return np.stack([tip, tail + side, tail - side], axis=1)


def _on_paper(lines: Geometries, plane: Plane) -> Geometries:
    there = lines[~shapely.is_missing(lines)]
    return np.asarray(shapely.simplify(plane.shapes(there), svg.FINEST), dtype=object)
