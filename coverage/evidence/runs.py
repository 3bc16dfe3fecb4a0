"""Check-ins of one officer after one another: runs of them, and how far they spread."""

from __future__ import annotations

import numpy as np

from coverage.evidence.checkins import CheckIns, Floats
from coverage.visits import Flags, Ints


def of_officers(checks: CheckIns, flags: Flags) -> Ints:
    """Give the flagged rows with an officer and a time of day, officer after officer, in order of time."""
    rows = np.flatnonzero(flags & (checks.person >= 0) & ~np.isnan(checks.seconds))
    return np.asarray(rows[np.argsort(checks.person[rows], kind="stable")])


def numbered(goes_on: Flags) -> Ints:
    """Give the number of the run of each of n in a row, by n - 1 flags.

    A flag says that the next one belongs to the one before.
    """
    return np.asarray(np.append(0, np.cumsum(~goes_on)), dtype=np.int64)


def extent(xy: Floats, group: Ints) -> Floats:
    """Give the diagonal of the box round the points of each group; groups are numbered in order, none empty."""
    first = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    spans = [np.maximum.reduceat(axis, first) - np.minimum.reduceat(axis, first) for axis in xy.T]
    return np.asarray(np.hypot(*spans))
