"""What a request to the OGC part asks for: its form, its parameters, one page of features."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from fastapi import Request

from api.ogc import cql2
from api.ogc.crs import CRS84, System
from api.ogc.filters import holds, in_box, in_span, parse_box, parse_span
from api.ogc.layers import Layer
from api.problems import ParameterProblem

Form = Literal["json", "html"]
Flags = npt.NDArray[np.bool_]
DEFAULT_LIMIT = 100
MAX_LIMIT = 10_000
ITEMS = ("f", "limit", "after", "before", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs")
"""Parameters of a page of features, besides those named like its properties."""
MAX_TEXT = 4000


@dataclass(frozen=True)
class Page:
    """One page of the features asked for: their positions in the layer, and how many match in all."""

    at: npt.NDArray[np.int64]
    matched: int
    more_before: bool
    more_after: bool
    system: System


def parameters(request: Request, *known: str) -> dict[str, str]:
    """Give the parameters of a request; ParameterProblem for one that is not known, stands twice or is endless."""
    unknown = sorted(set(request.query_params) - set(known))
    if unknown:
        raise ParameterProblem(f"不认识的参数：{'、'.join(unknown)}。可用的有：{'、'.join(known)}。")
    pairs = request.query_params.multi_items()
    given = dict(pairs)
    if len(given) < len(pairs):
        raise ParameterProblem("同一个参数只能写一次。")
    if any(len(text) > MAX_TEXT for text in given.values()):
        raise ParameterProblem(f"一个参数最多 {MAX_TEXT} 个字。")
    return given


def form_of(request: Request) -> Form:
    """Say in which form the answer is wanted: by `f`, else by Accept; JSON where both please alike."""
    asked = request.query_params.get("f")
    if asked is not None:
        if asked not in ("json", "html"):
            raise ParameterProblem("f 应为 json 或 html。")
        return "html" if asked == "html" else "json"
    wishes = [_wish(part) for part in request.headers.get("accept", "*/*").split(",")]
    html = max((weight for media, weight in wishes if media in ("text/html", "application/xhtml+xml")), default=0.0)
    json = max((weight for media, weight in wishes if media.endswith("json") or media == "*/*"), default=0.0)
    return "html" if html > json else "json"


def _wish(part: str) -> tuple[str, float]:
    """Give a media type of Accept and its weight; one that is no number weighs nothing."""
    media, *more = (piece.strip() for piece in part.split(";"))
    weights = [piece[2:] for piece in more if piece.startswith("q=")]
    try:
        return media.lower(), float(weights[0]) if weights else 1.0
    except ValueError:
        return media.lower(), 0.0


def names_of(layer: Layer) -> list[str]:
    """Give the parameters that a page of a layer knows."""
    return [*ITEMS, *(field.name for field in layer.fields)]


def system_of(given: Mapping[str, str], name: str, systems: Collection[System]) -> System:
    """Give the system that a parameter names, CRS84 where it is not given; ParameterProblem for one not offered."""
    uri = given.get(name, CRS84)
    for system in systems:
        if system.uri == uri:
            return system
    raise ParameterProblem(f"{name} 不是可用的坐标系：{uri}。可用的有：{'、'.join(system.uri for system in systems)}。")


def page_of(layer: Layer, given: Mapping[str, str], systems: Collection[System], zone: ZoneInfo) -> Page:
    """Choose one page of a layer. Every filter given must hold; ParameterProblem for what can't be read."""
    system = system_of(given, "crs", systems)
    at = np.flatnonzero(_matching(layer, given, systems, zone))
    limit = _limit(given)
    if "after" in given and "before" in given:
        raise ParameterProblem("after 和 before 只能写一个。")
    if "before" in given:
        stop = int(np.searchsorted(at, layer.before(given["before"])))
        start = max(0, stop - limit)
    else:
        start = int(np.searchsorted(at, layer.up_to(given["after"]))) if "after" in given else 0
        stop = min(start + limit, len(at))
    return Page(at[start:stop], len(at), start > 0, stop < len(at), system)


def _limit(given: Mapping[str, str]) -> int:
    """Give the most features of a page; more than the maximum is the maximum: /req/core/fc-limit-response-1."""
    text = given.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and text.strip("0")):
        raise ParameterProblem(f"limit 应为 1 到 {MAX_LIMIT} 的整数。")
    return MAX_LIMIT if len(text.lstrip("0")) > 6 else min(int(text), MAX_LIMIT)


def _matching(layer: Layer, given: Mapping[str, str], systems: Collection[System], zone: ZoneInfo) -> Flags:
    matched = np.ones(len(layer.ids), dtype=bool)
    box_system = system_of(given, "bbox-crs", systems)
    if "bbox" in given:
        matched &= in_box(layer, parse_box(given["bbox"], box_system))
    if "datetime" in given:
        matched &= in_span(layer, parse_span(given["datetime"], zone))
    for field in layer.fields:
        if field.name in given:
            matched &= holds(layer, field, given[field.name])
    if given.get("filter-lang", "cql2-text") != "cql2-text":
        raise ParameterProblem("filter-lang 只支持 cql2-text。")
    filter_system = system_of(given, "filter-crs", systems)
    if "filter" in given:
        matched &= cql2.tell(layer, cql2.parse(given["filter"]), filter_system)
    return matched
