"""Streets walked, where the truth is known: F1 of street metres, metres driven, seconds.

`python benchmarks/streets.py [--walks N] [--peer]`: walks along the real streets of `../shared/data/roads` (or
`WANGGE_SHARED_DATA`), fixes 5, 30 and 60 s apart with errors of 4, 10 and 20 m on each axis, of whose variance 0.64
drifts with 47 s; the 132 car tracks of `tracks/` on the union of the roads really driven; the day tracks of 424
inspectors (4 h, a fix every 5 s, 6 m). `--peer` matches the walks with Valhalla's Meili too, told the noise and as it
comes, and some of them with leuvenmapmatching, in the same run (`uv run --group peers`). Seconds are the processor's.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from meili import Meili

from coverage.streets.matching import match
from coverage.streets.network import NO_STREETS, Network, network_of
from coverage.streets.tracks import Fixes
from geodata.model import Town
from geodata.readers import read
from geodata.tables import ROADS
from grids.blocks import metric_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
SHARED = Path(os.environ.get("WANGGE_SHARED_DATA", Path(__file__).parents[1] / "../shared/data"))
FOOT = {"footway", "cycleway", "steps", "path", "pedestrian", "trail"}
CASES = ((4, 5), (10, 5), (20, 5), (10, 30), (20, 30), (10, 60), (20, 60))
MEILI_M = 5.0
WALKING_M_S = 1.25


def streets(name: str, without: set[str] | frozenset[str] = frozenset()) -> Network:
    """Give the streets of an extract, as a town's."""
    frame = read(SHARED / "roads" / f"{name}.osm.pbf", ROADS, town=Town("城", "990002"), datum="wgs84").frame
    kept = frame[~frame["class"].isin(NO_STREETS | without)]
    roads = gpd.GeoDataFrame(kept, geometry="geometry", crs=4326).reset_index(drop=True)
    return network_of(roads, metric_of(roads))


def walks(network: Network, count: int, metres: float, seed: int = 1) -> list[tuple[shapely.LineString, Bools]]:
    """Give walks that turn anywhere but round: the line, and the pieces on it."""
    rng, made = np.random.default_rng(seed), []
    around: dict[int, list[tuple[int, int]]] = {}
    for edge, (a, b) in enumerate(network.ends.tolist()):
        around.setdefault(a, []).append((b, edge))
        around.setdefault(b, []).append((a, edge))
    while len(made) < count:
        at, last, edges = int(rng.choice(network.ends.ravel())), -1, []
        points = [network.nodes[at]]
        while network.length[edges].sum() < metres:
            there, edge = (ways := [way for way in around[at] if way[1] != last] or around[at])[rng.integers(len(ways))]
            xy = shapely.get_coordinates(network.lines[edge])
            points += list(xy[1:] if network.ends[edge, 0] == at else xy[-2::-1])
            edges.append(edge)
            at, last = there, edge
        if len(set(edges)) >= 10:
            made.append((shapely.LineString(points), np.isin(network.pieces.edge, edges)))
    return made


def recorded(line: shapely.LineString, sigma: float, every: float, rng: np.random.Generator) -> Floats:
    """Give what a receiver says of a walk."""
    count = int(line.length / WALKING_M_S / every) + 1
    true = shapely.get_coordinates(shapely.line_interpolate_point(line, np.arange(count) * every * WALKING_M_S))
    keep = 0.9 ** (every / 5)
    drift = rng.normal(size=(count, 2))
    for at in range(1, count):
        drift[at] = keep * drift[at - 1] + np.sqrt(1 - keep**2) * drift[at]
    return np.asarray(true + sigma * (0.8 * drift + 0.6 * rng.normal(size=(count, 2))))


def fixes_of(tracks: list[Floats], every: float) -> Fixes:
    """Give tracks as fixes."""
    count = [len(xy) for xy in tracks]
    number = np.repeat(np.arange(len(tracks)), count)
    return Fixes(np.concatenate(tracks), np.concatenate([np.arange(n) * every for n in count]), number, number)


def f1(network: Network, truth: Bools, found: Bools) -> float:
    """Give F1 of street metres."""
    length = network.pieces.length
    return float(2 * length[truth & found].sum() / max(length[truth].sum() + length[found].sum(), 1e-9))


def ours(network: Network, tracks: list[Floats], every: float) -> tuple[list[Bools], float]:
    """Match; give the pieces of each track and the seconds."""
    fixes = fixes_of(tracks, every)
    start = process_time()
    walked = match(fixes, network)
    seconds = process_time() - start
    found = np.zeros((len(tracks), len(network.pieces.edge)), dtype=bool)
    found[fixes.track[walked.fix], walked.piece] = True
    return list(found), seconds


def leuven(network: Network, tracks: list[Floats], sigma: float) -> tuple[list[Bools], float]:
    """Match with leuvenmapmatching; its ways are straight between vertices, so each segment is an edge."""
    from leuvenmapmatching.map.inmem import InMemMap  # noqa: PLC0415
    from leuvenmapmatching.matcher.distance import DistanceMatcher  # noqa: PLC0415

    graph = InMemMap("streets", use_latlon=False, use_rtree=True, index_edges=True)
    xy, line = shapely.get_coordinates(network.lines, return_index=True)
    keys = np.round(xy, 2)
    vertices, number = np.unique(keys, axis=0, return_inverse=True)
    for at, (x, y) in enumerate(vertices.tolist()):
        graph.add_node(at, (y, x))
    edge_of: dict[tuple[int, int], int] = {}
    for a, b, edge in zip(number[:-1].tolist(), number[1:].tolist(), line[1:].tolist(), strict=True):
        edge_of[a, b] = edge_of[b, a] = edge
    inner = np.flatnonzero(line[1:] == line[:-1])
    for a, b in zip(number[inner].tolist(), number[inner + 1].tolist(), strict=True):
        graph.add_edge(a, b)
        graph.add_edge(b, a)
    made, middles = [], network.middles()
    start = process_time()
    for track in tracks:
        matcher = DistanceMatcher(
            graph, max_dist=max(50, 4 * sigma), obs_noise=sigma, obs_noise_ne=2 * sigma, max_lattice_width=8,
            non_emitting_states=True, dist_noise=sigma,
        )  # fmt: skip
        matcher.match([(y, x) for x, y in track.tolist()])
        nodes = vertices[np.array(matcher.path_pred_onlynodes, dtype=int)]
        way = shapely.LineString(nodes) if len(nodes) > 1 else shapely.LineString()
        made.append(np.asarray(shapely.distance(middles, way) < 0.5))
    return made, process_time() - start


def table(name: str, network: Network, count: int, peer: bool) -> None:
    """Print F1 of walks."""
    true = walks(network, count, 6_000)

    def score(found: list[Bools]) -> float:
        return float(np.mean([f1(network, truth, one) for (_, truth), one in zip(true, found, strict=False)]))

    with TemporaryDirectory() as folder:
        meili = Meili(network, Path(folder)) if peer else None
        for sigma, every in CASES:
            rng = np.random.default_rng(7)
            tracks = [recorded(line, sigma, every, rng) for line, _ in true]
            fixes = sum(map(len, tracks))
            found, seconds = ours(network, tracks, every)
            text = (
                f"{name:<34}{sigma:>3} m{every:>4} s   F1 {score(found):.3f}   {1e6 * seconds / fixes:>7.0f} µs a fix"
            )
            for told in (sigma, MEILI_M) if meili else ():
                theirs, seconds = meili.match(tracks, every, told)
                text += f"   Meili ({told:.0f} m) {score(theirs):.3f} {1e6 * seconds / fixes:>5.0f} µs"
            if peer and every == 5:
                some = tracks[:2]
                theirs, seconds = leuven(network, some, sigma)
                each = 1e6 * seconds / sum(map(len, some))
                text += f"   leuven {score(theirs):.3f} (ours there {score(found[:2]):.3f}) {each:>6.0f} µs"
            print(text, flush=True)


def cars() -> None:
    """Print the metres of the car tracks beside those of the roads really driven."""
    points = pd.read_csv(SHARED / "tracks/cars_points.csv")
    truth = pd.read_csv(SHARED / "tracks/cars_ground_truth.csv").set_index("id")["WKT"]
    lines = gpd.GeoSeries(shapely.from_wkt(truth.to_numpy(object)), crs=4326)
    plane = lines.estimate_utm_crs()
    # the same road was drawn twice, some millimetres apart
    union = gpd.GeoSeries([shapely.union_all(lines.to_crs(plane).array, grid_size=0.5)], crs=plane)
    network = network_of(gpd.GeoDataFrame(geometry=union), plane)
    xy = shapely.get_coordinates(
        gpd.GeoSeries(shapely.from_wkt(points["geometry"].to_numpy(object)), crs=4326).to_crs(plane)
    )
    track = pd.factorize(points["id"])[0]
    seconds = (pd.to_datetime(points["time"]) - pd.Timestamp("1970-01-01", tz="UTC")).dt.total_seconds().to_numpy()
    walked = match(Fixes(xy, seconds, track, track), network)
    length, middles = network.pieces.length, network.middles()
    driven = real = 0.0
    scores = []
    for key, line in zip(truth.index, lines.to_crs(plane), strict=True):
        found = np.zeros(len(length), dtype=bool)
        found[walked.piece[track[walked.fix] == pd.factorize(points["id"])[1].get_loc(key)]] = True
        shapely.prepare(line)
        true = shapely.dwithin(middles, line, 1.0)
        driven, real = driven + length[found].sum(), real + length[true].sum()
        scores.append(f1(network, true, found))
    said = f"{driven / 1000:.1f} km matched, {real / 1000:.1f} km driven: {driven / real - 1:+.1%}"
    print(f"{len(truth)} car tracks: {said}; F1 {np.mean(scores):.3f}", flush=True)


def days(network: Network, inspectors: int = 424) -> None:
    """Print the seconds of a day of all inspectors."""
    rng = np.random.default_rng(3)
    tracks = [recorded(line, 6, 5, rng) for line, _ in walks(network, inspectors, 4 * 3600 * WALKING_M_S, 5)]
    start = process_time()
    match(fixes_of(tracks, 5), network)
    print(f"day tracks of {inspectors} inspectors, {sum(map(len, tracks)):,} fixes: {process_time() - start:.1f} s")


def main() -> int:
    """Run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walks", type=int, default=10)
    parser.add_argument("--peer", action="store_true")
    asked = parser.parse_args()
    if not SHARED.exists():
        print("no ../shared/data: nothing to run on")
        return 0
    rural = streets("north-bayreuth")
    ours(rural, [recorded(walks(rural, 1, 1_000)[0][0], 5, 5, np.random.default_rng(1))], 5)  # compiled, or from disk
    table("north of Bayreuth, all ways", rural, asked.walks, asked.peer)
    table("central Helsinki, streets", streets("helsinki", FOOT), asked.walks, asked.peer)
    table("central Helsinki, pavements too", streets("helsinki"), max(asked.walks // 2, 1), False)
    cars()
    days(rural)
    return 0


if __name__ == "__main__":
    sys.exit(main())
