"""Dividing beside what else there is, on the same atoms in the same run.

`python benchmarks/divide.py [--n N …] [--k K …]`: discs of hexagons (100 m, log-normal loads), ours and the peers
(`uv run --group peers`; those that are not installed are named), each in a process of its own, for `--patience` seconds
(120) at most. `patient` is ours with the schedule that `wangge divide` takes.

`python benchmarks/divide.py --chicago DIR`: the places of Chicago into as many grids as there are police beats, beside
the beats, from the city's files (places_gbk.csv, police_beats.geojson).

`python benchmarks/divide.py --graphs DIR --seconds N --json`: our divider on every graph file of DIR (population,
edges, k, tolerance): contiguous parts within the tolerance with as few cut edges as are found in that time. Prints one
JSON list: name, cut, max_deviation, contiguous, seconds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from itertools import count
from pathlib import Path
from time import perf_counter

import numpy as np

from api.dividing import Ask, areas_of_level, measured, plan
from coverage.workload import work_of
from geodata.importing import import_file
from geodata.model import Level, Town
from geodata.store import create_store
from grids.graph import Floats, Graph, Ints
from grids.partition import SEARCHING, Partition, Task, answers, deviation_of, partition
from tests.grids.graphs import SPACING, disc

NAMES = ("wangge", "patient", "metis", "kahip", "gerrychain", "kmeans", "spopt")
SIZES = tuple((n, k) for n in (2_000, 20_000) for k in (4, 100, 400))
AREA, SIDE = SPACING**2 * np.sqrt(3) / 2, SPACING / np.sqrt(3)


def roundness(graph: Graph, labels: Ints) -> Floats:
    """Give the Polsby-Popper figure of each part of hexagons: 4π area / perimeter²."""
    pairs = graph.pairs
    sides = np.full(len(graph), 6.0)
    for side in (0, 1):
        np.subtract.at(sides, pairs[labels[pairs[:, 0]] == labels[pairs[:, 1]], side], 1)
    labels = np.unique(labels, return_inverse=True)[1]  # some leave a part empty
    around, atoms = np.bincount(labels, sides * SIDE), np.bincount(labels)
    return np.asarray(4 * np.pi * atoms * AREA / around**2)


def line(name: str, graph: Graph, k: int, labels: Ints, seconds: float, mebibytes: float) -> str:
    """Say how good a division is."""
    shapes, pairs = roundness(graph, labels), graph.pairs
    pieces = len(np.unique(graph.pieces(labels))) - len(np.unique(labels))
    off = deviation_of(graph.load, labels, np.ones(max(k, labels.max() + 1)))
    cut = int((labels[pairs[:, 0]] != labels[pairs[:, 1]]).sum())
    return (
        f"{name:<12}{off:>9.1%}{pieces:>8}{shapes.mean():>8.3f}{shapes.min():>8.3f}{cut:>8}{seconds:>9.1f} s"
        f"{mebibytes:>8.0f} MiB\n"
    )


def discs(sizes: Sequence[tuple[int, int]], patience: float) -> None:
    """Divide discs of hexagons, ours and the peers'."""
    partition(Task(disc(200), np.ones(3)), tries=2)  # compiled, for all processes to read from disk
    for n, k in sizes:
        graph = disc(n)
        bound = graph.load.max() / (graph.load.sum() / k) - 1
        sys.stdout.write(
            f"\n{n} atoms, {k} parts; the largest atom alone: {max(bound, 0):.1%}\n"
            f"{'':<12}{'deviation':>9}{'pieces':>8}{'PP mean':>8}{'least':>8}{'cut':>8}{'time':>11}{'memory':>12}\n"
        )
        for name in NAMES:
            sys.stdout.write(_divided(name, graph, k, patience))
            sys.stdout.flush()


def _divided(name: str, graph: Graph, k: int, patience: float) -> str:
    """Run one of them in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "given.npz", Path(folder) / "answer.npz"
        np.savez(given, pairs=graph.pairs, load=graph.load, x=graph.x, y=graph.y, k=k)
        command = [sys.executable, "-m", "benchmarks.peers.dividing", name, str(given), str(answer)]
        try:
            done = subprocess.run(command, timeout=patience, check=False, capture_output=True, text=True)
        except subprocess.TimeoutExpired:
            return f"{name:<12} no answer in {patience:.0f} s\n"
        if done.returncode:
            said = done.stderr.strip().splitlines()
            return f"{name:<12} {said[-1] if said else 'broke down'}\n"
        with np.load(answer) as found:
            return line(name, graph, k, found["labels"], float(found["seconds"]), float(found["mebibytes"]))


def chicago(folder: Path) -> None:
    """Divide the ground of the police beats anew, and say how both carry the places' visits."""
    rules = (Path(__file__).parent.parent / "docs" / "chicago-rules.toml").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as home:
        with create_store(Path(home) / "town.gpkg", Town("芝加哥", "171031", "America/Chicago")) as store:
            import_file(store, "areas", [folder / "police_beats.geojson"], level="grid")
            import_file(store, "places", [folder / "places_gbk.csv"])
            ledger = store.ledger()
        day = date(2014, 12, 30)
        minutes = work_of(ledger, rules, day).minutes
        beats = measured(ledger, minutes, areas_of_level(ledger, Level.GRID))
        start = perf_counter()
        found = plan(ledger, rules, Ask(Level.GRID, into=len(beats), within=Level.TOWN), day)
        seconds = perf_counter() - start
        header = ("parts", "largest", "rms", "no work", "PP mean", "least", "seconds")
        sys.stdout.write(f"{'':<8}" + "".join(f"{word:>9}" for word in header) + "\n")
        ours = measured(ledger, minutes, found.areas)
        for name, areas, took in (("beats", beats, 0.0), ("wangge", ours, seconds)):
            load, shape = areas["load"], areas["compactness"]
            off = load / load.mean() - 1
            figures: tuple[object, ...] = (len(areas), f"{off.abs().max():.0%}", f"{np.sqrt((off**2).mean()):.0%}")
            figures += ((load == 0).sum(), f"{shape.mean():.3f}", f"{shape.min():.3f}", f"{took:.1f}")
            sys.stdout.write(f"{name:<8}" + "".join(f"{figure!s:>9}" for figure in figures) + "\n")
        sys.stdout.write(f"largest single block: {found.lumps:.0%} over\n")


def graph_files(folder: Path, seconds: float) -> list[dict[str, object]]:
    """Divide every graph of a folder."""
    return [_graph_file(path, seconds) for path in sorted(folder.glob("*.json"))]


def _graph_file(path: Path, seconds: float) -> dict[str, object]:
    given = json.loads(path.read_text(encoding="utf-8"))
    load, pairs = np.array(given["population"], dtype=float), np.array(given["edges"], dtype=np.int64)
    nowhere = np.zeros(len(load))
    graph = Graph.of(np.unique(np.sort(pairs, axis=1), axis=0), np.ones(len(pairs)), load, nowhere, nowhere)
    task = Task(graph, np.ones(given["k"]), tolerance=given["tolerance"], schedule=SEARCHING)
    start, reached = perf_counter(), 0.0
    best: Partition | None = None
    for seed in count():
        for found in answers(task, seed, tries=4):
            if best is None or found.rank < best.rank:
                best, reached = found, perf_counter() - start
        if perf_counter() - start > seconds or best is None or _optimal(given, best):
            break
    assert best is not None
    pieces = len(np.unique(graph.pieces(best.labels)))
    return {
        "name": given["name"],
        "cut": int(best.cost),
        "max_deviation": best.deviation,
        "contiguous": pieces == given["k"],
        "seconds": round(reached, 2),
        "published": given.get("best_published_cut"),
        "bound": given.get("lower_bound"),
    }


def _optimal(given: dict[str, object], best: Partition) -> bool:
    return best.deviation <= best.tolerance and best.cost <= float(given.get("lower_bound", -1))  # type: ignore[arg-type]


def main() -> int:
    """Run what was asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, nargs="*")
    parser.add_argument("--k", type=int, nargs="*")
    parser.add_argument("--patience", type=float, default=120.0)
    parser.add_argument("--chicago", type=Path)
    parser.add_argument("--graphs", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.graphs:
        sys.stdout.write(json.dumps(graph_files(asked.graphs, asked.seconds)) + "\n")
        return 0
    if asked.chicago:
        chicago(asked.chicago)
        return 0
    discs([(n, k) for n in asked.n for k in asked.k] if asked.n and asked.k else SIZES, asked.patience)
    return 0


if __name__ == "__main__":
    sys.exit(main())
