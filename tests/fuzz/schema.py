"""Schemathesis asks the service all that its description allows, and more: each role, each operation, all checks.

Valid data may be refused for what a description can't say: what it names is not there (404, 422), stands otherwise
(409), has changed (412). A 422 that names a field (`errors`) comes from the type of that field, or from what the fields
ask of one another, and both are described: to valid data there must be none, but for `UNSAYABLE`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.engine import Status, events, from_schema

from tests.fuzz.town import BASE, Served

LEAVING = ("/api/v1/me", "/api/v1/users", "/api/v1/session")
"""What begins so can take the caller's own token away: asked last."""
UNSAYABLE = ("早于", "年份应在")
"""JSON Schema knows no order of two fields, and no first and last day (`formatMinimum` is no part of it)."""
TAKEN = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429"]
"""What valid data may be answered."""
OPTIONS: Mapping[str, Any] = {
    "base-url": BASE,
    "request-timeout": 300,
    "continue-on-failure": True,
    "suppress-health-check": ["all"],
    "generation": {"database": "none", "no-shrink": True, "with-security-parameters": False},
    "checks": {"positive_data_acceptance": {"expected-statuses": TAKEN}},
}


@dataclass
class Asked:
    """How many requests were answered with which status, and what is wrong with which answers."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)

    def take(self, caller: str, event: events.ScenarioFinished) -> None:
        """Count what one scenario sent, and keep what it found."""
        recorder = event.recorder
        for interaction in recorder.interactions.values():
            if interaction.response is not None:
                self.statuses[interaction.response.status_code] += 1
        for case, checks in recorder.checks.items():
            for check in checks:
                if check.status is Status.FAILURE and check.failure_info is not None:
                    found = check.failure_info.failure
                    said = f"{found.message}\n{_sent(recorder.interactions.get(case))}"
                    self.failures.setdefault(f"{caller}: {found.operation}: {found.title}", said)


@schemathesis.check
def valid_data_is_understood(_: CheckContext, response: Response, case: schemathesis.Case) -> bool | None:
    """Refuse a 422 to valid data that names a field: the description could have said it."""
    meta = case.meta
    if response.status_code != 422 or meta is None or not meta.generation.mode.is_positive:
        return None
    for error in response.json().get("errors") or ():
        sayable = not any(word in error["problem"] for word in UNSAYABLE)
        assert not sayable, f"valid by the description, yet refused: {error}"
    return None


def ask(
    served: Served, caller: str, seed: int, paths: Sequence[str], *, examples: int, phases: Sequence[str] = ()
) -> Asked:
    """Run Schemathesis as a caller over some paths (as the code writes them): so many examples an operation.

    Of the phases `examples`, `coverage`, `fuzzing` and `stateful` all are run, or those that are named.
    """
    options = dict(OPTIONS) | {"seed": seed}
    token = served.callers[caller].get("Authorization", "").removeprefix("Bearer ")
    if token:
        options["auth"] = {"openapi": {"token": {"bearer": token}}}
    options["generation"] = OPTIONS["generation"] | {"max-examples": examples}
    every = ("examples", "coverage", "fuzzing", "stateful")
    options["phases"] = {phase: {"enabled": not phases or phase in phases} for phase in every}
    document, config = _by_token(served.app.openapi(), paths), SchemathesisConfig.from_dict(options)
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = served.app
    asked = Asked()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            asked.take(caller, event)
        elif isinstance(event, events.NonFatalError):
            asked.failures[f"{caller}: {event.label}: error"] = str(event.info)
        elif isinstance(event, events.FatalError):
            raise event.exception
    return asked


def paths_of(served: Served) -> list[str]:
    """Give the paths by whose operations nobody loses the own token."""
    return [path for path in served.app.openapi()["paths"] if not path.startswith(LEAVING)]


def leaving(served: Served) -> list[str]:
    """Give the other paths."""
    return [path for path in served.app.openapi()["paths"] if path.startswith(LEAVING)]


def _drop_links(document: dict[str, Any]) -> None:
    """Take away links that lead to what is not asked."""
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    known = {each["operationId"] for each in operations}
    for answer in (answer for each in operations for answer in each["responses"].values() if "links" in answer):
        answer["links"] = {name: link for name, link in answer["links"].items() if name in known}


def _by_token(document: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """Give the description of some paths, with tokens as the only way to come in.

    A wrong cookie beside a right token is no wrong way in; wrong passwords shut the door for a while, as they should.
    """
    document = deepcopy(document)
    document["paths"] = {path: methods for path, methods in document["paths"].items() if path in paths}
    _drop_links(document)
    schemes = document["components"]["securitySchemes"]
    document["components"]["securitySchemes"] = {"token": schemes["token"]}
    for operation in (each for methods in document["paths"].values() for each in methods.values()):
        operation["security"] = [way for way in operation["security"] if "token" in way]
    return document


def _sent(interaction: Any) -> str:
    if interaction is None:
        return ""
    request, response = interaction.request, interaction.response
    told = "" if response is None else f"→ {response.status_code} {response.content[:600].decode(errors='replace')}"
    return f"{request.method} {request.uri[:400]} {request.encoded_body or ''} {told}"
