"""What is drawn on a leader's board: areas by a measure, and the course of a figure as a small line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from maps.breaks import classed
from maps.colours import MEASURE_COLOURS
from maps.measuring import Measure, limits_of, number, shades_of, spans
from maps.shapes import DECIMALS, SCREEN_STEPS, Frame, Geometries, bounds_of, label_points, simplify_areas
from maps.wall.plane import Plane
from maps.wall.room import Room

Floats = npt.NDArray[np.float64]

WIDE, HIGH, MARGIN = 160.0, 110.0, 3.0
"""Millimetres of the map on paper; on a page a hundredth of one is a unit."""
STEPS = 10
"""Units a millimetre: the map has 1,600 of them across."""
DETAIL = 1200
"""Outlines are simplified to this part of what is shown: finer than a pixel of a page."""
SPARK = (120.0, 28.0)
"""Units of the line of a figure's course."""
LONGEST = 9
"""Characters of a name on the map."""
LETTER = 4.0
"""Millimetres of a letter of a name."""


@dataclass(frozen=True)
class MapArea:
    """An area on the map: outline as path data, class (-1: no data), name (empty: no room), where its middle stands."""

    path: str
    shade: int
    name: str
    spot: tuple[int, int]


@dataclass(frozen=True)
class AreaMap:
    """Areas coloured by a measure.

    Attributes
    ----------
    width, height
        Units (`STEPS` a millimetre).
    areas
        Row by row those that were given; None for one without a border.
    legend
        Colour and words of each class, the first that of the lowest figures.
    """

    width: int
    height: int
    areas: Sequence[MapArea | None]
    legend: Sequence[tuple[str, str]]

    def fill(self, area: MapArea) -> str:
        """Give the colour of an area; without data the hatch of `svg`."""
        return self.legend[area.shade][0] if area.shade >= 0 else "url(#no-data)"


@dataclass(frozen=True)
class Outlines:
    """Areas as they are drawn whatever their figures are: of each its path, name and spot, None without a border."""

    areas: Sequence[tuple[str, str, tuple[int, int]] | None]


def outlines_of(shapes: Geometries, names: Sequence[str]) -> Outlines | None:
    """Draw the outlines of areas (polygons in degrees, None: not drawn); None where none has a border.

    A name that would lie on another one stays away, that of the smaller area.
    """
    bounds = bounds_of(shapes)
    if bounds is None:
        return None
    frame, plane = Frame(bounds), Plane(bounds, WIDE, HIGH, MARGIN)
    simple = simplify_areas(shapes, frame.tolerance * SCREEN_STEPS / DETAIL)
    there = np.flatnonzero(~shapely.is_missing(simple))
    spots = dict(zip(there.tolist(), _spots(simple[there], frame, plane), strict=True))
    written = _written(there[np.argsort(-shapely.area(simple[there]), kind="stable")].tolist(), spots, names)
    return Outlines(
        [
            None if shape is None else (_path(shape), written.get(at, ""), spots[at])
            for at, shape in enumerate(plane.shapes(simple))
        ]
    )


def area_map(outlines: Outlines, values: Floats, measure: Measure) -> AreaMap:
    """Colour areas by the figure of each, classed by equal numbers of areas, as the map of measures opens."""
    limits = limits_of(values, measure, "quantile")
    shades = shades_of(len(limits) + 1, measure)
    drawn = [
        None if area is None else MapArea(area[0], each, area[1], area[2])
        for area, each in zip(outlines.areas, classed(values, limits).tolist(), strict=True)
    ]
    known = values[~np.isnan(values)]
    alike = [number(known[0], measure.kind)] if len(known) and not limits else None  # one class of one figure
    legend = [
        (MEASURE_COLOURS[shade], words) for shade, words in zip(shades, alike or spans(limits, measure), strict=True)
    ]
    return AreaMap(round(WIDE * STEPS), round(HIGH * STEPS), drawn, legend)


def _spots(shapes: Geometries, frame: Frame, plane: Plane) -> list[tuple[int, int]]:
    whole = np.array(label_points(shapes, frame), dtype=float)
    on_paper = np.rint(plane.on_paper(whole / 10**DECIMALS + frame.origin) * STEPS).astype(int)
    return [(x, y) for x, y in on_paper.tolist()]


def _written(order: Sequence[int], spots: Mapping[int, tuple[int, int]], names: Sequence[str]) -> dict[int, str]:
    """Give the names that have room, first come first served; none leaves the map."""
    room, written = Room((0.0, 0.0, WIDE, HIGH)), {}
    for at in order:
        name = short(names[at])
        x, y, half = spots[at][0] / STEPS, spots[at][1] / STEPS, len(name) * LETTER / 2
        box = (x - half, y - 0.6 * LETTER, x + half, y + 0.6 * LETTER)
        if room.free([box]):
            room.take([box])
            written[at] = name
    return written


def _path(shape: shapely.Geometry) -> str:
    """Give a polygon in millimetres as path data in whole units."""
    rings = [ring for part in shapely.get_parts(shape) for ring in shapely.get_rings(part)]
    corners = (np.rint(shapely.get_coordinates(ring)[:-1] * STEPS).astype(int).tolist() for ring in rings)
    return "".join("M" + " ".join(f"{x} {y}" for x, y in ring) + "z" for ring in corners)


def map_svg(drawn: AreaMap) -> str:
    """Give the map as an SVG document without words: numbers and colours of ours alone."""
    areas = "".join(f'<path d="{each.path}" fill="{drawn.fill(each)}"/>' for each in drawn.areas if each is not None)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn.width} {drawn.height}">{HATCH}'
        f'<g fill-rule="evenodd" stroke="#4a5258" stroke-width="3" stroke-linejoin="round">{areas}</g></svg>'
    )


HATCH = (
    '<defs><pattern id="no-data" width="16" height="16" patternUnits="userSpaceOnUse">'
    '<rect width="16" height="16" fill="#f0f0f0"/>'
    '<path d="M-4 4l8 -8M0 16l16 -16M12 20l8 -8" stroke="#8c9298" stroke-width="2"/></pattern></defs>'
)
"""The look of areas without data."""


def short(name: str) -> str:
    """Cut a name to what stands on the map."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


@dataclass(frozen=True)
class Spark:
    """The line of a figure's course: path data in units of `SPARK`, broken where nothing is known, and its end."""

    path: str
    end: tuple[float, float] | None


def spark(values: Floats) -> Spark:
    """Draw the course of a figure, from its least value at the bottom to its largest at the top."""
    wide, high = SPARK[0] - 6, SPARK[1] - 6
    known = values[~np.isnan(values)]
    if not len(known):
        return Spark("", None)
    least, most = float(known.min()), float(known.max())
    x = 3 + wide * np.arange(len(values)) / max(len(values) - 1, 1)
    y = 3 + high * ((most - values) / (most - least) if most > least else np.full(len(values), 0.5))
    there = ~np.isnan(values)
    starts = there & ~np.concatenate([[False], there[:-1]])
    steps = [
        f"{'M' if start else 'L'}{at:.1f} {level:.1f}"
        for at, level, start in zip(x[there], y[there], starts[there], strict=True)
    ]
    end = (round(float(x[-1]), 1), round(float(y[-1]), 1)) if there[-1] else None
    return Spark("".join(steps), end)


def spark_svg(line: Spark) -> str:
    """Give the line as an SVG document."""
    dot = f'<circle cx="{line.end[0]}" cy="{line.end[1]}" r="2.6" fill="#12385b"/>' if line.end else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SPARK[0]:g} {SPARK[1]:g}">'
        f'<path d="{line.path}" fill="none" stroke="#12385b" stroke-width="1.6" stroke-linejoin="round" '
        f'stroke-linecap="round"/>{dot}</svg>'
    )
