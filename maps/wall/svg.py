"""Vector drawings in millimetres: numbers and words of ours only, so that nothing from a ledger can become markup."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from maps.shapes import Geometries

Floats = npt.NDArray[np.float64]

STEPS = 100
"""Steps of a millimetre: coordinates are whole hundredths."""

FINEST = 0.1
"""Millimetres below which a bend of a line can't be seen on paper."""


def document(width: float, height: float, parts: Sequence[str]) -> bytes:
    """Give the parts as an SVG document of so many millimetres."""
    wide, high = round(width * STEPS), round(height * STEPS)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {wide} {high}" stroke-linejoin="round" stroke-linecap="round" fill="none">'
    )
    return "\n".join([head, *parts, "</svg>"]).encode()


def filled(polygons: Geometries, colour: str) -> str:
    """Fill polygons."""
    return _path(_rings(polygons), fill=colour)


def outlined(polygons: Geometries, colour: str, width: float) -> str:
    """Draw the borders of polygons, so many millimetres wide."""
    return _path(_rings(polygons), stroke=colour, width=width)


def lines(geometries: Geometries, colour: str, width: float) -> str:
    """Draw lines, so many millimetres wide."""
    parts = shapely.get_parts(geometries)
    return _path(
        _joined(parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING], ""), stroke=colour, width=width
    )


def dots(spots: Floats, colour: str, diameter: float) -> str:
    """Draw a disc at each of (n, 2) spots: a line of one step with round ends, a tenth of the bytes of a circle."""
    return _path(("M%d %dh1" * len(spots)) % tuple(_whole(spots)), stroke=colour, width=diameter)


def triangles(corners: Floats, colour: str) -> str:
    """Fill triangles: (n, 3, 2) corners."""
    return _path(("M%d %dL%d %d %d %dz" * len(corners)) % tuple(_whole(corners.reshape(-1, 2))), fill=colour)


def strokes(starts: Floats, ends: Floats, colour: str, width: float) -> str:
    """Draw straight lines from (n, 2) spots to (n, 2) spots."""
    pairs = np.stack([starts, ends], axis=1)
    return _path(("M%d %dL%d %d" * len(pairs)) % tuple(_whole(pairs.reshape(-1, 2))), stroke=colour, width=width)


def _path(data: str, *, fill: str = "", stroke: str = "", width: float = 0.0) -> str:
    if not data:
        return ""
    look = f'fill="{fill}"' if fill else f'stroke="{stroke}" stroke-width="{width * STEPS:.4g}"'
    return f'<path {look} d="{data}"/>'


def _rings(polygons: Geometries) -> str:
    """Give the rings of polygons as path data; holes run the other way round, so that overlaps are filled."""
    parts = shapely.get_parts(shapely.normalize(polygons[~shapely.is_missing(polygons)]))
    return _joined(shapely.get_rings(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]), "z")


def _joined(strings: Geometries, end: str) -> str:
    """Give line strings as path data, in one go of the text formatter."""
    counts = shapely.get_num_coordinates(strings).tolist()
    pattern = "".join("M" + "%d %d " * count + end for count in counts)
    return pattern % tuple(_whole(shapely.get_coordinates(strings)))


def _whole(millimetres: Floats) -> list[int]:
    whole: list[int] = np.rint(millimetres * STEPS).astype(np.int64).ravel().tolist()
    return whole
