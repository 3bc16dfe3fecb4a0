"""The ledger: the tables of one town, read from the store, handed up through every floor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geodata.model import Town


@dataclass(frozen=True)
class Ledger:
    """Frames of one town, by table name, with columns as `geodata.tables` says and geometry in EPSG:4326.

    A table that was not read raises LookupError when asked for: nothing is ever counted from a missing table.
    """

    town: Town
    frames: Mapping[str, pd.DataFrame]

    def _geo(self, table: str) -> gpd.GeoDataFrame:
        frame = self._frame(table)
        if not isinstance(frame, gpd.GeoDataFrame):
            raise TypeError(f"{table} of the ledger is no GeoDataFrame")
        return frame

    def _frame(self, table: str) -> pd.DataFrame:
        if table not in self.frames:
            raise LookupError(f"this ledger was read without {table}")
        return self.frames[table]

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """Areas of every level, the root among them; MULTIPOLYGON or None."""
        return self._geo("areas")

    @property
    def places(self) -> gpd.GeoDataFrame:
        """Places; POINT or None where the position is not known."""
        return self._geo("places")

    @property
    def inspections(self) -> gpd.GeoDataFrame:
        """Inspections; the point is the geotag, None where there is none."""
        return self._geo("inspections")

    @property
    def hazards(self) -> gpd.GeoDataFrame:
        """Hazards; the point is the hazard's own, None where there is none."""
        return self._geo("hazards")

    @property
    def tracks(self) -> gpd.GeoDataFrame:
        """Tracks, as lines."""
        return self._geo("tracks")

    @property
    def roads(self) -> gpd.GeoDataFrame:
        """Roads, as lines."""
        return self._geo("roads")

    @property
    def water(self) -> gpd.GeoDataFrame:
        """Water, as polygons."""
        return self._geo("water")

    @property
    def officers(self) -> pd.DataFrame:
        """Officers, without geometry."""
        return self._frame("officers")

    @property
    def photos(self) -> gpd.GeoDataFrame:
        """Photos; the point is where the camera stood, None where the picture does not say."""
        return self._geo("photos")
