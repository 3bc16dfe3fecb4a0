"""What stands on a leader's board (领导看板), ready to be written: on a page or on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from coverage.leader_board import KeyFigure
from geodata.model import Level, Town
from maps.leader_board.drawing import AreaMap, Spark
from maps.leader_board.ranked import Ranked


@dataclass(frozen=True)
class Beside:
    """What a figure is laid beside.

    Attributes
    ----------
    word, day
        Which day it is of, in words, and the day.
    value, shown
        The figure then (None: not known), and as it is written.
    by, change
        How much it changed since, and the same in words; None: not known, or the days can't be compared.
    """

    word: str
    day: date
    value: float | None
    shown: str
    by: float | None
    change: Mapping[str, str] | None


@dataclass(frozen=True)
class Against:
    """The day that a board is laid beside: how it is asked for, its word in a header, and the sentence about it."""

    asked: str
    day: date
    word: str
    sentence: str


@dataclass(frozen=True)
class Tile:
    """A figure of the board.

    Attributes
    ----------
    figure, value, shown
        Which it is, its value (None: not known), and as it is written, without its unit.
    beside
        The days that it is laid beside, where anything is known of them.
    course
        Day and value (None: not known) of the months up to this one, the oldest first.
    line, told
        The course as a line, and in words.
    alarm
        It is against a rule or a deadline.
    opens
        Address of the rows behind it.
    ranking
        Measure of `RANKED` that areas are compared by; None: they are not.
    """

    figure: KeyFigure
    value: float | None
    shown: str
    beside: Sequence[Beside]
    course: Sequence[tuple[date, float | None]]
    line: Spark
    told: str
    alarm: bool
    opens: str
    ranking: str | None


@dataclass(frozen=True)
class Board:
    """The board of an area.

    Attributes
    ----------
    name, level, as_of, town
        Of the area, the day, the town.
    against
        The day that areas are compared with.
    area
        How the area is asked for (`level:code`), None for the whole town.
    path
        The areas that hold it, from the town down, and itself: name and how each is asked for.
    tiles
        In the order of `KEY_FIGURES`.
    parts, ranked, ranking
        Word of the level below (empty: not divided further), by which measure its areas are ranked, and the rows:
        rank (None: no data), moved (places won since the other day; None: not known), name, area, value, before, whole
        (how much it rests on), the last three as numbers and, `shown`, as they are written.
    map, named
        The same areas drawn (None: no borders), and the row of the ranking of each.
    majors, counted
        Major hazards that are not closed, as `Clocks.majors` has them; how many there were of all.
    places
        Where the area is not divided further: its places with most to be done.
    notes
        What has to be known to read the figures.
    """

    name: str
    level: Level
    as_of: date
    town: Town
    against: Against
    area: str | None
    path: Sequence[tuple[str, str | None]]
    tiles: Sequence[Tile]
    parts: str
    ranked: Ranked
    ranking: Sequence[Mapping[str, Any]]
    map: AreaMap | None
    named: Sequence[Mapping[str, Any]]
    majors: Sequence[Mapping[str, Any]]
    counted: Mapping[str, int]
    places: Sequence[Mapping[str, Any]]
    notes: Sequence[str]
