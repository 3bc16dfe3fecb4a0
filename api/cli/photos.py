"""`wangge import STORE photos`: pictures and folders of pictures, attached to the inspections that they show."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from api.cli.importing import LISTED, report_text
from api.cli.rows import as_json
from api.cli.stores import ACTOR
from api.cli.terminal import put, table, tell
from api.cli.usage import UsageProblem
from geodata.photos.importing import MINUTES, PhotoReport, import_photos
from geodata.store import open_store

HOW = {"name": "检查记录写着文件名", "time": "时间、地点相符", "made": "由照片生成检查记录"}
_EVERY_S = 0.2


def import_pictures(arguments: argparse.Namespace) -> None:
    """Import photos and report on all of them together."""
    if arguments.column or arguments.level or arguments.layer or arguments.encoding != "auto":
        raise UsageProblem("--column、--level、--layer、--encoding 用于表格和地图文件，照片没有这些。")
    with open_store(arguments.store, write=True) as store:
        report = import_photos(
            store,
            arguments.files,
            datum=arguments.datum,
            officer=arguments.officer,
            minutes=MINUTES if arguments.minutes is None else arguments.minutes,
            as_inspections=arguments.as_inspections,
            strict=arguments.strict,
            dry_run=arguments.dry_run,
            actor=ACTOR,
            progress=_progress() if sys.stderr.isatty() else None,
        )
    if arguments.format == "json":
        put(as_json(report.as_dict()))
    else:
        tell(photos_text(report))


def photos_text(report: PhotoReport) -> str:
    """Say what an import did with photos, as a person reads it."""
    lines = [report_text(report)]
    counts = ((HOW[how], sum(each["how"] == how for each in report.attached)) for how in HOW)
    said = [f"{word} {count:,} 张" for word, count in counts if count]
    lines.append(f"新对上检查记录 {len(report.attached):,} 张" + (f"：{'，'.join(said)}。" if said else "。"))
    if report.made_inspections:
        columns = ("id", "place_id", "at", "photos")
        headers = ("新生成的检查", "场所", "时间", "照片")
        lines.append(_table(headers, columns, report.made_inspections, right=3))
        if report.made_import_id is not None:
            lines.append(
                f"生成的检查记录导入编号 {report.made_import_id}（要撤销的话，先撤销照片的 {report.import_id}）。"
            )
    if report.unattached:
        lines.append(f"没有对上检查记录 {len(report.unattached):,} 张：")
        lines.append(_table(("序号", "照片", "原因"), ("row", "photo", "why"), report.unattached, right=0))
    return "\n".join(lines)


def _table(headers: Sequence[str], fields: Sequence[str], rows: Sequence[dict[str, Any]], *, right: int) -> str:
    texts = [[str(row[field]) for field in fields] for row in rows[:LISTED]]
    laid = table(headers, texts, [at == right for at in range(len(headers))])
    return laid + (f"\n…还有 {len(rows) - LISTED:,} 行，见 --format json" if len(rows) > LISTED else "")


def _progress() -> Callable[[int, int], None]:
    """Give what shows on the terminal how many photos are read, and how many a second."""
    started = shown = time.monotonic()

    def show(done: int, of: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if done < of and now - shown < _EVERY_S:
            return
        shown = now
        rate = done / max(now - started, 1e-9)
        sys.stderr.write(f"\r已读 {done:,} / {of:,} 张照片，每秒 {rate:.0f} 张" + "\n" * (done == of))
        sys.stderr.flush()

    return show
