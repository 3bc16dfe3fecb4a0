"""Which methods an address has, by the table of `api.permissions`: asked before what a request brings is looked at."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from api.permissions import ROUTES

SLASHED = frozenset({"place_id", "inspection_id", "hazard_id", "officer", "code", "feature_id", "name"})
"""Ids of a town's own, which may hold a slash."""


@lru_cache(256)
def methods_of(path: str) -> frozenset[str]:
    """Give the methods of every route that a path may be meant for; none for a path that no route has."""
    found: set[str] = set()
    for pattern, methods in _patterns():
        if pattern.fullmatch(path):
            found |= methods
    return frozenset(found)


def takes(method: str, path: str) -> bool:
    """Say whether a path may have a route of a method; of a path that nobody knows, nobody knows."""
    known = methods_of(path)
    return not known or method in known


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    """Give each path with the methods of its routes."""
    by_path: dict[str, set[str]] = {}
    for route in ROUTES:
        method, _, path = route.partition(" ")
        by_path.setdefault(re.sub(r"\\{(\w+)\\}", _part, re.escape(path)), set()).add(method)
    return tuple((re.compile(path, re.DOTALL), frozenset(methods)) for path, methods in by_path.items())


def _part(name: re.Match[str]) -> str:
    return ".+" if name[1] in SLASHED else "[^/]+"
