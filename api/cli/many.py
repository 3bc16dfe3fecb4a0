"""`wangge many`: a town written as a folder, the figures of all of them, made-up ones to try it with."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from time import perf_counter
from zoneinfo import ZoneInfo

from api.cli.output import deliver
from api.cli.progress import Progress
from api.cli.rows import Figures
from api.cli.terminal import say
from api.many.cluster import Crew, Lost, crew
from api.many.figures import Answer, Asked, answer_of, lost
from api.many.making import copy_folder, make_folder
from coverage.hotspots.spots import Question
from coverage.many import SUBJECTS, merge
from geodata.errors import FileProblem
from geodata.parquet.folders import PREFIX, Root, open_root
from geodata.parquet.writing import write_town
from geodata.store import open_store

TITLES = {"coverage": "检查覆盖", "hazards": "隐患", "hotspots": "隐患热点"}
SCALES = {"town": "各镇街", "city": "各市", "province": "各省"}
SAID = 10
"""So many towns are named on the terminal; JSON names all."""
ZONE = ZoneInfo("Asia/Shanghai")


def export(arguments: argparse.Namespace) -> None:
    """Write a store as a town folder."""
    root, start = open_root(arguments.root), perf_counter()
    with open_store(arguments.store) as store:
        name = write_town(root, store.town, store.rule_texts(), store.ledger().frames)
        town = store.town
    size = sum(part.bytes for part in root.open(name).manifest.parts)
    say(f"已写入 {arguments.root}/{name}：{town.name}，{size / 1e6:.1f} MB，{perf_counter() - start:.1f} 秒。")


def figures(arguments: argparse.Namespace) -> int:
    """Print the figures of all towns of a folder; 1 when one of them could not be read."""
    root = open_root(arguments.root)
    folders = _towns_in(root, arguments.root)
    as_of: date = arguments.as_of or datetime.now(ZONE).date()
    asked = Asked(arguments.of, as_of, Question(arguments.level, arguments.months))
    with _crew(arguments) as workers:
        answers = _answers(workers, arguments.root, folders, asked)
    answers = _without_twins(answers)
    frame = merge([each.rows for each in answers if each.rows is not None], asked.subject, arguments.by)
    faults = [{"folder": each.folder, "problem": each.fault} for each in answers if each.fault]
    notes = [{"code": each.code, "note": each.note} for each in answers if each.note]
    facts = {"as_of": str(as_of), "of": asked.subject, "by": arguments.by, "towns": len(folders) - len(faults)}
    facts |= {"synthetic": any(each.synthetic for each in answers)}
    made_up = "　含合成数据（非真实）" if facts["synthetic"] else ""
    title = f"{SCALES[arguments.by]} {TITLES[asked.subject]} 截至 {as_of}{made_up}"
    sums = SUBJECTS[asked.subject]
    shown = ("rank", "rank_within", "code", "name", "towns", *sums.counts, *sums.rates)
    deliver(Figures(title, {**facts, "faults": faults, "notes": notes}, frame, shown), arguments)
    _say_some("注意", [f"{each['code']}：{each['note']}" for each in notes])
    _say_some("没有计入", [f"{each['folder']}：{each['problem']}" for each in faults])
    return 1 if faults else 0


def make(arguments: argparse.Namespace) -> None:
    """Make towns in parallel."""
    root, towns = open_root(arguments.root), arguments.towns
    for name in root.names():
        if not root.open(name).manifest.town.synthetic:
            raise FileProblem(
                f"{arguments.root} 里的 {name} 不是合成镇街。请换一个空文件夹，真实数据不和编造的放在一起。"
            )
    distinct = min(arguments.distinct or towns, towns)
    fresh = partial(make_folder, root=arguments.root, seed=arguments.seed)
    again = partial(copy_folder, root=arguments.root, seed=arguments.seed, distinct=distinct)
    start = perf_counter()
    with _crew(arguments) as workers, Progress("合成镇街", unit="个") as progress:
        made = 0
        for work, numbers in ((fresh, range(distinct)), (again, range(distinct, towns))):
            for done in workers.each(work, numbers):
                if isinstance(done.result, Lost):
                    raise FileProblem(f"第 {done.item + 1} 个没有造成：{done.result.why}。")
                made += 1
                progress.tell("在造", made, towns)
    say(f"造出 {towns:,} 个合成镇街（非真实），放在 {arguments.root}，{perf_counter() - start:.1f} 秒。")


def _towns_in(root: Root, named: str) -> list[str]:
    folders = root.names()
    if not folders:
        raise FileProblem(f"{named} 里没有镇街文件夹（{PREFIX}编码）。请先用 wangge many export STORE {named} 写入。")
    return folders


def _crew(arguments: argparse.Namespace) -> AbstractContextManager[Crew]:
    return crew(scheduler=arguments.scheduler, workers=arguments.workers, memory_mib=arguments.memory)


def _answers(workers: Crew, root: str, folders: Sequence[str], asked: Asked) -> list[Answer]:
    """Ask every town, and give the answers in the order of the folders."""
    start = perf_counter()
    found: dict[str, Answer] = {}
    with Progress("镇街", unit="个") as progress:
        for done in workers.each(partial(answer_of, root, asked=asked), folders):
            found[done.item] = lost(done.item, done.result.why) if isinstance(done.result, Lost) else done.result
            progress.tell("在算", len(found), len(folders))
    seconds, cpu = perf_counter() - start, sum(each.cpu_s for each in found.values())
    bound = f"上限 {workers.memory_bytes / 2**20:,.0f} MiB" if workers.memory_bytes else "不限"
    peak = max(each.peak_bytes for each in found.values()) / 2**20
    say(
        f"{len(folders):,} 个镇街，{workers.workers} 个进程，{seconds:.1f} 秒（处理器 {cpu:.1f} 秒）；"
        f"每个进程的内存{bound}，最多用了 {peak:,.0f} MiB。"
    )
    return [found[folder] for folder in folders]


def _without_twins(answers: Sequence[Answer]) -> list[Answer]:
    """Count a division code once: another folder with the same code becomes a fault."""
    first: dict[str, str] = {}
    kept = []
    for each in answers:
        holder = first.setdefault(each.code, each.folder) if each.code and each.rows is not None else each.folder
        twin = f"编码 {each.code} 和 {holder} 的相同，只计了那一个。请删去其中一个文件夹。"
        kept.append(each if holder == each.folder else replace(each, rows=None, note=None, fault=twin))
    return kept


def _say_some(label: str, lines: Sequence[str]) -> None:
    for line in lines[:SAID]:
        say(f"{label}：{line}")
    if len(lines) > SAID:
        say(f"{label}：另有 {len(lines) - SAID:,} 个，见 --format json。")
