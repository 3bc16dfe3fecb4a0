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
    """What a figure is laid beside: another day, the figure then, and how it changed since (None: not known)."""

    word: str
    shown: str
    change: Mapping[str, str] | None


@dataclass(frozen=True)
class Tile:
    """A figure of the board.

    Attributes
    ----------
    figure, shown
        Which it is, and its value as it is written, without its unit.
    beside
        The month before and the year before, where anything is known of them.
    line, told
        Its course over the months, and the same in words.
    alarm
        It is against a rule or a deadline.
    opens
        Address of the rows behind it.
    ranking
        Measure of `RANKED` that areas are compared by; None: they are not.
    """

    figure: KeyFigure
    shown: str
    beside: Sequence[Beside]
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
    area
        How the area is asked for (`level:code`), None for the whole town.
    path
        The areas that hold it, from the town down, and itself: name and how each is asked for.
    tiles
        In the order of `KEY_FIGURES`.
    parts, ranked, ranking
        Word of the level below (empty: not divided further), by which measure its areas are ranked, and the rows:
        rank (None: no data), moved (places won since the month before; None: not known), name, area, value, before
        (written), whole (how much it rests on).
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
