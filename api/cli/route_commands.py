"""`wangge routes` and `wangge stays`, and their options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.options import AREAS, command, output, store
from api.cli.usage import day, name, one_of

if TYPE_CHECKING:
    from api.cli.usage import Commands

BY = ("route", "stop", "extra", "officer", "day", "all", *AREAS)


def add_routes(commands: Commands) -> None:
    """Add `routes`."""
    text = (
        "路线做完以后：计划和实际对照。每条路线去了几处、跳过几处（为什么）、多查几处，分钟和米数；"
        "按最后发出的路线比，没有轨迹的不知道走了多少米。"
    )
    parser = command(commands, "routes", "route_done.routes", text)
    store(parser)
    when = parser.options.add_mutually_exclusive_group(required=True)
    when.add_argument("--date", metavar="DATE", type=day, help="哪一天，YYYY-MM-DD")
    when.add_argument("--period", metavar="PERIOD", help="哪一期：2024-06（月）或 2024Q2（季度）")
    add = parser.options.add_argument
    help_ = f"一行是什么：{', '.join(BY)}（默认 route，每人每天一行；stop 列停留点，extra 列多查的）"
    add("--by", metavar="BY", type=one_of(BY, "分组"), default="route", help=help_)
    add("--officer", metavar="ID", type=name, help="只看这个人的：编号或姓名")
    add("--area", metavar="CODE", help="只看在这个区域有停留点的路线：编码，或 级别:编码")
    output(parser)


def add_stays(commands: Commands) -> None:
    """Add `stays`."""
    text = (
        "实际停留多久。从轨迹（没有的从前后两次登记）算出各行业一次检查的分钟数，和规则文件的 [minutes] 对照，"
        "给出建议；"
        "不会自己改规则，用 --accept 采用。"
    )
    parser = command(commands, "stays", "stays.stays", text)
    store(parser)
    add = parser.options.add_argument
    add("--as-of", metavar="DATE", type=day, help="看到哪一天，YYYY-MM-DD（默认今天）")
    add("--from", dest="first", metavar="DATE", type=day, help="从哪一天看起（默认往前半年）")
    help_ = "采用这一行的建议：行业或风险等级，可多次；全部 采用所有建议"
    add("--accept", metavar="NAME", type=name, action="append", default=[], help=help_)
    help_ = "采用的分钟数从哪一天起排路线用，此前各日不变（和 --accept 一起写）"
    add("--since", metavar="DATE", type=day, help=help_)
    add("--reason", metavar="TEXT", type=name, help="为什么采用，和规则一起记下")
    output(parser)
