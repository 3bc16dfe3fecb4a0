"""Requirements class OpenAPI 3.0 of Part 1."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from api.ogc.layers import TITLES
from tests.api.ogc.conftest import Get, rels

METHODS = {"get", "put", "post", "delete", "patch", "options", "head", "trace"}


@pytest.fixture(scope="module")
def described(get: Get) -> Any:
    """Give the description."""
    return get("/api")


def test_oas_definition_1(client: TestClient, get: Get) -> None:
    """/req/oas30/oas-definition-1: the landing page links to the description as OpenAPI 3.0 JSON and as a page."""
    links = rels(get("/"))
    assert links["service-desc"][0]["type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert client.get(links["service-doc"][0]["href"]).headers["content-type"].startswith("text/html")


def test_oas_definition_2(described: Any) -> None:
    """/req/oas30/oas-definition-2: the description is valid by the schema of OpenAPI 3.0."""
    assert [error.message for error in OpenAPIV30SpecValidator(described).iter_errors()] == []


def test_oas_impl(client: TestClient, described: Any) -> None:
    """/req/oas30/oas-impl: every path and every parameter that is described is there."""
    for path, item in described["paths"].items():
        filled = path.replace("{featureId}", "HC000001").replace("{tileMatrix}/{tileRow}/{tileCol}", "0/0/0")
        response = client.get(f"/ogc{filled}")
        assert response.status_code == (404 if "featureId" in path and "places" not in path else 200), path
        named = [each["name"] for each in item["get"]["parameters"] if "name" in each]
        for name in named:
            assert "不认识的参数" not in client.get(f"/ogc{filled}", params={name: "?"}).text


def test_completeness(client: TestClient, described: Any) -> None:
    """/req/oas30/completeness: each operation names the states it answers with, and their media types."""
    for item in described["paths"].values():
        responses = item["get"]["responses"]
        assert {"200", "400", "default"} <= set(responses)
        assert responses["200"]["content"]
    for name in TITLES:
        content = described["paths"][f"/collections/{name}/items"]["get"]["responses"]["200"]["content"]
        assert set(content) == {"application/geo+json", "text/html"}
        for media in content:
            response = client.get(f"/ogc/collections/{name}/items", params={"limit": 1}, headers={"Accept": media})
            assert response.headers["content-type"].startswith(media)


def test_exceptions_codes(described: Any) -> None:
    """/req/oas30/exceptions-codes: 400 stands everywhere, 404 where something is asked for by its id."""
    for path, item in described["paths"].items():
        assert ("404" in item["get"]["responses"]) == ("{" in path)


def test_answers_are_as_described(client: TestClient, described: Any) -> None:
    """Each JSON answer is valid by the schema that its operation names."""
    told = 0
    for path, item in described["paths"].items():
        for media, content in item["get"]["responses"]["200"]["content"].items():
            if "$ref" in content["schema"] and "json" in media:
                filled = path.replace("{featureId}", "HC000011")
                if "places" in path or "{featureId}" not in path:
                    schema = content["schema"] | {"components": described["components"]}
                    answer = client.get(f"/ogc{filled}", headers={"Accept": media}).json()
                    assert [error.message for error in OAS30Validator(schema).iter_errors(answer)] == [], path
                    told += 1
    assert told > 2 * len(TITLES)


def test_security(described: Any) -> None:
    """/req/oas30/security: nothing is asked of who calls, and so nothing is described."""
    assert "security" not in described
    assert "securitySchemes" not in described["components"]


def test_only_reading_is_described(described: Any) -> None:
    """Every operation is GET, with an id of its own."""
    operations = [(method, item[method]) for item in described["paths"].values() for method in METHODS & set(item)]
    assert {method for method, _ in operations} == {"get"}
    assert len({told["operationId"] for _, told in operations}) == len(operations)


def test_each_property_is_a_described_parameter(get: Get, described: Any) -> None:
    """/rec/core/fc-filters: what can be asked for by its value stands in the description, with its words."""
    named = {
        each["name"]: each["schema"]
        for each in described["paths"]["/collections/hazards/items"]["get"]["parameters"]
        if "name" in each
    }
    assert named["level"] == {"type": "string", "enum": ["一般", "重大"]}
    assert named["void"] == {"type": "boolean"}
    assert named["found_at"] == {"type": "string", "format": "date-time"}
    assert set(named) | {"geometry"} == set(get("/collections/hazards/queryables")["properties"])


def test_the_description_of_the_other_interface_does_not_hold_this_one(client: TestClient) -> None:
    """The OpenAPI 3.1 document of /api/v1 tells nothing of /ogc: each describes itself."""
    assert not any(path.startswith("/ogc") for path in client.get("/api/v1/openapi.json").json()["paths"])
