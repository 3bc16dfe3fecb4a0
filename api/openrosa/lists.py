"""What inspectors look at, by industry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Checklist:
    """What is looked at in an industry; without `industries` in all of them."""

    name: str
    industries: tuple[str, ...]
    items: tuple[str, ...]


GENERAL = Checklist("通用", (), ())
