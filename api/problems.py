"""Errors as answers: one class → one status, told as RFC 9457 problem documents."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from api.pages.rendering import render_problem
from geodata.errors import QuestionProblem, RulesProblem, StoreProblem, WanggeError


class NotFoundProblem(WanggeError):
    """There is no such thing."""


class ConflictProblem(WanggeError):
    """The id stands already, with other content."""


class InputProblem(WanggeError):
    """A parameter or a field is not as it must be."""


STATUS: Mapping[type[WanggeError], int] = MappingProxyType(
    {
        NotFoundProblem: 404,
        ConflictProblem: 409,
        InputProblem: 422,
        QuestionProblem: 422,
        RulesProblem: 500,
        StoreProblem: 503,
    }
)
TITLES: Mapping[int, str] = MappingProxyType(
    {
        400: "请求不对",
        403: "不允许",
        404: "没有找到",
        405: "不支持这种操作",
        409: "编号冲突",
        413: "内容太大",
        415: "内容类型不对",
        422: "内容不对",
        500: "服务出错",
        503: "暂时不可用",
    }
)


def problem(request: Request, status: int, detail: str, **more: Any) -> Response:
    """Give a problem: a page for a browser on a page, `application/problem+json` else."""
    title = TITLES.get(status, "出错了")
    if not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(render_problem(title, detail), status)
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


def add_handlers(app: FastAPI) -> None:
    """Turn our errors, FastAPI's and Starlette's into problems."""

    @app.exception_handler(WanggeError)
    def ours(request: Request, error: WanggeError) -> Response:
        status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
        return problem(request, status, str(error))

    @app.exception_handler(HTTPException)
    def starlettes(request: Request, error: HTTPException) -> Response:
        return problem(request, error.status_code, TITLES.get(error.status_code, str(error.detail)))

    @app.exception_handler(RequestValidationError)
    def fastapis(request: Request, error: RequestValidationError) -> Response:
        errors = [{"field": ".".join(str(p) for p in e["loc"][1:]), "problem": e["msg"]} for e in error.errors()]
        detail = "；".join(f"{each['field']}：{each['problem']}" for each in errors)
        return problem(request, 422, detail, errors=errors)
