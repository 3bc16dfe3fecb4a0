"""The service is killed while eight write: what it had acknowledged stands, whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from geodata.photos.checking import check_pictures
from geodata.store import open_store
from geodata.store.location import Where
from tests.durable.service import Service, Writers, make_store, serving, standing
from tests.postgres import fresh

ROUNDS = int(os.environ.get("WANGGE_KILLS", "0"))
FEW = 2
MOST = 400


@pytest.fixture(params=["file", "postgis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """Make a town, of each kind."""
    if request.param == "file":
        return make_store(tmp_path / "town.gpkg")
    if not ROUNDS:
        pytest.skip("asks a server for ten seconds: make durable")
    return make_store(fresh(request.getfixturevalue("postgres"), files=tmp_path))


def test_nothing_acknowledged_is_lost(store: Where) -> None:
    """Killed at random moments, started again each time: every acknowledged row and photo is there, none half there."""
    random = Random(1)
    acknowledged, photos, hazards = set[str](), set[str](), set[str]()
    for at in range(ROUNDS or FEW):
        with serving(store) as service:
            writers = Writers(service, f"K{at}", _killing(service, random.randrange(1, MOST)), finding=True)
            writers.run()
        assert writers.refused == {}
        acknowledged |= writers.acknowledged
        photos |= writers.photos
        hazards |= writers.hazards
        stands = standing(store)
        assert acknowledged <= set(stands)
        assert all(note == f"第 {row_id} 条" for row_id, note in stands.items())
        with open_store(store) as opened:
            ledger = opened.ledger("photos", "hazards")
        found = ledger.hazards
        assert hazards <= set(found["id"])
        assert (found["id"] == "H-" + found["description"]).all()
        assert photos <= set(ledger.frames["photos"]["id"])
        assert check_pictures(store, list(ledger.frames["photos"]["id"])) == []


def _killing(service: Service, after: int) -> Callable[[int], None]:
    return lambda acknowledged: service.kill() if acknowledged == after else None
