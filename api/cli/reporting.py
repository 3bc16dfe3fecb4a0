"""`wangge report`: the tables and books that an office hands in, written into a folder."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from api.cli.figures import today
from api.cli.files import os_refusals_named, size
from api.cli.progress import Progress
from api.cli.rows import as_json
from api.cli.terminal import put, say, tell
from api.cli.usage import UsageProblem
from api.day import Day, State
from api.kept import Tables
from api.reports.asked import Asked, Papers, parse_period
from api.reports.freezing import packed, unpacked
from api.reports.kinds import KINDS, Kind
from coverage.rulebook import Rulebook
from coverage.span import unheard
from geodata.collector import resting
from geodata.errors import FileProblem, QuestionProblem
from geodata.store import Store, open_store
from geodata.store.reports import FrozenReport
from geodata.store.thumbnails import read_thumbnails
from geodata.untrusted import check_document


def report(arguments: argparse.Namespace) -> None:
    """Write a report's files into a folder: all of them, or none."""
    out: Path = arguments.out
    if arguments.kind == "templates":
        _write_templates(out)
        return
    if arguments.period is None:
        raise UsageProblem("请用 --period 指明哪一期，例如 2024-06 或 2024Q2。")
    kind = KINDS[arguments.kind]
    if (arguments.freeze or arguments.anew) and not kind.frozen:
        raise UsageProblem(f"{kind.title}不需要定稿：--freeze 和 --anew 只用于 quarterly、assessment。")
    module = kind.load()
    with resting(), open_store(arguments.store, write=arguments.freeze is not None) as store:
        asked = _asked(store, arguments, kind.periods, module.NEEDED)
        if arguments.freeze and asked.as_of < asked.period.last:
            raise QuestionProblem(
                f"{asked.period.chinese}到 {asked.period.last} 才结束，现在定稿，以后再出这一期就一直是今天的数字。"
                "请等期末再定稿；现在要看的，去掉 --freeze 出草稿。"
            )
        papers, edition = _papers(store, arguments, kind, asked)
        written = _write(papers, out)
    if arguments.format == "json":
        facts = {"kind": arguments.kind, "period": asked.period.label, "as_of": str(asked.as_of)}
        if kind.frozen:
            facts |= {"edition": edition and edition.edition, "hash": edition and edition.hash}
        put(as_json({**facts, "out": str(out), "files": written}))
        return
    tell(f"{asked.period.chinese}，统计截至 {asked.as_of}，写入 {out}：")
    for name in written:
        tell(f"  {name}（{size(out / name)}）")
    if edition:
        tell(f"这是定稿第 {edition.edition} 版（{edition.made_at[:10]}，{edition.made_by}），校验码 {edition.hash}。")
    elif kind.frozen:
        tell("这是草稿：核对无误后用 --freeze 姓名 定稿，以后再出这一期就是定稿的原样。")


def _papers(
    store: Store, arguments: argparse.Namespace, kind: Kind, asked: Asked
) -> tuple[Papers, FrozenReport | None]:
    """Give a report's files: as they were frozen, or made anew; frozen now when that is asked."""
    label = asked.period.label
    editions = store.frozen_reports(arguments.kind, label) if kind.frozen else []
    if editions and not (arguments.anew or arguments.freeze):
        return unpacked(store.frozen_content(editions[-1].id)), editions[-1]
    papers: Papers = kind.load().papers(asked)
    if arguments.freeze is None:
        return papers, None
    content = packed(dict(papers.contents()))
    edition = store.freeze_report(arguments.kind, label, content, arguments.freeze)
    return unpacked(content), edition


def _frozen(store: Store, kind: str, label: str) -> bytes | None:
    editions = store.frozen_reports(kind, label)
    return store.frozen_content(editions[-1].id) if editions else None


def _asked(
    store: Store,
    arguments: argparse.Namespace,
    kinds: Sequence[str],
    needed: Sequence[Mapping[str, tuple[str, ...]]],
) -> Asked:
    """Read what a report needs of the store, as of the report's day."""
    period, as_of = parse_period(arguments.period, kinds, today(store.town))
    day = day_of(store, as_of, needed)
    if warning := unheard(day.ledger, as_of):
        say(f"注意：{warning}")
    return Asked(
        period,
        day,
        datetime.now(store.town.zone).replace(microsecond=0),
        lambda other: Day(day.state, other),
        lambda photos: read_thumbnails(store.path, photos),
        lambda kind, label: _frozen(store, kind, label),
        _own_templates(arguments.templates),
    )


def day_of(store: Store, as_of: date, needed: Sequence[Mapping[str, tuple[str, ...]]]) -> Day:
    """Give the town as of a day, with the tables and columns that any of `needed` names."""
    columns = _together(needed)
    ledger = store.ledger(*columns, columns=columns)
    return Day(State(store.mark(), store.town, Tables.read(ledger.frames), Rulebook.read(store.rule_texts())), as_of)


def _together(needed: Sequence[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Give the tables and columns that any of them needs."""
    names = dict.fromkeys(name for each in needed for name in each)
    return {name: tuple(dict.fromkeys(column for each in needed for column in each.get(name, ()))) for name in names}


def _write(papers: Papers, out: Path) -> list[str]:
    """Write files beside the folder first, and move them into it when all are there."""
    with os_refusals_named(out):
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".wangge-") as folder, Progress("报表", unit="份") as progress:
            progress.tell("出表", 0, len(papers.names))
            for number, (name, content) in enumerate(papers.contents(), start=1):
                draft = Path(folder) / name
                draft.parent.mkdir(parents=True, exist_ok=True)
                draft.write_bytes(content)
                progress.tell("出表", number, len(papers.names))
            for name in papers.names:
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / name).replace(out / name)
    return papers.names


def _own_templates(folder: Path | None) -> dict[str, bytes]:
    """Read the town's own Word templates: those of a folder that are called as ours."""
    if folder is None:
        return {}
    from maps.tables.drafts import TEMPLATES  # noqa: PLC0415 - slow import

    if not folder.is_dir():
        raise FileProblem(f"{folder} 不是文件夹。请先用 wangge report STORE templates --out 文件夹 写出模板再改。")
    found = {name: check_document(folder / f"{name}.docx") for name in TEMPLATES if (folder / f"{name}.docx").exists()}
    if not found:
        raise FileProblem(f"{folder} 里没有模板，应有其中几个：{'、'.join(f'{name}.docx' for name in TEMPLATES)}。")
    return found


def _write_templates(out: Path) -> None:
    """Write the built-in Word templates for a town to edit; those that are there already are left."""
    from maps.tables.drafts import TEMPLATES, template  # noqa: PLC0415 - slow import

    with os_refusals_named(out):
        out.mkdir(parents=True, exist_ok=True)
        for name in TEMPLATES:
            path = out / f"{name}.docx"
            if path.exists():
                say(f"{path} 已经有了，没有动它。")
                continue
            path.write_bytes(template(name))
            tell(f"已写入 {path}")
    tell("用 Word 或 WPS 改好后，出表时加 --templates 这个文件夹。双花括号里的字段名不要改。")
