"""A register of hazards after a few rows came in: what is not touched by them stands as it did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from coverage.course.timing import RECURRENCE_DAYS
from coverage.frames import with_rows
from coverage.hazards import HazardRegister, rows_of_hazards
from coverage.officers import Roll, officers_of_places
from coverage.roster import positions_among, rows_of
from coverage.visits import match_visits
from geodata.ledger import Ledger


def reregister(
    before: HazardRegister,
    ledger: Ledger,
    inspections: pd.DataFrame,
    place_ids: Collection[str],
    recurrence_days: int = RECURRENCE_DAYS,
) -> HazardRegister:
    """Give what `coverage.hazards.hazard_register` gives of a ledger, from what it gave before rows were added to it.

    Parameters
    ----------
    before
        Of the same day and of a ledger that differs in what was added to its inspections, hazards and steps alone.
    ledger
        With the tables and columns of `coverage.hazards.NEEDED`. Enough are: the hazards of the places, those without
        a place to which a step was added, and their steps; the inspections of the places, and those that found these
        hazards. A hazard's place is one of the places when a step was added to it, or the inspection that found it.
    inspections
        All of them, added ones too.
    place_ids
        Places to whose inspections, hazards or steps something was added.
    recurrence_days
        As before.
    """
    at = rows_of(before.places, place_ids)
    few = before.places.iloc[at].reset_index(drop=True)
    visits = match_visits(ledger.frames["inspections"], few, before.town, before.as_of)
    roll = Roll.of(before.areas, before.officers)
    officer = officers_of_places(few, visits, ledger.frames["inspections"], roll).officer
    places = with_rows(before.places, at, few.assign(officer=officer), ("officer",))
    asked = replace(before, places=places, inspections=ledger.frames["inspections"])
    fresh = rows_of_hazards(asked, ledger.hazards, ledger.frames["steps"], recurrence_days)
    return replace(before, hazards=_with_hazards(before.hazards, fresh), places=places, inspections=inspections)


def _with_hazards(hazards: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    """Give the rows with those that are known replaced and the others, which came later, at the end."""
    if hazards.empty:
        return fresh
    at = positions_among(hazards["id"], fresh["id"])
    known, new = np.flatnonzero(at >= 0), np.flatnonzero(at < 0)
    changed = with_rows(hazards, at[known], fresh.iloc[known], list(hazards.columns))
    return pd.concat([changed, fresh.iloc[new]], ignore_index=True) if len(new) else changed
