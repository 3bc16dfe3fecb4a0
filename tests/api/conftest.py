"""The made-up village behind the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from geodata.store import create_store
from tests.made_up import made_town

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the village once; its first place is named like markup."""
    path = tmp_path_factory.mktemp("village") / "village.gpkg"
    made = made_town()
    places = made.frames["places"].copy()
    places.loc[0, "name"] = HOSTILE
    with create_store(path, made.town) as store:
        store.write_many({**made.frames, "places": places}, actor="t", action="demo", source="t")
    return path


@pytest.fixture(scope="session")
def client(village: Path) -> Iterator[TestClient]:
    """Give the service of the village; nothing is written through it."""
    with TestClient(create_app(Settings(store=village)), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def writing(village: Path, tmp_path: Path) -> Iterator[TestClient]:
    """Give the service of a copy of the village, to write to."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    with TestClient(create_app(Settings(store=path)), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def open_service() -> Iterator[Callable[[Path], TestClient]]:
    """Give a function that gives the service of a store, the same one each time."""
    with ExitStack() as running:

        @cache
        def opened(path: Path) -> TestClient:
            service = create_app(Settings(store=path))
            return running.enter_context(TestClient(service, base_url="http://127.0.0.1:8000"))

        yield opened
