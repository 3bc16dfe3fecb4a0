"""The leader's board (领导看板) of an area as of a day: its figures beside other days, ranking, map, major hazards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.changes import change
from api.day import Day
from api.desk import Desk
from api.pages.rendering import number, percent
from coverage.figures import records
from coverage.leader_board import KEY_FIGURES, KeyFigure, Standing, key_figures, ranks
from coverage.worst_places import worst_places
from geodata.errors import QuestionProblem
from geodata.model import Level
from grids.hierarchy import find_area, parts_of, path_to
from maps.leader_board.content import Beside, Board, Tile
from maps.leader_board.drawing import AreaMap, area_map, spark
from maps.leader_board.ranked import RANKED, Ranked, measure_values
from maps.measuring import number as measure_number

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WORST = 50
"""So many places of an area that is not divided further are listed."""
FIRST = "overdue_rate"
"""The measure that the board opens with."""
BESIDE = (("上月同日", -2), ("去年同日", 0))
"""Which of the standings a figure is laid beside."""


def day_at_hand(desk: Desk, as_of: date) -> Day:
    """Give a day with what boards are made of, as new as the moment of asking; leaders who look at once share it."""

    def made() -> Day:
        day = desk.day(as_of)
        _ = day.standings, day.clocks
        return day

    return desk.boards.get(as_of, made)


def board_of(day: Day, area: str | None = None, measure: str = FIRST) -> Board:
    """Give the board of an area, None: of the whole town, its parts ranked by a measure of `RANKED`.

    QuestionProblem when there is no such measure or area.
    """
    if measure not in RANKED:
        known = "、".join(f"{key}（{each.measure.word}）" for key, each in RANKED.items())
        raise QuestionProblem(f"没有指标“{measure}”，可选：{known}。")
    areas, ranked = day.register.areas, RANKED[measure]
    at = 0 if area is None else find_area(areas, area)
    below = parts_of(areas, at)
    level = Level(str(areas["level"].iat[at]))
    under = Level(str(areas["level"].iat[below[0]])) if len(below) else level
    days = day.standings[level]
    own = [each.of_area(str(areas["code"].iat[at]) if at else None) for each in days]
    rows = _ranking(day, below, under, ranked) if len(below) else []
    hazards, majors = day.register.hazards, day.clocks.majors
    return Board(
        name=str(areas["name"].iat[at]),
        level=level,
        as_of=day.as_of,
        town=day.ledger.town,
        area=_asked(day, at),
        path=[(str(areas["name"].iat[each]), _asked(day, each)) for each in path_to(areas, at)],
        tiles=_tiles(day, days, own, _asked(day, at)),
        parts=under.chinese if len(below) else "",
        ranked=ranked,
        ranking=sorted(rows, key=lambda row: (row["rank"] is None, row["rank"] or 0)),
        map=_map(day, below, under, str(areas["name"].iat[at]), ranked) if len(below) else None,
        named=rows,
        majors=records(majors[_inside(majors, level, at)]),
        counted={name: int(hazards.loc[_inside(hazards, level, at), name].sum()) for name in ("major", "major_open")},
        places=[] if len(below) else records(worst_places(day.assessment, day.register, level, at, WORST)),
        notes=_notes(day, days, own, below, under),
    )


def _inside(rows: pd.DataFrame, level: Level, at: int) -> Flags:
    """Say which rows lie in an area; the root (0) holds all of them."""
    return np.asarray(rows[str(level)] == at, dtype=bool)


def _asked(day: Day, at: int) -> str | None:
    """Give how an area is asked for; the root needs no word."""
    areas = day.register.areas
    return f"{areas['level'].iat[at]}:{areas['code'].iat[at]}" if at else None


# Figures


def _tiles(day: Day, days: Sequence[Standing], own: Sequence[pd.Series], area: str | None) -> list[Tile]:
    course = [key_figures(each) for each in own]
    rankings = {each.figure: key for key, each in RANKED.items()}
    tiles = []
    for key, figure in KEY_FIGURES.items():
        values = np.array([float(each[key]) for each in course])
        tiles.append(
            Tile(
                figure=figure,
                shown=shown(values[-1], figure),
                beside=[
                    _beside(f"{word}（{_day(days[then])}）", figure, float(values[then]), float(values[-1]))
                    for word, then in BESIDE
                    if then or not math.isnan(values[then])  # a year back many a town had no ledger
                ],
                line=spark(values),
                told=_told(figure, days, values.tolist()),
                alarm=bool(figure.watched and values[-1] > 0),
                opens=_opens(day, figure, area),
                ranking=rankings.get(key),
            )
        )
    return tiles


def _told(figure: KeyFigure, days: Sequence[Standing], values: Sequence[float]) -> str:
    """Tell the course in words, for who can't see the line."""
    known = [
        f"{then.as_of.year}年{then.as_of.month}月 {shown(value, figure)}{figure.unit}"
        for then, value in zip(days, values, strict=True)
        if not math.isnan(value)
    ]
    return f"{figure.word}，各月同日：{'，'.join(known) or '没有台账'}"


def _day(then: Standing) -> str:
    return f"{then.as_of.month}月{then.as_of.day}日"


def shown(value: float, figure: KeyFigure) -> str:
    """Write a figure without its unit."""
    return percent(value).removesuffix("%") if figure.unit == "%" else number(value)


def _beside(word: str, figure: KeyFigure, then: float, now: float) -> Beside:
    if math.isnan(then):
        return Beside(word, "没有台账", None)
    by = None if math.isnan(now) else now - then
    return Beside(word, shown(then, figure) + figure.unit, change({f"{figure.key}_change": by}, figure.key))


def _opens(day: Day, figure: KeyFigure, area: str | None) -> str:
    """Give the address of the rows that a figure counts, or that it lacks."""
    as_of = day.as_of.isoformat()
    asked = {"as_of": as_of, **({"area": area} if area else {})}
    if figure.key == "verified_rate":
        return f"/visits?{urlencode(asked)}"
    if figure.of == "duties":
        state = {"state": "overdue"} if figure.key == "overdue" else {}
        return f"/?{urlencode({**asked, **state})}#list"
    states = {"rectified_rate": "rectified", "open": "open", "late": "overdue", "major_open": "major_open"}
    if figure.key == "found":
        return f"/hazards?{urlencode({**asked, 'from': day.as_of.replace(day=1).isoformat(), 'to': as_of})}"
    return f"/hazards?{urlencode({**asked, 'state': states[figure.key]})}"


# Areas below


def _ranking(day: Day, below: Ints, level: Level, ranked: Ranked) -> list[dict[str, Any]]:
    """Give a row an area, in order of their codes."""
    areas, key, better = day.register.areas, ranked.measure.key, ranked.measure.better
    now, then = (_of_parts(day, below, each) for each in day.standings[level][:-3:-1])
    values, before = measure_values(now, key), measure_values(then, key)
    places, places_before = ranks(values, better), ranks(before, better)
    return [
        {
            "rank": None if math.isnan(place) else int(place),
            "moved": None if math.isnan(place_before - place) else int(place_before - place),
            "name": str(areas["name"].iat[at]),
            "area": _asked(day, at),
            "value": measure_number(value, ranked.measure.kind),
            "before": measure_number(value_before, ranked.measure.kind),
            "whole": number(whole),
        }
        for at, value, value_before, place, place_before, whole in zip(
            below.tolist(), values, before, places, places_before, now[ranked.whole], strict=True
        )
    ]


def _map(day: Day, below: Ints, level: Level, within: str, ranked: Ranked) -> AreaMap | None:
    areas = day.register.areas
    values = measure_values(_of_parts(day, below, day.standings[level][-1]), ranked.measure.key)
    shapes = np.asarray(areas.geometry.array[below], dtype=object)
    # inside 某社区 the grid 某社区第3网格 is 第3网格
    names = [name.removeprefix(within) or name for name in areas["name"].iloc[below].tolist()]
    return area_map(shapes, values, names, ranked.measure)


def _notes(day: Day, days: Sequence[Standing], own: Sequence[pd.Series], below: Ints, under: Level) -> list[str]:
    """Say what the figures leave open: months that the ledger does not hold, places that are in none of the parts."""
    notes = [f"{each.as_of}：{each.note}。" for each in days[-2:] if each.note]
    if not len(below):
        return notes
    inside = _of_parts(day, below, day.standings[under][-1])["places"].sum()
    beside = own[-1]["places"] - inside
    if beside > 0:
        notes.append(f"另有 {number(beside)} 处场所没有坐标或不在下面任何一个{under.chinese}里，只计入本级的数字。")
    elif beside < 0:
        notes.append(f"下面各{under.chinese}有的伸出本级边界，场所之和比本级多 {number(-beside)} 处。")
    return notes


def _of_parts(day: Day, below: Ints, then: Standing) -> pd.DataFrame:
    """Give the counts of areas of today as of another day, row by row; NaN for one that was not there."""
    return then.rows.set_axis(then.areas["code"]).reindex(day.register.areas["code"].iloc[below])
