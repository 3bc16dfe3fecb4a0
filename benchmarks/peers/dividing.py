"""What we and others make of the same graph, each in a process of its own: `divide.py` runs it.

METIS: k-way with contiguous parts. KaHIP: its mode for quality. GerryChain: recursive trees, two populations within
5 %. k-means with bounded sizes (by count: it knows no weights). spopt: regions by k-means on the graph.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

import numpy as np

import grids.compiled  # noqa: F401 - before anybody else imports numba
from grids.graph import Graph, Ints
from grids.partition import PATIENT, Task, partition


def peak_mib() -> float:
    """Give the most memory that this process had, by the kernel's high-water mark."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def wangge(graph: Graph, k: int) -> Ints:
    """Ours."""
    return partition(Task(graph, np.ones(k))).labels


def patient(graph: Graph, k: int) -> Ints:
    """Ours, in more time."""
    return partition(Task(graph, np.ones(k), schedule=PATIENT)).labels


def metis(graph: Graph, k: int) -> Ints:
    """METIS alone."""
    import pymetis  # noqa: PLC0415

    load = np.maximum(1, np.round(graph.load * 1_000)).astype(int).tolist()
    adjacency = pymetis.CSRAdjacency(graph.indptr.tolist(), graph.indices.tolist())
    options = pymetis.Options(contig=True, ufactor=30, seed=1)
    return np.array(pymetis.part_graph(k, adjacency=adjacency, vweights=load, options=options, recursive=False)[1])


def kahip(graph: Graph, k: int) -> Ints:
    """KaHIP, strong."""
    import kahip as library  # noqa: PLC0415

    load = np.maximum(1, np.round(graph.load * 1_000)).astype(int).tolist()
    ones = [1] * len(graph.indices)
    found = library.kaffpa(load, graph.indptr.tolist(), ones, graph.indices.tolist(), k, 0.03, True, 1, library.ECO)
    return np.array(found[1])


def gerrychain(graph: Graph, k: int) -> Ints:
    """GerryChain's recursive trees."""
    import networkx as nx  # noqa: PLC0415
    from gerrychain import Graph as Other  # noqa: PLC0415
    from gerrychain.tree import recursive_tree_part  # noqa: PLC0415

    made = nx.Graph()
    made.add_nodes_from((at, {"load": float(load)}) for at, load in enumerate(graph.load))
    made.add_edges_from(graph.pairs.tolist())
    other = Other.from_networkx(made)
    found = recursive_tree_part(other, range(k), graph.load.sum() / k, "load", 0.05)
    return np.array([found[at] for at in range(len(graph))])


def kmeans(graph: Graph, k: int) -> Ints:
    """k-means whose clusters are bounded in size."""
    from k_means_constrained import KMeansConstrained  # noqa: PLC0415

    most = int(np.ceil(len(graph) / k * 1.03))
    least = int(np.floor(len(graph) / k * 0.97))
    at = np.column_stack([graph.x, graph.y])
    return np.asarray(KMeansConstrained(k, size_min=least, size_max=most, n_init=1, random_state=1).fit_predict(at))


def spopt(graph: Graph, k: int) -> Ints:
    """Divide by regions of spopt, k-means on the graph."""
    from libpysal.weights import W  # noqa: PLC0415
    from spopt.region import RegionKMeansHeuristic  # noqa: PLC0415

    around = np.split(graph.indices, graph.indptr[1:-1])
    np.random.seed(1)  # it knows no other
    weights = W({at: each.tolist() for at, each in enumerate(around)})
    model = RegionKMeansHeuristic(np.column_stack([graph.x, graph.y]), k, weights)
    model.solve()
    return np.unique(model.labels_, return_inverse=True)[1]


DIVIDERS = {
    "wangge": wangge,
    "patient": patient,
    "metis": metis,
    "kahip": kahip,
    "gerrychain": gerrychain,
    "kmeans": kmeans,
    "spopt": spopt,
}


def main(name: str, given: str, answer: str) -> None:
    """Divide the graph of one file, and write labels, seconds and memory into another."""
    with np.load(Path(given)) as held:
        graph = Graph.of(held["pairs"], np.ones(len(held["pairs"])), held["load"], held["x"], held["y"])
        k = int(held["k"])
    if name in ("wangge", "patient"):
        partition(Task(graph.part(np.arange(2)), np.ones(1)), tries=1)  # its loops are there, as a library's are
    start = perf_counter()
    labels = DIVIDERS[name](graph, k)
    np.savez(answer, labels=labels, seconds=perf_counter() - start, mebibytes=peak_mib())


if __name__ == "__main__":
    main(*sys.argv[1:])
