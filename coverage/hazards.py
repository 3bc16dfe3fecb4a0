"""Hazards as of a day: found, rectified, closed, open, overdue, major, by any group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.course.days import as_of_steps
from coverage.course.timing import RECURRENCE_DAYS, days_between, in_time_or_late, recurring, standing_on
from coverage.figures import count_where, rate
from coverage.grouping import HAZARD_GROUPS, check_group, group_members
from coverage.moves import places_on
from coverage.officers import UNKNOWN, Roll, Texts, officer_keys, officer_names, officers_of_places
from coverage.periods import check_day, local_days
from coverage.risk_decisions import risks_on
from coverage.roster import placed, positions, positions_among
from coverage.visits import Ints, match_visits
from geodata.ledger import Ledger
from geodata.model import Town
from grids.hierarchy import UNLOCATED, areas_of_town, levels_present, membership

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "areas": ("code", "name", "level", "since", "geometry"),
        "past_areas": ("code", "name", "level", "since", "until", "geometry"),
        "places": ("id", "name", "industry", "risk", "department", "opened", "geometry"),
        "moves": ("place_id", "day", "geometry"),
        "risk_decisions": ("place_id", "at", "before"),
        "inspections": ("id", "place_id", "officer", "by", "at"),
        "officers": ("id", "name", "role", "area"),
        "hazards": (
            *("id", "inspection_id", "place_id", "found_at", "level", "category"),
            *("deadline", "rectified_at", "closed_at", "void", "geometry"),
        ),
        "steps": ("hazard_id", "at", "state", "deadline", "rectified_at", "closed_at"),
    }
)
"""Tables and columns that `hazard_register` reads: `store.ledger(*NEEDED, columns=NEEDED)`."""

COUNTED = ("rectified", "closed", "open", "overdue", "major", "major_open", "void")
"""Flags of a hazard that its figures count."""

ENTERPRISE_WORD = "enterprise"
"""What `inspections.by` says of an enterprise's own check."""

PLACE_GROUPS = ("industry", "risk", "department")
"""What a hazard has from its place."""


@dataclass(frozen=True)
class HazardRegister:
    """Hazards known as of a day.

    Attributes
    ----------
    town, as_of
        What was asked.
    areas
        As in an `Assessment`.
    hazards
        One row a hazard found up to the end of D, in the order of the ledger: id, place_id, level, category,
        place_name, industry, risk, department (str, NaN = missing), officer (key), officer_name, found, deadline (the
        one that holds on D), rectified_on, closed_on (datetime64[s], days; NaT = not by D), lon, lat (degrees; its own
        point, else its place's; NaN = none), the flags void, rectified, closed, open, overdue, in_time, late,
        recurring, traceable (of known place and category: only then can it be said whether it recurs), major,
        major_open (all false for a void one, void apart), days, days_closed (float, from found to put right and to
        closed; NaN = not by D), place (row of `places`, -1 = unknown), own_check (found by an inspection that the
        enterprise made itself), and for each level present an int column of
        its name as in an `Assessment`.
    places
        One row a place: id, place_name, industry, risk, department, opened, lon, lat, a column a level, officer (key).
    inspections, officers
        Of the ledger.
    """

    town: Town
    as_of: date
    areas: gpd.GeoDataFrame
    hazards: pd.DataFrame
    places: pd.DataFrame
    inspections: pd.DataFrame
    officers: pd.DataFrame

    @cached_property
    def checks(self) -> pd.DataFrame:
        """Every inspection up to the end of D, whoever made it.

        day (datetime64[s]), place (row of `places`, -1 = unknown), own_check (made by the enterprise itself), and what
        hazards have of `PLACE_GROUPS`, officer,
        officer_name and the levels; the officer of one that names nobody is the place's.
        """
        day = local_days(self.inspections["at"], self.town)
        rows = np.flatnonzero(day <= np.datetime64(self.as_of, "D"))
        made = self.inspections.iloc[rows]
        place = positions(self.places, made["place_id"])
        officer = _officers(made["officer"].to_numpy(dtype=object), place, self.places, self.officers)
        levels = {
            str(level): np.append(self.places[str(level)].to_numpy(), UNLOCATED)[place]
            for level in levels_present(self.areas)
        }
        return (
            self.places[list(PLACE_GROUPS)]
            .reindex(place)
            .reset_index(drop=True)
            .assign(
                day=day[rows].astype("datetime64[s]"),
                own_check=(made["by"] == ENTERPRISE_WORD).to_numpy(dtype=bool, na_value=False),
                place=place,
                officer=officer,
                officer_name=officer_names(officer, self.officers),
                **levels,
            )
        )


def hazard_register(ledger: Ledger, as_of: date, recurrence_days: int = RECURRENCE_DAYS) -> HazardRegister:
    """Say how each hazard stands as of the end of a day.

    Parameters
    ----------
    ledger
        With the tables and columns of `NEEDED`.
    as_of
        The day D, town-local; QuestionProblem outside 1900–2199.
    recurrence_days
        Within how many days after the last one was put right a hazard of the same category at the same place recurs;
        the town's setting (`Policy.recurrence_days`).
    """
    check_day(as_of)
    areas = areas_of_town(ledger.areas_on(as_of), ledger.town)
    places = _places_with_officers(ledger, areas, as_of)
    inspections, nothing = ledger.frames["inspections"], pd.DataFrame()
    blank = HazardRegister(ledger.town, as_of, areas, nothing, places, inspections, ledger.officers)
    return replace(blank, hazards=rows_of_hazards(blank, ledger.hazards, ledger.frames["steps"], recurrence_days))


def rows_of_hazards(
    register: HazardRegister, hazards: gpd.GeoDataFrame, steps: pd.DataFrame, recurrence_days: int
) -> pd.DataFrame:
    """Give the rows of a register for hazards of the ledger; of a place all of them, for one may be another's return.

    Parameters
    ----------
    register
        What the hazards are looked up in: its places and areas; of its inspections, those that found them are enough.
    """
    town, as_of, areas, places = register.town, register.as_of, register.areas, register.places
    found = local_days(hazards["found_at"], town)
    hazards = hazards[found <= np.datetime64(as_of, "D")].reset_index(drop=True)
    of_place = positions(places, hazards["place_id"])
    officer = _officers(_inspectors(hazards, register.inspections), of_place, places, register.officers)
    courses = _courses(as_of_steps(hazards, steps, town, as_of), town, as_of)
    frame = pd.concat(
        [
            pd.DataFrame(hazards[["id", "place_id", "level", "category"]]),
            places[["place_name", *PLACE_GROUPS]].reindex(of_place).reset_index(drop=True),
            courses,
            _recurrences(courses, of_place, hazards["category"], recurrence_days),
            _positions(hazards, of_place, places, areas),
            pd.Series(_own_checks(hazards, register.inspections), name="own_check"),
        ],
        axis="columns",
    )
    return frame.assign(place=of_place, officer=officer, officer_name=officer_names(officer, register.officers))


def _places_with_officers(ledger: Ledger, areas: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    columns = ("id", "name", "industry", "risk", "department", "opened")
    then = risks_on(places_on(ledger.places, ledger.moves, as_of), ledger.risk_decisions, as_of)
    places = placed(then, areas, columns).rename(columns={"name": "place_name"})
    inspections = ledger.frames["inspections"]
    visits = match_visits(inspections, places, ledger.town, as_of)
    answering = officers_of_places(places, visits, inspections, Roll.of(areas, ledger.officers))
    return places.assign(officer=answering.officer)


def _courses(hazards: pd.DataFrame, town: Town, as_of: date) -> pd.DataFrame:
    """Give days and flags of each hazard as of D.

    Rectified, closed, open, overdue: as `standing_on`; in time, late: as `in_time_or_late`; major: level 重大. A void
    one is none of these.
    """
    day = np.datetime64(as_of, "D")
    found, rectified_on, closed_on = (
        local_days(hazards[name], town) for name in ("found_at", "rectified_at", "closed_at")
    )
    deadline = hazards["deadline"].to_numpy(dtype="datetime64[D]")
    void = hazards["void"].to_numpy(dtype=bool)
    stand = standing_on(rectified_on, closed_on, deadline, void, as_of)
    closed, rectified = stand.closed, stand.rectified
    major = (hazards["level"] == "重大").to_numpy(dtype=bool) & ~void
    never = np.datetime64("NaT", "D")
    # closed without a word of when it was put right: by then it was; of both days the first
    put_right = np.where(rectified, np.fmin(np.where(rectified_on <= day, rectified_on, never), closed_on), never)
    in_time, late = in_time_or_late(found, deadline, put_right)
    days = {
        "found": found,
        "deadline": deadline,
        "rectified_on": np.where(rectified_on <= day, rectified_on, never),
        "closed_on": np.where(closed_on <= day, closed_on, never),
    }
    return pd.DataFrame(
        {
            **{name: values.astype("datetime64[s]") for name, values in days.items()},
            "void": void,
            "rectified": rectified,
            "closed": closed,
            "open": stand.open,
            "overdue": stand.overdue,
            "in_time": in_time,
            "late": late,
            "major": major,
            "major_open": major & stand.open,
            "days": days_between(found, put_right),
            "days_closed": days_between(found, np.where(closed, closed_on, never)),
        }
    )


def _recurrences(courses: pd.DataFrame, of_place: Ints, category: pd.Series, within: int) -> pd.DataFrame:
    """Flag the hazards of known place and category, and those of them that recur."""
    kind, kinds = pd.factorize(category)
    traceable = (of_place >= 0) & (kind >= 0) & ~courses["void"].to_numpy()
    case = np.where(traceable, of_place * len(kinds) + kind, -1)
    found = courses["found"].to_numpy(dtype="datetime64[D]")
    put_right = found + courses["days"].to_numpy().astype("timedelta64[D]")
    return pd.DataFrame({"recurring": recurring(case, found, put_right, within), "traceable": traceable})


def _positions(
    hazards: gpd.GeoDataFrame, of_place: Ints, places: pd.DataFrame, areas: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Give lon, lat and areas of each hazard: by its own point, else as its place."""
    points = np.asarray(hazards.geometry.array, dtype=object)
    own = {"lon": shapely.get_x(points), "lat": shapely.get_y(points), **membership(areas, points)}
    borrowed = np.flatnonzero(np.isnan(own["lon"]) & (of_place >= 0))
    for name, values in own.items():
        values[borrowed] = places[name].to_numpy()[of_place[borrowed]]
    return pd.DataFrame(own)


def _inspectors(hazards: pd.DataFrame, inspections: pd.DataFrame) -> Texts:
    """Give who made the inspection that found each hazard, as the ledger writes it; NaN = not known."""
    of_inspection = positions_among(inspections["id"], hazards["inspection_id"])
    return np.append(inspections["officer"].to_numpy(dtype=object), np.nan)[of_inspection]  # -1 picks the NaN


def _own_checks(hazards: pd.DataFrame, inspections: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Flag the hazards that an enterprise found itself."""
    own = inspections.loc[(inspections["by"] == ENTERPRISE_WORD).to_numpy(dtype=bool, na_value=False), "id"]
    return hazards["inspection_id"].isin(own).to_numpy(dtype=bool)


def _officers(texts: Texts, of_place: Ints, places: pd.DataFrame, officers: pd.DataFrame) -> Texts:
    """Give the officer as a key: of the text, else of the place, else unknown."""
    codes, words = pd.factorize(texts)
    named = codes >= 0
    officer = np.append(places["officer"].to_numpy(dtype=object), UNKNOWN)[of_place]
    officer[named] = officer_keys(words, officers)[codes[named]]
    return officer


def hazard_figures(register: HazardRegister, by: str) -> pd.DataFrame:
    """Count hazards of each group.

    Parameters
    ----------
    by
        One of `HAZARD_GROUPS`.

    Returns
    -------
    area and key, or key (as `coverage_figures` has them), name, found, rectified, closed, open, overdue, major,
    major_open, void (int; void ones are in no other column), rectified_rate = rectified / found, closed_rate = closed /
    found (float, NaN = nothing found).

    Raises
    ------
    QuestionProblem
        Unknown word, or no areas of that level.
    """
    check_group(by, HAZARD_GROUPS)
    hazards = register.hazards
    groups = group_members(hazards, register.areas, by)
    size = len(groups.keys)
    counts = {name: count_where(hazards[name], groups.codes, size) for name in COUNTED}
    found = count_where(~hazards["void"], groups.codes, size)
    rates = {f"{name}_rate": rate(counts[name], found) for name in ("rectified", "closed")}
    return pd.DataFrame(groups.label | {"found": found, **counts, **rates})
