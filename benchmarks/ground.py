"""Ground seen: a month of tracks and check-ins of the made-up town `humen`, beside buffer-and-union in the same run.

Buffer-and-union (as ecoscope and many a notebook do it): every line of a track and every check-in is buffered, the
buffers are united, and the union is cut with each grid without its water (shapely, vectorised, spatial index). Both
sides start from the same ledger in memory, run in one thread, and give seen m² of each grid; seconds are those of the
processor. Exits 1 when areas differ by more than 0.5 %, or the ratio is below the goal.
`python benchmarks/ground.py full` instead gives the seconds of wangge alone for a month in which each of the 424
inspectors recorded every working day (the town's recorded days, moved and turned inside the town at random):
buffer-and-union takes minutes for it.
"""

from __future__ import annotations

import sys
from datetime import date
from time import process_time

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.ground.marks import check_ins_of
from coverage.ground.seen import WIDTH_M, GroundSeen, ground_seen
from coverage.trails import trails_of
from geodata.ledger import Ledger
from geodata.synthetic import make_town
from grids.blocks import metric_of

DAY = date(2024, 6, 28)
GOAL, APART = 20.0, 0.005
DAYS = 424 * 22
TIMES = 3

Floats = npt.NDArray[np.float64]


def main(which: str = "own") -> int:
    """Run, print the line, give the exit code."""
    made = make_town("humen")
    town = Ledger.whole(made.town, made.frames)
    ground_seen(town, DAY)  # compiled before the clock runs
    if which == "full":
        seconds, seen = timed(Ledger.whole(made.town, {**made.frames, "tracks": full_month(town)}))
        near = seen.ground["seen_m2"].iloc[0] / 1e6
        print(f"full: {seen.tracks:,} tracks, {seen.check_ins:,} check-ins; seen {near:.3f} km²; {seconds:.2f} s")
        return 0
    return 0 if compare(town) else 1


def timed(ledger: Ledger) -> tuple[float, GroundSeen]:
    """Give the least seconds of several runs, and what they give."""
    seconds = []
    for _ in range(TIMES):
        begun = process_time()
        seen = ground_seen(ledger, DAY)
        seconds.append(process_time() - begun)
    return min(seconds), seen


def full_month(town: Ledger) -> gpd.GeoDataFrame:
    """Record every working day of 424 inspectors: recorded days turned and moved, all in the month."""
    rng = np.random.default_rng(0)
    pick = rng.integers(0, len(town.tracks), DAYS)
    crs = metric_of(town.areas)
    tracks = town.tracks.iloc[pick].reset_index(drop=True)
    lines = np.asarray(tracks.geometry.to_crs(crs).array, dtype=object)
    middle = shapely.get_coordinates(shapely.centroid(lines))
    goal = middle[rng.permutation(DAYS)]
    turn = rng.uniform(0, 2 * np.pi, DAYS)
    of = np.repeat(np.arange(DAYS), shapely.get_num_coordinates(lines))
    x, y = (shapely.get_coordinates(lines) - middle[of]).T
    cos, sin = np.cos(turn[of]), np.sin(turn[of])
    lines = shapely.set_coordinates(lines, np.column_stack([cos * x - sin * y, sin * x + cos * y]) + goal[of])
    shift = pd.to_timedelta(rng.integers(0, 28, DAYS), unit="D")
    start = tracks["start"].dt.normalize() - tracks["start"].dt.normalize() + pd.Timestamp("2024-06-01 09:00")
    moved = tracks.assign(start=(start + shift).dt.tz_localize(town.town.timezone).dt.as_unit("s"))
    return moved.set_geometry(gpd.GeoSeries(lines, crs=crs).to_crs(4326))


def compare(ledger: Ledger) -> bool:
    """Measure the month both ways."""
    fast, seen = timed(ledger)
    begun = process_time()
    theirs = buffer_and_union(ledger, seen)
    slow = process_time() - begun
    grids = (seen.areas["level"] == "grid").to_numpy(bool)
    mine = seen.ground["seen_m2"].to_numpy()[:-1][grids]
    off = mine.sum() / theirs.sum() - 1
    large = theirs > 10_000
    worst = np.abs(mine[large] / theirs[large] - 1).max()
    ratio = slow / fast
    print(
        f"{seen.tracks:,} tracks, {seen.check_ins:,} check-ins; seen {mine.sum() / 1e6:.3f} km², "
        f"buffer-and-union {theirs.sum() / 1e6:.3f} km² ({off:+.3%}; worst grid of > 1 ha {worst:.2%}); "
        f"{fast:.2f} s against {slow:.1f} s: {ratio:.1f} × faster (goal {GOAL:.0f})",
        flush=True,
    )
    return abs(off) <= APART and ratio >= GOAL


def buffer_and_union(ledger: Ledger, seen: GroundSeen) -> Floats:
    """Give seen m² of each grid by buffers, their union, and intersections."""
    crs = seen.raster.crs
    begun = np.datetime64(seen.period.first, "D")
    trails = trails_of(ledger, DAY, crs)
    trails = trails.some(trails.day >= begun)
    check_ins = check_ins_of(ledger.inspections, ledger.town, DAY, crs)
    _, run, points = np.unique(trails.run, return_inverse=True, return_counts=True)
    several = points[run] > 1
    lines = shapely.linestrings(trails.xy[several], indices=np.unique(run[several], return_inverse=True)[1])
    discs = shapely.points(np.concatenate([trails.xy[~several], check_ins.xy[check_ins.day >= begun]]))
    union = shapely.union_all(shapely.buffer(np.concatenate([lines, discs]), WIDTH_M, quad_segs=16))
    water = shapely.union_all(np.asarray(ledger.water.geometry.to_crs(crs).array, dtype=object))
    grids = np.asarray(
        seen.areas[(seen.areas["level"] == "grid").to_numpy(bool)].geometry.to_crs(crs).array, dtype=object
    )
    wet = shapely.intersects(water, grids)
    grids[wet] = shapely.difference(grids[wet], water)
    return np.asarray(shapely.area(shapely.intersection(grids, union)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
