"""Atoms: the smallest ground that a division hands out whole, street blocks where there are streets, else hexagons.

Borders of areas, streets, railways and water are noded together and polygonised, so neighbours share their border node
by node; what is too large is cut by hexagons, scraps join the neighbour with the longest border that lies in the same
area and not behind a wall.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geodata.datum import metric_crs
from geodata.errors import DivideProblem
from grids.graph import Floats, Graph, Ints

Shapes = npt.NDArray[np.object_]

GRID = 1e-6
"""Metres on which borders are noded: over a town of 100 km of border it moves less than 0.1 m²."""
MAIN_ROADS = frozenset(
    {"motorway", "trunk", "primary", "secondary", "rail"}
    | {"高速公路", "快速路", "国道", "省道", "主干路", "主干道", "铁路"}
)
"""Classes of roads that people don't like to cross: a border there costs less."""
SCRAP = 0.2
"""A block smaller than this share of what an atom should have joins a neighbour."""
THIN = 0.08
"""So does one whose Polsby-Popper figure is smaller: the strip between two lanes."""
WALL_COST = 0.4
"""What a border along a wall costs beside one across open ground."""
NEAR_M = 1_000.0
"""A place that far outside of every atom is still the nearest one's."""
_ON_WALL = 0.5  # metres


@dataclass(frozen=True)
class Atoms:
    """n atoms and the m borders between them.

    Attributes
    ----------
    frame
        geometry (Polygon, metres), area (position of the area that it lies in), kind (`block`, `hexagon`).
    pairs, shared, wall
        (m, 2) neighbours, the smaller position first; (m,) metres of common border; (m,) share of it along a wall.
    """

    frame: gpd.GeoDataFrame
    pairs: Ints
    shared: Floats
    wall: Floats

    def __len__(self) -> int:
        """Count the atoms."""
        return len(self.frame)

    def graph(self, load: Floats) -> Graph:
        """Give the graph to divide; a border along a wall costs less."""
        centre = shapely.centroid(self.frame.geometry.to_numpy())
        cost = self.shared * (1 - (1 - WALL_COST) * self.wall)
        return Graph.of(self.pairs, cost, load, shapely.get_x(centre), shapely.get_y(centre))


def atoms_of(areas: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, water: gpd.GeoDataFrame, wanted: int) -> Atoms:
    """Cut areas into atoms.

    Parameters
    ----------
    areas
        code, name, geometry (EPSG:4326): those that no atom may cross; a coverage.
    roads
        class, geometry (lines, EPSG:4326); may be empty.
    water
        geometry (lines or polygons); may be empty.
    wanted
        How many atoms there should be about, at the least.

    Raises
    ------
    DivideProblem
        No area has a shape; two of them overlap.
    """
    held = areas[areas.geometry.notna()]
    if held.empty:
        raise DivideProblem("要划分的区域都没有边界图形。请先导入有边界的区域（wangge import … areas）。")
    crs = metric_of(held)
    ground = metric(held, crs)
    _refuse_overlaps(held, ground)
    size = float(shapely.area(ground).sum()) / max(wanted, 1)
    streets, walls = _lines(roads, water, crs, shapely.box(*shapely.total_bounds(ground)))
    lines = np.concatenate([shapely.boundary(ground), streets])
    faces, area = _faces(lines, ground)
    large = faces[shapely.area(faces) > 2 * size]
    if len(large):
        faces, area = _faces(np.append(lines, _hexagon_edges(large, size)), ground)
    atom = joined(faces, area, walls, SCRAP * size)
    shapes = shapely.coverage_simplify(_unions(faces, atom), 0.0, simplify_boundary=False)
    first = np.unique(atom, return_index=True)[1]
    cut = _within(shapes, large)
    kinds = np.where(cut, "hexagon", "block")
    rows = {"area": np.flatnonzero(areas.geometry.notna())[area[first]], "kind": kinds}
    pairs, shared, wall = neighbours(shapes, walls)
    return Atoms(gpd.GeoDataFrame(rows, geometry=shapes, crs=crs), pairs, shared, wall)


def metric_of(frame: gpd.GeoDataFrame) -> CRS:
    """Give the plane of the middle of some shapes, in which their metres are counted."""
    middle = shapely.box(*frame.to_crs(4326).total_bounds).centroid
    return metric_crs(middle.x, middle.y)


def metric(frame: gpd.GeoDataFrame, crs: CRS) -> Shapes:
    """Give shapes in a plane, on the grid that all borders are noded on."""
    shapes = np.asarray(frame.to_crs(crs).geometry.array, dtype=object)
    return np.asarray(shapely.set_precision(shapes, GRID), dtype=object)


def _refuse_overlaps(areas: gpd.GeoDataFrame, ground: Shapes) -> None:
    """Refuse areas that lie on each other: whose would the ground be."""
    one, two = shapely.STRtree(ground).query(ground, predicate="intersects")
    one, two = one[one < two], two[one < two]
    common = shapely.area(shapely.intersection(ground[one], ground[two]))
    if (common > 1.0).any():
        at = int(common.argmax())
        first, second = (f"{areas['name'].iloc[each]}（{areas['code'].iloc[each]}）" for each in (one[at], two[at]))
        raise DivideProblem(
            f"{first}和{second}重叠 {common[at]:,.0f} m²（共 {int((common > 1.0).sum())} 对重叠），不能划分。"
            "请先在 QGIS 中改好边界，或用 wangge import 重新导入改正后的文件。"
        )


def _lines(roads: gpd.GeoDataFrame, water: gpd.GeoDataFrame, crs: CRS, box: shapely.Polygon) -> tuple[Shapes, Shapes]:
    """Give the lines that cut (streets, railways, shores), and those of them that are walls."""

    def lines_of(frame: gpd.GeoDataFrame) -> Shapes:
        shapes = np.asarray(frame.to_crs(crs).geometry.array, dtype=object)
        lines = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)
        return np.asarray(shapely.intersection(lines, box), dtype=object)

    known, wet = roads[roads.geometry.notna()], water[water.geometry.notna()]
    streets = lines_of(known) if len(known) else np.array([], dtype=object)
    shores = lines_of(wet) if len(wet) else np.array([], dtype=object)
    main = known["class"].isin(MAIN_ROADS).to_numpy() if len(known) else np.zeros(0, dtype=bool)
    lines, walls = np.concatenate([streets, shores]), np.concatenate([streets[main], shores])
    return lines[~shapely.is_empty(lines)], walls[~shapely.is_empty(walls)]


def _faces(lines: Shapes, ground: Shapes) -> tuple[Shapes, Ints]:
    """Give the faces between lines, and the area that each lies in; what lies in none is left out."""
    noded = shapely.union_all(lines, grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    face, area = shapely.STRtree(ground).query(shapely.point_on_surface(faces), predicate="intersects")
    once, first = np.unique(face, return_index=True)
    return faces[once], area[first]


def _hexagon_edges(shapes: Shapes, size: float) -> shapely.Geometry:
    """Give the edges of hexagons of so many m² that lie in some shapes."""
    side = np.sqrt(2 * size / (3 * np.sqrt(3)))
    west, south, east, north = shapely.total_bounds(shapes)
    wide, high = np.sqrt(3) * side, 1.5 * side
    row = np.arange(int((north - south) / high) + 3)[:, np.newaxis]
    column = np.arange(int((east - west) / wide) + 3)[np.newaxis, :]
    x = (west - wide / 2 + wide * (column + (row % 2) / 2)).ravel()
    y = np.broadcast_to(south - side / 2 + high * row, (row.size, column.size)).ravel()
    turns = np.radians([30, 90, 150, 210])  # three of six sides: the others are the neighbours'
    corners = np.stack([x[:, np.newaxis] + side * np.cos(turns), y[:, np.newaxis] + side * np.sin(turns)], axis=2)
    edges = shapely.union_all(shapely.set_precision(shapely.linestrings(corners), GRID))
    return shapely.intersection(edges, shapely.union_all(shapes))


def joined(faces: Shapes, area: Ints, walls: Shapes, least: float) -> Ints:
    """Give each face the number of its atom: scraps join the neighbour of their area with the longest border.

    A border along a wall counts as if it were shorter. A scrap without a neighbour in its area stays by itself.
    """
    pairs, shared, wall = neighbours(faces, walls)
    pairs, length = pairs[same := area[pairs[:, 0]] == area[pairs[:, 1]]], (shared * (1 - 0.9 * wall))[same]
    size, around = shapely.area(faces), shapely.length(faces)
    atom = np.arange(len(faces))
    while True:
        ground = np.bincount(atom, size, len(faces)).astype(float)
        border = np.bincount(atom, around, len(faces)).astype(float)
        ends = atom[pairs]
        inner = ends[:, 0] == ends[:, 1]
        np.subtract.at(border, ends[inner, 0], 2 * shared[same][inner])
        scrap = (ground > 0) & ((ground < least) | (4 * np.pi * ground / np.maximum(border, 1e-9) ** 2 < THIN))
        joins = _best(ends[~inner], length[~inner], scrap, ground)
        if not len(joins):
            return np.unique(atom, return_inverse=True)[1]
        into = np.arange(len(faces))
        into[joins[:, 0]] = joins[:, 1]
        atom = into[atom]


def _best(ends: Ints, length: Floats, scrap: npt.NDArray[np.bool_], ground: Floats) -> Ints:
    """Give pairs (scrap, what it joins): the longest border; nothing joins what itself joins in this round."""
    both, lengths = np.vstack([ends, ends[:, ::-1]]), np.concatenate([length, length])
    both, lengths = both[held := scrap[both[:, 0]]], lengths[held]
    if not len(both):
        return both
    # one border may be in several pieces
    key, at = np.unique(both, axis=0, return_inverse=True)
    total = np.bincount(at.ravel(), lengths)
    order = np.lexsort((key[:, 1], -total, key[:, 0]))
    first = order[np.r_[True, np.diff(key[order, 0]) != 0]]
    chosen = key[first]
    # the smallest go first: a scrap that somebody joins, or that joins something larger, waits
    rank = np.lexsort((chosen[:, 0], ground[chosen[:, 0]]))
    taken: set[int] = set()
    kept = []
    for one, two in chosen[rank].tolist():
        if one not in taken and two not in taken:
            kept.append((one, two))
            taken |= {one, two}
    return np.array(kept, dtype=np.int64).reshape(-1, 2)


def _unions(faces: Shapes, atom: Ints) -> Shapes:
    """Give the ground of each atom."""
    order = np.argsort(atom, kind="stable")
    groups = np.split(faces[order], np.flatnonzero(np.diff(atom[order])) + 1)
    return np.array([each[0] if len(each) == 1 else shapely.coverage_union_all(each) for each in groups], dtype=object)


def _within(shapes: Shapes, large: Shapes) -> npt.NDArray[np.bool_]:
    inside = np.zeros(len(shapes), dtype=bool)
    if len(large):
        inside[shapely.STRtree(large).query(shapely.point_on_surface(shapes), predicate="intersects")[0]] = True
    return inside


def neighbours(shapes: Shapes, walls: Shapes) -> tuple[Ints, Floats, Floats]:
    """Give who borders on whom in a coverage: pairs, metres, and the share along walls.

    Borders are shared node by node, so a common border is segments that stand in two shapes.
    """
    rings, of_shape = shapely.get_rings(shapes, return_index=True)
    xy, of_ring = shapely.get_coordinates(rings, return_index=True)
    goes_on = of_ring[:-1] == of_ring[1:]
    ends = np.column_stack([xy[:-1], xy[1:]])[goes_on]
    owner = of_shape[of_ring[:-1][goes_on]]
    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    order = np.lexsort((owner, *ends.T))
    ends, owner = ends[order], owner[order]
    twice = np.flatnonzero((ends[:-1] == ends[1:]).all(axis=1) & (owner[:-1] != owner[1:]))
    metres = np.hypot(ends[twice, 2] - ends[twice, 0], ends[twice, 3] - ends[twice, 1])
    pairs, at = np.unique(np.column_stack([owner[twice], owner[twice + 1]]), axis=0, return_inverse=True)
    shared = np.bincount(at.ravel(), metres, len(pairs)).astype(float)
    on_wall = np.zeros(len(twice), dtype=bool)
    if len(walls) and len(twice):
        middle = shapely.points((ends[twice, 0] + ends[twice, 2]) / 2, (ends[twice, 1] + ends[twice, 3]) / 2)
        on_wall[shapely.STRtree(walls).query(middle, predicate="dwithin", distance=_ON_WALL)[0]] = True
    along = np.bincount(at.ravel(), metres * on_wall, len(pairs))
    return pairs.astype(np.int64), shared, along / np.maximum(shared, 1e-9)


def atom_of_places(points: gpd.GeoSeries, atoms: Atoms) -> Ints:
    """Give the atom of each place: the one that holds it, on a border the smallest number, just outside the nearest.

    Parameters
    ----------
    points
        (p,) positions, any CRS; None has no atom.

    Returns
    -------
    (p,) positions of atoms; -1 for none, and for more than 1 km from every atom.
    """
    at = np.asarray(points.to_crs(atoms.frame.crs).array, dtype=object)
    held = np.flatnonzero(~shapely.is_missing(at))
    found = np.full(len(at), -1, dtype=np.int64)
    tree = shapely.STRtree(atoms.frame.geometry.to_numpy())
    place, atom = tree.query(at[held], predicate="intersects")
    order = np.lexsort((atom, place))
    once, first = np.unique(place[order], return_index=True)
    found[held[once]] = atom[order][first]
    lost = held[found[held] < 0]
    place, atom = tree.query_nearest(at[lost], max_distance=NEAR_M, all_matches=False)
    found[lost[place]] = atom
    return found
