"""Numbers as they are written for people."""

from __future__ import annotations

import pytest

from geodata.rounding import decimals, percent


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.8125, "81.3"),
        (13 / 16, "81.3"),
        (0.0625, "6.3"),
        (0, "0.0"),
        (1, "100.0"),
        (0.99949, "99.9"),
        (-0.0625, "-6.3"),
    ],
)
def test_a_share_is_halved_up(share: float, written: str) -> None:
    """A share that lies between two percentages is the greater one, as in a workbook."""
    assert percent(share) == written


@pytest.mark.parametrize(
    ("value", "written"), [(85.255, "85.26"), (2.675, "2.68"), (85.2, "85.20"), (1234.5, "1234.50")]
)
def test_a_number_is_halved_up(value: float, written: str) -> None:
    """A score with a five behind is rounded up, and keeps its zeros."""
    assert decimals(value, 2) == written
