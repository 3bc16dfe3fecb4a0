"""Coordinate systems a Chinese office meets, to WGS 84 and back, and the plane in which metres are counted.

`docs/datums.md` says what each system is, how an office recognises it, and how exact the way to WGS 84 is.
"""

from __future__ import annotations

import numpy as np
from pyproj import CRS

from geodata.datum.conversion import Operation, from_wgs84, operation_of, to_wgs84
from geodata.datum.shifts import (
    CHINA,
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    in_china,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from geodata.datum.systems import LAND, System, choices, crs_of, find, systems
from geodata.datum.ways import Datum, How, Notation, Way


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


__all__ = [
    "CHINA",
    "LAND",
    "Datum",
    "How",
    "Notation",
    "Operation",
    "System",
    "Way",
    "bd09_to_gcj02",
    "bd09_to_wgs84",
    "choices",
    "crs_of",
    "find",
    "from_wgs84",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "in_china",
    "metric_crs",
    "operation_of",
    "systems",
    "to_wgs84",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
]
