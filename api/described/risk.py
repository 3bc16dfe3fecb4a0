"""Risk: what is proposed, what was decided."""

from __future__ import annotations

from typing import Any

from pydantic import create_model

from api.described.rows import row_of_table
from api.described.shapes import Positioned, Shape
from coverage.risk_policy import COUNTED, FACTORS
from geodata.tables import RISK_DECISIONS

RiskDecision = row_of_table(RISK_DECISIONS, Shape)

RiskDecisions = create_model("RiskDecisions", __base__=Shape, rows=(list[RiskDecision], ...))  # type: ignore[valid-type]

_PROPOSAL: dict[str, Any] = {
    "place_id": (str, ...),
    **dict.fromkeys(("name", "grid", "community", "district", "industry", "department", "risk"), (str | None, ...)),
    **dict.fromkeys(("proposed", "change", "why"), (str, ...)),
    **dict.fromkeys(("risk_score", *(f"points_{name}" for name in FACTORS)), (float, ...)),
    **dict.fromkeys((f"count_{name}" for name in COUNTED), (int, ...)),
}

RiskProposal = create_model(
    "RiskProposal",
    __base__=Positioned,
    __doc__="The proposed risk of a place, what it is made of, and why.",
    **_PROPOSAL,
)
