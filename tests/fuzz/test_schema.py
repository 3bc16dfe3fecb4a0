"""What the service answers is what its description says, to each role; `make schema` asks far more."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.fuzz.schema import ask, leaving, paths_of
from tests.fuzz.town import NOBODY, READER, Served, served

EXAMPLES = int(os.environ.get("WANGGE_SCHEMA_EXAMPLES", "0"))
SEED = int(os.environ.get("WANGGE_SCHEMA_SEED", "2024"))
SOME = (
    "/api/v1/inspections", "/api/v1/inspections/{inspection_id}", "/api/v1/places/{place_id}/risk", "/api/v1/town",
    "/api/v1/areas", "/api/v1/areas/{level}/{code}", "/api/v1/jobs/{number}", "/api/v1/photos/{photo_id}",
)  # fmt: skip
"""Asked with every test run; the first and the last role of `callers` differ in what they may."""


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a village of one's own: what is asked writes to it."""
    with served(tmp_path_factory.mktemp("schema")) as service:
        yield service


@pytest.mark.parametrize("caller", ["clerk", "inspector", NOBODY])
def test_some_operations(service: Served, caller: str) -> None:
    """Lists, things, writes: each answer has a status, a type and a shape that the description names."""
    asked = ask(service, caller, SEED, SOME, examples=2, phases=("coverage",))
    assert not asked.failures, "\n\n".join(f"{name}\n{said}" for name, said in asked.failures.items())
    assert asked.statuses.total() > 100
    if caller == "clerk":
        assert {200, 404, 405, 422} <= set(asked.statuses)
    if caller == NOBODY:
        assert not {200, 201} & set(asked.statuses)


@pytest.mark.skipif(not EXAMPLES, reason="long: make schema")
@pytest.mark.parametrize("caller", ["clerk", "leader", "manager", "inspector", "farms", READER, NOBODY])
def test_every_operation(service: Served, caller: str) -> None:
    """Every operation, in all phases of Schemathesis, and along the links of what was posted."""
    for paths in (paths_of(service), leaving(service)):
        asked = ask(service, caller, SEED, paths, examples=EXAMPLES)
        assert not asked.failures, "\n\n".join(f"{name}\n{said}" for name, said in asked.failures.items())
