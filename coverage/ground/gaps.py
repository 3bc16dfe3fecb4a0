"""Ground that nobody came near in the period: patches, worst first, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy import ndimage

from coverage.ground.cells import Raster
from coverage.ground.loops import FULL, Claims, shares
from coverage.ground.seen import GroundSeen, latest_near
from coverage.periods import previous
from coverage.scoring import GROUND_M2, of_size, score_sentences
from grids.hierarchy import find_area, levels_present, membership

LEAST_M2 = 2_000.0
"""A smaller patch is left out of the list (never out of the figures): what lies between two tracks."""

COLUMNS = (
    *("name", "grid", "community", "district", "state", "never", "last_seen", "days_since", "period", "m2"),
    *("score", "stake", "urgency", "lateness", "history", "worry", "score_why", "why"),
)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Box = tuple[slice, slice]


def ground_gaps(
    seen: GroundSeen, *, area: str | None = None, limit: int | None = None, least_m2: float = LEAST_M2
) -> gpd.GeoDataFrame:
    """List the patches of ground missed in the period, worst first (ties: by area, then from the west).

    A patch hangs together and lies in one area of the lowest level. Ground of which nobody could know (`no data`) and
    what is masked is not among it.

    Parameters
    ----------
    area, limit
        As for `coverage.gaps.find_gaps`; an area of an upper level has the patches whose point lies in it.
    least_m2
        Smaller patches are left out.

    Returns
    -------
    name (of the smallest area that it lies in), grid, community, district (codes, None = not in one), state
    (`missed`), never (bool: nobody was ever near some of it as of the day), last_seen (datetime64[s]: the latest day on
    which somebody was near any of it), days_since (Int64), period (label), m2, score, stake … worry (as
    `coverage.scoring.Factors`), score_why, why, lon, lat (degrees, a point on it), geometry (POLYGON or MULTIPOLYGON,
    EPSG:4326: the outline, within a cell of the raster).
    """
    origin = np.datetime64((seen.first_mark or seen.as_of), "D") - 1
    latest = latest_near(seen.earlier, seen.raster, seen.width_m, origin)
    found = [patch for shape in seen.told.shapes for patch in _patches(seen, shape, latest, least_m2)]
    rows, masks, boxes = _table(found)
    rows = _told(seen, rows, origin)
    held = _held(seen, masks, boxes)
    rows = rows.assign(**{level: _texts(seen, held, level, "code") for level in ("grid", "community", "district")})
    rows["name"] = _names(seen, held)
    inside = np.ones(len(rows), dtype=bool)
    if area is not None:
        position = find_area(seen.areas, area)
        inside = held[str(seen.areas["level"].iat[position])] == position
    order = np.lexsort((rows["left"], rows["grid"].astype(str), -rows["score"]))
    order = order[inside[order]][:limit]
    shapes = _outlines(seen.raster, [masks[at] for at in order], [boxes[at] for at in order])
    rows = rows.iloc[order].reset_index(drop=True)
    points = shapely.point_on_surface(shapes)
    rows = rows[list(COLUMNS)].assign(lon=shapely.get_x(points), lat=shapely.get_y(points))
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=4326)


def _patches(
    seen: GroundSeen, shape: shapely.Geometry, latest: Claims, least_m2: float
) -> Iterator[tuple[float, int, bool, Box, Bools]]:
    """Give m², latest day, whether never, box and cells of each patch of a piece of ground."""
    edges = seen.raster.edges(shape)
    first, after, left, right = edges.window
    inside = np.empty((after - first, right - left + 2))
    shares(edges.start, edges.end, first, left, inside)
    box = (slice(first, after), slice(left, right))
    missed = inside[:, :-2] * (1 - seen.seen[box] / FULL)
    labels, count = ndimage.label(missed >= 0.5)
    if not count:
        return
    numbers = np.arange(1, count + 1)
    m2 = ndimage.sum_labels(missed, labels, numbers) * seen.raster.cell_m2
    last = ndimage.maximum(latest[box], labels, numbers)
    never = ndimage.minimum(latest[box], labels, numbers) == 0
    boxes = ndimage.find_objects(labels)
    for at in np.flatnonzero(m2 >= least_m2):
        rows, columns = boxes[at]
        place = slice(rows.start + first, rows.stop + first), slice(columns.start + left, columns.stop + left)
        yield float(m2[at]), int(last[at]), bool(never[at]), place, labels[boxes[at]] == at + 1


def _table(
    found: list[tuple[float, int, bool, Box, Bools]],
) -> tuple[pd.DataFrame, list[Bools], list[Box]]:
    frame = pd.DataFrame(
        {
            "m2": [round(m2, 1) for m2, *_ in found],
            "latest": np.array([last for _, last, *_ in found], dtype=np.int64),
            "never": np.array([never for _, _, never, *_ in found], dtype=bool),
            "left": [box[1].start for *_, box, _ in found],
        }
    )
    return frame, [cells for *_, cells in found], [box for *_, box, _ in found]


def _told(seen: GroundSeen, rows: pd.DataFrame, origin: np.datetime64) -> pd.DataFrame:
    """Say since when nobody was near, how urgent that is, and why it is a gap.

    The score is that of `coverage.scoring.of_size`; lateness is the days since anybody was near any of it
    (never: since the first track or check-in of the town) divided by the days of the period.
    """
    latest = rows["latest"].to_numpy()
    last = np.where(latest > 0, origin + latest, np.datetime64("NaT", "D")).astype("datetime64[s]")
    since = (np.datetime64(seen.as_of, "D") - np.where(latest > 0, origin + latest, origin + 1)).astype(np.int64)
    before = previous(seen.every, seen.period).first
    factors = of_size(rows["m2"] / GROUND_M2, since / seen.period.days, ~(last >= np.datetime64(before, "s")))
    days = pd.Series(since, index=rows.index).astype("Int64").where(latest > 0)
    told = [
        "有轨迹和检查定位以来没有人到过附近"
        if pd.isna(day)
        else f"上次有人到过附近在{day}天前" + ("，其中有的地方从未到过" if never else "")
        for day, never in zip(days, rows["never"], strict=True)
    ]
    why = [
        f"本期{seen.period.chinese}没有人到过这片地（{m2:,.0f}平方米）的{seen.width_m:g}米以内；{text}。"
        for m2, text in zip(rows["m2"], told, strict=True)
    ]
    told_of = rows.assign(
        state="missed",
        last_seen=last,
        days_since=days,
        period=seen.period.label,
        score=factors.score,
        **factors.columns(),
        why=why,
    )
    return told_of.assign(score_why=score_sentences(told_of, "面积（5公顷为1）"))


def _held(seen: GroundSeen, masks: list[Bools], boxes: list[Box]) -> dict[str, Ints]:
    """Give for each level the position of the area that holds each patch, by its innermost cell."""
    at = np.zeros((len(masks), 2))
    for number, (cells, (rows, columns)) in enumerate(zip(masks, boxes, strict=True)):
        deep = ndimage.distance_transform_cdt(np.pad(cells, 1))[1:-1, 1:-1]
        row, column = np.unravel_index(int(deep.argmax()), deep.shape)
        at[number] = columns.start + column + 0.5, rows.start + row + 0.5
    points = shapely.points(seen.raster.in_metres(at[:, 0], at[:, 1]))
    return membership(seen.areas.set_geometry(gpd.GeoSeries(seen.land.whole, crs=seen.raster.crs)), points)


def _texts(seen: GroundSeen, held: dict[str, Ints], level: str, column: str) -> npt.NDArray[np.object_]:
    """Give code or name of the area of a level that holds each patch; None where none does."""
    found = np.full(len(next(iter(held.values()))), None, dtype=object)
    if level in held:
        inside = held[level] >= 0
        found[inside] = seen.areas[column].to_numpy(dtype=object)[held[level][inside]]
    return found


def _names(seen: GroundSeen, held: dict[str, Ints]) -> npt.NDArray[np.object_]:
    """Give the name of the smallest area that holds each patch: the town's own, if nothing else."""
    names = _texts(seen, held, str(levels_present(seen.areas)[0]), "name")
    for level in levels_present(seen.areas)[1:]:
        here = _texts(seen, held, str(level), "name")
        names = np.where(pd.isna(here), names, here)
    return names


def _outlines(raster: Raster, masks: list[Bools], boxes: list[Box]) -> npt.NDArray[np.object_]:
    """Draw patches, EPSG:4326: runs of cells united, steps of cells smoothed away."""
    shapes = np.empty(len(masks), dtype=object)
    for number, (cells, (rows, columns)) in enumerate(zip(masks, boxes, strict=True)):
        padded = np.pad(cells, ((0, 0), (1, 1))).astype(np.int8)
        row, start = np.nonzero(np.diff(padded, axis=1) == 1)
        end = np.nonzero(np.diff(padded, axis=1) == -1)[1]
        corner = raster.in_metres(columns.start + start.astype(float), rows.start + row + 1.0)
        other = raster.in_metres(columns.start + end.astype(float), rows.start + row.astype(float))
        runs = shapely.box(corner[:, 0], corner[:, 1], other[:, 0], other[:, 1])
        shapes[number] = shapely.simplify(shapely.union_all(runs), raster.cell)
    plane = gpd.GeoSeries(shapes, crs=raster.crs) if len(shapes) else gpd.GeoSeries([], crs=raster.crs)
    return np.asarray(plane.to_crs(4326).array, dtype=object)
