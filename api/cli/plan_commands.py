"""`wangge plan`, `wangge replan` and their options."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.options import command, formats, store
from api.cli.usage import day, name, tile_url, whole_number
from coverage.routes.month.spans import month_of, week_of

if TYPE_CHECKING:
    from api.cli.usage import Commands

TEXT = (
    "排一天的巡查路线。每人从自己的网格出发，在班次里先去最紧要的缺口，路上最省；写明几点到、几点走，"
    "没排上的各为什么。写 --month、--week 或 --from --to 的，把到期的任务分到各个工作日：都做完，路上最省，每天差不多。"
    "按 Ctrl+C 提前结束，用当时最好的结果。"
)


def add_plan(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "plan", "plan.plan", TEXT)
    store(parser)
    add = parser.options.add_argument
    when = parser.options.add_mutually_exclusive_group(required=True)
    when.add_argument("--date", metavar="DATE", type=day, help="哪一天的路线，YYYY-MM-DD")
    when.add_argument("--month", metavar="MONTH", type=month, help="一个月的工作日，例如 2024-07")
    when.add_argument("--week", metavar="WEEK", type=week, help="一周的工作日，例如 2024-W27")
    when.add_argument("--from", dest="first", metavar="DATE", type=day, help="从这一天起的工作日，和 --to 一起写")
    add("--to", metavar="DATE", type=day, help="到这一天为止（含）")
    whose = parser.options.add_mutually_exclusive_group()
    whose.add_argument("--officer", metavar="ID", type=name, help="只排这个人的：编号或姓名（默认全部安全员）")
    whose.add_argument("--area", metavar="CODE", help="只排这个区域的场所和负责的人：编码，或 级别:编码")
    add("--out", metavar="DIR", type=Path, help="写入这个文件夹：routes.json、plan.html、各人的 GPX 等")
    help_ = "在库里留作草稿，可以在网页“路线”上改、发到手机；不写 --out 时只留草稿"
    add("--keep", action="store_true", help=help_)
    help_ = "约定必查的场所编号，先排，可多次"
    add("--must", metavar="PLACE", type=name, action="append", default=[], help=help_)
    help_ = "都从这里出发、回到这里：经度,纬度（WGS 84；默认各自网格的中间）"
    add("--start", metavar="LON,LAT", type=spot, help=help_)
    add("--streets", action="store_true", help="沿街巡查：排一条走遍好久没人走的道路、路最短的路线（步行）")
    help_ = "沿街巡查走多少天没有人走过的道路（默认 30）"
    add("--unwalked-days", metavar="N", type=whole_number(1, 3650), default=30, help=help_)
    add("--with-places", action="store_true", help="沿街巡查顺路去有缺口的场所")
    add("--together", action="store_true", help="可以跨网格：几个人的场所合在一起排")
    help_ = "随机种子，同样的数排出同样的路线（默认 0）"
    add("--seed", metavar="N", type=whole_number(0, 2**32 - 1), default=0, help=help_)
    add("--tiles", metavar="URL", type=tile_url, help="地图另加在线底图：含 {z}、{x}、{y} 的瓦片地址")
    formats(parser, ("table", "json"))


REPLAN_TEXT = (
    "从现在（或 --at）起，把一个人剩下的路线重新排一遍。已查过的不动，锁定的留下，途中说明去不了的、"
    "别人已经去过的不排；从人最后一次定位检查的地方（或 --from）出发。先要有留下的路线（wangge plan --keep）。"
)


def add_replan(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "replan", "replan.replan", REPLAN_TEXT)
    store(parser)
    add = parser.options.add_argument
    add("--date", required=True, metavar="DATE", type=day, help="哪一天的路线，YYYY-MM-DD")
    add("--officer", required=True, metavar="ID", type=name, help="谁的：编号或姓名")
    add("--at", metavar="HH:MM", type=clock, help="从几点起（默认现在；不是当天的要写明）")
    add(
        "--from",
        dest="spot",
        metavar="LON,LAT",
        type=spot,
        help="人在哪里：经度,纬度（WGS 84；默认最后一次定位检查处）",
    )
    add("--actor", metavar="NAME", type=name, default="clerk", help="谁排的（默认 clerk）")
    help_ = "随机种子，同样的数排出同样的路线（默认 0）"
    add("--seed", metavar="N", type=whole_number(0, 2**32 - 1), default=0, help=help_)
    formats(parser, ("table", "json"))


def clock(text: str) -> str:
    """Take a time of the day written HH:MM."""
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise argparse.ArgumentTypeError(f"“{text}”不是时间：要写成 HH:MM，例如 12:30")
    return text


def month(text: str) -> tuple[date, date]:
    """Take a month."""
    try:
        return month_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是月份：要写成 2024-07") from None


def week(text: str) -> tuple[date, date]:
    """Take an ISO week."""
    try:
        return week_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是周：要写成 2024-W27") from None


def spot(text: str) -> tuple[float, float]:
    """Take a position written longitude,latitude."""
    try:
        lon, lat = (float(each) for each in text.replace("，", ",").split(","))
    except ValueError:
        lon = lat = 999.0
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise argparse.ArgumentTypeError(f"“{text}”不是位置：要写成 经度,纬度，例如 113.67,22.81")
    return lon, lat
