"""Which methods an address has, by the table of `api.permissions`: asked before what a request brings is looked at.

An address has one meaning: where several paths of the table match it, the one with the most letters of its own has it.
So `/routes/2024-07-01/AQ001/replan` is never the routes of an officer `AQ001/replan`, whatever the method.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from api.permissions import ROUTES

SLASHED = frozenset({"place_id", "inspection_id", "hazard_id", "officer", "code", "feature_id", "name"})
"""Ids of a town's own, which may hold a slash."""


@lru_cache(256)
def methods_of(path: str) -> frozenset[str]:
    """Give the methods of an address; none for one that no path of the table is meant for."""
    return next((methods for pattern, methods in _patterns() if pattern.fullmatch(path)), frozenset())


def takes(method: str, path: str) -> bool:
    """Say whether an address has a method; of an address that nobody knows, nobody knows."""
    known = methods_of(path)
    return not known or method in known


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    """Give each path with the methods of its routes, the one with the most letters of its own first."""
    by_path: dict[str, set[str]] = {}
    for route in ROUTES:
        method, _, path = route.partition(" ")
        by_path.setdefault(path, set()).update(("GET", "HEAD") if method == "GET" else (method,))
    own = sorted(by_path, key=lambda path: len(re.sub(r"\{\w+\}", "", path)), reverse=True)
    return tuple((re.compile(_pattern(path), re.DOTALL), frozenset(by_path[path])) for path in own)


def _pattern(path: str) -> str:
    return re.sub(r"\\{(\w+)\\}", _part, re.escape(path))


def _part(name: re.Match[str]) -> str:
    return ".+" if name[1] in SLASHED else "[^/]+"
