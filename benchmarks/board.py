"""The leader's board of `humen` as a leader meets it: over fast 3G, with a browser that has seen nothing yet.

The town is made and served on this machine; Chromium's own network emulation slows the way to it down (fast 3G as
Chrome's developer tools had it: 1.6 Mbit/s down, 0.75 Mbit/s up, 150 ms a round trip; a telephone of 390 × 844). Bytes
are those that came over the wire, headers too. Prints a line a page; exits 1 when the promise is broken: the board's
first contentful paint ≤ 1.5 s, all it asks for ≤ 500 kB. With a path, that store is served (a copy of it: what serves
a store writes beside it).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, sync_playwright

from geodata.store import create_store
from geodata.synthetic import make_town

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FAST_3G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
ROUNDS = 7
PAINT_S, BYTES = 1.5, 500_000
DISTRICT = r'href="\?as_of=[^"]*area=(district%3A[^"&]+)'

PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint) done(paint.startTime);
}).observe({ type: "paint", buffered: true }))"""


def main(given: str | None) -> int:
    """Measure the boards of the town and of a district, and the page that opened first so far."""
    with tempfile.TemporaryDirectory(prefix="wangge-board-") as folder:
        store = Path(folder) / "humen.gpkg"
        if given:
            store.write_bytes(Path(given).read_bytes())
        else:
            made = make_town("humen")
            with create_store(store, made.town) as opened:
                opened.write_many(made.frames, actor="benchmark", action="demo", source="benchmark")
        command = [str(Path(sys.executable).with_name("wangge")), "serve", str(store), "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout
                found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
                assert found
                return measured(found.group())
            finally:
                process.terminate()


def measured(address: str) -> int:
    """Print the figures; give how many promises are broken."""
    with urllib.request.urlopen(f"{address}/board") as answer:
        html = answer.read().decode()
    district = re.search(DISTRICT, html)
    pages = {"board": "/board", "home": "/"}
    if district:
        pages["board of a district"] = f"/board?area={district[1]}"
    broken = 0
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, path in pages.items():
            begin = perf_counter()
            urllib.request.urlopen(address + path).read()
            first = perf_counter() - begin
            paints, sizes = zip(*(opened(chromium, address + path) for _ in range(ROUNDS)), strict=True)
            paint, size = median(paints), median(sizes)
            print(
                f"{name}: first paint {paint:.2f} s ({min(paints):.2f}–{max(paints):.2f}), {size:,.0f} bytes; ", end=""
            )
            print(f"the service's own first answer {first:.2f} s")
            if name.startswith("board"):
                broken += (paint > PAINT_S) + (size > BYTES)
        chromium.close()
    return broken


def opened(chromium: Browser, url: str) -> tuple[float, float]:
    """Open a page with an empty cache; give seconds to its first contentful paint, and bytes of all it asked for."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", FAST_3G)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    paint = page.evaluate(PAINTED) / 1000
    context.close()
    return paint, sum(sizes)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1] if len(sys.argv) > 1 else None), 1))
