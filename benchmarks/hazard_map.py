"""The hazard map of `humen` against an empty Folium map and folium's own `HeatMap` of the same hazards.

All three are opened in turn by the same headless Chromium, network off; the median of each counts. Prints one line a
figure; exits 1 when a promise is broken: the packed hazards ≤ 300 kB, first paint ≤ 1.3 × the empty map's, 30 frames a
second while panning, ≤ 80 MB of memory above the empty page.
"""

from __future__ import annotations

import gzip
import re
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

import folium
from folium.plugins import HeatMap
from playwright.sync_api import Browser, sync_playwright

from coverage.hazards import hazard_register
from geodata.ledger import Ledger
from geodata.synthetic import make_town
from maps import assets
from maps.backdrop import Backdrop
from maps.canvas import LeafletMap, empty_map
from maps.heat import hazard_map
from maps.page import Fragment, Page

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ROUNDS = 15
DRAG_SECONDS = 3.0
DAY = date(2024, 6, 30)

PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint) done(paint.startTime);
}).observe({ type: "paint", buffered: true }))"""

DRAWN = """() => new Promise((done) => {
  const check = () => (WHEN ? done(performance.now()) : requestAnimationFrame(check));
  check();
})"""
OURS = DRAWN.replace("WHEN", "typeof wangge !== 'undefined' && wangge.heatShown && wangge.heatShown.views")
THEIRS = DRAWN.replace("WHEN", "document.querySelector('canvas.leaflet-heatmap-layer')")

COUNT = """() => {
  window.frames_ = 0;
  const step = () => { window.frames_ += 1; requestAnimationFrame(step); };
  requestAnimationFrame(step);
}"""
REDRAWN = """() => {
  const start = performance.now();
  for (let round = 0; round < 5; round += 1) wangge.drawHeat(wangge.heatShown, false);
  return (performance.now() - start) / 5;
}"""


def write_pages(folder: Path) -> tuple[dict[str, Path], float]:
    """Write the hazard map, the empty one and folium's; give their paths and the seconds that drawing ours took."""
    made = make_town("humen")
    ledger = Ledger.whole(made.town, made.frames)
    register, backdrop = hazard_register(ledger, DAY), Backdrop.from_ledger(ledger)
    start = time.perf_counter()
    html = hazard_map(register, backdrop)
    seconds = time.perf_counter() - start
    hazards = register.hazards[register.hazards["lon"].notna() & ~register.hazards["void"]]
    texts = {"ours": html, "empty": empty_map(), "folium": folium_map(hazards[["lat", "lon"]].to_numpy().tolist())}
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}, seconds


def folium_map(points: list[list[float]]) -> str:
    """Give folium's own heat map of the points, with the script that folium carries inlined as Leaflet is."""
    page, bare = Page("folium"), LeafletMap(location=points[0], zoom_start=13, tiles=None)
    plugin = HeatMap(points)
    plugin.default_js = []
    script = Path(folium.__file__).parent / "templates" / "leaflet_heat.min.js"
    scripts = f"<script>{assets.leaflet_js()}</script><script>{script.read_text(encoding='utf-8')}</script>"
    page.header.add_child(Fragment(f"<style>{assets.leaflet_css()}</style>{scripts}"))
    bare.add_child(plugin)
    page.add_child(bare)
    return page.render()


def opened(browser: Browser, page_file: Path, drawn: str | None = None) -> dict[str, float]:
    """Give milliseconds to the first paint and until the heat is there, then the megabytes of the page's heap."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_offline(True)
    page = context.new_page()
    page.goto(page_file.as_uri(), wait_until="commit")
    there = float(page.evaluate(drawn)) if drawn else 0.0
    paint = float(page.evaluate(PAINTED))
    tools = context.new_cdp_session(page)
    tools.send("HeapProfiler.collectGarbage")
    usage = tools.send("Runtime.getHeapUsage")
    heap = usage["usedSize"] + usage.get("backingStorageSize", 0)  # typed arrays and canvases lie beside the heap
    context.close()
    return {"paint": paint, "there": there, "heap": heap / 1e6}


def moving(browser: Browser, page_file: Path) -> tuple[float, float]:
    """Give frames a second while panning, and milliseconds that a picture of another time takes."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(page_file.as_uri())
    page.evaluate(OURS)
    redrawn = float(page.evaluate(REDRAWN))
    page.mouse.move(900, 450)
    page.mouse.down()
    page.evaluate(COUNT)
    start, moves = time.perf_counter(), 0
    while time.perf_counter() - start < DRAG_SECONDS:
        page.mouse.move(900 + 10 * (moves % 40 - 20), 450 + 5 * (moves % 30 - 15))
        moves += 1
    frames = float(page.evaluate("window.frames_")) / (time.perf_counter() - start)
    page.mouse.up()
    page.close()
    return frames, redrawn


def main() -> int:
    """Measure and print."""
    ways = {"empty": None, "ours": OURS, "folium": THEIRS}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        files, seconds = write_pages(Path(name))
        texts = {each: file.read_text(encoding="utf-8") for each, file in files.items()}
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened(browser, files["empty"])
        rounds = [{each: opened(browser, files[each], way) for each, way in ways.items()} for _ in range(ROUNDS)]
        frames, redrawn = moving(browser, files["ours"])
        browser.close()
    packed = re.search(r'"packed":"([^"]+)"', texts["ours"])
    hazards = len(packed[1]) * 3 // 4 if packed else 0
    middle = {
        each: {figure: median(one[each][figure] for one in rounds) for figure in ("paint", "there", "heap")}
        for each in ways
    }
    print(
        f"hazard map, drawn by Python in {seconds:.2f} s; hazards and inspections packed: {hazards:,} bytes (≤ 300,000)"
    )
    print("page     bytes      compressed  first paint  heat there  memory")
    for each, one in middle.items():
        compressed = len(gzip.compress(texts[each].encode(), 6))
        bytes_ = f"{each:<7}{len(texts[each].encode()):>11,}{compressed:>12,}"
        print(f"{bytes_}{one['paint']:>10.0f} ms{one['there']:>9.0f} ms{one['heap']:>8.1f} MB")
    ratio, above = middle["ours"]["paint"] / middle["empty"]["paint"], middle["ours"]["heap"] - middle["empty"]["heap"]
    print(f"first paint against the empty page {ratio:.2f} (≤ 1.3); memory above it {above:.1f} MB (≤ 80)")
    print(f"panning {frames:.0f} frames a second (≥ 30); another time in {redrawn:.0f} ms")
    return int(hazards > 300_000 or ratio > 1.3 or above > 80 or frames < 30)


if __name__ == "__main__":
    sys.exit(main())
