"""A file's areas made a fabric level by level, top down, in metres; what moved is told by row.

What comes out depends on the file alone, never on the store: so a second import of the file changes nothing, and
areas that stand are never moved. Where the file and the store don't fit, `geodata.nesting` tells it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.datum import metric_crs
from geodata.fabric import Limits, Woven, weave
from geodata.faces import GRID_M, on_grid
from geodata.model import LEVELS, Level
from geodata.readers.raw import Repair

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TOLD_M2 = 0.05
"""Less ground than this is rounding: counted, not told row by row."""
MAX_VERTICES = 1_000_000
"""More vertices on one level are not woven (a town's level has some ten thousand)."""
MAX_REACH_M = 500_000.0
"""Areas farther than this from their middle are no town: in one plane CRS their metres would not be metres."""


@dataclass
class Weaving:
    """Areas after weaving, on their index, with one repair a row that gave or got ground, and notes."""

    areas: gpd.GeoDataFrame
    repaired: list[Repair] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def woven(areas: gpd.GeoDataFrame, limits: Limits | None = None) -> Weaving:
    """Make each level of a file a coverage whose children end where their parents of the same file end.

    Parameters
    ----------
    areas
        Rows of one file: level, row, geometry (valid multipolygons in EPSG:4326, or missing).
    limits
        See `geodata.fabric.Limits`.

    Returns
    -------
    See `Weaving`; rows that did not change keep their very geometry.
    """
    limits = limits or Limits()
    result = Weaving(areas)
    degrees = np.array(areas.geometry.array, dtype=object)
    if shapely.is_missing(degrees).all():
        return result
    metres = _metres(areas)
    reach = np.abs(shapely.get_coordinates(metres) - np.nanmean(shapely.total_bounds(metres).reshape(2, 2), axis=0))
    if not (reach <= MAX_REACH_M).all():
        result.notes.append("区域相距太远，不像一个镇，没有检查和对齐相邻边界。")
        return result
    levels = areas["level"].to_numpy(object)
    above: Ints = np.empty(0, dtype=np.int64)
    for level in LEVELS:
        mine = np.flatnonzero((levels == str(level)) & ~shapely.is_missing(degrees))
        if len(mine) > 1 or (len(mine) and len(above)):
            _weave_level(result, degrees, metres, mine, above, level, limits)
        above = mine if len(mine) else above
    result.areas = areas.set_geometry(gpd.GeoSeries(degrees, index=areas.index, crs=4326))
    return result


def _metres(areas: gpd.GeoDataFrame) -> Shapes:
    """Give the shapes in the plane CRS of their middle."""
    west, south, east, north = areas.total_bounds
    crs = metric_crs((west + east) / 2, (south + north) / 2)
    return np.array(areas.geometry.to_crs(crs).array, dtype=object)


def _weave_level(
    result: Weaving, degrees: Shapes, metres: Shapes, mine: Ints, above: Ints, level: Level, limits: Limits
) -> None:
    """Weave one level in place and tell what became of it."""
    word = level.chinese
    if shapely.get_num_coordinates(metres[mine]).sum() > MAX_VERTICES:
        result.notes.append(f"{word}的边界多于 {MAX_VERTICES:,} 个点，没有检查和对齐相邻边界。请先在制图软件中简化。")
        return
    done = weave(metres[mine], metres[above] if len(above) else None, limits)
    # shells anticlockwise, as the readers give them: a mended export is the same again
    done = replace(done, shapes=shapely.orient_polygons(done.shapes))
    before = degrees[np.concatenate([above, mine])], metres[np.concatenate([above, mine])]
    fresh = _in_degrees(result.areas, done, *before)
    same = shapely.equals_identical(shapely.normalize(fresh), shapely.normalize(degrees[mine]))
    good = shapely.is_valid(fresh) & ~shapely.is_empty(fresh)
    changed = ~same & good
    degrees[mine[changed]], metres[mine[changed]] = fresh[changed], done.shapes[changed]
    rows = result.areas["row"].to_numpy()[mine]
    moved = changed & (done.lost + done.gained >= TOLD_M2)
    result.repaired += [
        Repair(int(rows[at]), f"与相邻区域对齐边界：让出 {done.lost[at]:.1f} m²，得到 {done.gained[at]:.1f} m²")
        for at in np.flatnonzero(moved)
    ]
    nodes = int((changed & ~moved).sum())
    if nodes:
        result.notes.append(f"{nodes} 个{word}区域的边界与邻区统一了折点，面积不变。")
    if not good.all():
        named = "、".join(str(row) for row in rows[~good][:5])
        result.notes.append(f"第 {named} 行的边界没能与邻区对齐，按原样导入；请在制图软件中检查。")
    if len(done.gaps):
        result.notes.append(
            f"{word}区域之间有 {len(done.gaps)} 处宽于 {limits.width_m:g} 米的空隙，照样保留："
            f"最大 {done.gaps[0]:,.0f} m²，共 {done.gaps.sum():,.0f} m²。"
            "如果不是外单位的地，请在制图软件中划给相邻区域。"
        )


def _in_degrees(areas: gpd.GeoDataFrame, done: Woven, degrees: Shapes, metres: Shapes) -> Shapes:
    """Take woven shapes back to EPSG:4326; a node that stood in the file gets the very degrees it had."""
    west, south, east, north = areas.total_bounds
    crs = metric_crs((west + east) / 2, (south + north) / 2)
    plane = np.round(shapely.get_coordinates(done.shapes) / GRID_M) * GRID_M
    computed = shapely.get_coordinates(gpd.GeoSeries(shapely.points(plane), crs=crs).to_crs(4326).array)
    known, at = np.unique(_keys(shapely.get_coordinates(metres)), return_index=True)
    wanted = _keys(plane)
    spot = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    stood = (known[spot] == wanted)[:, None]
    original = np.where(stood, shapely.get_coordinates(degrees)[at[spot]], computed)
    for xy in (original, computed):  # moving nodes by half a millimetre may, rarely, turn a border over
        fresh: Shapes = shapely.set_coordinates(done.shapes.copy(), xy)
        if shapely.is_valid(fresh).all() and shapely.coverage_is_valid(fresh[~done.disputed]):
            break
    return fresh


def _keys(xy: Floats) -> npt.NDArray[np.complex128]:
    """Give each position on the grid as one sortable number."""
    whole = on_grid(xy)
    return np.asarray(whole[:, 0] + 1j * whole[:, 1], dtype=np.complex128)
