"""`wangge checklists`: what is looked at on the spot, by industry."""

from __future__ import annotations

import argparse
from pathlib import Path

from api.cli.rows import as_json
from api.cli.stores import ACTOR, read_text
from api.cli.terminal import put, say, table, tell
from coverage.checklists import checklists_said, parse_checklists
from geodata.errors import RulesProblem
from geodata.store import open_store


def checklists(arguments: argparse.Namespace) -> None:
    """Show a town's checklists, after a new file has come when one is given."""
    file: Path | None = arguments.load
    with open_store(arguments.store, write=file is not None) as store:
        if file:
            text = read_text(file)
            try:
                loaded = parse_checklists(text)
            except RulesProblem as problem:
                raise RulesProblem(f"{file}：{problem}") from problem
            store.write_checklists(text, actor=ACTOR, source=file.name)
            say(f"已换成 {file} 里的 {len(loaded)} 张检查表。手机下次联网时换上。")
        text = store.checklists_text()
    lists = parse_checklists(text)
    if arguments.text:
        put(text)
    elif arguments.format == "json":
        put(as_json({"checklists": checklists_said(lists)}))
    else:
        rows = [
            (each.name, "、".join(each.industry) or "其余所有场所", str(number), item.text, item.level)
            for each in lists
            for number, item in enumerate(each.items, 1)
        ]
        headers = ("检查表", "行业", "序号", "检查内容", "不合格时的隐患等级")
        tell(table(headers, rows, [each == "序号" for each in headers]))
