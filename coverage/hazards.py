"""Hazards as of a day: found, rectified, closed, open, overdue, major, by any group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from coverage.course.days import as_of_steps
from coverage.figures import count_where, label, rate
from coverage.grouping import HAZARD_GROUPS, check_group, group_members
from coverage.moves import places_on
from coverage.officers import UNKNOWN, officer_keys, officer_names, officers_of_places
from coverage.periods import check_day, local_days
from coverage.risk_decisions import risks_on
from coverage.roster import placed
from coverage.visits import Ints, match_visits
from geodata.ledger import Ledger
from geodata.model import Town
from grids.hierarchy import areas_of_town, membership

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
        place_name, industry, risk, department (str, NaN = missing), officer (key), officer_name, found, deadline,
        rectified_on, closed_on (datetime64[s], days; NaT = not by D), lon, lat (degrees; its own point, else its
        place's; NaN = none), the flags void, rectified, closed, open, overdue, major, major_open (all false for a void
        one, void apart), and for each level present an int column of its name as in an `Assessment`.
    """

    town: Town
    as_of: date
    areas: gpd.GeoDataFrame
    hazards: pd.DataFrame


def hazard_register(ledger: Ledger, as_of: date) -> HazardRegister:
    """Say how each hazard stands as of the end of a day.

    Parameters
    ----------
    ledger
        With the tables and columns of `NEEDED`.
    as_of
        The day D, town-local; QuestionProblem outside 1900–2199.
    """
    check_day(as_of)
    town = ledger.town
    areas = areas_of_town(ledger.areas_on(as_of), town)
    found = local_days(ledger.hazards["found_at"], town)
    hazards = ledger.hazards[found <= np.datetime64(as_of, "D")].reset_index(drop=True)
    places = _places_with_officers(ledger, areas, as_of)
    of_place = np.asarray(pd.Index(places["id"]).get_indexer(hazards["place_id"]), dtype=np.int64)
    officer = _officers(hazards, of_place, places, ledger)
    frame = pd.concat(
        [
            pd.DataFrame(hazards[["id", "place_id", "level", "category"]]),
            places[["place_name", "industry", "risk", "department"]].reindex(of_place).reset_index(drop=True),
            _courses(as_of_steps(hazards, ledger.frames["steps"], town, as_of), town, as_of),
            _positions(hazards, of_place, places, areas),
        ],
        axis="columns",
    )
    frame = frame.assign(officer=officer, officer_name=officer_names(officer, ledger.officers))
    return HazardRegister(town, as_of, areas, frame)


def _places_with_officers(ledger: Ledger, areas: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    columns = ("id", "name", "industry", "risk", "department", "opened")
    then = risks_on(places_on(ledger.places, ledger.moves, as_of), ledger.risk_decisions, as_of)
    places = placed(then, areas, columns).rename(columns={"name": "place_name"})
    visits = match_visits(ledger.frames["inspections"], places, ledger.town, as_of)
    return places.assign(officer=officers_of_places(places, areas, visits, ledger.officers))


def _courses(hazards: pd.DataFrame, town: Town, as_of: date) -> pd.DataFrame:
    """Give days and flags of each hazard as of D.

    Rectified: rectified or closed by D; closed: closed by D; open: not rectified; overdue: open and its deadline before
    D; major: level 重大. A void one is none of these.
    """
    day = np.datetime64(as_of, "D")
    found, rectified_on, closed_on = (
        local_days(hazards[name], town) for name in ("found_at", "rectified_at", "closed_at")
    )
    deadline = hazards["deadline"].to_numpy(dtype="datetime64[D]")
    void = hazards["void"].to_numpy(dtype=bool)
    closed = (closed_on <= day) & ~void  # NaT compares as False
    rectified = ((rectified_on <= day) & ~void) | closed
    major = (hazards["level"] == "重大").to_numpy(dtype=bool) & ~void
    standing = ~rectified & ~void
    never = np.datetime64("NaT", "D")
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
            "open": standing,
            "overdue": standing & (deadline < day),
            "major": major,
            "major_open": major & standing,
        }
    )


def _positions(
    hazards: gpd.GeoDataFrame, of_place: Ints, places: pd.DataFrame, areas: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Give lon, lat and areas of each hazard: by its own point, else as its place."""
    points = np.asarray(hazards.geometry.array, dtype=object)
    own = pd.DataFrame({"lon": shapely.get_x(points), "lat": shapely.get_y(points), **membership(areas, points)})
    borrowed = np.isnan(own["lon"].to_numpy()) & (of_place >= 0)
    for name in own.columns:
        own.loc[borrowed, name] = places[name].to_numpy()[of_place[borrowed]]
    return own


def _officers(
    hazards: gpd.GeoDataFrame, of_place: Ints, places: pd.DataFrame, ledger: Ledger
) -> npt.NDArray[np.object_]:
    """Give the officer of each hazard: of its inspection, else of its place, else unknown."""
    inspections = ledger.frames["inspections"]
    of_inspection = np.asarray(pd.Index(inspections["id"]).get_indexer(hazards["inspection_id"]), dtype=np.int64)
    texts = np.append(inspections["officer"].to_numpy(dtype=object), np.nan)[of_inspection]  # -1 picks the NaN
    named = ~pd.isna(texts)
    officer = np.append(places["officer"].to_numpy(dtype=object), UNKNOWN)[of_place]
    officer[named] = officer_keys(texts[named], ledger.officers)
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
    return pd.DataFrame(label(groups) | {"found": found, **counts, **rates})
