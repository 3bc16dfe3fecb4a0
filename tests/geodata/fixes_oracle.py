"""The definition of `geodata.fixes` for one track, fix by fix, as slowly as it reads."""

from __future__ import annotations

import math

Fix = tuple[int, float, float, float]
"""Segment, seconds, longitude, latitude."""


def metres(one: Fix, other: Fix) -> float:
    """Give the great-circle distance by the spherical law of cosines' safe sister, the haversine."""
    x, y, x2, y2 = (math.radians(value) for value in (*one[2:], *other[2:]))
    half = math.sin((y2 - y) / 2) ** 2 + math.cos(y) * math.cos(y2) * math.sin((x2 - x) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(min(half, 1.0)))


def clean(
    fixes: list[Fix], speed: float, gap_s: float = 300.0, gap_m: float = 1000.0, slack_m: float = 30.0
) -> tuple[list[list[Fix]], dict[str, int]]:
    """Give the pieces of a track and what was dropped and cut."""

    def jump(one: Fix, other: Fix) -> bool:
        return metres(one, other) > slack_m + speed * (other[1] - one[1])

    def gap(one: Fix, other: Fix) -> bool:
        return other[1] - one[1] > gap_s or metres(one, other) > gap_m

    counts = dict.fromkeys(("bare", "turned", "twice", "spike", "jump", "gap", "alone"), 0)
    usable = [fix for fix in fixes if all(math.isfinite(value) for value in fix[1:])]
    counts["bare"] = len(fixes) - len(usable)
    latest = -math.inf
    for fix in usable:
        counts["turned"] += fix[1] < latest
        latest = max(latest, fix[1])
    single: list[Fix] = []
    for fix in sorted(usable, key=lambda fix: fix[1]):
        if single and single[-1][1] == fix[1]:
            counts["twice"] += 1
        else:
            single.append(fix)
    kept, dropped = [], False
    for n, fix in enumerate(single):
        inner = 0 < n < len(single) - 1
        dropped = (
            inner
            and not dropped
            and jump(single[n - 1], fix)
            and jump(fix, single[n + 1])
            and not jump(single[n - 1], single[n + 1])
        )
        counts["spike"] += dropped
        if not dropped:
            kept.append(fix)
    pieces: list[list[Fix]] = []
    for n, fix in enumerate(kept):
        jumps = n > 0 and jump(kept[n - 1], fix)
        gaps = n > 0 and not jumps and gap(kept[n - 1], fix)
        counts["jump"] += jumps
        counts["gap"] += gaps
        if n == 0 or jumps or gaps or kept[n - 1][0] != fix[0]:
            pieces.append([])
        pieces[-1].append(fix)
    counts["alone"] = sum(len(piece) == 1 for piece in pieces)
    return [piece for piece in pieces if len(piece) > 1], counts
