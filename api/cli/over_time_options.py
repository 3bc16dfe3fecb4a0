"""The options of `wangge map … months` and `change`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.usage import name, one_of, whole_number

if TYPE_CHECKING:
    from api.cli.usage import Parser


def add_over_time(parser: Parser) -> None:
    """Add --measure, --months, --in-month, --against, --before and --after."""
    add = parser.options.add_argument
    add("--measure", metavar="MEASURE", type=name, help="months、change：先看哪个指标，例如 overdue_rate、closed_rate")
    add(
        "--months",
        metavar="N",
        type=whole_number(2, 24),
        help="months：几个月（默认 12，台账不到一年的从它开始的那个月起）",
    )
    add("--in-month", action="store_true", help="months：隐患、检查只算当月的（默认截至月底累计）")
    kinds = one_of(("month", "quarter", "year"), "比法")
    help_ = "change：和什么比，month 上月、quarter 上季度、year 去年同月（默认 month）"
    add("--against", metavar="AGAINST", type=kinds, help=help_)
    add("--before", metavar="TIME", help="change：前一个时间，例如 2024-03、2024Q1、2024-03-31")
    add("--after", metavar="TIME", help="change：后一个时间，写法和前一个相同")
