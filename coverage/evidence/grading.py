"""Inspections graded on evidence: the table of contents of this package. Read it first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from coverage.evidence.checkins import CheckIns, Found, check_ins
from coverage.evidence.dwell import track_marks
from coverage.evidence.marks import MARKS
from coverage.evidence.pace import pace_marks
from coverage.evidence.pictures import photo_marks
from coverage.evidence.positions import position_marks
from coverage.moves import places_on
from coverage.officers import officer_names
from coverage.periods import check_day
from coverage.roster import known_places
from coverage.verify import town_centre
from coverage.visits import BY, match_visits
from geodata.ledger import Ledger
from geodata.model import LEVELS, Town
from grids.hierarchy import areas_of_town

Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "areas": ("code", "name", "level", "since", "geometry"),
        "past_areas": ("code", "name", "level", "since", "until", "geometry"),
        "places": (
            *("id", "name", "industry", "risk", "headcount", "department", "tags"),
            *("opened", "closed", "status", "geometry"),
        ),
        "inspections": ("id", "place_id", "officer", "by", "at", "accuracy", "geotag", "geometry"),
        "moves": ("place_id", "day", "geometry"),
        "officers": ("id", "name", "role", "area", "mode"),
        "tracks": ("officer", "start", "times", "geometry"),
        "photos": ("id", "taken_at", "accuracy", "phash", "inspection_id", "geometry"),
    }
)
"""Tables and columns that `grade_visits` reads: `store.ledger(*NEEDED, columns=NEEDED)`."""

GRADES = (
    ("D", "存疑", "有相反的证据，请核实"),
    ("A", "证实", "定位相符，并有独立的另一种证据"),
    ("B", "相符", "定位相符，没有相反的证据"),
    ("C", "仅登记", "只有登记或证据薄弱"),
)
"""Grade, its name, when: the first that holds."""


@dataclass(frozen=True)
class Graded:
    """Inspections of a town up to the end of a day, graded on evidence.

    Attributes
    ----------
    town, as_of, areas
        As in `coverage.assess.Assessment`.
    visits
        One row an inspection of a known place by anybody but the enterprise, in order of time, at one moment by id;
        RangeIndex: inspection_id, place_id, place_name (str), officer (key as `coverage.officers.officer_keys` gives,
        `UNKNOWN` where none), officer_name, at (datetime64[s], town-local), by (str), grade (A, B, C, D), suspect
        (bool: some evidence is against it), suspicion (float 0–1, larger = look first), marks (codes of `MARKS`
        joined by `;`, "" for none), why (Chinese sentences joined by `；`), distance_m (float, geotag to place, NaN =
        unknown), accuracy (float), lon, lat (of the geotag, NaN = none), and for each level present an int column of
        its name: position in `areas`, -1 in no area of the level, -2 without position.
    """

    town: Town
    as_of: date
    areas: gpd.GeoDataFrame
    visits: pd.DataFrame


def grade_visits(ledger: Ledger, as_of: date) -> Graded:
    """Say of each inspection up to the end of a day what speaks for and against it.

    No figure of coverage depends on this: it flags and explains, people judge.

    Parameters
    ----------
    ledger
        With the tables and columns of `NEEDED`.
    as_of
        Town-local day; QuestionProblem outside 1900–2199.
    """
    check_day(as_of)
    areas = areas_of_town(ledger.areas_on(as_of), ledger.town)
    places = known_places(places_on(ledger.places, ledger.moves, as_of), areas, as_of)
    visits = match_visits(ledger.inspections, places, ledger.town, as_of)
    checks = check_ins(ledger, places, visits, town_centre(places, ledger.moves))
    found = position_marks(checks) | pace_marks(checks)
    found |= photo_marks(checks, ledger, as_of) | track_marks(checks, ledger, as_of)
    found = _without_shift(found, len(checks.ids))
    return Graded(ledger.town, as_of, areas, _frame(checks, found, places, ledger))


def _without_shift(found: Mapping[str, Found], n: int) -> dict[str, Found]:
    """Take back what a phone's shifted positions alone would say: its track and its photos are shifted too."""
    shifted = _flags(found, ("gcj02", "bd09"), n)
    kept = dict(found)
    for code in ("track-elsewhere", "photo-elsewhere"):
        rows, said = found[code].rows, found[code].said
        honest = ~shifted[rows]
        kept[code] = Found(rows[honest], {name: values[honest] for name, values in said.items()})
    return kept


def _frame(checks: CheckIns, found: Mapping[str, Found], places: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    visits, n = checks.visits, len(checks.ids)
    effects = {effect: _flags(found, _codes(effect), n) for effect in ("against", "doubt", "for")}
    marks, why = _told(found, n)
    at_place = places.iloc[visits.place]
    row = visits.row
    levels = [str(level) for level in LEVELS if str(level) in places]
    return pd.DataFrame(
        {
            "inspection_id": pd.Series(checks.ids, dtype="str"),
            "place_id": at_place["id"].array,
            "place_name": at_place["name"].array,
            "officer": pd.Series(checks.officer, dtype="str"),
            "officer_name": pd.Series(officer_names(checks.officer, ledger.officers), dtype="str"),
            "at": visits.at,
            "by": pd.Series(np.array(BY, dtype=object)[visits.by], dtype="str"),
            "grade": pd.Series(_grades(checks.verified, effects), dtype="str"),
            "suspect": effects["against"],
            "suspicion": _suspicion(found, n),
            "marks": pd.Series(marks, dtype="str"),
            "why": pd.Series(why, dtype="str"),
            "distance_m": checks.distance,
            "accuracy": ledger.inspections["accuracy"].to_numpy(dtype=float)[row],
            "lon": checks.tag[:, 0],
            "lat": checks.tag[:, 1],
            **{level: at_place[level].to_numpy() for level in levels},
        }
    )


def _grades(verified: Flags, effects: Mapping[str, Flags]) -> Texts:
    """Give the first grade of `GRADES` that holds."""
    clear = verified & ~effects["doubt"]
    held = [effects["against"], clear & effects["for"], clear]
    return np.select(held, [grade for grade, _, _ in GRADES[:3]], GRADES[3][0]).astype(object)


def _codes(effect: str) -> tuple[str, ...]:
    return tuple(mark.code for mark in MARKS.values() if mark.effect == effect)


def _flags(found: Mapping[str, Found], codes: tuple[str, ...], n: int) -> Flags:
    flags = np.zeros(n, dtype=bool)
    for code in codes:
        flags[found[code].rows] = True
    return flags


def _suspicion(found: Mapping[str, Found], n: int) -> npt.NDArray[np.float64]:
    """Give 1 - Π (1 - weight) over the marks of each visit."""
    clean = np.ones(n)
    for code, mark in MARKS.items():
        clean[found[code].rows] *= 1 - mark.weight
    return np.round(1 - clean, 4)


def _told(found: Mapping[str, Found], n: int) -> tuple[Texts, Texts]:
    """Give the codes and the sentences of each visit, joined; only rows that a mark was found at are touched."""
    marks, why = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    for code, mark in MARKS.items():
        rows, said = found[code].rows, found[code].said
        more = np.where(marks[rows] == "", "", ";").astype(object)
        also = np.where(marks[rows] == "", "", "；").astype(object)
        marks[rows] = marks[rows] + more + code
        why[rows] = why[rows] + also + _sentences(mark.sentence, said, len(rows))
    return marks, why


def _sentences(template: str, said: Mapping[str, npt.NDArray[np.generic]], n: int) -> Texts:
    """Fill the template with what was measured, row by row of the few that have the mark."""
    if not said:
        return np.full(n, template, dtype=object)
    rows = zip(*(values.tolist() for values in said.values()), strict=True)
    return np.array([template.format(**dict(zip(said, row, strict=True))) for row in rows], dtype=object)
