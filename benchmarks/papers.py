"""Papers and reports: a table set by Typst beside Chromium's print, and whole `wangge report` commands on `humen`.

`python benchmarks/papers.py [STORE]`; without a store the town is made first. Prints one line a figure; exits 1 when
the quarter's report takes more than 30 s or 1 GiB, or the month's more than 5 s.
"""

from __future__ import annotations

import html
import pickle
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import pandas as pd

from geodata.store import create_store
from geodata.synthetic import make_town
from maps.tables.paper import table_pdf
from maps.tables.sheet import Column, Sheet

ROWS = 1000
RUNS = 3
CHROMIUM = ["/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
LIMITS = {"monthly": (5.0, None), "quarterly": (30.0, 1024.0)}
PERIODS = {"monthly": "2024-06", "quarterly": "2024Q2"}


def main() -> int:
    """Measure papers, then reports."""
    with tempfile.TemporaryDirectory() as folder:
        papers(Path(folder))
        store = Path(sys.argv[1]) if len(sys.argv) > 1 else made(Path(folder))
        broken = [kind for kind in LIMITS if not kept(kind, store, Path(folder))]
    return 1 if broken else 0


def papers(folder: Path) -> None:
    """Set the same table with both."""
    texts = [f"合成镇第{number}号某某电子科技有限公司" for number in range(ROWS)]
    rows = pd.DataFrame({f"t{at}": texts for at in range(7)} | {"n": range(ROWS)})
    columns = [*(Column(f"t{at}", f"第{at}列") for at in range(7)), Column("n", "数", "count")]
    sheet = Sheet("表", "表", columns, rows)
    page = folder / "table.html"
    cells = "".join(f"<tr>{''.join(f'<td>{html.escape(str(v))}' for v in row)}" for row in sheet.values())
    style = "@page{size:A4 landscape}table{border-collapse:collapse;font-size:8.5pt}td{border:.4pt solid}"
    page.write_text(f"<meta charset=utf-8><style>{style}</style><table>{cells}</table>", encoding="utf-8")
    ours, theirs, sizes = [], [], (0, 0)
    for _ in range(RUNS):
        began = perf_counter()
        arguments = pickle.dumps(([sheet], datetime.now(UTC)))
        paper = subprocess.run([sys.executable, "-c", ALONE], input=arguments, capture_output=True, check=True)
        ours.append(perf_counter() - began)
        began = perf_counter()
        out = folder / "table.pdf"
        subprocess.run([*CHROMIUM, f"--print-to-pdf={out}", str(page)], capture_output=True, check=True)
        theirs.append(perf_counter() - began)
        sizes = len(paper.stdout), out.stat().st_size
    print(f"{ROWS} rows, whole process: Typst {median(ours):.2f} s, {sizes[0] / 1e3:.0f} kB;", end=" ")
    print(f"Chromium {median(theirs):.2f} s, {sizes[1] / 1e3:.0f} kB; ratio {median(ours) / median(theirs):.2f}")
    began = perf_counter()
    table_pdf([sheet], datetime.now(UTC))
    print(f"the same in a process that has the libraries: {perf_counter() - began:.2f} s")


def made(folder: Path) -> Path:
    """Make the town."""
    path, town = folder / "humen.gpkg", make_town("humen")
    with create_store(path, town.town) as store:
        store.write_many(town.frames, actor="benchmark", action="demo", source="benchmark")
    return path


def kept(kind: str, store: Path, folder: Path) -> bool:
    """Run a report, say seconds and the memory of the process and its children, and whether it keeps its limits."""
    seconds, peaks = [], []
    for run in range(RUNS):
        command = [
            sys.executable,
            "-c",
            "import sys; from api.cli import main; sys.exit(main())",
            "report",
            str(store),
            kind,
            "--period",
            PERIODS[kind],
        ]
        began = perf_counter()
        with subprocess.Popen([*command, "--out", str(folder / f"{kind}{run}")], stdout=subprocess.DEVNULL) as process:
            peaks.append(peak(process))
        seconds.append(perf_counter() - began)
    files = [path for path in (folder / f"{kind}0").rglob("*") if path.is_file()]
    print(f"report {kind}: {median(seconds):.1f} s (of {RUNS}), {max(peaks):.0f} MiB in all;", end=" ")
    print(f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")
    most, memory = LIMITS[kind]
    return median(seconds) <= most and (memory is None or max(peaks) <= memory)


def peak(process: subprocess.Popen[bytes]) -> float:
    """Watch a process to its end, and give the most MiB that it and its children had at a time (each page once)."""
    most = 0.0
    while process.poll() is None:
        most = max(most, sum(shared(number) for number in family(process.pid)))
        sleep(0.1)
    return most / 1024


def family(process: int) -> list[int]:
    """Give a process and all below it."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [process, *(each for child in children for each in family(int(child)))]


def shared(process: int) -> int:
    """Give the kB of a process, pages that several have by their share; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


ALONE = """
import pickle, sys
from maps.tables.paper import table_pdf
sys.stdout.buffer.write(table_pdf(*pickle.load(sys.stdin.buffer)))
"""

if __name__ == "__main__":
    sys.exit(main())
