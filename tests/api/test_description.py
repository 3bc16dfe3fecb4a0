"""What the OpenAPI description says of every operation: problems, who may come in, examples, links."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.description import EXAMPLES, FOUND, SCHEMES
from api.permissions import PUBLIC
from api.problems import STATUS, TITLES


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    """Give the description."""
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Give method, path and operation of each."""
    return [(method, path, each) for path, methods in document["paths"].items() for method, each in methods.items()]


def test_problems(document: dict[str, Any]) -> None:
    """Each operation names the problems it can end in, one by one, each a problem document with a title of ours."""
    for method, path, operation in operations(document):
        told = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert "4XX" not in told
        assert {"400", "422", "429", "503"} <= set(told), (method, path)
        assert ("404" in told) or "{" not in path
        if method in ("post", "put"):
            assert {"409", "411", "413", "415", "507"} <= set(told)
        if any(each["name"] == "if-match" for each in operation.get("parameters", ())):
            assert "412" in told
        for status, answer in told.items():
            (content,) = answer["content"].values()
            assert list(answer["content"]) == ["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert content["example"]["title"] == TITLES[int(status)]


def test_who_comes_in(document: dict[str, Any]) -> None:
    """An operation is open to all, or to a session, a token or a password; its 401 and 403 go with that."""
    assert set(document["components"]["securitySchemes"]) == set(SCHEMES) == {"session", "token", "password"}
    for method, path, operation in operations(document):
        public = f"{method.upper()} {path}" in PUBLIC
        assert operation["security"] == ([] if public else [{name: []} for name in SCHEMES])
        assert public or {"401", "403"} <= set(operation["responses"])


def test_examples(document: dict[str, Any]) -> None:
    """Parameters that many operations have come with an example."""
    for _, path, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            if parameter["name"] in EXAMPLES:
                assert "example" in parameter or "examples" in parameter["schema"], (path, parameter["name"])


def test_links(document: dict[str, Any]) -> None:
    """What was posted is found by a link: each names an operation and one of its parameters."""
    known = {operation["operationId"]: operation for _, _, operation in operations(document)}
    for (path, method), targets in FOUND.items():
        links = document["paths"][path][method]["responses"]["201"]["links"]
        assert len(links) == len(targets)
        for link in links.values():
            names = {each["name"] for each in known[link["operationId"]]["parameters"] if each["in"] == "path"}
            assert names == set(link["parameters"])


def test_every_problem_has_a_title() -> None:
    """Each status that an error of ours is told with has a title."""
    assert set(STATUS.values()) <= set(TITLES)
