"""Errors as answers: one class → one status, told as RFC 9457 problem documents."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.disk import FAULTS, FULL, refused
from api.methods import methods_of
from api.openrosa.answers import PREFIX, message
from geodata.accounts.model import AccountProblem
from geodata.errors import (
    AdoptProblem,
    ChangedProblem,
    DiskFullProblem,
    DivideProblem,
    DraftProblem,
    FileProblem,
    FontProblem,
    NamedProblem,
    QuestionProblem,
    RulesProblem,
    StepProblem,
    StoreProblem,
    UndoProblem,
    WanggeError,
)


class NotFoundProblem(WanggeError):
    """There is no such thing."""


class ForbiddenProblem(WanggeError):
    """Whoever asks may not do this."""


class TooManyProblem(WanggeError):
    """It was tried too often; after so many seconds it may be tried again."""

    seconds = 900


class SignInProblem(WanggeError):
    """The office's sign-in service did not say who comes in, or nobody here is that."""


class ServiceDownProblem(WanggeError):
    """The office's sign-in service does not answer, or not as it must."""


class ConflictProblem(WanggeError):
    """The id stands already, with other content."""


class ParameterProblem(WanggeError):
    """A parameter of a request is not as the standard of its address asks: 400, as OGC API has it."""


class TooLargeProblem(WanggeError):
    """More was sent than is taken at once."""


class InputProblem(WanggeError):
    """A parameter or a field is not as it must be."""


STATUS: Mapping[type[WanggeError], int] = MappingProxyType(
    {
        ParameterProblem: 400,
        ForbiddenProblem: 403,
        SignInProblem: 403,
        NotFoundProblem: 404,
        DraftProblem: 404,
        ConflictProblem: 409,
        AccountProblem: 422,
        UndoProblem: 409,
        AdoptProblem: 409,
        StepProblem: 409,
        ChangedProblem: 412,
        TooLargeProblem: 413,
        DivideProblem: 422,
        FileProblem: 422,
        InputProblem: 422,
        NamedProblem: 422,
        QuestionProblem: 422,
        TooManyProblem: 429,
        RulesProblem: 500,
        StoreProblem: 503,
        ServiceDownProblem: 503,
        DiskFullProblem: 507,
        FontProblem: 503,
    }
)
TITLES: Mapping[int, str] = MappingProxyType(
    {
        400: "请求不对",
        401: "请先登录",
        403: "没有权限",
        404: "没有找到",
        405: "不支持这种操作",
        409: "编号冲突",
        411: "没有写明长度",
        412: "又有改动",
        413: "内容太大",
        415: "内容类型不对",
        422: "内容不对",
        429: "试得太频繁",
        500: "服务出错",
        503: "暂时不可用",
        507: "磁盘已满",
    }
)
NOT_SHOWN = "页面无法显示"
"""Title of a page that was asked for what can't be shown: nobody sent any content that could be wrong."""
DETAILS: Mapping[int, str] = MappingProxyType(
    {
        400: "请求的内容读不懂。",
        404: "没有这个地址，请检查网址。",
        405: "这个地址不支持这种操作。",
        413: "一次填报的内容太大。",
    }
)
"""What is said when Starlette, not we, found that something is wrong."""

VALUES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "必须填写",
        "extra_forbidden": "没有这个字段",
        "json_invalid": "不是有效的 JSON",
        "model_attributes_type": "应为一个 JSON 对象",
        "model_type": "应为一个 JSON 对象",
        "dict_type": "应为一个 JSON 对象",
        "list_type": "应为列表",
        "too_short": "至少 {min_length} 项",
        "too_long": "最多 {max_length} 项",
        "bool_type": "应为 true 或 false",
        "bool_parsing": "应为 true 或 false",
        "union_tag_not_found": "要写明哪一种（kind）",
        "union_tag_invalid": "没有“{tag}”这一种，可以是：{expected_tags}",
        "string_type": "应为文字",
        "string_too_short": "不能为空",
        "string_too_long": "最多 {max_length} 个字",
        "string_pattern_mismatch": "有不允许的字符",
        "string_unicode": "有不允许的字符",
        "enum": "应为其中之一：{expected}",
        "literal_error": "应为其中之一：{expected}",
        "value_error": "{error}",
        "date_type": "应为日期，如 2024-06-30",
        "date_parsing": "应为日期，如 2024-06-30",
        "date_from_datetime_parsing": "应为日期，如 2024-06-30",
        "date_from_datetime_inexact": "应为日期，如 2024-06-30",
        "datetime_type": "应为时间，如 2024-06-30T09:07:00+08:00",
        "datetime_parsing": "应为时间，如 2024-06-30T09:07:00+08:00",
        "datetime_from_date_parsing": "应为时间，如 2024-06-30T09:07:00+08:00",
        "timezone_aware": "要写明时区，如 2024-06-30T09:07:00+08:00",
        "int_type": "应为整数",
        "int_parsing": "应为整数",
        "int_parsing_size": "数太大",
        "int_from_float": "应为整数",
        "float_type": "应为数",
        "float_parsing": "应为数",
        "finite_number": "应为有限的数",
        "greater_than_equal": "不能小于 {ge}",
        "less_than_equal": "不能大于 {le}",
    }
)
"""What pydantic calls an error → what we say."""


def problem(request: Request, status: int, detail: str, **more: Any) -> Response:
    """Give a problem: a page for a browser on a page, a message of OpenRosa there, `application/problem+json` else."""
    if request.url.path.startswith(PREFIX):  # phones read OpenRosa's envelope
        return message(detail, status)
    title = TITLES.get(status, "出错了")
    if not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", ""):
        if status == 422 and request.method == "GET":
            title = NOT_SHOWN
        from api.pages.problem_page import problem_page  # noqa: PLC0415 - it knows who asks, whose problems are told here

        return HTMLResponse(problem_page(request, title, detail), status)
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


def answer_of(request: Request, error: WanggeError) -> Response:
    """Give the problem that one of our errors is."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    response = problem(request, status, str(error))
    if isinstance(error, TooManyProblem):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def cut_short(request: Request) -> Response:
    """Give the problem of a body that ended before it should."""
    return problem(request, 400, "内容没有发完，没有写入。请重新发送。")


def without_method(request: Request) -> Response:
    """Give the problem of a method that an address has not, with those of all its routes."""
    response = problem(request, 405, DETAILS[405])
    response.headers["Allow"] = ", ".join(sorted(methods_of(request.url.path)))
    return response


def add_handlers(app: FastAPI) -> None:
    """Turn our errors, FastAPI's and Starlette's into problems."""

    @app.exception_handler(WanggeError)
    def ours(request: Request, error: WanggeError) -> Response:
        return answer_of(request, error)

    @app.exception_handler(HTTPException)
    def starlettes(request: Request, error: HTTPException) -> Response:
        response = problem(request, error.status_code, DETAILS.get(error.status_code, str(error.detail)))
        response.headers.update(error.headers or {})
        return without_method(request) if error.status_code == 405 and methods_of(request.url.path) else response

    @app.exception_handler(ClientDisconnect)
    def gone(request: Request, _: ClientDisconnect) -> Response:
        return cut_short(request)  # to nobody: for the log and the counts, that it was no error of ours

    @app.exception_handler(OSError)
    def disks(request: Request, error: OSError) -> Response:
        if error.errno not in FAULTS:
            raise error
        return problem(request, 507 if error.errno in FULL else 503, f"{refused(error)}。这次没有办成，好了以后再试。")

    @app.exception_handler(RequestValidationError)
    def fastapis(request: Request, error: RequestValidationError) -> Response:
        errors = [{"field": _field(each["loc"]), "problem": said_of(each)} for each in error.errors()]
        detail = "；".join(
            f"{each['field']}：{each['problem']}" if each["field"] else each["problem"] for each in errors
        )
        return problem(request, 422, f"{detail}。", errors=errors)


def _field(where: tuple[str | int, ...]) -> str:
    """Name the field; what stands before it (query, body) and a position inside the text of the body don't."""
    return ".".join(str(part) for part in where[1:] if isinstance(part, str))


def said_of(error: Mapping[str, Any]) -> str:
    """Say in Chinese what pydantic found; in its own words what we have none for."""
    known = VALUES.get(error["type"])
    return known.format(**error.get("ctx", {})) if known else str(error["msg"])
