"""Reading a town from the store, against the floor: a process that imports geopandas and reads with pyogrio.

Makes a town of 33,826 places and 131,275 inspections (the half year of 虎门) in a folder of its own, times both as
whole processes in turn, and prints the ratio of the medians and where the store's time goes.

    python benchmarks/store_read.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.model import Town
from geodata.store import create_store

PLACES, INSPECTIONS = 33_826, 131_275

FLOOR = """
import sys, geopandas
for layer in ("places", "inspections"):
    geopandas.read_file(sys.argv[1], layer=layer, engine="pyogrio")
"""

READ = """
import sys, time
begun = time.perf_counter()
import geopandas
imported = time.perf_counter()
from geodata.store import open_store
columns = {
    "places": ("id", "name", "industry", "risk", "headcount", "department", "tags", "opened", "closed", "status",
               "geometry"),
    "inspections": ("place_id", "officer", "by", "at", "accuracy", "geotag", "geometry"),
}
with open_store(sys.argv[1]) as store:
    opened = time.perf_counter()
    store.ledger(*columns, columns=columns if sys.argv[2] == "needed" else None)
    done = time.perf_counter()
print(imported - begun, opened - imported, done - opened)
"""


def main() -> None:
    """Run the benchmark and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.gpkg"
        written = make(path)
        print(json.dumps({"seconds_to_write": written, **measure(path, rounds)}, indent=2))


def make(path: Path) -> dict[str, float]:
    """Make the store; give the seconds of a first and of a second import of the inspections."""
    rng = np.random.default_rng(1)
    places, inspections = make_places(rng), make_inspections(rng)
    source = {"actor": "benchmark", "action": "import", "source": "made"}
    with create_store(path, Town("虎门镇", "441900121")) as store:
        seconds = [time.perf_counter()]
        for name, frame in (("places", places), ("inspections", inspections), ("inspections", inspections)):
            store.write(name, frame, **source)
            seconds.append(time.perf_counter())
    steps = np.diff(seconds).round(2).tolist()
    return dict(zip(("places", "inspections", "inspections_again"), steps, strict=True))


def make_places(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Make random places with the columns of a ledger."""
    n = PLACES
    columns = {
        "id": [f"91441900MA{k:08d}" for k in range(n)],
        "name": [f"东莞市虎门某某{k}号有限公司" for k in range(n)],
        "address": [f"虎门镇某某路{k}号" for k in range(n)],
        "industry": pd.Series(rng.choice(["消防", "工贸", "燃气", "危险化学品", "自建房"], n), dtype="str"),
        "risk": pd.Series(rng.choice(["重大", "较大", "一般", "低"], n), dtype="str"),
        "department": pd.Series(rng.choice(["应急", "住建", "市监"], n), dtype="str"),
        "headcount": rng.integers(1, 300, n).astype(float),
        "opened": (np.datetime64("2001-01-01") + rng.integers(0, 8000, n)).astype("datetime64[s]"),
        "status": "open",
    }
    return gpd.GeoDataFrame(columns, geometry=_points(rng, n), crs=4326)


def make_inspections(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Make random inspections of those places, one in twenty without a geotag."""
    n, place = INSPECTIONS, rng.integers(0, PLACES, INSPECTIONS)
    at = np.datetime64("2024-01-01T00:00:00", "s") + np.sort(rng.integers(0, 182 * 86400, n))
    columns = {
        "id": [f"auto-{k:016x}" for k in range(n)],
        "place_id": [f"91441900MA{k:08d}" for k in place],
        "place_name": [f"东莞市虎门某某{k}号有限公司" for k in place],
        "officer": [f"A{k:03d}" for k in rng.integers(0, 424, n)],
        "by": "inspector",
        "at": pd.DatetimeIndex(at).tz_localize("UTC").tz_convert("Asia/Shanghai"),
        "kind": "routine",
        "accuracy": rng.integers(3, 50, n).astype(float),
        "geotag": "gps",
        "result": pd.Series(rng.choice(["合格", "发现隐患"], n), dtype="str"),
    }
    points = _points(rng, n)
    points[rng.random(n) < 0.05] = None
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def measure(path: Path, rounds: int) -> dict[str, object]:
    """Time floor and store in turn; give medians (seconds), ratios and the store's own steps."""
    floor, needed, everything, steps = [], [], [], []
    for _ in range(rounds + 1):  # the first round warms the disk cache
        floor.append(_run(FLOOR, str(path))[0])
        for seconds, which in ((needed, "needed"), (everything, "all")):
            elapsed, printed = _run(READ, str(path), which)
            seconds.append(elapsed)
            if which == "needed":
                steps.append([float(word) for word in printed.split()])
    middle = statistics.median
    names = ("import geopandas", "import store, open", "ledger")
    medians = {"floor": middle(floor[1:]), "needed columns": middle(needed[1:]), "all columns": middle(everything[1:])}
    return {
        "median_seconds": {name: round(value, 3) for name, value in medians.items()},
        "ratio": {name: round(value / medians["floor"], 3) for name, value in list(medians.items())[1:]},
        "store_steps": {
            name: round(middle(column), 3) for name, column in zip(names, zip(*steps[1:], strict=True), strict=True)
        },
    }


def _run(code: str, *arguments: str) -> tuple[float, str]:
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
    return time.perf_counter() - begun, done.stdout


def _points(rng: np.random.Generator, n: int) -> np.ndarray:
    return shapely.points(113.58 + rng.random(n) / 5, 22.72 + rng.random(n) / 5)


if __name__ == "__main__":
    main()
