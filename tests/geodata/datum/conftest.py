"""Positions all over China."""

from __future__ import annotations

import numpy as np
import pytest

Pair = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="session")
def china() -> Pair:
    """Give a million random WGS 84 positions between the ends of China, and the seams of the formulas."""
    random = np.random.default_rng(20_261_123)
    lon, lat = random.uniform(73, 136, 1_000_000), random.uniform(3, 54, 1_000_000)
    lon[:3] = 105, np.nextafter(105, 0), 105 + 1e-12  # the series has a square root of the distance from 105° E
    lat[3:6] = 15, 30, 45  # the bands of Baidu's Mercator meet here
    return lon, lat
