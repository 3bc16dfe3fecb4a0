"""How a figure changed, in words: which way, by how much, and whether that is better or worse."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

BETTER: Mapping[str, int] = MappingProxyType(
    {"open": -1, "overdue": -1, "late": -1, "recurring": -1, "major_open": -1, "recurring_rate": -1}
    | {"mean_days": -1, "median_days": -1, "rectified_rate": 1, "closed_rate": 1, "in_time_rate": 1}
    | {"coverage_rate": 1, "verified_rate": 1}
)
"""Whether more of a figure is better (1) or worse (-1); of the others neither: to find more may be good work."""


def change(row: Mapping[str, Any], figure: str) -> dict[str, str] | None:
    """Say how a figure changed: an arrow, the words, and whether that is better or worse; None: nothing is known."""
    by = row.get(f"{figure}_change")
    if by is None:
        return None
    sort = "rate" if figure.endswith("_rate") else "days" if figure.endswith("_days") else "count"
    size = {"rate": f"{abs(by) * 100:.1f}", "days": f"{abs(by):.1f}", "count": f"{abs(round(by)):,}"}[sort]
    if not float(size.replace(",", "")):
        return {"arrow": "＝", "said": "持平", "way": "same"}
    more, less, unit = {"rate": ("高", "低", " 个百分点"), "days": ("长", "短", " 天"), "count": ("多", "少", "")}[sort]
    way = BETTER.get(figure, 0) * (1 if by > 0 else -1)
    judged = {1: "，好转", -1: "，变差", 0: ""}[way]
    said = f"{more if by > 0 else less} {size}{unit}{judged}"
    return {"arrow": "▲" if by > 0 else "▼", "said": said, "way": {1: "better", -1: "worse", 0: "same"}[way]}
