"""A day's route sheets as PDF: of each officer, and all of them in one."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import pandas as pd

from api.navigation import APPS, code_links
from coverage.routes.customs import parse_customs
from coverage.routes.result import DayPlan
from geodata.ledger import Ledger
from maps.backdrop import Backdrop
from maps.route_sheet import OFFICER, PLACE, Particulars, sheet_data, sheets_pdf
from maps.tables.joining import joined_pdf

NEEDED = {
    "areas": ("code", "name", "level", "geometry"),
    "places": ("id", *PLACE, "geometry"),
    "officers": ("id", *OFFICER),
    "roads": ("name", "class", "geometry"),
    "water": ("name", "geometry"),
}
"""Tables and columns that sheets are made of beside the plan."""
FEW = 6
"""So many sheets are set in this process: others take seconds to start."""
AT_ONCE, SHEETS_A_CHILD = 2, 110
"""The typesetter keeps what it has set: a child that has set so many holds half a gigabyte, and another follows it."""


@dataclass(frozen=True)
class Printing:
    """All that a day's sheets are made of."""

    plan: DayPlan
    areas: gpd.GeoDataFrame
    backdrop: Backdrop
    known: Particulars
    made: datetime

    @classmethod
    def of(cls, plan: DayPlan, ledger: Ledger, rules_text: str) -> Printing:
        """Gather it from a ledger with the tables of `NEEDED` and the rules file of the day."""
        app = parse_customs(rules_text).navigation
        modes = plan.routes.set_index("officer")["mode"].reindex(plan.visits["officer"]).tolist()
        links = pd.Series(code_links(plan.visits, modes, app), index=plan.visits.index, dtype=object)
        people = ledger.officers.set_index("id")[list(OFFICER)]
        named = dict(zip(ledger.areas["code"], ledger.areas["name"], strict=True))
        area = people["area"].map(lambda codes: _names(codes, named), na_action="ignore")
        places = pd.DataFrame(ledger.places[["id", *PLACE]]).set_index("id")
        known = Particulars(places, people.assign(area=area), links, *APPS[app])
        made = datetime.now(plan.town.zone)
        return cls(plan, ledger.areas, Backdrop.from_ledger(ledger), known, made)

    @property
    def officers(self) -> list[str]:
        """Ids of those who have stops, in the order of the plan."""
        routes = self.plan.routes
        return [str(officer) for officer in routes.loc[routes["stops"] > 0, "officer"]]

    def sheet(self, officer: str) -> bytes:
        """Set the sheet of one officer."""
        return sheets_pdf([sheet_data(self.plan, officer, self.areas, self.backdrop, self.known)], self.made)


def sheets(printing: Printing) -> Iterator[tuple[str, bytes]]:
    """Set the sheets of a day, in the order of the plan: many of them by a few child processes.

    Raises
    ------
    FontProblem
        The machine has no Chinese font.
    """
    officers = printing.officers
    if len(officers) <= FEW:
        yield from ((officer, printing.sheet(officer)) for officer in officers)
        return
    context = multiprocessing.get_context("spawn")
    for first in range(0, len(officers), AT_ONCE * SHEETS_A_CHILD):
        batch = officers[first : first + AT_ONCE * SHEETS_A_CHILD]
        with ProcessPoolExecutor(AT_ONCE, context, _begin, (printing,)) as pool:
            yield from zip(batch, pool.map(_set, batch), strict=True)


def day_pdf(printing: Printing) -> bytes:
    """Set all sheets of a day as one PDF."""
    return joined_pdf([content for _, content in sheets(printing)])


def _names(codes: str, named: dict[str, str]) -> str:
    return "、".join(named.get(code, code) for code in codes.split(";"))


_PRINTING: list[Printing] = []


def _begin(printing: Printing) -> None:
    _PRINTING.append(printing)


def _set(officer: str) -> bytes:
    return _PRINTING[0].sheet(officer)
