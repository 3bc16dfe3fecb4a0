"""A square town of square grids with as many looks and finds as asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from coverage.hazards import hazard_register
from coverage.hotspots.spots import HotSpots, Question, hot_spots
from geodata.ledger import Ledger
from geodata.model import Town
from tests.coverage.towns import SIDE, SOUTH, WEST, areas_frame, frame, geo, points

TOWN = Town("样板镇", "441900121")
ZONE = ZoneInfo(TOWN.timezone)
DAY = date(2024, 6, 30)


def ledger_of(looks: Any, finds: Any, *, columns: int, by: str = "inspector") -> Ledger:
    """Make grids row by row, each with one place in its middle.

    Parameters
    ----------
    looks, finds
        Shape (grids, months), months from January 2024 on: inspections and hazards of each grid.
    columns
        Grids in one row.
    by
        Who inspects.
    """
    looks, finds = np.asarray(looks), np.asarray(finds)
    spots = [(at % columns, at // columns) for at in range(len(looks))]
    corners = [(WEST + x * SIDE, SOUTH + y * SIDE, WEST + (x + 1) * SIDE, SOUTH + (y + 1) * SIDE) for x, y in spots]
    grids = [{"code": f"g{at}", "name": f"{at}格", "level": "grid", "box": box} for at, box in enumerate(corners)]
    root = {"code": TOWN.code, "name": TOWN.name, "level": "town", "box": None}
    places = [
        {"id": f"p{at}", "name": "场所", "xy": ((w + e) / 2, (s + n) / 2)} for at, (w, s, e, n) in enumerate(corners)
    ]
    inspections = _events(looks, "i", "at", by=by, officer=None, xy=None, inspection_id=None, level=None)
    hazards = _events(finds, "h", "found_at", by=None, officer=None, xy=None, inspection_id=None, level="一般")
    blank = {"industry": None, "risk": None, "department": None, "opened": None}
    places = [blank | place for place in places]
    empty = {"category": None, "deadline": None, "rectified_at": None, "closed_at": None, "void": False}
    hazards = [empty | hazard for hazard in hazards]
    moments = dict.fromkeys(("found_at", "rectified_at", "closed_at"), TOWN.timezone)
    return Ledger.whole(
        TOWN,
        {
            "areas": areas_frame([root, *grids]),
            "past_areas": areas_frame([]),
            "places": geo(
                places, points(places), texts=("id", "name", "industry", "risk", "department"), dates=("opened",)
            ),
            "inspections": geo(
                inspections,
                points(inspections),
                texts=("id", "place_id", "officer", "by"),
                moments={"at": TOWN.timezone},
            ),
            "officers": frame([], texts=("id", "name", "role", "area")),
            "hazards": geo(
                hazards,
                points(hazards),
                texts=("id", "inspection_id", "place_id", "level", "category"),
                dates=("deadline",),
                moments=moments,
                flags=("void",),
            ),
        },
    )


def _events(counts: np.ndarray, prefix: str, moment: str, **constant: Any) -> list[dict[str, Any]]:
    rows = []
    for at, months in enumerate(counts):
        for month, number in enumerate(months, start=1):
            start = datetime(2024, month, 3, 9, tzinfo=ZONE)
            rows += [
                {
                    **constant,
                    "id": f"{prefix}{at}-{month}-{n}",
                    "place_id": f"p{at}",
                    moment: start + timedelta(minutes=n),
                }
                for n in range(number)
            ]
    return rows


def spots_of(ledger: Ledger, day: date = DAY, **question: Any) -> HotSpots:
    """Give the hot spots of a ledger."""
    return hot_spots(ledger, hazard_register(ledger, day), Question(**question))


def corner(size: int, months: int, hot: int, cool: int) -> np.ndarray:
    """Give finds of size × size grids: `hot` in the south-west 3 × 3, `cool` (and its small changes) elsewhere."""
    x, y = np.meshgrid(np.arange(size), np.arange(size))
    finds = np.where((x < 3) & (y < 3), hot, cool + (x * 7 + y * 3) % 3).ravel()
    return np.repeat(finds[:, None], months, axis=1)


__all__ = ["DAY", "TOWN", "corner", "ledger_of", "spots_of"]
