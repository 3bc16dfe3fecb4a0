"""Areas made a coverage: seconds, validity and ground moved, on real files, a made-up town and 1,000 damaged towns.

Each level is woven with the default limits and, beside it, cleaned by GEOS (`shapely.coverage_clean`, gaps up to the
same width). The damaged towns are those of `tests/geodata/damage.py`: areas redrawn one by one, each off by less than
0.9 m, so that every overlap and gap is below the limit of 2 m. Exits 1 when a promise is broken.
`python benchmarks/fabric.py [TOWNS]`; real files are looked for in `../shared/data` or `WANGGE_SHARED_DATA`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.datum import metric_crs
from geodata.fabric import Limits, weave
from geodata.model import Town
from geodata.readers import read
from geodata.synthetic import make_town
from geodata.tables import AREAS

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.geodata.damage import damaged

Shapes = npt.NDArray[np.object_]
SHARED = Path(os.environ.get("WANGGE_SHARED_DATA", Path(__file__).parents[1] / "../shared/data"))
FILES = {
    "dongguan/towns_unclosed_rings.geojson": ("town", {"code": "id"}),
    "dongguan/towns_other_source.geojson": ("town", {"code": "id"}),
    "chicago/police_districts.geojson": ("district", {}),
    "chicago/community_areas.geojson": ("community", {}),
    "chicago/police_beats.geojson": ("grid", {}),
}
SECONDS, SHARE = 2.0, 0.001


def main(towns: int = 1000) -> int:
    """Run, print the tables, give the exit code."""
    fine = [level(name, shapes) for name, shapes in levels()]
    return 0 if all([*fine, many(towns)]) else 1


def levels() -> Iterator[tuple[str, Shapes]]:
    """Give the areas of each level in metres."""
    for name, (word, columns) in FILES.items():
        if (SHARED / name).exists():
            town = Town("城", "990002")
            frame = read(SHARED / name, AREAS, town=town, level=word, columns=columns, datum="wgs84").frame
            yield name, in_metres(gpd.GeoSeries(frame["geometry"], crs=4326))
    areas = make_town("humen").frames["areas"]
    yield "made-up town humen, grids", in_metres(gpd.GeoSeries(areas.loc[areas["level"] == "grid", "geometry"]))


def in_metres(shapes: gpd.GeoSeries) -> Shapes:
    """Give shapes in the plane CRS of their middle."""
    west, south, east, north = shapes.total_bounds
    return np.array(shapes.to_crs(metric_crs((west + east) / 2, (south + north) / 2)).array, dtype=object)


def level(name: str, shapes: Shapes) -> bool:
    """Weave one level, print a line of it and of GEOS's cleaner, say whether the promises hold."""
    start = perf_counter()
    done = weave(shapes)
    seconds = perf_counter() - start
    start = perf_counter()
    cleaned = shapely.coverage_clean(shapes, gap_width=Limits().width_m)
    other = perf_counter() - start
    calm = done.shapes[~done.disputed]
    valid = bool(shapely.is_valid(done.shapes).all() and shapely.coverage_is_valid(calm))
    still = bool(shapely.equals_identical(weave(done.shapes).shapes, done.shapes).all())
    print(f"{name}: {len(shapes)} areas, {shapely.get_num_coordinates(shapes).sum():,} nodes")
    print(f"  woven    {seconds:5.2f} s  {moved(shapes, done.shapes)}  valid {valid}, again unchanged {still}")
    print(f"           disputed {done.disputed.sum()}, gaps left {len(done.gaps)} of {done.gaps.sum():,.0f} m²")
    print(f"  cleaned  {other:5.2f} s  {moved(shapes, cleaned)}  valid {shapely.coverage_is_valid(cleaned)}")
    return valid and still and seconds < SECONDS


def moved(before: Shapes, after: Shapes) -> str:
    """Say how much ground lies in one of two drawings only, in all and for the area that changed most."""
    apart = shapely.area(shapely.symmetric_difference(before, after))
    return f"moved {apart.sum() / shapely.area(before).sum():.4%}, most {apart.max():,.0f} m²"


def many(towns: int) -> bool:
    """Weave damaged towns, print what became of them, say whether the promises hold."""
    shares, broken, start = np.zeros(towns), 0, perf_counter()
    for seed in range(towns):
        shapes = damaged(seed).shapes
        done = weave(shapes)
        whole = shapely.is_valid(done.shapes).all() and shapely.coverage_is_valid(done.shapes)
        broken += not (whole and not done.disputed.any())
        apart = shapely.area(shapely.symmetric_difference(shapes, done.shapes))
        shares[seed] = apart.sum() / shapely.area(shapes).sum()
    print(f"{towns} damaged towns: {perf_counter() - start:.0f} s, no coverage {broken}")
    print(f"  moved: median {np.median(shares):.4%}, most {shares.max():.4%}, above 0.1 %: {(shares > SHARE).sum()}")
    return broken == 0 and bool((shares <= SHARE).all())


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
