"""Routes that are kept: what each revision says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import shapely

Spot = tuple[float, float]
DRAFT, SENT = "draft", "sent"
PLAN, UNDO, SEND = "plan", "undo", "send"
ACTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        PLAN: "排出",
        "lock": "锁定",
        "unlock": "解锁",
        "drop": "去掉",
        "move": "改顺序",
        "add": "加一处",
        "give": "换给别人",
        "take": "从别人接来",
        "replan": "重排",
        UNDO: "撤回",
        SEND: "发到手机",
    }
)


@dataclass(frozen=True)
class KeptStop:
    """A stop of a kept route: what the visit is, and when it is by the latest reckoning.

    Attributes
    ----------
    stay
        Seconds.
    opens, closes, arrive, begin, leave
        Seconds of the day.
    lon, lat
        Degrees, WGS 84.
    locked
        Stays with its officer when the rest is planned anew.
    done
        Visited before the rest was planned anew: it stands as it was.
    travel_minutes, length_m
        From the stop before.
    problem
        Why this stop can't be kept as it stands; "" where it can.
    """

    place_id: str
    stay: int
    opens: int
    closes: int
    prize: float
    why: str
    lon: float
    lat: float
    must: bool = False
    locked: bool = False
    done: bool = False
    partner: str | None = None
    arrive: int = 0
    begin: int = 0
    leave: int = 0
    travel_minutes: float = 0.0
    length_m: float = 0.0
    problem: str = ""


@dataclass(frozen=True)
class KeptRoute:
    """One revision of an officer's route of a day.

    Attributes
    ----------
    begin, end
        From when the stops that are not done are planned (of the shift, or the moment of planning anew), and the end
        of the shift; seconds of the day.
    start, finish
        Where from, at `begin`, and where to; degrees.
    stops
        In the order of the walk, those that are done first.
    lunch
        None where none falls on the way.
    problems
        What is wrong with the route as a whole.
    line
        The way ahead: a part a leg, from `start` past the stops that are not done to `finish`.
    """

    day: date
    officer: str
    revision: int
    state: str
    at: datetime
    actor: str
    action: str
    reason: str
    mode: str
    begin: int
    end: int
    start: Spot
    finish: Spot
    stops: tuple[KeptStop, ...] = ()
    depart: int = 0
    home: int = 0
    lunch: tuple[int, int] | None = None
    travel_minutes: float = 0.0
    stay_minutes: float = 0.0
    wait_minutes: float = 0.0
    length_m: float = 0.0
    prize: float = 0.0
    feasible: bool = True
    straight: bool = False
    problems: tuple[str, ...] = ()
    line: shapely.MultiLineString | None = field(default=None, compare=False)

    @property
    def done(self) -> tuple[KeptStop, ...]:
        """The stops that are done."""
        return tuple(stop for stop in self.stops if stop.done)

    @property
    def ahead(self) -> tuple[KeptStop, ...]:
        """The stops that are not done."""
        return tuple(stop for stop in self.stops if not stop.done)

    @property
    def places(self) -> tuple[str, ...]:
        """Ids of the places, in the order of the walk."""
        return tuple(stop.place_id for stop in self.stops)

    def following(self, *, action: str, actor: str, at: datetime, reason: str = "", state: str = DRAFT) -> KeptRoute:
        """Give the revision after this one, as yet the same."""
        marks: dict[str, Any] = {"action": action, "actor": actor, "at": at, "reason": reason, "state": state}
        return replace(self, revision=self.revision + 1, **marks)

    def same_walk(self, other: KeptRoute) -> bool:
        """Say whether two revisions are the same walk: stops, order, locks, from when and where."""
        mine, theirs = ([(stop.place_id, stop.locked, stop.done) for stop in each.stops] for each in (self, other))
        return mine == theirs and (self.begin, self.start) == (other.begin, other.start)


History = tuple[KeptRoute, ...]
"""Every revision of one officer's route of one day, the first first."""
