"""Hot spots of `humen`: seconds, z as esda has it, density beside a direct sum, false alarms of shuffled towns.

`python benchmarks/hotspots.py`; esda and libpysal come with the peers (`uv run --group peers`); without them their
lines are left out, which is said. Prints one line a figure; exits 1 when a z differs from esda's by more than 1e-6, the
density from the sum by more than 2 % of its range, or more than 7.5 % of shuffled towns have a false alarm at 5 %.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib.util import find_spec
from statistics import median
from time import perf_counter
from typing import Any

import geopandas as gpd
import numpy as np
from pyproj import Geod

import grids.compiled  # noqa: F401 - before anybody else imports numba
from coverage.density import kernel_density
from coverage.hazards import HazardRegister, hazard_register
from coverage.hotspots.counting import count, months_until
from coverage.hotspots.ground import Ground, ground_of
from coverage.hotspots.spots import HotSpots, Question, hot_spots
from coverage.hotspots.statistics import (
    Floats,
    benjamini_hochberg,
    empirical_bayes,
    getis_ord,
    normal_scores,
    two_sided,
)
from geodata.ledger import Ledger
from geodata.model import Level
from geodata.synthetic import make_town

DAY = date(2024, 6, 30)
SHUFFLES = 2000
MOST_FALSE = 0.075
"""At 5 %, of 2,000 shuffles 7.5 % are five standard deviations too many."""


def timed(act: Callable[[], Any], rounds: int = 5) -> tuple[float, Any]:
    """Give the median of seconds, and what was made."""
    seconds, made = [], None
    for _ in range(rounds):
        start = perf_counter()
        made = act()
        seconds.append(perf_counter() - start)
    return median(seconds), made


def against_esda(areas: gpd.GeoDataFrame, ground: Ground, finds: Floats, looks: Floats) -> bool:
    """Compare neighbours, z and smoothed rates with libpysal's and esda's; say how long each took."""
    if find_spec("esda") is None:
        print("esda                                 not installed: uv run --group peers")
        return True
    from esda.getisord import G_Local  # noqa: PLC0415
    from esda.smoothing import Empirical_Bayes  # noqa: PLC0415
    from libpysal.weights import Queen  # noqa: PLC0415

    warnings.simplefilter("ignore")
    # one process: its workers would import numba without the door of grids.compiled
    peer = partial(G_Local, transform="B", star=True, n_jobs=1)
    rates = empirical_bayes(finds, looks)
    dense = finds / ground.km2
    ours_web, _ = timed(lambda: ground_of(areas))
    theirs_web, web = timed(lambda: Queen.from_dataframe(areas.reset_index(drop=True), use_index=False), 3)
    peer(rates, web, permutations=9, seed=1)  # compiles
    pairs = {(a, b) for a, near in web.neighbors.items() for b in near if a < b}
    ours = {tuple(sorted(pair)) for pair in ground.pairs.tolist()}
    print(
        f"neighbours                           {len(ours):,} pairs; libpysal {len(pairs):,}, {len(ours ^ pairs)} differ"
    )
    print(f"  seconds                            {ours_web:.3f} with km², {theirs_web:.3f} libpysal")
    worst = 0.0
    # esda divides by the sum of all values, which of scores is 0: moved by 9, which changes no z
    for name, values in (("per inspection", rates), ("per km²", dense), ("scores + 9", normal_scores(rates) + 9)):
        seconds, z = timed(lambda values=values: getis_ord(values, ground.pairs))
        normal, found = timed(lambda values=values: peer(values, web, permutations=0), 3)
        shuffled, _ = timed(lambda values=values: peer(values, web, permutations=999, seed=1), 1)
        off = float(np.abs(found.Zs - z).max())
        worst = max(worst, off)
        print(
            f"Gi* {name:<15}                  {seconds * 1e3:.2f} ms, esda {normal * 1e3:.1f} ms "
            f"(999 permutations {shuffled:.2f} s); largest difference of z {off:.1e}"
        )
    off = float(np.abs(np.asarray(Empirical_Bayes(finds, looks).r).ravel() - rates).max())
    print(f"empirical Bayes                      largest difference from esda {off:.1e}")
    return max(worst, off) <= 1e-6


def against_sum(register: HazardRegister) -> float:
    """Give how far the density of all hazards is off the direct sum at 150 cells, as a share of the range."""
    hazards = register.hazards[~register.hazards["void"] & register.hazards["lon"].notna()]
    lon, lat = hazards["lon"].to_numpy(), hazards["lat"].to_numpy()
    seconds, density = timed(lambda: kernel_density(lon, lat, np.ones(len(lon))), 3)
    h = density.grid.bandwidth
    random = np.random.default_rng(1)
    x_of, y_of = density.grid.middles()
    columns = random.integers(0, density.grid.columns, 150)
    rows = random.integers(0, density.grid.rows, 150)
    columns[:50], rows[:50] = np.unravel_index(
        np.argsort(-density.per_km2, axis=None)[:5000:100], density.per_km2.shape
    )[::-1]
    exact, start = [], perf_counter()
    for column, row in zip(columns, rows, strict=True):
        _, _, metres = Geod(ellps="WGS84").inv(np.full(len(lon), x_of[column]), np.full(len(lon), y_of[row]), lon, lat)
        exact.append(np.exp(-(metres**2) / 2 / h**2).sum() / (2 * np.pi * h**2) * 1e6)
    each = (perf_counter() - start) / 150
    off = float(np.abs(density.per_km2[rows, columns] - exact).max() / density.per_km2.max())
    print(
        f"kernel density                       {seconds:.3f} s, {density.per_km2.size:,} cells, bandwidth {h:.0f} m; "
        f"a direct sum {each * density.per_km2.size:,.0f} s (from 150 cells)"
    )
    print(f"  off the direct sum                 {off:.2%} of the range at most (promise: 2 %)")
    return off


def alarms(ground: Ground, values: Floats, tested: Callable[[Floats], Floats]) -> dict[float, float]:
    """Give how many of the shuffled towns have any grid that is called hot or cold, at each level."""
    random = np.random.default_rng(7)
    shuffled = np.column_stack([random.permutation(values) for _ in range(SHUFFLES)])
    fdr = benjamini_hochberg(two_sided(getis_ord(tested(shuffled), ground.pairs)))
    return {level: float((fdr <= level).any(axis=0).mean()) for level in (0.01, 0.05, 0.10)}


def found_again(ground: Ground, values: Floats, times: float) -> float:
    """Give how often a grid whose neighbourhood has `times` the rate, in a shuffled town, is called hot at 95 %."""
    random = np.random.default_rng(3)
    hearts = random.integers(0, len(values), SHUFFLES)
    near = np.eye(len(values), dtype=bool)
    near[ground.pairs[:, 0], ground.pairs[:, 1]] = near[ground.pairs[:, 1], ground.pairs[:, 0]] = True
    towns = np.column_stack([random.permutation(values) for _ in range(SHUFFLES)])
    towns[near[:, hearts]] *= times
    z = getis_ord(normal_scores(towns), ground.pairs)
    hot = (benjamini_hochberg(two_sided(z)) <= 0.05) & (z > 0)
    return float(hot[hearts, np.arange(SHUFFLES)].mean())


def whole(ledger: Ledger) -> tuple[HazardRegister, HotSpots]:
    """Say how long everything takes."""
    read, register = timed(lambda: hazard_register(ledger, DAY), 3)
    print(f"register of hazards                  {read:.2f} s")
    for level in ("grid", "community"):
        seconds, _ = timed(lambda level=level: hot_spots(ledger, register, Question(level)))
        print(f"hot spots by {level:<12}            {seconds:.2f} s, six months, both rates, density and peaks")
    return register, hot_spots(ledger, register, Question("grid"))


def main() -> int:
    """Measure and print."""
    made = make_town("humen")
    ledger = Ledger.whole(made.town, made.frames)
    register, spots = whole(ledger)
    ground = ground_of(spots.areas)
    counts = count(ledger, register, Level.GRID, months_until(DAY, 6))
    n = len(spots.areas)
    finds, looks = (one[:n].sum(axis=1).astype(float) for one in (counts.hazards, counts.inspections))
    same = against_esda(spots.areas, ground, finds, looks)
    off = against_sum(register)
    rates = {"per inspection": empirical_bayes(finds, looks), "per km²": finds / ground.km2}
    worst = 0.0
    for name, values in rates.items():
        for how, tested in (("as they are", lambda x: x), ("normal scores", normal_scores)):
            found = alarms(ground, values, tested)
            shown = ", ".join(f"{share:.1%} at {level:.0%}" for level, share in found.items())
            print(f"false alarms, {name:<14} {how:<13} {shown} ({SHUFFLES:,} shuffled towns)")
            worst = max(worst, found[0.05]) if how == "normal scores" else worst
    for times in (2, 4):
        share = found_again(ground, rates["per inspection"], times)
        print(f"a neighbourhood with {times} × the rate     {share:.0%} found hot at 95 %")
    return int(not same or off > 0.02 or worst > MOST_FALSE)


if __name__ == "__main__":
    sys.exit(main())
