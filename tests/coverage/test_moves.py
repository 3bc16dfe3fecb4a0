"""Places that moved: where each stood on a day, and where its figures and proofs belong."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from coverage.moves import places_on
from tests.coverage.towns import ledger_of

FIRST, SECOND, NOW = (113.75, 22.75), (113.76, 22.75), (113.77, 22.75)


@pytest.mark.parametrize(
    ("day", "lon"),
    [(date(2024, 4, 30), 113.75), (date(2024, 5, 1), 113.76), (date(2024, 5, 31), 113.76), (date(2024, 6, 1), 113.77)],
)
def test_where_a_place_stood(day: date, lon: float) -> None:
    """On the day of a move it stands at the new place; before the first move at its oldest."""
    place = {"id": "p", "name": "p", "tags": [], "status": "open", "xy": NOW}
    place |= dict.fromkeys(("industry", "department", "headcount", "risk", "closed", "opened"))
    moves = [
        {"id": "m2", "place_id": "p", "day": date(2024, 6, 1), "xy": SECOND},
        {"id": "m1", "place_id": "p", "day": date(2024, 5, 1), "xy": FIRST},
        {"id": "m3", "place_id": "other", "day": date(2024, 7, 1), "xy": FIRST},
    ]
    town = {"code": "441900121", "level": "town", "name": "镇", "zone": "Asia/Shanghai", "tolerance": 100}
    case = {"areas": [], "officers": [], "hazards": [], "inspections": [], "town": town}
    ledger = ledger_of(case | {"places": [place, place | {"id": "q"}], "moves": moves})
    assert np.allclose(places_on(ledger.places, ledger.moves, day).geometry.x, [lon, 113.77])
    assert (ledger.places.geometry.x == 113.77).all()
