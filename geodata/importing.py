"""The way of a town's file into its store: read, checked against the town, written in one transaction, reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.checks import checked
from geodata.datum import Datum
from geodata.doctor import Ground
from geodata.errors import Fault, FileProblem, RowsRejected
from geodata.identity import with_ids
from geodata.nesting import nested
from geodata.readers import Read, read
from geodata.readers.raw import Repair
from geodata.store import Keep, Store
from geodata.tables import TABLES, Table
from geodata.weaving import woven


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
    layer: str | None = None,
    ground: Ground | None = None,
    strict: bool = False,
    dry_run: bool = False,
    actor: str = "clerk",
) -> list[ImportReport]:
    """Import files into one table of a town, one transaction a file.

    All files are read and checked before the first one is written.

    Parameters
    ----------
    datum, encoding, columns, level, layer
        As `geodata.readers.read` takes them.
    ground
        What the town knows (`known_ground`), for who imports several files; left out, it is looked up.
    strict
        Write nothing when any row of any file is rejected.
    dry_run
        Write nothing at all; the report says what would have been. (Each file is held against the store as it is, not
        against the files before it.)

    Raises
    ------
    FileProblem
        A file can't be trusted; nothing is written.
    RowsRejected
        With `strict`; nothing is written.
    """
    table = TABLES[table_name]
    how = {
        "datum": datum,
        "encoding": encoding,
        "columns": columns,
        "level": level,
        "layer": layer,
        "ground": ground or known_ground(store, datum),
    }
    prepared = [_prepared(store, table, Path(path), how) for path in paths]
    rejected = [fault for each in prepared for fault in each.rejected]
    if strict and rejected:
        names = "、".join(each.path.name for each in prepared if each.rejected)
        raise RowsRejected(f"{names} 有 {len(rejected)} 行被退回；--strict 下什么都没有写入。", rejected)
    return [_written(store, table, each, dry_run=dry_run, actor=actor) for each in prepared]


def known_ground(store: Store, datum: str) -> Ground | None:
    """Give what the town knows of itself, that files are compared with; None where the system is declared."""
    return Ground.of(store.ledger("areas", "places", "roads", columns=Ground.COLUMNS)) if datum == "auto" else None


@dataclass(frozen=True)
class _Prepared:
    """A file that was read and checked, and may be written."""

    path: Path
    found: Read
    frame: pd.DataFrame
    rejected: list[Fault]
    warnings: list[str]
    datum: Datum


def _prepared(store: Store, table: Table, path: Path, how: Mapping[str, Any]) -> _Prepared:
    found = read(path, table, town=store.town, **how)
    result = checked(store, table, found.frame, found.headers, file=path.name)
    rejected = sorted([*found.rejected, *result.faults], key=lambda fault: fault.row)
    if result.frame.empty:
        first = rejected[0]
        raise FileProblem(
            f"{path.name} 的 {found.rows_read} 行没有一行能用，什么都没有写入。"
            f"第 {first.row} 行，列“{first.column}”，值“{first.value}”：{first.problem}。"
        )
    datum = replace(found.datum, evidence=found.datum.evidence + result.evidence)
    return _Prepared(path, found, result.frame, rejected, [*found.warnings, *result.warnings], datum)


def _written(store: Store, table: Table, prepared: _Prepared, *, dry_run: bool, actor: str) -> ImportReport:
    own = len(prepared.frame)
    frame = _with_defaults(store, table, with_ids(table, prepared.frame))
    notes: list[str] = []
    repaired = prepared.found.repaired
    if table.name == "areas":
        if "geometry" in frame.columns:
            fabric = woven(frame)
            frame, repaired, notes = (
                fabric.areas,
                sorted([*repaired, *fabric.repaired], key=lambda each: each.row),
                fabric.notes,
            )
        frame, told = nested(store, frame)
        notes = [*notes, *told]
    frame = frame.drop(columns="row")
    name = prepared.path.name
    keep: Keep = "nothing" if dry_run else "all"
    outcome = store.write(table.name, frame, actor=actor, action="import", source=name, keep=keep).iloc[:own]
    counts = {kind: int((outcome == kind).sum()) for kind in ("inserted", "updated", "unchanged")}
    return ImportReport(
        table=table.name,
        file=name,
        rows_read=prepared.found.rows_read,
        rejected=prepared.rejected,
        repaired=repaired,
        warnings=[*prepared.warnings, *notes],
        datum=prepared.datum,
        encoding=prepared.found.encoding,
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
