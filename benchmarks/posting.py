"""One new inspection → figures by the API, while ten writers post: seconds until the figures show it.

A real server process on loopback with the town of the scale of 虎门; ten writers in a process of their own, first at a
pace (each an inspection every so many seconds, which is far more than 424 inspectors do), then as fast as they are
answered. Beside them one person posts an inspection of a place that was not done, and asks for the figures of its grid
(or for the place itself) until they show it. Nothing is computed beforehand but the day that is asked for. Goal of
issue 5: p95 <= 50 ms.

    python benchmarks/posting.py [STORE] [--posts 30] [--pace 1.0]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np

from coverage.assess import NEEDED, assess
from coverage.rules import parse_rules
from geodata.store import open_store

DAY = "2024-06-30"
WRITERS = 10
SERVER = """
import sys
from api.serving import serve
from api.settings import Settings
serve(Settings(store=sys.argv[1], port=int(sys.argv[2])))
"""
HIDDEN = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Client:
    """One kept connection to the service; `asked` counts the requests of this process."""

    asked = 0

    def __init__(self, port: int) -> None:
        self._http = HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Give the JSON that is answered; an answer that is no success ends the benchmark."""
        text = None if body is None else json.dumps(body)
        Client.asked += 1
        self._http.request(method, "/api/v1" + path, text, {"Content-Type": "application/json"} if text else {})
        answer = self._http.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {content.decode()}")
        return json.loads(content)


def inspection(place: dict[str, Any], second: int) -> dict[str, Any]:
    """Give an inspection at the place on the last day."""
    at = f"{DAY}T{9 + second // 3600 % 9:02d}:{second // 60 % 60:02d}:{second % 60:02d}+08:00"
    return {
        "place_id": place["id"],
        "at": at,
        "officer": "B000",
        "accuracy": 8,
        "lon": place["lon"],
        "lat": place["lat"],
    }


def write_on(port: int, posts: int, pace: float, places: list[dict[str, Any]]) -> None:
    """Post with ten writers; `pace` seconds from one post of a writer to his next, 0 for as fast as he is answered."""
    taken: list[float] = []
    begun = time.perf_counter()

    def write(number: int) -> None:
        client, start = Client(port), time.perf_counter() + pace * number / WRITERS
        for n in range(posts):
            time.sleep(max(0.0, start + n * pace - time.perf_counter()))
            asked = time.perf_counter()
            client.ask("POST", "/inspections", inspection(places[(number * posts + n) % len(places)], n))
            taken.append(time.perf_counter() - asked)

    together([threading.Thread(target=write, args=(number,)) for number in range(WRITERS)])
    print(json.dumps({"taken": taken, "seconds": time.perf_counter() - begun}))


def together(threads: list[threading.Thread]) -> None:
    """Start them all and wait for all."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def read_on(port: int, places: list[dict[str, Any]], over: Callable[[], bool]) -> dict[str, list[float]]:
    """Post and ask until the figures show it, again and again until the writers are done."""
    client = Client(port)
    seen: dict[str, list[float]] = {
        "post, then the grid's figures": [],
        "post, then the place": [],
        "figures alone": [],
    }
    for number, place in enumerate(places):
        if over():
            return seen
        by_grid, quoted = number % 2 == 0, urllib.parse.quote(place["id"], safe="")
        done = grid_done(client, place["grid"]) if by_grid else 0
        start = time.perf_counter()
        client.ask("POST", "/inspections", inspection(place, 3600 + number))
        while not (grid_done(client, place["grid"]) > done if by_grid else place_done(client, quoted)):
            pass
        seen["post, then the grid's figures" if by_grid else "post, then the place"].append(time.perf_counter() - start)
        start = time.perf_counter()
        grid_done(client, place["grid"])
        seen["figures alone"].append(time.perf_counter() - start)
        time.sleep(0.05)
    raise SystemExit("too few places for so many posts")


def grid_done(client: Client, grid: str) -> int:
    """Give the duties done in a grid."""
    rows = client.ask("GET", f"/coverage?by=grid&as_of={DAY}")["rows"]
    return int(next(row["done"] for row in rows if row.get("area") == grid))


def place_done(client: Client, quoted: str) -> bool:
    """Say whether the place has a duty done."""
    duties = client.ask("GET", f"/places/{quoted}?as_of={DAY}")["duties"]
    return any(duty["state"] == "done" for duty in duties)


@contextmanager
def served(store: str) -> Iterator[tuple[int, int]]:
    """Run the service of a store in a process of its own; give the port where it answers, and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with subprocess.Popen([sys.executable, "-c", SERVER, store, str(port)], **HIDDEN) as server:  # type: ignore[call-overload]
        try:
            wait_for(port)
            yield port, server.pid
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    """Wait until the service answers, and has the day at hand."""
    for _ in range(600):
        try:
            Client(port).ask("GET", f"/coverage?by=town&as_of={DAY}")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the service does not answer")


def processor_seconds(process: int) -> float:
    """Give the seconds of the processor that a process has had, in all its threads (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def undone_places(store: str) -> list[dict[str, Any]]:
    """Give places with a position in a grid that owe and have nothing done, none twice."""
    with open_store(store) as opened:
        done = assess(opened.ledger(*NEEDED, columns=NEEDED), parse_rules(opened.rules_text()), date.fromisoformat(DAY))
    duties, places = done.duties, done.places
    owing = np.zeros(len(places), dtype=bool)
    by_inspector = np.array([rule.by is None or "inspector" in rule.by for rule in done.rules])
    owing[duties["place"][duties["state"].isin(["overdue", "pending"]) & by_inspector[duties["rule"]]]] = True
    owing[duties["place"][duties["state"] == "done"]] = False
    frame = places[owing & (places["grid"] >= 0).to_numpy()].sample(frac=1, random_state=1)
    codes = done.areas["code"].to_numpy()[frame["grid"]]
    rows = zip(frame["id"], frame["lon"], frame["lat"], codes, strict=True)
    return [{"id": row[0], "lon": float(row[1]), "lat": float(row[2]), "grid": str(row[3])} for row in rows]


def measure(
    port: int, server: int, places: list[dict[str, Any]], posts: int, pace: float, name: str
) -> list[dict[str, Any]]:
    """Print what one person sees while ten post; give the places that are left."""
    mine, theirs = places[: len(places) // 4], places[len(places) // 2 :]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(theirs, file)
        file.flush()
        command = [
            sys.executable,
            __file__,
            "--write",
            str(port),
            file.name,
            "--posts",
            str(posts),
            "--pace",
            str(pace),
        ]
        had, begun, asked = processor_seconds(server), time.perf_counter(), Client.asked
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writers:
            seen = read_on(port, mine, lambda: writers.poll() is not None)
            written = json.loads(writers.communicate()[0])
        had, took = processor_seconds(server) - had, time.perf_counter() - begun
        asked = Client.asked - asked + len(written["taken"])
    print(f"{name}: {len(written['taken']) / written['seconds']:.0f} posts a second by {WRITERS} writers")
    for title, seconds in {**seen, "a post of the ten": written["taken"]}.items():
        p50, p95 = np.percentile(seconds, [50, 95]) * 1000
        print(
            f"  {title:32}p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  max {max(seconds) * 1000:6.1f} ms  (n = {len(seconds)})"
        )
    load = os.getloadavg()[0]
    print(f"  the server: {had / asked * 1000:.1f} ms of processor a request, {had / took:.2f} cores; load {load:.1f}")
    return places[len(mine) : len(places) // 2]


def main() -> None:
    """Make the town when no store is given, serve a copy, measure quiet, at a pace and at full speed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", nargs="?")
    parser.add_argument("--posts", type=int, default=30, help="of each writer")
    parser.add_argument("--pace", type=float, default=1.0, help="seconds from one post of a writer to his next")
    parser.add_argument("--write", nargs=2, metavar=("PORT", "PLACES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        places = json.loads(Path(options.write[1]).read_text(encoding="utf-8"))
        write_on(int(options.write[0]), options.posts, options.pace, places)
        return
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "town.gpkg")
        if options.store:
            shutil.copyfile(options.store, store)
        else:
            made = ("demo", "--size", "humen", "--no-serve", "--store", store)
            subprocess.run(
                [sys.executable, "-c", "import sys; from api.cli import main; sys.exit(main(sys.argv[1:]))", *made],
                check=True,
                **HIDDEN,
            )  # type: ignore[call-overload]
        places = undone_places(store)
        with served(store) as (port, server):
            left = measure(port, server, places, options.posts, options.pace, "at a pace")
            measure(port, server, left, options.posts, 0.0, "as fast as they are answered")


if __name__ == "__main__":
    main()
