"""`wangge init`, `wangge town` and their options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.options import command, formats, store
from api.cli.usage import division_code, name, timezone, whole_number

if TYPE_CHECKING:
    from api.cli.usage import Commands

MOST_TOLERANCE_M = 5000


def add_init(commands: Commands) -> None:
    """Add the command that makes a store."""
    parser = command(commands, "init", "town.init", "新建一个镇街（或市）的空数据库。区划代码就是区域的根。")
    store(parser)
    add = parser.options.add_argument
    add("--name", required=True, type=name, help="名称，例如 虎门镇")
    add("--code", required=True, type=division_code, help="区划代码：6 位（市）、9 位或 12 位（镇街）")
    add("--timezone", type=timezone, default="Asia/Shanghai", metavar="TZ", help="时区（默认 Asia/Shanghai）")


def add_town(commands: Commands) -> None:
    """Add the command that shows a town's settings, and changes them."""
    text = "镇街的名称和设置。不带选项只看，带了就改；改动记入操作记录，开着的服务下一次请求就按新的算，以前各日也是。"
    parser = command(commands, "town", "town.town", text)
    store(parser)
    add = parser.options.add_argument
    add("--name", type=name, help="改名，例如 虎门镇；区划代码不能改")
    help_ = f"检查定位离场所多少米以内（另加定位精度）算到过现场，1–{MOST_TOLERANCE_M}（新建时 100）"
    add("--tolerance", metavar="M", type=whole_number(1, MOST_TOLERANCE_M), help=help_)
    add("--timezone", metavar="TZ", type=timezone, help="时区：日子、月份从哪一刻算起")
    formats(parser, ("table", "json"))
