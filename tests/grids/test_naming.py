"""Parts of a division as areas with codes and names."""

import pytest

from grids.naming import numeral


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (29, "二十九"), (99, "九十九"), (100, "100")],
)
def test_numbers_of_districts(number: int, text: str) -> None:
    """片区 are numbered as people say it."""
    assert numeral(number) == text
