"""The way of a town's file into its store: read, checked against the town, written in one transaction, reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.checks import checked
from geodata.datum import Datum
from geodata.errors import Fault, FileProblem, RowsRejected
from geodata.identity import with_ids
from geodata.nesting import nested
from geodata.readers import read
from geodata.readers.raw import Repair
from geodata.store import Store
from geodata.tables import TABLES, Table


@dataclass(frozen=True)
class ImportReport:
    """What became of every row of a file."""

    table: str
    file: str
    rows_read: int
    inserted: int
    updated: int
    unchanged: int
    rejected: list[Fault]
    repaired: list[Repair]
    warnings: list[str]
    datum: Datum
    encoding: str
    dry_run: bool

    def as_dict(self) -> dict[str, Any]:
        """Give the contract's JSON shape."""
        return asdict(self)


def import_file(
    store: Store,
    table_name: str,
    paths: Sequence[Path],
    *,
    datum: str = "auto",
    encoding: str = "auto",
    columns: Mapping[str, str] | None = None,
    level: str | None = None,
    strict: bool = False,
    dry_run: bool = False,
    actor: str = "clerk",
) -> list[ImportReport]:
    """Import files into one table of a town, one transaction a file.

    Parameters
    ----------
    datum, encoding, columns, level
        As `geodata.readers.read` takes them.
    strict
        Write nothing of a file with a rejected row.
    dry_run
        Write nothing at all; the report says what would have been.

    Raises
    ------
    FileProblem
        A file can't be trusted; nothing of it is written.
    RowsRejected
        With `strict`.
    """
    return [
        _import_one(
            store, table_name, Path(path), {"datum": datum, "encoding": encoding, "columns": columns, "level": level},
            strict=strict, dry_run=dry_run, actor=actor,
        )
        for path in paths
    ]  # fmt: skip


def _import_one(
    store: Store, table_name: str, path: Path, how: Mapping[str, Any], *, strict: bool, dry_run: bool, actor: str
) -> ImportReport:
    table = TABLES[table_name]
    found = read(path, table, town=store.town, **how)
    frame, faults, warnings = checked(store, table, found.frame, found.headers)
    rejected = sorted([*found.rejected, *faults], key=lambda fault: fault.row)
    if frame.empty:
        first = rejected[0]
        raise FileProblem(
            f"{path.name} 的 {found.rows_read} 行没有一行能用，什么都没有写入。"
            f"第 {first.row} 行，列“{first.column}”，值“{first.value}”：{first.problem}。"
        )
    if strict and rejected:
        raise RowsRejected(f"{path.name} 有 {len(rejected)} 行被退回；--strict 下什么都没有写入。", rejected)
    own = len(frame)
    frame = _with_defaults(store, table, with_ids(table, frame))
    if table_name == "areas":
        frame, notes = nested(store, frame)
        warnings += notes
    frame = frame.drop(columns="row")
    outcome = store.write(table_name, frame, actor=actor, action="import", source=path.name, dry_run=dry_run).iloc[:own]
    counts = {kind: int((outcome == kind).sum()) for kind in ("inserted", "updated", "unchanged")}
    return ImportReport(
        table=table_name,
        file=path.name,
        rows_read=found.rows_read,
        rejected=rejected,
        repaired=found.repaired,
        warnings=[*found.warnings, *warnings],
        datum=found.datum,
        encoding=found.encoding,
        dry_run=dry_run,
        **counts,
    )


def _with_defaults(store: Store, table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Fill columns that the file does not have: stored rows keep their word, new ones get the column's default."""
    lacking = [c for c in table.columns if c.default is not None and c.name not in frame.columns]
    if not lacking:
        return frame
    keys, names = list(table.key), [column.name for column in lacking]
    stored = store.ledger(table.name, columns={table.name: (*keys, *names)}).frames[table.name]
    known = frame[keys].merge(stored, on=keys, how="left").set_axis(frame.index)
    return frame.assign(**{column.name: known[column.name].fillna(str(column.default)) for column in lacking})
