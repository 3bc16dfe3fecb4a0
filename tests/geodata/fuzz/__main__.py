"""Mutation fuzzing of all readers for a bounded time: `make fuzz` (MINUTES=10 SEED=1).

Prints how many damaged files were read and refused; each finding (a traceback, a hang, a row that was lost) is kept
under build/fuzz/ with its number. Exits 1 when there is one.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from time import monotonic

from tests.geodata.fuzz.seeds import seeds
from tests.geodata.fuzz.trials import CHECKOUT, run

WORKERS, BLOCK = 2, 200


def main(minutes: float = 10.0, seed: int = 1) -> int:
    """Fuzz for so many minutes."""
    shared = CHECKOUT.parent / "shared" / "data"
    over = monotonic() + 60 * minutes
    with tempfile.TemporaryDirectory() as folder:
        given = seeds(Path(folder), shared if shared.is_dir() else None)
    total: Counter[str] = Counter()
    findings: list[str] = []

    def work(worker: int) -> None:
        for block in count(worker, WORKERS):
            if monotonic() > over:
                return
            done = run(given, range(block * BLOCK, (block + 1) * BLOCK), seed, CHECKOUT / "build" / "fuzz")
            total.update(done.counts)
            findings.extend(done.findings)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    sys.stdout.write(
        f"{total.total()} damaged files in {minutes:g} min, seed {seed}: {dict(total)}; {len(findings)} findings\n"
    )
    sys.stdout.write("\n\n".join([*findings, ""]))
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main(*(float(word) if at == 0 else int(word) for at, word in enumerate(sys.argv[1:]))))  # type: ignore[arg-type]
