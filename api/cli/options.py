"""What commands have in common: how one is added, and the options of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from api.cli.usage import Parser, day, ending, name, one_of, store_path, whole_number
from geodata.model import LEVELS

if TYPE_CHECKING:
    from api.cli.usage import Commands

AREAS = tuple(str(level) for level in LEVELS)
EVERY = ("week", "month", "quarter", "half-year", "year")
STORE = "镇街的数据库：以 .gpkg 结尾的文件，或 postgresql://用户@主机/库?schema=名 的地址"
SUFFIXES = (".json", ".csv", ".xlsx", ".geojson", ".gpx")


def command(commands: Commands, name: str, does: str, text: str) -> Parser:
    """Add a command that `does` (`module.function` of api.cli) does; its first sentence stands in the list."""
    parser: Parser = commands.add_parser(name, help=text.partition("。")[0], description=text)
    parser.set_defaults(does=does)
    return parser


def store(parser: Parser) -> None:
    """Add STORE."""
    parser.positionals.add_argument("store", metavar="STORE", type=store_path, help=STORE)


def as_of(parser: Parser) -> None:
    """Add --as-of."""
    parser.options.add_argument("--as-of", metavar="DATE", type=day, help="截至哪一天，YYYY-MM-DD（默认今天）")


def every(parser: Parser) -> None:
    """Add --every, of streets and ground."""
    help_ = f"道路和地面按什么周期算，截至日所在的一期：{', '.join(EVERY)}（默认 month）"
    parser.options.add_argument("--every", metavar="EVERY", type=one_of(EVERY, "周期"), default="month", help=help_)


def nearness(parser: Parser) -> None:
    """Add --width and --mask, of ground."""
    add = parser.options.add_argument
    help_ = "地面：轨迹两侧、检查定位周围各多少米算看到（默认 30）"
    add("--width", metavar="M", type=whole_number(5, 500), help=help_)
    help_ = "地面：不计哪一类地块，例如 water、farmland、forest，可多次（默认：已导入的全部不计）"
    add("--mask", metavar="KIND", type=name, action="append", default=[], help=help_)


def by(parser: Parser, words: Sequence[str]) -> None:
    """Add --by with its words."""
    kind = one_of(words, "分组")
    parser.options.add_argument("--by", required=True, metavar="BY", type=kind, help=f"按什么分组：{', '.join(words)}")


def formats(parser: Parser, words: Sequence[str] = ("table", "json", "csv")) -> None:
    """Add --format."""
    parser.options.add_argument("--format", choices=words, help=f"输出格式：{', '.join(words)}（默认 table）")


def output(parser: Parser) -> None:
    """Add --format and --out."""
    formats(parser)
    kind = ending(*SUFFIXES)
    parser.options.add_argument("--out", metavar="FILE", type=kind, help=f"写入文件：{', '.join(SUFFIXES)}")
