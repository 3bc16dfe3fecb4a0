"""A leader's board as figures: the JSON of the interface and of `wangge board`."""

from __future__ import annotations

from typing import Any

from maps.leader_board.content import Board, Tile

MAJOR_FIELDS = (
    *("id", "place_id", "place_name", "area_name", "category", "state", "found", "deadline", "clock", "days_left"),
    *("last_entry", "days_since", "stale", "supervisor", "supervisors_missing", "zero_in"),
)


def board_said(board: Board) -> dict[str, Any]:
    """Give all that a board shows as plain values; shares run from 0 to 1, None: not known."""
    return {
        "as_of": board.as_of.isoformat(),
        "town": board.town.name,
        "level": str(board.level),
        "area": board.area and board.area.partition(":")[2],
        "name": board.name,
        "against": {
            "as_of": board.against.day.isoformat(),
            "word": board.against.word,
            "note": board.against.sentence,
        },
        "figures": [_figure(each) for each in board.tiles],
        "ranked_by": {
            "figure": board.ranked.measure.key,
            "name": board.ranked.measure.long,
            "how": board.ranked.measure.how,
            "better": board.ranked.measure.better,
            "of": board.ranked.of,
        },
        "rows": [_row(dict(each)) for each in board.ranking],
        "major": board.counted["major"],
        "major_open": board.counted["major_open"],
        "majors": [{name: each[name] for name in MAJOR_FIELDS} for each in board.majors],
        "places": [dict(each) for each in board.places],
        "notes": list(board.notes),
    }


def _figure(tile: Tile) -> dict[str, Any]:
    figure = tile.figure
    return {
        "figure": figure.key,
        "name": figure.word,
        "how": figure.how,
        "unit": figure.unit,
        "value": tile.value,
        "alarm": tile.alarm,
        "beside": [
            {
                "as_of": each.day.isoformat(),
                "word": each.word,
                "value": each.value,
                "change": each.by,
                "said": each.change["said"] if each.change else None,
            }
            for each in tile.beside
        ],
        "course": [{"as_of": day.isoformat(), "value": value} for day, value in tile.course],
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    level, _, code = str(row["area"]).partition(":")
    return {"level": level, "area": code, **{key: row[key] for key in row if key not in ("area", "shown")}}
