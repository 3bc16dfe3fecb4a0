"""Damaged files of every kind: taken or refused, never a traceback, a hang or a lost row."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.geodata.fuzz.seeds import seeds
from tests.geodata.fuzz.trials import CHECKOUT, run

TRIALS, PARTS = 1_000, 4
SEED = 2024


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_files(part: int, tmp_path: Path) -> None:
    """Of a fixed row of damaged files each is read or refused in words; no row is lost."""
    shared = Path(os.environ.get("WANGGE_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
    given = seeds(tmp_path, shared if shared.is_dir() else None)
    trials = range(part * TRIALS, (part + 1) * TRIALS)
    outcome = run(given, trials, SEED, tmp_path / "found")
    assert not outcome.findings, "\n\n".join(outcome.findings[:5])
    assert outcome.counts.total() == TRIALS
    assert min(outcome.counts["read"], outcome.counts["refused"]) > TRIALS // 10
