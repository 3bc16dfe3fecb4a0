"""A town's areas in balanced grids: how many each gets, atoms handed out, parts as areas again. Read this first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely

from geodata.errors import DivideProblem
from grids.blocks import Atoms
from grids.graph import Floats, Graph, Ints
from grids.partition import ON_THE_MAP, TOLERANCE, Partition, Schedule, Task, answers, deviation_of, tries_for

Stop = Callable[[], bool]
"""Says whether the person has waited long enough: the best so far will do."""
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
    wanted
        (k,) what each should carry: its share of the mean.
    deviation
        Largest |load − wanted| / wanted over all grids; None where there is no load.
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
    contiguous
        Whether each hangs together (ground that hangs together with nothing, as an island, apart).
    """

    labels: Ints
    area: Ints
    load: Floats
    wanted: Floats
    deviation: float | None
    rounding: float
    lumps: float
    compactness: Floats
    shapes: np.ndarray
    notes: list[str]
    contiguous: bool = True


_NO_SHARES: Mapping[int, Floats] = MappingProxyType({})


@dataclass(frozen=True)
class Wish:
    """What is asked of one area.

    Attributes
    ----------
    area
        Its position among the areas.
    shares
        (k,) what each of its grids should carry, in any unit: 0.5 for somebody who works half the time.
    home, leaving, fixed
        (n,) of all atoms: which of its grids an atom is of now, -1 for none; what it costs to give it to another; the
        one that it must stay with.
    """

    area: int
    shares: Floats
    home: Ints | None = None
    leaving: Floats | None = None
    fixed: Ints | None = None


def divide(
    atoms: Atoms,
    load: Floats,
    areas: gpd.GeoDataFrame,
    *,
    into: int | None = None,
    minutes: float | None = None,
    shares: Mapping[int, Floats] = _NO_SHARES,
    seed: int = 0,
    tolerance: float = TOLERANCE,
    schedule: Schedule = ON_THE_MAP,
    tell: Tell = lambda done, of, off: None,
    stop: Stop = lambda: False,
) -> Division:
    """Divide areas into grids that carry alike.

    Parameters
    ----------
    load
        (n,) minutes a month of each atom.
    areas
        code, name: those that the atoms were cut in; no grid crosses their borders.
    into, minutes
        How many grids in all, or how many minutes each should have: one of them.
    shares
        Area (position) → what each of its grids should carry beside a whole one; it says how many they are, too.
    seed
        The same seed gives the same grids.
    tolerance
        Largest |load − wanted| / wanted inside an area that is balance enough.

    Raises
    ------
    DivideProblem
        Fewer grids than areas, more than atoms; both or none of `into` and `minutes`.
    """
    held, room = np.unique(atoms.frame["area"], return_counts=True)
    weight = np.bincount(atoms.frame["area"], load, len(areas)).astype(float)
    free = ~np.isin(held, list(shares))
    rest = None if into is None else into - sum(len(each) for each in shares.values())
    wishes = [Wish(area, np.asarray(each, dtype=float)) for area, each in shares.items()]
    if free.any() or not shares:
        names = [_name(areas, each) for each in held[free]]
        counts = shared_out(weight[held[free]], room[free], into=rest, minutes=minutes, names=names)
        wishes += [Wish(int(each), np.ones(count)) for each, count in zip(held[free], counts, strict=True)]
    wishes.sort(key=lambda wish: wish.area)
    return hand_out(atoms, load, areas, wishes, seed=seed, tolerance=tolerance, schedule=schedule, tell=tell, stop=stop)


def hand_out(
    atoms: Atoms,
    load: Floats,
    areas: gpd.GeoDataFrame,
    wishes: Sequence[Wish],
    *,
    seed: int = 0,
    tolerance: float = TOLERANCE,
    schedule: Schedule = ON_THE_MAP,
    tell: Tell = lambda done, of, off: None,
    stop: Stop = lambda: False,
    still: Sequence[bool] | None = None,
) -> Division:
    """Hand the atoms of each area out to its grids, as is wished.

    Parameters
    ----------
    wishes
        One an area that has atoms; the grids stand in their order.
    tell, stop
        Hears of every area that is done; says whether to be content with what there is, after one try an area.
    still
        For each wish, whether its atoms stay at home.

    Raises
    ------
    DivideProblem
        More grids than atoms in an area; fixed atoms that can't hang together.
    """
    area = atoms.frame["area"].to_numpy()
    whole, notes = atoms.graph(load), list[str]()
    tries = tries_for(len(atoms), schedule)
    labels, first, worst, whole_parts = np.empty(len(atoms), dtype=np.int64), 0, 0.0, True
    for done, wish in enumerate(wishes):
        here = np.flatnonzero(area == wish.area)
        graph, joined = bridged(whole.part(here))
        if joined:
            notes.append(f"{_name(areas, wish.area)}有 {joined} 块不相连的地（岛、飞地），各归最近的网格。")
        fixed, home = (None if each is None else each[here] for each in (wish.fixed, wish.home))
        leaving = None if wish.leaving is None else wish.leaving[here]
        task = Task(graph, wish.shares, tolerance, fixed=fixed, home=home, leaving=leaving, schedule=schedule)
        stays = still is not None and still[done] and home is not None
        parts = home if stays and home is not None else _best(task, seed, tries, stop).labels
        labels[here] = first + parts
        first, worst = first + len(wish.shares), max(worst, deviation_of(graph.load, parts, wish.shares))
        whole_parts &= len(np.unique(graph.pieces(parts))) == len(wish.shares)
        tell(done + 1, len(wishes), worst)
    return replace(division_of(atoms, load, labels, wishes, notes), contiguous=whole_parts)


def _best(task: Task, seed: int, tries: int, stop: Stop) -> Partition:
    found = answers(task, seed, tries)
    best = next(found)
    while not stop() and (better := next(found, None)) is not None:
        best = better
    found.close()
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


def division_of(
    atoms: Atoms, load: Floats, labels: Ints, wishes: Sequence[Wish], notes: Sequence[str] = ()
) -> Division:
    """Give the parts of labelled atoms as areas, and their figures."""
    shares = np.concatenate([wish.shares / wish.shares.sum() for wish in wishes])
    units = np.concatenate([wish.shares for wish in wishes])
    area = np.repeat([wish.area for wish in wishes], [len(wish.shares) for wish in wishes])
    k = len(area)
    loads = np.bincount(labels, load, k).astype(float)
    # what a grid should carry: alike over the whole town, and as far as the rounding of its area allows
    wanted = units * load.sum() / units.sum()
    of_area = np.bincount(atoms.frame["area"], load, int(area.max()) + 1)[area] * shares
    heaviest = np.zeros(k)
    np.maximum.at(heaviest, labels, load)
    some = bool(load.sum())
    shapes = unions(atoms.frame.geometry.to_numpy(), labels)
    return Division(
        labels=labels,
        area=area,
        load=loads,
        wanted=wanted,
        deviation=float(np.max(np.abs(loads - wanted) / wanted)) if some else None,
        rounding=float(np.max(np.abs(of_area - wanted) / wanted)) if some else 0.0,
        lumps=max(float(np.max(heaviest / wanted)) - 1, 0.0) if some else 0.0,
        compactness=roundness(shapes),
        shapes=shapes,
        notes=list(notes),
    )


def roundness(shapes: np.ndarray) -> Floats:
    """Give the Polsby-Popper figure of shapes in metres: 4π area / perimeter², 1 for a disc (Polsby, Popper 1991)."""
    return np.asarray(4 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2)


def unions(shapes: np.ndarray, labels: Ints) -> np.ndarray:
    """Give the ground of each label, the atoms of a coverage put together: MultiPolygons."""
    order = np.argsort(labels, kind="stable")
    groups = np.split(shapes[order], np.flatnonzero(np.diff(labels[order])) + 1)
    whole = [shapely.multipolygons(shapely.get_parts(shapely.coverage_union_all(each))) for each in groups]
    return np.array(whole, dtype=object)
