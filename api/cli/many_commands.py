"""`wangge many` and its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.options import as_of as as_of_option
from api.cli.options import command, output, store
from api.cli.usage import name, one_of, whole_number

if TYPE_CHECKING:
    from api.cli.usage import Commands, Parser

SUBJECTS = ("coverage", "hazards", "hotspots")
BY = ("town", "city", "province")
HOT_LEVELS = ("district", "community", "grid")


def add_many(commands: Commands) -> None:
    """Add `many`."""
    text = (
        "很多镇街一起算：覆盖、隐患、热点，按镇街、市、省汇总和排名。一个镇街一个文件夹（GeoParquet），多个进程同时算。"
    )
    parser = command(commands, "many", "many.figures", text)
    parts = parser.add_commands("part")
    _export(parts)
    _figures(parts)
    _make(parts)


def _export(parts: Commands) -> None:
    parser = command(
        parts, "export", "many.export", "把一个镇街的数据库写成 DIR 里的一个文件夹，已有的同一镇街被换掉。"
    )
    store(parser)
    _root(parser)


def _figures(parts: Commands) -> None:
    text = "给出 DIR 里所有镇街的数字和名次。有问题的镇街单独写明，其余照算。"
    parser = command(parts, "figures", "many.figures", text)
    _root(parser)
    as_of_option(parser)
    add = parser.options.add_argument
    help_ = f"算什么：{', '.join(SUBJECTS)}（默认 coverage）"
    add("--of", metavar="WHAT", type=one_of(SUBJECTS, "内容"), default="coverage", help=help_)
    add("--by", metavar="BY", type=one_of(BY, "分组"), default="town", help=f"一行是什么：{', '.join(BY)}（默认 town）")
    help_ = f"热点看哪一级区域：{', '.join(HOT_LEVELS)}（默认 grid）"
    add("--level", metavar="LEVEL", type=one_of(HOT_LEVELS, "级别"), default="grid", help=help_)
    help_ = "热点看几个自然月，到截至日所在的月（默认 6）"
    add("--months", metavar="N", type=whole_number(1, 60), default=6, help=help_)
    _workers(parser)
    output(parser)


def _make(parts: Commands) -> None:
    text = "在 DIR 里造大小不一的合成镇街，用来试算。数据全是编造的，处处标明“合成数据（非真实）”。"
    parser = command(parts, "make", "many.make", text)
    _root(parser)
    add = parser.options.add_argument
    add("--towns", metavar="N", type=whole_number(1, 50_000), required=True, help="多少个")
    add("--seed", metavar="S", type=whole_number(0, 2**32 - 1), default=1, help="随机种子（默认 1）")
    help_ = "其中各不相同的有多少个，其余只换编码和名称（默认都不相同；造一个要几秒）"
    add("--distinct", metavar="K", type=whole_number(1, 50_000), help=help_)
    _workers(parser)


def _root(parser: Parser) -> None:
    help_ = "放镇街文件夹的地方：文件夹，或 s3://、gs:// 开头的桶地址"
    parser.positionals.add_argument("root", metavar="DIR", type=name, help=help_)


def _workers(parser: Parser) -> None:
    add = parser.options.add_argument
    add("--scheduler", metavar="ADDRESS", type=name, help="Dask 集群的调度程序，例如 tcp://主机:8786（默认只用本机）")
    add("--workers", metavar="N", type=whole_number(1, 512), help="本机用几个进程（默认和处理器一样多）")
    help_ = "本机每个进程最多用多少内存，MiB（默认 2048）：超过的被终止重算"
    add("--memory", metavar="MIB", type=whole_number(256, 2**20), default=2048, help=help_)
