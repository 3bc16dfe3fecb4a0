"""`wangge board`: the leader's board (领导看板) of a day in words, as JSON, as a workbook, or the briefing on A4."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from api.cli.figures import today
from api.cli.files import replacing, size
from api.cli.reporting import day_of
from api.cli.rows import as_json
from api.cli.terminal import put, say, table, tell
from api.leader_board import board_of
from api.leader_board_said import board_said
from coverage.assess import NEEDED as OF_DUTIES
from coverage.course.clocks import NEEDED as OF_CLOCKS
from coverage.course.transitions import STATE_WORDS
from coverage.span import unheard
from geodata.store import open_store
from maps.leader_board.content import Board, Tile
from maps.tables.sheet import Column, Sheet

STATES = {str(state): word for state, word in STATE_WORDS.items()}
MAJORS = (
    *(("id", "隐患编号"), ("place_name", "场所"), ("area_name", "所在"), ("category", "类别"), ("state", "状态")),
    *(("found", "发现"), ("deadline", "期限"), ("last_entry", "最近更新"), ("supervisor", "督办领导")),
)
PLACES = (
    *(("id", "编号"), ("name", "场所"), ("risk", "风险等级"), ("late", "逾期隐患"), ("overdue", "逾期未查")),
    *(("open", "未整改隐患"), ("pending", "待查"), ("last", "最近检查")),
)
COUNTED = frozenset(("late", "overdue", "open", "pending"))
"""Of them, what is a number in the workbook too."""


def board(arguments: argparse.Namespace) -> None:
    """Print the board of a day, or write it into a file."""
    with open_store(arguments.store) as store:
        day = day_of(store, arguments.as_of or today(store.town), (OF_DUTIES, OF_CLOCKS))
    if warning := unheard(day.ledger, day.as_of):
        say(f"注意：{warning}")
    found = board_of(day, arguments.area, arguments.figure, arguments.against)
    out: Path | None = arguments.out
    if out:
        _write(found, out)
        say(f"已写入 {out}：{size(out)}。")
    match arguments.format or ("" if out else "table"):
        case "json":
            put(as_json(board_said(found)))
        case "table":
            _tell(found)


def _write(found: Board, out: Path) -> None:
    now = datetime.now(found.town.zone).replace(microsecond=0)
    with replacing(out) as draft:
        match out.suffix.lower():
            case ".json":
                draft.write_text(as_json(board_said(found)) + "\n", encoding="utf-8")
            case ".xlsx":
                from maps.tables.xlsx import workbook  # noqa: PLC0415 - Excel is loaded only to write Excel

                draft.write_bytes(workbook(board_sheets(found), now))
            case ".pdf":
                from maps.leader_board.briefing import briefing_pdf  # noqa: PLC0415 - the typesetter: slow import

                draft.write_bytes(briefing_pdf(found, now))
            case ".png":
                from maps.leader_board.briefing import briefing_png  # noqa: PLC0415

                draft.write_bytes(briefing_png(found, now))


def _tell(found: Board) -> None:
    """Write the figures and the ranking as people read them."""
    tell(f"{found.name} 领导看板 截至 {found.as_of}。{found.against.sentence}")
    many = max(len(tile.beside) for tile in found.tiles)
    head = ["指标", "数", *["对比", "变化"] * many]
    rows = [[tile.figure.word, _value(tile), *_beside(tile, many)] for tile in found.tiles]
    put(table(head, rows, [False, True, *[False] * (2 * many)]))
    if found.parts:
        tell(f"各{found.parts}：{found.ranked.measure.long}")
        head = ["名次", found.parts, found.ranked.measure.word, found.against.word, "升降", found.ranked.of]
        put(table(head, [_ranked(row) for row in found.ranking], [True, False, True, True, True, True]))
    for note in found.notes:
        say(note)


def _value(tile: Tile) -> str:
    return tile.shown if tile.value is None else f"{tile.shown}{tile.figure.unit}"


def _beside(tile: Tile, many: int) -> list[str]:
    """Give two cells for each of so many days: the figure then, and what changed."""
    cells = [
        cell for each in tile.beside for cell in (f"{each.word} {each.shown}", (each.change or {}).get("said", ""))
    ]
    return [*cells, *[""] * (2 * many - len(cells))]


def _ranked(row: Mapping[str, Any]) -> list[str]:
    rank, moved, shown = row["rank"], row["moved"], row["shown"]
    way = "—" if moved is None else f"{moved:+d}" if moved else "持平"
    return ["无数据" if rank is None else str(rank), row["name"], shown["value"], shown["before"], way, shown["whole"]]


def board_sheets(found: Board) -> list[Sheet]:
    """Give the board as sheets of a workbook: figures, ranking or places, major hazards."""
    facts = [f"{found.name}，统计截至 {found.as_of}", found.against.sentence]
    parts = _ranking(found, facts) if found.parts else _listed("场所", PLACES, found.places, facts)
    majors = [{**each, "state": STATES[each["state"]]} for each in found.majors]
    return [_figures(found, facts), parts, _listed("重大隐患", MAJORS, majors, facts)]


def _figures(found: Board, facts: list[str]) -> Sheet:
    columns = [Column("name", "指标"), Column("value", "数", "number"), Column("unit", "单位")]
    columns += [Column(f"{what}{at}", word) for at in (1, 2) for what, word in (("then", "对比"), ("change", "变化"))]
    columns.append(Column("how", "口径"))
    rows = []
    for tile in found.tiles:
        share = tile.figure.unit == "%" and tile.value is not None
        row: dict[str, Any] = {"name": tile.figure.word, "unit": tile.figure.unit, "how": tile.figure.how}
        row["value"] = round(100 * float(tile.value or 0), 1) if share else tile.value
        for at, each in enumerate(tile.beside, start=1):
            row |= {f"then{at}": f"{each.word} {each.shown}", f"change{at}": each.change and each.change["said"]}
        rows.append(row)
    return Sheet("主要数字", f"{found.name} 领导看板", columns, _frame(rows, columns), facts, notes=found.notes)


def _ranking(found: Board, facts: list[str]) -> Sheet:
    kind, word = found.ranked.measure.kind, found.ranked.measure.word
    style: Any = "rate" if kind == "%" else "number"
    columns = [Column("rank", "名次", "count"), Column("code", "编码"), Column("name", found.parts)]
    columns += [Column("value", word, style), Column("before", found.against.word, style)]
    columns += [Column("moved", "名次升降", "count"), Column("whole", found.ranked.of, "count")]
    rows = [{**row, "code": str(row["area"]).partition(":")[2]} for row in found.ranking]
    title = f"各{found.parts}：{found.ranked.measure.long}"
    return Sheet(f"{found.parts}排名", title, columns, _frame(rows, columns), facts)


def _listed(name: str, fields: Any, rows: Any, facts: list[str]) -> Sheet:
    columns = [Column(field, header, "count" if field in COUNTED else "text") for field, header in fields]
    return Sheet(name, name, columns, _frame(rows, columns), facts)


def _frame(rows: Any, columns: list[Column]) -> pd.DataFrame:
    return pd.DataFrame(
        {each.field: pd.Series([row.get(each.field) for row in rows], dtype=object) for each in columns}
    )
