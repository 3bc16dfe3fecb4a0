"""Hazards in tables of pages: with what tells one from another, and whether its time is over."""

from __future__ import annotations

from typing import Any

import pandas as pd

from api.day import Day
from coverage.figures import records


def told(day: Day, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the hazards of a part of a table, as templates take them.

    Parameters
    ----------
    rows
        With `id`; few, as a page shows.

    Returns
    -------
    Columns of `rows`, with description, and overdue and late (bool: not put right in time) as of the day.
    """
    ids = rows["id"].unique().tolist()
    held = day.state.tables.tables["hazards"].having({"id": ids}, ("id", "description")).set_index("id")
    flags = day.hazards[day.hazards["id"].isin(ids).to_numpy(bool)].set_index("id")
    known = rows["id"].map
    columns = {name: known(flags[name].to_dict()).eq(True) for name in ("overdue", "late")}
    return records(pd.DataFrame(rows.assign(description=known(held["description"].to_dict()), **columns)))
