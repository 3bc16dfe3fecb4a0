"""What people decided about the risk of places: the rows of a decision, and the risk that a place had on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import numpy as np
import pandas as pd

from geodata.model import Town

Frame = TypeVar("Frame", bound=pd.DataFrame)


@dataclass(frozen=True)
class Accepted:
    """What a person decided, as rows to write: of `risk_decisions` (all new), and of `places` (id and risk)."""

    decisions: pd.DataFrame
    places: pd.DataFrame


def risks_on(places: Frame, decisions: pd.DataFrame, day: date) -> Frame:
    """Give the places of a ledger with the risk that each had at the end of a day.

    A place has the risk of before its first decision after the day; one without such a decision has its own.

    Parameters
    ----------
    places
        With id and risk.
    decisions
        place_id, at (with the town's zone, as in a ledger), before; in the order of writing.
    """
    if decisions.empty:
        return places
    days = decisions["at"].dt.tz_localize(None).to_numpy(dtype="datetime64[D]")
    later = decisions[days > np.datetime64(day, "D")]
    if later.empty:
        return places
    first = later.sort_values("at", kind="stable").drop_duplicates("place_id").set_index("place_id")["before"]
    changed = places["id"].isin(first.index).to_numpy(bool)
    risk = places["risk"].copy()
    risk[changed] = first.reindex(places["id"][changed]).array
    then: Frame = places.assign(risk=risk)
    return then


def decide(
    proposals: pd.DataFrame,
    written: Sequence[int],
    *,
    accepted: str | None,
    actor: str,
    reason: str,
    at: datetime,
    town: Town,
) -> Accepted:
    """Give the rows of a decision about some places.

    Parameters
    ----------
    proposals
        Of `coverage.risk_score.propose_risks`, one row a place that is decided about, with `risk` as it is now.
    written
        How many decisions each place has had.
    accepted
        The colour that they get; None: what was proposed for each.
    at
        When, with a zone.
    """
    ids = proposals["place_id"].astype("str").reset_index(drop=True)
    chosen = proposals["proposed"].reset_index(drop=True) if accepted is None else pd.Series([accepted] * len(ids))
    decisions = pd.DataFrame(
        {
            "id": pd.Series([f"{one}/{n:04d}" for one, n in zip(ids, written, strict=True)], dtype="str"),
            "place_id": ids,
            "at": pd.Series([at] * len(ids)).dt.tz_convert(town.timezone).dt.as_unit("s"),
            "actor": pd.Series([actor] * len(ids), dtype="str"),
            "before": proposals["risk"].reset_index(drop=True).astype("str"),
            "proposed": proposals["proposed"].reset_index(drop=True).astype("str"),
            "accepted": chosen.astype("str"),
            "score": proposals["risk_score"].reset_index(drop=True).astype("float64"),
            "reason": pd.Series([reason] * len(ids), dtype="str"),
        }
    )
    return Accepted(decisions, pd.DataFrame({"id": ids, "risk": chosen.astype("str")}))
