"""The options of `wangge risk`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.options import as_of, command, output, store
from api.cli.usage import name, one_of, whole_number
from geodata.model import RISKS

if TYPE_CHECKING:
    from api.cli.usage import Commands


def risk(commands: Commands) -> None:
    """Add `risk`."""
    text = (
        "风险分级建议。按规则文件 [risk] 一节的评分，给每个场所提出风险等级，说明由来；"
        "--accept 由人采用，写入场所台账，并留下记录。不采用就什么也不改。"
    )
    parser = command(commands, "risk", "risk.risk", text)
    store(parser)
    as_of(parser)
    add = parser.options.add_argument
    add("--area", metavar="CODE", help="只看这个区域：编码，或 级别:编码（例如 community:001）")
    add("--industry", metavar="NAME", type=name, help="只看这个行业")
    add("--changed", action="store_true", help="只列建议与现在不同的")
    add("--limit", metavar="N", type=whole_number(1), help="最多列出几行")
    add(
        "--accept",
        metavar="PLACE,…",
        type=name,
        help="采用这些场所的建议（编号，逗号隔开），要和 --actor、--reason 一起用",
    )
    add("--risk", metavar="RISK", type=one_of(RISKS, "风险等级"), help=f"不照建议，定为：{'、'.join(RISKS)}")
    add("--actor", metavar="NAME", type=name, help="谁定的")
    add("--reason", metavar="TEXT", type=name, help="依据")
    output(parser)
