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
from maps.shapes import Geometries

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Dots:
    """Places of one kind: how they look, and their positions (n, 2) in degrees, NaN where there is none."""

    style: PlaceStyle
    diameter: float
    spots: Floats


@dataclass(frozen=True)
class Tint:
    """Areas filled by class: class of each area of a level (position in `fills`), in the order of their codes.

    `hatches` are millimetres on A3 between the lines that some classes bear, so that they are told apart on a print
    without colours too; 0 or left out: none.
    """

    level: Level
    classes: npt.NDArray[np.int64]
    fills: Sequence[str]
    labels: Sequence[str]
    title: str
    rule: str
    hatches: Sequence[float] = ()


@dataclass(frozen=True)
class Bands:
    """A surface by class, the lowest first: polygons (degrees) of what lies at or above the class's lower limit."""

    shapes: Sequence[Geometries]
    fills: Sequence[str]
    labels: Sequence[str]
    title: str
    rule: str


@dataclass(frozen=True)
class Way:
    """A way that somebody goes, with arrows: its lines (degrees), colour and width (millimetres on A3)."""

    lines: Geometries
    colour: str
    width: float


@dataclass(frozen=True)
class Listed:
    """A place that is numbered on the map and named beside it; lon and lat are NaN where there is no position."""

    name: str
    where: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Roll:
    """Places to be numbered on the map and named beside it.

    Attributes
    ----------
    title, rows
        What they are, and which.
    fill, diameter
        Of the discs of their numbers (millimetres on A3); no diameter: the numbers stand on dots that are there.
    ranked
        The first ones are listed when not all find room; else all or none, and the sheet says how many there are.
    """

    title: str
    rows: Sequence[Listed]
    fill: str
    diameter: float = 0.0
    ranked: bool = False


@dataclass(frozen=True)
class Numbers:
    """Numbers on discs, each at its spot or, where they would touch, beside it with a thin line to it.

    Attributes
    ----------
    spots
        (n, 2) degrees, NaN where there is none.
    texts, fills
        Of each what stands on the disc, and its colour.
    diameter
        Millimetres on A3.
    """

    spots: Floats
    texts: Sequence[str]
    fills: Sequence[str]
    diameter: float


@dataclass(frozen=True)
class Listing:
    """A table beside the map.

    Attributes
    ----------
    title, header, fills
        Words of the columns, or the colours that stand for them.
    rows
        Cells as they are written.
    codes
        Of the area of each row, None where it is none.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    fills: Sequence[str] = ()
    codes: Sequence[str | None] = ()


@dataclass(frozen=True)
class Key:
    """A row of the legend that stands for a way or for a number on a disc."""

    label: str
    colour: str
    width: float
    disc: bool = False


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
    tint, bands, ways, dots, numbers
        Fills below, then surfaces, ways, dots, numbers, the last ones on top.
    figures
        A figure under the name of each area of `named`, in the order of their codes; none: names alone.
    table
        A row an area, or an officer.
    roll
        Places to be numbered and named.
    keys
        Rows of the legend of ways and numbers.
    notes
        What the map does not show, and why.
    day_words
        What stands before the day.
    """

    subject: str
    town: Town
    as_of: date
    source: str
    bounds: Bounds | None
    areas: gpd.GeoDataFrame
    backdrop: Backdrop
    tint: Tint | None = None
    bands: Bands | None = None
    ways: Sequence[Way] = ()
    dots: Sequence[Dots] = ()
    numbers: Numbers | None = None
    figures: Sequence[str] = ()
    table: Listing | None = None
    roll: Roll | None = None
    keys: Sequence[Key] = ()
    notes: Sequence[str] = ()
    day_words: str = "截至"

    @property
    def named(self) -> Level:
        """The level whose names stand on the map: communities, else the one that is tinted."""
        has = bool((self.areas["level"] == str(Level.COMMUNITY)).any())
        return Level.COMMUNITY if has or self.tint is None else self.tint.level


def spots_of(rows: Sequence[Listed]) -> Floats:
    """Give the (n, 2) degrees of listed places."""
    return np.array([(each.lon, each.lat) for each in rows], dtype=float).reshape(-1, 2)
