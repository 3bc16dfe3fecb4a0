"""The OpenAPI description: what FastAPI tells of the routes, and what holds of all of them.

That is: who may ask and how they come in, which problems (RFC 9457) an operation can end in, what is sent where nothing
is asked, where a thing that was posted is found, and an example of each parameter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.described.shapes import Problem
from api.permissions import PUBLIC, WRITES
from api.problems import TITLES
from api.signing_in import COOKIE

Document = dict[str, Any]
DESCRIPTION = """\
每个问题都是一份 `application/problem+json`（RFC 9457）：`detail` 用中文写明哪里不对、怎么办，`errors` 逐项写明字段。

写（POST、PUT、DELETE）要写明来自哪里：带会话 cookie 的请求必须带 `Origin` 或 `Sec-Fetch-Site`，并且就是本站，否则 403，
别的网页因此不能借用已登录的浏览器填报；程序用个人令牌（`Authorization: Bearer …`），不需要 `Origin`。
POST 可以带 `Idempotency-Key`：断网重发不会写两遍。清单按 `next` 翻页（`cursor`），翻页时有人填报也不重不漏。
"""
SCHEMES: Mapping[str, Document] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "POST /api/v1/session 登录后得到；写的时候还要 Origin 或 Sec-Fetch-Site（见说明）。",
    },
    "token": {"type": "http", "scheme": "bearer", "description": "个人令牌，在“我的账号”里做；可以只读。"},
    "password": {"type": "http", "scheme": "basic", "description": "登录名和密码（或令牌），给简单的程序用。"},
}
EXAMPLES: Mapping[str, Any] = {
    "area": "community:990001002001",
    "as_of": "2024-06-30",
    "bbox": "113.6,22.7,113.9,22.9",
    "from": "2024-06-01",
    "limit": 100,
    "near": "113.75,22.82,500",
    "to": "2024-06-30",
}
"""Of parameters, by name; where one is described with its own, that stands."""
NO_BODY: Document = {
    "required": True,
    "description": "内容不看；类型要写 application/json，别的网页因此不能替人发。",
    "content": {"application/json": {"schema": {}, "example": {}}},
}
NAMED_INSIDE = frozenset({"/api/v1/jobs", "/api/v1/phone", "/api/v1/routes/today"})
"""Where a thing that may not be there is named by a field or a parameter."""
FOUND: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("/api/v1/inspections", "post"): (
        ("/api/v1/inspections/{inspection_id}", "id"),
        ("/api/v1/inspections/{inspection_id}/reviews", "id"),
        ("/api/v1/places/{place_id}", "place_id"),
    ),
    ("/api/v1/hazards", "post"): (
        ("/api/v1/hazards/{hazard_id}", "id"),
        ("/api/v1/hazards/{hazard_id}/steps", "id"),
    ),
    ("/api/v1/drafts", "post"): (("/api/v1/drafts/{number}", "id"), ("/api/v1/drafts/{number}/plan", "id")),
    ("/api/v1/jobs", "post"): (("/api/v1/jobs/{number}", "id"),),
}
"""Where what was posted is found: path of the GET, and the field of the answer that fills its parameter."""


class Described(FastAPI):
    """An application that gives this description as its own."""

    def openapi(self) -> Document:
        """Give the description; it is made once."""
        if self.openapi_schema is None:
            self.openapi_schema = description(self)
        return self.openapi_schema


def description(app: FastAPI) -> Document:
    """Give the description of the routes under /api/v1."""
    document = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
    components = document["components"]
    components["securitySchemes"] = dict(SCHEMES)
    components["schemas"]["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own words, which we never send
        components["schemas"].pop(name, None)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _secure(operation, method, path)
            own = {status for status in operation["responses"] if status >= "400"}
            for status in sorted(own.union(problems_of(operation, method, path))):
                operation["responses"][status] = _problem(operation["responses"].get(status), int(status))
            if method == "post" and "requestBody" not in operation:
                operation["requestBody"] = NO_BODY
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in EXAMPLES and "examples" not in parameter["schema"]:
                    parameter.setdefault("example", EXAMPLES[parameter["name"]])
    _link(document)
    return document


def problems_of(operation: Document, method: str, path: str) -> Iterator[str]:
    """Give the statuses of the problems that an operation can end in."""
    parameters = operation.get("parameters", ())
    yield from ("400", "422", "429", "503")
    if not _public(method, path):
        yield from ("401", "403")
    if path == "/api/v1/session":
        yield from ("401", "403")
    if path in NAMED_INSIDE or any(each["in"] == "path" for each in parameters):
        yield "404"
    if method.upper() in WRITES:
        yield from ("409", "507")
        if method != "delete":
            yield from ("411", "413", "415")
    if any(each["name"] == "if-match" for each in parameters):
        yield "412"


def _public(method: str, path: str) -> bool:
    return f"{method.upper()} {path}" in PUBLIC


def _secure(operation: Document, method: str, path: str) -> None:
    operation["security"] = [] if _public(method, path) else [{name: []} for name in SCHEMES]


def _problem(known: Document | None, status: int) -> Document:
    """Give a problem's answer, in the words that a route has for it."""
    said = TITLES[status] if known is None or "description" not in known else known["description"]
    if status == 422 and said == "Validation Error":  # FastAPI's own
        said = TITLES[status]
    schema = {"$ref": "#/components/schemas/Problem"}
    example = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": f"{said.rstrip('。')}。"}
    return {"description": said, "content": {"application/problem+json": {"schema": schema, "example": example}}}


def _link(document: Document) -> None:
    """Say where what was posted is found."""
    for (path, method), targets in FOUND.items():
        links = {}
        for target, field in targets:
            operation = document["paths"][target]["get"]
            (parameter,) = (each["name"] for each in operation["parameters"] if each["in"] == "path")
            links[operation["operationId"]] = {
                "operationId": operation["operationId"],
                "parameters": {parameter: f"$response.body#/{field}"},
            }
        document["paths"][path][method]["responses"]["201"]["links"] = links
