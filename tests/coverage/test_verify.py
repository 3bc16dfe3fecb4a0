"""Verified: how far a geotag may be from its place."""

from __future__ import annotations

from datetime import date

import pytest
from pyproj import Proj

from coverage.assess import assess
from coverage.figures import coverage_figures
from coverage.rules import parse_rules
from geodata.datum import metric_crs
from geodata.ledger import Ledger
from tests.coverage.oracle import Case, datetime
from tests.coverage.towns import ledger_of

PLACE = (113.75, 22.75)
NORTH_OF_IT = (113.75, 22.751)


def metres_between() -> float:
    """Give the distance in the town's metric CRS."""
    to_metres = Proj(metric_crs(*PLACE))
    (x, y), (u, v) = to_metres(*PLACE), to_metres(*NORTH_OF_IT)
    return float(((x - u) ** 2 + (y - v) ** 2) ** 0.5)


def ledger(tolerance: float, **inspection: object) -> Ledger:
    """Give a town of one place and one inspection."""
    place = {"id": "p", "name": "p", "tags": [], "status": "open", "xy": PLACE}
    place |= dict.fromkeys(("industry", "risk", "department", "headcount", "opened", "closed"))
    at = datetime.fromisoformat("2024-06-30T09:00:00+08:00")
    visit = {"id": "i", "place_id": "p", "by": "inspector", "at": at, "xy": NORTH_OF_IT}
    visit |= dict.fromkeys(("officer", "accuracy", "geotag"))
    town = {"code": "441900121", "level": "town", "name": "镇", "zone": "Asia/Shanghai", "tolerance": tolerance}
    case: Case = {"town": town, "areas": [], "officers": [], "hazards": [], "as_of": date(2024, 6, 30)}
    return ledger_of(case | {"places": [place], "inspections": [visit | inspection]})


def is_verified(tolerance: float, **inspection: object) -> bool:
    """Say whether that inspection is verified, as its figures show it."""
    rules = parse_rules('[[rule]]\nid = "m"\nevery = "month"')
    figures = coverage_figures(assess(ledger(tolerance, **inspection), rules, date(2024, 6, 30)), "town")
    assert figures["done"].tolist() == [1]
    return figures["verified_rate"].tolist() == [1.0]


def test_exactly_at_the_limit() -> None:
    """A geotag exactly at the tolerance is verified, one a millimetre further is not."""
    limit = metres_between()
    assert is_verified(limit)
    assert not is_verified(limit - 0.001)


def test_accuracy_is_added() -> None:
    """Its accuracy is added to the tolerance, at most 100 m of it; 0, less or none adds nothing."""
    limit = metres_between()
    assert is_verified(limit - 50, accuracy=50.0)
    assert not is_verified(limit - 50.001, accuracy=50.0)
    assert is_verified(limit - 100, accuracy=5000.0)
    assert not is_verified(limit - 100.001, accuracy=5000.0)
    assert not is_verified(limit - 1, accuracy=0.0)
    assert not is_verified(limit - 1, accuracy=-50.0)


@pytest.mark.parametrize("geotag", ["typed", "mock"])
def test_marked(geotag: str) -> None:
    """A typed-in or mock position is never verified, however near."""
    assert not is_verified(1000, geotag=geotag)
    assert is_verified(1000, geotag="exif")


def test_no_geotag() -> None:
    """Without a geotag nothing is verified."""
    assert not is_verified(1000, xy=None)


def test_positions_of_another_world() -> None:
    """A geotag that the plane CRS has no image of is not verified."""
    assert not is_verified(1000, xy=(-70.0, 89.0))
