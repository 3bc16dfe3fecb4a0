"""A file of any format as one table of the town: rows understood, faults numbered, the datum settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from geodata.datum import Datum
from geodata.doctor import Ground
from geodata.errors import Fault, FileProblem, Unreadable
from geodata.fixes import Limits
from geodata.model import Town
from geodata.readers.fields import fill_level, require_values, understood
from geodata.readers.fit import read_fit
from geodata.readers.forms import is_export, understand
from geodata.readers.geojson import read_geojson
from geodata.readers.gpx import read_gpx
from geodata.readers.headers import mark_of, match_headers, unread
from geodata.readers.kml_tracks import read_kml_tracks
from geodata.readers.positions import read_positions, shapes_of, wanted_shape
from geodata.readers.raw import RawTable, Repair
from geodata.readers.settling import settle_datum
from geodata.readers.sheet import read_book, read_csv
from geodata.readers.timed_points import lines_of_points
from geodata.readers.vector import VECTOR_ENDINGS, read_vector
from geodata.readers.xlsform import apply_form, read_form
from geodata.tables import Table
from geodata.untrusted import check_file

BOOKS = (".xlsx", ".xls", ".ods")
FORMATS = " ".join((".csv .txt .tsv .xlsx .xls .ods .geojson .json .gpx .fit", *VECTOR_ENDINGS))
_RECORDERS = MappingProxyType({".gpx": read_gpx, ".kml": read_kml_tracks, ".kmz": read_kml_tracks, ".fit": read_fit})
_TRACKS_ONLY = (".gpx", ".fit")


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
    mark
        Of the headers, by which a column mapping is saved.
    """

    frame: pd.DataFrame
    rows_read: int
    rejected: list[Fault]
    repaired: list[Repair]
    warnings: list[str]
    datum: Datum
    encoding: str
    headers: Mapping[str, str]
    mark: str


def read(
    path: Path,
    table: Table,
    *,
    town: Town,
    datum: str = "auto",
    encoding: str = "auto",
    columns: Mapping[str, str] | None = None,
    saved: Mapping[str, Mapping[str, str]] | None = None,
    level: str | None = None,
    layer: str | None = None,
    form: Path | None = None,
    ground: Ground | None = None,
    limits: Limits | None = None,
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
    saved
        Mark of headers → such a mapping, for files of a known source; used where `columns` says nothing.
    level
        For areas whose file has no level column.
    layer
        Which layer of a map file, or sheet of a workbook, with several.
    form
        XLSForm definition of the form that the file is an export of.
    ground
        What is known of the town, that the positions are compared with.
    limits
        What a step of a track may be; `Limits()` when left out.

    Raises
    ------
    FileProblem
        The file as a whole can't be trusted; the text says why and what to do.
    """
    path = Path(path)
    check_file(path)
    limits = limits or Limits()
    raw = raw_table(path, table, encoding, layer, limits)
    if form is not None:
        apply_form(raw, read_form(form))
    own = [header for header in raw.columns if header not in raw.made]
    mark = mark_of(own)
    if not columns and saved and mark in saved:
        columns = saved[mark]
        told = "、".join(f"{field}={header}" for field, header in columns.items())
        raw.notes.append(f"按以前保存的列对应读取：{told}。要改用别的，请用 --column 指明。")
    headers = match_headers(
        path,
        table,
        own,
        columns or {},
        shaped=raw.shapes is not None,
        also=raw.also,
        filled=() if level is None else ("level",),
    )
    if level is not None:
        fill_level(raw, table, headers, level)
    faults = {fault.row: fault for fault in raw.faults}
    read_positions(path, raw, headers, faults, sure="position" in (columns or {}))
    warnings = [*raw.notes, *unread(table, own, headers)]
    data = understood(raw, table, headers, town, faults, warnings)
    settled = settle_datum(path, raw, table, headers, datum, ground or Ground.unknown(), warnings)
    frame = pd.DataFrame({"row": raw.rows, **data})
    wanted = None
    if table.geometry and (raw.shapes is not None or raw.xy is not None):
        wanted = wanted_shape(table, raw)
        shapes = shapes_of(path, raw, wanted, headers, settled, faults)
        frame = gpd.GeoDataFrame(frame, geometry=shapes, crs=4326)
    kept = frame[~frame["row"].isin(faults)].reset_index(drop=True)
    if table.name == "tracks" and wanted == "POINT":
        points, whose = len(kept), {"officer", "id"} & set(kept.columns)
        kept = lines_of_points(kept, faults, raw.repaired, limits)
        nobody = "" if whose else "没有安全员一列，不知道是谁的，当作同一个人。"
        warnings.append(f"{points} 个带时间的点连成 {len(kept)} 条轨迹。{nobody}")
    require_values(kept, table, headers, faults, raw.shapeless)
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
        mark=mark,
    )


def raw_table(
    path: Path, table: Table, encoding: str = "auto", layer: str | None = None, limits: Limits | None = None
) -> RawTable:
    """Read a file by its ending as it stands, looking for a table's columns; FileProblem where it can't be read."""
    ending = path.suffix.lower()
    if table.name == "tracks" and ending in _RECORDERS:
        return _RECORDERS[ending](path, limits or Limits())
    if ending in VECTOR_ENDINGS:
        return read_vector(path, table, encoding, layer)
    if ending in BOOKS:
        return _of_form(read_book(path, table, layer), table)
    if layer is not None:
        raise FileProblem(f"{path.name} 没有图层或工作表之分，请去掉 --layer。")
    if ending in (".csv", ".txt", ".tsv"):
        return _of_form(read_csv(path, table, encoding), table)
    if ending in (".geojson", ".json"):
        return read_geojson(path, encoding)
    if ending in _TRACKS_ONLY:
        raise FileProblem(f"{path.name} 是 {ending[1:].upper()} 轨迹，只能导入 tracks，不能导入 {table.name}。")
    raise FileProblem(
        f"{path.name}：还不能读 {ending or '没有扩展名的文件'}。现在能读 {FORMATS}。"
        "请用 Excel 或制图软件另存为其中一种。"
    )


def _of_form(raw: RawTable, table: Table) -> RawTable:
    if is_export(raw.columns):
        understand(raw, table.name)
    return raw


__all__ = ["FORMATS", "Read", "Unreadable", "raw_table", "read"]
