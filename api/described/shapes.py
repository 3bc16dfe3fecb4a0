"""The pieces that every description of an answer is made of."""

from __future__ import annotations

from datetime import date
from types import GenericAlias
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, create_model

Day = date
"""For a field that is itself called `date`."""


class Shape(BaseModel):
    """A shape of an answer: nothing else stands in it."""

    model_config = ConfigDict(extra="forbid")


class Positioned(Shape):
    """A row with a position, WGS 84; null where it is not known."""

    lon: float | None
    lat: float | None


class Page(Shape):
    """One page of a list; `next` is the address of the one after it."""

    as_of: date | None = None
    total: int
    limit: int
    offset: int
    next: str | None


class Group(Shape):
    """What a row of figures is of: `area` (a code) or `key`, and its name."""

    area: str | None = None
    key: str | None = None
    name: str


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


def page_of(row: type[Shape]) -> type[Page]:
    """Give the shape of one page of such rows."""
    return create_model(f"{row.__name__}Page", __base__=Page, rows=(cast("type[Any]", GenericAlias(list, (row,))), ...))


Answers = dict[int | str, dict[str, Any]]

CONFLICT: Answers = {409: {"description": "编号已有另一条内容不同的记录"}}


def answers(model: type[BaseModel], *, geojson: bool = False, status: int = 200) -> Answers:
    """Describe the answer of a route, as GeoJSON too where it gives that."""
    content: dict[str, Any] = {"application/geo+json": {"schema": {"type": "object"}}} if geojson else {}
    return {status: {"model": model, "content": content}}
