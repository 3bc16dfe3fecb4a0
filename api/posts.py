"""What was posted between two states of the tables at hand, and which rows it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from api.kept import Tables
from coverage.hazards import NEEDED
from geodata.model import Town

MOMENTS = {"inspections": "at", "hazards": "found_at", "steps": "at"}
"""Tables whose rows count from a moment on, and the column that says when."""
UNCOUNTED = frozenset(("photos", "tracks"))
"""Tables whose rows change neither duties nor hazards."""


@dataclass(frozen=True)
class Posts:
    """Some posts.

    Attributes
    ----------
    tables
        The tables that grew.
    first
        The earliest town-local day from which a figure of a board may be another.
    visited, inspections
        Places of the posted inspections; their ids.
    hazards
        Ids of the posted hazards, and of those that steps were posted of.
    """

    tables: frozenset[str] = frozenset()
    first: date = date.max
    visited: frozenset[str] = frozenset()
    inspections: frozenset[str] = frozenset()
    hazards: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rows: Mapping[str, pd.DataFrame], town: Town) -> Posts:
        """Give what these rows, which came to their tables, touch."""
        return cls(
            frozenset(rows),
            min((_first_day(name, each, town) for name, each in rows.items()), default=date.max),
            _words(rows, "inspections", "place_id"),
            _words(rows, "inspections", "id"),
            _words(rows, "hazards", "id") | _words(rows, "steps", "hazard_id"),
        )

    def and_then(self, later: Posts) -> Posts:
        """Give these and later ones together."""
        return Posts(
            self.tables | later.tables,
            min(self.first, later.first),
            self.visited | later.visited,
            self.inspections | later.inspections,
            self.hazards | later.hazards,
        )

    def touched(self, tables: Tables) -> tuple[frozenset[str], Tables]:
        """Give the places whose rows of a register may be others, and of the tables what these are made of.

        As `coverage.hazards_again.reregister` asks for it.
        """
        hazards, inspections, steps = (tables.tables[name] for name in ("hazards", "inspections", "steps"))
        mine = {"id": self.hazards, "inspection_id": self.inspections}
        places = self.visited | frozenset(hazards.having(mine, ("place_id",))["place_id"].dropna())
        some = hazards.having({**mine, "place_id": places}, NEEDED["hazards"])
        finding = frozenset(some["inspection_id"].dropna())
        found = {
            "hazards": some,
            "inspections": inspections.having({"place_id": places, "id": finding}, NEEDED["inspections"]),
            "steps": steps.having({"hazard_id": frozenset(some["id"])}, NEEDED["steps"]),
        }
        return places, tables.replaced(found)


def _words(rows: Mapping[str, pd.DataFrame], table: str, column: str) -> frozenset[str]:
    return frozenset(rows[table][column].dropna()) if table in rows else frozenset()


def _first_day(name: str, rows: pd.DataFrame, town: Town) -> date:
    """Give the first town-local day of rows of a table; of what does not say when, the first of all days.

    The first step of a hazard leaves the days before it alone: its row of the ledger said the same.
    """
    if name in UNCOUNTED:
        return date.max
    if name not in MOMENTS or rows[MOMENTS[name]].isna().any() or rows.empty:
        return date.min
    first: date = rows[MOMENTS[name]].min().tz_convert(town.zone).date()
    return first
