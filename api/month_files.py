"""A plan of several days as a document."""

from __future__ import annotations

from typing import Any

import pandas as pd

from api.route_files import document
from coverage.routes.month.result import MonthPlan

FIGURES = ("officer", "name", "stops", "days", "travel_minutes", "stay_minutes", "mean_minutes", "max_minutes")


def month_document(plan: MonthPlan, seed: int) -> dict[str, Any]:
    """Give the JSON document: the days as those of one day, what was left out, how the work is shared."""
    days = [document(day, seed) for day in plan.days]
    return {
        "from": str(plan.horizon.first),
        "to": str(plan.horizon.last),
        "town": plan.town.name,
        "seed": seed,
        "straight_lines": plan.straight,
        "cut_short": plan.cut_short,
        "notes": list(plan.notes),
        "officers": _rows(plan.officers[list(FIGURES)]),
        "days": [{"date": day["date"], "routes": [each for each in day["routes"] if each["stops"]]} for day in days],
        "left_out": [
            {name: value for name, value in row.items() if name not in ("lon", "lat")} for row in _rows(plan.left_out)
        ],
    }


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return str(value.date()) if isinstance(value, pd.Timestamp) else value
