"""The made-up towns, each made once."""

from __future__ import annotations

import pytest

from geodata.synthetic import MadeTown
from tests.made_up import made_town


@pytest.fixture(scope="session")
def village() -> MadeTown:
    """Make the township."""
    return made_town()


@pytest.fixture(scope="session")
def humen() -> MadeTown:
    """Make the town of 虎门's scale."""
    return made_town("humen")


@pytest.fixture(params=["village", pytest.param("humen", marks=pytest.mark.long)])
def made(request: pytest.FixtureRequest) -> MadeTown:
    """Give one town after the other."""
    town = request.getfixturevalue(request.param)
    assert isinstance(town, MadeTown)
    return town
