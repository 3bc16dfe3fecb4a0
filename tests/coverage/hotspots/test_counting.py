"""What is a look, what is a find, and where and when it counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import shapely

from coverage.hazards import hazard_register
from coverage.hotspots.counting import Counts, count, months_until
from geodata.ledger import Ledger
from geodata.model import Level
from tests.coverage.hotspots.made import DAY, ledger_of
from tests.coverage.towns import SIDE, SOUTH, WEST

LOOKS, FINDS = np.array([[2, 1], [0, 3]]), np.array([[4, 0], [0, 5]])


def counted(ledger: Ledger, day: date = date(2024, 2, 29)) -> Counts:
    """Count by grid in the two months up to a day."""
    return count(ledger, hazard_register(ledger, day), Level.GRID, months_until(day, 2))


def changed(table: str, **columns: Any) -> Ledger:
    """Give the ledger with other columns of one table."""
    ledger = ledger_of(LOOKS, FINDS, columns=2)
    return Ledger.whole(ledger.town, {**ledger.frames, table: ledger.frames[table].assign(**columns)})


def test_by_area_and_month() -> None:
    """Each is counted in its grid and month; nothing lies outside or nowhere."""
    found = counted(ledger_of(LOOKS, FINDS, columns=2))
    assert found.inspections.tolist() == [*LOOKS.tolist(), [0, 0], [0, 0]]
    assert found.hazards.tolist() == [*FINDS.tolist(), [0, 0], [0, 0]]
    assert found.places.tolist() == [1, 1, 0, 0]
    assert len(found.lon) == FINDS.sum()


def test_months_end_with_the_day() -> None:
    """The last month ends with D, over the turn of the year too."""
    months = months_until(date(2024, 2, 10), 4)
    assert [month.label for month in months] == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert (months[-1].first, months[-1].last, months[0].days) == (date(2024, 2, 1), date(2024, 2, 10), 30)


def test_what_came_before_the_months_is_left_out() -> None:
    """As of June, two months back, January and February are not counted."""
    found = counted(ledger_of(LOOKS, FINDS, columns=2), DAY)
    assert found.inspections.sum() == found.hazards.sum() == len(found.lon) == 0


def test_an_unknown_place_counts_where_the_inspection_was() -> None:
    """Inspections of no known place count by their own point; without one they are nowhere."""
    here = shapely.Point(WEST + SIDE * 1.5, SOUTH + SIDE / 2)
    found = counted(changed("inspections", place_id="gone", geometry=[here] * 5 + [None]))
    assert found.inspections.sum(axis=1).tolist() == [0, 5, 0, 1]


def test_what_an_enterprise_found_itself_is_left_out() -> None:
    """A hazard of an enterprise's own check is no find, a void one neither."""
    ledger = changed("inspections", by=["enterprise", *["inspector"] * 5])
    own = ledger.inspections["id"].iat[0]
    hazards = ledger.hazards.assign(inspection_id=[own, own, *[None] * 7], void=[*[False] * 8, True])
    found = counted(Ledger.whole(ledger.town, {**ledger.frames, "hazards": hazards}))
    assert found.hazards.sum(axis=1).tolist() == [2, 4, 0, 0]
    assert found.inspections.sum(axis=1).tolist() == [2, 3, 0, 0]
