"""A person's decision about the risk of places, through the doors: written with the places, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from api.listing import plain
from api.problems import ConflictProblem, NotFoundProblem
from coverage.risk_decisions import decide
from geodata.ledger import Ledger
from geodata.store import Store


def accept_risks(
    store: Store,
    proposals: pd.DataFrame,
    decisions: pd.DataFrame,
    place_ids: Sequence[str],
    *,
    accepted: str | None,
    actor: str,
    reason: str,
    source: str,
) -> list[dict[str, Any]]:
    """Write what a person decided about places, and their new risk, in one transaction; give the decisions.

    Parameters
    ----------
    proposals
        Of `coverage.risk_score.propose_risks`.
    decisions
        Of the ledger.
    accepted
        The colour for all of them; None: for each what was proposed.

    Raises
    ------
    NotFoundProblem
        A place that nothing is proposed for: unknown, closed or suspended on the day.
    ConflictProblem
        Somebody else decided about one of them in the same moment.
    """
    wanted = list(dict.fromkeys(place_ids))
    rows = proposals.set_index("place_id", drop=False)
    unknown = [each for each in wanted if each not in rows.index]
    if unknown:
        raise NotFoundProblem(f"这一天没有编号为“{unknown[0]}”的在营场所，什么也没有写入。")
    chosen = _as_it_is_now(store, rows.loc[wanted])
    counts = decisions["place_id"].value_counts()
    written = [int(counts.get(each, 0)) for each in wanted]
    before = decisions.loc[decisions["place_id"].isin(wanted), "at"]
    # never before an earlier decision, where the clock went back: a past day is told by their order
    at = max([datetime.now(UTC).replace(microsecond=0), *before.dt.to_pydatetime()])
    made = decide(chosen, written, accepted=accepted, actor=actor, reason=reason, at=at, town=store.town)
    done = store.append(
        "risk_decisions", made.decisions, {"places": made.places}, actor=actor, action="risk", source=source
    )
    if not done:
        raise ConflictProblem("同一时刻有别人给其中的场所定了级，没有写入。请看过最新情况再定。")
    return plain(made.decisions)


def _as_it_is_now(store: Store, proposals: pd.DataFrame) -> pd.DataFrame:
    """Give the proposals with the risk that stands in the ledger: a decision changes today's, not that of the day."""
    places = store.ledger("places", columns={"places": ("id", "risk")}).frames["places"].set_index("id")
    return proposals.assign(risk=places["risk"].reindex(proposals["place_id"]).to_numpy())


def decisions_of(ledger: Ledger, place_id: str) -> list[dict[str, Any]]:
    """Give every decision about the risk of a place, the first first.

    Raises
    ------
    NotFoundProblem
        No such place.
    """
    if not (ledger.frames["places"]["id"] == place_id).any():
        raise NotFoundProblem(f"没有编号为“{place_id}”的场所。")
    decisions = ledger.frames["risk_decisions"]
    return plain(decisions[(decisions["place_id"] == place_id).to_numpy(bool)])
