"""The month's tables: the dispatch table and the hazards' ledger."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from api.reports.asked import Asked, Papers
from coverage.assess import NEEDED as OF_DUTIES
from coverage.dispatch import dispatch_figures
from coverage.hazard_ledger import NEEDED as OF_LEDGER
from coverage.hazard_ledger import hazard_ledger
from coverage.hazards import NEEDED as OF_HAZARDS
from geodata.model import Level
from grids.hierarchy import levels_present
from maps.tables.dispatch import GROUPS, dispatch_sheet
from maps.tables.hazard_ledger import ledger_sheet, major_sheet
from maps.tables.paper import table_pdf
from maps.tables.sheet import Sheet
from maps.tables.xlsx import workbook

NEEDED: tuple[Mapping[str, tuple[str, ...]], ...] = (OF_DUTIES, OF_HAZARDS, OF_LEDGER)


def papers(asked: Asked) -> Papers:
    """Give the month's files."""
    table = f"专项行动调度表 {asked.stem}"
    dispatch = cache(lambda: _dispatch(asked))
    return Papers(
        {
            f"{table}.xlsx": lambda: workbook(dispatch(), asked.made),
            f"{table}.pdf": lambda: table_pdf(dispatch(), asked.made),
            f"隐患台账 {asked.stem}.xlsx": lambda: workbook(_ledger(asked), asked.made),
        }
    )


def _dispatch(asked: Asked) -> list[Sheet]:
    """Give the dispatch table by each group that the town has."""
    day, town = asked.day, asked.day.ledger.town
    levels = {str(level) for level in levels_present(day.assessment.areas)}
    groups = [by for by in GROUPS if by in levels or by not in {str(level) for level in Level}]
    whole = _figures(asked, str(town.level))
    return [dispatch_sheet(_figures(asked, by), whole, by, town, asked.period, asked.as_of) for by in groups]


def _figures(asked: Asked, by: str) -> pd.DataFrame:
    return dispatch_figures(asked.day.assessment, asked.day.register, asked.period, by)


def _ledger(asked: Asked) -> list[Sheet]:
    day, town = asked.day, asked.day.ledger.town
    rows = hazard_ledger(day.register, day.ledger, asked.period)
    return [make(rows, town, asked.period, asked.as_of) for make in (ledger_sheet, major_sheet)]
