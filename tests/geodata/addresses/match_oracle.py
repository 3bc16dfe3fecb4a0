"""What an address means, said slowly: one address, all entries, one after another."""

from __future__ import annotations

from math import cos, radians
from typing import Any

from rapidfuzz.fuzz import ratio

COUNTING = "0123456789一二三四五六七八九十百"


def meant(wanted: dict[str, str], entries: list[dict[str, Any]]) -> tuple[str, int | None]:
    """Give how, and the position of the entry that is meant: None when ambiguous, -1 when nothing was found."""
    fit = [n for n, entry in enumerate(entries) if _fits(wanted, entry)]
    ways = {
        "exact": _own(wanted, entries, [n for n in fit if wanted["key"] and entries[n]["key"] == wanted["key"]]),
        "prefix": _prefix(wanted, entries, fit),
        "name": [n for n, entry in enumerate(entries) if wanted["name"] and entry["name"] == wanted["name"]],
        "fuzzy": _fuzzy(wanted, entries, fit),
    }
    for how, found in ways.items():
        if found:
            return how, found[0] if _one_spot([entries[n] for n in found]) else None
    return "", -1


def _fits(wanted: dict[str, str], entry: dict[str, Any]) -> bool:
    return "" in (wanted["community"], entry["community"]) or wanted["community"] == entry["community"]


def _own(wanted: dict[str, str], entries: list[dict[str, Any]], found: list[int]) -> list[int]:
    own = [n for n in found if wanted["community"] and entries[n]["community"] == wanted["community"]]
    return own or found


def _prefix(wanted: dict[str, str], entries: list[dict[str, Any]], fit: list[int]) -> list[int]:
    same = [n for n in fit if wanted["stem"] and entries[n]["stem"] == wanted["stem"]]
    found = _own(wanted, entries, same)
    shared = {n: _shared(wanted["key"], entries[n]["key"]) for n in found}
    longest = [n for n in found if shared[n] == max(shared.values())]
    return [n for n in longest if len(entries[n]["key"]) == shared[n]] or longest


def _shared(one: str, other: str) -> int:
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    goes_on = any(text[shared : shared + 1] in COUNTING and text[shared:] for text in (one, other))
    while goes_on and shared and one[shared - 1] in COUNTING:
        shared -= 1
    return shared


def _fuzzy(wanted: dict[str, str], entries: list[dict[str, Any]], fit: list[int]) -> list[int]:
    marks = ("telling", "elsewhere")
    alike = [n for n in fit if all(entries[n][mark] == wanted[mark] for mark in marks)]
    long = [n for n in alike if min(len(entries[n]["key"]), len(wanted["key"])) >= 6]
    scores = {n: ratio(wanted["key"], entries[n]["key"]) for n in long}
    scores = {n: scores[n] for n in _own(wanted, entries, [n for n in long if scores[n] >= 85])}
    best = max(scores.values(), default=0)
    near = [n for n, score in scores.items() if best >= 90 and score > best - 5]
    return sorted(near, key=lambda n: (-scores[n], n))


def _one_spot(entries: list[dict[str, Any]]) -> bool:
    x, y = [entry["x"] for entry in entries], [entry["y"] for entry in entries]
    wide, high = (max(x) - min(x)) * cos(radians(min(y))) * 111_320, (max(y) - min(y)) * 111_320
    return max(wide, high) <= 50
