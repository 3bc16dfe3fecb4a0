"""What stands on a map on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from coverage.density import Bounds
from geodata.model import Level, Town
from maps.backdrop import Backdrop
from maps.colours import PlaceStyle

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Dots:
    """Places of one kind: how they look, and their positions (n, 2) in degrees, NaN where there is none."""

    style: PlaceStyle
    diameter: float
    spots: Floats


@dataclass(frozen=True)
class Tint:
    """Areas filled by class: class of each area of a level (position in `fills`), in the order of their codes."""

    level: Level
    classes: npt.NDArray[np.int64]
    fills: Sequence[str]
    labels: Sequence[str]
    title: str
    rule: str


@dataclass(frozen=True)
class Listed:
    """A place that is numbered on the map and named beside it; lon and lat are NaN where there is no position."""

    name: str
    where: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Wall:
    """What stands on a sheet.

    Attributes
    ----------
    subject, town, as_of, source
        What it shows, after the town's name; of which day; where the figures come from.
    bounds
        What the map shows (degrees); None when nothing has a position.
    areas, backdrop
        The town's areas (EPSG:4326, root first) and its ground.
    tint, dots
        Fills below, dots above, the last ones on top.
    header, rows
        A table beside the map: words of the columns, and a row an area.
    roll, roll_title
        Places to be numbered and named, where all of them find room; else the sheet says how many there are.
    notes
        What the map does not show, and why.
    """

    subject: str
    town: Town
    as_of: date
    source: str
    bounds: Bounds | None
    areas: gpd.GeoDataFrame
    backdrop: Backdrop
    tint: Tint | None = None
    dots: Sequence[Dots] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    roll: Sequence[Listed] = ()
    roll_title: str = ""
    notes: Sequence[str] = ()

    @property
    def named(self) -> Level:
        """The level whose names stand on the map: communities, else the one that is tinted."""
        has = bool((self.areas["level"] == str(Level.COMMUNITY)).any())
        return Level.COMMUNITY if has or self.tint is None else self.tint.level
