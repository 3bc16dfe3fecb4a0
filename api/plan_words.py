"""What the reasons are called why a place is on no route."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from maps.routes import REASONS

LEFT_WORDS: Mapping[str, str] = MappingProxyType(
    {name: style.label for name, style in REASONS.items()} | {"no_position": "没有坐标", "no_day": "没有工作日"}
)
