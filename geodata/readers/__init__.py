"""A file of any format as one table of the town: rows understood, faults numbered, the datum settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.datum import Datum
from geodata.doctor import Ground
from geodata.errors import Fault, FileProblem
from geodata.model import Town
from geodata.readers.geojson import read_geojson
from geodata.readers.gpx import read_gpx
from geodata.readers.headers import match_headers, unread
from geodata.readers.positions import read_wkt, shapes_of, wanted_shape
from geodata.readers.raw import RawTable, Repair, shown
from geodata.readers.settling import settle_datum
from geodata.readers.sheet import read_csv, read_xlsx
from geodata.readers.timed_points import lines_of_points
from geodata.readers.values import Unreadable, parse
from geodata.readers.vector import VECTOR_ENDINGS, read_vector
from geodata.tables import LEVEL_WORDS, Table
from geodata.untrusted import check_file

FORMATS = " ".join((".csv .txt .tsv .xlsx .geojson .json .gpx", *VECTOR_ENDINGS))


@dataclass(frozen=True)
class Read:
    """A file as one table.

    Attributes
    ----------
    frame
        Columns the file has, with the Ledger's dtypes, `row` (the person's row number) and, for tables with one,
        `geometry` in WGS 84. Rows that were rejected are not in it. Ids are not made up yet.
    rows_read, rejected, repaired, warnings
        Every row read is in `frame` or has one entry in `rejected`.
    datum, encoding
        The system the positions were in, and how the bytes were read.
    headers
        Field → header of the file, for messages.
    """

    frame: pd.DataFrame
    rows_read: int
    rejected: list[Fault]
    repaired: list[Repair]
    warnings: list[str]
    datum: Datum
    encoding: str
    headers: Mapping[str, str]


def read(
    path: Path,
    table: Table,
    *,
    town: Town,
    datum: str = "auto",
    encoding: str = "auto",
    columns: Mapping[str, str] | None = None,
    level: str | None = None,
    layer: str | None = None,
    ground: Ground | None = None,
) -> Read:
    """Read a file as rows of a table.

    Parameters
    ----------
    datum
        `auto`, or a word that `geodata.datum.find` takes.
    encoding
        `auto` or a codec's name, for text files.
    columns
        Field → header, where the file's headers are not understood as they come.
    level
        For areas whose file has no level column.
    layer
        Which layer of a file with several.
    ground
        What is known of the town, that the positions are compared with.

    Raises
    ------
    FileProblem
        The file as a whole can't be trusted; the text says why and what to do.
    """
    path = Path(path)
    check_file(path)
    raw = raw_table(path, table, encoding, layer)
    own = [header for header in raw.columns if header not in raw.made]
    headers = match_headers(
        path, table, own, columns or {}, shaped=raw.shapes is not None, filled=() if level is None else ("level",)
    )
    if level is not None:
        _fill_level(raw, table, headers, level)
    faults = {fault.row: fault for fault in raw.faults}
    warnings = [*raw.notes, *unread(table, own, headers)]
    data = _understood(raw, table, headers, town, faults, warnings)
    if raw.shapes is None and "geometry" in headers:
        read_wkt(raw, headers["geometry"], faults)
    settled = settle_datum(path, raw, table, headers, datum, ground or Ground.unknown(), warnings)
    frame = pd.DataFrame({"row": raw.rows, **data})
    wanted = None
    if table.geometry and (raw.shapes is not None or {"lon", "lat"} <= set(headers)):
        wanted = wanted_shape(table, raw)
        shapes = shapes_of(path, raw, wanted, headers, settled, faults)
        frame = gpd.GeoDataFrame(frame, geometry=shapes, crs=4326)
    kept = frame[~frame["row"].isin(faults)].reset_index(drop=True)
    if table.name == "tracks" and wanted == "POINT":
        points = len(kept)
        kept = lines_of_points(kept, faults)
        warnings.append(f"{points} 个带时间的点连成 {len(kept)} 条轨迹。")
    _require_values(kept, table, headers, faults)
    kept = kept[~kept["row"].isin(faults)].reset_index(drop=True)
    return Read(
        frame=kept,
        rows_read=len(raw.rows),
        rejected=[faults[row] for row in sorted(faults)],
        repaired=[repair for repair in raw.repaired if repair.row not in faults],
        warnings=warnings,
        datum=settled,
        encoding=raw.encoding,
        headers=headers,
    )


def raw_table(path: Path, table: Table, encoding: str = "auto", layer: str | None = None) -> RawTable:
    """Read a file by its ending as it stands, looking for a table's columns; FileProblem where it can't be read."""
    ending = path.suffix.lower()
    if ending in VECTOR_ENDINGS:
        return read_vector(path, table, encoding, layer)
    if layer is not None:
        raise FileProblem(f"{path.name} 没有图层之分，请去掉 --layer。")
    if ending in (".csv", ".txt", ".tsv"):
        return read_csv(path, table, encoding)
    if ending == ".xlsx":
        return read_xlsx(path, table)
    if ending in (".geojson", ".json"):
        return read_geojson(path, encoding)
    if ending == ".gpx":
        if table.name != "tracks":
            raise FileProblem(f"{path.name} 是 GPX 轨迹，只能导入 tracks，不能导入 {table.name}。")
        return read_gpx(path)
    raise FileProblem(
        f"{path.name}：还不能读 {ending or '没有扩展名的文件'}。现在能读 {FORMATS}。"
        "请用 Excel 或制图软件另存为其中一种。"
    )


def _fill_level(raw: RawTable, table: Table, headers: dict[str, str], word: str) -> None:
    """Give every row without a level the one that the person said."""
    if table.name != "areas":
        raise FileProblem(f"--level 只用于导入 areas（区域），{table.title}没有区域级别。")
    if word not in LEVEL_WORDS:
        raise FileProblem(f"--level {word}：不认识的级别，可用 {'、'.join(dict.fromkeys(LEVEL_WORDS.values()))}。")
    header = headers.setdefault("level", "level")
    own = raw.columns.get(header, [None] * len(raw.rows))
    raw.columns[header] = [LEVEL_WORDS[word] if value is None or str(value).strip() == "" else value for value in own]


def _understood(
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
        data[column.name], problems, unknown = parse(values, column, town.zone)
        for at, problem in problems.items():
            row = int(raw.rows[at])
            faults.setdefault(row, Fault(row, header, shown(values[at]), problem))
        if unknown:
            said = "、".join(f"“{word}” {count} 行" for word, count in list(unknown.items())[:5])
            warnings.append(f"列“{header}”里有不认识的词，按原文保留：{said}{' 等' * (len(unknown) > 5)}。")
    return data


def _require_values(frame: pd.DataFrame, table: Table, headers: Mapping[str, str], faults: dict[int, Fault]) -> None:
    """Reject rows without a value where the table needs one."""
    if table.geometry not in (None, "POINT") and "geometry" in frame.columns:
        nothing = "没有两个带时间的点，连不成轨迹" if table.name == "tracks" else "没有可用的几何"
        empty = shapely.is_missing(np.asarray(frame.geometry.array, dtype=object))
        for row in frame["row"][empty].tolist():
            faults.setdefault(row, Fault(row, headers.get("geometry", "geometry"), "", nothing))
    required = [column.name for column in table.columns if column.required]
    for name in required:
        missing = frame["row"][frame[name].isna()] if name in frame.columns else frame["row"]
        for row in missing.tolist():
            faults.setdefault(row, Fault(row, headers.get(name, name), "", "必填，不能为空"))


__all__ = ["FORMATS", "Read", "Unreadable", "raw_table", "read"]
