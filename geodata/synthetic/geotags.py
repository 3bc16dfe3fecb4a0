"""Where the phone said it was: noise by accuracy, places typed in, none; and the few who only pretended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.synthetic.chance import Bools, Floats, Ints, Objects, pick, words
from geodata.synthetic.clock import Stops
from geodata.synthetic.people import People
from geodata.synthetic.register import Register
from geodata.synthetic.visits import NOBODY

FAKES = ("burst", "office-typed", "same-spot", "mock")
"""Check-ins of a whole day in minutes from one spot; typed at the office; identical coordinates; a mocked position."""

FAKERS, FAKE_DAYS = 0.04, 0.22
"""Share of inspectors who pretend, and on which share of their days."""
SOURCES = ("gps", "exif", "typed", None)


@dataclass(frozen=True)
class Geotags:
    """One entry a stop.

    Attributes
    ----------
    minute
        Minutes of the day (pretended visits have their own).
    source, accuracy, xy
        Canonical word or None; metres, NaN where not said; (n, 2) metres, NaN where there is no point.
    fake
        Kind of pretence, None for a real visit. The truth: for tests only.
    """

    minute: Floats
    source: Objects
    accuracy: Floats
    xy: Floats
    fake: Objects


def make_geotags(stops: Stops, register: Register, people: People, rng: np.random.Generator) -> Geotags:
    """Tag every stop as an honest phone would, then let the pretenders pretend."""
    n = len(stops.minute)
    by = stops.visits.by
    usual = by == "inspector"
    source_of = np.where(usual, pick([0.915, 0.03, 0.03, 0.025], n, rng), pick([0.62, 0.08, 0.1, 0.2], n, rng))
    source_of = np.where(by == "enterprise", pick([0.0, 0.0, 0.25, 0.75], n, rng), source_of)
    source = words(*(s or "" for s in SOURCES))[source_of]
    accuracy = np.clip(np.exp(rng.normal(np.log(8.5), 0.6, n)), 3, 30).round(1)
    where = register.xy[stops.visits.place]
    xy = where + accuracy[:, None] / 1.515 * rng.standard_normal((n, 2))
    # some check in only at the corner
    corner = (rng.random(n) < 0.012) & (source == "gps")
    xy[corner] += rng.choice([-1, 1], (int(corner.sum()), 2)) * rng.uniform(90, 190, (int(corner.sum()), 2))
    xy[source == "typed"] = where[source == "typed"]
    xy[source == ""] = np.nan
    accuracy[np.isin(source, ("typed", "", "exif"))] = np.nan
    source[source == ""] = None
    honest = Geotags(stops.minute.copy(), source, accuracy, xy, np.full(n, None, dtype=object))
    return _pretend(honest, stops, register, people, rng)


def _pretenders(stops: Stops, people: People, rng: np.random.Generator) -> tuple[Bools, Ints]:
    """Draw the officer-days that were made up, and for each stop the kind of its officer's pretence."""
    inspectors = people.positions("inspector")
    busy = np.bincount(stops.visits.officer[stops.visits.officer != NOBODY], minlength=len(people.ids))[inspectors]
    usual = inspectors[busy >= np.median(busy)]  # who hardly goes out has little to pretend
    some = rng.permutation(usual)[: max(len(FAKES), round(FAKERS * len(inspectors)))]
    kind = np.full(len(people.ids), -1)
    kind[some] = np.arange(len(some)) % len(FAKES)
    dishonest = rng.random(int(stops.tour.max()) + 1) < FAKE_DAYS
    stop_kind = np.where(stops.visits.officer == NOBODY, -1, kind[stops.visits.officer])
    return (stop_kind >= 0) & (stops.tour != NOBODY) & dishonest[stops.tour], stop_kind


def _pretend(tags: Geotags, stops: Stops, register: Register, people: People, rng: np.random.Generator) -> Geotags:
    """Overwrite the tags of made-up officer-days."""
    made_up, kind = _pretenders(stops, people, rng)
    officer = stops.visits.officer
    nth = np.arange(len(officer)) - np.searchsorted(stops.tour, stops.tour)
    spot = people.base[officer] + (700, -500)
    start = people.hours[officer, 0] + 90 + (stops.tour * 37) % 240
    for number, name in enumerate(FAKES):
        mine = np.flatnonzero(made_up & (kind == number))
        tags.fake[mine], tags.source[mine] = name, "gps"
        tags.accuracy[mine] = rng.uniform(3, 9, len(mine)).round(1)
        if name in ("burst", "office-typed"):
            tags.minute[mine] = start[mine] + 0.9 * nth[mine] + rng.uniform(0, 0.4, len(mine))
        if name == "burst":
            tags.xy[mine] = spot[mine] + rng.normal(0, 3, (len(mine), 2))
        elif name == "same-spot":
            tags.xy[mine] = spot[mine]
        else:
            tags.xy[mine] = register.xy[stops.visits.place[mine]]
            tags.source[mine] = "typed" if name == "office-typed" else "mock"
            tags.accuracy[mine] = np.nan if name == "office-typed" else 1.0
    return tags
