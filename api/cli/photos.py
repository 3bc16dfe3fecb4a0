"""`wangge import STORE photos`: pictures and folders of pictures, attached to the inspections that they show."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from typing import Any

from api.cli.importing import LISTED, report_text
from api.cli.progress import Progress
from api.cli.rows import as_json
from api.cli.stores import ACTOR
from api.cli.terminal import put, table, tell
from api.cli.usage import UsageProblem
from geodata.photos.importing import MINUTES, PhotoReport, import_photos
from geodata.store import open_store

_OF_FILES = ("column", "save_columns", "encoding", "level", "layer", "form", "gazetteer", "save_unsure")
HOW = {"name": "检查记录写着文件名", "time": "时间、地点相符", "made": "由照片生成检查记录"}


def import_pictures(arguments: argparse.Namespace) -> None:
    """Import photos and report on all of them together."""
    given = [name for name in _OF_FILES if getattr(arguments, name) not in (None, False, [], "auto")]
    if given:
        raise UsageProblem(f"--{given[0].replace('_', '-')} 用于表格和地图文件，照片没有这些。")
    with open_store(arguments.store, write=True) as store, Progress("照片", unit="张") as progress:
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
            progress=partial(progress.tell, "读取"),
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
