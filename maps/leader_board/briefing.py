"""The briefing (简报): a leader's board on one A4 page lying, for a meeting, and the same page as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pypdfium2

from coverage.course.transitions import STATE_WORDS
from coverage.leader_board import KEY_FIGURES
from maps.leader_board.content import Board, Tile
from maps.leader_board.drawing import STEPS, map_svg, spark_svg
from maps.strips import POINT, picture_of
from maps.tables import typesetting

PPI = 200.0
"""Pixels an inch of the picture: read on a phone, and small enough to be sent."""
ROWS = 17
"""Rows of the ranking (of more, the first and the last ones) or of places, below `MAJORS` major hazards."""
MAJORS = 5
STATES = {str(state): word for state, word in STATE_WORDS.items()}


def briefing_pdf(board: Board, made: datetime, *, part: str | None = None) -> bytes:
    """Set a board on one page.

    Parameters
    ----------
    made
        In the town's time: printed as a day, kept in the file's properties.
    part
        Which part of the town alone is counted; None: all of it.

    Raises
    ------
    FontProblem
        The machine has no Chinese font.
    """
    return typesetting.pdf("briefing", briefing_data(board, made, part), made)


def briefing_png(board: Board, made: datetime, *, part: str | None = None, ppi: float = PPI) -> bytes:
    """Give the same page as a picture of so many pixels an inch."""
    paper = briefing_pdf(board, made, part=part)
    with pypdfium2.PdfDocument(paper) as document:
        width, height = (round(side / POINT * ppi) for side in document[0].get_size())
    return picture_of(paper, width, height, ppi)


def briefing_data(board: Board, made: datetime, part: str | None = None) -> dict[str, Any]:
    """Give what the template reads."""
    day = board.as_of
    return {
        "office": board.town.name,
        "synthetic": board.town.synthetic,
        "scope": " › ".join(name for name, _ in board.path) + (f"（只含{part}）" if part else ""),
        "as_of": f"{day.year}年{day.month}月{day.day}日",
        "made": f"{made.year}年{made.month}月{made.day}日",
        "tiles": [_tile(each) for each in board.tiles],
        "map": _map(board),
        "table": _ranking(board) if board.parts else _places(board),
        "majors": _majors(board),
        "notes": _notes(board),
    }


def _tile(tile: Tile) -> dict[str, Any]:
    beside = [
        {
            "word": f"{each.word} {each.shown}",
            "said": f"{each.change['arrow']} {each.change['said']}" if each.change else "",
            "way": each.change["way"] if each.change else "same",
        }
        for each in tile.beside
    ]
    return {
        "word": tile.figure.word,
        "shown": tile.shown,
        "unit": tile.figure.unit if tile.shown != "—" else "",
        "alarm": tile.alarm,
        "beside": beside,
        "spark": spark_svg(tile.line),
    }


def _map(board: Board) -> dict[str, Any] | None:
    """Give the drawing with names and legend; None where there are no parts, or none has a border."""
    drawn = board.map
    if drawn is None:
        return None
    labels = [
        {"x": area.spot[0] / STEPS, "y": area.spot[1] / STEPS, "text": area.name}
        for area in drawn.areas
        if area is not None and area.name
    ]
    return {
        "title": f"各{board.parts}：{board.ranked.measure.long}",
        "drawing": map_svg(drawn),
        "width": drawn.width / STEPS,
        "height": drawn.height / STEPS,
        "labels": labels,
        "legend": [{"fill": colour, "words": words} for colour, words in drawn.legend],
    }


def _ranking(board: Board) -> dict[str, Any]:
    rows: Sequence[Mapping[str, Any] | None] = board.ranking
    room = _room(board)
    if len(rows) > room:
        rows = [*rows[: room // 2], None, *rows[-(room - room // 2 - 1) :]]
    word = board.ranked.measure.word
    return {
        "title": f"{board.parts}排名：{board.ranked.measure.long}",
        "header": ["名次", board.parts, word, board.against.word, "名次变化", board.ranked.of],
        "rows": [["…"] * 6 if row is None else _ranked(row) for row in rows],
    }


def _ranked(row: Mapping[str, Any]) -> list[str]:
    moved = row["moved"]
    way = "—" if moved is None else f"▲{moved}" if moved > 0 else f"▼{-moved}" if moved < 0 else "持平"
    rank = "无数据" if row["rank"] is None else str(row["rank"])
    written = row["shown"]
    return [rank, row["name"], written["value"], written["before"], way, written["whole"]]


def _places(board: Board) -> dict[str, Any]:
    """Give the places of an area that is not divided further, in the columns of a ranking."""
    return {
        "title": "场所：最要紧的在前",
        "header": ["序", "场所", "逾期隐患", "逾期未查", "未整改隐患", "待查"],
        "rows": [
            [str(at), row["name"], *(str(row[name]) for name in ("late", "overdue", "open", "pending"))]
            for at, row in enumerate(board.places[: _room(board)], start=1)
        ],
    }


def _room(board: Board) -> int:
    """Give how many rows the table above has: it takes the lines that major hazards leave."""
    return ROWS + MAJORS - min(len(board.majors), MAJORS)


def _majors(board: Board) -> dict[str, Any]:
    counted, standing = board.counted, len(board.majors)
    told = f"累计 {counted['major']} 处，未整改 {counted['major_open']} 处，未销号 {standing} 处"
    return {
        "title": f"重大隐患：{told}" + (f"（列期限最紧的 {MAJORS} 处）" if standing > MAJORS else ""),
        "header": ["隐患", "场所", "所在", "状态", "期限", "最近更新", "督办领导"],
        "rows": [_major(row) for row in board.majors[:MAJORS]],
    }


def _major(row: Mapping[str, Any]) -> list[str]:
    stale = f"（{row['days_since']} 天未更新）" if row["stale"] else ""
    lacking = f"（缺 {row['supervisors_missing']} 名）" if row["supervisors_missing"] else ""
    return [
        row["id"],
        row["place_name"] or row["place_id"] or "—",
        row["area_name"] or "—",
        STATES[row["state"]],
        f"{row['deadline'] or '—'}{_left(row)}",
        f"{row['last_entry']}{stale}",
        f"{row['supervisor'] or ''}{lacking}",
    ]


def _left(row: Mapping[str, Any]) -> str:
    """Write how long there is left, in working days."""
    days = row["days_left"]
    if days is None:
        return ""
    if row["clock"] == "overdue":
        return f"，逾期 {-days} 个工作日" if days else "，逾期"
    return f"，剩 {days} 个工作日" if days else "，最后一天"


def _notes(board: Board) -> list[str]:
    defined = "；".join(f"{each.word}：{each.how}" for each in KEY_FIGURES.values())
    return [
        f"指标口径：{defined}；{board.ranked.measure.long}：{board.ranked.measure.how}。",
        f"{board.against.sentence}对比的数按那一天为止的台账、规则和区域算；曲线是这一年各月的同一天。名次从好到差，"
        "相等的同一名次，没有数据的不排。红色只用于已经违反规则或期限的。",
        *board.notes,
    ]
