"""A town at work at once: 424 inspectors post a morning with photos, 30 leaders look, one clerk imports 131,275 visits.

A real server process on loopback. The load comes from a process of its own: a thread and a kept connection for each
person, each with an own account, token and, as an inspector, an own part of the town. Inspectors take their day along
(`GET /api/v1/phone`), then post visits spread evenly over the time, each with a photo (real JPEGs of some 60 kB) and
every third with a hazard. Leaders open the board, a district's and the figures by grid every so many seconds; a
quarter of the way through the clerk runs `wangge import`. The resident memory of the server and of the processes it
started is read each second.

Prints p50, p95 and the longest of each kind of request, the share of errors, the memory at a tenth of the time and at
half and the end, and the slope of the second half; exits 1 when anything was refused or lost.

    python benchmarks/load.py [STORE] [--store file|postgresql] [--size humen] [--minutes 10] [--inspectors 424]

The ten minutes of the goal: `--minutes 10`; the soak: `--minutes 30`; a short look: `--minutes 5`.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from PIL import Image

from coverage.assess import NEEDED, assess
from coverage.rules import parse_rules
from geodata.accounts.book import Accounts
from geodata.accounts.model import User
from geodata.ledger import Ledger
from geodata.store import create_store, open_store
from geodata.store.copying import copy_town
from geodata.store.location import Where, store_path
from geodata.synthetic import make_town
from tests import postgres

DAY = "2024-06-30"
WANGGE = (sys.executable, "-c", "import sys; from api.cli import main; sys.exit(main(sys.argv[1:]))")
IDLE_S = 2.0
LOOK_S = 20.0
"""Seconds from one look of a leader to the next."""
IMPORT_AT = 0.25
"""Part of the time after which the clerk begins."""


class Person:
    """One kept connection, one token; keeps how long each request took and how it was answered."""

    def __init__(self, port: int, token: str) -> None:
        self._http = HTTPConnection("127.0.0.1", port, timeout=120)
        self._token = token
        self._asked = time.monotonic()
        self.taken: list[tuple[str, float, int]] = []

    def ask(
        self, kind: str, method: str, path: str, body: bytes | None = None, media: str = "application/json"
    ) -> None:
        """Ask, and keep kind, seconds and status (0: no answer)."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Encoding": "gzip"}
        if time.monotonic() - self._asked > IDLE_S:
            self._http.close()  # as a browser does before the service would
        self._asked = time.monotonic()
        begin = time.perf_counter()
        try:
            self._http.request(method, path, body, headers | ({"Content-Type": media} if body else {}))
            answer = self._http.getresponse()
            answer.read()
            status = answer.status
        except (OSError, HTTPException):
            self._http.close()
            status = 0
        self.taken.append((kind, time.perf_counter() - begin, status))


def inspector(person: Person, who: dict[str, Any], visits: int, begin: float, seconds: float, photo: bytes) -> None:
    """Take the day along, then post visits spread over the time, each when it is its turn."""
    pace = seconds * 0.9 / visits
    time.sleep(max(0.0, begin + who["phase"] * pace - time.time()))  # people don't begin in the same second
    person.ask("phone's day", "GET", f"/api/v1/phone?officer={quote(who['officer'])}&date={DAY}")
    for visit in range(visits):
        time.sleep(max(0.0, begin + (visit + who["phase"]) * pace - time.time()))
        place = who["places"][visit % len(who["places"])]
        moment = f"{DAY}T{8 + visit // 60 % 12:02d}:{visit % 60:02d}:00+08:00"
        own = f"load-{who['officer']}-{visit}"
        row = {"id": own, "place_id": place["id"], "officer": who["officer"], "at": moment, "accuracy": 8}
        row |= {"lon": place["lon"], "lat": place["lat"]}
        person.ask("inspection", "POST", "/api/v1/inspections", json.dumps(row).encode())
        picture = marked(photo, own)
        name = hashlib.sha256(picture).hexdigest()
        person.ask("photo", "PUT", f"/api/v1/photos/{name}?inspection_id={quote(own)}", picture, "image/jpeg")
        if visit % 3 == 0:
            found = {"id": f"H-{own}", "inspection_id": own, "place_id": place["id"], "found_at": moment}
            person.ask("hazard", "POST", "/api/v1/hazards", json.dumps(found | {"photos": [name]}).encode())


def leader(person: Person, who: dict[str, Any], begin: float, seconds: float) -> None:
    """Look at the board, at a district's, at the figures by grid, again and again."""
    number = 0
    while (due := begin + (number + who["phase"]) * LOOK_S) < begin + seconds:
        time.sleep(max(0.0, due - time.time()))
        person.ask("board", "GET", "/board")
        person.ask(
            "board of a district", "GET", f"/board?area=district:{who['districts'][number % len(who['districts'])]}"
        )
        person.ask("figures by grid", "GET", "/api/v1/coverage?by=grid")
        number += 1


def marked(jpeg: bytes, text: str) -> bytes:
    """Give a JPEG with a comment of its own: another file, the same picture."""
    comment = text.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + jpeg[2:]


def picture() -> bytes:
    """Give a JPEG of some 60 kB that looks like something."""
    noise = np.random.default_rng(1).integers(0, 255, (45, 60, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).resize((1200, 900), Image.Resampling.BICUBIC).save(file, "JPEG", quality=75)
    return file.getvalue()


def drive(told: dict[str, Any]) -> None:
    """Be everybody but the clerk; print what was asked, for how long, and the answers."""
    threading.stack_size(512 * 1024)
    photo, begin, people, threads = picture(), told["begin"], [], []
    for who in told["people"]:
        person = Person(told["port"], who["token"])
        people.append(person)
        if "officer" in who:
            what = (person, who, told["visits"], begin, told["seconds"], photo)
            threads.append(threading.Thread(target=inspector, args=what))
        else:
            threads.append(threading.Thread(target=leader, args=(person, who, begin, told["seconds"])))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps([each for person in people for each in person.taken]))


def people_of(store: Where, inspectors: int, leaders: int) -> list[dict[str, Any]]:
    """Give everybody an account and a token; who they are, and the places of each inspector's own grid."""
    with open_store(store) as opened:
        done = assess(opened.ledger(*NEEDED, columns=NEEDED), parse_rules(opened.rules_text()), day_of(DAY))
        ledger = opened.ledger("officers", "areas")
    located = done.places[(done.places["grid"] >= 0).to_numpy()]
    codes = done.areas["code"].to_numpy(dtype=object)[located["grid"]]
    by_grid: dict[str, list[dict[str, Any]]] = {}
    for grid, place, lon, lat in zip(codes, located["id"], located["lon"], located["lat"], strict=True):
        by_grid.setdefault(str(grid), []).append({"id": place, "lon": float(lon), "lat": float(lat)})
    officers = ledger.officers[(ledger.officers["role"] == "inspector").to_numpy(bool)]
    own = [(str(row.id), str(row.area).split(";")[0]) for row in officers.itertuples()]
    own = [(officer, grid) for officer, grid in own if grid in by_grid][:inspectors]
    districts = list(ledger.areas.loc[(ledger.areas["level"] == "district").to_numpy(bool), "code"])
    accounts, people = Accounts(store), []
    accounts.add(User("clerk", "办事员", "clerk"), "bench")
    for number, (officer, grid) in enumerate(own):
        accounts.add(User(officer, officer, "inspector", officer=officer), "bench")
        who = {"officer": officer, "places": by_grid[grid][:50], "phase": number / max(len(own), 1)}
        people.append(who | {"token": token_of(accounts, officer)})
    for number in range(leaders):
        accounts.add(User(f"leader{number}", "领导", "leader"), "bench")
        who = {"districts": districts, "phase": number / max(leaders, 1)}
        people.append(who | {"token": token_of(accounts, f"leader{number}")})
    accounts.close()
    return people


def day_of(text: str) -> Any:
    """Give a date."""
    return np.datetime64(text).astype(object)


def token_of(accounts: Accounts, login: str) -> str:
    """Make a token."""
    return accounts.make_token(login, "load", 1, read_only=False)[1]


def ledger_file(store: Where, path: Path) -> int:
    """Write all inspections of the town as a ledger that is new to it: other ids, an hour earlier; give how many."""
    with open_store(store) as opened:
        ledger: Ledger = opened.ledger("inspections")
    rows = ledger.inspections
    frame = rows[["id", "place_id", "officer", "by", "kind", "accuracy"]].copy()
    frame["id"] = "D" + frame["id"]
    frame["at"] = (rows["at"].dt.tz_localize(None) - np.timedelta64(1, "h")).dt.strftime("%Y-%m-%d %H:%M:%S")
    frame["lon"], frame["lat"] = rows.geometry.x, rows.geometry.y
    frame.to_csv(path, index=False)
    return len(frame)


@contextmanager
def served(store: Where, log: Path) -> Iterator[tuple[int, int]]:
    """Run `wangge serve`; give the port where it answers and its process."""
    command = [*WANGGE, "serve", store_url(store), "--port", "0"]
    with log.open("w") as errors, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as server:
        try:
            assert server.stdout
            found = re.search(r"127\.0\.0\.1:(\d+)", server.stdout.readline())
            if found is None:
                raise SystemExit(f"the service did not start: {log.read_text()}")
            yield int(found[1]), server.pid
        finally:
            server.terminate()


def store_url(store: Where) -> str:
    """Give a store as the command line takes it."""
    return str(store)


def resident_mb(root: int) -> tuple[float, float]:
    """Give the resident MB of a process, and of all that it started (Linux)."""
    parents: dict[int, list[int]] = {}
    sizes: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            sizes[int(folder.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        except (OSError, IndexError):  # it has ended
            continue
        parents.setdefault(int(fields[1]), []).append(int(folder.name))
    waiting, children = list(parents.get(root, [])), 0.0
    while waiting:
        each = waiting.pop()
        children += sizes[each]
        waiting += parents.get(each, [])
    return sizes.get(root, 0.0), children


def processor_s(process: int) -> float:
    """Give the seconds of the processor that a process has had (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def watch(server: int, seconds: float, clerk: list[str] | None, load: subprocess.Popen[str]) -> tuple[Any, Any]:
    """Read the memory each second until the load has ended; have the clerk begin when it is time."""
    begin, samples, importing, took = time.perf_counter(), [], None, None
    while load.poll() is None:
        passed = time.perf_counter() - begin
        samples.append((passed, *resident_mb(server)))
        if clerk and importing is None and passed >= seconds * IMPORT_AT:
            importing = (subprocess.Popen(clerk, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True), passed)
        if importing and took is None and importing[0].poll() is not None:
            took = passed - importing[1]
        time.sleep(1)
    answer = None
    if importing:
        out, err = importing[0].communicate(timeout=300)
        answer = (importing[0].returncode, out if importing[0].returncode == 0 else err, took)
    return np.array(samples), answer


def report(taken: list[tuple[str, float, int]], samples: Any, cpu_s: float) -> int:
    """Print what was measured; give how many requests were not answered as they should be."""
    wrong = [(kind, status) for kind, _, status in taken if not 200 <= status < 300]
    for kind in dict.fromkeys(kind for kind, _, _ in taken):
        ms = np.array([seconds for name, seconds, _ in taken if name == kind]) * 1000
        p50, p95 = np.percentile(ms, [50, 95])
        print(f"  {kind:22}{len(ms):7,}  p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  longest {ms.max():8.1f} ms")
    counted = {each: wrong.count(each) for each in set(wrong)}
    print(f"  requests {len(taken):,}, errors {len(wrong)} ({len(wrong) / max(len(taken), 1):.2%}) {counted or ''}")
    at, own, children = samples.T
    late, half = at >= at[-1] / 10, at >= at[-1] / 2
    slope = np.polyfit(at[half], own[half], 1)[0] * 60
    tenth, middle, last = np.median(own[late][:5]), np.median(own[half][:5]), np.median(own[-5:])
    print(
        f"  the server: {tenth:.0f} MB at a tenth of the time, {middle:.0f} at half, {last:.0f} at the end, at most"
        f" {own.max():.0f}; in the second half {slope:+.2f} a minute;"
        f" its children at most {children.max():.0f} MB; {cpu_s / at[-1]:.2f} cores"
    )
    return len(wrong)


def counts(store: Where, tables: tuple[str, ...]) -> dict[str, int]:
    """Count the rows of tables."""
    with open_store(store) as opened:
        frames = opened.ledger(*tables, columns=dict.fromkeys(tables, ("id",))).frames
    return {name: len(frame) for name, frame in frames.items()}


def run(store: Where, folder: Path, options: argparse.Namespace) -> int:
    """Give everybody an account, serve, load, watch, look whether everything is there."""
    tables = ("inspections", "hazards", "photos")
    people, before = people_of(store, options.inspectors, options.leaders), counts(store, tables)
    clerk, imported = None, 0
    if not options.no_import:
        imported = ledger_file(store, folder / "ledger.csv")
        clerk = [*WANGGE, "import", store_url(store), "inspections", str(folder / "ledger.csv"), "--datum", "wgs84"]
        clerk += ["--format", "json"]
    seconds = options.minutes * 60
    with served(store, folder / "server.log") as (port, server):
        told = {"port": port, "people": people, "visits": options.visits, "seconds": seconds, "begin": time.time() + 5}
        (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
        command = [sys.executable, __file__, "--drive", str(folder / "told.json")]
        had, out = processor_s(server), folder / "taken.json"
        with out.open("w") as file, subprocess.Popen(command, stdout=file, text=True) as load:
            samples, answer = watch(server, seconds, clerk, load)
        had = processor_s(server) - had
    taken = json.loads(out.read_text(encoding="utf-8"))
    print(f"{options.inspectors} inspectors, {options.leaders} leaders, {options.minutes:g} minutes, {options.store}")
    wrong = report(taken, samples, had)
    if answer is not None:
        code, words, took = answer
        said = json.loads(words)["inserted"] if code == 0 else words
        print(f"  wangge import: {said} rows, {f'{took:.0f} s' if took else 'to the end'}")
        wrong += code != 0 or said != imported
    after = counts(store, tables)
    posted = {name: sum(1 for kind, _, status in taken if kind == one and status == 201) for name, one in (
        ("inspections", "inspection"), ("hazards", "hazard"), ("photos", "photo"))}  # fmt: skip
    posted["inspections"] += imported
    lost = {name: before[name] + posted[name] - after[name] for name in tables}
    with open_store(store) as opened:
        faults = opened.check()
    print(f"  rows lost {lost}; faults found by the check of the store: {len(faults)}")
    errors = (folder / "server.log").read_text(encoding="utf-8")
    if "Traceback" in errors:
        print(errors[-4000:])
    return wrong + sum(abs(each) for each in lost.values()) + len(faults)


def main() -> int:
    """Make the town when no store is given; a copy of it in the store that is asked for; load it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("town", nargs="?", metavar="STORE", help="a copy of it is taken")
    parser.add_argument("--store", choices=("file", "postgresql"), default="file")
    parser.add_argument("--size", default="humen", choices=("village", "humen"))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--inspectors", type=int, default=424)
    parser.add_argument("--leaders", type=int, default=30)
    parser.add_argument("--visits", type=int, default=10, help="of each inspector, over the whole time")
    parser.add_argument("--no-import", action="store_true", help="no clerk")
    parser.add_argument("--drive", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.drive:
        drive(json.loads(Path(options.drive).read_text(encoding="utf-8")))
        return 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wangge-load-")))
        file = folder / "town.gpkg"
        if options.town:
            shutil.copyfile(options.town, file)
        else:
            made = make_town(options.size)
            with create_store(file, made.town) as store:
                store.write_many(made.frames, actor="demo", action="demo", source="bench")
        if options.store == "file":
            return min(run(file, folder, options), 1)
        address = stack.enter_context(postgres.server(("shared_buffers=256MB",)))
        open_store(file, write=True).close()  # one of an older version is brought up
        where = store_path(postgres.fresh(address, files=folder))
        copy_town(file, where)
        return min(run(where, folder, options), 1)


if __name__ == "__main__":
    sys.exit(main())
