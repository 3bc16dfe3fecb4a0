"""`wangge coverage --by grid` as a whole process against the floor: import geopandas, read the same two tables.

Goal of issue 5: ratio <= 1.0 on the town of the scale of 虎门. Runs alternate, medians are compared.

    python benchmarks/coverage_process.py [STORE] [--runs N]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WANGGE = "import sys; from api.cli import main; sys.exit(main(sys.argv[1:]))"
FLOOR = """
import sys
import geopandas
import pyogrio
for layer in ("places", "inspections"):
    pyogrio.read_dataframe(sys.argv[1], layer=layer)
"""


def seconds(program: str, *arguments: str) -> float:
    """Give the seconds that one process took; its output is thrown away, its failure is not."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def compare(store: str, runs: int) -> None:
    """Print both medians and their ratio."""
    question = ("coverage", store, "--by", "grid", "--as-of", "2024-06-30", "--format", "json")
    ours, floor = [], []
    for run in range(runs + 1):
        pair = seconds(WANGGE, *question), seconds(FLOOR, store)
        if run:  # the first fills the caches of both
            ours.append(pair[0])
            floor.append(pair[1])
    a, b = statistics.median(ours), statistics.median(floor)
    print(f"wangge coverage --by grid --format json: {a:.2f} s (median of {runs}; {min(ours):.2f} to {max(ours):.2f})")
    print(f"floor (import geopandas, read places and inspections): {b:.2f} s ({min(floor):.2f} to {max(floor):.2f})")
    print(f"ratio: {a / b:.2f} (goal <= 1.0)")


def main() -> None:
    """Make the humen town when no store is given, then compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", nargs="?")
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    if arguments.store:
        compare(arguments.store, arguments.runs)
        return
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "humen.gpkg")
        demo = ("demo", "--size", "humen", "--no-serve", "--store", store)
        subprocess.run([sys.executable, "-c", WANGGE, *demo], check=True, stdout=subprocess.DEVNULL)
        compare(store, arguments.runs)


if __name__ == "__main__":
    main()
