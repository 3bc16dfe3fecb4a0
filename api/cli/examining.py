"""`wangge doctor`: what a file is, and how it would be read."""

from __future__ import annotations

import argparse
import math
from typing import Any

import pandas as pd

from api.cli.importing import LISTED, faults_table
from api.cli.rows import as_json
from api.cli.terminal import put, table, tell
from api.cli.usage import UsageProblem
from api.import_words import HOW
from geodata.doctor import Ground, share
from geodata.examining import Examination, examine
from geodata.model import Town
from geodata.photos.examining import PhotosExamined, are_photos, examine_photos
from geodata.store import open_store
from geodata.tables import TABLES

_WAYS = 6


def doctor(arguments: argparse.Namespace) -> None:
    """Say what a file is."""
    columns = dict(arguments.column)
    if len(columns) < len(arguments.column):
        raise UsageProblem("--column：同一个字段给了两次。")
    ground, timezone = Ground.unknown(), Town.timezone
    if arguments.town:
        with open_store(arguments.town) as store:
            ground = Ground.of(store.ledger(*Ground.COLUMNS, columns=Ground.COLUMNS))
            timezone = store.town.timezone
    if arguments.table == "photos" or are_photos(arguments.file):
        photos = examine_photos(arguments.file, ground, timezone)
        put(as_json(photos.as_dict())) if arguments.format == "json" else tell(text_of_photos(photos))
        return
    found = examine(
        arguments.file,
        ground,
        table=arguments.table,
        encoding=arguments.encoding,
        columns=columns,
        layer=arguments.layer,
    )
    put(as_json(found.as_dict())) if arguments.format == "json" else tell(text(found))


def text(found: Examination) -> str:
    """Say it for people."""
    like = f"像是 {TABLES[found.table].title} {found.table}" if found.table else "不像镇街的任何一张表，不能导入"
    facts = [
        ("文件", f"{found.file}，{found.rows:,} 行，{like}"),
        ("编码", found.encoding),
        ("列", "、".join(found.headers) or "无"),
        ("不认识的列", "、".join(found.unknown) or "无"),
        ("自带坐标系", found.metadata or "没有写明"),
        ("坐标系", _datum(found)),
        *([("依据", found.datum.evidence)] if found.datum else []),
    ]
    lines = [f"{name}：{value}" for name, value in facts]
    ways = [
        (finding.way.title, finding.way.system, share(finding.belief), _figures(finding.fit.figures))
        for finding in found.diagnosis.findings[:_WAYS]
    ]
    if len(ways) > 1:
        lines += ["", "可能的坐标系：", table(("读法", "--datum", "把握", "对照"), ways, (False, False, True, False))]
    if found.rejected:
        lines += ["", f"位置有问题、导入时会退回的 {len(found.rejected):,} 行：", faults_table(found.rejected)]
    if found.repaired:
        lines += ["", f"导入时会修复的 {len(found.repaired):,} 处："]
        lines += [f"  第 {repair.row} 行 {repair.what}" for repair in found.repaired[:LISTED]]
        lines += [f"…还有 {len(found.repaired) - LISTED:,} 处，见 --format json"] * (len(found.repaired) > LISTED)
    return "\n".join(lines + [f"注意：{warning}" for warning in found.warnings])


def text_of_photos(found: PhotosExamined) -> str:
    """Say of photos what each is."""
    lines = [
        f"文件：{found.file}，{found.rows:,} 张照片",
        f"坐标系：{_datum(found)}",
        *([f"依据：{found.datum.evidence}"] if found.datum else []),
    ]
    rows = [_photo(row) for row in found.photos.head(LISTED).itertuples()]
    if rows:
        headers = ("序号", "照片", "拍摄时间", "经度", "纬度", "海拔", "朝向", "相机", "像素")
        lines += ["", table(headers, rows, (True, False, False, True, True, True, True, False, False))]
        lines += [f"…还有 {len(found.photos) - LISTED:,} 张，见 --format json"] * (len(found.photos) > LISTED)
    if found.rejected:
        lines += ["", f"不能用的 {len(found.rejected):,} 个文件：", faults_table(found.rejected)]
    lines += [f"第 {repair.row} 张 {repair.what}" for repair in found.repaired[:LISTED]]
    return "\n".join(lines + [f"注意：{warning}" for warning in found.warnings])


def _photo(row: Any) -> tuple[str, ...]:
    def number(value: float, digits: int, unit: str = "") -> str:
        return "无" if math.isnan(value) else f"{value:.{digits}f}{unit}"

    return (
        str(row.row),
        row.shown,
        "无" if pd.isna(row.taken_at) else f"{row.taken_at:%Y-%m-%d %H:%M:%S}",
        number(row.lon, 6),
        number(row.lat, 6),
        number(row.altitude, 0, " 米"),
        number(row.direction, 0, "°"),
        "无" if pd.isna(row.camera) else row.camera,
        f"{row.width:.0f}×{row.height:.0f}",
    )


def _datum(found: Examination | PhotosExamined) -> str:
    if found.datum is None:
        return f"没有把握。{found.asks}" if found.asks else "没有坐标"
    sure = "" if found.datum.confidence is None else f"，把握 {share(found.datum.confidence)}"
    return f"{found.datum.way.title}（{HOW[found.datum.how]}{sure}）"


def _figures(figures: dict[str, str]) -> str:
    return "，".join(f"{word} {value}" for word, value in figures.items())
