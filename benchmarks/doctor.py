"""The coordinate doctor on 100 random batches: in how many it answers, how often it is right, how long it takes.

A batch is 20 to 2,000 points (log-uniform) of the made-up town `humen`, with 10 m noise: new places, one neighbourhood,
or inspections that name their places. It is written in a system that an office of that town may meet (every datum in
degrees and in metres as often as any other, then any of its zones), either column first. The town knows its areas, its
roads and four fifths of its places; the places of the batches are of the other fifth.

An answer is right when every point lies within 5 m of where it was made: systems that are nearer than that are one.
Exits 1 when a promise is broken. `python benchmarks/doctor.py [BATCHES [SIZE [SEED]]]`
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import numpy.typing as npt
import shapely

from geodata.datum import find, from_wgs84, systems
from geodata.doctor import Ground, Sample, diagnose
from geodata.synthetic import make_town

Floats = npt.NDArray[np.float64]
NOISE_M, RIGHT_M, KNOWN = 10.0, 5.0, 0.8
DEGREE_M = 111_320.0
REACH = 1.6
"""Degrees from the town's longitude to the meridian of a zone that its office may use."""


@dataclass(frozen=True)
class Outcome:
    """What the doctor made of one batch."""

    system: str
    points: int
    answered: bool
    right: bool
    seconds: float
    evidence: str


def main(batches: int = 100, size: str = "humen", seed: int = 1) -> int:
    """Run, print the table, give the exit code."""
    rng = np.random.default_rng(seed)
    ground, places, inspections = town(size, rng)
    asked = usual_systems(ground.middle or (0.0, 0.0))
    outcomes = [one(ground, drawn(asked, rng), batch(places, inspections, rng), rng) for _ in range(batches)]
    answered = [outcome for outcome in outcomes if outcome.answered]
    right = [outcome for outcome in answered if outcome.right]
    seconds = [outcome.seconds for outcome in outcomes]
    print(f"batches, of {len(asked)} kinds of systems   {batches}")
    print(f"answered                               {len(answered) / batches:.1%} (promise: 90 %)")
    print(f"right where it answered                {len(right) / max(len(answered), 1):.1%} (promise: 99 %)")
    print(f"seconds a batch                        {np.median(seconds):.3f} (median; first {seconds[0]:.1f})")
    lost = Counter(outcome.system for outcome in outcomes if not outcome.answered)
    print("not answered:", dict(lost.most_common()))
    for outcome in answered:
        if not outcome.right:
            print(f"WRONG: {outcome.points} points in {outcome.system}: {outcome.evidence}")
    return int(len(answered) < 0.9 * batches or len(right) < 0.99 * len(answered))


def town(
    size: str, rng: np.random.Generator
) -> tuple[Ground, npt.NDArray[np.object_], tuple[Floats, npt.NDArray[np.object_]]]:
    """Give what the town knows, the points that it does not know, and inspections (positions, ids of their places)."""
    frames = make_town(size).frames
    places = frames["places"][frames["places"].geometry.notna()].reset_index(drop=True)
    inspections = frames["inspections"][frames["inspections"].geometry.notna()]
    known = rng.random(len(places)) < KNOWN
    areas = frames["areas"][frames["areas"].geometry.notna()].reset_index(drop=True)
    ground = Ground(areas, places[known].reset_index(drop=True), frames["roads"])
    new = shapely.get_coordinates(places.geometry[~known])
    return ground, new, (shapely.get_coordinates(inspections.geometry), inspections["place_id"].to_numpy(dtype=object))


def usual_systems(middle: tuple[float, float]) -> list[list[str]]:
    """Give the systems an office of the town may meet, those of one datum in degrees, or in metres, together."""
    kinds: dict[object, list[str]] = {}
    for system in systems():
        if system.meridian is None or abs(system.meridian - middle[0]) <= REACH:
            kinds.setdefault((system.family, system.plane, system.width is None), []).append(system.key)
    return list(kinds.values())


def drawn(kinds: list[list[str]], rng: np.random.Generator) -> tuple[str, bool]:
    """Draw a way to write positions: the system, and whether the other column comes first."""
    kind = kinds[rng.integers(len(kinds))]
    return kind[rng.integers(len(kind))], bool(rng.integers(2))


def batch(
    places: Floats, inspections: tuple[Floats, npt.NDArray[np.object_]], rng: np.random.Generator
) -> tuple[Floats, npt.NDArray[np.object_] | None]:
    """Draw the positions of one batch, and the places they name."""
    count = int(np.exp(rng.uniform(np.log(20), np.log(2_000))))
    kind = rng.integers(3)
    if kind == 0:
        return places[rng.choice(len(places), min(count, len(places)), replace=False)], None
    if kind == 1:
        apart = np.hypot(*(places - places[rng.integers(len(places))]).T)
        return places[np.argsort(apart)[:count]], None
    kept = rng.choice(len(inspections[0]), min(count, len(inspections[0])), replace=False)
    return inspections[0][kept], inspections[1][kept]


def one(
    ground: Ground,
    written: tuple[str, bool],
    points: tuple[Floats, npt.NDArray[np.object_] | None],
    rng: np.random.Generator,
) -> Outcome:
    """Write a batch in a system, with noise, and ask the doctor."""
    (system, swapped), (lonlat, ids) = written, points
    lat = lonlat[:, 1] + rng.normal(0, NOISE_M, len(lonlat)) / DEGREE_M
    lon = lonlat[:, 0] + rng.normal(0, NOISE_M, len(lonlat)) / DEGREE_M / np.cos(np.radians(lat))
    x, y = from_wgs84(lon, lat, system)
    if swapped:
        x, y = y, x
    started = perf_counter()
    diagnosis = diagnose(Sample(x, y, ids), ground)
    seconds = perf_counter() - started
    answer, right = diagnosis.answer, False
    if answer is not None:
        there = np.column_stack(answer.way.to_wgs84(x, y))
        apart = np.hypot((there[:, 0] - lon) * np.cos(np.radians(lat)), there[:, 1] - lat) * DEGREE_M
        right = bool((apart < RIGHT_M).all())
    name = find(system).name + ("，另一列在前" if swapped else "")
    return Outcome(name, len(x), answer is not None, right, seconds, diagnosis.evidence)


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(*(int(word) if word.isdigit() else word for word in given)))  # type: ignore[arg-type]
