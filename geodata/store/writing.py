"""The one way into the store: frames in, rows and their audit out, in the transaction that is open."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store.chain import append
from geodata.store.dialects import Raw, dialect_in, dialect_of, raw_of
from geodata.store.geopackage import GEOMETRY, decode_shapes
from geodata.store.many import run_many
from geodata.store.memory import remember
from geodata.store.schema import AUDIT, LAYERS, SETTINGS, Stored
from geodata.store.values import differing, differing_geometry, encode, encode_geometry
from geodata.tables import TABLES, Table

Objects = npt.NDArray[np.object_]
Tell = Callable[[int, int], None]
"""Hears how many rows are done, and of how many."""
TOLD_ROWS = 5_000
INSERTED, UPDATED, UNCHANGED = "inserted", "updated", "unchanged"


@dataclass(frozen=True)
class Written:
    """Who wrote, by which action, from what, as the audit keeps it.

    `digest` is the SHA-256 of the file of an import; an import can be undone.
    """

    actor: str
    action: str
    source: str
    digest: str | None = None


@dataclass(frozen=True)
class Batch:
    """Rows of one table, encoded and checked: `columns` holds n stored values a column, the geometry among them."""

    table: Table
    index: pd.Index
    columns: Mapping[str, Objects]

    @property
    def compared(self) -> list[str]:
        """Columns that may differ from what stands in the store."""
        return [name for name in self.columns if name not in self.table.key]

    def take(self, rows: npt.NDArray[np.intp], names: Sequence[str]) -> dict[str, list[Any]]:
        """Give some rows of some columns."""
        return {name: self.columns[name][rows].tolist() for name in names}


def engine_on(connection: Raw) -> sa.Engine:
    """Give an engine whose every transaction runs on the given connection, and takes the write lock at once."""
    return dialect_of(connection).engine_on(connection)


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Hold one write transaction: all of it or nothing. The driver's own errors come out as they are."""
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as problem:
        if problem.orig is None:
            raise
        raise problem.orig from problem


def batch(table: Table, frame: pd.DataFrame) -> Batch:
    """Check and encode a frame before anything is written.

    Raises ValueError for an unknown or missing column, a wrong dtype or choice, a row without its key, a key twice.
    """
    unknown = [str(name) for name in frame.columns if name not in table.names and name != GEOMETRY]
    lacking = [name for name in table.key if name not in frame.columns]
    if unknown or lacking:
        raise ValueError(f"table {table.name}: unknown columns {unknown}, key columns lacking {lacking}")
    columns = {name: encode(table.column(name), frame[name]) for name in frame.columns if name != GEOMETRY}
    if GEOMETRY in frame.columns:
        if not table.geometry or not isinstance(frame, gpd.GeoDataFrame):
            raise ValueError(f"table {table.name}: geometry of {type(frame).__name__} can't be stored")
        columns[GEOMETRY] = encode_geometry(table, frame[GEOMETRY])
    keys = pd.DataFrame({name: columns[name] for name in table.key}, dtype=object)
    if keys.isna().any(axis=None):
        raise ValueError(f"table {table.name}: row without {'/'.join(table.key)}")
    if keys.duplicated().any():
        twice = keys[keys.duplicated()].head(3).to_numpy().tolist()
        raise ValueError(f"table {table.name}: {'/'.join(table.key)} twice in one write: {twice}")
    return Batch(table, frame.index, columns)


def write_batch(
    connection: sa.Connection, rows: Batch, written: Written, tell: Tell | None = None
) -> tuple[pd.Series, int]:
    """Insert and update the rows that differ, with their audit row.

    Gives each row's outcome on the frame's index, and the id of the audit row. `tell` hears how many rows were written.
    """
    known, fids, old = standing(connection, rows)
    changed = {name: differ(rows, name, old[name], known) for name in rows.compared}
    touched = np.zeros(len(known), dtype=bool)
    for mask in changed.values():
        touched |= mask
    new = np.ones(len(rows.index), dtype=bool)
    new[known] = False
    outcome = np.full(len(rows.index), UNCHANGED, dtype=object)
    outcome[new], outcome[known[touched]] = INSERTED, UPDATED
    inserted = _insert(connection, rows, np.flatnonzero(new), tell)
    update(connection, rows, known, fids, changed)
    written_rows = np.flatnonzero(outcome != UNCHANGED)
    if len(written_rows):
        shapes = rows.columns.get(GEOMETRY)
        dialect_in(connection).note_written(connection, rows.table, None if shapes is None else shapes[written_rows])
    counts = {word: int((outcome == word).sum()) for word in (INSERTED, UPDATED, UNCHANGED)}
    audit = put_audit(connection, rows.table.name, written, changes_of(rows, known, old, changed), counts)
    if written.action == "import":
        remember(connection, audit, inserted, rows.take(np.flatnonzero(new), list(rows.columns)), written.digest)
    return pd.Series(outcome, index=rows.index, dtype="str", name="outcome"), audit


def put_audit(
    connection: sa.Connection, table: str, written: Written, changes: Mapping[str, Any], counts: Mapping[str, int]
) -> int:
    """Write one audit row: who, when, by what action, from what source, how many rows, what changed; give its id.

    The only way into the audit.
    """
    row: dict[str, Any] = {INSERTED: 0, UPDATED: 0, UNCHANGED: 0, **counts}
    row |= {"actor": written.actor, "action": written.action, "source": written.source}
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    row |= {"table": table, "at": at, "changes": json.dumps(changes, ensure_ascii=False)}
    return append(raw_of(connection), row)


def read_changes(connection: sa.Connection, audit: int) -> dict[str, Any]:
    """Give which rows an audit row changed: key → field → from and to."""
    query = sa.select(AUDIT.c.changes).where(AUDIT.c.id == audit)
    found: dict[str, Any] = json.loads(connection.execute(query).scalar_one())
    return found


def write_settings(connection: sa.Connection, settings: Mapping[str, str], written: Written) -> None:
    """Write settings that differ, and what they were, into the audit."""
    old = {row[0]: row[1] for row in connection.execute(sa.select(SETTINGS.c.key, SETTINGS.c.value))}
    changed = {key: value for key, value in settings.items() if old.get(key) != value}
    for key, value in changed.items():
        if key in old:
            connection.execute(SETTINGS.update().where(SETTINGS.c.key == key), {"value": value})
        else:
            connection.execute(SETTINGS.insert(), {"key": key, "value": value})
    counts = {INSERTED: len(changed.keys() - old.keys()), UPDATED: len(changed.keys() & old.keys())}
    counts[UNCHANGED] = len(settings) - len(changed)
    changes = {key: {"value": _from_to(old[key], value)} for key, value in changed.items() if key in old}
    put_audit(connection, SETTINGS.name, written, changes, counts)


def town_settings(town: Town) -> dict[str, str]:
    """Give a town as settings: each attribute's value as JSON text."""
    return {key: json.dumps(value, ensure_ascii=False) for key, value in asdict(town).items()}


def root_of(town: Town) -> pd.DataFrame:
    """Give the root of a town's areas: the town itself, a frame of one row."""
    return pd.DataFrame({"code": [town.code], "name": [town.name], "level": [str(town.level)]}, dtype="str")


def tables_in_order(names: Mapping[str, Any]) -> list[str]:
    """Give the asked tables in the order of `geodata.tables`; ValueError for one that is none."""
    unknown = sorted(set(names) - set(TABLES))
    if unknown:
        raise ValueError(f"no such tables: {unknown}")
    return [name for name in TABLES if name in names]


def standing(
    connection: sa.Connection, rows: Batch
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64], dict[str, Objects]]:
    """Give the positions of the rows that the store already has, their fids, and the stored values of each column."""
    key, layer = rows.table.key, LAYERS[rows.table.name]
    columns = [layer.c[name] for name in rows.compared]
    if len(rows.index) == 1:  # no table is needed to ask for one
        same = sa.and_(*(layer.c[name] == rows.columns[name][0] for name in key))
        found = connection.execute(sa.select(sa.literal(0), layer.c.fid, *columns).where(same)).fetchall()
        return _standing(rows, found)
    wanted = sa.Table(
        "wangge_wanted",
        sa.MetaData(),
        sa.Column("at", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, Stored("TEXT")) for name in key),
        prefixes=["TEMPORARY"],
    )
    wanted.create(connection)
    everything = np.arange(len(rows.index))
    columns_of_wanted = {"at": everything.tolist(), **rows.take(everything, key)}
    dialect_in(connection).insert_many(connection, wanted, columns_of_wanted)
    match = sa.and_(*(layer.c[name] == wanted.c[name] for name in key))
    query = sa.select(wanted.c["at"], layer.c.fid, *columns).join_from(wanted, layer, match).order_by(wanted.c["at"])
    found = connection.execute(query).fetchall()
    wanted.drop(connection)
    return _standing(rows, found)


def _standing(
    rows: Batch, found: Sequence[Sequence[Any]]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64], dict[str, Objects]]:
    columns = rows.compared
    turned = [objects(values) for values in zip(*found, strict=True)] or [objects(())] * (2 + len(columns))
    return turned[0].astype(np.intp), turned[1].astype(np.int64), dict(zip(rows.compared, turned[2:], strict=True))


def differ(rows: Batch, name: str, old: Objects, known: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Say where a column of known rows differs in meaning from what stands; StoreProblem where that can't be read."""
    new = rows.columns[name][known]
    try:
        return differing_geometry(old, new) if name == GEOMETRY else differing(rows.table.column(name), old, new)
    except ValueError as problem:
        raise StoreProblem(
            f"表 {rows.table.name}（{rows.table.title}）的列 {name} 里已有读不出的值（{problem}），没有写入。"
            "请先运行 wangge check 查看并改正。"
        ) from problem


def _insert(connection: sa.Connection, rows: Batch, which: npt.NDArray[np.intp], tell: Tell | None) -> int:
    """Insert rows; give the fid of the first: the others follow it."""
    dialect, layer, names = dialect_in(connection), LAYERS[rows.table.name], list(rows.columns)
    first = dialect.next_fid(raw_of(connection), rows.table.name, len(which))
    for at in range(0, len(which), TOLD_ROWS):
        some = which[at : at + TOLD_ROWS]
        fids = list(range(first + at, first + at + len(some)))
        dialect.insert_many(connection, layer, {"fid": fids, **rows.take(some, names)})
        if tell:
            tell(at + len(some), len(which))
    return first


def update(
    connection: sa.Connection,
    rows: Batch,
    known: npt.NDArray[np.intp],
    fids: npt.NDArray[np.int64],
    changed: Mapping[str, npt.NDArray[np.bool_]],
) -> None:
    """Set what differs and nothing else: rows with the same columns changed go together."""
    if not changed or not len(known):
        return
    layer, names = LAYERS[rows.table.name], list(changed)
    patterns, group = np.unique(np.column_stack([changed[name] for name in names]), axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        chosen = [name for name, is_changed in zip(names, pattern, strict=True) if is_changed]
        if not chosen:
            continue
        members = np.flatnonzero(group == number)
        statement = layer.update().where(layer.c.fid == sa.bindparam("row_fid"))
        run_many(connection, statement, {**rows.take(known[members], chosen), "row_fid": fids[members].tolist()})


def changes_of(
    rows: Batch, known: npt.NDArray[np.intp], old: Mapping[str, Objects], changed: Mapping[str, npt.NDArray[np.bool_]]
) -> dict[str, dict[str, Any]]:
    """Give row key → field → from and to, for the rows that are updated; geometry as WKT."""
    found: dict[str, dict[str, Any]] = {}
    for name, mask in changed.items():
        members = np.flatnonzero(mask)
        was, now = old[name][members], rows.columns[name][known[members]]
        if name == GEOMETRY:
            was, now = (shapely.to_wkt(decode_shapes(blobs), rounding_precision=-1) for blobs in (was, now))
        keys = zip(*rows.take(known[members], rows.table.key).values(), strict=True)
        for key, before, after in zip(keys, was.tolist(), now.tolist(), strict=True):
            found.setdefault("/".join(key), {})[name] = _from_to(before, after)
    return found


def _from_to(before: Any, after: Any) -> dict[str, Any]:
    return {"from": before, "to": after}


def objects(values: Sequence[Any]) -> Objects:
    """Give values as an array of objects, one an element, whatever they are."""
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made
