"""`wangge board` and its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.options import as_of, command, formats, store
from api.cli.usage import ending, name

if TYPE_CHECKING:
    from api.cli.usage import Commands

TEXT = (
    "领导看板。一个镇街或区域的八个主要数字和别的日子比、下级排名、重大隐患；"
    "也可以写成一页 A4 简报（.pdf、.png）、工作簿（.xlsx）或 .json。"
)


def add_board(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "board", "board.board", TEXT)
    store(parser)
    as_of(parser)
    add = parser.options.add_argument
    add("--area", metavar="CODE", type=name, help="哪个区域：编码，或 级别:编码（默认全镇）")
    help_ = (
        "下级区域按哪个指标排名：coverage_rate、verified_rate、overdue_rate、rectified_rate、open_per_100、late_rate"
    )
    add("--figure", metavar="FIGURE", type=name, default="overdue_rate", help=f"{help_}（默认 overdue_rate）")
    help_ = "和哪一天比：month 上月同日、year 去年同日，或一个日期（默认 month）"
    add("--against", metavar="DAY", type=name, default="month", help=help_)
    formats(parser, ("table", "json"))
    help_ = "写入文件：.pdf、.png 简报，.xlsx，.json"
    add("--out", metavar="FILE", type=ending(".pdf", ".png", ".xlsx", ".json"), help=help_)
