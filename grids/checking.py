"""Are the areas of a town sound? Gaps, overlaps, pieces, codes, children outside parents: where, and how many m²."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geodata.locate import locate
from geodata.model import LEVELS, Level, Town
from grids.blocks import metric_of
from grids.code_checks import code_findings
from grids.findings import AreaFinding
from grids.hierarchy import areas_of_town

Shapes = npt.NDArray[np.object_]

LEAST_M2 = 1.0
"""Less ground is rounding."""
NARROW_M = 2.0
"""Ground of a smaller mean width (twice the area by the outline) is a sliver: drawing, not dispute."""
HAIR_M = 0.05
"""A smaller mean width is no width: a border of a kilometre is not the same line in degrees and in metres."""
SHOWN = 5
_NEAR = 1e-7
"""Degrees: a centimetre."""


def check_areas(
    areas: gpd.GeoDataFrame, places: gpd.GeoDataFrame, town: Town, past: pd.DataFrame | None = None
) -> list[AreaFinding]:
    """Give everything that is wrong with the areas of a town, by level from the top, the largest first.

    Parameters
    ----------
    areas
        Of a ledger: code, name, level, parent, parent_level, since, geometry.
    places
        Of a ledger: id, name, geometry.
    past
        Of a ledger: level, code, until: codes that were used before.
    """
    ordered = areas_of_town(areas, town)
    return [*_Check(ordered, places, town).findings(), *code_findings(ordered, town, past)]


class _Check:
    """The shapes of a town in metres, and what is wrong with them."""

    def __init__(self, areas: gpd.GeoDataFrame, places: gpd.GeoDataFrame, town: Town) -> None:
        self.areas, self.places, self.town = areas, places, town
        degrees = np.asarray(areas.geometry.array, dtype=object)
        self.drawn = ~shapely.is_missing(degrees)
        self.crs: CRS = metric_of(areas[self.drawn]) if self.drawn.any() else CRS.from_epsg(4547)
        # what is cut is cut in degrees: there a border that two areas share is the same line
        self.shapes = shapely.make_valid(degrees)
        self.names = [f"{name}（{code}）" for name, code in zip(areas["name"], areas["code"], strict=True)]
        self.levels = areas["level"].to_numpy(dtype=object)
        points = np.asarray(places.geometry.array, dtype=object)
        self.located = np.flatnonzero(~shapely.is_missing(points))
        self.points = points[self.located]

    def findings(self) -> Iterator[AreaFinding]:
        for level in LEVELS[self.town.level.depth + 1 :]:
            at = np.flatnonzero(self.levels == str(level))
            if not len(at):
                continue
            yield from self._without_shape(at, level)
            at = at[self.drawn[at]]
            if len(at):
                yield from self._overlaps(at, level)
                yield from self._gaps(at, level)
                yield from self._outside_parents(at, level)
                yield from self._pieces(at, level)
                yield from self._places_in_none(at, level)

    def _without_shape(self, at: npt.NDArray[np.intp], level: Level) -> Iterator[AreaFinding]:
        for each in at[~self.drawn[at]]:
            text = f"{level.chinese} {self.names[each]} 没有边界图形，没有场所算在里面。请导入它的边界。"
            yield AreaFinding("no_shape", str(level), [self._code(each)], np.nan, None, text)

    def _overlaps(self, at: npt.NDArray[np.intp], level: Level) -> Iterator[AreaFinding]:
        shapes = self.shapes[at]
        one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        one, two = one[one < two], two[one < two]
        common = shapely.intersection(shapes[one], shapes[two])
        m2, narrow, told = self._measured(common)
        for each in _largest(m2, told):
            pair = [at[one[each]], at[two[each]]]
            names = "和".join(self.names[n] for n in pair)
            what, kind = ("有一条窄的重叠", "sliver") if narrow[each] else ("重叠", "overlap")
            size = f"{m2[each]:,.0f} m²"
            text = f"{level.chinese} {names} {what}，{size}：这里的点算在编码较小的一个里。请在制图软件中改好边界。"
            codes = [self._code(n) for n in pair]
            yield AreaFinding(kind, str(level), codes, m2[each], common[each], text)

    def _gaps(self, at: npt.NDArray[np.intp], level: Level) -> Iterator[AreaFinding]:
        own = shapely.union_all(self.shapes[at])
        above = self._above(level)
        ground = shapely.union_all(self.shapes[above]) if len(above) else _filled(own)
        parts = shapely.get_parts(shapely.difference(ground, own))
        parts = parts[shapely.get_dimensions(parts) == 2]
        m2, narrow, told = self._measured(parts)
        tree = shapely.STRtree(self.shapes[at])
        for each in _largest(m2, told):
            around = at[tree.query(parts[each], predicate="dwithin", distance=_NEAR)]
            beside = "、".join(self.names[n] for n in around[:SHOWN]) or "（旁边没有别的区域）"
            what, kind = ("一条窄缝", "sliver") if narrow[each] else ("一块地", "gap")
            text = f"有{what}不在任何{level.chinese}里，{m2[each]:,.0f} m²，旁边是 {beside}。请在制图软件中补上。"
            codes = [self._code(n) for n in around]
            yield AreaFinding(kind, str(level), codes, m2[each], parts[each], text)

    def _outside_parents(self, at: npt.NDArray[np.intp], level: Level) -> Iterator[AreaFinding]:
        keys = zip(self.areas["level"], self.areas["code"], strict=True)
        where = {key: number for number, key in enumerate(keys)}
        parents = self.areas[["parent_level", "parent"]].astype(object).to_numpy()
        over = np.array([where.get((str(parents[n, 0]), str(parents[n, 1])), -1) for n in at])
        over[over >= 0] = np.where(self.drawn[over[over >= 0]], over[over >= 0], -1)
        child, parent = at[over >= 0], over[over >= 0]
        out = shapely.difference(self.shapes[child], self.shapes[parent])
        m2, narrow, told = self._measured(out)
        share = m2 / np.maximum(shapely.area(self._metric(self.shapes[child])), 1e-9)
        for each in _largest(m2, told):
            what = "一条窄条" if narrow[each] else f"{m2[each]:,.0f} m²（{share[each]:.1%}）"
            text = (
                f"{level.chinese} {self.names[child[each]]} 有{what}在上级 {self.names[parent[each]]} 之外。"
                "请改好边界，或改正上级编码。"
            )
            codes = [self._code(child[each]), self._code(parent[each])]
            kind = "sliver" if narrow[each] else "outside_parent"
            yield AreaFinding(kind, str(level), codes, m2[each], out[each], text)

    def _pieces(self, at: npt.NDArray[np.intp], level: Level) -> Iterator[AreaFinding]:
        for each in at[shapely.get_num_geometries(self.shapes[at]) > 1]:
            parts = shapely.get_parts(self.shapes[each])
            parts = parts[np.argsort(-shapely.area(parts), kind="stable")]
            rest = shapely.multipolygons([part for part in parts[1:] if part.geom_type == "Polygon"])
            m2 = float(shapely.area(self._metric(np.array([rest], dtype=object)))[0])
            if m2 <= LEAST_M2:
                continue
            text = (
                f"{level.chinese} {self.names[each]} 分成 {len(parts)} 块，小块共 {m2:,.0f} m²。"
                "如果是岛屿、飞地，不用改；否则请改好边界。"
            )
            codes = [self._code(each)]
            yield AreaFinding("pieces", str(level), codes, m2, rest, text, notice=True)

    def _places_in_none(self, at: npt.NDArray[np.intp], level: Level) -> Iterator[AreaFinding]:
        polygons = np.asarray(self.areas.geometry.array, dtype=object)[at]
        lost = self.located[locate(self.points, polygons, self.areas["code"].iloc[at].tolist()) < 0]
        for place in self.places.iloc[lost].itertuples():
            text = f"场所 {place.name}（{place.id}）不在任何{level.chinese}里。请核对它的坐标，或补上区域的边界。"
            yield AreaFinding("place_in_none", str(level), [str(place.id)], np.nan, place.geometry, text)

    def _above(self, level: Level) -> npt.NDArray[np.intp]:
        """Give the areas of the nearest level above that is drawn."""
        for up in reversed(LEVELS[: level.depth]):
            found = np.flatnonzero((self.levels == str(up)) & self.drawn)
            if len(found):
                return found
        return np.array([], dtype=np.intp)

    def _code(self, at: int) -> str:
        return str(self.areas["code"].iloc[at])

    def _metric(self, shapes: Shapes) -> Shapes:
        return np.asarray(gpd.GeoSeries(shapes, crs=4326).to_crs(self.crs).array, dtype=object)

    def _measured(self, shapes: Shapes) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Give m², whether a shape is narrow, and whether it is worth a word."""
        metric = self._metric(shapes)
        m2 = shapely.area(metric)
        width = 2 * m2 / np.maximum(shapely.length(metric), 1e-9)
        return m2, width < NARROW_M, (m2 > LEAST_M2) & (width > HAIR_M)


def _largest(m2: npt.NDArray[np.float64], told: npt.NDArray[np.bool_]) -> list[int]:
    at = np.flatnonzero(told)
    found: list[int] = at[np.argsort(-m2[at], kind="stable")].tolist()
    return found


def _filled(shape: shapely.Geometry) -> shapely.Geometry:
    """Give a shape without its holes."""
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(shape))))
