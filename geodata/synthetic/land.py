"""Where the ground ends: coast or river bank, streams, ponds, hills, centres. All in metres about the town's middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.synthetic.chance import Floats, Waves, waves
from geodata.synthetic.sizes import Size


@dataclass(frozen=True)
class Land:
    """The ground of a town or city.

    Attributes
    ----------
    town
        Outline, streams and ponds inside it.
    sea, streams, ponds
        Open water outside the outline; running and standing water inside it.
    hills
        Field: above 1 nobody builds.
    centres, hamlets
        (k, 2) middle of each town; (m, 2) middle of each community to come.
    """

    town: Polygon
    sea: BaseGeometry
    streams: BaseGeometry
    ponds: BaseGeometry
    hills: Waves
    centres: Floats
    hamlets: Floats

    @property
    def water(self) -> BaseGeometry:
        """All water."""
        return shapely.union_all([self.sea, self.streams, self.ponds])


def _blob(radius: float, rng: np.random.Generator) -> Polygon:
    """Draw a closed outline, wider than high, ragged at all lengths from the radius down to some 200 m."""
    angle = np.linspace(0, 2 * np.pi, 900, endpoint=False)
    reach = np.ones_like(angle)
    for order in range(2, 9):
        reach += rng.normal(0, 0.16 / order) * np.cos(order * angle + rng.uniform(0, 2 * np.pi))
    xy = radius * reach[:, None] * np.column_stack((1.12 * np.cos(angle), 0.9 * np.sin(angle)))
    for axis in (0, 1):
        xy[:, axis] += 0.03 * radius * waves(rng, min(260.0, 0.4 * radius), radius, 30, 0.9).at(xy)
    return Polygon(xy).buffer(0)


def _coast(radius: float, rng: np.random.Generator) -> Floats:
    """Draw a shore from south to north in the west, as (n, 2) points."""
    y = np.linspace(-3 * radius, 3 * radius, 1400)
    field = waves(rng, 350, 2.2 * radius, 30, 1.0)
    bay = 0.22 * radius * np.exp(-(((y - rng.uniform(-0.3, 0.3) * radius) / (0.3 * radius)) ** 2))
    x = -0.62 * radius + 0.12 * radius * field.at(np.column_stack((np.zeros_like(y), y))) + bay + 0.16 * y
    return np.column_stack((x, y))


def _west_of(shore: Floats, radius: float) -> Polygon:
    return Polygon(np.vstack((shore, [(-9 * radius, shore[-1, 1]), (-9 * radius, shore[0, 1])]))).buffer(0)


def _stream(start: Floats, end: Floats, width: tuple[float, float], rng: np.random.Generator) -> Polygon:
    """Draw a winding stream that widens from `width[0]` to `width[1]` metres."""
    t = np.linspace(0, 1, 420)
    along = end - start
    length = float(np.hypot(*along))
    across = np.array([-along[1], along[0]]) / length
    field = waves(rng, 0.09 * length, 0.7 * length, 16, 1.0)
    swing = 0.055 * length * field.at(np.column_stack((t * length, np.zeros_like(t)))) * np.sin(np.pi * t) ** 0.5
    middle = start + t[:, None] * along + swing[:, None] * across
    smooth = LineString(middle)
    halves = [smooth.interpolate(f, normalized=True) for f in t]
    pieces = [a.buffer((width[0] + (width[1] - width[0]) * f**1.6) / 2, 6) for a, f in zip(halves, t, strict=True)]
    hulls = [pieces[n].union(pieces[n + 1]).convex_hull for n in range(len(pieces) - 1)]
    return shapely.union_all(hulls)


def _biggest(shape: BaseGeometry) -> Polygon:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return Polygon(max(parts, key=lambda part: part.area).exterior)


def spread(town: Polygon, count: int, rng: np.random.Generator, weight: Waves | None = None) -> Floats:
    """Give (count, 2) points inside `town` that keep away from each other and from the border (best candidates)."""
    west, south, east, north = town.bounds
    inner = town.buffer(-0.25 * np.sqrt(town.area / count))
    inner = town if inner.is_empty else inner
    xy = rng.uniform((west, south), (east, north), (4000, 2))
    xy = xy[shapely.contains_xy(inner, xy[:, 0], xy[:, 1])]
    bias = np.ones(len(xy)) if weight is None else np.exp(0.25 * weight.at(xy))
    chosen = [int(rng.integers(len(xy)))]
    away = np.hypot(*(xy - xy[chosen[0]]).T)
    for _ in range(count - 1):
        chosen.append(int(np.argmax(away * bias * rng.uniform(0.75, 1, len(xy)))))
        away = np.minimum(away, np.hypot(*(xy - xy[chosen[-1]]).T))
    return np.asarray(xy[chosen])


def _ponds(town: Polygon, radius: float, rng: np.random.Generator) -> BaseGeometry:
    """Draw a reservoir and some ponds."""
    ponds = []
    for middle, size in zip(spread(town, 5, rng), (0.07, 0.03, 0.025, 0.02, 0.02), strict=True):
        ring = _blob(size * radius, rng)
        ponds.append(shapely.affinity.translate(ring, *middle).simplify(2))
    return MultiPolygon([p for pond in ponds for p in shapely.get_parts(pond)])


def make_land(size: Size, rng: np.random.Generator) -> Land:
    """Draw the ground of a size."""
    radius = 1.16 * float(np.sqrt(size.area_km2 * 1e6 / np.pi))
    blob, shore = _blob(radius, rng), _coast(radius, rng)
    west = _west_of(shore, radius)
    town = _biggest(blob.difference(west).buffer(-40).buffer(40).simplify(3))
    reach = blob.buffer(0.22 * radius if size.estuary else 0.12 * radius).intersection(west)
    if not size.estuary:
        reach = reach.intersection(LineString(shore).buffer(170))
    mouth = shore[np.argmin(np.abs(shore[:, 1] + 0.1 * radius))] + (-200.0, 0.0)
    source = np.array([1.3, rng.uniform(0.1, 0.45)]) * radius
    main = _stream(source, mouth, (30, 130) if size.estuary else (12, 45), rng)
    joint = shapely.get_coordinates(main.representative_point())[0]
    side = _stream(np.array([rng.uniform(-0.1, 0.5), 1.3]) * radius, joint, (10, 36), rng)
    streams = shapely.union_all([main, side]).simplify(2)
    ponds = _ponds(town, radius, rng).difference(streams.buffer(60)).intersection(town.buffer(-60))
    hills = waves(rng, 0.35 * radius, 1.1 * radius, 18, 0.8)
    communities = sum(part.communities for part in size.towns)
    centres = spread(town, len(size.towns), rng) if len(size.towns) > 1 else _middle(town)
    hamlets = spread(town.difference(streams), communities, rng)
    return Land(town, reach.difference(town), streams.intersection(town), ponds, hills, centres, hamlets)


def _middle(town: Polygon) -> Floats:
    """Give the middle of one town, drawn to its shore."""
    west = town.bounds[0]
    middle = np.array([town.centroid.x, town.centroid.y])
    middle[0] = 0.72 * middle[0] + 0.28 * west
    if not town.contains(Point(middle)):
        middle = shapely.get_coordinates(town.representative_point())[0]
    return np.asarray([middle])
