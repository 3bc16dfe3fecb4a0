"""The way of a town's file into its store: read, checked against the town, written in one transaction, reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.addresses import read_gazetteer
from geodata.checks import checked
from geodata.datum import Datum
from geodata.doctor import Ground
from geodata.errors import Fault, FileProblem, RowsRejected
from geodata.filemarks import digest_of
from geodata.first_rows import first_rows, located
from geodata.fixes import Limits
from geodata.identity import with_ids
from geodata.nesting import nested
from geodata.placing import Ambiguous, Placed, Placing, place_by_address
from geodata.readers import Read, read
from geodata.readers.raw import Repair
from geodata.recognising import Matched, Unsure, write_unsure
from geodata.store import Keep, Store
from geodata.tables import TABLES, Table
from geodata.weaving import woven

Tell = Callable[[str, int, int], None]
"""Hears what is being done, how many rows are done, and of how many (none of none: it can't be told)."""


CHANGED_SHOWN = 20
"""Rows whose change a dry run shows."""


def _nobody(stage: str, done: int, of: int) -> None:
    """Hear nothing."""


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
    import_id: int | None
    """By which the import can be undone; None for a dry run."""
    placed: list[Placed]
    ambiguous: list[Ambiguous]
    """Places without coordinates that the gazetteer placed, or could not for more than one spot fits."""
    matched: list[Matched]
    unsure: list[Unsure]
    """Inspections without a place's id that were taken for a place of another spelling; those that could be one of
    several, which are rejected."""
    changed: list[dict[str, Any]]
    """Of a dry run the first rows that would be updated: `row` (their id), `field`, `from`, `to`, a field each."""
    added: list[dict[str, str]]
    """Of a dry run the first rows that would be new: field → value as people write it; empty ones are left out."""
    located: int
    """Rows with a position or shape."""

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
    save_columns: bool = False,
    level: str | None = None,
    layer: str | None = None,
    form: Path | None = None,
    gazetteer: Path | None = None,
    gazetteer_datum: str = "auto",
    ground: Ground | None = None,
    save_unsure: Path | None = None,
    strict: bool = False,
    dry_run: bool = False,
    actor: str = "clerk",
    tell: Tell = _nobody,
) -> list[ImportReport]:
    """Import files into one table of a town, one transaction a file.

    All files are read and checked before the first one is written.

    Parameters
    ----------
    datum, encoding, columns, level, layer, form
        As `geodata.readers.read` takes them.
    save_columns
        Keep `columns` in the store: files with the same headers are read by them from then on.
    gazetteer, gazetteer_datum
        For places: a file of names or addresses with positions, by which places without coordinates are placed.
    ground
        What the town knows (`known_ground`), for who imports several files; left out, it is looked up.
    save_unsure
        For one file of inspections: where the rows go whose place is in doubt, to be completed and imported.
    strict
        Write nothing when any row of any file is rejected.
    dry_run
        Write nothing at all; the report says what would have been. (Each file is held against the store as it is, not
        against the files before it.)
    tell
        Hears what is being done, and of rows how many are done of how many.

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
        "saved": store.saved_columns(table_name),
        "level": level,
        "layer": layer,
        "form": form,
        "ground": ground or known_ground(store, datum),
    }
    entries = None
    if gazetteer is not None:
        known = known_ground(store, gazetteer_datum)
        entries = read_gazetteer(gazetteer, town=store.town, datum=gazetteer_datum, ground=known)
    prepared = []
    for path in paths:
        tell("读取", 0, 0)
        prepared.append(_prepared(store, table, Path(path), how, entries, save_unsure, tell))
    rejected = [fault for each in prepared for fault in each.rejected]
    if strict and rejected:
        names = "、".join(each.path.name for each in prepared if each.rejected)
        raise RowsRejected(f"{names} 有 {len(rejected)} 行被退回；--strict 下什么都没有写入。", rejected)
    reports = [_written(store, table, each, dry_run=dry_run, actor=actor, tell=tell) for each in prepared]
    if save_columns and columns and not dry_run:
        for mark, name in {each.found.mark: each.path.name for each in prepared}.items():
            store.save_columns(table_name, mark, columns, actor=actor, source=name)
    return reports


def known_ground(store: Store, datum: str) -> Ground | None:
    """Give what the town knows of itself, that files are compared with; None where the system is declared."""
    return Ground.of(store.ledger("areas", "places", "roads", columns=Ground.COLUMNS)) if datum == "auto" else None


@dataclass(frozen=True)
class _Prepared:
    """A file that was read and checked, and may be written."""

    path: Path
    digest: str
    found: Read
    frame: pd.DataFrame
    rejected: list[Fault]
    warnings: list[str]
    datum: Datum
    placed: list[Placed]
    ambiguous: list[Ambiguous]
    matched: list[Matched]
    unsure: list[Unsure]


def _prepared(
    store: Store,
    table: Table,
    path: Path,
    how: Mapping[str, Any],
    gazetteer: gpd.GeoDataFrame | None,
    save_unsure: Path | None,
    tell: Tell,
) -> _Prepared:
    if table.name == "tracks":
        how = {**how, "limits": Limits().with_modes(_modes(store))}
    found = read(path, table, town=store.town, **how)
    tell("核对", 0, 0)
    placing = Placing(found.frame, [], [])
    if table.name == "places":
        placing = place_by_address(store, found.frame, gazetteer)
    result = checked(store, table, placing.frame, found.headers, file=path.name)
    rejected = sorted([*found.rejected, *result.faults], key=lambda fault: fault.row)
    if save_unsure and result.doubtful is not None and len(result.doubtful):
        write_unsure(save_unsure, result.doubtful, result.unsure)
    if result.frame.empty:
        first = rejected[0]
        raise FileProblem(
            f"{path.name} 的 {found.rows_read} 行没有一行能用，什么都没有写入。"
            f"第 {first.row} 行，列“{first.column}”，值“{first.value}”：{first.problem}。"
        )
    datum = replace(found.datum, evidence=found.datum.evidence + result.evidence)
    lost = {fault.row for fault in rejected}
    return _Prepared(
        path=path,
        digest=digest_of(path),
        found=found,
        frame=result.frame,
        rejected=rejected,
        warnings=[*found.warnings, *result.warnings],
        datum=datum,
        placed=[each for each in placing.placed if each.row not in lost],
        ambiguous=[each for each in placing.ambiguous if each.row not in lost],
        matched=[each for each in result.matched if each.row not in lost],
        unsure=result.unsure,
    )


def _modes(store: Store) -> dict[str, str]:
    """Give each officer's mode, by id and by name."""
    officers = store.ledger("officers", columns={"officers": ("id", "name", "mode")}).officers.dropna(subset="mode")
    return {
        str(word): str(mode)
        for key in ("name", "id")
        for word, mode in zip(officers[key], officers["mode"], strict=True)
    }


def _written(store: Store, table: Table, prepared: _Prepared, *, dry_run: bool, actor: str, tell: Tell) -> ImportReport:
    tell("写入", 0, 0)
    own = len(prepared.frame)
    frame = _with_defaults(store, table, with_ids(table, prepared.frame))
    notes: list[str] = []
    repaired = prepared.found.repaired
    if table.name == "areas":
        if "geometry" in frame.columns:
            fabric = woven(frame)
            repaired = sorted([*repaired, *fabric.repaired], key=lambda each: each.row)
            frame, notes = fabric.areas, fabric.notes
        frame, told = nested(store, frame)
        notes = [*notes, *told]
    frame = frame.drop(columns="row")
    name = prepared.path.name
    keep: Keep = "nothing" if dry_run else "all"
    frames, telling = {table.name: frame}, partial(tell, "写入")
    changed: list[dict[str, Any]] = []
    done = store.import_rows(
        frames,
        actor=actor,
        source=name,
        digest=prepared.digest,
        keep=keep,
        tell=telling,
        hear_changes=lambda _, changes: changed.extend(_first_changes(changes)),
    )
    outcome, import_id = done[table.name]
    outcome = outcome.iloc[:own]
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
        import_id=import_id,
        placed=prepared.placed,
        ambiguous=prepared.ambiguous,
        matched=prepared.matched,
        unsure=prepared.unsure,
        changed=changed,
        added=first_rows(table, frame.iloc[:own][(outcome == "inserted").to_numpy()], store.town) if dry_run else [],
        located=located(frame.iloc[:own]),
        **counts,
    )


def _first_changes(changes: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"row": key, "field": field, **values}
        for key, fields in list(changes.items())[:CHANGED_SHOWN]
        for field, values in fields.items()
    ]


def _with_defaults(store: Store, table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Fill columns that the file does not have: stored rows keep their word, new ones get the column's default."""
    lacking = [c for c in table.columns if c.default is not None and c.name not in frame.columns]
    if not lacking:
        return frame
    keys, names = list(table.key), [column.name for column in lacking]
    stored = store.ledger(table.name, columns={table.name: (*keys, *names)}).frames[table.name]
    known = frame[keys].merge(stored, on=keys, how="left").set_axis(frame.index)
    return frame.assign(**{column.name: known[column.name].fillna(str(column.default)) for column in lacking})
