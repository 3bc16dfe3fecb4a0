"""Which reports there are. Light: what makes one is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Kind:
    """A kind of report.

    Attributes
    ----------
    module
        The module of `api.reports` that makes it: `papers(asked)`, and the tables and columns that it reads, `NEEDED`.
    title, says
        What it is called, and what is in it.
    periods
        Kinds of calendar periods that it is made of: month, quarter.
    frozen
        Whether its files are kept as they were sent out (定稿).
    """

    module: str
    title: str
    says: str
    periods: tuple[str, ...]
    frozen: bool = False

    def load(self) -> Any:
        """Load the module that makes it."""
        return import_module(f"api.reports.{self.module}")


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "monthly": Kind("monthly", "月报", "专项行动调度表、隐患台账", ("month",)),
        "quarterly": Kind(
            "quarterly",
            "一图一册一清单",
            "风险四色图、分级管控册（按村/社区）、风险清单和变化",
            ("quarter",),
            frozen=True,
        ),
        "assessment": Kind("appraisal", "季度考核", "村/社区、部门考核表和扣分明细、通报", ("quarter",), frozen=True),
        "supervision": Kind("supervision", "督办", "重大隐患台账、督办单、一患一档、公示名单", ("month", "quarter")),
        "gaps": Kind("gaps", "缺口清单", "检查缺口清单，最紧要的在前", ("month", "quarter")),
        "worksheet": Kind("worksheets", "工作单", "安全员工作单，每人一张，按村/社区分册", ("month",)),
    }
)
