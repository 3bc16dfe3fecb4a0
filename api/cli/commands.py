"""Every command and its options. Light: what a command does is loaded when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api.cli import hazard_commands, risk_commands
from api.cli.backup_commands import add_backup, add_backup_options, add_copy, add_restore
from api.cli.board_commands import add_board
from api.cli.many_commands import add_many
from api.cli.options import AREAS
from api.cli.options import as_of as _as_of
from api.cli.options import by as _by
from api.cli.options import command as _command
from api.cli.options import every as _every
from api.cli.options import formats as _format
from api.cli.options import nearness as _nearness
from api.cli.options import output as _output
from api.cli.options import store as _store
from api.cli.over_time_options import add_over_time
from api.cli.plan_commands import add_plan, add_replan
from api.cli.report_commands import add_report
from api.cli.route_commands import add_routes, add_stays
from api.cli.town_commands import add_init, add_town
from api.cli.usage import (
    Instead,
    Parser,
    background,
    datum,
    day,
    encoding,
    ending,
    name,
    one_of,
    pair,
    port,
    share,
    store_path,
    tile_url,
    whole_number,
)
from api.cli.users_commands import add_users
from geodata.tables import IMPORTED

if TYPE_CHECKING:
    from api.cli.usage import Commands

BY = (*AREAS, "industry", "risk", "department", "officer", "rule")
STREETS_BY = (*AREAS, "street", "class")
SIZES = ("village", "humen", "city")


GAPS = "哪里没人去过。没有查的场所、没有走的路、没有到的地，最紧要的在前，各有原因和分数的由来。"


def build_parser() -> Parser:
    """Give the parser of all commands, in the order in which a town meets them."""
    parser = Parser(prog="wangge", description="网格：看得见哪里没人去过——监管场所检查覆盖、缺口与隐患地图。")
    commands = parser.add_commands()
    for add in (
        _demo,
        add_init,
        add_town,
        _doctor,
        _import,
        _imports,
        _undo,
        _rules,
        _checklists,
        _divide,
        _assign,
        _coverage,
        _gaps,
        _forecast,
        _streets,
        _ground,
        _visits,
        _review,
        hazard_commands.hazards,
        hazard_commands.hazard,
        hazard_commands.step,
        hazard_commands.todo,
        _hotspots,
        add_board,
        add_plan,
        add_replan,
        add_routes,
        add_stays,
        risk_commands.risk,
        _map,
        add_report,
        add_many,
        _serve,
        add_users,
        add_backup,
        add_restore,
        add_copy,
        _check,
    ):
        add(commands)
    return parser


def _demo(commands: Commands) -> None:
    parser = _command(
        commands, "demo", "demo.demo", "造一个合成镇街并打开网页服务。数据全是编造的，处处标明“合成数据（非真实）”。"
    )
    add = parser.options.add_argument
    add("--size", choices=SIZES, default="village", help="规模：village、humen（虎门）、city（默认 village）")
    add(
        "--seed",
        metavar="N",
        type=whole_number(0, 2**32 - 1),
        default=1,
        help="随机种子，同样的数造出同样的镇街（默认 1）",
    )
    add("--store", metavar="STORE", type=store_path, help="数据库（默认 demo/规模-种子.gpkg）")
    add("--files", metavar="DIR", type=Path, help="另外写成镇街办公用的文件，放在这个文件夹")
    add("--no-serve", action="store_true", help="不打开网页服务")
    add("--port", metavar="P", type=port, help="端口（0：任选一个空的）")


def _doctor(commands: Commands) -> None:
    text = "看一个文件是什么：像哪张表、什么编码、什么坐标系（有依据和把握）、几何有什么毛病。什么都不改。"
    parser = _command(commands, "doctor", "examining.doctor", text)
    parser.positionals.add_argument("file", metavar="FILE", type=Path, help="一个文件；照片也可以是文件夹")
    add = parser.options.add_argument
    add("--town", metavar="STORE", type=store_path, help="拿这个镇街已有的区域、场所、道路来对照")
    add("--table", metavar="TABLE", type=one_of(tuple(IMPORTED), "表"), help="当作哪张表看（默认：最像的一张）")
    add("--encoding", type=encoding, default="auto", metavar="E", help="文字编码，例如 gbk（默认 auto）")
    add("--column", type=pair, action="append", default=[], metavar="FIELD=HEADER", help="指明字段用哪一列，可多次")
    add("--layer", "--sheet", metavar="NAME", help="文件有几个图层或工作表时，看哪一个")
    _format(parser, ("table", "json"))


def _import(commands: Commands) -> None:
    text = "导入镇街自己的文件。逐行核对：新增、更新、不变、退回各多少，退回的写明行、列和原因。"
    parser = _command(commands, "import", "importing.import_files", text)
    _store(parser)
    tables = ", ".join(IMPORTED)
    add = parser.positionals.add_argument
    instead = [
        add("table", metavar="TABLE", type=one_of(tuple(IMPORTED), "表"), help=f"哪张表：{tables}"),
        add("files", metavar="FILE", type=Path, nargs="+", help="一个或几个文件；照片也可以是文件夹"),
    ]
    add = parser.options.add_argument
    systems = "auto、wgs84、cgcs2000、gcj02、bd09、xian80、beijing54、gcj02mc、bd09mc、epsg:N"
    add("--datum", type=datum, default="auto", help=f"坐标系：{systems}（默认 auto）")
    add("--encoding", type=encoding, default="auto", metavar="E", help="文字编码，例如 gbk（默认 auto）")
    add("--column", type=pair, action="append", default=[], metavar="FIELD=HEADER", help="指明字段用哪一列，可多次")
    add("--save-columns", action="store_true", help="记住 --column：以后表头相同的文件照此读取")
    add("--level", choices=AREAS, help="区域文件没有级别一列时，指明级别")
    add("--layer", "--sheet", metavar="NAME", help="文件有几个图层、工作表（或压缩包里有几个文件）时，读哪一个")
    add("--form", metavar="FORM.xlsx", type=Path, help="文件是表单系统导出的：它的表单定义（XLSForm）")
    text = "places 没有坐标时，按这个地名库（名称或地址、经度、纬度）定位"
    add("--gazetteer", metavar="FILE", type=Path, help=text)
    add("--gazetteer-datum", metavar="DATUM", type=datum, default="auto", help="地名库的坐标系（默认 auto）")
    text = "检查记录没有企业编号、名称拿不准是哪个场所的，另存到这个文件，填上编号再导入"
    add("--save-unsure", metavar="FILE.csv", type=Path, help=text)
    text = "看着这个文件夹：放进 DIR/表名/ 的文件每个导入一次，直到按 Ctrl+C"
    add("--watch", metavar="DIR", type=Path, action=Instead, others=instead, help=text)
    add("--strict", action="store_true", help="有一行退回就一行也不写")
    add("--dry-run", action="store_true", help="只核对，不写入")
    _photo_options(parser)
    _format(parser, ("table", "json"))


def _photo_options(parser: Parser) -> None:
    add = parser.options.add_argument
    add("--officer", metavar="ID", type=name, help="照片是谁拍的：编号或姓名（默认看文件夹的名字）")
    help_ = "照片与检查记录的时间最多相差几分钟（默认 30）"
    add("--minutes", metavar="M", type=whole_number(0, 1440), help=help_)
    add("--as-inspections", action="store_true", help="对不上检查记录的照片，按时间和场所生成检查记录")


def _imports(commands: Commands) -> None:
    parser = _command(
        commands, "imports", "undoing.imports", "列出导入过的文件。新的在前：编号、时间、行数、撤销没有。"
    )
    _store(parser)
    parser.options.add_argument(
        "--limit", metavar="N", type=whole_number(1, 100_000), default=100, help="最多列出几次（默认 100）"
    )
    _format(parser, ("table", "json"))


def _undo(commands: Commands) -> None:
    text = "撤销一次导入。新增的行删去，更新的改回；之后又改过的不动，说明先要撤销哪一次。撤销后可换坐标系重新导入。"
    parser = _command(commands, "undo", "undoing.undo", text)
    _store(parser)
    add = parser.positionals.add_argument
    add("import_id", metavar="IMPORT_ID", type=whole_number(1), help="导入的编号，见 wangge imports")
    _format(parser, ("table", "json"))


def _rules(commands: Commands) -> None:
    parser = _command(
        commands, "rules", "stores.rules", "查看或更换检查规则。用 --load 换成文件里的规则，先检查后写入。"
    )
    _store(parser)
    add = parser.options.add_argument
    add("--load", metavar="FILE", type=Path, help="换成这个 TOML 文件里的规则")
    help_ = "从哪一天起换，此前各日仍按原来的规则（默认：以前各日也按新的）"
    add("--from", dest="day", metavar="DATE", type=day, help=help_)
    add("--reason", metavar="TEXT", type=name, help="为什么换，和规则一起记下")
    add("--as-of", metavar="DATE", type=day, help="只看这一天执行的规则（默认：最新的一版）")
    _format(parser, ("table", "json"))


def _checklists(commands: Commands) -> None:
    text = "查看或更换各行业的现场检查表（手机和表单用）。用 --load 换成文件里的检查表，先检查后写入。"
    parser = _command(commands, "checklists", "checklists.checklists", text)
    _store(parser)
    add = parser.options.add_argument
    add("--load", metavar="FILE", type=Path, help="换成这个 TOML 文件里的检查表")
    add("--text", action="store_true", help="原样给出 TOML，存成文件修改后再用 --load 装入")
    _format(parser, ("table", "json"))


def _divide(commands: Commands) -> None:
    text = (
        "把镇街划成片区或网格。工作量均衡、连成一片、形状规整、不跨村/社区、沿街道和河流，编 15 位编码。"
        "按 Ctrl+C 提前结束，用当时最好的结果。原来的区域保留，查以前的日期仍用以前的。"
    )
    parser = _command(commands, "divide", "dividing.divide", text)
    _store(parser)
    add = parser.options.add_argument
    levels = ("district", "grid")
    add(
        "--level",
        required=True,
        metavar="LEVEL",
        type=one_of(levels, "级别"),
        help="划什么：district（片区）、grid（网格）",
    )
    add("--into", metavar="N", type=whole_number(1, 100_000), help="划成几个")
    add("--minutes", metavar="M", type=whole_number(1, 1_000_000), help="或者：每个每月多少分钟的工作量")
    withins = ("town", "district", "community")
    help_ = "不跨哪一级的边界：town、district、community（默认：有村/社区就不跨村/社区）"
    add("--within", metavar="LEVEL", type=one_of(withins, "级别"), help=help_)
    add("--districts", metavar="N", type=whole_number(1, 1000), help="划网格时，同时把整个的村/社区归成几个片区")
    add("--share", metavar="CODE=S[,S…]", type=share, action="append", default=[], help=SHARE)
    add(
        "--seed",
        metavar="N",
        type=whole_number(0, 2**32 - 1),
        default=0,
        help="随机种子，同样的数划出同样的结果（默认 0）",
    )
    add("--least-change", action="store_true", help="在现有网格上改动最少：换手的场所尽量少")
    add("--leaving", metavar="CODE", action="append", default=[], help="改动最少时，撤掉这个网格，可多次")
    add("--fix", metavar="PLACE=CODE", type=pair, action="append", default=[], help=FIX)
    add(
        "--balance",
        metavar="PERCENT",
        type=whole_number(1, 100),
        default=5,
        help="区域内偏差多少以内算均衡，改动最少时就不动（默认 5）",
    )
    add(
        "--from",
        dest="day",
        metavar="DATE",
        type=day,
        help="从哪一天起启用（默认今天；以前没有这一级的，全部日期都用）",
    )
    add("--reason", metavar="TEXT", type=name, help="为什么划分，记入启用记录")
    add("--map", metavar="FILE.html", type=ending(".html"), help="另画一张前后并排的地图")
    add("--draft", metavar="NAME", type=name, help="只存成草稿，在网页的“网格划分”页里看、改、启用")
    add("--dry-run", action="store_true", help="只算，不写入")
    _output(parser)


def _assign(commands: Commands) -> None:
    text = (
        "安排谁负责什么。officers 安全员到网格和替班人（改动最少，再看专长、远近、工作量）；"
        "leaders 不放心点位到包保领导（领导 2–3 个，其他人 1–2 个）；orphans 列出没有主管部门的场所，先问谁。"
    )
    parser = _command(commands, "assign", "assigning.assign", text)
    _store(parser)
    kinds = ("officers", "leaders", "orphans")
    add = parser.positionals.add_argument
    add("what", metavar="WHAT", type=one_of(kinds, "安排"), help=f"安排什么：{', '.join(kinds)}")
    _as_of(parser)
    add = parser.options.add_argument
    add("--tag", metavar="TAG", type=name, default="不放心点位", help="leaders：有这个标签的场所（默认 不放心点位）")
    add("--dry-run", action="store_true", help="只算，不写入")
    _output(parser)


SHARE = (
    "份额不一样的：新划时写 村/社区=1,1,0.5（它的几个网格各占多少），改动最少时写 网格=0.5（一半时间的安全员），可多次"
)
FIX = "改动最少时，这个场所所在的地块固定归这个网格，可多次"


def _coverage(commands: Commands) -> None:
    parser = _command(
        commands, "coverage", "figures.coverage", "检查覆盖率。应查的任务里已查、待查、逾期、从未检查各多少。"
    )
    _store(parser)
    _as_of(parser)
    _by(parser, BY)
    _output(parser)


def _gaps(commands: Commands) -> None:
    parser = _command(commands, "gaps", "gaps.gaps", GAPS)
    _store(parser)
    _as_of(parser)
    add = parser.options.add_argument
    add("--area", metavar="CODE", help="只看这个区域：编码，或 级别:编码（例如 district:1）")
    kinds = "places 场所（逾期、待查的任务）、streets 道路（没有走到的路段）、ground 地面（没有人到过）、all 三类一起排"
    words = ("places", "streets", "ground", "all")
    add("--kind", choices=words, default="places", help=f"哪一类缺口：{kinds}（默认 places）")
    _every(parser)
    _nearness(parser)
    add("--walks", action="store_true", help="把相近的缺口归成一趟一趟，先列最值得走的；写成 .gpx 可以带着走")
    add("--minutes", metavar="M", type=whole_number(10), help="一趟最多多少分钟，路上和停留一起算（默认 180）")
    add("--limit", metavar="N", type=whole_number(1), help="最多列出几行")
    _output(parser)


def _forecast(commands: Commands) -> None:
    text = (
        "期末预计。照本期进度，期末哪些任务查不到、每天还要查几次才赶得上；"
        "--visits、--places 算再查这些以后覆盖率是多少。工作日按放假和调休算。"
    )
    parser = _command(commands, "forecast", "forecast.forecast", text)
    _store(parser)
    _as_of(parser)
    add = parser.options.add_argument
    add("--by", metavar="BY", type=one_of(BY, "分组"), default="rule", help=f"按什么分组：{', '.join(BY)}（默认 rule）")
    add("--visits", metavar="N", type=whole_number(1, 100_000), help="假如截至日再查最紧要的 N 个缺口")
    add("--places", metavar="ID,…", type=name, help="假如截至日再查这些场所（编号，逗号隔开）")
    help_ = "JSON 里最多列出几项预计查不到的（默认 50）"
    add("--limit", metavar="N", type=whole_number(0), default=50, help=help_)
    _output(parser)


def _streets(commands: Commands) -> None:
    text = (
        "道路走到率。按轨迹逐米算：本期走到、没有走到、无数据各多少米，哪些路从来没有人走过。"
        "轨迹先对到道路上；没有轨迹可言的网格是“无数据”，不算没有走到。"
    )
    parser = _command(commands, "streets", "streets.streets", text)
    _store(parser)
    _as_of(parser)
    _by(parser, STREETS_BY)
    _every(parser)
    _output(parser)


def _ground(commands: Commands) -> None:
    text = "地面看到率。轨迹两侧和检查定位周围一定宽度以内算看到：看到、没有看到、无数据、不计（水面等）各多少平方米。"
    parser = _command(commands, "ground", "ground.ground", text)
    _store(parser)
    _as_of(parser)
    _by(parser, AREAS)
    _every(parser)
    _nearness(parser)
    _output(parser)


def _visits(commands: Commands) -> None:
    text = (
        "检查核实。每次检查按证据分 A 证实、B 相符、C 仅登记、D 存疑，各说明理由，最该看的在前。"
        "只作提示，不改任何覆盖数字，也不作为处理依据。"
    )
    parser = _command(commands, "visits", "visits.visits", text)
    _store(parser)
    _as_of(parser)
    add = parser.options.add_argument
    add("--by", metavar="BY", type=one_of((*AREAS, "officer"), "分组"), help="按什么分组统计，不列每次检查")
    add("--grade", metavar="GRADE", action="append", type=one_of(tuple("ABCD"), "等级"), help="只看这一等，可写几次")
    add("--suspect", action="store_true", help="只看有相反证据的")
    add("--officer", metavar="OFFICER", help="只看这个人的：工号或姓名")
    add("--place", metavar="ID", help="只看这个场所的：场所编号")
    add("--area", metavar="CODE", help="只看这个区域：编码，或 级别:编码")
    add("--limit", metavar="N", type=whole_number(1), help="最多列出几行")
    _output(parser)


def _review(commands: Commands) -> None:
    text = "人工复核。把人对一次检查的判断记在证据旁边：只增不改，不改变等级。"
    parser = _command(commands, "review", "visits.review", text)
    _store(parser)
    parser.positionals.add_argument("inspection", metavar="INSPECTION", help="检查编号")
    add = parser.options.add_argument
    words = ("genuine", "doubtful", "false")
    help_ = "genuine 核实属实、doubtful 仍存疑、false 核实不属实"
    add("--verdict", metavar="VERDICT", required=True, type=one_of(words, "结论"), help=help_)
    add("--reason", metavar="TEXT", required=True, type=name, help="依据")
    add("--actor", metavar="NAME", required=True, type=name, help="复核人")


def _hotspots(commands: Commands) -> None:
    text = (
        "隐患热点、冷点。每次检查发现的隐患和每平方公里的隐患各检验一遍（Gi*，经多重检验校正），逐月看是新出现还是减弱。"
        "检查太少的是“无数据”，不算冷点。"
    )
    parser = _command(commands, "hotspots", "hotspots.hotspots", text)
    _store(parser)
    _as_of(parser)
    add = parser.options.add_argument
    levels = ("district", "community", "grid")
    help_ = "哪一级区域：district、community、grid（默认 grid）"
    add("--level", metavar="LEVEL", type=one_of(levels, "级别"), default="grid", help=help_)
    help_ = "看几个自然月，到截至日所在的月（默认 6）"
    add("--months", metavar="N", type=whole_number(1, 60), default=6, help=help_)
    help_ = "排序和逐月变化按哪一种：inspection 每次检查、area 每平方公里（默认 inspection）"
    add("--rate", metavar="RATE", type=one_of(("inspection", "area"), "口径"), default="inspection", help=help_)
    help_ = "核密度的带宽，米（默认按数据定，写在结果里）"
    add("--bandwidth", metavar="M", type=whole_number(10, 50_000), help=help_)
    add("--least", metavar="N", type=whole_number(1), default=5, help="检查不足几次算无数据（默认 5）")
    add("--series", action="store_true", help="列出每个区域每个月的数字")
    _output(parser)


def _map(commands: Commands) -> None:
    text = (
        "画一张地图。写成一个网页文件，不联网也能打开；"
        "coverage、hazards、gaps、risk、routes、months（逐月小图）、change（前后对比）"
        "也可以写成 A4–A0 的挂图：.pdf 或 .png。"
    )
    parser = _command(commands, "map", "maps.draw", text)
    _store(parser)
    kinds = (
        *("coverage", "hazards", "gaps", "risk", "routes", "months", "change"),
        *("measures", "streets", "ground", "hotspots", "areas"),
    )
    add = parser.positionals.add_argument
    add("kind", metavar="MAP", type=one_of(kinds, "地图"), help=f"哪张地图：{', '.join(kinds)}")
    _as_of(parser)
    add = parser.options.add_argument
    help_ = "写入的文件，以 .html 结尾；前七种也可以是 .pdf、.png"
    add("--out", metavar="FILE", required=True, type=ending(".html", ".pdf", ".png"), help=help_)
    papers = ("A4", "A3", "A2", "A1", "A0")
    add("--paper", metavar="PAPER", type=one_of(papers, "纸"), help=f"挂图的纸：{'、'.join(papers)}（默认 A3）")
    way = parser.options.add_mutually_exclusive_group()
    way.add_argument("--landscape", action="store_true", help="挂图横放（默认看怎样放画得大）")
    way.add_argument("--portrait", action="store_true", help="挂图竖放")
    add("--pages", action="store_true", help="分幅图册（.pdf）：总图、按方格分幅的大比例尺图、索引")
    help_ = "图册各幅的比例尺 1:N（默认按国家基本比例尺，至少是总图的 2 倍大）"
    add("--scale", metavar="N", type=whole_number(100, 10_000_000), help=help_)
    whose = parser.options.add_mutually_exclusive_group()
    whose.add_argument("--officer", metavar="ID", type=name, help="routes：只画这个人的")
    whose.add_argument("--area", metavar="CODE", help="routes：只画这个区域的")
    add("--tiles", metavar="URL", type=tile_url, help="另加在线底图：含 {z}、{x}、{y} 的瓦片地址（天地图、内网）")
    add("--attribution", metavar="TEXT", default="", help="在线底图的来源说明")
    help_ = "另加底图：.pmtiles、.mbtiles 图片瓦片装进网页里，不联网也能看；.toml 为底图设置"
    add("--background", metavar="FILE", type=background, help=help_)
    help_ = "装进网页的瓦片最多多少 MB，装得下几级就装几级（默认 8）"
    add("--background-mb", metavar="N", type=whole_number(1, 200), default=8, help=help_)
    add("--with-key", action="store_true", help="要密钥的底图也写进网页：拿到网页的人就拿到了密钥")
    levels = ("district", "community", "grid")
    help_ = "areas、months、change：画哪一级（默认 grid）；areas 是划分前后并排"
    add("--level", metavar="LEVEL", type=one_of(levels, "级别"), default="grid", help=help_)
    add_over_time(parser)
    _every(parser)
    _nearness(parser)


def _serve(commands: Commands) -> None:
    parser = _command(
        commands, "serve", "serving.serve", "打开网页服务。没有账号（wangge users）时只在本机打开。按 Ctrl+C 停止。"
    )
    _store(parser)
    add = parser.options.add_argument
    add("--host", metavar="H", help="地址（默认 127.0.0.1）")
    add("--port", metavar="P", type=port, help="端口（0：任选一个空的）")
    help_ = "底图：.pmtiles、.mbtiles 文件，或列出天地图、内网服务的 .toml（docs/backgrounds.md）"
    add("--background", metavar="FILE", type=background, help=help_)
    help_ = "没有账号也在别的地址打开：谁都能看、能写"
    add("--insecure-no-accounts", action="store_const", const=True, help=help_)
    add_backup_options(parser)
    add("--log", choices=("text", "json"), help="日志：text、json（每个请求一行，不含个人信息；默认 text）")


def _check(commands: Commands) -> None:
    text = (
        "检查数据库是否完好。逐条列出问题；有问题时退出码为 1。"
        "--areas 检查区域：空隙、重叠、编码等，写明在哪里、多少平方米。"
        "--head 导出审计链头，--against 核对以前导出的。"
    )
    parser = _command(commands, "check", "stores.check", text)
    _store(parser)
    parser.options.add_argument("--areas", action="store_true", help="检查区域，而不是数据库文件")
    help_ = "显示审计链头（最新一条操作记录的编号、时间、校验码）；写上文件就加在文件末尾"
    parser.options.add_argument("--head", metavar="FILE", type=Path, nargs="?", const=Path("-"), help=help_)
    help_ = "另外核对以前导出的链头（或一份备份）是否还在审计链上"
    parser.options.add_argument("--against", metavar="FILE", type=Path, help=help_)
    _output(parser)
