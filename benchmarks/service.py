"""The service beside a bare one: posting inspections, and figures by grid while fifty post.

The bare one is FastAPI and SQLite and nothing else: the same body checked by pydantic, the same columns inserted and
committed (WAL, synchronous=FULL) on one connection behind a lock, selected by its id to be answered. Both are real
processes on loopback, loaded by the same fifty writers in a process of their own, in turn, five runs each; medians are
compared. While the writers post to ours, one person asks for the coverage by grid again and again.

Goals of issue 9: posting >= 0.5 x the bare one; figures by grid p95 <= 100 ms. (The board's first paint is measured by
`benchmarks/board.py`.) Exits 1 when one is missed.

    python benchmarks/service.py [STORE] [--runs 5] [--posts 40] [--writers 50]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np

from geodata.store import create_store, open_store
from geodata.synthetic import make_town

DAY = "2024-06-30"
LEAST_RATIO, MOST_MS = 0.5, 100.0
WANGGE = "import sys; from api.cli import main; sys.exit(main(sys.argv[1:]))"
BARE = """
import socket, sqlite3, sys, threading
from datetime import datetime
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

connection = sqlite3.connect(sys.argv[1], isolation_level=None, check_same_thread=False)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA synchronous = FULL")
columns = ("id", "place_id", "officer", "at", "accuracy", "lon", "lat")
connection.execute(f"CREATE TABLE inspections ({', '.join(columns)}, PRIMARY KEY (id))")
lock, app = threading.Lock(), FastAPI()


class Inspection(BaseModel):
    id: str
    place_id: str
    officer: str
    at: datetime
    accuracy: float
    lon: float
    lat: float


@app.post("/api/v1/inspections", status_code=201)
def post(new: Inspection):
    values = [new.id, new.place_id, new.officer, new.at.isoformat(), new.accuracy, new.lon, new.lat]
    with lock:
        connection.execute("INSERT INTO inspections VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        row = connection.execute("SELECT * FROM inspections WHERE id = ?", (new.id,)).fetchone()
    return dict(zip(columns, row))


listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # answers are not held back
listener.bind(("127.0.0.1", 0))
listener.listen(2048)
print(f"http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])
"""


@contextmanager
def running(program: str, *arguments: str) -> Iterator[int]:
    """Run a service; give the port where it answers."""
    command = [sys.executable, "-c", program, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout
            found = re.search(r"127\.0\.0\.1:(\d+)", server.stdout.readline())
            if found is None:
                raise SystemExit("a service did not start")
            yield int(found[1])
        finally:
            server.terminate()


def ask(http: HTTPConnection, method: str, path: str, body: bytes | None = None) -> None:
    """Ask; an answer that is no success ends the benchmark."""
    http.request(method, path, body, {"Content-Type": "application/json"} if body else {})
    answer = http.getresponse()
    content = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"{method} {path}: {answer.status} {content.decode()}")


def write(port: int, run: str, writers: int, posts: int, places: list[Any]) -> None:
    """Post with so many writers, each as fast as it is answered; say when they begin, and the seconds they took."""
    barrier = threading.Barrier(writers + 1)

    def one(number: int) -> None:
        http = HTTPConnection("127.0.0.1", port, timeout=120)
        http.connect()
        barrier.wait()
        for post in range(posts):
            place, lon, lat = places[(number * posts + post) % len(places)]
            at = f"{DAY}T{9 + post // 60 % 9:02d}:{post % 60:02d}:00+08:00"
            row = {"id": f"{run}-{number}-{post}", "place_id": place, "officer": "B000", "at": at}
            row |= {"accuracy": 8, "lon": lon, "lat": lat}
            ask(http, "POST", "/api/v1/inspections", json.dumps(row).encode())

    threads = [threading.Thread(target=one, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    barrier.wait()
    print("begun", flush=True)
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    print(time.perf_counter() - begin)


def posting(port: int, run: str, options: argparse.Namespace, places: Path, seen: list[float] | None) -> float:
    """Give the posts a second of the writers; meanwhile take seconds of figures by grid, where they are wanted."""
    command = [sys.executable, __file__, "--write", str(port), run, str(places)]
    command += ["--writers", str(options.writers), "--posts", str(options.posts)]
    http = HTTPConnection("127.0.0.1", port, timeout=120)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writers:
        assert writers.stdout
        writers.stdout.readline()  # what is asked before they begin waits for nobody
        while writers.poll() is None:
            if seen is not None:
                begin = time.perf_counter()
                ask(http, "GET", f"/api/v1/coverage?by=grid&as_of={DAY}")
                seen.append(time.perf_counter() - begin)
            time.sleep(0.05)
        return options.writers * options.posts / float(writers.communicate()[0])


def compare(store: Path, folder: Path, options: argparse.Namespace) -> int:
    """Print both, the ratio and the figures; give how many goals are missed."""
    with open_store(store) as opened:
        rows = opened.ledger("places").places
    rows = rows[~rows.geometry.isna()].sample(frac=1, random_state=1).head(5_000)
    places = folder / "places.json"
    places.write_text(json.dumps(list(zip(rows["id"], rows.geometry.x, rows.geometry.y, strict=True))))
    ours, bare, alone, seen = [], [], [], []
    with running(WANGGE, "serve", str(store), "--port", "0") as own, running(BARE, str(folder / "bare.db")) as other:
        http = HTTPConnection("127.0.0.1", own, timeout=120)
        ask(http, "GET", f"/api/v1/coverage?by=grid&as_of={DAY}")
        for run in range(options.runs):
            bare.append(posting(other, f"bare-{run}", options, places, None))
            alone.append(posting(own, f"alone-{run}", options, places, None))
            ours.append(posting(own, f"ours-{run}", options, places, seen))
    a, b, c = statistics.median(alone), statistics.median(bare), statistics.median(ours)
    p50, p95 = np.percentile(seen, [50, 95]) * 1000
    print(f"{options.writers} writers, median of {options.runs}; load {os.getloadavg()[0]:.1f}")
    print(f"posts a second: {a:.0f} ({min(alone):.0f} to {max(alone):.0f}), while figures are asked for {c:.0f}")
    print(f"bare FastAPI and SQLite: {b:.0f} ({min(bare):.0f} to {max(bare):.0f})")
    print(f"ratio: {a / b:.2f} (goal >= {LEAST_RATIO}), while figures are asked for {c / b:.2f}")
    print(f"figures by grid meanwhile: p50 {p50:.1f} ms, p95 {p95:.1f} ms (goal <= {MOST_MS:.0f}), n = {len(seen)}")
    return int(a / b < LEAST_RATIO) + int(p95 > MOST_MS)


def main() -> int:
    """Make the humen town when no store is given; compare on a copy."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", nargs="?")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--posts", type=int, default=40, help="of each writer in each run")
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--write", nargs=3, metavar=("PORT", "RUN", "PLACES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        port, run, path = options.write
        write(int(port), run, options.writers, options.posts, json.loads(Path(path).read_text()))
        return 0
    with tempfile.TemporaryDirectory(prefix="wangge-service-") as name:
        folder = Path(name)
        store = folder / "town.gpkg"
        if options.store:
            shutil.copyfile(options.store, store)
        else:
            made = make_town("humen")
            with create_store(store, made.town) as opened:
                opened.write_many(made.frames, actor="demo", action="demo", source="bench")
        return min(compare(store, folder, options), 1)


if __name__ == "__main__":
    sys.exit(main())
