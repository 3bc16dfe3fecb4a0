"""GCJ-02 and BD-09: WGS 84 moved by a smooth field, and the way back to less than a millimetre.

GCJ-02 ("Mars", 火星坐标) is what Amap and Tencent hand out, BD-09 what Baidu does on top of it. The field is secret by
law and public in fact: its series is printed in Wikipedia's "Restrictions on geographic data in China" and used by
every open converter; nobody with authority vouches for it.

**The border.** Inside the box `CHINA` positions are shifted, outside they are equal in all three systems; the border
line is inside. Each function asks the position *it is given*: a WGS 84 one on the way out, a shifted one on the way
back, where the field is taken as going on smoothly beyond the box. So there and back meets everywhere but in strips
along the border, as wide as the shift and all abroad or at sea (`docs/datums.md`): a WGS 84 position whose shifted one
falls outside the box stays there on the way back, and a shifted position just inside may come from just outside.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Pair = tuple[Floats, Floats]
Field = Callable[[Floats, Floats], Pair]

CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the box outside of which GCJ-02 and BD-09 equal WGS 84 (the usual border box)."""

_AXIS = 6378245.0  # Krasovsky 1940, metres
_ECCENTRICITY = 0.00669342162296594323
_BAIDU = np.pi * 3000 / 180
_TOLERANCE = 1e-9  # degrees of the last correction; what is then left is 50 times less: 2 micrometres
_ROUNDS = 20
_BLOCK = 1 << 15  # positions at a time, so that the terms of the series stay in the processor's cache


def in_china(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Say which positions (degrees) lie in the box `CHINA`, its border included; NaN does not."""
    west, south, east, north = CHINA
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Move WGS 84 degrees to GCJ-02; nothing moves outside `CHINA`, NaN stays NaN."""
    return _inside(_gcj02, lon, lat)


def wgs84_to_bd09(lon: Floats, lat: Floats) -> Pair:
    """Move WGS 84 degrees to BD-09; nothing moves outside `CHINA`, NaN stays NaN."""
    return _inside(lambda x, y: _bd09(*_gcj02(x, y)), lon, lat)


def gcj02_to_bd09(lon: Floats, lat: Floats) -> Pair:
    """Move GCJ-02 degrees to BD-09; nothing moves outside `CHINA`, NaN stays NaN."""
    return _inside(_bd09, lon, lat)


def gcj02_to_wgs84(lon: Floats, lat: Floats) -> Pair:
    """Move GCJ-02 degrees to WGS 84, the exact inverse; nothing moves outside `CHINA`, NaN stays NaN."""
    return _inside(lambda x, y: _undo(_gcj02, x, y), lon, lat)


def bd09_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Move BD-09 degrees to GCJ-02, the exact inverse; nothing moves outside `CHINA`, NaN stays NaN."""
    return _inside(lambda x, y: _undo(_bd09, x, y), lon, lat)


def bd09_to_wgs84(lon: Floats, lat: Floats) -> Pair:
    """Move BD-09 degrees to WGS 84, the exact inverse; nothing moves outside `CHINA`, NaN stays NaN."""
    return _inside(lambda x, y: _undo(_gcj02, *_undo(_bd09, x, y)), lon, lat)


def _inside(move: Field, lon: Floats, lat: Floats) -> Pair:
    """Move the positions inside `CHINA`, block by block; give copies of the others."""
    x, y = np.array(lon, dtype=float), np.array(lat, dtype=float)
    inside = np.flatnonzero(in_china(x, y))
    for start in range(0, inside.size, _BLOCK):
        at = inside[start : start + _BLOCK]
        x.flat[at], y.flat[at] = move(x.flat[at], y.flat[at])
    return x, y


def _gcj02(lon: Floats, lat: Floats) -> Pair:
    east, north = _shift_metres(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    magic = 1 - _ECCENTRICITY * np.sin(phi) ** 2
    root = np.sqrt(magic)
    per_lon = _AXIS / root * np.cos(phi) * (np.pi / 180)
    per_lat = _AXIS * (1 - _ECCENTRICITY) / (magic * root) * (np.pi / 180)
    return lon + east / per_lon, lat + north / per_lat


def _bd09(lon: Floats, lat: Floats) -> Pair:
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BAIDU)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _shift_metres(x: Floats, y: Floats) -> Pair:
    """Give the GCJ-02 shift east and north, in metres of its own ellipsoid, at degrees from (105, 35)."""
    root, pi = np.sqrt(np.abs(x)), np.pi
    twice = np.sin(2 * pi * x)
    ripple = 20 * twice * (4 - 4 * twice * twice)  # sin 3a = 3 sin a - 4 sin³ a, with a = 2πx
    third_x, third_y = np.sin(pi * x / 3), np.sin(pi * y / 3)
    near_x = 20 * third_x * (3 - 4 * third_x * third_x) + 40 * third_x
    near_y = 20 * third_y * (3 - 4 * third_y * third_y) + 40 * third_y
    far_x = 150 * np.sin(pi * x / 12) + 300 * np.sin(pi * x / 30)
    far_y = 160 * np.sin(pi * y / 12) + 320 * np.sin(pi * y / 30)
    across = 0.1 * x * y
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + across + 0.2 * root + (ripple + near_y + far_y) * (2 / 3)
    east = 300 + x + 2 * y + 0.1 * x * x + across + 0.1 * root + (ripple + near_x + far_x) * (2 / 3)
    return east, north


def _undo(field: Field, lon: Floats, lat: Floats) -> Pair:
    """Invert a field by fixed-point rounds on what has not converged; a round leaves at most a fiftieth of the miss."""
    x, y = lon.copy(), lat.copy()
    left = np.arange(lon.size)
    for _ in range(_ROUNDS):
        there_x, there_y = field(x[left], y[left])
        miss_x, miss_y = there_x - lon[left], there_y - lat[left]
        x[left] -= miss_x
        y[left] -= miss_y
        left = left[np.maximum(np.abs(miss_x), np.abs(miss_y)) > _TOLERANCE]
        if not left.size:
            return x, y
    raise ArithmeticError(f"{left.size} positions have no inverse")
