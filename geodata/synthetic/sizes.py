"""How big the made-up towns are."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType


@dataclass(frozen=True)
class TownSize:
    """One town: its share of the ground and what it is divided into."""

    name: str
    places: int
    districts: int
    communities: int
    grids: int


@dataclass(frozen=True)
class Size:
    """What is made, to the row.

    Attributes
    ----------
    area_km2, estuary
        Land area in km²; at an estuary (open water) or along a river.
    spacing_m
        Distance of streets before they are bent; closer in the centres.
    inspections, hazards, rectified, majors, majors_rectified, void
        Rows; `hazards` and what follows do not count the void ones, which come on top.
    hazard_places
        Different places with at least one hazard.
    track_days
        Days of one officer that were recorded by phone.
    rural
        A township of villages: places by the counts of `trades`, not by shares.
    """

    name: str
    code: str
    towns: tuple[TownSize, ...]
    area_km2: float
    estuary: bool
    spacing_m: float
    inspections: int
    hazards: int
    rectified: int
    majors: int
    majors_rectified: int
    void: int
    hazard_places: int
    track_days: int
    rural: bool = False

    @property
    def places(self) -> int:
        """Places of all towns."""
        return sum(town.places for town in self.towns)


_CITY = (
    TownSize("合成甲镇", 30_000, 4, 26, 380),
    TownSize("合成乙镇", 23_000, 4, 20, 290),
    TownSize("合成丙镇", 18_000, 3, 16, 226),
    TownSize("合成丁镇", 14_000, 3, 14, 176),
    TownSize("合成戊镇", 9_500, 2, 10, 120),
    TownSize("合成己镇", 5_500, 2, 8, 70),
)

SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "village": Size(
            "合成乡", "990001002", (TownSize("合成乡", 982, 3, 10, 24),), 46, False, 105,
            6_400, 3_150, 2_952, 4, 3, 26, 412, 60, rural=True,
        ),
        "humen": Size(
            "合成镇", "990001001", (TownSize("合成镇", 33_826, 4, 29, 424),), 168, True, 118,
            131_275, 146_354, 138_012, 33, 33, 0, 8_578, 300,
        ),
        "city": Size(
            "合成市", "990001", _CITY, 760, True, 150,
            388_000, 432_000, 406_900, 97, 92, 1_300, 25_400, 400,
        ),
    }
)  # fmt: skip
"""The made-up towns. `humen` has the published figures of a real town's half year (DOMAIN.md), not its map."""

LEAST_PLACES, MOST_PLACES = 500, 33_826
A_CITY = 60
"""Made-up towns of one city, before the next one begins."""


def mixed_size(number: int, seed: int) -> Size:
    """Give the size of one of many towns: small ones often, up to that of `humen`, all else in its proportions.

    Places are log-uniform between `LEAST_PLACES` and `MOST_PLACES`, drawn by the number and the seed. The code is made
    up (`mixed_code`).
    """
    whole = SIZES["humen"]
    low, high = math.log(LEAST_PLACES), math.log(MOST_PLACES)
    places = round(math.exp(low + (high - low) * random.Random(f"{seed}/{number}").random()))  # noqa: S311 - no secret
    share = places / whole.places
    communities = max(3, round(29 * share))
    code = mixed_code(number)
    town = TownSize(f"合成{code[2:]}镇", places, 2 if communities < 8 else 4, communities, max(8, round(424 * share)))
    hazards = round(whole.hazards * share)
    return replace(
        whole,
        name=town.name,
        code=code,
        towns=(town,),
        area_km2=max(30.0, whole.area_km2 * share**0.6),
        inspections=round(whole.inspections * share),
        hazards=hazards,
        rectified=round(hazards * (0.88 + 0.1 * random.Random(f"{number}/{seed}").random())),  # noqa: S311
        majors=max(1, round(33 * share)),
        majors_rectified=max(1, round(33 * share)),
        hazard_places=round(whole.hazard_places * share),
        track_days=5,
    )


def mixed_code(number: int) -> str:
    """Give the code of one of many towns: 9 digits, of provinces that there are none of (90 to 99, 99 first)."""
    city, town = divmod(number, A_CITY)
    return f"{99 - city // 99:02d}{city % 99 + 1:02d}01{town + 1:03d}"
