"""`wangge check --head`: the head of the audit's chain, shown or appended to a file that is kept elsewhere."""

from __future__ import annotations

import argparse
import zipfile
from pathlib import Path

from api.cli.files import os_refusals_named
from api.cli.rows import as_json
from api.cli.terminal import put, say, tell
from api.cli.usage import UsageProblem
from geodata.errors import StoreProblem
from geodata.store import open_store
from geodata.store.heads import append_head, line_of, read_heads, read_kept

SHOWN = Path("-")
"""`--head` without a file."""


def give_head(arguments: argparse.Namespace) -> int:
    """Show the head, or append it to a file: only of a chain that is sound and holds the heads already in the file.

    1 when it is not: the findings are printed and nothing is exported.
    """
    file: Path = arguments.head
    if arguments.out or arguments.format == "csv":
        raise UsageProblem("--head 不能和 --out、--format csv 一起用；要写进文件，请用 --head 文件。")
    if file != SHOWN and zipfile.is_zipfile(file):
        raise UsageProblem(
            f"{file} 是压缩包，链头不能写进去。--head 请换一个文本文件；要和备份核对，请用 --against 备份。"
        )
    with open_store(arguments.store) as store:
        kept = read_kept(file, store.town.code) if file != SHOWN else []
        if arguments.against:
            kept += read_heads(arguments.against, store.town.code)
        findings = store.check_audit(kept)
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
