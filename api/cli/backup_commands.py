"""`wangge backup`, `wangge restore`, `wangge copy` and their options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api.backup_words import HOUR, KEEP
from api.cli.options import STORE, command, store
from api.cli.usage import Parser, formed, store_path, whole_number

if TYPE_CHECKING:
    from api.cli.usage import Commands


def add_backup(commands: Commands) -> None:
    """Add the command that backs up."""
    text = (
        "备份数据库：一份 .zip，别人照常读写。写好前检查一遍，不完好就不写。FILE 是文件夹时按时间取名放在里面，"
        "--keep 只留最新的几份（每天定时：用系统的计划任务运行这一条）。"
    )
    parser = command(commands, "backup", "backing.backup", text)
    store(parser)
    parser.positionals.add_argument("file", metavar="FILE", type=Path, help="写入的 .zip，或一个文件夹")
    help_ = "手机传来的照片拷到哪个文件夹，各份备份共用（默认与备份同一个文件夹）"
    parser.options.add_argument("--photos-to", metavar="DIR", type=Path, help=help_)
    help_ = "文件夹里只留最新的 N 份，旧的删去"
    parser.options.add_argument("--keep", metavar="N", type=whole_number(1, 10_000), help=help_)


def add_backup_options(parser: Parser) -> None:
    """Add to `wangge serve` where, when and how many."""
    add = parser.options.add_argument
    help_ = "服务做的备份放在哪个文件夹（默认 数据库旁边的 名称.backups）；最好在另一块盘"
    add("--backup-dir", metavar="DIR", type=Path, help=help_)
    add("--backup-at", metavar="HH:MM", type=formed(HOUR, "时刻，例如 02:00"), help="每天几点自动备份（默认不自动）")
    help_ = "留几份：最近几天、几周、几月各留最新的一份（默认 7d4w12m）"
    add("--backup-keep", metavar="KEEP", type=formed(KEEP, "留几份的写法，例如 7d4w12m"), help=help_)


def add_restore(commands: Commands) -> None:
    """Add the command that makes a store of a backup."""
    text = "从备份恢复数据库。先核对校验码、检查一遍，不完好的不用；已有的数据库不会被覆盖，除非写 --overwrite。"
    parser = command(commands, "restore", "backing.bring_back", text)
    parser.positionals.add_argument("file", metavar="FILE", type=Path, help="wangge backup 写的 .zip")
    store(parser)
    add = parser.options.add_argument
    add("--overwrite", action="store_true", help="换掉已有的同一个镇街的数据库（它先自动备份在旁边）")
    add("--dry-run", action="store_true", help="只看这份备份完不完好，不恢复")


def add_copy(commands: Commands) -> None:
    """Add the command that moves a town to another store."""
    text = (
        "把镇街的全部数据从一个数据库复制到另一个（.gpkg 文件、PostgreSQL 都可以）：连同操作记录、审计链、设置、草稿、"
        "定稿，照片和账号也带上。逐行核对一致才算数；账号、照片没带完就停下的，检查和打开服务时都会说明，再复制一次就是；原来的不变。"
    )
    parser = command(commands, "copy", "backing.copy", text)
    store(parser)
    parser.positionals.add_argument("target", metavar="TARGET", type=store_path, help=f"复制到哪里。{STORE}")
    help_ = "换掉已有的同一个镇街的数据库（它先自动备份）"
    parser.options.add_argument("--overwrite", action="store_true", help=help_)
