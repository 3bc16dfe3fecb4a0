"""Damaged files of every kind: taken or refused, never a traceback, a hang or a lost row."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.geodata.fuzz.seeds import seeds
from tests.geodata.fuzz.trials import CHECKOUT, run

TRIALS, WORKERS = int(os.environ.get("WANGGE_FUZZ_TRIALS", "200")), 2
"""`make deep` damages 4,000, `make fuzz` as many as it has time for."""
SEED = 2024


def test_damaged_files(tmp_path: Path) -> None:
    """Of a fixed row of damaged files each is read or refused in words; no row is lost."""
    shared = Path(os.environ.get("WANGGE_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
    given = seeds(tmp_path, shared if shared.is_dir() else None)
    with ThreadPoolExecutor(WORKERS) as pool:
        numbers = [range(worker, TRIALS, WORKERS) for worker in range(WORKERS)]
        outcomes = list(pool.map(lambda trials: run(given, trials, SEED, tmp_path / "found"), numbers))
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    assert not findings, "\n\n".join(findings[:5])
    counts = outcomes[0].counts + outcomes[1].counts
    assert counts.total() == TRIALS
    assert min(counts["read"], counts["refused"]) > TRIALS // 10
