"""Importing a town's files from nothing, whole commands, beside pandas reading the same files.

The town `humen` as an office has it: 33,826 places (.xlsx), 131,275 inspections and 146,354 hazards (.csv, GBK).
`python benchmarks/importing.py [SIZE]`
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

WANGGE = "from api.cli import main; import sys; sys.exit(main())"
PANDAS = (
    "import sys, pandas as pd; path = sys.argv[1]; "
    "pd.read_excel(path, engine='calamine') if path.endswith('x') else "
    "pd.read_csv(path, encoding='gb18030', dtype='str')"
)
TABLES = ("areas", "officers", "places", "inspections", "hazards")


def seconds(program: str, *words: str | Path) -> float:
    """Run a program in a process of its own."""
    start = perf_counter()
    subprocess.run([sys.executable, "-c", program, *map(str, words)], check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def main(size: str = "humen") -> None:
    """Import table after table, and say each."""
    with tempfile.TemporaryDirectory() as folder:
        office, store = Path(folder) / "office", Path(folder) / "town.gpkg"
        demo = Path(folder) / "demo.gpkg"
        seconds(WANGGE, "demo", "--size", size, "--store", demo, "--files", office, "--no-serve")
        seconds(WANGGE, "init", store, "--name", "某镇", "--code", "990001001")
        for table in TABLES:
            (path,) = [each for each in office.glob(f"{table}.*") if each.suffix in (".csv", ".xlsx", ".geojson")]
            ours = seconds(WANGGE, "import", store, table, path)
            again = seconds(WANGGE, "import", store, table, path)
            theirs = f"{seconds(PANDAS, path):.2f} s" if path.suffix != ".geojson" else "–"
            sys.stdout.write(f"{path.name}: {ours:.2f} s, the same again {again:.2f} s; pandas reads it in {theirs}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
