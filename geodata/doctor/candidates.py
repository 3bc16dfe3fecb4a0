"""Which ways of reading a file's numbers are possible at all, and how likely each is before anything is compared."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from geodata.datum import CHINA, Notation, Way, find, systems

Floats = npt.NDArray[np.float64]

SPHERICAL = ("wgs84", "gcj02", "bd09", "beijing54")
"""Systems in degrees that may differ by more than a few metres (CGCS2000 and Xi'an 1980 are read as WGS 84)."""

SAME_M = 5.0
"""Ways that lie closer than this on a file are one: nothing that offices know tells them apart."""
NEAR_KM = 60.0
"""A plane system whose reading lies farther than this from the town is none of this file."""
_PLAUSIBLE = 0.95  # of the positions must be possible; the rest may be slips of the keyboard
_SWAPPED_WEIGHT = 0.25
_PRIOR = {"wgs84": 6.0, "cgcs2000": 6.0, "gcj02": 2.0}
_PLANE_PRIOR = {"cgcs2000": 4.0}
"""What offices use today before what they used once; everything else weighs 1."""
_METADATA_WEIGHT = 20.0


def possible_ways(x: Floats, y: Floats, near: tuple[float, float] | None, told: str | None) -> dict[Way, float]:
    """Give the ways to read n positions, the most usual first, with their weights before any comparison.

    Parameters
    ----------
    near
        Longitude and latitude of the town, None when nothing of it is known.
    told
        The system that the file's own metadata names.
    """
    ways = [way for notation in _notations(x, y) for way in _in_degrees(notation)]
    if np.median(np.abs(np.r_[x, y])) > 1_000:
        ways += _planes(x, y, near)
    if told is not None:  # first: of ways that come to the same, the first stands
        ways = [Way(told), *(way for way in ways if way != Way(told))]
    found: dict[Way, float] = {}
    seen: list[Floats] = []
    for way in ways:
        position = _position(way, x, y, near)
        if position is None:
            continue
        twin = next((at for at, other in enumerate(seen) if _metres(position, other) < SAME_M), None)
        if twin is None:
            seen.append(position)
            found[way] = _weight(way, told)
    return found


def _notations(x: Floats, y: Floats) -> list[Notation]:
    """Give how the numbers may write degrees: minutes and seconds never reach 60."""
    largest, smallest = np.maximum(np.abs(x), np.abs(y)), np.minimum(np.abs(x), np.abs(y))
    both = np.r_[np.abs(x), np.abs(y)]
    found: list[Notation] = []
    if _mostly((largest <= 180) & (smallest <= 90)):
        found.append("decimal")
    if np.median(largest) > 180 and _mostly((largest <= 18_000) & (smallest <= 9_000)) and (both % 100 < 60).all():
        found.append("dm")
    packed = (both % 100 < 60) & (both // 100 % 100 < 60)
    if np.median(largest) > 18_000 and _mostly((largest <= 1_800_000) & (smallest <= 900_000)) and packed.all():
        found.append("dms")
    return found


def _mostly(held: npt.NDArray[np.bool_]) -> bool:
    return bool(held.mean() >= _PLAUSIBLE)


def _in_degrees(notation: Notation) -> list[Way]:
    return [Way(system, swapped, notation) for swapped in (False, True) for system in SPHERICAL]


def _planes(x: Floats, y: Floats, near: tuple[float, float] | None) -> list[Way]:
    """Give the plane systems that hold the middle of the positions, either column first (surveyors' northing is).

    Zones whose meridian is far from the town are none of it.
    """
    ways = []
    for swapped in (False, True):
        east, north = (float(np.median(values)) for values in ((y, x) if swapped else (x, y)))
        for system in systems():
            west, south, far_east, far_north = system.domain
            held = system.plane and west <= east <= far_east and south <= north <= far_north
            off = near is not None and system.meridian is not None and abs(system.meridian - near[0]) > _REACH_DEGREES
            if held and not off:
                ways.append(Way(system.key, swapped))
    return ways


_REACH_DEGREES = 4.0
"""Offices use the next zone's meridian too, for a town at a zone's edge."""


def _position(way: Way, x: Floats, y: Floats, near: tuple[float, float] | None) -> Floats | None:
    """Give some positions of that way in WGS 84, (k, 2); None where the way can't be meant."""
    some = np.linspace(0, len(x) - 1, min(len(x), 32)).astype(int)
    middle = np.median(x), np.median(y)
    with np.errstate(all="ignore"):
        lon, lat = way.to_wgs84(np.array([middle[0]]), np.array([middle[1]]))
    if not (np.abs(lon[0]) <= 180 and np.abs(lat[0]) <= 90):
        return None
    plane = way.system not in SPHERICAL or way.notation != "decimal"
    if near is not None and (plane or way.swapped) and _kilometres((lon[0], lat[0]), near) > NEAR_KM:
        return None
    west, south, east, north = CHINA
    if near is None and plane and not (west <= lon[0] <= east and south <= lat[0] <= north):
        return None
    with np.errstate(all="ignore"):
        position = np.column_stack(way.to_wgs84(x[some], y[some]))
    on_earth = (np.abs(position[:, 0]) <= 180) & (np.abs(position[:, 1]) <= 90)
    return position if _mostly(on_earth) else None


def _weight(way: Way, told: str | None) -> float:
    weight = (_PLANE_PRIOR if way.plane else _PRIOR).get(find(way.system).family, 1.0)
    if way.swapped and not way.plane:
        weight *= _SWAPPED_WEIGHT
    return weight * (_METADATA_WEIGHT if way == Way(told or "") else 1.0)


def _kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(Geod(ellps="WGS84").inv(*a, *b)[2]) / 1_000


def _metres(a: Floats, b: Floats) -> float:
    """Give the largest distance between two readings of the same positions, roughly."""
    with np.errstate(all="ignore"):  # what is far from any earth is not counted
        scale = np.cos(np.radians(a[:, 1]))
        apart = np.hypot((a[:, 0] - b[:, 0]) * scale, a[:, 1] - b[:, 1]) * 111_320
    return float(np.nanmax(apart, initial=0.0))
