"""`wangge imports`, `wangge undo`: what was imported, and an import taken back."""

from __future__ import annotations

import argparse
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from api.cli.rows import as_json
from api.cli.stores import ACTOR
from api.cli.terminal import put, table, tell
from geodata.store import open_store
from geodata.tables import TABLES


def imports(arguments: argparse.Namespace) -> None:
    """List the newest imports, newest first."""
    with open_store(arguments.store) as store:
        found = store.imports(arguments.limit)
        found["at"] = found["at"].dt.tz_convert(store.town.zone)
    rows = [_plain(row) for row in found.to_dict("records")]
    if arguments.format == "json":
        put(as_json({"imports": rows}))
    else:
        tell(_listed(rows) if rows else f"{arguments.store}：还没有导入过文件。")


def _plain(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    """Give an import for JSON; `undoable` is what the store knows of, other rows may still stand in the way."""
    plain = {str(name): value for name, value in row.items() if name != "remembered"}
    undone = None if pd.isna(row["undone"]) else int(row["undone"])
    at = row["at"].isoformat(timespec="seconds")
    return {**plain, "at": at, "undone": undone, "undoable": bool(row["remembered"]) and undone is None}


def _listed(rows: Sequence[Mapping[str, Any]]) -> str:
    headers = ("编号", "时间", "表", "文件", "新增", "更新", "不变", "撤销")
    lines = [
        (
            str(row["id"]),
            row["at"][:16].replace("T", " "),
            TABLES[row["table"]].title,
            row["file"],
            *(f"{row[count]:,}" for count in ("inserted", "updated", "unchanged")),
            _state(row),
        )
        for row in rows
    ]
    return table(headers, lines, (True, False, False, False, True, True, True, False))


def _state(row: Mapping[str, Any]) -> str:
    if row["undone"] is not None:
        return f"已撤销（编号 {row['undone']}）"
    return "" if row["undoable"] else "旧版本写入，不能撤销"


def undo(arguments: argparse.Namespace) -> None:
    """Undo one import."""
    with open_store(arguments.store, write=True) as store:
        done = store.undo(arguments.import_id, actor=ACTOR)
    if arguments.format == "json":
        put(as_json(asdict(done)))
        return
    title = TABLES[done.table].title
    tell(
        f"已撤销导入 {done.import_id}（{done.file} → {title} {done.table}）："
        f"删去新增的 {done.deleted:,} 行，改回更新的 {done.restored:,} 行。本次撤销的编号 {done.undo_id}。"
    )
