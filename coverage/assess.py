"""Coverage of a town on a day: the table of contents of this package. Read it first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from coverage.counting import Count
from coverage.duties import Owed, owed_rules, proof_from
from coverage.exemptions import exemptions_as_of
from coverage.frames import with_rows
from coverage.grouping import AREA_GROUPS, Groups
from coverage.lookups import Lookups
from coverage.moves import places_on
from coverage.officers import officers_of_places
from coverage.periods import check_day
from coverage.places import judge
from coverage.risk_decisions import risks_on
from coverage.roster import known_places
from coverage.rules import Rule
from coverage.verify import town_centre, verify
from coverage.visits import Ints, match_visits
from geodata.ledger import Ledger
from geodata.model import Town
from grids.hierarchy import areas_of_town

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "areas": ("code", "name", "level", "since", "geometry"),
        "past_areas": ("code", "name", "level", "since", "until", "geometry"),
        "places": (
            *("id", "name", "industry", "risk", "headcount", "department", "tags"),
            *("opened", "closed", "status", "geometry"),
        ),
        "inspections": ("place_id", "officer", "by", "at", "accuracy", "geotag", "covers", "geometry"),
        "exemptions": ("place_id", "kind", "duty", "first", "last"),
        "moves": ("place_id", "day", "geometry"),
        "risk_decisions": ("place_id", "at", "before"),
        "officers": ("id", "name", "role", "area"),
    }
)
"""Tables and columns that `assess` reads: `store.ledger(*NEEDED, columns=NEEDED)`."""

JUDGED_BY = ("id", "opened", "closed_from", "lon", "lat", *AREA_GROUPS)
"""Columns of the places that what becomes of their duties depends on."""
BY_VISITS = ("state", "never", "counted", "verified", "last")
"""Columns of the duties that depend on inspections."""


@dataclass(frozen=True)
class Assessment:
    """What every place of a town owes on a day, and what became of it.

    Attributes
    ----------
    town, as_of, rules
        What was asked; the rules in force on the day.
    areas
        Root first, then by level and code (`grids.hierarchy.areas_of_town`): code, name, level, geometry (EPSG:4326).
    places
        One row a place known as of D: id, name, industry, risk, department, tags (str, NaN = missing), headcount
        (float), opened, closed_from (datetime64[s], NaT = missing / open), lon, lat (degrees, NaN = no position),
        officer (key), officer_name; for each level present an int column of its name: position in `areas`, -1 in no
        area of the level, -2 without position.
    duties
        One row a place × owed rule: place, rule (int, positions in `places`, `rules`), state (category: done, pending,
        overdue, exempt), never (bool), counted (int, counted inspections in the period), verified (bool: owed, and
        verified inspections alone reach `times`), last (datetime64[s], day of the latest counted one, NaT = none).
    centre
        `coverage.verify.town_centre` of the places.
    lookups
        What stays when other inspections are known.
    """

    town: Town
    as_of: date
    rules: tuple[Rule, ...]
    areas: gpd.GeoDataFrame
    places: pd.DataFrame
    duties: pd.DataFrame
    centre: tuple[float, float]
    lookups: Lookups = field(default_factory=Lookups, repr=False, compare=False)

    def rows_of(self, place_ids: Collection[str]) -> Ints:
        """Give the rows of some places, in order; unknown ids have none."""
        return self.lookups.rows_of(self.places, place_ids)

    def groups(self, by: str) -> Groups:
        """Group the places by any word but `rule`; QuestionProblem where there are no areas of that level."""
        return self.lookups.groups(self.places, self.areas, by)

    def of_place(self, place_id: str) -> Assessment:
        """Give the assessment of one place alone, of none when it is not known; the centre stays the town's."""
        return self.at(self.rows_of([place_id]))

    def at(self, rows: Ints) -> Assessment:
        """Give the assessment of some places alone, by their positions in `places`, in that order."""
        number = np.full(len(self.places), -1, dtype=np.int64)
        number[rows] = np.arange(len(rows))
        place = number[self.duties["place"].to_numpy()]
        duties = self.duties[place >= 0].reset_index(drop=True)
        places = self.places.iloc[rows].reset_index(drop=True)
        return replace(self, places=places, duties=duties.assign(place=place[place >= 0]), lookups=Lookups())


def assess(ledger: Ledger, rules: Sequence[Rule], as_of: date) -> Assessment:
    """Say what every place owes as of a day and whether it was done, from what happened up to the end of that day.

    Parameters
    ----------
    ledger
        With the tables and columns of `NEEDED`.
    rules
        In the order of the town's file; those that are not in force on the day are left out.
    as_of
        The day D, town-local; QuestionProblem outside 1900–2199.
    """
    check_day(as_of)
    areas = areas_of_town(ledger.areas_on(as_of), ledger.town)
    then = risks_on(places_on(ledger.places, ledger.moves, as_of), ledger.risk_decisions, as_of)
    places = known_places(then, areas, as_of)
    centre = town_centre(places, ledger.moves)
    in_force = tuple(rule for rule in rules if rule.in_force(as_of))
    blank = Assessment(ledger.town, as_of, in_force, areas, places, pd.DataFrame(), centre)
    return _judged(blank, ledger, owed_rules(places, in_force, as_of))


def reassess(before: Assessment, ledger: Ledger, place_ids: Collection[str]) -> Assessment:
    """Give what `assess` gives of a ledger, from what it gave when some places had other inspections.

    Parameters
    ----------
    before
        Of the same day and rules and of a ledger that differs in the inspections of those places alone.
    ledger
        With the tables and columns of `NEEDED`; of its inspections, those of the places are enough.
    place_ids
        The places, known on the day or not.
    """
    at = before.rows_of(place_ids)
    names = [name for name in JUDGED_BY if name in before.places]
    some = replace(before, places=pd.DataFrame({name: before.places[name].array.take(at) for name in names}))
    # who owes what does not depend on inspections: the same duties, in the same order
    touched = np.zeros(len(before.places), dtype=bool)
    touched[at] = True
    rows = np.flatnonzero(touched[before.duties["place"].to_numpy()])
    after = _judged(some, ledger, _owed_again(before, rows, at))
    return replace(
        before,
        places=with_rows(before.places, at, after.places, ("officer", "officer_name")),  # mostly the same
        duties=with_rows(before.duties, rows, after.duties, BY_VISITS),
    )


def _owed_again(before: Assessment, rows: Ints, at: Ints) -> list[Owed]:
    """Give what some places owe from some rows of the duties; `at` are those places, in order."""
    which = before.duties["rule"].to_numpy()[rows]
    place = np.searchsorted(at, before.duties["place"].to_numpy()[rows])
    rules = [(number, before.rules[number]) for number in np.unique(which).tolist()]
    terms = [(number, rule, rule.term(before.as_of)) for number, rule in rules]
    return [Owed(number, rule, term, place[which == number]) for number, rule, term in terms if term is not None]


def _judged(asked: Assessment, ledger: Ledger, owed: Sequence[Owed]) -> Assessment:
    """Give the officers and duties of the places of an assessment, which may be some places of the town."""
    town, places = asked.town, asked.places
    visits = match_visits(ledger.inspections, places, town, asked.as_of)
    verified = np.zeros(len(visits.row), dtype=bool)
    asked_for = visits.since(proof_from(owed))
    verified[asked_for] = verify(visits.part(asked_for), ledger.inspections, places, ledger.moves, town, asked.centre)
    roll = asked.lookups.roll(asked.areas, ledger.officers)
    answering = officers_of_places(places, visits, ledger.inspections, roll)
    places = places.assign(officer=answering.officer, officer_name=answering.names)
    exemptions = exemptions_as_of(places, ledger.exemptions, asked.as_of)
    count = Count(visits, verified, ledger.inspections["covers"], len(places))
    return replace(asked, places=places, duties=judge(owed, exemptions, count))
