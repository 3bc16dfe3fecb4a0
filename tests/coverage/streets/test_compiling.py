"""The loops are compiled beforehand."""

from __future__ import annotations

from coverage.streets import lattice, passing, posterior
from coverage.streets.compiling import compile_loops


def test_both_ways_are_compiled() -> None:
    """Afterwards the loops of dense tracks, of sparse ones and of the pieces passed are there."""
    compile_loops()
    for loop in (lattice.likeliest, posterior.forward, posterior.backward, passing.passed):
        assert loop.signatures  # type: ignore[attr-defined]
