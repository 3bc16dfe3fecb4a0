"""One small function a request parameter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Header, Query, Request
from fastapi.dependencies.models import Dependant
from pydantic import BeforeValidator

from api.actor import Actor, actor_of
from api.cursors import MOST_CHARS
from api.day import Day
from api.desk import Desk
from api.desks import Desks
from api.jobs.runner import Runner
from api.problems import InputProblem
from api.remembered import Remembered
from api.written import DAY_OR_BLANK, BlankDay
from coverage.periods import check_day
from geodata.accounts.book import Accounts

MAX_LIMIT = 1000


def blank(value: object) -> object:
    """Take an empty field of a form as not asked."""
    return None if value == "" else value


Blank = BeforeValidator(blank)
"""Stands last: what stands after it would be asked of the None that it gives."""


def desk_of(request: Request) -> Desk:
    """Give the desk as who asks sees it."""
    held: Desks = request.app.state.desks
    return held.of(actor_of(request).scope)


# what is found in a moment is `async`: a plain function is handed to a thread and back, dearer than itself
async def desk(request: Request) -> Desk:
    """Give the desk as who asks sees it."""
    return desk_of(request)


async def who(request: Request) -> Actor:
    """Give who asks."""
    return actor_of(request)


async def runner(request: Request) -> Runner:
    """Give who runs the jobs of the application."""
    held: Runner = request.app.state.runner
    return held


AsOf = Annotated[date | None, BlankDay, DAY_OR_BLANK, Query(description="统计截止日，默认数据的最后一天")]


def day_of(desk: Desk, as_of: date | None) -> Day:
    """Give the town as of the asked day; QuestionProblem for one that no town has."""
    if as_of is not None:
        check_day(as_of)
    return desk.day(as_of)


def day(request: Request, as_of: AsOf = None) -> Day:
    """Give the town as of the asked day."""
    return day_of(desk_of(request), as_of)


@dataclass(frozen=True)
class Paging:
    """Which part of a list: so many rows from a number on, or behind those that a cursor names."""

    limit: int
    offset: int
    cursor: str | None = None


async def paging(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 100,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    cursor: Annotated[
        str | None, Query(max_length=MOST_CHARS, description="上一页的 next 里给出的；读的时候有人填报，也不重不漏")
    ] = None,
) -> Paging:
    """Give limit, and offset or cursor."""
    if cursor is not None and offset:
        raise InputProblem("cursor 和 offset 只能用一个。")
    return Paging(limit, offset, cursor)


async def bbox(
    bbox: Annotated[str | None, Query(description="西,南,东,北（WGS 84 经纬度）", max_length=200)] = None,
) -> tuple[float, float, float, float] | None:
    """Give west, south, east, north."""
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError as error:
        raise InputProblem("bbox 应为四个数：西,南,东,北。") from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InputProblem("bbox 应为 西,南,东,北，西不大于东、南不大于北，都在地球上。")
    return west, south, east, north


async def near(
    near: Annotated[str | None, Query(description="经度,纬度,米：这一点周围", max_length=100), Blank] = None,
) -> tuple[float, float, float] | None:
    """Give longitude, latitude and metres."""
    if near is None:
        return None
    try:
        lon, lat, metres = (float(part) for part in near.split(","))
    except ValueError as error:
        raise InputProblem("near 应为三个数：经度,纬度,米。") from error
    if not (-180 <= lon <= 180 and -90 <= lat <= 90 and 0 <= metres <= 100_000):
        raise InputProblem("near 应为 经度,纬度,米，在地球上，不超过 100,000 米。")
    return lon, lat, metres


async def as_geojson(
    format: Annotated[Literal["json", "geojson"] | None, Query()] = None,
    accept: Annotated[str, Header()] = "",
) -> bool:
    """Say whether GeoJSON was asked for, by `format` or the Accept header."""
    return format == "geojson" or (format is None and "application/geo+json" in accept)


async def refuse_unknown(request: Request) -> None:
    """Refuse parameters that the route does not know: a mistyped filter must not look like an answer."""
    known = set(_asked(request.scope["route"].dependant))
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise InputProblem(f"不认识的参数：{'、'.join(unknown)}。可用的有：{'、'.join(sorted(known)) or '无'}。")


def _asked(dependant: Dependant) -> Iterator[str]:
    """Give the names of the query parameters of a route and of all it depends on."""
    yield from (field.alias for field in dependant.query_params)
    for below in dependant.dependencies:
        yield from _asked(below)


async def accounts(request: Request) -> Accounts:
    """Give the accounts of the store."""
    held: Accounts = request.app.state.accounts
    return held


async def remembered(request: Request) -> Remembered:
    """Give whose passwords were right a moment ago."""
    held: Remembered = request.app.state.remembered
    return held


TheAccounts = Annotated[Accounts, Depends(accounts)]
TheActor = Annotated[Actor, Depends(who)]
TheDesk = Annotated[Desk, Depends(desk)]
TheRemembered = Annotated[Remembered, Depends(remembered)]
TheRunner = Annotated[Runner, Depends(runner)]
TheDay = Annotated[Day, Depends(day)]
ThePaging = Annotated[Paging, Depends(paging)]
TheBox = Annotated[tuple[float, float, float, float] | None, Depends(bbox)]
TheNear = Annotated[tuple[float, float, float] | None, Depends(near)]
GeoJson = Annotated[bool, Depends(as_geojson)]
Area = Annotated[str | None, Query(description="区域编码，或 级别:编码", max_length=100)]
Word = Annotated[str | None, Query(max_length=200)]
From = Annotated[date | None, BlankDay, DAY_OR_BLANK, Query(alias="from", description="起始日（含）")]
To = Annotated[date | None, BlankDay, DAY_OR_BLANK, Query(description="截止日（含）")]
Since = Annotated[date | None, BlankDay, DAY_OR_BLANK, Query(description="从这一天到截止日（含）")]


def route_day(
    request: Request,
    date: Annotated[date | None, BlankDay, DAY_OR_BLANK, Query(description="哪一天的路线，默认数据的最后一天")] = None,
    as_of: Annotated[date | None, BlankDay, DAY_OR_BLANK, Query(description="与 date 相同")] = None,
) -> Day:
    """Give the town as of the day whose routes are asked for."""
    asked = date or as_of
    if asked is not None:
        check_day(asked)
    return desk_of(request).day(asked)


TheRouteDay = Annotated[Day, Depends(route_day)]
TheSeed = Annotated[int, Query(ge=0, le=2**32 - 1, description="随机种子，同样的数排出同样的路线")]
TheMonth = Annotated[
    str | None, Query(pattern=r"^\d{4}-\d{2}$", description="哪个月，例如 2024-07；默认截止日以后的日子"), Blank
]
UNWALKED_DAYS = 30
TheUnwalkedDays = Annotated[int, Query(ge=1, le=3650, description="走多少天没有人走过的道路")]
TheAsides = Annotated[bool, Query(description="顺路去有缺口的场所")]
