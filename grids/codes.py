"""Codes of areas and people as a person orders them."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST_NUMBER = 24
_DIGITS = re.compile(r"[0-9]+")


def natural_key(code: str) -> tuple[str, str]:
    """Give the key that puts 2 before 10, and `3-9` before `3-10`; equal numbers written otherwise go by their text."""
    return _DIGITS.sub(lambda number: number[0].zfill(LONGEST_NUMBER), code), code


def natural_ranks(codes: Iterable[str]) -> list[int]:
    """Give the place of each code in natural order, 0 the first; equal codes by where they stand."""
    texts = list(codes)
    order = sorted(range(len(texts)), key=lambda at: natural_key(texts[at]))
    ranks = [0] * len(texts)
    for rank, at in enumerate(order):
        ranks[at] = rank
    return ranks
