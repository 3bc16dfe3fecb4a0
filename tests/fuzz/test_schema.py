"""What the service answers is what its description says, to each role; `make schema` asks far more."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.fuzz.keeping import keep
from tests.fuzz.schema import Asked, ask, leaving, paths_of
from tests.fuzz.town import NOBODY, READER, Served, served

EXAMPLES = int(os.environ.get("WANGGE_SCHEMA_EXAMPLES", "0"))
SEED = int(os.environ.get("WANGGE_SCHEMA_SEED", "2024"))
SOME = (
    "/api/v1/tracks", "/api/v1/places/{place_id}/risk", "/api/v1/town", "/api/v1/jobs/{number}",
    "/api/v1/photos/{photo_id}",
)  # fmt: skip
"""Asked with every test run: a list of positions, a decision, figures, a thing, a file."""


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a village of one's own: what is asked writes to it."""
    with served(tmp_path_factory.mktemp("schema")) as service:
        yield service


def test_some_operations(service: Served) -> None:
    """Lists, things, writes: each answer has a status, a type and a shape that the description names."""
    by = {}
    for caller in ("clerk", NOBODY):
        by[caller] = ask(service, caller, SEED, SOME, examples=1, phases=("coverage",))
        assert not by[caller].failures, told(by[caller])
        assert by[caller].statuses.total() > 100
    assert {200, 404, 405, 422} <= set(by["clerk"].statuses)
    assert not {200, 201} & set(by[NOBODY].statuses)


@pytest.mark.skipif(not EXAMPLES, reason="long: make schema")
@pytest.mark.parametrize("caller", ["clerk", "leader", "manager", "inspector", "farms", READER, NOBODY])
def test_every_operation(service: Served, caller: str) -> None:
    """Every operation, in all phases of Schemathesis, and along the links of what was posted."""
    found = []
    for paths in (paths_of(service), leaving(service)):
        asked = ask(service, caller, SEED, paths, examples=EXAMPLES)
        found += [told(asked)] * bool(asked.failures)
    if found:
        keep(f"schema-{caller}-{SEED}", "\n\n".join(found))
    assert not found, "\n\n".join(found)


def told(asked: Asked) -> str:
    """Give what was found, each with the request that shows it."""
    return "\n\n".join(f"{name}\n{said}" for name, said in asked.failures.items())
