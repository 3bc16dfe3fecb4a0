"""Measures over time of `humen`: seconds for the figures of 12 days and for their page.

`python benchmarks/over_time.py`. Prints one line a figure; exits 1 when the figures take more than a second.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import geodata
from coverage.day_counts import counts_of_days
from coverage.rules import parse_rules
from geodata.ledger import Ledger
from geodata.model import Level
from geodata.synthetic import make_town
from maps.backdrop import Backdrop
from maps.measuring import MEASURES
from maps.multiples import months_panels
from maps.over_time import measured_days, months_up_to
from maps.panels import panels_page

DAYS = [date(2024, month, day) for month in range(1, 7) for day in (15, 28)]
"""Twelve days of the half year that the town has: as much to count as twelve months of a longer ledger."""
RUNS = 5
MOST = 1.0


def seconds(work: Callable[[], Any]) -> float:
    """Give the median of processor time of some runs, so that a busy machine says the same; the first isn't counted."""
    taken = []
    for _ in range(RUNS + 1):
        start = process_time()
        work()
        taken.append(process_time() - start)
    return median(taken[1:])


def main() -> int:
    """Measure the made-up town of the size of 虎门."""
    made = make_town("humen")
    ledger = Ledger.whole(made.town, made.frames)
    rules = parse_rules(Path(geodata.__file__).with_name("default_rules.toml").read_text(encoding="utf-8"))
    asked = [(day, None) for day in DAYS]
    figures = seconds(lambda: counts_of_days(ledger, lambda _: rules, asked, Level.GRID))
    print(f"figures of {len(DAYS)} days, 424 grids: {figures:.2f} s of processor time")
    months = measured_days(ledger, lambda _: rules, months_up_to(date(2024, 6, 30), 12), Level.GRID)
    panels = months_panels(months, Backdrop.from_ledger(ledger))
    page = panels_page(panels, MEASURES[0])
    drawn = seconds(lambda: panels_page(panels, MEASURES[0]))
    print(f"page of 12 months: {drawn:.2f} s of processor time, {len(page.encode()) / 1e6:.2f} MB")
    return int(figures > MOST)


if __name__ == "__main__":
    sys.exit(main())
