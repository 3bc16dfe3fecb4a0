"""The Mercator planes of map services: web Mercator (EPSG:3857) and BD-09MC, in which Baidu's maps count metres.

Web Mercator is the spherical formula (Snyder 1987, "Map projections", chapter 7) on degrees of an ellipsoid; its square
ends at 85.05°. It is not left to pyproj, which wraps eastings round the earth: nonsense would become a place.

Baidu draws its BD-09 degrees on a plane of its own: easting is proportional to longitude, northing a polynomial of
latitude in bands of 15° (the table `LL2MC` of Baidu's public map script, which every converter carries). The
polynomials of neighbouring bands do not meet: northing jumps up by 1 cm at 15°, 4 cm at 30°, 41 cm at 45° and 15 m at
60°, easting by 1 mm. A northing inside such a jump is given the latitude of the jump. Baidu's own way back (`MC2LL`)
is a second set of polynomials and misses the first by up to 4 cm south of 45° and 27 cm south of 60°; here the way back
is the inverse of the way there, solved to less than a micrometre. Beyond 75° there is no plane: NaN.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Pair = tuple[Floats, Floats]

_RADIUS = 6378137.0  # metres
_SQUARE = np.pi * _RADIUS  # half the side of web Mercator's square

_EDGES = np.array([0.0, 15.0, 30.0, 45.0, 60.0, 75.0])
# One row a band from the equator up: metres at 0° E and metres a degree; the unit of latitude; and in that unit the
# coefficients of northing, the constant first.
_EAST = np.array(
    [
        [-0.0003218135878613132, 111320.7020701615],
        [-0.0003441963504368392, 111320.7020576856],
        [0.00220636496208, 111320.7020209128],
        [0.00337398766765, 111320.7020202162],
        [0.0008277824516172526, 111320.7020463578],
    ]
)
_UNIT = np.array([7.45, 22.5, 37.5, 52.5, 67.5])
# fmt: off
_NORTH = np.array([
    [0.00369383431289, 823725.6402795718, 0.46104986909093, 2351.343141331292,
     1.58060784298199, 8.77738589078284, 0.37238884252424],
    [278.2353980772752, 2485758.690035394, 6070.750963243378, 54821.18345352118,
     9540.606633304236, -2710.55326746645, 1405.483844121726],
    [51751.86112841131, 3796837.749470245, 992013.7397791013, -1221952.21711287,
     1340652.697009075, -620943.6990984312, 144416.9293806241],
    [4481351.045890365, -23393751.19931662, 79682215.47186455, -115964993.2797253,
     97236711.15602145, -43661946.33752821, 8477230.501135234],
    [647795574.6671607, -4082003173.641316, 10774905663.51142, -15171875531.51559,
     12053065338.62167, -5124939663.577472, 913311935.9512032],
])
# fmt: on
_ROUNDS = 4


def degrees_to_web(lon: Floats, lat: Floats) -> Pair:
    """Turn degrees into metres of web Mercator; NaN beyond its square in the north and south."""
    sine = np.where(np.abs(lat) < 89, np.sin(np.radians(np.clip(lat, -89, 89))), np.nan)
    y = _RADIUS * np.arctanh(sine)
    return _RADIUS * np.radians(lon), np.where(np.abs(y) <= _SQUARE, y, np.nan)


def web_to_degrees(x: Floats, y: Floats) -> Pair:
    """Turn metres of web Mercator into degrees; NaN beyond its square in the north and south."""
    inside = np.where(np.abs(y) <= _SQUARE, y, np.nan)
    return np.degrees(x / _RADIUS), np.degrees(np.arctan(np.sinh(inside / _RADIUS)))


def bd09_to_bd09mc(lon: Floats, lat: Floats) -> Pair:
    """Turn BD-09 degrees into metres of Baidu's Mercator; NaN beyond 75° north or south."""
    size = np.abs(lat)
    band = np.clip(np.searchsorted(_EDGES, size, side="left") - 1, 0, len(_UNIT) - 1)
    north, _ = _northing(np.minimum(size, _EDGES[-1]) / _UNIT[band], band)
    north = np.where(size <= _EDGES[-1], north, np.nan)
    start, step = np.moveaxis(_EAST[band], -1, 0)
    return np.copysign(np.maximum(start + step * np.abs(lon), 0), lon), np.copysign(north, lat)


def bd09mc_to_bd09(x: Floats, y: Floats) -> Pair:
    """Turn metres of Baidu's Mercator into BD-09 degrees; NaN beyond 75° north or south."""
    size = np.abs(y)
    bands = np.arange(len(_UNIT))
    floor, _ = _northing(_EDGES[:-1] / _UNIT, bands)
    roof, _ = _northing(_EDGES[1:] / _UNIT, bands)
    band = np.clip(np.searchsorted(roof, size, side="left"), 0, len(_UNIT) - 1)
    north = np.clip(size, floor[band], roof[band])
    unit = (_EDGES[band] + 15 * (north - floor[band]) / (roof - floor)[band]) / _UNIT[band]
    for _ in range(_ROUNDS):
        there, slope = _northing(unit, band)
        unit = unit - (there - north) / slope
    lat = np.clip(unit * _UNIT[band], _EDGES[band], _EDGES[band + 1])
    lat = np.where(size <= roof[-1], lat, np.nan)
    start, step = np.moveaxis(_EAST[band], -1, 0)
    return np.copysign(np.maximum((np.abs(x) - start) / step, 0), x), np.copysign(lat, y)


def _northing(unit: Floats, band: npt.NDArray[np.int64]) -> Pair:
    """Give metres north and their slope per unit of latitude (Horner's scheme)."""
    terms = np.moveaxis(_NORTH[band], -1, 0)
    value, slope = terms[6], np.zeros_like(unit)
    for term in terms[5::-1]:
        slope = slope * unit + value
        value = value * unit + term
    return value, slope
