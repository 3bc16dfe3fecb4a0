"""Single things with rules: the town, its levels, risks and the words a ledger may use for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo


class Level(StrEnum):
    """Level of an area, from the top down."""

    CITY = "city"
    TOWN = "town"
    DISTRICT = "district"
    COMMUNITY = "community"
    GRID = "grid"

    @property
    def depth(self) -> int:
        """Give 0 for the city … 4 for the grid."""
        return LEVELS.index(self)

    @property
    def chinese(self) -> str:
        """Give the office's word for the level."""
        return LEVEL_NAMES[self]


LEVELS: tuple[Level, ...] = tuple(Level)
LEVEL_NAMES: dict[Level, str] = {
    Level.CITY: "市",
    Level.TOWN: "镇街",
    Level.DISTRICT: "片区",
    Level.COMMUNITY: "村/社区",
    Level.GRID: "网格",
}

RISKS: tuple[str, ...] = ("重大", "较大", "一般", "低")
"""The four colours of the national scheme, worst first: red, orange, yellow, blue."""

HAZARD_LEVELS: tuple[str, ...] = ("一般", "重大")

ROOT_LEVEL_BY_DIGITS: dict[int, Level] = {6: Level.CITY, 9: Level.TOWN, 12: Level.COMMUNITY}


def root_level(code: str) -> Level:
    """Give the level of a division code: 6 digits a city, 9 a town, 12 a community (a town when it ends in 000).

    GB/T 2260 gives the 6 digits of the county level, GB/T 10114 the next 3 of the town; the statistics office writes
    a town with 3 zeros behind. Raises ValueError for anything else.
    """
    if not (code.isascii() and code.isdigit()) or len(code) not in ROOT_LEVEL_BY_DIGITS:
        raise ValueError(f"区划代码 division code {code!r} must be 6 (city), 9 (town) or 12 digits")
    if len(code) == 12 and code.endswith("000"):
        return Level.TOWN
    return ROOT_LEVEL_BY_DIGITS[len(code)]


@dataclass(frozen=True)
class Town:
    """The town (or city) of a store: root of its areas, with the settings that a town may choose.

    Attributes
    ----------
    name, code
        Name and division code (6, 9 or 12 digits).
    timezone
        IANA name; every date and calendar period is local to it.
    tolerance_m
        Metres within which a geotag counts as being at its place, before its own accuracy is added.
    synthetic
        True for a made-up town: every page and map says so.
    """

    name: str
    code: str
    timezone: str = "Asia/Shanghai"
    tolerance_m: float = 100.0
    synthetic: bool = False

    @property
    def level(self) -> Level:
        """Level of the root area."""
        return root_level(self.code)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)
