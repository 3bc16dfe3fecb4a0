"""Coverage of many towns: processor time a town, cores used, memory a worker, as the towns become ten times as many.

Goals: the processor time a town stays within 10 %; at least 85 % of the cores of the workers are used; the memory of a
worker does not grow. The towns are of mixed size (500 to 33,826 places, log-uniform), made with `wangge many make`:
`--distinct` of them differ, the others are copies under other codes, so that every number of towns is the same mix.

Processor time is little spoilt by other work on the machine; the share of cores used is (it needs a quiet machine).
Without the making (33 distinct: about 80 s of processor time) 33, 330 and 1,600 towns take some minutes on two cores.

    python benchmarks/many.py [--towns 33 330 1600] [--distinct 33] [--of coverage hazards] [--folder DIR] [--workers 2]
"""

from __future__ import annotations

import argparse
import time
from datetime import date
from functools import partial
from pathlib import Path

from api.many.cluster import Crew, Lost, crew
from api.many.figures import Asked, answer_of
from api.many.making import copy_folder, make_folder
from coverage.hotspots.spots import Question
from coverage.many import merge
from geodata.parquet.folders import open_root

DAY = date(2024, 6, 30)


def main() -> None:
    """Make the towns that are not there yet, then measure each number of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--towns", type=int, nargs="+", default=[33, 330])
    parser.add_argument("--distinct", type=int, default=33)
    parser.add_argument("--of", nargs="+", default=["coverage"], choices=["coverage", "hazards", "hotspots"])
    parser.add_argument("--folder", type=Path, default=Path("build/many"))
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with crew(workers=asked.workers) as workers:
        for towns in asked.towns:
            make(workers, asked.folder / str(towns), towns, min(asked.distinct, towns))
    for of in asked.of:
        first = None
        for towns in asked.towns:
            cost = measure(asked.folder / str(towns), towns, of, asked.workers)
            first = first or cost
            print(f"  against {asked.towns[0]:,} towns: {cost / first - 1:+.1%} a town (goal: within 10 %)")


def make(workers: Crew, folder: Path, towns: int, distinct: int) -> None:
    """Make the towns of a folder that are not there."""
    there = set(open_root(str(folder)).names())
    if len(there) == towns:
        return
    start = time.perf_counter()
    fresh, again = partial(make_folder, root=str(folder), seed=1), partial(copy_folder, root=str(folder), seed=1)
    for work, numbers in ((fresh, range(distinct)), (partial(again, distinct=distinct), range(distinct, towns))):
        list(workers.each(work, numbers))
    print(f"{towns:,} towns made ({distinct} of them different), {time.perf_counter() - start:.0f} s")


def measure(folder: Path, towns: int, of: str, count: int) -> float:
    """Ask all towns of a folder, say what it took, and give seconds of processor time a town."""
    root = open_root(str(folder))
    names = root.names()
    bytes_read = sum(part.bytes for name in names for part in root.open(name).manifest.parts)
    work = partial(answer_of, str(folder), asked=Asked(of, DAY, Question()))  # type: ignore[arg-type]
    with crew(workers=count) as workers:
        list(workers.each(work, names[: 2 * count]))  # libraries are loaded before the clock runs
        before = workers.client.run(time.process_time)
        start = time.perf_counter()
        answers = [done.result for done in workers.each(work, names)]
        wall = time.perf_counter() - start
        after = workers.client.run(time.process_time)
    spent = sum(after[worker] - before[worker] for worker in before)
    good = [each for each in answers if not isinstance(each, Lost) and each.rows is not None]
    table = merge([each.rows for each in good if each.rows is not None], of, "province")  # type: ignore[arg-type]
    inner, peak = sum(each.cpu_s for each in good), max(each.peak_bytes for each in good)
    print(
        f"{of}: {len(good):,} of {towns:,} towns, {bytes_read / 1e9:.2f} GB, {wall:.1f} s by the clock; "
        f"processor {spent / towns * 1e3:.1f} ms a town ({inner / towns * 1e3:.1f} in the figures), "
        f"{spent / wall:.2f} of {count} cores used ({spent / wall / count:.0%}), "
        f"peak {peak / 2**20:,.0f} MiB a worker; province {int(table.iloc[0, 5]):,} {table.columns[5]}"
    )
    return spent / towns


if __name__ == "__main__":
    main()
