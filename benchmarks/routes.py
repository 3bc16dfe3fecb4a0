"""Routes: Chao's team-orienteering instances beside their best known prizes, and a day of the made-up town `humen`.

`python benchmarks/routes.py --instances DIR --seconds N --json` plans every instance file of DIR (n, m, tmax, then
x, y, prize by line; the first node is the start, the last the finish) for N seconds, and prints one JSON list:
instance, prize, feasible, seconds; with `best_known.csv` in DIR also best_known and gap. Routes are checked here, in
plain floating point, apart from the planner.

`python benchmarks/routes.py` plans all 424 inspectors of `humen` for the first working day of a month, when every place
is due, on the road network, two at a time: every route through the checker, prizes beside those of who always goes to
the nearest place that still fits, and of who goes by the list. `--officers N`: only the first N.

`python benchmarks/routes.py --midday` keeps the morning's routes of the first N (20) of them, and times a change by
hand and the rest planned anew from half past twelve, each with what the service has at hand.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from time import perf_counter, process_time

import geopandas as gpd
import numpy as np
import shapely

from api.board import Board
from api.keeping import Change, changed, rest_planned
from api.routing import Ask, day_of, effort_of, known_of, plan_few, solved
from coverage.routes.check import faults
from coverage.routes.day import Day, plane_of, tasks_of
from coverage.routes.kept_plan import routes_of_plan
from coverage.routes.kept_rows import rows_of
from coverage.routes.network import Travel, travel_between
from coverage.routes.planner import solve, timed
from coverage.routes.problem import Officer, Problem, Stops
from coverage.routes.solver import Effort
from coverage.rules import parse_rules
from coverage.streets.network import Floats
from geodata.ledger import Ledger
from geodata.synthetic import make_town

DAY = date(2024, 7, 1)
UNIT = 1_000
"""A unit of an instance is so many of the planner's seconds."""
SECONDS_A_SEED = 5.0
PLACES = 1_000
REPLAN_S = 3.0
NOON = 12 * 3600
_NONE = gpd.GeoDataFrame({"officer": [], "place_id": [], "state": []}, geometry=[], crs=4326)


@dataclass(frozen=True)
class Instance:
    """One of Chao's: m routes not longer than `tmax` from the first node to the last."""

    name: str
    m: int
    tmax: float
    xy: Floats
    prize: Floats


def read_instance(path: Path) -> Instance:
    """Read a file as it comes."""
    lines = path.read_text(encoding="utf-8").splitlines()
    facts = dict(line.split() for line in lines[:3])
    rows = np.array([line.split() for line in lines[3:] if line.strip()], dtype=float)
    return Instance(path.stem, int(facts["m"]), float(facts["tmax"]), rows[:, :2], rows[:, 2])


def planned(instance: Instance, seconds: float) -> dict[str, object]:
    """Plan an instance, and check what was found."""
    xy, n = instance.xy[[*range(1, len(instance.xy) - 1), 0, -1]], len(instance.xy) - 2
    far = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
    travel = Travel(far * UNIT / 60, far, ("",) * len(xy), straight=True)
    end = int(instance.tmax * UNIT + 1e-6)
    officers = tuple(Officer(str(at), str(at), 0, end, "walk", n, n + 1) for at in range(instance.m))
    prize = instance.prize[1:-1]
    stops = Stops.of([str(at) for at in range(n)], prize, np.zeros(n))
    began = perf_counter()
    seeds = tuple(range(max(round(seconds / SECONDS_A_SEED), 1)))
    plan = solve(Problem(DAY, officers, stops, {"walk": travel}), Effort(seeds, seconds=seconds))
    took = perf_counter() - began
    routes = [[visit.stop for visit in route.visits] for route in plan.routes]
    visited = [stop for route in routes for stop in route]
    lengths = [sum(far[one, two] for one, two in zip([n, *route], [*route, n + 1], strict=True)) for route in routes]
    kept = len(set(visited)) == len(visited) and len(routes) <= instance.m
    feasible = bool(kept and max(lengths) <= instance.tmax + 1e-6)
    return {
        "instance": instance.name,
        "prize": round(float(prize[visited].sum()), 6),
        "feasible": feasible,
        "seconds": round(took, 2),
    }


def instances(folder: Path, seconds: float) -> Iterator[dict[str, object]]:
    """Plan every instance of a folder."""
    known = folder / "best_known.csv"
    best = {}
    if known.is_file():
        with known.open(encoding="utf-8") as file:
            best = {row["instance"]: float(row["best_known_prize"]) for row in csv.DictReader(file)}
    for path in sorted(folder.glob("*.txt")):
        found = planned(read_instance(path), seconds)
        if path.stem in best:
            gap = 1 - float(str(found["prize"])) / best[path.stem]
            found |= {"best_known": best[path.stem], "gap": round(gap, 5)}
        yield found


def town_day(officers: int | None) -> int:
    """Plan a day of `humen`, print the figures, give the exit code."""
    made = make_town("humen")
    ledger = Ledger.whole(made.town, made.frames)
    text = resources.files("geodata").joinpath("default_rules.toml").read_text(encoding="utf-8")
    began, own = perf_counter(), process_time()
    day = day_of(known_of(ledger, text, parse_rules(text), DAY), Ask(DAY))
    if officers is not None:
        day = type(day)(**{**vars(day), "officers": day.officers.head(officers)})
    print(f"{len(day.officers)} inspectors, {len(day.candidates):,} places due; figures {perf_counter() - began:.1f} s")
    plans = list(solved(tasks_of(day), effort_of(0), lambda stage, done, of: None, lambda: False))
    wall = perf_counter() - began
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = process_time() - own + children.ru_utime + children.ru_stime
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + 2 * children.ru_maxrss
    wrong = sum(bool(faults(plan.problem, route)) for _, plan in plans for route in plan.routes)
    ours = sum(route.prize for _, plan in plans for route in plan.routes)
    stops = sum(len(route.visits) for _, plan in plans for route in plan.routes)
    cut = sum(plan.cut_short for _, plan in plans)
    took = f"{wall:.0f} s on the wall, {cpu:.0f} s of processor, at most {memory / 2**20:.2f} GiB"
    print(f"planned: {stops:,} stops; {took}")
    print(f"not feasible: {wrong}; cut short: {cut}")
    least = np.inf
    for name, nearest in (("nearest first", True), ("as the list comes", False)):
        theirs = sum(_plain(plan.problem, nearest=nearest) for _, plan in plans)
        least = min(least, ours / theirs)
        print(f"prize {ours:,.0f} against {theirs:,.0f} {name}: {ours / theirs - 1:+.1%}")
    _matrices(ledger, day)
    return int(wrong > 0 or least < 1.1)


def midday(officers: int) -> int:
    """Plan the rest of some officers' days anew, one by one, print the figures, give the exit code."""
    made = make_town("humen")
    ledger = Ledger.whole(made.town, made.frames)
    text = resources.files("geodata").joinpath("default_rules.toml").read_text(encoding="utf-8")
    known = known_of(ledger, text, parse_rules(text), DAY)
    streets = {mode: known.streets(mode) for mode in ("walk", "car")}
    known = replace(known, streets=streets.__getitem__)
    people = ledger.officers["id"][ledger.officers["role"] == "inspector"].head(officers).tolist()
    planned, at = [], datetime(2024, 7, 1, tzinfo=UTC)
    for officer in people:
        planned += routes_of_plan(plan_few(known, Ask(DAY, officer)), actor="bench", at=at)
    kept, stops = rows_of(planned, made.town)
    tables = {"planned_routes": kept, "planned_stops": stops, "route_skips": _NONE}
    board = Board(DAY, ledger, Ledger(made.town, tables), text, known.streets, lambda: known)
    took: dict[str, list[float]] = {"change": [], "replan": []}
    wrong = 0
    for route in planned:
        began = perf_counter()
        changed(board, Change(route.officer, 1, "move", route.places[0], 3, actor="bench"), at)
        took["change"].append(perf_counter() - began)
        began = perf_counter()
        rest = rest_planned(board, route.officer, NOON + 1800, spot=None, seed=0, actor="bench", at=at).route
        took["replan"].append(perf_counter() - began)
        again = rest_planned(board, route.officer, NOON + 1800, spot=None, seed=0, actor="bench", at=at).route
        wrong += not rest.feasible or rest != again
    for name, seconds in took.items():
        print(f"{name}: median {np.median(seconds):.2f} s, at most {max(seconds):.2f} s of {len(seconds)}")
    print(f"not feasible, or not the same twice: {wrong}")
    return int(wrong > 0 or max(took["replan"]) > REPLAN_S)


def _plain(problem: Problem, *, nearest: bool) -> float:
    """Give the prize of who takes the nearest place that still fits, or the next of the list that does."""
    officer, route = problem.officers[0], []
    seconds = problem.travel[officer.mode].minutes * 60
    left = list(range(len(problem.stops.ids)))
    while left:
        at = route[-1] if route else officer.start
        left.sort(key=lambda stop: (seconds[at, stop], stop) if nearest else (0.0, stop))
        fit = (stop for stop in left if _fits(problem, [*route, stop]))
        chosen = next(fit, None)
        if chosen is None:
            break
        route.append(chosen)
        left.remove(chosen)
    return float(problem.stops.prize[route].sum())


def _fits(problem: Problem, stops: list[int]) -> bool:
    """Say whether the walk past some stops can be kept."""
    minutes = problem.travel[problem.officers[0].mode].minutes
    nodes = [problem.officers[0].start, *stops, problem.officers[0].finish]
    if not np.isfinite(minutes[nodes[:-1], nodes[1:]]).all():
        return False
    return not faults(problem, timed(problem, problem.officers[0], stops))


def _matrices(ledger: Ledger, day: Day) -> None:
    """Time the ways between 1,000 places, each to each, on foot and by car."""
    places = ledger.places[ledger.places.geometry.notna()]
    points = np.asarray(places.to_crs(plane_of(day)).geometry.array, dtype=object)
    some = points[np.random.default_rng(0).choice(len(points), PLACES, replace=False)]
    assert not shapely.is_missing(some).any()
    for mode, streets in day.streets.items():
        began, own = perf_counter(), process_time()
        found = travel_between(streets, some)
        reached = np.isfinite(found.minutes).mean()
        print(
            f"{PLACES:,} × {PLACES:,} ways ({mode}): {perf_counter() - began:.2f} s, {process_time() - own:.2f} s of "
            f"processor; {reached:.0%} within two hours"
        )


def main() -> int:
    """Run what was asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--officers", type=int)
    parser.add_argument("--midday", action="store_true")
    asked = parser.parse_args()
    if asked.midday:
        return midday(asked.officers or 20)
    if asked.instances is None:
        return town_day(asked.officers)
    found = []
    for each in instances(asked.instances, asked.seconds):
        found.append(each)
        if not asked.json:
            print(each, flush=True)
    gaps = [float(str(each["gap"])) for each in found if "gap" in each]
    if asked.json:
        sys.stdout.write(json.dumps(found) + "\n")
    elif gaps:
        print(f"mean gap {np.mean(gaps):.2%}, worst {max(gaps):.2%}")
    return 0 if all(each["feasible"] for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
