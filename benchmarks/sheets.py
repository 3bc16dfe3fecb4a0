"""The maps of `humen` on paper: seconds, bytes and memory of A3 and A0, each in a process of its own.

A process reads the assessed town and sets one sheet, the first of its life (fonts are looked for, nothing is warm).
Prints one line a sheet; exits 1 when a promise is broken (a PDF of A3 within 5 s, of A0 within 20 s, 1 GiB, 5 MB; a
picture of A0 at 300 dpi within 20 s and 1.5 GiB; an atlas on A3 within 20 s, 1 GiB, 8 MB).
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

import coverage.rules
import geodata
from coverage.assess import assess
from coverage.gaps import find_gaps
from coverage.hazards import hazard_register
from geodata.ledger import Ledger
from geodata.synthetic import make_town
from maps.atlas import atlas_pdf
from maps.backdrop import Backdrop
from maps.sheet import sheet_pdf, sheet_png
from maps.sheets.coverage import coverage_wall
from maps.sheets.gaps import gaps_wall
from maps.sheets.hazards import hazards_wall
from maps.sheets.risk import risk_wall

DAY = date(2024, 6, 30)
WALLS = {
    "risk": lambda assessment, gaps, register, backdrop: risk_wall(assessment, backdrop),
    "coverage": lambda assessment, gaps, register, backdrop: coverage_wall(assessment, backdrop),
    "hazards": lambda assessment, gaps, register, backdrop: hazards_wall(register, backdrop),
    "gaps": lambda assessment, gaps, register, backdrop: gaps_wall(assessment, gaps, backdrop),
}
LIMITS = {
    ("A3", "pdf"): (5.0, 5_000_000, 1024),
    ("A0", "pdf"): (20.0, 5_000_000, 1024),
    ("A0", "png"): (20.0, 40_000_000, 1536),
    ("A3", "pages"): (20.0, 8_000_000, 1024),
}
"""Seconds, bytes and MiB of the process."""


def write_town(path: Path) -> None:
    """Assess the town and keep what sheets are drawn from."""
    made = make_town("humen")
    ledger = Ledger.whole(made.town, made.frames)
    rules = Path(geodata.__file__).with_name("default_rules.toml").read_text(encoding="utf-8")
    assessment = assess(ledger, coverage.rules.parse_rules(rules), DAY)
    known = (assessment, find_gaps(assessment), hazard_register(ledger, DAY), Backdrop.from_ledger(ledger))
    path.write_bytes(pickle.dumps(known))


def set_sheet(path: Path, kind: str, paper: str, ending: str) -> str:
    """Set one sheet; give seconds, bytes and the peak of the whole process in MiB."""
    known = pickle.loads(path.read_bytes())
    start, worked = time.perf_counter(), time.process_time()
    set_ = {"pdf": sheet_pdf, "png": sheet_png, "pages": atlas_pdf}[ending]
    sheet = set_(WALLS[kind](*known), datetime(2024, 7, 1, 9), paper)
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    return f"{seconds} {len(sheet)} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024} {worked}"


def main() -> int:
    """Measure and print."""
    kept = True
    with tempfile.TemporaryDirectory() as name:
        town = Path(name) / "town.pickle"
        write_town(town)
        for kind in WALLS:
            for (paper, ending), most in LIMITS.items():
                command = [sys.executable, __file__, str(town), kind, paper, ending]
                said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                found = [float(each) for each in said.split()]
                print(
                    f"{kind} {paper} {ending}: {found[0]:.2f} s, {found[1] / 1e6:.2f} MB, peak {found[2]:,.0f} MiB"
                    f" ({found[3]:.2f} s of processor)"
                )
                kept = kept and all(value <= limit for value, limit in zip(found, most, strict=False))
    return 0 if kept else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(set_sheet(Path(sys.argv[1]), *sys.argv[2:]))
    else:
        sys.exit(main())
