"""`wangge check --head`: the head of the audit's chain, shown or appended to a file that is kept elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from api.cli.files import os_refusals_named
from api.cli.rows import as_json
from api.cli.terminal import put, say, tell
from api.cli.usage import UsageProblem
from geodata.errors import StoreProblem
from geodata.store import open_store
from geodata.store.heads import append_head, line_of, read_heads

SHOWN = Path("-")
"""`--head` without a file."""


def give_head(arguments: argparse.Namespace) -> int:
    """Show the head, or append it to a file: only of a chain that is sound and holds the heads already in the file.

    1 when it is not: the findings are printed and nothing is exported.
    """
    file: Path = arguments.head
    if arguments.out or arguments.format == "csv":
        raise UsageProblem("--head 不能和 --out、--format csv 一起用；要写进文件，请用 --head 文件。")
    kept = [file] if file != SHOWN and file.exists() and file.stat().st_size else []
    if arguments.against:
        kept.append(arguments.against)
    with open_store(arguments.store) as store:
        findings = store.check_audit([head for each in kept for head in read_heads(each, store.town.code)])
        head = store.head()
    if findings:
        tell("\n".join(findings))
        say(f"{arguments.store}：审计链有 {len(findings)} 个问题，没有导出。")
        return 1
    if head is None:
        raise StoreProblem(f"{arguments.store} 里没有操作记录。请用备份恢复。")
    if arguments.format == "json":
        put(as_json(vars(head)))
    else:
        tell(line_of(head))
    if file != SHOWN:
        with os_refusals_named(file):
            new = append_head(file, head)
        say(f"已加在 {file} 末尾。" if new else f"{file} 的末尾已经是它，没有再写。")
    return 0
