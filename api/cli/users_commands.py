"""`wangge users` and its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.options import command, formats, store
from api.cli.usage import name, one_of

if TYPE_CHECKING:
    from api.cli.usage import Commands

ROLES = ("inspector", "grid_manager", "clerk", "leader", "department")


def add_users(commands: Commands) -> None:
    """Add the command of accounts."""
    text = (
        "账号：建立（add）、改密码（passwd）、停用和恢复（disable、enable）、列出（list）。第一个账号建好以后，"
        "没有账号的人就进不来，服务可以对别的电脑开放。密码在提问时输入，或用 --password-stdin 从标准输入读一行。"
    )
    parser = command(commands, "users", "users.users", text)
    store(parser)
    add = parser.positionals.add_argument
    add("do", metavar="DO", type=one_of(("add", "passwd", "disable", "enable", "list"), "做什么"), help="做什么")
    add("login", metavar="LOGIN", nargs="?", help="登录名")
    add = parser.options.add_argument
    add("--role", choices=ROLES, help="角色：巡查人员、网格长（片区长）、安委办、领导、行业部门")
    add("--name", type=name, help="姓名")
    add("--officer", metavar="ID", type=name, help="台账里的人员编号：只能以这个人的名义登记，看得到这个人的网格")
    add("--area", metavar="LEVEL:CODE", action="append", default=[], type=name, help="管哪个区域，可多次")
    add("--industry", metavar="WORD", action="append", default=[], type=name, help="管哪个行业，可多次")
    add("--department", metavar="NAME", type=name, help="哪个部门（场所的监管部门）")
    add("--subject", metavar="ID", type=name, help="统一登录里的标识（sub）")
    add("--password-stdin", action="store_true", help="从标准输入读密码")
    add("--no-password", action="store_true", help="不设密码，只用统一登录")
    formats(parser, ("table", "json"))
