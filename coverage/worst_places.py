"""The places of an area that most has to be done about: where a leader's way from figure to place ends."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coverage.assess import Assessment
from coverage.hazards import HazardRegister
from coverage.places import STATES
from geodata.model import Level


def worst_places(assessment: Assessment, register: HazardRegister, level: Level, area: int, most: int) -> pd.DataFrame:
    """List places of an area, those with the most late hazards, overdue duties, open hazards, pending duties first.

    Parameters
    ----------
    assessment, register
        Of the same day.
    level, area
        The area: its level and its position in `areas`.
    most
        At most so many.

    Returns
    -------
    id, name, risk, late, overdue, open, pending (int), last (day of the latest counted inspection, NaT = none); places
    where nothing is to be done too. Ties: by id.
    """
    rows = np.flatnonzero((assessment.places[str(level)] == area).to_numpy(bool))
    places = assessment.places.iloc[rows][["id", "name", "risk"]]
    duties = assessment.duties[np.isin(assessment.duties["place"].to_numpy(), rows)]
    states = pd.crosstab(duties["place"], duties["state"]).reindex(index=rows, columns=STATES, fill_value=0)
    hazards = register.hazards
    held = hazards[hazards["place_id"].isin(places["id"])]
    flags = held.groupby("place_id")[["open", "overdue"]].sum().reindex(places["id"], fill_value=0)
    found = places.assign(
        late=flags["overdue"].to_numpy(np.int64),
        overdue=states["overdue"].to_numpy(np.int64),
        open=flags["open"].to_numpy(np.int64),
        pending=states["pending"].to_numpy(np.int64),
        last=duties.groupby("place")["last"].max().reindex(rows).to_numpy("datetime64[s]"),
    )
    ordered = found.sort_values(
        ["late", "overdue", "open", "pending", "id"], ascending=[False] * 4 + [True], kind="stable"
    )
    return ordered.head(most).reset_index(drop=True)
