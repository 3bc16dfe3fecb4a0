"""A town written as a folder of GeoParquet: `town.json` goes first and comes back last, so half a town is none."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from geodata.errors import DiskFullProblem, FileProblem
from geodata.model import Town
from geodata.parquet.arrow import to_arrow
from geodata.parquet.folders import PREFIX, Root
from geodata.parquet.manifest import BY_MONTH, NAME, NO_MONTH, Manifest, Part, path_of
from geodata.rule_texts import RuleText
from geodata.tables import TABLES

NO_SPACE = 28


def write_town(root: Root, town: Town, rules: Sequence[RuleText], frames: Mapping[str, pd.DataFrame]) -> str:
    """Write a town and give the name of its folder; a folder of that name is written over.

    Parameters
    ----------
    rules
        Its rules files, the oldest first.
    frames
        Tables as `geodata.tables` says, with all their columns.

    Raises
    ------
    FileProblem, DiskFullProblem
        When it can't be written; what is there then is no town.
    """
    name = f"{PREFIX}{town.code}"
    folder = f"{root.path}/{name}"
    try:
        _clear(root.files, folder)
        parts = tuple(
            _write(root.files, folder, table, month, rows)
            for table, frame in frames.items()
            for month, rows in _months(table, frame)
        )
        with root.files.open_output_stream(f"{folder}/{NAME}") as stream:
            stream.write(Manifest(town, tuple(rules), parts, *_span(frames)).text().encode("utf-8"))
    except OSError as problem:
        if problem.errno == NO_SPACE:
            raise DiskFullProblem(f"磁盘满了，{name} 没有写完。请先腾出空间，再重新导出。") from problem
        raise FileProblem(f"写不了 {folder}：{problem.strerror or problem}。") from problem
    return name


def copy_town(root: Root, name: str, town: Town) -> str:
    """Write a town again under another code, its files as they are, and give the name of the new folder.

    Only where `name` is a folder that was just written: nothing of it is checked.
    """
    source = root.open(name)
    frame = source.ledger({"areas": (*TABLES["areas"].names, "geometry")}).areas
    was = (frame["code"] == source.manifest.town.code) & (frame["level"] == str(town.level))
    areas = frame.assign(
        code=frame["code"].mask(was, town.code).astype("str"), name=frame["name"].mask(was, town.name).astype("str")
    )
    folder = f"{root.path}/{PREFIX}{town.code}"
    _clear(root.files, folder)
    kept = [part for part in source.manifest.parts if part.table != "areas"]
    for part in kept:
        root.files.create_dir(posixpath.dirname(f"{folder}/{part.path}"))
        root.files.copy_file(f"{root.path}/{name}/{part.path}", f"{folder}/{part.path}")
    parts = (*kept, _write(root.files, folder, "areas", None, areas))
    about = Manifest(town, source.manifest.rules, parts, source.manifest.first, source.manifest.last)
    with root.files.open_output_stream(f"{folder}/{NAME}") as stream:
        stream.write(about.text().encode("utf-8"))
    return f"{PREFIX}{town.code}"


def _clear(files: fs.FileSystem, folder: str) -> None:
    """Take away what stands in the folder, `town.json` first: without it the rest is no town."""
    if files.get_file_info(f"{folder}/{NAME}").type != fs.FileType.NotFound:
        files.delete_file(f"{folder}/{NAME}")
    files.create_dir(folder, recursive=True)
    files.delete_dir_contents(folder)


def _months(table: str, frame: pd.DataFrame) -> Iterator[tuple[str | None, pd.DataFrame]]:
    """Give the rows of each month of a table, in the order of the frame; no rows, no month."""
    if frame.empty:
        return
    if table not in BY_MONTH:
        yield None, frame
        return
    month = frame[BY_MONTH[table]].dt.tz_localize(None).to_numpy(dtype="datetime64[M]")
    order = np.argsort(month, kind="stable")
    found, starts = np.unique(month[order], return_index=True)  # NaT sorts last
    for each, rows in zip(found, np.split(order, starts[1:]), strict=True):
        yield (NO_MONTH if np.isnat(each) else str(each)), frame.iloc[rows]


def _write(files: fs.FileSystem, folder: str, table: str, month: str | None, rows: pd.DataFrame) -> Part:
    path = path_of(table, month)
    data = to_arrow(TABLES[table], rows)
    sink = pa.BufferOutputStream()
    pq.write_table(data, sink, compression="zstd", write_page_checksum=True)
    packed = sink.getvalue()
    files.create_dir(posixpath.dirname(f"{folder}/{path}"), recursive=True)
    with files.open_output_stream(f"{folder}/{path}") as stream:
        stream.write(packed)
    return Part(table, month, data.num_rows, packed.size)


def _span(frames: Mapping[str, pd.DataFrame]) -> tuple[date | None, date | None]:
    """Give the town-local days of the first and the last inspection."""
    if "inspections" not in frames:
        return None, None
    days = frames["inspections"]["at"].dt.tz_localize(None).to_numpy(dtype="datetime64[D]")
    days = days[~np.isnat(days)]
    return (days.min().item(), days.max().item()) if len(days) else (None, None)
