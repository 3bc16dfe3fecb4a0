"""The town itself."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.desk import last_day
from api.params import TheDesk

router = APIRouter(tags=["town"])


@router.get("/town")
def town(desk: TheDesk) -> dict[str, Any]:
    """Name, code, time zone, the last day of the data, and how much there is of each table."""
    ledger = desk.ledger()
    held = ledger.town
    return {
        "name": held.name,
        "code": held.code,
        "level": str(held.level),
        "timezone": held.timezone,
        "tolerance_m": held.tolerance_m,
        "synthetic": held.synthetic,
        "last_day": last_day(ledger).isoformat(),
        "rows": {name: len(frame) for name, frame in ledger.frames.items()},
    }


@router.get("/health")
def health(desk: TheDesk) -> dict[str, Any]:
    """Say that the store answers, and the number of its newest write."""
    return {"status": "ok", "version": desk.version()}
