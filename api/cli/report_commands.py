"""The command of reports and its options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.options import STORE
from api.cli.usage import name, one_of, store_path
from api.reports.kinds import KINDS

if TYPE_CHECKING:
    from api.cli.usage import Commands

TEMPLATES = "templates"
"""Not a report: writes the Word templates."""


def add_report(commands: Commands) -> None:
    """Add `wangge report`."""
    text = "出报表。一次写出一期的全部表册（Excel、Word、PDF），每个数字与同一天的查询结果一致，口径写在表下。"
    parser = commands.add_parser("report", help=text.partition("。")[0], description=text)
    parser.set_defaults(does="reporting.report")
    kinds = "；".join(f"{name} {kind.title}：{kind.says}" for name, kind in KINDS.items())
    kinds += f"；{TEMPLATES} 写出 Word 模板，供修改"
    add = parser.positionals.add_argument
    add("store", metavar="STORE", type=store_path, help=STORE)
    add("kind", metavar="REPORT", type=one_of((*KINDS, TEMPLATES), "报表"), help=f"哪一种：{kinds}")
    add = parser.options.add_argument
    add("--period", metavar="PERIOD", help="哪一期：2024-06（月）或 2024Q2（季度）")
    add("--out", metavar="DIR", required=True, type=Path, help="写入这个文件夹，没有就新建")
    add("--templates", metavar="DIR", type=Path, help="用这个文件夹里改过的 Word 模板")
    add("--freeze", metavar="NAME", type=name, help="定稿：记下谁定的，原样存进库里（quarterly、assessment）")
    add("--anew", action="store_true", help="已定稿的也按库里现在的资料重出一份草稿")
    add("--format", choices=("table", "json"), help="输出格式：table, json（默认 table）")
