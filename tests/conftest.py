"""Fixtures that every floor's tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from grids import partition
from tests.postgres import programs, server

# How long a drawn case takes says how busy the machine is, nothing about the code. The same examples are drawn each
# time, so that a commit is green or red; `make deep` draws new ones and more of them: what fails there becomes a test.
settings.register_profile("wangge", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("new", settings.get_profile("wangge"), derandomize=False)
settings.load_profile(os.environ.get("WANGGE_EXAMPLES", "wangge"))

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server for this process of tests; give the address of a database."""
    if programs() is None:
        pytest.skip("no PostgreSQL with PostGIS on this machine (sh .ci/get-postgis)")
    with server() as address:
        yield address


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real files beside the checkout; skip where it is not there."""
    folder = Path(os.environ.get("WANGGE_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the real files (../shared/data) are not on this machine")
    return folder


@pytest.fixture(scope="module")
def few_tries() -> Iterator[None]:
    """Be content with the best of four tries to divide an area, not of 64: where how good it is isn't the question."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partition, "MOST_TRIES", 4)
        yield
