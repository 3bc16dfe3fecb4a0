"""What may be typed: the parser in Chinese, and the kinds of value an option takes.

argparse, not typer: parsing one command costs 0.01 s, typer with its pydantic 0.34 s (measured here) of a 1.5 s start.
"""

from __future__ import annotations

import argparse
import codecs
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from geodata.model import root_level

if TYPE_CHECKING:
    from geodata.store.location import Where

    Commands = argparse._SubParsersAction["Parser"]
    """Where a group of commands adds its own."""

TEXTS = (
    (r"argument 命令: invalid choice: '?(.+?)'? \(choose from (.+)\)", "没有“{}”这个命令。现有命令：{}。"),
    (r"the following arguments are required: 命令", "要给出一个命令，有哪些命令见 wangge --help。"),
    (r"the following arguments are required: (.+)", "缺少参数 {}。"),
    (r"argument (.+?): invalid choice: '?(.*?)'? \(choose from (.+)\)", "{} 不能是“{}”，可以是：{}。"),
    (r"argument (.+?): expected (?:one|at least one) argument", "{} 后面要跟一个值。"),
    (r"argument (.+?): not allowed with argument (.+)", "{} 不能和 {} 一起用。"),
    (r"argument (.+?): ignored explicit argument (.+)", "{} 后面不跟值，却给了 {}。"),
    (r"unrecognized arguments: (.+)", "不认识的参数：{}。"),
    (r"argument (.+?): (.+)", "{}：{}"),
)
"""What argparse says → what we say."""


class UsageProblem(Exception):
    """The command was called wrongly: exit code 2. The text is a sentence with the remedy."""


class _Help(argparse.HelpFormatter):
    """Help with a Chinese `usage:`."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Instead(argparse.Action):
    """An option that stands in place of some positionals: they are not required where it is given.

    Positionals that may be left out anywhere (`nargs="?"`) would be taken as left out before the first option.
    """

    def __init__(self, others: Sequence[argparse.Action], **settings: Any) -> None:
        super().__init__(**settings)
        self._others = others

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, _: Any = None
    ) -> None:
        """Keep the value, and let the others be left out."""
        for other in self._others:
            other.required = False
        setattr(namespace, self.dest, values)


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese and raises `UsageProblem` instead of leaving the process."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, add_help=False, allow_abbrev=False, formatter_class=_Help)
        self.positionals = self.add_argument_group("参数")
        self.options = self.add_argument_group("选项")
        self.options.add_argument("-h", "--help", action="help", help="显示这个帮助")

    def add_commands(self, dest: str = "command") -> Commands:
        """Give the place where commands are added; parts of a command have another `dest`."""
        return self.add_subparsers(title="命令", metavar="命令", dest=dest, required=True, parser_class=Parser)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuse words that are left over where they stand: with the usage of their own command."""
        namespace, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return namespace, rest

    def error(self, message: str) -> NoReturn:
        """Raise the Chinese sentence for what argparse found wrong, with the usage of the command."""
        raise UsageProblem(f"{in_chinese(message)}\n{self.format_usage()}详见 {self.prog} --help")


def in_chinese(message: str) -> str:
    """Say in Chinese what argparse says in English; the password of an address is left out."""
    message = re.sub(r"(postgres(?:ql)?://[^:/@\s]*):[^\s/]*@", r"\1:…@", message)
    for pattern, text in TEXTS:
        if found := re.fullmatch(pattern, message, re.S):
            return text.format(*(part.replace("'", "") for part in found.groups()))
    return message


def store_path(text: str) -> Where:
    """Take a path that ends in .gpkg, or the address of a PostgreSQL database, which no message repeats."""
    if text.lower().startswith(("postgresql:", "postgres:")):
        from geodata.errors import StoreProblem  # noqa: PLC0415
        from geodata.store.location import store_path as located  # noqa: PLC0415 - slow import

        try:
            return located(text)
        except StoreProblem as problem:
            raise argparse.ArgumentTypeError(str(problem).removesuffix("。")) from None
    if not text.lower().endswith(".gpkg"):
        raise argparse.ArgumentTypeError(f"“{text}”不是数据库路径：路径要以 .gpkg 结尾，或者是 postgresql:// 地址")
    return Path(text)


def day(text: str) -> date:
    """Take a day written YYYY-MM-DD."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.A):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期：要写成 YYYY-MM-DD，例如 2024-06-30") from None


def name(text: str) -> str:
    """Take a name that is not blank."""
    if not text.strip():
        raise argparse.ArgumentTypeError("不能是空的")
    return text.strip()


def division_code(text: str) -> str:
    """Take a division code of 6, 9 or 12 digits."""
    try:
        root_level(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是区划代码：要写 6 位（市）、9 位或 12 位（镇街）数字") from None
    return text


def timezone(text: str) -> str:
    """Take the name of a time zone."""
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise argparse.ArgumentTypeError(f"没有“{text}”这个时区，例如 Asia/Shanghai") from None


def datum(text: str) -> str:
    """Take a coordinate system, or `auto`."""
    if text.lower() == "auto":
        return "auto"
    from geodata.datum import choices, find  # noqa: PLC0415 - slow import

    try:
        return find(text).key
    except ValueError:
        raise argparse.ArgumentTypeError(f"没有坐标系“{text}”，可以是：auto、{choices()}") from None


def encoding(text: str) -> str:
    """Take the name of a text encoding, or `auto`."""
    try:
        return text if text == "auto" else codecs.lookup(text).name
    except LookupError:
        raise argparse.ArgumentTypeError(f"没有编码“{text}”，例如 auto、utf-8、gbk、gb18030") from None


def tile_url(text: str) -> str:
    """Take the address of a tile server."""
    if not text.startswith(("http://", "https://")) or any(part not in text for part in ("{x}", "{y}", "{z}")):
        # behind the question mark there may be a key
        at = text.partition("?")[0]
        raise argparse.ArgumentTypeError(f"“{at}”不是瓦片地址：要以 http:// 或 https:// 开头，含 {{x}}、{{y}}、{{z}}")
    return text


def background(text: str) -> Path:
    """Take a file of tiles, or a table of backgrounds."""
    if Path(text).suffix.lower() not in (".pmtiles", ".mbtiles", ".toml"):
        raise argparse.ArgumentTypeError(f"“{text}”不是底图：文件名要以 .pmtiles、.mbtiles 或 .toml 结尾")
    return Path(text)


def whole_number(at_least: int, at_most: int | None = None) -> Callable[[str], int]:
    """Give a kind of value: a whole number within limits."""

    def take(text: str) -> int:
        limits = f"不小于 {at_least}" if at_most is None else f" {at_least} 到 {at_most}"
        if not re.fullmatch(r"-?\d{1,18}", text, re.A) or not at_least <= int(text) <= (at_most or int(text)):
            raise argparse.ArgumentTypeError(f"“{text}”不对：要写{limits} 的整数")
        return int(text)

    return take


port = whole_number(0, 65535)


def pair(text: str) -> tuple[str, str]:
    """Take FIELD=HEADER."""
    field, equals, header = text.partition("=")
    if not (field.strip() and equals and header.strip()):
        raise argparse.ArgumentTypeError(f"“{text}”不对：要写成 字段=表头，例如 code=网格编号")
    return field.strip(), header.strip()


def share(text: str) -> tuple[str, tuple[float, ...]]:
    """Take CODE=S or CODE=S,S,S: shares above 0."""
    code, _, numbers = text.partition("=")
    try:
        found = tuple(float(each) for each in numbers.split(","))
    except ValueError:
        found = ()
    if not code.strip() or not found or not all(0 < each <= 100 for each in found):
        raise argparse.ArgumentTypeError(f"“{text}”不对：要写成 编码=份额，例如 441900121001=1,1,0.5")
    return code.strip(), found


def ending(*suffixes: str) -> Callable[[str], Path]:
    """Give a kind of value: a file to write, whose name ends in one of the suffixes."""

    def take(text: str) -> Path:
        if Path(text).suffix.lower() not in suffixes:
            raise argparse.ArgumentTypeError(f"“{text}”的格式写不了：文件名要以 {'、'.join(suffixes)} 结尾")
        return Path(text)

    return take


def formed(pattern: str, what: str) -> Callable[[str], str]:
    """Give a kind of value: a text of a form."""

    def take(text: str) -> str:
        if not re.fullmatch(pattern, text, re.A):
            raise argparse.ArgumentTypeError(f"“{text}”不是{what}")
        return text

    return take


def one_of(words: Sequence[str], what: str) -> Callable[[str], str]:
    """Give a kind of value: one of some words."""

    def take(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(f"没有{what}“{text}”，可以是：{'、'.join(words)}")
        return text

    return take
