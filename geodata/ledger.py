"""The ledger: the tables of one town, read from the store, handed up through every floor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.model import Town
from geodata.tables import TABLES


@dataclass(frozen=True)
class Ledger:
    """Frames of one town, by table name, with columns as `geodata.tables` says and geometry in EPSG:4326.

    A table that was not read raises LookupError when asked for: nothing is ever counted from a missing table.
    """

    town: Town
    frames: Mapping[str, pd.DataFrame]

    @classmethod
    def whole(cls, town: Town, frames: Mapping[str, pd.DataFrame]) -> Ledger:
        """Give the ledger of a town that has these tables and nothing else: the others are empty."""
        empty = {name: nothing(name, town.timezone).copy(deep=False) for name in TABLES if name not in frames}
        return cls(town, {**frames, **empty})

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
        """Areas of every level as they are now, the root among them; MULTIPOLYGON or None."""
        return self._geo("areas")

    def areas_on(self, day: date) -> gpd.GeoDataFrame:
        """Give the areas that were in force on a day, with the columns of `areas`.

        An area is in force from its day `since` (missing: always) until the day before `until`.
        """
        areas, past = self.areas, self._geo("past_areas")
        on = np.datetime64(day, "s")
        since = areas["since"].to_numpy(dtype="datetime64[s]")
        now = areas if not (since > on).any() else areas[~(since > on)]
        began, ended = (past[name].to_numpy(dtype="datetime64[s]") for name in ("since", "until"))
        then = past[~(began > on) & (on < ended)]
        if then.empty:
            return now
        both = pd.concat([now, then[list(areas.columns)]], ignore_index=True)
        return gpd.GeoDataFrame(both, geometry="geometry", crs=areas.crs)

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

    @property
    def masks(self) -> gpd.GeoDataFrame:
        """Ground that is left out of the ground figures, as polygons."""
        return self._geo("masks")

    @property
    def exemptions(self) -> pd.DataFrame:
        """When places were suspended or exempt, from what and why."""
        return self._frame("exemptions")

    @property
    def moves(self) -> gpd.GeoDataFrame:
        """When places moved; the point is where each stood before that day, None where nobody says."""
        return self._geo("moves")

    @property
    def steps(self) -> gpd.GeoDataFrame:
        """What was done about hazards, step by step, in the order of writing; the point is where it was done."""
        return self._geo("steps")

    @property
    def risk_decisions(self) -> pd.DataFrame:
        """Which risk people gave places, each with what it was before, in the order of writing."""
        return self._frame("risk_decisions")

    @property
    def planned_routes(self) -> gpd.GeoDataFrame:
        """Routes of officers by day, every revision, in the order of writing; the line is the way."""
        return self._geo("planned_routes")

    @property
    def planned_stops(self) -> gpd.GeoDataFrame:
        """The stops of those routes, each where the place stood."""
        return self._geo("planned_stops")

    @property
    def route_skips(self) -> gpd.GeoDataFrame:
        """What was left out on the way and why, and what of it was taken back; the point is where somebody said so."""
        return self._geo("route_skips")

    @property
    def reviews(self) -> pd.DataFrame:
        """What people think of inspections: every judgement, in the order of writing."""
        return self._frame("reviews")

    @property
    def adoptions(self) -> pd.DataFrame:
        """Which new divisions of the town came into force, when and why."""
        return self._frame("adoptions")

    @property
    def successions(self) -> pd.DataFrame:
        """Which areas new ones come from, by adoption: m² and places that they have in common."""
        return self._frame("successions")


@lru_cache
def nothing(name: str, timezone: str) -> pd.DataFrame:
    """Give an empty frame of a table; kept, since making the dtypes of all of them takes tens of milliseconds."""
    table = TABLES[name]
    dtypes = {"date": "datetime64[s]", "moment": f"datetime64[s, {timezone}]", "flag": "bool"}
    dtypes |= dict.fromkeys(("integer", "number"), "float64")
    frame = pd.DataFrame({column.name: pd.Series([], dtype=dtypes.get(column.kind, "str")) for column in table.columns})
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], crs=4326)) if table.geometry else frame
