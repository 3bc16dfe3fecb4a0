"""The four-colour risk map of `humen` on paper: seconds, bytes and memory of A3 and A0, each in a process of its own.

A process reads the assessed town and sets one sheet, the first of its life (fonts are looked for, nothing is warm).
Prints one line a sheet; exits 1 when a promise is broken (A3 within 5 s, A0 within 20 s, 1 GiB, 5 MB).
"""

from __future__ import annotations

import pickle
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path

from maps.risk_sheet import risk_sheet

import coverage.rules
import geodata
from coverage.assess import assess
from geodata.ledger import Ledger
from geodata.synthetic import make_town
from maps.backdrop import Backdrop

DAY = date(2024, 6, 30)
SECONDS = {"A3": 5.0, "A0": 20.0}
MOST_BYTES, MOST_MIB = 5_000_000, 1024


def write_town(path: Path) -> None:
    """Assess the town and keep what a sheet is drawn from."""
    made = make_town("humen")
    ledger = Ledger.whole(made.town, made.frames)
    rules = Path(geodata.__file__).with_name("default_rules.toml").read_text(encoding="utf-8")
    assessment = assess(ledger, coverage.rules.parse_rules(rules), DAY)
    path.write_bytes(pickle.dumps((assessment, Backdrop.from_ledger(ledger))))


def set_sheet(path: Path, paper: str) -> str:
    """Set one sheet; give seconds, bytes and the peak of the whole process in MiB."""
    assessment, backdrop = pickle.loads(path.read_bytes())
    start = time.perf_counter()
    sheet = risk_sheet(assessment, backdrop, datetime(2024, 7, 1, 9), paper)
    seconds = time.perf_counter() - start
    return f"{seconds} {len(sheet)} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}"


def main() -> int:
    """Measure and print."""
    kept = True
    with tempfile.TemporaryDirectory() as name:
        town = Path(name) / "town.pickle"
        write_town(town)
        for paper, most in SECONDS.items():
            command = [sys.executable, __file__, str(town), paper]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            seconds, size, mib = (float(each) for each in said.split())
            print(f"{paper}: {seconds:.2f} s, {size / 1e6:.2f} MB, peak {mib:,.0f} MiB")
            kept = kept and seconds <= most and size <= MOST_BYTES and mib <= MOST_MIB
    return 0 if kept else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(set_sheet(Path(sys.argv[1]), sys.argv[2]))
    else:
        sys.exit(main())
