"""Positions of any system to WGS 84 and back.

Beijing 1954 and Xi'an 1980 have no national parameters that are public: offices hold secret ones of their own region.
EPSG, and so pyproj, knows shifts of Beijing 1954 for five regions (`operation_of` names them) and none of Xi'an 1980.
pyproj would choose for each position on its own, which tears a town at a region's edge (22.89° N runs through Dongguan:
54 m); here all positions of one call are moved by one operation, the one whose region holds their median. Where no
region does, degrees are taken as they stand and are off by up to 110 m (Beijing 1954) or 130 m (Xi'an 1980). Planes of
Gauss-Krüger are taken back to their own degrees first, exactly. A town's own seven parameters are not taken yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.enums import TransformDirection
from pyproj.transformer import TransformerGroup

from geodata.datum.mercator import bd09_to_bd09mc, bd09mc_to_bd09, degrees_to_web, web_to_degrees
from geodata.datum.shifts import (
    bd09_to_wgs84,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from geodata.datum.systems import System, crs_of, find

Floats = npt.NDArray[np.float64]
Pair = tuple[Floats, Floats]
_BACK = TransformDirection.INVERSE


@dataclass(frozen=True)
class Operation:
    """What takes the degrees of a datum to WGS 84: EPSG's name, and the metres that are left.

    `shifts` is False where no parameters are public and the degrees are taken as they stand.
    """

    name: str
    accuracy: float | None
    shifts: bool


def to_wgs84(lon: Floats, lat: Floats, system: str) -> Pair:
    """Turn n positions of a system into WGS 84 degrees.

    Parameters
    ----------
    lon, lat
        Degrees, or easting and northing in metres for a plane. NaN stays NaN.
    system
        As `geodata.datum.find` takes it; ValueError for anything else.

    Returns
    -------
    Longitude and latitude in degrees. Metres that are no place of a plane become NaN or infinite.
    """
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    known = find(system)
    special = _SPECIAL.get(known.key)
    if special is not None:
        return special[0](x, y)
    if known.family == "other":
        return _pair(_as_pyproj_goes(known).transform(x, y))
    x, y = _unprojected(x, y, known)
    mover = _operation(x, y, known)[1]
    return _pair(mover.transform(x, y)) if mover else (x, y)


def from_wgs84(lon: Floats, lat: Floats, system: str) -> Pair:
    """Turn n positions in WGS 84 degrees into a system: the exact inverse of `to_wgs84` (borders: see `shifts`)."""
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    known = find(system)
    special = _SPECIAL.get(known.key)
    if special is not None:
        return special[1](x, y)
    if known.family == "other":
        return _pair(_as_pyproj_goes(known).transform(x, y, direction=_BACK))
    mover = _operation(x, y, known)[1]
    if mover:
        x, y = _pair(mover.transform(x, y, direction=_BACK))
    plane = _projection(known)
    return _pair(plane.transform(x, y, direction=_BACK)) if plane else (x, y)


def operation_of(lon: Floats, lat: Floats, system: str) -> Operation:
    """Say which operation `to_wgs84` moves these positions of a system by."""
    known = find(system)
    if known.key in _SPECIAL or known.family == "other":
        return Operation(known.way, known.accuracy, known.family != "wgs84")
    return _operation(*_unprojected(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float), known), known)[0]


def _pair(moved: tuple[Floats, Floats]) -> Pair:
    return np.asarray(moved[0], dtype=float), np.asarray(moved[1], dtype=float)


def _crs(system: System) -> CRS:
    return crs_of(f"epsg:{system.epsg}")


def _unprojected(x: Floats, y: Floats, system: System) -> Pair:
    plane = _projection(system)
    return _pair(plane.transform(x, y)) if plane else (x, y)


@lru_cache(maxsize=64)
def _as_pyproj_goes(system: System) -> Transformer:
    """Give pyproj's own way for a system of no Chinese family: the best operation of each position."""
    return Transformer.from_crs(_crs(system), 4326, always_xy=True)


@cache
def _projection(system: System) -> Transformer | None:
    """Give the way from a plane to the degrees of its own datum, None for a system of degrees."""
    if not system.plane:
        return None
    plane = _crs(system)
    return Transformer.from_crs(plane, plane.geodetic_crs, always_xy=True)


def _operation(lon: Floats, lat: Floats, system: System) -> tuple[Operation, Transformer | None]:
    """Choose the operation whose area of use holds the median of the positions, the most exact first."""
    if system.family in ("wgs84", "cgcs2000"):
        return Operation(system.way, system.accuracy, False), None
    held = np.isfinite(lon) & np.isfinite(lat)
    x, y = (float(np.median(values[held])) if held.any() else np.nan for values in (lon, lat))
    for operation, (west, south, east, north), mover in _operations(system):
        if west <= x <= east and south <= y <= north:
            return operation, mover
    return Operation(system.way, system.accuracy, False), None


@cache
def _operations(system: System) -> list[tuple[Operation, tuple[float, float, float, float], Transformer]]:
    """Give EPSG's operations from the degrees under a system to WGS 84 with their areas, without the null ones."""
    base = _crs(system)
    group = TransformerGroup(base.geodetic_crs if system.plane else base, CRS.from_epsg(4326), always_xy=True)
    return [
        (
            Operation(_name(mover), mover.accuracy, True),
            mover.area_of_use.bounds,
            Transformer.from_pipeline(mover.definition),  # unlike the group's own, one that threads may share
        )
        for mover in group.transformers
        if mover.area_of_use and "Ballpark" not in mover.description
    ]


def _name(mover: Transformer) -> str:
    """Give EPSG's own name of an operation, without the turning of axes before and after it."""
    return " + ".join(part for part in mover.description.split(" + ") if not part.startswith("axis order change"))


Way = Callable[[Floats, Floats], Pair]
_SPECIAL: dict[str, tuple[Way, Way]] = {
    "gcj02": (gcj02_to_wgs84, wgs84_to_gcj02),
    "bd09": (bd09_to_wgs84, wgs84_to_bd09),
    "epsg:3857": (web_to_degrees, degrees_to_web),
    "gcj02mc": (
        lambda x, y: gcj02_to_wgs84(*web_to_degrees(x, y)),
        lambda lon, lat: degrees_to_web(*wgs84_to_gcj02(lon, lat)),
    ),
    "bd09mc": (
        lambda x, y: bd09_to_wgs84(*bd09mc_to_bd09(x, y)),
        lambda lon, lat: bd09_to_bd09mc(*wgs84_to_bd09(lon, lat)),
    ),
}
"""The systems that need no EPSG operation: to WGS 84, and back."""
