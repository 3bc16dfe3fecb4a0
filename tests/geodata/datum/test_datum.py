"""The plane in which a town counts metres."""

from __future__ import annotations

import pytest

from geodata.datum import metric_crs


@pytest.mark.parametrize(
    ("lon", "lat", "code"), [(113.7, 22.8, 4547), (116.4, 39.9, 4548), (75.2, 39.0, 4534), (-87.6, 41.9, 32616)]
)
def test_metric_crs(lon: float, lat: float, code: int) -> None:
    """A town counts metres in its 3° zone of CGCS2000, outside China in its UTM zone."""
    assert metric_crs(lon, lat).to_epsg() == code
