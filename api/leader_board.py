"""The leader's board (领导看板) of an area as of a day: its figures beside other days, ranking, map, major hazards."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
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
from coverage.leader_board import KEY_FIGURES, KeyFigure, Standing, is_alike, key_figures, ranks
from coverage.periods import check_day
from coverage.worst_places import worst_places
from geodata.errors import QuestionProblem
from geodata.model import Level
from grids.hierarchy import find_area, parts_of, path_to
from maps.leader_board.content import Against, Beside, Board, Tile
from maps.leader_board.drawing import AreaMap, Outlines, area_map, outlines_of, spark
from maps.leader_board.ranked import RANKED, Ranked, measure_values
from maps.measuring import number as measure_number

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WORST = 50
"""So many places of an area that is not divided further are listed."""
FIRST = "overdue_rate"
"""The measure that the board opens with."""
MONTH, YEAR = "month", "year"
BESIDE = MappingProxyType({MONTH: ("上月同日", -2), YEAR: ("去年同日", 0)})
"""Which of the standings a board is laid beside when no day is named."""


def day_at_hand(desk: Desk, as_of: date) -> Day:
    """Give a day with what boards are made of, as new as the moment of asking; leaders who look at once share it."""

    def made() -> Day:
        day = desk.day(as_of)
        _ = day.standings, day.clocks
        return day

    return desk.boards.get(as_of, made)


def board_of(day: Day, area: str | None = None, measure: str = FIRST, against: str = MONTH) -> Board:
    """Give the board of an area, None: of the whole town, its parts ranked by a measure of `RANKED`.

    `against` is what it is laid beside: `month` or `year`, the same day of the month or year before, or an earlier day.
    QuestionProblem when there is no such measure or area, or the day does not lie before.
    """
    if measure not in RANKED:
        known = "、".join(f"{key}（{each.measure.word}）" for key, each in RANKED.items())
        raise QuestionProblem(f"没有指标“{measure}”，可选：{known}。")
    areas, ranked = day.register.areas, RANKED[measure]
    at = 0 if area is None else find_area(areas, area)
    below = parts_of(areas, at)
    level = Level(str(areas["level"].iat[at]))
    under = Level(str(areas["level"].iat[below[0]])) if len(below) else level
    days, other = day.standings[level], _against(day, against)
    code = str(areas["code"].iat[at]) if at else None
    own = [each.of_area(code) for each in days]
    beside = {word: days[then] for word, then in BESIDE.values()}
    if against not in BESIDE:
        beside = {other.word: day.beside(other.day)[level], **dict(list(beside.items())[:1])}
    rows = _ranking(day, below, under, ranked, other) if len(below) else []
    hazards, majors = day.register.hazards, day.clocks.majors
    return Board(
        name=str(areas["name"].iat[at]),
        level=level,
        as_of=day.as_of,
        town=day.ledger.town,
        against=other,
        area=_asked(day, at),
        path=[(str(areas["name"].iat[each]), _asked(day, each)) for each in path_to(areas, at)],
        tiles=_tiles(day, own, [(word, each, each.of_area(code)) for word, each in beside.items()], _asked(day, at)),
        parts=under.chinese if len(below) else "",
        ranked=ranked,
        ranking=sorted(rows, key=lambda row: (row["rank"] is None, row["rank"] or 0)),
        map=_map(day, at, below, under, ranked) if len(below) else None,
        named=rows,
        majors=records(majors[_inside(majors, level, at)]),
        counted={name: int(hazards.loc[_inside(hazards, level, at), name].sum()) for name in ("major", "major_open")},
        places=[] if len(below) else records(worst_places(day.assessment, day.register, level, at, WORST)),
        notes=_notes(day, [*beside.values(), days[-1]], own, below, under),
    )


def _against(day: Day, asked: str) -> Against:
    """Give the day that is asked for, with a sentence that says what may be compared with it."""
    if asked in BESIDE:
        word, at = BESIDE[asked]
        then = next(iter(day.standings.values()))[at].as_of
        return Against(asked, then, word, f"和{word}（{then}）比：月初比月初，月末比月末。")
    then = _day_written(asked)
    if then >= day.as_of:
        raise QuestionProblem(f"对比的日期 {then} 要早于截至日 {day.as_of}，请换一天。")
    apart = [each.word for each in KEY_FIGURES.values() if not is_alike(each, then, day.as_of)]
    parts = (
        f"{then} 和 {day.as_of} 不在月份的同一天，一期里走到的地方不同：{'、'.join(apart)}只并列，不算升降；其余照比。"
        if apart
        else f"和 {then} 比：都在月份的同一天，各数都可以比。"
    )
    return Against(asked, then, str(then), parts)


def _day_written(text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.A):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        words = "写 month（上月同日）、year（去年同日），或一个日期，例如 2024-03-31"
        raise QuestionProblem(f"“{text}”不能用来对比：{words}。") from None
    check_day(day)
    return day


def _inside(rows: pd.DataFrame, level: Level, at: int) -> Flags:
    """Say which rows lie in an area; the root (0) holds all of them."""
    return np.asarray(rows[str(level)] == at, dtype=bool)


def _asked(day: Day, at: int) -> str | None:
    """Give how an area is asked for; the root needs no word."""
    areas = day.register.areas
    return f"{areas['level'].iat[at]}:{areas['code'].iat[at]}" if at else None


# Figures


def _tiles(
    day: Day, own: Sequence[pd.Series], beside: Sequence[tuple[str, Standing, pd.Series]], area: str | None
) -> list[Tile]:
    """Give the tiles: `own` are the counts of the months, `beside` those of the days that they are laid beside."""
    days = [each.as_of for each in next(iter(day.standings.values()))]
    course, others = [key_figures(each) for each in own], [(*each[:2], key_figures(each[2])) for each in beside]
    rankings = {each.figure: key for key, each in RANKED.items()}
    tiles = []
    for key, figure in KEY_FIGURES.items():
        values = np.array([float(each[key]) for each in course])
        tiles.append(
            Tile(
                figure=figure,
                value=known(float(values[-1])),
                shown=shown(values[-1], figure),
                beside=[
                    _beside(word, then.as_of, figure, float(told[key]), float(values[-1]), day.as_of)
                    for word, then, told in others
                    # a year back many a town had no ledger
                    if word != BESIDE[YEAR][0] or not math.isnan(told[key])
                ],
                course=[(then, known(float(value))) for then, value in zip(days, values, strict=True)],
                line=spark(values),
                told=_told(figure, days, values.tolist()),
                alarm=bool(figure.watched and values[-1] > 0),
                opens=_opens(day, figure, area),
                ranking=rankings.get(key),
            )
        )
    return tiles


def known(value: float) -> float | None:
    """Give a figure, None for one that is not known."""
    return None if math.isnan(value) else value


def _told(figure: KeyFigure, days: Sequence[date], values: Sequence[float]) -> str:
    """Tell the course in words, for who can't see the line."""
    told = [
        f"{then.year}年{then.month}月 {shown(value, figure)}{figure.unit}"
        for then, value in zip(days, values, strict=True)
        if not math.isnan(value)
    ]
    return f"{figure.word}，各月同日：{'，'.join(told) or '没有台账'}"


def shown(value: float, figure: KeyFigure) -> str:
    """Write a figure without its unit."""
    return percent(value).removesuffix("%") if figure.unit == "%" else number(value)


def _beside(word: str, on: date, figure: KeyFigure, then: float, now: float, as_of: date) -> Beside:
    named = f"{on.year}年{on.month}月{on.day}日" if word == str(on) else f"{word}（{on.month}月{on.day}日）"
    if math.isnan(then):
        return Beside(named, on, None, "没有台账", None, None)
    by = None if math.isnan(now) or not is_alike(figure, on, as_of) else now - then
    said = change({f"{figure.key}_change": by}, figure.key)
    return Beside(named, on, then, shown(then, figure) + figure.unit, by, said)


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


def _ranking(day: Day, below: Ints, level: Level, ranked: Ranked, other: Against) -> list[dict[str, Any]]:
    """Give a row an area, in order of their codes."""
    areas, key, better = day.register.areas, ranked.measure.key, ranked.measure.better
    days = day.standings[level]
    beside = days[BESIDE[other.asked][1]] if other.asked in BESIDE else day.beside(other.day)[level]
    alike = is_alike(KEY_FIGURES[ranked.figure], other.day, day.as_of)
    now, then = (_of_parts(day, below, each) for each in (days[-1], beside))
    values, before = measure_values(now, key), measure_values(then, key)
    places, places_before = ranks(values, better), ranks(before, better)
    return [
        {
            "rank": None if math.isnan(place) else int(place),
            "moved": int(place_before - place) if alike and not math.isnan(place_before - place) else None,
            "name": str(areas["name"].iat[at]),
            "area": _asked(day, at),
            "value": known(float(value)),
            "before": known(float(value_before)),
            "whole": known(float(whole)),
            "shown": {
                "value": measure_number(value, ranked.measure.kind),
                "before": measure_number(value_before, ranked.measure.kind),
                "whole": number(whole),
            },
        }
        for at, value, value_before, place, place_before, whole in zip(
            below.tolist(), values, before, places, places_before, now[ranked.whole], strict=True
        )
    ]


def _map(day: Day, at: int, below: Ints, level: Level, ranked: Ranked) -> AreaMap | None:
    areas = day.register.areas
    within = str(areas["name"].iat[at])

    def drawn() -> Outlines | None:
        shapes = np.asarray(areas.geometry.array[below], dtype=object)
        # inside 某社区 the grid 某社区第3网格 is 第3网格
        names = [name.removeprefix(within) or name for name in areas["name"].iloc[below].tolist()]
        return outlines_of(shapes, names)

    outlines = day.outlines(at, drawn)
    values = measure_values(_of_parts(day, below, day.standings[level][-1]), ranked.measure.key)
    return None if outlines is None else area_map(outlines, values, ranked.measure)


def _notes(day: Day, days: Sequence[Standing], own: Sequence[pd.Series], below: Ints, under: Level) -> list[str]:
    """Say what the figures leave open: months that the ledger does not hold, places that are in none of the parts."""
    notes = [f"{each.as_of}：{each.note}。" for each in sorted(days, key=lambda each: each.as_of) if each.note]
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
