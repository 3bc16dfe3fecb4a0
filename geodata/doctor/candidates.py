"""Which ways of reading a file's numbers are possible at all, and how likely each is before anything is compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from geodata.datum import CHINA
from geodata.ways import Notation, Way

Floats = npt.NDArray[np.float64]

SPHERICAL = ("wgs84", "gcj02", "bd09")
"""Systems in degrees that differ by more than a few metres (CGCS2000 is read as WGS 84)."""

SAME_M = 5.0
"""Ways that lie closer than this on a file are one: nothing that offices know tells them apart."""
NEAR_KM = 60.0
"""A plane system whose reading lies farther than this from the town is none of this file."""
_PLAUSIBLE = 0.95  # of the positions must be possible; the rest may be slips of the keyboard
_SWAPPED_WEIGHT = 0.25
_PRIOR = {"wgs84": 6.0, "gcj02": 2.0, "bd09": 1.0}
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
    if told is not None and told != "cgcs2000" and told not in {way.system for way in ways}:
        ways.insert(0, Way(told))
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
    """Give plane systems an office meets, the most usual first; Chinese surveyors write the northing first as often.

    An easting with a zone number before it names the zone; without one the town's longitude does.
    """
    eastings = {swapped: float(np.median(y if swapped else x)) for swapped in (False, True)}
    return [
        *(Way("epsg:3857", swapped) for swapped in eastings),
        *(
            Way(f"epsg:{code}", swapped)
            for datum in _GAUSS_KRUGER
            for zones in datum
            for swapped, easting in eastings.items()
            for code in zones.codes(easting, near)
        ),
    ]


@dataclass(frozen=True)
class _Zones:
    """A series of Gauss-Krüger zones: EPSG code and number of the first, width in degrees, number before the easting."""

    first_code: int
    first_zone: int
    last_zone: int
    width: int
    prefixed: bool

    def codes(self, easting: float, near: tuple[float, float] | None) -> list[int]:
        """Give the codes of the zones that an easting can lie in."""
        zones = range(self.first_zone, self.last_zone + 1)
        if self.prefixed:
            zones = range(max(zones.start, int(easting // 1e6)), min(zones.stop, int(easting // 1e6) + 1))
        elif not 0 < easting < 1e6:
            return []
        return [
            self.first_code + zone - self.first_zone
            for zone in zones
            if near is None or abs(self._meridian(zone) - near[0]) <= _REACH_DEGREES
        ]

    def _meridian(self, zone: int) -> float:
        return 3.0 * zone if self.width == 3 else 6.0 * zone - 3


_REACH_DEGREES = 4.0
"""Offices use the next zone's meridian too, for a town at a zone's edge."""

_GAUSS_KRUGER = tuple(
    (
        _Zones(by_meridian_3, 25, 45, 3, prefixed=False),
        _Zones(by_zone_3, 25, 45, 3, prefixed=True),
        _Zones(by_meridian_6, 13, 23, 6, prefixed=False),
        _Zones(by_zone_6, 13, 23, 6, prefixed=True),
    )
    for by_meridian_3, by_zone_3, by_meridian_6, by_zone_6 in (
        (4534, 4513, 4502, 4491),  # CGCS2000
        (2370, 2349, 2338, 2327),  # Xi'an 1980
        (2422, 2401, 21453, 21413),  # Beijing 1954
    )
)


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
    weight = _PRIOR.get(way.system, 1.0) * (_SWAPPED_WEIGHT if way.swapped and way.system in SPHERICAL else 1.0)
    meant = "wgs84" if told == "cgcs2000" else told
    return weight * (_METADATA_WEIGHT if told is not None and way.system == meant and not way.swapped else 1.0)


def _kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(Geod(ellps="WGS84").inv(*a, *b)[2]) / 1_000


def _metres(a: Floats, b: Floats) -> float:
    """Give the largest distance between two readings of the same positions, roughly."""
    scale = np.cos(np.radians(a[:, 1]))
    with np.errstate(all="ignore"):
        apart = np.hypot((a[:, 0] - b[:, 0]) * scale, a[:, 1] - b[:, 1]) * 111_320
    return float(np.nanmax(apart, initial=0.0))
