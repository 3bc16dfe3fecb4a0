"""Numbers as they are written for people: rounded half up, as Excel does, so that paper, page and workbook agree."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def decimals(value: float, places: int) -> str:
    """Write a number with so many decimals: 2.675 as 2.68. Python's own formats would halve to even, or below."""
    return f"{Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def percent(share: float) -> str:
    """Write a share as a percentage with one decimal and no sign: 0.8125 as 81.3."""
    return f"{Decimal(repr(float(share))).quantize(Decimal('0.001'), ROUND_HALF_UP) * 100:.1f}"
