"""The list of gaps as a table."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from api.day import Day
from api.reports.asked import Asked, Papers
from coverage.assess import NEEDED as OF_DUTIES
from coverage.scoring import HISTORY_NEEDS
from maps.tables.gaps import gaps_sheet
from maps.tables.xlsx import workbook

NEEDED: tuple[Mapping[str, tuple[str, ...]], ...] = (OF_DUTIES, {"hazards": (*HISTORY_NEEDS, "geometry")})


def papers(asked: Asked) -> Papers:
    """Give the list's file."""
    town = asked.day.ledger.town
    return Papers(
        {
            f"检查缺口清单 {asked.stem}.xlsx": lambda: workbook(
                [gaps_sheet(named_gaps(asked.day), town, asked.as_of)], asked.made
            )
        }
    )


def named_gaps(day: Day) -> pd.DataFrame:
    """Give a day's gaps with the names of grids and communities."""
    areas = day.assessment.areas
    names = {
        level: dict(zip(rows["code"], rows["name"], strict=True))
        for level in ("grid", "community")
        if len(rows := areas[areas["level"] == level])
    }
    return day.gaps.assign(**{level: day.gaps[level].map(names.get(level, {})) for level in ("grid", "community")})
