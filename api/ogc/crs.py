"""Coordinate systems that features are given in and boxes asked in (Part 2), in the axis order of EPSG."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geodata.datum import from_wgs84, to_wgs84
from geodata.datum.systems import systems

Objects = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
CHINA = 105.0
"""Degrees east: the meridian that stands in for that of a town without any shape."""
DIGITS = 4
"""Decimals of metres that are given: a tenth of a millimetre."""


@dataclass(frozen=True)
class System:
    """One system that is offered.

    Attributes
    ----------
    uri, name
        As requests name it, and as people do.
    key
        The word of `geodata.datum` for it.
    plane
        Metres, else degrees.
    northing_first
        The first of two numbers goes north (EPSG:4326, 4490, the Gauss-Krüger zones).
    """

    uri: str
    name: str
    key: str
    plane: bool
    northing_first: bool

    @property
    def degrees_of_wgs84(self) -> bool:
        """Say whether its degrees are those of the store (CGCS2000 equals WGS 84 within a metre)."""
        return self.key in ("wgs84", "cgcs2000")

    def positions(self, lon_lat: Floats) -> Floats:
        """Turn n × 2 degrees into n × 2 numbers of the system, in its axis order."""
        x, y = from_wgs84(lon_lat[:, 0], lon_lat[:, 1], self.key)
        if self.plane:
            x, y = np.round(x, DIGITS), np.round(y, DIGITS)
        return np.column_stack((y, x) if self.northing_first else (x, y))

    def degrees(self, positions: Floats) -> Floats:
        """Turn n × 2 numbers of the system, in its axis order, into n × 2 degrees."""
        first, second = positions.T
        x, y = (second, first) if self.northing_first else (first, second)
        return np.column_stack(to_wgs84(x, y, self.key))

    def drawn(self, shapes: Objects) -> Objects:
        """Give shapes of the store in the system; None where one reaches beyond what the system has numbers for."""
        if self.uri == CRS84:
            return shapes
        given = np.asarray(shapely.transform(shapes, self.positions), dtype=object)
        positions, of = shapely.get_coordinates(given, return_index=True)
        given[of[~np.isfinite(positions).all(axis=1)]] = None
        return given

    def undrawn(self, shapes: Objects) -> Objects:
        """Give shapes of the system in degrees of the store."""
        return shapes if self.uri == CRS84 else np.asarray(shapely.transform(shapes, self.degrees), dtype=object)


@lru_cache(maxsize=16)
def offered(meridian: float | None) -> tuple[System, ...]:
    """Give the systems of a town whose middle lies at so many degrees east; the first is how the store keeps it.

    CRS84, WGS 84, CGCS2000, Web Mercator, and the two 3° Gauss-Krüger zones of CGCS2000 (eastings without and with the
    zone's number) that the town lies in.
    """
    zone = 3 * round((CHINA if meridian is None else meridian) / 3)
    zones = [
        system for system in systems() if system.family == "cgcs2000" and (system.width, system.meridian) == (3, zone)
    ]
    return (
        System(CRS84, "WGS 84 经度、纬度", "wgs84", plane=False, northing_first=False),
        _of_epsg(4326, "WGS 84 纬度、经度", "wgs84", plane=False),
        _of_epsg(4490, "CGCS2000 纬度、经度", "cgcs2000", plane=False),
        _of_epsg(3857, "Web 墨卡托", "epsg:3857", plane=True),
        *(_of_epsg(zone.epsg, zone.name, zone.key, plane=True) for zone in zones if zone.epsg is not None),
    )


def _of_epsg(code: int, name: str, key: str, *, plane: bool) -> System:
    northing_first = CRS.from_epsg(code).axis_info[0].direction == "north"
    return System(EPSG.format(code), f"{name}（EPSG:{code}）", key, plane, northing_first)
