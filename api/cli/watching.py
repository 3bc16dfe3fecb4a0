"""`wangge import STORE --watch DIR`: what is dropped into a folder is imported, once each."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from api.cli.importing import faults_table, report_text
from api.cli.photos import photos_text
from api.cli.progress import Progress
from api.cli.rows import as_json
from api.cli.stores import ACTOR
from api.cli.terminal import put, say, tell
from api.cli.usage import UsageProblem
from geodata.errors import FileProblem, RowsRejected, StoreProblem
from geodata.filemarks import digest_of, sha256_of
from geodata.importing import ImportReport, import_file
from geodata.inbox import Arrival, Inbox
from geodata.photos.importing import import_photos
from geodata.store import Store, open_store
from geodata.tables import IMPORTED

POLL_S = 1.0
_ONE_TABLE = ("column", "save_columns", "form", "level", "layer", "dry_run", "officer", "minutes", "as_inspections")


def watch(arguments: argparse.Namespace, wait: Callable[[float], None] = sleep) -> None:
    """Import what is dropped into a folder until Ctrl-C."""
    given = [name for name in _ONE_TABLE if getattr(arguments, name) not in (None, False, [])]
    if arguments.table or arguments.files:
        raise UsageProblem("--watch 不写表和文件：文件夹里按表分文件夹。")
    if given:
        raise UsageProblem(f"--{given[0].replace('_', '-')} 不能和 --watch 一起用。")
    with open_store(arguments.store):  # a store that is none is told at once
        inbox = Inbox(arguments.watch)
    if strangers := inbox.strangers:
        say(f"注意：{'、'.join(strangers[:10])} 不是表名，不看。文件夹的名字可以是：{'、'.join(IMPORTED)}。")
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
        for batch in _batches(arrivals):
            try:
                taken += _take(batch, arguments)
                trouble = ""
            except StoreProblem as problem:  # locked, say: not the files' fault
                for arrival in batch:
                    inbox.again(arrival)
                if str(problem) != trouble:
                    trouble = str(problem)
                    say(f"{trouble}稍后再试。")
        yield taken


def _batches(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """Give each file by itself, photos all together: one visit has several."""
    photos = [arrival for arrival in arrivals if arrival.table == "photos"]
    return [[arrival] for arrival in arrivals if arrival.table != "photos"] + [photos] * bool(photos)


def _take(batch: Sequence[Arrival], arguments: argparse.Namespace) -> int:
    """Import files that were never imported; say what became of them, and give how many. A bad one is told and left."""
    table = batch[0].table
    name = f"{table}/{batch[0].path.name}" + f" 等 {len(batch)} 个" * (len(batch) > 1)
    try:
        with open_store(arguments.store, write=True) as store, Progress(name) as progress:
            fresh = _fresh(store, batch)
            if not fresh:
                say(f"{name}：以前导入过，跳过。")
                return 0
            how = _how(table, arguments)
            if table == "photos":
                photos = import_photos(store, fresh, **how, progress=partial(progress.tell, "读取"))
                _report(photos, photos_text(photos), arguments)
            else:
                (report,) = import_file(store, table, fresh, **how, tell=progress.tell)
                _report(report, report_text(report), arguments)
            return len(fresh)
    except RowsRejected as problem:
        say(f"{name}：{problem}\n{faults_table(problem.faults)}")
    except FileProblem as problem:
        say(f"{name} 没有导入：{problem}")
    return 0


def _fresh(store: Store, batch: Sequence[Arrival]) -> list[Path]:
    """Give the files that the store never took."""
    table = batch[0].table
    if table != "photos":
        return [each.path for each in batch if not store.took(table, digest_of(each.path))]
    known = set(store.ledger(table, columns={table: ("id",)}).frames[table]["id"])
    return [each.path for each in batch if sha256_of(each.path) not in known]


def _how(table: str, arguments: argparse.Namespace) -> dict[str, Any]:
    how = {"datum": arguments.datum, "strict": arguments.strict, "actor": ACTOR}
    if table != "photos":
        how["encoding"] = arguments.encoding
    if table == "places":
        how |= {"gazetteer": arguments.gazetteer, "gazetteer_datum": arguments.gazetteer_datum}
    return how


def _report(report: ImportReport, text: str, arguments: argparse.Namespace) -> None:
    """Say a report, one line of JSON each where that was asked for."""
    put(as_json(report.as_dict())) if arguments.format == "json" else tell(text + "\n")
