"""A first division to improve on: halves of halves by place, then every part made one piece."""

from __future__ import annotations

import numpy as np

from geodata.errors import DivideProblem
from grids.graph import Floats, Graph, Ints

NOT_CONNECTED = "这些地块彼此不相连，不能划成连片的网格。"


def bisected(graph: Graph, shares: Floats, turn: float = 0.0) -> Ints:
    """Divide by cutting across the longer way, again and again (recursive inertial bisection).

    Parameters
    ----------
    shares
        (k,) what each part should carry of the whole, in any unit; k at most the number of atoms.
    turn
        Radians by which every cut is turned: another start for another try.

    Returns
    -------
    (n,) labels 0 … k - 1, each at least once; parts may be in several pieces.
    """
    labels = np.zeros(len(graph), dtype=np.int64)
    _cut(graph, np.arange(len(graph)), shares, 0, turn, labels)
    return labels


def _cut(graph: Graph, atoms: Ints, shares: Floats, first: int, turn: float, labels: Ints) -> None:
    k = len(shares)
    if k == 1:
        labels[atoms] = first
        return
    half = k // 2
    at = np.column_stack([graph.x[atoms], graph.y[atoms]])
    at = at - at.mean(axis=0)
    _, axes = np.linalg.eigh(at.T @ at)
    along = at @ (np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ axes[:, 1])
    order = np.argsort(along, kind="stable")
    reached = np.cumsum(graph.load[atoms][order])
    wanted = reached[-1] * shares[:half].sum() / shares.sum()
    cut = int(np.clip(np.searchsorted(reached, wanted) + 1, half, len(atoms) - (k - half)))
    _cut(graph, atoms[order[:cut]], shares[:half], first, turn, labels)
    _cut(graph, atoms[order[cut:]], shares[half:], first + half, turn, labels)


def made_whole(graph: Graph, labels: Ints, kept: Ints | None = None) -> Ints:
    """Make every part one piece: it keeps its heaviest piece, the others go to the neighbour with the longest border.

    Parameters
    ----------
    kept
        (n,) 1 for atoms that must keep their label: the piece that holds them is the one kept.

    Raises
    ------
    DivideProblem
        A piece that hangs together with nothing: the graph itself is in pieces.
    """
    labels = labels.copy()
    start = np.repeat(np.arange(len(graph)), np.diff(graph.indptr))
    for _ in range(len(graph)):
        piece = graph.pieces(labels)
        stray = ~_main(graph, labels, piece, kept)[piece]
        if not stray.any():
            return labels
        # pieces that touch a main piece go first; the rest follow in later rounds
        edges = stray[start] & ~stray[graph.indices]
        if not edges.any():
            raise DivideProblem(NOT_CONNECTED)
        pull = np.zeros((piece.max() + 1, labels.max() + 1))
        np.add.at(pull, (piece[start[edges]], labels[graph.indices[edges]]), graph.cost[edges] + 1e-9)
        moved = stray & (pull.sum(axis=1) > 0)[piece]
        labels[moved] = pull.argmax(axis=1)[piece[moved]]
    return labels


def _main(graph: Graph, labels: Ints, piece: Ints, kept: Ints | None) -> np.ndarray:
    """Say of each piece whether it is the one that its part keeps."""
    count = piece.max() + 1
    weight = np.bincount(piece, graph.load, count) + 1e-9 * np.bincount(piece, minlength=count)
    if kept is not None:
        weight += np.bincount(piece, kept * (1 + graph.load.sum()), count)
    of_part = np.zeros(count, dtype=np.int64)
    of_part[piece] = labels
    order = np.lexsort((np.arange(count), -weight, of_part))
    first = np.r_[True, np.diff(of_part[order]) != 0]
    main = np.zeros(count, dtype=bool)
    main[order[first]] = True
    return main


def grown(graph: Graph, k: int, rng: np.random.Generator) -> Ints:
    """Divide by growing parts from k random atoms: the lightest takes a random free neighbour next."""
    n = len(graph)
    labels, loads = np.full(n, -1, dtype=np.int64), np.zeros(k)
    edge: list[list[int]] = []
    for part, atom in enumerate(rng.choice(n, k, replace=False)):
        labels[atom], loads[part] = part, graph.load[atom]
        edge.append(graph.indices[graph.indptr[atom] : graph.indptr[atom + 1]].tolist())
    left = n - k
    while left:
        part = int(np.argmin(loads))
        if not edge[part]:
            loads[part] = np.inf
            if np.isinf(loads).all():
                raise DivideProblem(NOT_CONNECTED)
            continue
        at = int(rng.integers(len(edge[part])))
        atom, edge[part][at] = edge[part][at], edge[part][-1]
        edge[part].pop()
        if labels[atom] < 0:
            labels[atom], loads[part], left = part, loads[part] + graph.load[atom], left - 1
            edge[part] += graph.indices[graph.indptr[atom] : graph.indptr[atom + 1]].tolist()
    return labels


def settled(graph: Graph, home: Ints, shares: Floats) -> Ints:
    """Start from the division that there is.

    Atoms of nobody join a neighbour; a part without atoms gets half of the part that carries most beyond its share.
    """
    labels, k = home.copy(), len(shares)
    if (labels < 0).all():
        return bisected(graph, shares)
    start = np.repeat(np.arange(len(graph)), np.diff(graph.indptr))
    while (labels < 0).any():
        edges = (labels[start] < 0) & (labels[graph.indices] >= 0)
        if not edges.any():
            raise DivideProblem(NOT_CONNECTED)
        pull = np.zeros((len(graph), k))
        np.add.at(pull, (start[edges], labels[graph.indices[edges]]), graph.cost[edges] + 1e-9)
        joins = pull.sum(axis=1) > 0
        labels[joins] = pull[joins].argmax(axis=1)
    wanted = shares / shares.sum() * graph.load.sum()
    for part in range(k):
        if (labels == part).any():
            continue
        over = np.bincount(labels, graph.load, k) / np.maximum(wanted, 1e-9)
        over[np.bincount(labels, minlength=k) < 2] = -1
        giver = int(over.argmax())
        atoms = np.flatnonzero(labels == giver)
        halves = bisected(graph.part(atoms), np.array([1.0, 1.0]))
        labels[atoms[made_whole(graph.part(atoms), halves) == 1]] = part
    return labels


def with_fixed(graph: Graph, labels: Ints, fixed: Ints, *, rename: bool) -> Ints:
    """Give every fixed atom its own part: parts are renamed to suit (if they may), fixed atoms joined by a path.

    Raises
    ------
    DivideProblem
        Fixed atoms of one part are cut off from each other by those of others.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow import

    k = labels.max() + 1
    held = fixed >= 0
    new = np.arange(k)
    if rename:
        shared = np.zeros((k, max(k, fixed.max() + 1)))
        np.add.at(shared, (labels[held], fixed[held]), 1.0)
        part, name = linear_sum_assignment(-shared)
        new[part] = name
    labels = np.where(held, fixed, new[labels])
    kept = held.astype(np.int64)
    for one in np.unique(fixed[held]):
        for atom in _joining(graph, fixed, int(one)):
            labels[atom], kept[atom] = one, 1
    return made_whole(graph, labels, kept)


def _joining(graph: Graph, fixed: Ints, part: int) -> list[int]:
    """Give the free atoms of shortest paths that join the fixed atoms of a part."""
    mine = np.flatnonzero(fixed == part)
    reached, path = {int(mine[0])}, []
    while wanted := [int(atom) for atom in mine if int(atom) not in reached]:
        before: dict[int, int] = dict.fromkeys(reached, -1)
        queue = list(reached)
        for at in queue:
            for neighbour in graph.indices[graph.indptr[at] : graph.indptr[at + 1]].tolist():
                if neighbour not in before and fixed[neighbour] in (-1, part):
                    before[neighbour] = at
                    queue.append(neighbour)
        goal = next((atom for atom in queue if atom in wanted), None)
        if goal is None:
            raise DivideProblem(f"固定给第 {part + 1} 个网格的地块被别的固定地块隔开，连不成一片。请少固定几块。")
        while goal != -1 and goal not in reached:
            reached.add(goal)
            path.append(goal)
            goal = before[goal]
    return path
