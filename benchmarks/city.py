"""How figures grow from a town to a city of many towns: all duties and the figures by every key, from frames in memory.

The city is the made-up town of the scale of 虎门 so many times, laid out in a square, each with its own codes and ids:
nothing but the number of rows differs. Goals of issue 5: growth at most 1.1 × linear in inspections; peak memory at
most 2.5 × the tables. Memory is what the process holds (Linux), columns of Arrow and shapes of GEOS counted; the
process keeps room that was given back, as `wangge coverage` does, and its peak is told beside what the tables took.

    python benchmarks/city.py [--towns 33] [--runs 3] [--cache FOLDER]
"""

from __future__ import annotations

import argparse
import gc
import math
import time
from importlib import resources
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from assess import all_figures, made_ledger

from api.memory import keep_room
from coverage.assess import NEEDED
from coverage.rules import parse_rules
from geodata.ledger import Ledger
from geodata.model import Town

APART_DEG = 0.2
OWN = {
    "areas": ("code", "name"),
    "past_areas": ("code", "name"),
    "places": ("id", "name"),
    "inspections": ("place_id", "officer"),
    "exemptions": ("place_id",),
    "moves": ("place_id",),
    "risk_decisions": ("place_id",),
    "officers": ("id", "name"),
}
"""Texts that each town has for itself."""


def city_of(ledger: Ledger, towns: int) -> Ledger:
    """Lay copies of a town side by side; each is a town of one city, and keeps its own areas, places and officers."""
    frames = {}
    for table, columns in NEEDED.items():
        rows = ledger.frames[table][list(columns)]
        copies = [_copy(table, rows, number, math.isqrt(towns - 1) + 1) for number in range(towns)]
        frames[table] = pd.concat(copies, ignore_index=True)
    return Ledger.whole(Town("样板市", "990001", synthetic=True), frames)


def _copy(table: str, rows: pd.DataFrame, number: int, side: int) -> pd.DataFrame:
    own = {name: f"{number:03d}-" + rows[name] for name in OWN[table]}
    if table == "officers":  # several areas in a text
        own["area"] = (f"{number:03d}-" + rows["area"]).str.replace(";", f";{number:03d}-", regex=False)
    copy: pd.DataFrame = rows.assign(**own)
    if "geometry" in rows:
        shift = np.array([number % side, number // side]) * APART_DEG
        shapes = shapely.transform(np.asarray(rows["geometry"].array, dtype=object), lambda xy: xy + shift)
        copy = gpd.GeoDataFrame(copy, geometry=gpd.GeoSeries(shapes, index=rows.index, crs="EPSG:4326"))
    return copy


def held_mb(name: str) -> float:
    """Give what the process holds (`VmRSS`) or held at most since `forget_peak` (`VmHWM`), in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1000


def forget_peak() -> None:
    """Begin to count the peak anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def main() -> None:
    """Print seconds of the processor, growth, and peak memory beside the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--towns", type=int, default=33)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cache", type=Path, help="folder where the town is kept once it is made")
    options = parser.parse_args()
    keep_room()
    rules = parse_rules(resources.files("geodata").joinpath("default_rules.toml").read_text(encoding="utf-8"))
    town = made_ledger("humen", options.cache)
    all_figures(town, rules)
    gc.collect()
    before = held_mb("VmRSS")
    city = city_of(town, options.towns)
    gc.collect()
    held = held_mb("VmRSS")
    tables = held - before
    pairs = []
    for _ in range(options.runs):
        pair = []
        for ledger in (town, city):
            gc.collect()
            forget_peak()
            start = time.process_time()
            all_figures(ledger, rules)
            pair += [time.process_time() - start, held_mb("VmHWM") - held]
        pairs.append(pair)
    small, _, large, peak = np.median(np.array(pairs), axis=0).tolist()
    rows = len(city.inspections) / len(town.inspections)
    print(f"{options.towns} towns: {len(city.places)} places, {len(city.inspections)} inspections, {tables:.0f} MB")
    print(f"{large:.2f} s against {small:.3f} s; growth {large / small / rows:.2f} x linear (goal <= 1.1)")
    print(f"peak {peak:.0f} MB, {peak / tables:.2f} x the tables (goal <= 2.5)")


if __name__ == "__main__":
    main()
