"""Fake visits: how many are found, kind by kind, how many honest ones are suspected, on towns not used for tuning.

The synthetic town has four kinds of pretence, labelled. Here two more are made of honest days (a photo shown again, a
way that nobody makes in the time), and honest cases that look bad: noise of 50 to 150 m in narrow streets, with the
accuracy that the phone then says or with a much better one, shops of one building within minutes, a whole estate
quickly, a phone that reports GCJ-02. Each case takes its own 5 % of the inspectors, so that none hides another. Every
tenth honest visit has a photo of its own.

    python benchmarks/fake_visits.py [SIZE [SEED …]]
"""

from __future__ import annotations

import sys
import time
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverage.evidence.grading import grade_visits
from geodata.datum.shifts import wgs84_to_gcj02
from geodata.ledger import Ledger
from geodata.synthetic import MadeTown, make_town

AS_OF = date(2024, 6, 30)
METRES_A_DEGREE = 111_320.0
MOVED = ("one building", "estate", "impossible speed")
"""Cases whose places are made for them."""
SHARE = 0.05
"""Of the inspectors, for each case."""


def main() -> None:
    """Print a table a seed."""
    size = sys.argv[1] if len(sys.argv) > 1 else "humen"
    for seed in [int(text) for text in sys.argv[2:]] or [11, 12, 13]:
        ledger, truth = cases(make_town(size, seed), np.random.default_rng(seed))
        start = time.perf_counter()
        visits = grade_visits(ledger, AS_OF).visits
        seconds = time.perf_counter() - start
        report(visits.merge(truth, on="inspection_id"), seed, seconds)


def report(visits: pd.DataFrame, seed: int, seconds: float) -> None:
    """Print found and false alarms."""
    print(f"seed {seed}: {len(visits):,} inspections graded in {seconds:.2f} s")
    for (fake, case), rows in visits.groupby(["fake", "case"]):
        word = "found" if fake else "false alarms"
        grades = " ".join(f"{grade} {count}" for grade, count in rows["grade"].value_counts().sort_index().items())
        print(f"  {case:20}{len(rows):8,}  {word:13}{rows['suspect'].mean():8.2%}   {grades}")
    for fake, rows in visits.groupby("fake"):
        print(f"  {'all fake' if fake else 'all honest':20}{len(rows):8,}  {'':13}{rows['suspect'].mean():8.2%}")
    alarms = visits[~visits["fake"] & visits["suspect"]]
    print("  marks of false alarms:", alarms["marks"].value_counts().head(5).to_dict())
    hard = visits[~visits["fake"] & (visits["case"] != "honest")]
    print(f"  {'hard honest cases':20}{len(hard):8,}  {'':13}{hard['suspect'].mean():8.2%}")


def cases(made: MadeTown, random: np.random.Generator) -> tuple[Ledger, pd.DataFrame]:
    """Give the town with the further cases, and the truth: inspection_id, fake, case."""
    visits = made.frames["inspections"].copy()
    truth = made.truth.assign(case=made.truth["kind"].fillna("honest").to_numpy(dtype=object)).drop(columns="kind")
    place = made.frames["places"].set_index("id").geometry.reindex(visits["place_id"])
    spots = np.column_stack([shapely.get_x(place.to_numpy()), shapely.get_y(place.to_numpy())])
    points = visits.geometry.to_numpy()
    tags = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    officers = visits["officer"].to_numpy(dtype=object)
    inspector = (visits["by"] == "inspector").to_numpy(bool)
    fakers = set(officers[truth["fake"].to_numpy(bool)])
    free = random.permutation(sorted(set(officers[inspector]) - fakers))
    parts = np.array_split(free[: 6 * round(SHARE * len(free))], 6)
    mine = [np.flatnonzero(inspector & np.isin(officers, part)) for part in parts]
    gps = (visits["geotag"] == "gps").to_numpy(bool) & ~np.isnan(tags[:, 0])
    case = truth["case"].to_numpy(dtype=object)
    fake = truth["fake"].to_numpy(bool, copy=True)
    at, accuracy = visits["at"].copy(), visits["accuracy"].to_numpy(dtype=float, copy=True)

    urban = mine[0][gps[mine[0]]]
    noise = random.uniform(50, 150, len(urban))
    tags[urban] = spots[urban] + on_the_ground(noise, random, spots[urban, 1])
    accuracy[urban] = np.round(noise * random.uniform(0.7, 1.5, len(urban)))
    case[urban] = "urban noise"
    sure = urban[::2]
    accuracy[sure] = np.round(random.uniform(4, 15, len(sure)))
    case[sure] = "noise unsaid"

    gcj = mine[1][gps[mine[1]]]
    tags[gcj] = np.column_stack(wgs84_to_gcj02(*tags[gcj].T))
    case[gcj] = "GCJ-02 phone"

    for rows, name, gap, apart in ((mine[2], "one building", 75, 8.0), (mine[3], "estate", 150, 60.0)):
        moved = followers(visits, rows, random)
        lead = visits.index.get_indexer(moved["lead"])
        row, nth = moved["row"].to_numpy(), moved["nth"].to_numpy()
        at.iloc[row] = visits["at"].iloc[lead] + pd.to_timedelta(nth * gap + random.integers(-10, 11, len(row)), "s")
        shift = np.column_stack([nth * apart, np.zeros(len(row))]) / METRES_A_DEGREE
        spots[row] = spots[lead] + shift
        near = random.normal(0, 6, (len(row), 2)) / METRES_A_DEGREE
        tags[row] = np.where(np.isnan(tags[row]), np.nan, spots[row] + near)
        case[row] = name

    jump = mine[4][np.append(False, np.diff(mine[4]) > 0)]
    at, tags, case, fake = too_fast(visits, jump, (at, tags, case, fake), spots)
    photos, again = photographed(visits, case, mine[5], random)
    case[again], fake[again] = "reused photo", True

    shown = gpd.points_from_xy(*tags.T, crs=4326)
    visits = visits.assign(at=at, accuracy=accuracy, geometry=np.where(np.isnan(tags[:, 0]), None, np.asarray(shown)))
    visits = gpd.GeoDataFrame(visits, geometry="geometry", crs=4326)
    places, visits = moved_places(made.frames["places"], visits, spots, np.isin(case, MOVED))
    frames = made.frames | {"inspections": visits, "places": places, "photos": photos}
    return Ledger.whole(made.town, frames), truth.assign(case=case, fake=fake)


def on_the_ground(metres: np.ndarray, random: np.random.Generator, lat: np.ndarray) -> np.ndarray:
    """Give steps of so many metres in any direction, in degrees."""
    angle = random.uniform(0, 2 * np.pi, len(metres))
    north = metres * np.sin(angle) / METRES_A_DEGREE
    return np.column_stack([metres * np.cos(angle) / METRES_A_DEGREE / np.cos(np.radians(lat)), north])


def followers(visits: pd.DataFrame, rows: np.ndarray, random: np.random.Generator) -> pd.DataFrame:
    """Give, of a third of the days with at least 3 visits, the second to fourth: row, lead (the first), nth."""
    mine = visits.iloc[rows].assign(row=rows)
    mine["day"] = mine["at"].dt.date
    days = mine.groupby(["officer", "day"], sort=True)
    mine["nth"], mine["n"] = days.cumcount(), days["row"].transform("size")
    mine["lead"] = visits.index[days["row"].transform("first")]
    mine["chosen"] = random.random(len(days))[days.ngroup()] < 1 / 3
    return mine[mine["chosen"] & (mine["n"] >= 3) & mine["nth"].between(1, 3)]


def moved_places(
    places: gpd.GeoDataFrame, visits: gpd.GeoDataFrame, spots: np.ndarray, which: np.ndarray
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give each of those visits a place of its own where the case says that it stood."""
    rows = np.flatnonzero(which)
    names = [f"M{row:07d}" for row in rows]
    made = places.iloc[[0] * len(rows)].assign(id=names, opened=pd.NaT, closed=pd.NaT)
    made = made.set_geometry(gpd.points_from_xy(*spots[rows].T, crs=4326))
    ids = visits["place_id"].to_numpy(dtype=object, copy=True)
    ids[rows] = names
    return pd.concat([places, made], ignore_index=True), visits.assign(place_id=pd.Series(ids, dtype="str"))


Parts = tuple[pd.Series, np.ndarray, np.ndarray, np.ndarray]


def too_fast(visits: pd.DataFrame, rows: np.ndarray, parts: Parts, spots: np.ndarray) -> Parts:
    """Make every twentieth visit one of two minutes after the one before it on its day, 6 to 9 km away."""
    at, tags, case, fake = parts
    mine = visits.iloc[rows].assign(row=rows)
    before = mine.groupby(["officer", mine["at"].dt.date])["row"].shift()
    some = np.flatnonzero(before.notna().to_numpy() & ~np.isnan(tags[rows, 0]) & (np.arange(len(rows)) % 20 == 0))
    last = before.iloc[some].to_numpy(dtype=np.int64)
    some, last = some[~np.isnan(tags[last, 0])], last[~np.isnan(tags[last, 0])]
    made = rows[some]
    at.iloc[made] = at.iloc[last].to_numpy() + pd.Timedelta(seconds=120)
    metres = 6000 + 3000 * np.linspace(0, 1, len(made))
    tags[made] = tags[last] + np.column_stack([np.zeros(len(made)), metres / METRES_A_DEGREE])
    spots[made] = tags[made]
    case[made], fake[made] = "impossible speed", True
    return at, tags, case, fake


def photographed(
    visits: pd.DataFrame, case: np.ndarray, rows: np.ndarray, random: np.random.Generator
) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """Give photos of every tenth visit, and the visits that show one of an earlier visit of the officer again."""
    own = np.flatnonzero((case == "honest") & (random.random(len(case)) < 0.1))
    hashes = random.integers(0, 2**63, len(own), dtype=np.uint64) * np.uint64(2) + random.integers(
        0, 2, len(own)
    ).astype(np.uint64)
    first = pd.Series(own, index=visits["officer"].iloc[own]).groupby(level=0).min()
    mine = rows[(case[rows] == "honest") & ~np.isin(rows, own)]
    source = first.reindex(visits["officer"].iloc[mine]).to_numpy(dtype=float)
    later = source < mine
    again, source = mine[later][::5], source[later][::5].astype(np.int64)
    copied = hashes[np.searchsorted(own, source)] ^ np.left_shift(
        np.uint64(1), random.integers(0, 64, len(again)).astype(np.uint64)
    )
    row = np.append(own, again)
    taken = visits["at"].iloc[np.append(own, again)].reset_index(drop=True)
    photos = pd.DataFrame(
        {
            "id": [f"Z{n:07d}" for n in range(len(row))],
            "taken_at": taken,
            "accuracy": np.nan,
            "phash": [f"{int(value):016x}" for value in np.append(hashes, copied)],
            "inspection_id": visits["id"].iloc[row].to_numpy(),
        }
    )
    return gpd.GeoDataFrame(photos, geometry=gpd.GeoSeries([None] * len(row), crs=4326)), again


if __name__ == "__main__":
    main()
