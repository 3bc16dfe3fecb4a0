"""`coverage.assess` on loaded tables of a town like 虎门 against the plain way, in one run: seconds and peak memory.

"All" is what issue 5 asks for, from frames alone, nothing prepared: every duty of the default rules (three side by
side), every verdict, the figures by every key. Goals: 100 ms or less here; 40 times as fast as the plain way; growth
from `humen` to `city` at most 1.1 × linear (in inspections); peak memory at most 2.5 × the tables that it reads.

The plain way is what one writes first: `geopandas.sjoin` for the grids, a merge and `distance` for the verified ones,
`groupby(...).apply` per place and rule; it gives the figures by grid alone.

Seconds are of the processor (a machine with other work does not lengthen them much), and of the clock where it says
so. Towns that were made are kept in the folder of `--cache`, for making the city takes half a minute.

    python benchmarks/assess.py [--runs N] [--random] [--no-plain] [--cache FOLDER]
"""

from __future__ import annotations

import argparse
import pickle
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.assess import NEEDED, Assessment, assess
from coverage.figures import coverage_figures
from coverage.gaps import find_gaps
from coverage.grouping import AREA_GROUPS, GROUPS
from coverage.hazards import hazard_figures, hazard_register
from coverage.rules import Rule, parse_rules
from geodata.datum import metric_crs
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.synthetic import make_town
from geodata.tables import TABLES

PLACES, INSPECTIONS, HAZARDS, GRIDS = 33_826, 131_275, 146_354, 424
AS_OF = date(2024, 6, 30)
ZONE = "Asia/Shanghai"


def random_ledger() -> Ledger:
    """Make frames of that size without any sense: places anywhere, inspections of any place on any day."""
    rng = np.random.default_rng(1)
    corner, side = np.array([113.6, 22.75]), np.array([0.2, 0.18])
    spots = corner + rng.random((PLACES, 2)) * side
    which = rng.integers(0, PLACES, INSPECTIONS)
    ids = pd.Series([f"9144{n:014d}" for n in range(PLACES)], dtype="str")
    officers = pd.Series([f"A{n:03d}" for n in range(GRIDS)], dtype="str")
    metre = 1e-5
    return Ledger.whole(
        Town("样板镇", "441900121", synthetic=True),
        {
            "areas": _areas(rng, corner, side),
            "places": _geo(
                {
                    "id": ids,
                    "name": "场所" + ids.str[-6:],
                    "industry": _pick(rng, ["工贸", "燃气", "九小场所", "教育", "建筑施工", "农业"], PLACES),
                    "risk": _pick(rng, ["重大", "较大", "一般", "低"], PLACES),
                    "headcount": rng.integers(1, 500, PLACES).astype(float),
                    "department": _pick(rng, ["应急", "住建", "市监", "教育"], PLACES),
                    "tags": _pick(rng, ["不放心点位", "重点", "普通", "重点;不放心点位"], PLACES),
                    "opened": _days(rng, PLACES, "2015-01-01", 3400),
                    "closed": _days(rng, PLACES, "2024-01-01", 180).where(rng.random(PLACES) < 0.03),
                    "status": _pick(rng, ["open"], PLACES),
                },
                spots,
            ),
            "inspections": _geo(
                {
                    "id": pd.Series([f"J{n}" for n in range(INSPECTIONS)], dtype="str"),
                    "place_id": ids.iloc[which].reset_index(drop=True),
                    "officer": officers.iloc[rng.integers(0, GRIDS, INSPECTIONS)].reset_index(drop=True),
                    "by": _pick(rng, ["inspector"] * 6 + ["department", "leader", "expert", "enterprise"], INSPECTIONS),
                    "at": _moments(rng, INSPECTIONS),
                    "accuracy": rng.integers(3, 60, INSPECTIONS).astype(float),
                    "geotag": _pick(rng, ["gps"] * 9 + ["typed"], INSPECTIONS),
                    "covers": pd.Series([None] * INSPECTIONS, dtype="str"),
                },
                spots[which] + rng.normal(0, 60 * metre, (INSPECTIONS, 2)),
            ),
            "officers": pd.DataFrame(
                {
                    "id": officers,
                    "name": officers,
                    "role": _pick(rng, ["inspector"], GRIDS),
                    "area": [f"grid{n:03d}" for n in range(GRIDS)],
                }
            ),
            "hazards": _hazards(rng, ids),
        },
    )


def _areas(rng: np.random.Generator, corner: Any, side: Any) -> gpd.GeoDataFrame:
    box = shapely.box(*corner, *(corner + side))
    rows, shapes = [("town", "441900121")], [None]
    for level, count in (("district", 4), ("community", 29), ("grid", GRIDS)):
        seeds = shapely.multipoints(corner + rng.random((count, 2)) * side)
        cells = shapely.intersection(np.array(shapely.voronoi_polygons(seeds, extend_to=box).geoms), box)
        rows += [(level, f"{level}{n:03d}") for n in range(count)]
        shapes += list(shapely.segmentize(cells, shapely.length(cells) / 200))
    frame = pd.DataFrame(rows, columns=["level", "code"], dtype="str").assign(name=lambda f: f["code"])
    frame["since"] = pd.Series([pd.NaT] * len(frame)).astype("datetime64[s]")
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"))


def _hazards(rng: np.random.Generator, ids: pd.Series) -> gpd.GeoDataFrame:
    found = _moments(rng, HAZARDS)
    return _geo(
        {
            "id": pd.Series([f"H{n}" for n in range(HAZARDS)], dtype="str"),
            "inspection_id": pd.Series([f"J{n}" for n in rng.integers(0, INSPECTIONS, HAZARDS)], dtype="str"),
            "place_id": ids.iloc[rng.integers(0, PLACES, HAZARDS)].reset_index(drop=True),
            "found_at": found,
            "level": _pick(rng, ["一般"] * 99 + ["重大"], HAZARDS),
            "category": _pick(rng, ["电气", "消防", "燃气"], HAZARDS),
            "deadline": _days(rng, HAZARDS, "2024-01-10", 200),
            "rectified_at": (found + pd.Timedelta(days=9)).where(rng.random(HAZARDS) < 0.943),
            "closed_at": (found + pd.Timedelta(days=12)).where(rng.random(HAZARDS) < 0.9),
            "void": rng.random(HAZARDS) < 0.01,
        },
        np.full((HAZARDS, 2), np.nan),
    )


def _geo(columns: dict[str, Any], xy: Any) -> gpd.GeoDataFrame:
    points = np.full(len(xy), None, dtype=object)
    there = ~np.isnan(xy[:, 0])
    points[there] = shapely.points(xy[there])
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=gpd.GeoSeries(points, crs="EPSG:4326"))


def _pick(rng: np.random.Generator, words: list[str], count: int) -> pd.Series:
    return pd.Series(np.array(words, dtype=object)[rng.integers(0, len(words), count)], dtype="str")


def _days(rng: np.random.Generator, count: int, first: str, days: int) -> pd.Series:
    return pd.Series(np.datetime64(first, "s") + rng.integers(0, days, count) * np.timedelta64(86400, "s"))


def _moments(rng: np.random.Generator, count: int) -> pd.Series:
    seconds = np.datetime64("2024-01-01", "s") + rng.integers(0, 181 * 86400, count).astype("timedelta64[s]")
    return pd.Series(seconds).dt.tz_localize(ZONE)


def made_ledger(size: str, cache: Path | None) -> Ledger:
    """Give a synthetic town, from the folder of towns made before where it is there (our own pickles, of this code)."""
    kept = cache / f"{size}.pickle" if cache else None
    if kept and kept.exists():
        town, frames = pickle.loads(kept.read_bytes())
    else:
        made = make_town(size)
        town, frames = made.town, {name: frame for name, frame in made.frames.items() if name in TABLES}
        if kept:
            kept.write_bytes(pickle.dumps((town, frames)))
    return Ledger.whole(town, frames)


def plain_way(ledger: Ledger, rules: tuple[Rule, ...], as_of: date) -> pd.DataFrame:
    """Answer `--by grid` the way one writes it first: per place and rule, with `apply`."""
    day = pd.Timestamp(as_of, tz=ZONE) + pd.Timedelta(days=1)
    places, areas = ledger.places, ledger.areas
    crs = metric_crs(*shapely.get_coordinates(places.geometry.dropna().iloc[:1])[0])
    grids = areas[areas["level"] == "grid"][["code", "geometry"]]
    joined = gpd.sjoin(places, grids, predicate="intersects", how="left").sort_values("code").drop_duplicates("id")
    joined = joined[~(joined["opened"] > pd.Timestamp(as_of))]
    visits = ledger.inspections[ledger.inspections["at"] < day].to_crs(crs)
    spots = places[["id", "geometry"]].to_crs(crs).rename_geometry("spot")
    visits = visits.merge(spots, left_on="place_id", right_on="id", suffixes=("", "_place"))
    visits = visits.merge(places[["id", "opened"]], left_on="place_id", right_on="id", suffixes=("", "_of_place"))
    visits = visits[~(visits["at"].dt.tz_localize(None) < visits["opened"])]
    near = gpd.GeoSeries(visits["geometry"], crs=crs).distance(gpd.GeoSeries(visits["spot"], crs=crs))
    honest = ~visits["geotag"].isin(["typed", "mock"])
    visits["verified"] = (near <= ledger.town.tolerance_m + visits["accuracy"].clip(0, 100)) & honest

    def group_counts(rule: Rule) -> pd.DataFrame:
        term = rule.term(as_of)
        mine = visits[visits["by"].isin(rule.by)] if rule.by else visits[visits["by"] != "enterprise"]
        first, before = (pd.Timestamp(period.first, tz=ZONE) for period in (term.period, term.previous))
        return mine.groupby("place_id").apply(
            lambda g: pd.Series(
                {
                    "now": (g["at"] >= first).sum(),
                    "verified": ((g["at"] >= first) & g["verified"]).sum(),
                    "before": ((g["at"] >= before) & (g["at"] < first)).sum(),
                }
            )
        )

    counts: dict[Any, dict[str, Any]] = {}
    for rule in rules:
        if (rule.by, rule.every) not in counts:
            counts[rule.by, rule.every] = group_counts(rule).to_dict("index")

    def owed(place: pd.Series) -> list[Rule]:
        strictest: dict[str, Rule] = {}
        for rule in rules:
            a = rule.applies
            if (a.industry and place["industry"] not in a.industry) or (a.risk and place["risk"] not in a.risk):
                continue
            if a.tags and not set(str(place["tags"]).split(";")) & set(a.tags):
                continue
            if rule.duty not in strictest or rule.visits_a_year > strictest[rule.duty].visits_a_year:
                strictest[rule.duty] = rule
        return list(strictest.values())

    def state(place: pd.Series, rule: Rule) -> str:
        term, seen = rule.term(as_of), counts[rule.by, rule.every].get(place["id"], {"now": 0, "before": 0})
        undated = pd.isna(place["closed"]) and place["status"] in ("closed", "suspended")
        if undated or place["closed"] <= pd.Timestamp(term.period.first):
            return "exempt"
        if place["opened"] >= pd.Timestamp(term.period.first):
            return "exempt"
        if seen["now"] >= rule.times:
            return "done"
        owed_before = not place["opened"] >= pd.Timestamp(term.previous.first)
        return "overdue" if owed_before and seen["before"] < rule.times else "pending"

    joined["state"] = joined.apply(lambda place: [state(place, rule) for rule in owed(place)], axis="columns")
    cells = joined[["code", "state"]].explode("state")
    return pd.crosstab(cells["code"].fillna("outside"), cells["state"])


@dataclass(frozen=True)
class Taken:
    """Seconds of the processor and of the clock, and the peak of memory traced (MB)."""

    processor: float
    clock: float
    peak: float

    def __str__(self) -> str:
        """Give them as one line."""
        return f"{self.processor:8.3f} s{self.clock:8.3f} s{self.peak:9.1f} MB"


def measure(task: Callable[[], Any], runs: int) -> Taken:
    """Give the medians of some runs after a first one, and the peak of another."""
    task()
    times = np.array([_seconds(task) for _ in range(runs)])
    processor, clock = np.median(times, axis=0).tolist()
    return Taken(processor, clock, _peak(task))


def measure_plain(done: Assessment, task: Callable[[], pd.DataFrame]) -> Taken:
    """Give the seconds of one run, whose result must be ours, and the peak of another (it takes minutes)."""
    processor, clock = _seconds(lambda: agree(done, task()))
    return Taken(processor, clock, _peak(task))


def _seconds(task: Callable[[], Any]) -> tuple[float, float]:
    processor, clock = time.process_time(), time.perf_counter()
    task()
    return time.process_time() - processor, time.perf_counter() - clock


def _peak(task: Callable[[], Any]) -> float:
    tracemalloc.start()
    task()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def all_figures(ledger: Ledger, rules: Sequence[Rule]) -> Assessment:
    """Assess, and count by every key that the town has."""
    done = assess(ledger, rules, AS_OF)
    levels = set(done.areas["level"])
    for by in GROUPS:
        if by not in AREA_GROUPS or by in levels:
            coverage_figures(done, by)
    return done


def tables_mb(ledger: Ledger) -> float:
    """Give the memory of the tables and columns that are read, texts and shapes counted (MB).

    A text that stands in many rows is counted once. A shape is its Python object and GEOS's own: 16 bytes a coordinate
    and some 100 bytes around them, which no tool counts.
    """
    seen: set[int] = set()
    size = 0
    for table, columns in NEEDED.items():
        for column in (ledger.frames[table][name] for name in columns):
            if column.dtype == "geometry":
                shapes = np.asarray(column.array, dtype=object)
                size += column.nbytes + sum(sys.getsizeof(shape) + 100 for shape in shapes if shape is not None)
                size += 16 * int(shapely.get_num_coordinates(shapes).sum())
            else:
                size += column.nbytes
                if isinstance(column.dtype, pd.StringDtype) or column.dtype == object:
                    for text in column.to_numpy(dtype=object):
                        if id(text) not in seen:
                            seen.add(id(text))
                            size += sys.getsizeof(text)
    return size / 1e6


def agree(done: Assessment, plain: pd.DataFrame) -> None:
    """Stop when the two ways differ by grid in any state."""
    figures = coverage_figures(done, "grid")
    ours = figures.set_index(figures["area"].fillna("outside"))
    ours = ours.groupby(level=0)[["done", "pending", "overdue", "exempt"]].sum()
    theirs = plain.reindex(index=ours.index, columns=ours.columns, fill_value=0)
    if not (ours == theirs).all(axis=None):
        raise SystemExit(f"the two ways differ:\n{ours.compare(theirs)}")


def main() -> None:
    """Print seconds, peaks and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--random", action="store_true", help="random frames instead of the synthetic town")
    parser.add_argument("--no-plain", action="store_true", help="leave out the plain way, which takes minutes")
    parser.add_argument("--cache", type=Path, help="folder where towns are kept once they are made")
    options = parser.parse_args()
    ledger = random_ledger() if options.random else made_ledger("humen", options.cache)
    rules = parse_rules(resources.files("geodata").joinpath("default_rules.toml").read_text(encoding="utf-8"))
    first, clock = _seconds(lambda: all_figures(ledger, rules))
    done, register = assess(ledger, rules, AS_OF), hazard_register(ledger, AS_OF)
    tables = tables_mb(ledger)
    duties = len({rule.duty for rule in rules})
    print(
        f"{len(ledger.places)} places, {len(ledger.inspections)} inspections, {len(rules)} rules, {duties} duties,",
        end=" ",
    )
    print(f"{len(done.duties)} verdicts; tables read: {tables:.0f} MB")
    print(f"{'':34}{'processor':>10}{'clock':>10}{'peak':>12}")
    print(f"{'all, first of the process':34}{first:8.3f} s{clock:8.3f} s")
    tasks: dict[str, Callable[[], Any]] = {
        "all: assess, figures by every key": lambda: all_figures(ledger, rules),
        "assess": lambda: assess(ledger, rules, AS_OF),
        "coverage_figures by grid": lambda: coverage_figures(done, "grid"),
        "find_gaps (all)": lambda: find_gaps(done),
        "find_gaps (100)": lambda: find_gaps(done, limit=100),
        "hazard_register": lambda: hazard_register(ledger, AS_OF),
        "hazard_figures by grid": lambda: hazard_figures(register, "grid"),
    }
    taken = {}
    for name, task in tasks.items():
        taken[name] = measure(task, options.runs)
        print(f"{name:34}{taken[name]}")
    ours = taken["all: assess, figures by every key"]
    print(f"all: peak / tables {ours.peak / tables:.2f} (goal <= 2.5)")
    if not options.no_plain:
        plain = measure_plain(done, lambda: plain_way(ledger, rules, AS_OF))
        print(f"{'the plain way, by grid':34}{plain}")
        print(
            f"plain / all: {plain.processor / ours.processor:.0f} x the processor, {plain.clock / ours.clock:.0f} x",
            end=" ",
        )
        print(f"the clock (goal >= 40), peak memory {plain.peak / ours.peak:.1f} x")
    if not options.random:
        compare_with_city(ledger, rules, options.runs, options.cache)


def compare_with_city(ledger: Ledger, rules: Sequence[Rule], runs: int, cache: Path | None) -> None:
    """Print how the time grows from the town to the city: runs of both in turn, medians."""
    city = made_ledger("city", cache)
    pairs = []
    for run in range(runs + 1):
        pair = _seconds(lambda: all_figures(ledger, rules))[0], _seconds(lambda: all_figures(city, rules))[0]
        if run:
            pairs.append(pair)
    small, large = np.median(np.array(pairs), axis=0).tolist()
    rows = len(city.inspections) / len(ledger.inspections)
    print(
        f"city: {len(city.places)} places, {len(city.inspections)} inspections ({rows:.2f} x): {large:.3f} s", end=" "
    )
    print(f"against {small:.3f} s, {large / small:.2f} x; growth {large / small / rows:.2f} x linear (goal <= 1.1)")


if __name__ == "__main__":
    main()
