"""A division changed by hand: areas merged, split along a line, ground moved over a border; no gap, no overlap.

A part is of one `home` (the area that it must stay in); what is done to parts of different homes is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from geodata.errors import DivideProblem
from grids.blocks import GRID
from grids.succession import SAME_M2

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Parts:
    """Parts of a town, in metres.

    Attributes
    ----------
    keys, names
        What each is known by (0: a new one), and what people call it.
    homes
        The area that each must stay in.
    shapes
        MultiPolygons that lie edge to edge.
    """

    keys: list[int]
    names: list[str]
    homes: list[str]
    shapes: Shapes

    def without(self, gone: Sequence[int]) -> Parts:
        """Give the others."""
        kept = [at for at in range(len(self.names)) if at not in set(gone)]
        keys, names = [self.keys[at] for at in kept], [self.names[at] for at in kept]
        return Parts(keys, names, [self.homes[at] for at in kept], self.shapes[kept])


def merged(parts: Parts, which: Sequence[int]) -> Parts:
    """Put parts together; the first keeps its name.

    Raises DivideProblem when they are fewer than two, of different homes, or not neighbours.
    """
    chosen = list(dict.fromkeys(which))
    if len(chosen) < 2:
        raise DivideProblem("请先点选两个或更多要合并的区域。")
    _one_home(parts, chosen)
    whole = _union(parts.shapes[chosen])
    before = max(int(shapely.get_num_geometries(parts.shapes[at])) for at in chosen)
    if shapely.get_num_geometries(whole) > before:
        raise DivideProblem(f"{_named(parts, chosen)}不相邻，合并后不连成一片。请选相邻的。")
    shapes = parts.shapes.copy()
    shapes[chosen[0]] = whole
    return replace(parts, shapes=shapes).without(chosen[1:])


def split(parts: Parts, line: shapely.LineString, which: Sequence[int] = ()) -> Parts:
    """Cut parts along a line: those chosen, else all that it crosses. The largest piece stays, the others are new.

    Raises DivideProblem when the line cuts nothing.
    """
    wanted = list(which) or np.flatnonzero(shapely.intersects(parts.shapes, line)).tolist()
    keys, names, homes, shapes = list(parts.keys), list(parts.names), list(parts.homes), list(parts.shapes)
    for at in wanted:
        pieces = _pieces(parts.shapes[at], line)
        if len(pieces) < 2:
            continue
        shapes[at] = pieces[0]
        for number, piece in enumerate(pieces[1:], start=2):
            names.append(f"{parts.names[at]}（{number}）")
            homes.append(parts.homes[at])
            shapes.append(piece)
            keys.append(0)
    if len(names) == len(parts.names):
        raise DivideProblem("这条线没有把任何区域切开：请从区域外画起，穿过去，画到外面。")
    return Parts(keys, names, homes, np.array(shapes, dtype=object))


def moved(parts: Parts, ground: shapely.Geometry, to: int) -> Parts:
    """Move ground to a part: all of it that lies in the same home; pieces that it cuts off go along.

    Raises DivideProblem when nothing is moved, another part would be gone, or the part would not hang together.
    """
    ground = shapely.set_precision(shapely.make_valid(ground), GRID)
    shapes = parts.shapes.copy()
    taken = []
    for at in np.flatnonzero(shapely.intersects(parts.shapes, ground)).tolist():
        if at == to or parts.homes[at] != parts.homes[to]:
            continue
        rest = _union(shapely.difference(shapes[[at]], ground, grid_size=GRID))
        if shapely.area(rest) < SAME_M2:
            raise DivideProblem(f"{parts.names[at]}会一点也不剩。要去掉它，请用“合并”。")
        lost = shapely.difference(shapes[at], rest, grid_size=GRID)
        if shapely.area(lost) < SAME_M2:
            continue
        rest, cut_off = _largest(rest, int(shapely.get_num_geometries(shapes[at])))
        taken += [lost, *cut_off]
        shapes[at] = rest
    if not taken:
        raise DivideProblem(f"画的范围里没有可以划给{parts.names[to]}的地（要在同一个上级区域里）。")
    before = int(shapely.get_num_geometries(shapes[to]))
    shapes[to] = _union(np.array([shapes[to], *taken], dtype=object))
    if shapely.get_num_geometries(shapes[to]) > before:
        raise DivideProblem(f"画的范围和{parts.names[to]}不相邻，划过去就不连成一片了。请从它的边界画起。")
    return replace(parts, shapes=shapes)


def _one_home(parts: Parts, chosen: Sequence[int]) -> None:
    homes = {parts.homes[at] for at in chosen}
    if len(homes) > 1:
        raise DivideProblem(f"{_named(parts, chosen)}不在同一个上级区域里，不能合并。")


def _named(parts: Parts, chosen: Sequence[int]) -> str:
    return "、".join(parts.names[at] for at in chosen[:5])


def _union(shapes: Shapes) -> shapely.MultiPolygon:
    whole = shapely.union_all(shapes, grid_size=GRID)
    pieces = [each for each in shapely.get_parts(whole) if shapely.get_dimensions(each) == 2]
    return shapely.MultiPolygon([each for each in pieces if shapely.area(each) > GRID])


def _pieces(shape: shapely.Geometry, line: shapely.LineString) -> list[shapely.MultiPolygon]:
    """Give the pieces that a line makes of a shape, the largest first."""
    edges = shapely.union_all([shapely.boundary(shape), line], grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize([edges]))
    inside = faces[shapely.contains(shape, shapely.point_on_surface(faces))]
    inside = inside[shapely.area(inside) > SAME_M2]
    # what the line does not touch stays with the largest piece: islands
    cut = [each for each in shapely.get_parts(shape) if shapely.intersects(each, line)]
    near = shapely.union_all(cut) if cut else shapely.Polygon()
    own = shapely.intersects(near, shapely.point_on_surface(inside))
    pieces = sorted(inside[own], key=lambda each: -float(shapely.area(each)))
    if len(pieces) < 2:
        return [shapely.MultiPolygon(list(shapely.get_parts(shape)))]
    first = shapely.MultiPolygon([pieces[0], *inside[~own]])
    return [first, *(shapely.MultiPolygon([each]) for each in pieces[1:])]


def _largest(shape: shapely.MultiPolygon, pieces: int) -> tuple[shapely.MultiPolygon, list[shapely.Polygon]]:
    """Give the largest pieces of a shape, as many as it had, and those that were cut off."""
    parts = sorted(shapely.get_parts(shape), key=lambda each: -float(shapely.area(each)))
    return shapely.MultiPolygon(parts[:pieces]), parts[pieces:]
