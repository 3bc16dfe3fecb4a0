"""Odd requests to the service for a bounded time: `make fuzz` (MINUTES=10 SEED=1).

Faults are printed and kept in build/fuzz/, with the number of the block that finds them again. Exits 1 when there are
any.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import count
from pathlib import Path
from time import monotonic

from tests.fuzz.keeping import keep
from tests.fuzz.town import served
from tests.fuzz.trials import Tried, try_out

BLOCK = 500


def main(minutes: float = 10.0, seed: int = 1) -> int:
    """Send requests for so many minutes, a service of a fresh village for each block."""
    until, total = monotonic() + 60 * minutes, Tried()
    for number in count(seed * 1_000_000):
        if monotonic() > until:
            break
        with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as service:
            tried = try_out(service, number, BLOCK, until)
        total.statuses.update(tried.statuses)
        total.faults += [f"block {number}: {each}" for each in tried.faults]
        total.slowest = max(total.slowest, tried.slowest)
    sys.stdout.write(
        f"{total.statuses.total()} odd requests in {minutes:g} min, seed {seed}: {dict(total.statuses)}; "
        f"slowest {total.slowest:.1f} s; {len(total.faults)} faults\n"
    )
    told = "\n\n".join([*total.faults, ""])
    sys.stdout.write(told)
    if total.faults:
        keep(f"requests-{seed}", told)
    return int(bool(total.faults))


if __name__ == "__main__":
    sys.exit(main(*(float(word) if at == 0 else int(word) for at, word in enumerate(sys.argv[1:]))))  # type: ignore[arg-type]
