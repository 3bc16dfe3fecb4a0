"""`wangge init`, `wangge town`: a town's store, its name and settings."""

from __future__ import annotations

import argparse
from dataclasses import replace

from api.cli.rows import as_json
from api.cli.stores import ACTOR
from api.cli.terminal import put, say, table, tell
from geodata.model import Town
from geodata.store import create_store, open_store

WORDS = {
    "name": "名称",
    "code": "区划代码",
    "level": "级别",
    "timezone": "时区",
    "tolerance_m": "到场距离（米）",
    "synthetic": "合成数据",
}


def init(arguments: argparse.Namespace) -> None:
    """Make an empty store."""
    town = Town(arguments.name, arguments.code, arguments.timezone)
    with create_store(arguments.store, town, actor=ACTOR):
        say(f"已新建 {arguments.store}：{town.name}（{town.level.chinese} {town.code}），带有一套默认规则。")


def town(arguments: argparse.Namespace) -> None:
    """Show the settings of a town, after some were changed where new ones are given."""
    metres = None if arguments.tolerance is None else float(arguments.tolerance)
    asked = {"name": arguments.name, "timezone": arguments.timezone, "tolerance_m": metres}
    given = {key: value for key, value in asked.items() if value is not None}
    with open_store(arguments.store, write=bool(given)) as store:
        before = store.town
        after = replace(before, **given)
        if after != before:
            store.change_town(after, actor=ACTOR)
    changed = [key for key in given if getattr(after, key) != getattr(before, key)]
    for key in changed:
        say(f"{WORDS[key]}已从 {_said(getattr(before, key))} 改为 {_said(getattr(after, key))}。")
    if given and not changed:
        say("和现在的一样，没有改动。")
    facts = {key: str(after.level) if key == "level" else getattr(after, key) for key in WORDS}
    if arguments.format == "json":
        put(as_json({**facts, "changed": changed}))
    else:
        shown = facts | {"level": after.level.chinese}
        tell(table(("设置", "现在"), [(WORDS[key], _said(value)) for key, value in shown.items()], (False, False)))


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value:g}" if isinstance(value, float) else str(value)
