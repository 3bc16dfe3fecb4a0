"""`wangge import STORE --watch DIR`: what is dropped into a folder is imported, once each."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any

from api.cli.importing import faults_table, report_text
from api.cli.progress import Progress
from api.cli.rows import as_json
from api.cli.stores import ACTOR
from api.cli.terminal import put, say, tell
from api.cli.usage import UsageProblem
from geodata.errors import FileProblem, RowsRejected, StoreProblem
from geodata.filemarks import digest_of
from geodata.importing import ImportReport, import_file
from geodata.inbox import Arrival, Inbox
from geodata.store import open_store
from geodata.tables import TABLES

POLL_S = 1.0
_ONE_TABLE = ("column", "save_columns", "form", "level", "layer", "dry_run")


def watch(arguments: argparse.Namespace, wait: Callable[[float], None] = sleep) -> None:
    """Import what is dropped into a folder until Ctrl-C."""
    given = [name for name in _ONE_TABLE if getattr(arguments, name)]
    if arguments.table or arguments.files:
        raise UsageProblem("--watch 不写表和文件：文件夹里按表分文件夹。")
    if given:
        raise UsageProblem(f"--{given[0].replace('_', '-')} 不能和 --watch 一起用。")
    with open_store(arguments.store):  # a store that is none is told at once
        inbox = Inbox(arguments.watch)
    if strangers := inbox.strangers:
        say(f"注意：{'、'.join(strangers[:10])} 不是表名，不看。文件夹的名字可以是：{'、'.join(TABLES)}。")
    taken = 0
    try:
        say(f"正在看 {arguments.watch}：放进去的文件每个导入一次，不移动。按 Ctrl+C 停止。")
        for step in steps(inbox, arguments):
            taken += step
            wait(POLL_S)
    except KeyboardInterrupt:
        say(f"已停止，共导入 {taken:,} 个文件。")


def steps(inbox: Inbox, arguments: argparse.Namespace, clock: Callable[[], float] = monotonic) -> Iterator[int]:
    """Look into the folder again and again: each step gives how many files were imported in it."""
    away, trouble = "", ""
    while True:
        arrivals, was_away = [], away
        try:
            arrivals, away = inbox.step(clock()), ""
        except OSError as problem:
            away = f"文件夹 {inbox.folder} 现在读不了（{problem.strerror}），等它回来。"
        if away and not was_away:
            say(away)
        taken = 0
        for arrival in arrivals:
            try:
                taken += _take(arrival, arguments)
                trouble = ""
            except StoreProblem as problem:  # locked, say: not the file's fault
                inbox.again(arrival)
                if str(problem) != trouble:
                    trouble = str(problem)
                    say(f"{trouble}稍后再试。")
        yield taken


def _take(arrival: Arrival, arguments: argparse.Namespace) -> bool:
    """Import a file that was never imported; say what became of it. A bad one is told and left."""
    name = f"{arrival.table}/{arrival.path.name}"
    try:
        with open_store(arguments.store, write=True) as store:
            if store.took(arrival.table, digest_of(arrival.path)):
                say(f"{name}：以前导入过，跳过。")
                return False
            with Progress(name) as progress:
                (report,) = import_file(
                    store, arrival.table, [arrival.path], **_how(arrival, arguments), tell=progress.tell
                )
    except RowsRejected as problem:
        say(f"{name}：{problem}\n{faults_table(problem.faults)}")
        return False
    except FileProblem as problem:
        say(f"{name} 没有导入：{problem}")
        return False
    _report(report, arguments)
    return True


def _how(arrival: Arrival, arguments: argparse.Namespace) -> dict[str, Any]:
    how = {"datum": arguments.datum, "encoding": arguments.encoding, "strict": arguments.strict, "actor": ACTOR}
    if arrival.table == "places":
        how |= {"gazetteer": arguments.gazetteer, "gazetteer_datum": arguments.gazetteer_datum}
    return how


def _report(report: ImportReport, arguments: argparse.Namespace) -> None:
    """Say a report, one line of JSON each where that was asked for."""
    if arguments.format == "json":
        put(as_json(report.as_dict()))
    else:
        tell(report_text(report) + "\n")
