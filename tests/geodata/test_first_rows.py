"""What a dry run shows of new rows."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from geodata.first_rows import SHOWN, first_rows
from geodata.model import Town
from geodata.tables import TABLES

TOWN = Town("某镇", "441900121")


def test_values_are_written_as_people_do() -> None:
    """A moment is the town's, a point its degrees; what is empty is left out, and only the first rows are there."""
    n = SHOWN + 1
    frame = gpd.GeoDataFrame(
        {
            "id": [f"J{at}" for at in range(n)],
            "place_id": [None] * n,
            "by": ["inspector"] * n,
            "at": pd.to_datetime(["2024-03-05T01:07:00Z"] * n),
        },
        geometry=[Point(113.6, 22.8), *[None] * (n - 1)],
        crs=4326,
    )
    rows = first_rows(TABLES["inspections"], frame, TOWN)
    assert len(rows) == SHOWN
    assert rows[0] == {"id": "J0", "by": "安全员", "at": "2024-03-05 09:07", "lon": "113.600000", "lat": "22.800000"}
    assert rows[1] == {"id": "J1", "by": "安全员", "at": "2024-03-05 09:07"}
