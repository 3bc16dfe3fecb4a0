"""What pages have in common: their head, paging, the words of filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import pandas as pd
from fastapi import Query, Request
from starlette.datastructures import URL

from api.actor import actor_of
from api.day import Day
from api.desk import Desk, last_day
from api.pages.rendering import GROUP_WORDS
from api.params import Blank
from api.scope import Scope
from coverage.span import unheard
from geodata.model import RISKS

ROWS = 25
Word = Annotated[str | None, Query(max_length=200), Blank]
Page = Annotated[int, Query(ge=1, le=100_000)]


def common(request: Request, desk: Desk, day: Day) -> dict[str, Any]:
    """Give what the head and the foot of every page need."""
    who = actor_of(request)
    return {
        "me": who.user,
        "may": who.may,
        "scope_words": seen(who.scope, named_areas(day.ledger.areas)),
        "here": request.url.path,
        "town": desk.town,
        "store": desk.settings.store.name,
        "as_of": day.as_of.isoformat(),
        "last_day": last_day(day.ledger).isoformat(),
        "unheard": unheard(day.ledger, day.as_of),
        "open_to_others": desk.settings.open_to_others,
        "asked": {key: value for key, value in request.query_params.items() if value},
        "link": lambda **given: link(request.url, **given),
    }


def seen(scope: Scope | None, names: Mapping[tuple[str, str], str]) -> str | None:
    """Say in words what of the town somebody sees; None: all of it."""
    if scope is None:
        return None
    areas = [named_area(names, each) for each in sorted(scope.areas)]
    if not areas and scope.by_area:
        areas = ["本人负责的网格"]
    words = [*sorted(scope.industries), *([f"{scope.department}监管"] if scope.department else [])]
    return " · ".join(_first_three(each) for each in (areas, words) if each)


def _first_three(words: Sequence[str]) -> str:
    return "、".join(words[:3]) + (f"等 {len(words)} 个" if len(words) > 3 else "")


def link(url: URL, **given: Any) -> str:
    """Give this page's address with some parameters changed; None takes one away."""
    changed = url.include_query_params(**{k: v for k, v in given.items() if v is not None})
    changed = changed.remove_query_params([key for key, value in given.items() if value is None])
    return f"?{changed.query}"


def choices(day: Day) -> dict[str, Sequence[tuple[str, str]]]:
    """Give what the filters offer: value and word."""
    areas = day.assessment.areas
    below = areas[areas.index > 0]
    industries = sorted(day.assessment.places["industry"].dropna().unique())
    return {
        "area": [
            (f"{level}:{code}", f"{GROUP_WORDS[level]} {name}")
            for level, code, name in zip(below["level"], below["code"], below["name"], strict=True)
        ],
        "industry": [(word, word) for word in industries],
        "risk": [(word, word) for word in RISKS],
        "department": [(word, word) for word in sorted(day.assessment.places["department"].dropna().unique())],
        "rule": [(rule.id, rule.name) for rule in day.assessment.rules],
    }


def area_names(day: Day) -> dict[tuple[str, str], str]:
    """Give the name of each area by level and code."""
    return named_areas(day.assessment.areas)


def named_area(names: Mapping[tuple[str, str], str], key: str) -> str:
    """Give the name of the area of a key (`level:code`), its code where it has none."""
    level, _, code = key.partition(":")
    return names.get((level, code)) or code


def named_areas(areas: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Give the name of each area of a ledger by level and code."""
    return dict(zip(zip(areas["level"], areas["code"], strict=True), areas["name"], strict=True))


def part_of(rows: pd.DataFrame, page: int) -> pd.DataFrame:
    """Give the rows of a page."""
    return rows.iloc[(page - 1) * ROWS : page * ROWS]


def paging(request: Request, total: int, page: int) -> dict[str, Any]:
    """Give which page this is, of how many, and the way to its neighbours."""
    pages = max(1, -(-total // ROWS))
    return {
        "total": total,
        "page": page,
        "pages": pages,
        "before": link(request.url, page=page - 1) + "#list" if page > 1 else None,
        "after": link(request.url, page=page + 1) + "#list" if page < pages else None,
    }
