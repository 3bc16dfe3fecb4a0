"""Columns of a raw table as fields of a town's table, each value understood, what can't be told by its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.errors import Fault, FileProblem
from geodata.model import Town
from geodata.readers.dates import short_years
from geodata.readers.headers import unit_of
from geodata.readers.raw import RawTable, shown
from geodata.readers.values import blank_words, parse
from geodata.tables import LEVEL_WORDS, Column, Table

SHOWN = 5


def fill_level(raw: RawTable, table: Table, headers: dict[str, str], word: str) -> None:
    """Give every row without a level the one that the person said."""
    if table.name != "areas":
        raise FileProblem(f"--level 只用于导入 areas（区域），{table.title}没有区域级别。")
    if word not in LEVEL_WORDS:
        raise FileProblem(f"--level {word}：不认识的级别，可用 {'、'.join(dict.fromkeys(LEVEL_WORDS.values()))}。")
    header = headers.setdefault("level", "level")
    own = raw.columns.get(header, [None] * len(raw.rows))
    raw.columns[header] = [LEVEL_WORDS[word] if value is None or str(value).strip() == "" else value for value in own]


def understood(
    raw: RawTable,
    table: Table,
    headers: Mapping[str, str],
    town: Town,
    faults: dict[int, Fault],
    warnings: list[str],
) -> dict[str, pd.Series]:
    """Understand every column that the file has; the first fault of a row is kept."""
    data: dict[str, pd.Series] = {}
    for column in table.columns:
        made = column.derived and column.name in raw.made
        if not made and (column.derived or column.name not in headers):
            continue
        header = headers.get(column.name, column.name)
        values = raw.columns[header]
        data[column.name], problems, unknown = parse(values, column, town.zone, unit_of(header, column))
        for at, problem in problems.items():
            row = int(raw.rows[at])
            faults.setdefault(row, Fault(row, header, shown(values[at]), problem))
        if unknown:
            said = "、".join(f"“{word}” {count:,} 行" for word, count in list(unknown.items())[:5])
            warnings.append(f"列“{header}”里有不认识的词，按原文保留：{said}{' 等' * (len(unknown) > 5)}。")
        warnings += _taken_for(header, column, values)
    return data


def _taken_for(header: str, column: Column, values: Sequence[Any]) -> list[str]:
    """Say what values of a column were taken for that do not say so themselves."""
    said = []
    if blank := blank_words(values, column):
        told = "、".join(f"“{word}” {count} 格" for word, count in list(blank.items())[:SHOWN])
        said.append(f"列“{header}”里的 {told}，当作没有填。")
    if column.kind in ("date", "moment") and (short := short_years(values)):
        told = "、".join(f"“{shown(text)}”" for text in short[:SHOWN])
        said.append(f"列“{header}”里的年份只写了两位，按 20 开头读：{told}{' 等' * (len(short) > SHOWN)}。")
    return said


def require_values(
    frame: pd.DataFrame,
    table: Table,
    headers: Mapping[str, str],
    faults: dict[int, Fault],
    shapeless: Mapping[int, str],
) -> None:
    """Reject rows without a value where the table needs one; `shapeless` says why some have no geometry."""
    if table.geometry not in (None, "POINT") and "geometry" in frame.columns:
        empty = shapely.is_missing(np.asarray(frame.geometry.array, dtype=object))
        for row in frame["row"][empty].tolist():
            why = shapeless.get(row, "没有可用的几何")
            faults.setdefault(row, Fault(row, headers.get("geometry", "geometry"), "", why))
    required = [column.name for column in table.columns if column.required]
    for name in required:
        missing = frame["row"][frame[name].isna()] if name in frame.columns else frame["row"]
        for row in missing.tolist():
            faults.setdefault(row, Fault(row, headers.get(name, name), "", "必填，不能为空"))
