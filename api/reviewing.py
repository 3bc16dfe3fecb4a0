"""A person's word about a visit, through the doors: appended, never changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd

from api.listing import plain
from api.problems import ConflictProblem, NotFoundProblem
from coverage.evidence.reviews import review_row
from geodata.errors import NamedProblem
from geodata.ledger import Ledger
from geodata.store import Store


def reviews_of(ledger: Ledger, inspection_id: str) -> list[dict[str, Any]]:
    """Give every review of an inspection, the first first.

    Raises
    ------
    NotFoundProblem
        No such inspection.
    """
    return plain(_reviews(ledger, inspection_id))


def write_review(
    store: Store, ledger: Ledger, inspection_id: str, *, verdict: str, reason: str, actor: str, source: str
) -> None:
    """Write a review with its audit row.

    Raises
    ------
    NotFoundProblem, ConflictProblem
        No such inspection; somebody else wrote one in the same moment.
    """
    before = len(_reviews(ledger, inspection_id))
    now = datetime.now(UTC).replace(microsecond=0)
    row = review_row(inspection_id, before, verdict, reason, actor, now, ledger.town)
    try:
        written = store.append("reviews", row, {}, actor=actor, action="review", source=source)
    except NamedProblem as gone:  # its import was undone meanwhile
        raise NotFoundProblem(str(gone)) from gone
    if not written:
        raise ConflictProblem("同一时刻有别人复核了这次检查，没有写入。请看过最新情况再写。")


def _reviews(ledger: Ledger, inspection_id: str) -> pd.DataFrame:
    if not (ledger.frames["inspections"]["id"] == inspection_id).any():
        raise NotFoundProblem(f"没有编号为“{inspection_id}”的检查。")
    reviews = ledger.frames["reviews"]
    return reviews[(reviews["inspection_id"] == inspection_id).to_numpy(bool)]
