"""The registry of coordinate systems that files of Chinese offices come in.

The EPSG codes were read from the database that comes with pyproj; a test reads them all back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

Family = Literal["wgs84", "cgcs2000", "xian80", "beijing54", "gcj02", "bd09", "other"]
Domain = tuple[float, float, float, float]

LAND = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north of China with its islands, degrees."""


@dataclass(frozen=True)
class System:
    """One coordinate system.

    Attributes
    ----------
    key
        The word for it on the command line and in reports: `gcj02`, `epsg:4547`.
    name
        What an office calls it.
    family
        The datum, or the shifted degrees, that it stands on.
    plane
        Positions are easting and northing in metres; else longitude and latitude in degrees.
    domain
        Least x, least y, greatest x, greatest y, in the system's own units, of positions that make sense in China
        (of a zone: in the zone and half a degree around it).
    accuracy
        Metres that a position may be off after the way to WGS 84, in the worst place; None when nothing is known.
    way
        How the way to WGS 84 goes, a sentence for the report.
    epsg
        The EPSG code, where there is one.
    meridian, width, prefix
        Of a Gauss-Krüger zone: central meridian and width in degrees; the zone's number when eastings begin with it.
    """

    key: str
    name: str
    family: Family
    plane: bool
    domain: Domain
    accuracy: float | None
    way: str
    epsg: int | None = None
    meridian: int | None = None
    width: int | None = None
    prefix: int | None = None


_WAYS: dict[Family, tuple[str, float | None, str]] = {
    "wgs84": ("WGS 84", 0.0, "就是 WGS 84"),
    "cgcs2000": ("CGCS2000", 1.0, "与 WGS 84 相差不到 1 米，按相同处理"),
    "xian80": (
        "西安80",
        130.0,
        "没有公开的转换参数，按原经纬度处理，可能差到 130 米；要准确请先请测绘部门转为 CGCS2000",
    ),
    "beijing54": (
        "北京54",
        110.0,
        "塔里木盆地南部和西部、鄂尔多斯盆地（约 1 米）、北部湾（约 10 米）、"
        "黄海、珠江口和南海北部（约 15 米）有公开的转换参数；其余地方没有，"
        "按原经纬度处理，可能差到 110 米；要准确请先请测绘部门转为 CGCS2000",
    ),
    "gcj02": ("GCJ-02", 1.0, "按公开的 GCJ-02 公式反算，约 1 米"),
    "bd09": ("BD-09", 2.0, "按公开的 BD-09 和 GCJ-02 公式反算，约 2 米"),
}
_OTHER_WAY = "按 EPSG 数据库的转换"
_ALIASES = {
    "epsg:4326": "wgs84",
    "epsg:4490": "cgcs2000",
    "epsg:4610": "xian80",
    "epsg:4214": "beijing54",
    "webmercator": "epsg:3857",
}
# Of a family: the first EPSG code of the four series of zones that it has
# (6° with prefix from 13, 6° by meridian from 75° E, 3° with prefix from 25, 3° by meridian from 75° E).
_ZONES: dict[Family, tuple[int, int, int, int]] = {
    "cgcs2000": (4491, 4502, 4513, 4534),
    "xian80": (2327, 2338, 2349, 2370),
    "beijing54": (21413, 21453, 2401, 2422),
}
_EPSG = re.compile(r"epsg:[0-9]{1,9}", re.IGNORECASE)
_MARGIN = 0.5  # degrees around a zone: a town at its edge stays in one zone


@cache
def systems() -> tuple[System, ...]:
    """Give all systems of the registry, the frequent ones first."""
    degrees = [
        _degrees("wgs84", "WGS 84 经纬度", 4326),
        _degrees("cgcs2000", "CGCS2000 经纬度", 4490),
        _degrees("gcj02", "GCJ-02 经纬度（高德、腾讯地图）"),
        _degrees("bd09", "BD-09 经纬度（百度地图）"),
        _degrees("xian80", "西安80 经纬度", 4610),
        _degrees("beijing54", "北京54 经纬度", 4214),
    ]
    mercator = [
        _mercator("epsg:3857", "WGS 84 Web 墨卡托", "wgs84", 3857),
        _mercator("gcj02mc", "GCJ-02 Web 墨卡托（高德、腾讯地图的米制坐标）", "gcj02"),
        _mercator("bd09mc", "BD-09 墨卡托（百度地图的米制坐标）", "bd09"),
    ]
    zones = [zone for family in _ZONES for zone in _zones(family)]
    return (*degrees, *mercator, *zones)


@lru_cache(maxsize=512)
def find(word: str) -> System:
    """Give the system of a word: a key of the registry, or any `epsg:N` of degrees or of a plane.

    ValueError, in English, when there is none.
    """
    key = word.strip().lower()
    if _EPSG.fullmatch(key):
        key = f"epsg:{int(key[5:])}"
    key = _ALIASES.get(key, key)
    for system in systems():
        if system.key == key:
            return system
    return _other(key)


def crs_of(system: str) -> CRS:
    """Give the CRS of `epsg:N`; ValueError when there is none of that number, or it is no system of a map."""
    if not _EPSG.fullmatch(system):
        raise ValueError(f"unknown coordinate system {system!r}")
    number = int(system[5:])
    try:
        crs = CRS.from_epsg(number)
    except CRSError as error:
        raise ValueError(f"EPSG has no coordinate system {number}") from error
    if not (crs.is_geographic or crs.is_projected):
        raise ValueError(f"EPSG {number} is neither geographic nor projected")
    return crs


def choices() -> str:
    """Say which words `find` takes, for a message."""
    words = [system.key for system in systems() if system.width is None]
    return f"{'、'.join(words)} 或 epsg:编号（如 CGCS2000 三度带 114° 是 epsg:4547）"


def _degrees(family: Family, name: str, epsg: int | None = None) -> System:
    _, accuracy, way = _WAYS[family]
    return System(family, name, family, False, LAND, accuracy, way, epsg)


def _mercator(key: str, name: str, family: Family, epsg: int | None = None) -> System:
    """Describe a Mercator plane; Baidu's lies at most 1 % south of the spherical one."""
    _, accuracy, way = _WAYS[family]
    west, south, east, north = Transformer.from_crs(4326, 3857, always_xy=True).transform_bounds(*LAND)
    if key == "bd09mc":
        south *= 0.99
    return System(key, name, family, True, (west, south, east, north), accuracy, way, epsg)


def _zones(family: Family) -> Iterator[System]:
    six_prefixed, six, three_prefixed, three = _ZONES[family]
    for width, first, count, plain, prefixed in ((3, 25, 21, three, three_prefixed), (6, 13, 11, six, six_prefixed)):
        for step in range(count):
            yield _zone(family, plain + step, width, first + step, prefix=False)
        for step in range(count):
            yield _zone(family, prefixed + step, width, first + step, prefix=True)


def _zone(family: Family, epsg: int, width: int, number: int, *, prefix: bool) -> System:
    title, accuracy, way = _WAYS[family]
    meridian = number * 3 if width == 3 else number * 6 - 3
    crs = CRS.from_epsg(epsg)
    return System(
        key=f"epsg:{epsg}",
        name=f"{title} {width}度带 中央经线{meridian}°" + (f"（带号前缀 {number}）" if prefix else ""),
        family=family,
        plane=True,
        domain=_domain(crs, meridian, width, 500_000.0 + (number * 1_000_000 if prefix else 0)),
        accuracy=accuracy,
        way=way,
        epsg=epsg,
        meridian=meridian,
        width=width,
        prefix=number if prefix else None,
    )


def _domain(crs: CRS, meridian: int, width: int, origin: float) -> Domain:
    """Give the metres of a zone: as wide as its south is, as far north as EPSG's area of use goes."""
    area = crs.area_of_use
    if area is None:
        raise ValueError(f"{crs.name} has no area of use")
    south, north, half = area.south - _MARGIN, area.north + _MARGIN, width / 2 + _MARGIN
    x, y = _plane().transform(np.array([half, half, 0.0]), np.array([south, north, south]))
    return origin - float(x[0]), float(y[2]), origin + float(x[0]), float(y[1])


@cache
def _plane() -> Transformer:
    """Give Gauss-Krüger metres from a central meridian; the families' ellipsoids differ by less than 200 m here."""
    return Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=tmerc +ellps=GRS80"
    )


def _other(key: str) -> System:
    """Describe a system of EPSG outside the registry; the domain is its area of use."""
    crs = crs_of(key)
    area = crs.area_of_use
    west, south, east, north = (-180.0, -90.0, 180.0, 90.0) if area is None else area.bounds
    if crs.is_projected:
        plane = Transformer.from_crs(4326, crs, always_xy=True)
        west, south, east, north = plane.transform_bounds(west, south, east, north)
    elif west > east:  # the area crosses the 180° meridian
        west, east = -180.0, 180.0
    domain = (west, south, east, north)
    return System(key, crs.name, "other", bool(crs.is_projected), domain, None, _OTHER_WAY, int(key[5:]))
