"""The hazard map of `humen`: bytes beside the inlined libraries, first paint against an empty Folium map.

Both pages are opened in turn by the same headless Chromium, network off; the median of each counts. Prints one line a
figure; exits 1 when a promise is broken (≤ 1 MB beside the libraries, first paint ≤ 1.5 × the empty map's).
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from coverage.hazards import hazard_register
from geodata.ledger import Ledger
from geodata.synthetic import make_town
from maps.backdrop import Backdrop
from maps.canvas import empty_map
from maps.heat import hazard_map

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ROUNDS = 15
DAY = date(2024, 6, 30)

PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint) done(paint.startTime);
}).observe({ type: "paint", buffered: true }))"""

DRAWN = """() => new Promise((done) => {
  const check = () => {
    const image = document.querySelector(".leaflet-heat-pane img");
    return image && image.complete ? done(performance.now()) : requestAnimationFrame(check);
  };
  check();
})"""


def write_pages(folder: Path) -> tuple[Path, Path, float]:
    """Write the hazard map and the empty one; give their paths and the seconds that drawing took."""
    made = make_town("humen")
    ledger = Ledger.whole(made.town, made.frames)
    register, backdrop = hazard_register(ledger, DAY), Backdrop.from_ledger(ledger)
    start = time.perf_counter()
    html = hazard_map(register, backdrop)
    seconds = time.perf_counter() - start
    hazards, empty = folder / "hazards.html", folder / "empty.html"
    hazards.write_text(html, encoding="utf-8")
    empty.write_text(empty_map(), encoding="utf-8")
    return hazards, empty, seconds


def first_paint(browser: Browser, page_file: Path, drawn: str | None = None) -> tuple[float, float]:
    """Give milliseconds to the first contentful paint, and until the heat picture is there."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_offline(True)
    page = context.new_page()
    page.goto(page_file.as_uri(), wait_until="commit")
    there = float(page.evaluate(drawn)) if drawn else 0.0
    paint = float(page.evaluate(PAINTED))
    context.close()
    return paint, there


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        hazards, empty, seconds = write_pages(Path(name))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        first_paint(browser, empty)
        rounds = [(first_paint(browser, hazards, DRAWN), first_paint(browser, empty)) for _ in range(ROUNDS)]
        browser.close()
        beside = hazards.stat().st_size - empty.stat().st_size
    full, bare = median(one[0][0] for one in rounds), median(one[1][0] for one in rounds)
    print(f"hazard map, drawn by Python in       {seconds:.2f} s")
    print(f"bytes beside the inlined libraries   {beside:,} (promise: 1,000,000)")
    print(f"first paint, hazard map              {full:.0f} ms (median of {ROUNDS})")
    print(f"first paint, empty Folium map        {bare:.0f} ms (median of {ROUNDS}; Leaflet alone inlined)")
    print(f"ratio                                {full / bare:.2f} (promise: 1.5)")
    print(f"heat picture on the screen           {median(one[0][1] for one in rounds):.0f} ms")
    return int(beside > 1_000_000 or full > 1.5 * bare)


if __name__ == "__main__":
    sys.exit(main())
