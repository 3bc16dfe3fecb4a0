"""Which place a name means, said slowly: one name, all places, one after another."""

from __future__ import annotations

from math import cos, exp, hypot, radians
from typing import Any

from rapidfuzz.fuzz import ratio

Point = tuple[float, float] | None


def meant(asked: dict[str, Any], places: list[dict[str, Any]]) -> int | None:
    """Give the position of the place that is meant: None when ambiguous, -1 when it is none.

    Each has `name`, the `name_parts` of it, and `point`; the asked one `accuracy` besides.
    """
    for words in ("name", "key"):
        same = [n for n, place in enumerate(places) if asked[words] and place[words] == asked[words]]
        if len(same) == 1:
            return same[0]
    ranked = sorted((-_likeness(asked, place) * _nearness(asked, place), n) for n, place in enumerate(places))
    best, second = -ranked[0][0], -ranked[1][0] if len(ranked) > 1 else 0.0
    if best >= 0.64 and best > second + 0.1:
        return ranked[0][1]
    return None if best >= 0.3 else -1


def _likeness(asked: dict[str, Any], place: dict[str, Any]) -> float:
    brand = round(ratio(asked["brand"], place["brand"]) / 100, 6)
    same_trade = asked["trade"] != "" and asked["trade"] == place["trade"]
    if brand < 0.5 or (brand < 0.75 and not same_trade):
        return 0.0
    likeness = 0.7 * brand + 0.3 * _trade(asked["trade"], place["trade"])
    lacking = {"community": 0.92, "branch": 0.8, "numbers": 0.8}
    added = {"community": 0.85, "branch": 0.6, "numbers": 0.6}
    for part in ("community", "branch", "numbers"):
        if asked[part] == place[part]:
            continue
        if asked[part] and place[part]:
            return 0.0
        likeness *= added[part] if asked[part] else lacking[part]
    if asked["form"] and place["form"] and asked["form"] != place["form"]:
        likeness *= 0.93
    return likeness if likeness >= 0.3 else 0.0


def _trade(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return ratio(one, other) / 100 if one and other else 0.75


def _nearness(asked: dict[str, Any], place: dict[str, Any]) -> float:
    here, there = asked["point"], place["point"]
    if here is None or there is None:
        return 0.7
    metres = hypot((here[0] - there[0]) * cos(radians(here[1])), here[1] - there[1]) * 111_320
    beyond = max(0.0, metres - 100 - min(asked["accuracy"], 100))
    return max(0.35, exp(-0.5 * (beyond / 150) ** 2))
