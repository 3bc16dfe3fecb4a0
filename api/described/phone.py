"""What the OpenAPI description says of the answers to phones."""

from __future__ import annotations

from datetime import date
from typing import Literal

from api.described.done import Today
from api.described.shapes import Shape


class ItemSaid(Shape):
    """One thing to look at; `hazard`, `level` and `category` of it when it fails."""

    id: str
    text: str
    hazard: str
    level: str
    category: str | None


class ChecklistSaid(Shape):
    """A checklist of some industries; of none: of every place that no other names."""

    id: str
    name: str
    industry: list[str]
    items: list[ItemSaid]


class ChecklistsSaid(Shape):
    """The town's checklists."""

    rows: list[ChecklistSaid]


class Owed(Shape):
    """A duty that is not done, and why it is owed; `own`: an inspection by the officer counts for it."""

    state: Literal["overdue", "pending"]
    why: str
    own: bool


class PhonePlace(Shape):
    """A place of the officer's, WGS 84; null where it has no position.

    `links`: ways to navigate there, of one where the officer has something to do.
    """

    id: str
    name: str | None
    address: str | None
    industry: str | None
    risk: str | None
    lon: float | None
    lat: float | None
    owes: list[Owed]
    links: list[tuple[str, str]]


class PutRight(Shape):
    """What was said when a hazard was put right last, and the ids of the photos."""

    at: date
    reason: str | None
    photos: list[str]


class PhoneHazard(Shape):
    """A hazard that is not at an end; `recheck`: the officer may re-check it now.

    `late`: working days since the deadline of one that is overdue, null of one that is not; `photos`: ids of those that
    show it as it was found.
    """

    id: str
    place_id: str
    level: str | None
    description: str | None
    found: date
    deadline: date | None
    late: int | None
    state: str
    recheck: bool
    photos: list[str]
    put_right: PutRight | None


class Finding(Shape):
    """What the town asks of a hazard that is found.

    `deadlines`: level → the deadline that the rules propose for one found on the document's day, the next day, …;
    `fix_photo`: one that was put right on the spot needs a photo.
    """

    deadlines: dict[Literal["一般", "重大"], list[date]]
    fix_photo: bool


class PhoneGround(Shape):
    """Lines of a map without tiles, each a list of lon, lat (WGS 84)."""

    grid: list[list[list[float]]]
    roads: list[list[list[float]]]


class PhoneDay(Shape):
    """What a phone takes along for a day."""

    route: Today
    role: str
    places: list[PhonePlace]
    hazards: list[PhoneHazard]
    checklists: list[ChecklistSaid]
    finding: Finding
    ground: PhoneGround


class TrackKept(Shape):
    """What became of a piece of track: how many fixes came, how many stand in its line, what was dropped or cut."""

    id: str
    officer: str
    fixes: int
    kept: int
    told: str
