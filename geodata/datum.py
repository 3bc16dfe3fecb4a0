"""Coordinate systems a Chinese office meets, to WGS 84 and back, and the plane in which metres are counted.

GCJ-02 ("Mars") is what Amap and Tencent hand out, BD-09 what Baidu does: WGS 84 moved by a smooth, secret field that
is public by now through the widely printed series below (Wikipedia, "Restrictions on geographic data in China", and
every open converter have its coefficients; nobody with authority vouches for them). CGCS2000 (EPSG:4490) differs from
WGS 84 by less than a metre and is taken as the same here. Outside China's usual border box the shift is none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

Floats = npt.NDArray[np.float64]
Shift = Callable[[Floats, Floats], tuple[Floats, Floats]]

SYSTEMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the box outside of which GCJ-02 and BD-09 equal WGS 84 (the usual border box)."""

_AXIS = 6378245.0  # Krasovsky 1940, metres
_ECCENTRICITY = 0.00669342162296594323
_TOLERANCE = 1e-10  # degrees, about 0.01 mm
_ROUNDS = 30


def to_wgs84(lon: Floats, lat: Floats, system: str) -> tuple[Floats, Floats]:
    """Turn n positions of a system into WGS 84.

    Parameters
    ----------
    lon, lat
        Degrees, or easting and northing in metres for a plane `epsg:N`. NaN stays NaN.
    system
        One of `SYSTEMS` or `epsg:N`; ValueError for anything else.
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if system in ("wgs84", "cgcs2000"):
        return lon, lat
    if system == "gcj02":
        return _undo(lon, lat, wgs84_to_gcj02)
    if system == "bd09":
        return _undo(*_undo(lon, lat, gcj02_to_bd09), wgs84_to_gcj02)
    east, north = _way_to_wgs84(system).transform(lon, lat)
    return np.asarray(east), np.asarray(north)


@cache
def _way_to_wgs84(system: str) -> Transformer:
    return Transformer.from_crs(crs_of(system), "EPSG:4326", always_xy=True)


def crs_of(system: str) -> CRS:
    """Give the CRS of `epsg:N`; ValueError when there is none of that number, or it is no system of a map."""
    prefix, _, number = system.partition(":")
    if prefix.lower() != "epsg" or not number.isdigit():
        raise ValueError(f"unknown coordinate system {system!r}")
    try:
        crs = CRS.from_epsg(int(number))
    except CRSError as error:
        raise ValueError(f"EPSG has no coordinate system {number}") from error
    if not (crs.is_geographic or crs.is_projected):
        raise ValueError(f"EPSG {number} is neither geographic nor projected")
    return crs


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Move WGS 84 degrees to GCJ-02; nothing moves outside `CHINA`."""
    east, north = _shift_metres(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    magic = 1 - _ECCENTRICITY * np.sin(phi) ** 2
    per_lon = _AXIS / np.sqrt(magic) * np.cos(phi) * np.pi / 180
    per_lat = _AXIS * (1 - _ECCENTRICITY) / (magic * np.sqrt(magic)) * np.pi / 180
    moved = _inside(lon, lat)
    return lon + np.where(moved, east / per_lon, 0.0), lat + np.where(moved, north / per_lat, 0.0)


def gcj02_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Move GCJ-02 degrees to BD-09; nothing moves outside `CHINA`."""
    turn = np.pi * 3000 / 180
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * turn)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * turn)
    moved = _inside(lon, lat)
    return (
        np.where(moved, radius * np.cos(angle) + 0.0065, lon),
        np.where(moved, radius * np.sin(angle) + 0.006, lat),
    )


def _inside(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    west, south, east, north = CHINA
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


def _shift_metres(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Give the GCJ-02 shift east and north, in metres of its own ellipsoid, at degrees from (105, 35)."""
    root, pi = np.sqrt(np.abs(x)), np.pi
    ripple = (20 * np.sin(6 * pi * x) + 20 * np.sin(2 * pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20 * np.sin(pi * y) + 40 * np.sin(pi * y / 3)) * 2 / 3
    north += (160 * np.sin(pi * y / 12) + 320 * np.sin(pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20 * np.sin(pi * x) + 40 * np.sin(pi * x / 3)) * 2 / 3
    east += (150 * np.sin(pi * x / 12) + 300 * np.sin(pi * x / 30)) * 2 / 3
    return east, north


def _undo(lon: Floats, lat: Floats, forward: Shift) -> tuple[Floats, Floats]:
    """Invert a shift by fixed-point rounds until the way forward meets the given position within `_TOLERANCE`."""
    x, y = lon.copy(), lat.copy()
    for _ in range(_ROUNDS):
        there_x, there_y = forward(x, y)
        miss_x, miss_y = there_x - lon, there_y - lat
        x, y = x - miss_x, y - miss_y
        if np.nanmax(np.abs([miss_x, miss_y]), initial=0.0) < _TOLERANCE:
            break
    return x, y


def metric_crs(lon: float, lat: float) -> CRS:
    """Give the plane CRS in which a town at this position counts metres.

    Inside China the CGCS2000 3-degree Gauss-Krüger zone by central meridian (EPSG:4534, 75° E, to EPSG:4554, 135° E),
    elsewhere the UTM zone.
    """
    west, south, east, north = CHINA
    if west <= lon <= east and south <= lat <= north:
        zone = int(np.clip(round(lon / 3), 25, 45))
        return CRS.from_epsg(4534 + zone - 25)
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + int(np.clip((lon + 180) // 6 + 1, 1, 60)))
