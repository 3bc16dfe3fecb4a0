"""The OGC part of the service at the scale of 虎门: GDAL reads every row, pages, filters, tiles; beside GDAL on a file.

A real server process on loopback. GDAL's client reads all places with pages of 1,000 (as it asks by itself) and of
10,000; beside it GDAL reads the same features from one GeoJSON file: what parsing alone takes.

    python benchmarks/ogc.py [STORE]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pyogrio

TILES = {10: (445, 835), 13: (3563, 6682), 15: (14252, 26729), 17: (57008, 106917)}
"""Level → row and column of tiles in the middle of the made-up town."""


@contextmanager
def served(store: Path) -> Iterator[str]:
    """Serve a store on a free port; give the address once it answers."""
    command = ["wangge", "serve", str(store), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        line = server.stdout.readline() if server.stdout else ""
        try:
            yield line.split("：")[1].split("/ ")[0] + "/ogc"
        finally:
            server.terminate()


def seconds(what: Callable[[], object], times: int = 5) -> str:
    """Give the middle of some runs, in ms, and the least and the most."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        what()
        taken.append((time.perf_counter() - begun) * 1000)
    return f"{np.median(taken):,.0f} ms ({min(taken):,.0f}–{max(taken):,.0f})"


def content(address: str) -> bytes:
    """Give what an address answers."""
    with urllib.request.urlopen(address) as answer:
        return bytes(answer.read())


def main() -> None:
    """Run all of it and print it."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "town.gpkg"
        if not store.exists():
            subprocess.run(["wangge", "demo", "--size", "humen", "--no-serve", "--store", str(store)], check=True)
        with served(store) as root:
            measure(root, Path(folder))


def measure(root: str, folder: Path) -> None:
    """Measure one service."""
    items = f"{root}/collections/places/items"
    features: list[object] = []
    following: str | None = f"{items}?limit=10000"
    while following:
        page = json.loads(content(following))
        features += page["features"]
        following = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    file = folder / "places.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    source = f"OAPIF:{root.removesuffix('/ogc')}/ogc"
    print(f"{len(features):,} places")
    for pages in (1000, 10_000):
        took = seconds(lambda pages=pages: pyogrio.read_dataframe(source, layer="places", PAGE_SIZE=pages), 3)
        print(f"GDAL, pages of {pages:,}: {took}")
    print(f"GDAL on a file of the same features: {seconds(lambda: pyogrio.read_dataframe(file), 3)}")
    for name, query in (
        ("a page of 10,000", "limit=10000"),
        ("a page of 10,000 in EPSG:4547", "limit=10000&crs=http://www.opengis.net/def/crs/EPSG/0/4547"),
        ("a page of 100 in a box", "bbox=113.6,22.8,113.65,22.82"),
        ("a page of 100 by CQL2", "filter=" + quote("risk = '重大' OR headcount > 50 AND name LIKE '%厂%'")),
    ):
        print(f"{name}: {seconds(lambda query=query: content(f'{items}?{query}'))}")
    print(f"a page of 10,000 hazards: {seconds(lambda: content(f'{root}/collections/hazards/items?limit=10000'))}")
    for name in ("places", "hazards"):
        for level, (row, column) in TILES.items():
            address = f"{root}/collections/{name}/tiles/WebMercatorQuad/{level}/{row}/{column}"
            took = seconds(lambda address=address: content(address))
            print(f"tile of {name}, level {level}, {len(content(address)):,} bytes: {took}")


if __name__ == "__main__":
    main()
