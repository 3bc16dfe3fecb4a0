"""A town's areas in balanced grids: how many each gets, atoms handed out, parts as areas again. Read this first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geodata.errors import DivideProblem
from grids.blocks import Atoms
from grids.graph import Floats, Graph, Ints
from grids.partition import ON_THE_MAP, Partition, Schedule, Task, answers, tries_for

Tell = Callable[[int, int, float], None]
"""Hears how many areas are divided, of how many, and the largest deviation so far."""


@dataclass(frozen=True)
class Division:
    """Grids of a town.

    Attributes
    ----------
    labels
        (n,) grid of each atom: those of one area stand together, in the order of the areas.
    area
        (k,) position of the area that each grid lies in.
    load
        (k,) minutes a month.
    deviation
        Largest |load − mean| / mean over all grids; None where there is no load.
    rounding
        What of it the rounding of an area's load to whole grids makes by itself.
    lumps
        What of it single atoms make that carry more than a grid should.
    compactness
        (k,) Polsby-Popper: 4π area / perimeter².
    shapes
        (k,) MultiPolygons in metres.
    notes
        Sentences about what is not as a person would expect.
    """

    labels: Ints
    area: Ints
    load: Floats
    deviation: float | None
    rounding: float
    lumps: float
    compactness: Floats
    shapes: np.ndarray
    notes: list[str]


def divide(
    atoms: Atoms,
    load: Floats,
    areas: gpd.GeoDataFrame,
    *,
    into: int | None = None,
    minutes: float | None = None,
    seed: int = 0,
    schedule: Schedule = ON_THE_MAP,
    tell: Tell = lambda done, of, off: None,
) -> Division:
    """Divide areas into grids.

    Parameters
    ----------
    load
        (n,) minutes a month of each atom.
    areas
        code, name: those that the atoms were cut in; no grid crosses their borders.
    into, minutes
        How many grids in all, or how many minutes each should have: one of them.
    seed
        The same seed gives the same grids.

    Raises
    ------
    DivideProblem
        Fewer grids than areas, more than atoms; both or none of `into` and `minutes`.
    """
    held = np.unique(atoms.frame["area"])
    of_area = [np.flatnonzero((atoms.frame["area"] == each).to_numpy()) for each in held]
    weight = np.array([load[each].sum() for each in of_area])
    room = np.array([len(each) for each in of_area])
    counts = shared_out(weight, room, into=into, minutes=minutes, names=[_name(areas, each) for each in held])
    whole, notes, tries = atoms.graph(load), list[str](), tries_for(len(atoms), schedule)
    labels, first, worst = np.empty(len(atoms), dtype=np.int64), 0, 0.0
    for done, (each, here, count) in enumerate(zip(held, of_area, counts, strict=True)):
        graph, joined = bridged(whole.part(here))
        if joined:
            notes.append(f"{_name(areas, each)}有 {joined} 块不相连的地（岛、飞地），各归最近的网格。")
        found = _best(Task(graph, np.ones(count), schedule=schedule), seed, tries)
        labels[here] = first + found.labels
        first, worst = first + int(count), max(worst, found.deviation)
        tell(done + 1, len(held), worst)
    return _division(atoms, load, labels, np.repeat(held, counts), np.repeat(weight / counts, counts), notes)


def _best(task: Task, seed: int, tries: int) -> Partition:
    *_, best = answers(task, seed, tries)
    return best


def _name(areas: gpd.GeoDataFrame, at: int) -> str:
    return f"{areas['name'].iloc[at]}（{areas['code'].iloc[at]}）"


def shared_out(weight: Floats, room: Ints, *, into: int | None, minutes: float | None, names: list[str]) -> Ints:
    """Say how many grids each area gets: at least one, and no more than it has atoms.

    Of a number in all, the next one always goes to the area whose grids carry most: no other way leaves the fullest
    grid with less.
    """
    if (into is None) == (minutes is None):
        raise DivideProblem("请在“划成几个”和“每个多少分钟”里选一个。")
    if minutes is not None:
        if minutes <= 0:
            raise DivideProblem("每个网格的分钟数要大于 0。")
        return np.clip(np.round(weight / minutes), 1, room).astype(np.int64)
    if into is None or into < len(weight):
        raise DivideProblem(
            f"要划成 {into} 个，可是有 {len(weight)} 个区域，网格不跨区域，至少要 {len(weight)} 个。"
            "请多划几个，或用 --within 指明上一级。"
        )
    if into > room.sum():
        raise DivideProblem(f"要划成 {into} 个，可是只有 {int(room.sum())} 个地块。请少划几个。")
    counts = np.ones(len(weight), dtype=np.int64)
    for _ in range(into - len(weight)):
        counts[np.argmax(np.where(counts < room, weight / counts, -1))] += 1
    return counts


def bridged(graph: Graph) -> tuple[Graph, int]:
    """Join what hangs together with nothing to the nearest atom of the largest piece; give how many pieces there were.

    The bridge costs nothing to cut and nothing to keep.
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow import

    piece = graph.pieces(np.zeros(len(graph), dtype=np.int64))
    lost = int(piece.max(initial=0))
    if not lost:
        return graph, 0
    at = np.column_stack([graph.x, graph.y])
    main = int(np.bincount(piece).argmax())
    bridges = []
    for each in set(range(lost + 1)) - {main}:
        own, others = np.flatnonzero(piece == each), np.flatnonzero(piece == main)
        away, nearest = cKDTree(at[others]).query(at[own])
        bridges.append(sorted((int(own[away.argmin()]), int(others[nearest[away.argmin()]]))))
    start = np.repeat(np.arange(len(graph)), np.diff(graph.indptr))
    once = start < graph.indices
    pairs = np.vstack([graph.pairs, np.array(bridges, dtype=np.int64)])
    cost = np.append(graph.cost[once], np.zeros(len(bridges)))
    return Graph.of(pairs, cost, graph.load, graph.x, graph.y), lost


def _division(atoms: Atoms, load: Floats, labels: Ints, area: Ints, wanted: Floats, notes: list[str]) -> Division:
    """Give the parts as areas, and their figures."""
    k = len(area)
    order = np.argsort(labels, kind="stable")
    groups = np.split(atoms.frame.geometry.to_numpy()[order], np.flatnonzero(np.diff(labels[order])) + 1)
    shapes = np.array([shapely.multipolygons(shapely.get_parts(shapely.coverage_union_all(g))) for g in groups])
    loads = np.bincount(labels, load, k).astype(float)
    mean = load.sum() / k
    heaviest = np.zeros(k)
    np.maximum.at(heaviest, labels, load)
    rounding = float(np.max(np.abs(wanted - mean) / mean)) if mean else 0.0
    return Division(
        labels=labels,
        area=area,
        load=loads,
        deviation=float(np.max(np.abs(loads - mean) / mean)) if mean else None,
        rounding=rounding,
        lumps=max(float(heaviest.max() / mean - 1), 0.0) if mean else 0.0,
        compactness=4 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2,
        shapes=shapes,
        notes=notes,
    )
