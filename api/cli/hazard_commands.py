"""Commands about hazards: figures, one hazard's life, the next step, what is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.options import AREAS, as_of, by, command, formats, output, store
from api.cli.usage import day, name, one_of, whole_number
from coverage.course.transitions import ACTION_WORDS, ROLE_WORDS, Action, Role

if TYPE_CHECKING:
    from api.cli.usage import Commands

RATES_EVERY = ("month", "quarter", "half-year", "year", "all")
HAZARDS_BY = (*AREAS, "industry", "risk", "department", "officer", "level", "category")
KINDS = ("due_soon", "overdue", "stale", "supervise", "publish")


def hazards(commands: Commands) -> None:
    """Add `hazards`."""
    text = (
        "隐患整改情况。发现、整改、销号、逾期、重大各多少；写明周期时，另有按期整改、超期、反复、"
        "整改天数和每次检查发现几处，可与上期对比。"
    )
    parser = command(commands, "hazards", "figures.hazards", text)
    store(parser)
    as_of(parser)
    by(parser, HAZARDS_BY)
    add = parser.options.add_argument
    help_ = f"只算截至日所在的这一期发现的：{', '.join(RATES_EVERY)}（all：全部）"
    add("--period", metavar="PERIOD", type=one_of(RATES_EVERY, "周期"), help=help_)
    add("--since", metavar="DATE", type=day, help="或者：只算从这一天到截至日发现的")
    add("--compare", action="store_true", help="与上一期对比，上期也算到同样的天数")
    output(parser)


def hazard(commands: Commands) -> None:
    """Add `hazard`."""
    text = "一条隐患的一生（一患一档）。现状、期限、五落实、每一步是谁办的、下一步谁能办什么。"
    parser = command(commands, "hazard", "hazards.hazard", text)
    store(parser)
    parser.positionals.add_argument("hazard", metavar="ID", help="隐患编号")
    formats(parser, ("table", "json"))


def step(commands: Commands) -> None:
    """Add `step`."""
    text = "办理一条隐患的下一步。能不能办、谁能办、要有什么，和网页、接口同一张表；不能办时一次说清所有原因。"
    parser = command(commands, "step", "hazards.step", text)
    store(parser)
    add = parser.positionals.add_argument
    add("hazard", metavar="ID", help="隐患编号")
    said = "、".join(f"{action} {ACTION_WORDS[action]}" for action in Action)
    add("action", metavar="ACTION", type=one_of(tuple(map(str, Action)), "办理"), help=f"办什么：{said}")
    add = parser.options.add_argument
    roles = "、".join(f"{role} {ROLE_WORDS[role]}" for role in Role)
    add("--as", dest="role", metavar="ROLE", required=True, type=one_of(tuple(map(str, Role)), "身份"), help=roles)
    add("--actor", metavar="NAME", required=True, type=name, help="办理人，姓名或工号")
    add("--reason", metavar="TEXT", type=name, help="原因或说明")
    add("--deadline", metavar="DATE", type=day, help="整改期限，YYYY-MM-DD")
    for option, word in (
        ("responsible", "责任人"),
        ("measures", "措施"),
        ("funds", "资金"),
        ("plan", "预案"),
        ("supervisor", "督办领导，两名用顿号隔开"),
        ("addressee", "督办单送达谁"),
    ):
        add(f"--{option}", metavar="TEXT", type=name, help=word)
    add("--answer-by", metavar="DATE", type=day, help="督办单要求的期限，YYYY-MM-DD")
    add("--photo", metavar="ID", type=name, action="append", default=[], help="照片编号，可多次")
    formats(parser, ("table", "json"))


def todo(commands: Commands) -> None:
    """Add `todo`."""
    text = (
        "隐患待办。按身份列出谁现在要办什么，最急的在前；--kind 列临期、逾期、超期未更新的隐患，"
        "supervise 应下发的督办单，publish 公示清单（姓名、号码已遮盖，写明略去了什么）。"
    )
    parser = command(commands, "todo", "hazards.todo", text)
    store(parser)
    as_of(parser)
    add = parser.options.add_argument
    roles = "、".join(f"{role} {ROLE_WORDS[role]}" for role in Role)
    add("--role", metavar="ROLE", type=one_of(tuple(map(str, Role)), "身份"), help=f"谁的待办：{roles}")
    add("--who", metavar="NAME", help="和 --role 一起用：姓名、工号、部门或场所编号")
    add("--area", metavar="CODE", help="只看这个区域：编码，或 级别:编码")
    help_ = "due_soon 临期、overdue 逾期、stale 超期未更新、supervise 应下发的督办单、publish 公示清单"
    add("--kind", metavar="KIND", type=one_of(KINDS, "种类"), help=help_)
    add("--limit", metavar="N", type=whole_number(1), help="最多列出几行")
    output(parser)
