"""The same town in a GeoPackage and in PostgreSQL: copying, reading, writing, posting, and how the two compare.

Run with `python benchmarks/postgis.py [--size village]`; the server is one of its own that flushes the disk as a real
one does. Prints a table of seconds (the best of three where it is short) and the ratio.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

from geodata.store import Store, create_store, open_store
from geodata.store.copying import copy_town
from geodata.store.location import Where
from geodata.store.posting import Together, row_of
from geodata.synthetic import make_town
from geodata.tables import TABLES
from tests import postgres

POSTS = 200


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """Give the best time of some rounds."""
    found = []
    for _ in range(rounds):
        begin = perf_counter()
        work()
        found.append(perf_counter() - begin)
    return min(found)


def post_one_by_one(store: Store) -> None:
    """Post inspections, each in a transaction of its own."""
    begin = store.version()
    for number in range(POSTS):
        row = row_of(TABLES["inspections"], {"id": f"post-{begin}-{number}", "by": "inspector"})
        store.post([Together((row,))], actor="bench", source="bench", tell=lambda _: None)


def post_together(store: Store) -> None:
    """Post as many in one transaction, as those that wait for the writer are."""
    begin = store.version()
    rows = [
        row_of(TABLES["inspections"], {"id": f"all-{begin}-{number}", "by": "inspector"}) for number in range(POSTS)
    ]
    store.post([Together((row,)) for row in rows], actor="bench", source="bench", tell=lambda _: None)


def measure(where: Where) -> dict[str, float]:
    """Give what is measured of one store, by name."""
    with open_store(where, write=True) as store:
        hazards = store.ledger("hazards").hazards
        changed = hazards.head(5_000).assign(description="改")
        new = hazards.assign(id="N" + hazards["id"])
        write = partial(store.write, "hazards", actor="bench", action="import", source="bench")
        return {
            "read the whole town": seconds(store.ledger),
            "read two columns of the inspections": seconds(
                lambda: store.ledger("inspections", columns={"inspections": ("place_id", "at")})
            ),
            "ask for the mark": seconds(lambda: [store.mark() for _ in range(100)]) / 100,
            f"{POSTS} posts, one by one": seconds(lambda: post_one_by_one(store), 1),
            f"{POSTS} posts in one transaction": seconds(lambda: post_together(store), 1),
            f"import of {len(new):,} new hazards": seconds(lambda: write(new), 1),
            "the same import again (nothing changes)": seconds(lambda: write(new), 1),
            "update of 5,000 hazards": seconds(lambda: write(changed), 1),
            "check": seconds(store.check, 1),
        }


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", default="village", choices=("village", "humen"))
    size = parser.parse_args().size
    made = make_town(size)
    with tempfile.TemporaryDirectory() as folder, postgres.server(("shared_buffers=256MB",)) as address:
        file, database = Path(folder) / "town.gpkg", postgres.fresh(address)
        with create_store(file, made.town) as store:
            store.write_many(made.frames, actor="demo", action="demo", source="bench")
        there = seconds(lambda: copy_town(file, database), 1)
        back = seconds(lambda: copy_town(database, Path(folder) / "back.gpkg"), 1)
        one, other = measure(file), measure(database)
    print(f"{size}: {sum(len(frame) for frame in made.frames.values()):,} rows")
    print(f"copy with its comparison: {there:.2f} s into PostgreSQL, {back:.2f} s back")
    print(f"{'':45}{'GeoPackage':>12}{'PostgreSQL':>12}{'ratio':>8}")
    for name in one:
        print(f"{name:45}{one[name]:12.4f}{other[name]:12.4f}{other[name] / one[name]:8.2f}")


if __name__ == "__main__":
    main()
