"""Templates: every value is escaped by Jinja; the words that stand for codes are here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from geodata import rounding
from geodata.model import LEVELS

TEMPLATES = Path(__file__).parent / "templates"
STATES: Mapping[str, str] = MappingProxyType(
    {"done": "已查", "pending": "待查", "overdue": "逾期", "exempt": "免查", "never": "从未检查", "missed": "未到"}
)
GROUP_WORDS: Mapping[str, str] = MappingProxyType(
    {str(level): level.chinese for level in LEVELS}
    | {"industry": "行业", "risk": "风险等级", "department": "监管部门", "officer": "安全员", "rule": "规则"}
    | {"level": "隐患等级", "category": "隐患类别"}
)
BY_WORDS: Mapping[str, str] = MappingProxyType(
    {"inspector": "安全员", "department": "部门", "leader": "领导", "expert": "专家", "enterprise": "企业自查"}
)
KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {"routine": "日常", "campaign": "专项", "expert": "专家", "surprise": "突击", "look-back": "回头看"}
)
NO_GROUP: Mapping[str, str] = MappingProxyType({"unknown": "未填", "outside": "不在任何区域", "unlocated": "无坐标"})
"""Keys of figures of what belongs to no group."""
PLACE_STATES: Mapping[str, str] = MappingProxyType({"open": "在营", "suspended": "停产停业", "closed": "关闭"})
HAZARD_STATES: Mapping[str, str] = MappingProxyType(
    {
        "open": "未整改",
        "overdue": "逾期未整改",
        "major_open": "重大未整改",
        "rectified": "已整改",
        "in_time": "按期整改",
        "late": "超期整改",
        "recurring": "反复",
        "major": "重大",
        "closed": "已销号",
        "void": "误录",
    }
)


def percent(rate: float | None) -> str:
    """Write a rate as 94.3 %, a dash where nothing is owed."""
    return "—" if rate is None or rate != rate else f"{rounding.percent(rate)}%"  # noqa: PLR0124 - NaN


def number(value: float | None) -> str:
    """Write a count with thousands' commas."""
    return "—" if value is None or value != value else f"{round(value):,}"  # noqa: PLR0124 - NaN


def decimal(value: float | None) -> str:
    """Write a number with one decimal."""
    return "—" if value is None else f"{value:,.1f}"


@cache
def environment() -> Environment:
    """Give the one template environment: autoescape always, an unknown name is an error."""
    held = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    held.filters |= {"percent": percent, "number": number, "decimal": decimal}
    held.globals |= {
        "STATES": STATES,
        "GROUP_WORDS": GROUP_WORDS,
        "BY_WORDS": BY_WORDS,
        "KIND_WORDS": KIND_WORDS,
        "HAZARD_STATES": HAZARD_STATES,
        "PLACE_STATES": PLACE_STATES,
        "NO_GROUP": NO_GROUP,
    }
    return held


def render(template: str, **values: Any) -> str:
    """Render a page."""
    return environment().get_template(template).render(**values)
