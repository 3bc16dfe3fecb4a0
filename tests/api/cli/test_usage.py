"""What may be typed, and what is said when it was typed wrongly."""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import date

import pytest

from api.cli import main
from api.cli.commands import BY, build_parser
from api.cli.hazard_commands import HAZARDS_BY
from api.cli.usage import day, in_chinese, pair, whole_number
from coverage.grouping import GROUPS, HAZARD_GROUPS

WRONG = {
    "": "要给出一个命令",
    "walk town.gpkg": "没有“walk”这个命令。现有命令：demo, init, town, doctor, import, imports, undo, rules, "
    "checklists, divide, assign",
    "coverage": "缺少参数 STORE, --by",
    "coverage town.gpkg --by village": "没有分组“village”，可以是：city、town、district、community、grid、industry",
    "coverage town.db --by grid": "路径要以 .gpkg 结尾",
    "coverage postgresql://host/town?schema=Humen --by grid": "schema 只能用小写英文字母",
    "coverage postgresql://u:geheim@host:x/town --by grid": "PostgreSQL 的地址写得不对",
    "coverage town.gpkg --by grid --as-of 2024-6-1": "要写成 YYYY-MM-DD",
    "coverage town.gpkg --by grid --as-of 2024-02-30": "要写成 YYYY-MM-DD",
    "coverage town.gpkg --by grid --format xml": "--format 不能是“xml”，可以是：table, json, csv",
    "coverage town.gpkg --by grid --out town.pdf": "文件名要以 .json、.csv、.xlsx、.geojson、.gpx 结尾",
    "coverage town.gpkg --by grid --fast": "不认识的参数：--fast",
    "coverage town.gpkg --by": "--by 后面要跟一个值",
    "gaps town.gpkg --limit 0": "要写不小于 1 的整数",
    "gaps town.gpkg --kind rivers": "--kind 不能是“rivers”，可以是：places, streets, ground, all",
    "hazards town.gpkg --by rule": "没有分组“rule”",
    "import town.gpkg persons a.csv": "没有表“persons”，可以是：areas、places、inspections",
    "import town.gpkg places a.csv --column 编号": "要写成 字段=表头",
    "import town.gpkg places a.csv --column id=甲 --column id=乙": "同一个字段给了两次",
    "import town.gpkg places a.csv --column weight=重量": "places 没有字段“weight”",
    "import town.gpkg places a.csv --datum mars": "没有坐标系“mars”，可以是：auto、wgs84、cgcs2000、gcj02",
    "import town.gpkg places a.csv --datum epsg:1": "bd09mc 或 epsg:编号",
    "import town.gpkg places a.csv --encoding klingon": "没有编码“klingon”",
    "map town.gpkg coverage --out a.html --tiles example.org": "不是瓦片地址",
    "map town.gpkg coverage --out a.html --tiles example.org?apikey=k": "“example.org”不是瓦片地址",
    "import town.gpkg places a.csv --level grid": "--level 只用于导入 areas",
    "init town.gpkg --name 虎门镇 --code 44": "不是区划代码",
    "init town.gpkg --name 虎门镇 --code 441900121 --timezone Mars/Olympus": "没有“Mars/Olympus”这个时区",
    "map town.gpkg tracks --out a.html": "没有地图“tracks”，可以是：coverage、hazards、gaps",
    "map town.gpkg streets --out a.png": "文件名要以 .html 结尾",
    "serve town.gpkg --port 70000": "要写 0 到 65535 的整数",
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_usage(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage is exit code 2, a Chinese sentence on stderr that says what there is, and nothing on stdout."""
    assert main(line.split()) == 2
    said = capsys.readouterr()
    assert WRONG[line] in said.err
    assert not said.out


def test_group_words() -> None:
    """The words of --by are those that figures can be grouped by."""
    assert BY == GROUPS
    assert HAZARDS_BY == HAZARD_GROUPS


def test_help_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    """Help lists every command, is asked for without error, and names no command that is not there."""
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in (
        "demo",
        "init",
        "doctor",
        "import",
        "imports",
        "undo",
        "rules",
        "divide",
        "assign",
        "coverage",
        "gaps",
        "map",
        "serve",
        "check",
        "users",
        "copy",
        "many",
    ):
        assert f"\n    {command} " in shown
    assert "usage:" not in shown


@pytest.mark.parametrize(
    "command", ["demo", "init", "import", "rules", "divide", "assign", "coverage", "gaps", "hazards", "map", "serve"]
)
def test_help_of_commands(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command has help."""
    assert main([command, "--help"]) == 0
    assert "选项" in capsys.readouterr().out


def test_kinds_of_value() -> None:
    """Days, whole numbers and pairs are taken as they are meant."""
    assert day("2024-02-29") == date(2024, 2, 29)
    assert whole_number(1)("20") == 20
    assert pair("code=网格=编号") == ("code", "网格=编号")
    for kind, text in ((day, "２０２４-01-01"), (whole_number(1), "1e3"), (whole_number(0, 5), "6"), (pair, "=甲")):
        with pytest.raises(argparse.ArgumentTypeError):
            kind(text)  # type: ignore[operator]


def test_no_abbreviations() -> None:
    """An option cut short is refused: a later option could take its place."""
    with pytest.raises(Exception, match="--lim"):
        build_parser().parse_args(["gaps", "town.gpkg", "--lim", "3"])


def test_what_argparse_says_otherwise() -> None:
    """A message that has no Chinese is passed on, never swallowed."""
    assert in_chinese("something new") == "something new"


def test_light_start() -> None:
    """Usage is checked without loading pandas: a typo is answered at once."""
    program = "import sys; from api.cli import main; main(['coverage']); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0
