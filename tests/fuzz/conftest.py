"""A served village for those who read it, and for those whose writes don't matter to each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fuzz.town import Served, served


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the village."""
    with served(tmp_path_factory.mktemp("fuzz")) as service:
        yield service
