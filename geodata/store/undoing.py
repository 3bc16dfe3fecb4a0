"""Undo an import: its rows are deleted and what it updated is set back, if all of it stands as the import left it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
import sqlalchemy as sa

from geodata.errors import UndoProblem
from geodata.store.dialects import dialect_in
from geodata.store.geopackage import GEOMETRY, encode_points, encode_shapes
from geodata.store.memory import marks_of
from geodata.store.schema import AUDIT, IMPORTS, LAYERS
from geodata.store.wording import of_table, some
from geodata.store.writing import Batch, Objects, Written, changes_of, differ, objects, put_audit, standing, update
from geodata.tables import REFERENCES, TABLES, Table


@dataclass(frozen=True)
class Undone:
    """What an undo did: the import, its file and table, rows deleted, rows set back, the id of its own audit row."""

    import_id: int
    table: str
    file: str
    deleted: int
    restored: int
    undo_id: int


@dataclass(frozen=True)
class _Import:
    """An import as the store remembers it."""

    id: int
    table: Table
    file: str
    inserted: int
    changes: dict[str, dict[str, dict[str, Any]]]
    first_fid: int
    columns: list[str]
    marks: npt.NDArray[np.uint32]

    @property
    def fids(self) -> tuple[int, int]:
        return self.first_fid, self.first_fid + self.inserted - 1


@dataclass(frozen=True)
class _Updated:
    """What an import updated: the rows as it left them, as they were, and which of their fields it touched."""

    left: Batch
    was: Batch
    touched: Mapping[str, npt.NDArray[np.bool_]]


def undo_import(connection: sa.Connection, import_id: int, actor: str) -> Undone:
    """Undo an import in the transaction that is open, with an audit row of its own.

    Raises UndoProblem, after which the transaction must be rolled back, when there is no such import, when it is from
    before imports could be undone or undone already, when a row of it was changed since, or when other rows need one.
    """
    done = _import(connection, import_id)
    updated = _updated(done)
    known, fids, now = standing(connection, updated.left)
    lost = _changed_inserts(connection, done) + _changed_updates(updated, known, now)
    if lost:
        raise UndoProblem(_in_the_way(connection, done, sorted(set(lost))))
    _refuse_orphans(connection, done)
    _refuse_lost_references(connection, done, updated)
    layer = LAYERS[done.table.name]
    connection.execute(layer.delete().where(layer.c.fid.between(*done.fids)))
    touched = {name: mask[known] for name, mask in updated.touched.items()}
    update(connection, updated.was, known, fids, touched)
    _refuse_lost_parents(connection, done)
    dialect_in(connection).note_deleted(connection, done.table)
    written = Written(actor, "undo", str(import_id))
    changes = changes_of(updated.was, known, now, touched)
    audit = put_audit(connection, done.table.name, written, changes, {"updated": len(changes)})
    connection.execute(IMPORTS.update().where(IMPORTS.c.audit_id == import_id).values(undone_by=audit))
    return Undone(import_id, done.table.name, done.file, done.inserted, len(changes), audit)


def _import(connection: sa.Connection, import_id: int) -> _Import:
    audit = connection.execute(sa.select(AUDIT).where(AUDIT.c.id == import_id)).mappings().fetchone()
    if audit is None or audit["action"] != "import":
        what = "没有" if audit is None else "不是导入的"
        raise UndoProblem(f"{what}编号 {import_id}：只能撤销导入，有哪些见 wangge imports。")
    memory = connection.execute(sa.select(IMPORTS).where(IMPORTS.c.audit_id == import_id)).mappings().fetchone()
    if memory is None:
        raise UndoProblem(
            f"导入 {import_id}（{audit['source']}）是旧版本写入的，没有记下它新增了哪些行，不能撤销。"
            "可以用改正后的文件再导入一次，或用导入前的备份恢复。"
        )
    if memory["undone_by"] is not None:
        raise UndoProblem(f"导入 {import_id}（{audit['source']}）已经撤销过了（编号 {memory['undone_by']}）。")
    try:
        marks = np.frombuffer(memory["marks"], dtype="<u4")
        table, columns = TABLES[audit["table"]], json.loads(memory["columns"])
        changes: dict[str, dict[str, dict[str, Any]]] = json.loads(audit["changes"])
        named = {field for each in changes.values() for field in each}
        if (
            len(marks) != audit["inserted"]
            or not {*table.key} <= {*columns}
            or not {*columns, *named} <= _fields(table)
        ):
            raise ValueError
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise UndoProblem(
            f"导入 {import_id}（{audit['source']}）的记录读不出，不能撤销。请运行 wangge check，或用备份恢复。"
        ) from problem
    return _Import(import_id, table, audit["source"], len(marks), changes, memory["first_fid"], columns, marks)


def _fields(table: Table) -> set[str]:
    return {*table.names, *([GEOMETRY] if table.geometry else [])}


def _updated(done: _Import) -> _Updated:
    table, changes = done.table, done.changes
    # a key of several columns is joined by `/`; only the last of them may hold one
    keys = [key.split("/", len(table.key) - 1) for key in changes]
    named = {name: objects([key[n] for key in keys]) for n, name in enumerate(table.key)}
    fields = list(dict.fromkeys(field for each in changes.values() for field in each))
    touched = {field: np.array([field in each for each in changes.values()], dtype=bool) for field in fields}
    left, was = (
        {field: _stored(table, field, [each.get(field, {}).get(side) for each in changes.values()]) for field in fields}
        for side in ("to", "from")
    )
    index = pd.RangeIndex(len(keys))
    return _Updated(Batch(table, index, {**named, **left}), Batch(table, index, {**named, **was}), touched)


def _stored(table: Table, field: str, values: list[Any]) -> Objects:
    """Give values of the audit as they stand in the store: geometries are WKT there, blobs here."""
    if field != GEOMETRY:
        return objects(values)
    shapes = shapely.from_wkt(objects(values))
    return encode_points(shapes) if table.geometry == "POINT" else encode_shapes(shapes)


def _changed_inserts(connection: sa.Connection, done: _Import) -> list[str]:
    """Name the inserted rows that are gone or not as the import left them; a gone one by its fid."""
    if not done.inserted:
        return []
    layer = LAYERS[done.table.name]
    others = [column for column in layer.c if column.name not in {"fid", *done.columns}]
    later = sa.or_(sa.false(), *(column.isnot(None) for column in others)).label("later")
    own = [layer.c[name] for name in done.columns]
    query = sa.select(layer.c.fid, later, *own).where(layer.c.fid.between(*done.fids)).order_by(layer.c.fid)
    rows = connection.execute(query).fetchall()
    at = np.array([row[0] for row in rows], dtype=np.int64) - done.first_fid
    values = [*zip(*rows, strict=True)][2:] or [()] * len(own)
    marks = np.frombuffer(marks_of(dict(zip(done.columns, values, strict=True))), dtype="<u4")
    changed = (marks != done.marks[at]) | np.array([bool(row[1]) for row in rows], dtype=bool)
    places = [done.columns.index(name) + 2 for name in done.table.key]
    named = ["/".join(str(rows[n][place]) for place in places) for n in np.flatnonzero(changed).tolist()]
    gone = np.setdiff1d(np.arange(done.inserted), at) + done.first_fid
    return named + [f"fid {fid}（已删除）" for fid in gone.tolist()]


def _changed_updates(updated: _Updated, known: npt.NDArray[np.intp], now: Mapping[str, Objects]) -> list[str]:
    """Name the updated rows that are gone or whose fields are not as the import left them."""
    rows = updated.left
    changed = np.ones(len(rows.index), dtype=bool)
    changed[known] = False
    for name, touched in updated.touched.items():
        changed[known] |= differ(rows, name, now[name], known) & touched[known]
    return _keys(rows, np.flatnonzero(changed))


def _keys(rows: Batch, which: npt.NDArray[np.intp]) -> list[str]:
    return ["/".join(key) for key in zip(*rows.take(which, rows.table.key).values(), strict=True)]


def _in_the_way(connection: sa.Connection, done: _Import, rows: Sequence[str]) -> str:
    """Say which rows were changed since, and by which writes, the newest first."""
    lost = set(rows)
    gone = sa.select(IMPORTS.c.audit_id).where(IMPORTS.c.undone_by.isnot(None))
    later = sa.select(AUDIT.c.id, AUDIT.c.action, AUDIT.c.source, AUDIT.c.changes).where(
        AUDIT.c.id > done.id, AUDIT.c.table == done.table.name, AUDIT.c.id.notin_(gone)
    )
    writes = [row for row in connection.execute(later.order_by(AUDIT.c.id.desc())) if lost & json.loads(row[3]).keys()]
    # a later undo matters when it is of an earlier import
    writes = [row for row in writes if row[1] != "undo" or int(row[2]) < done.id]
    imports = [f"导入 {row[0]}（{row[2]}）" for row in writes if row[1] == "import"]
    undos = [f"导入 {row[2]}" for row in writes if row[1] == "undo"]
    others = [f"编号 {row[0]}（{row[1]} {row[2]}）" for row in writes if row[1] not in ("import", "undo")]
    said = [f"请先撤销{some(imports)}"] if imports else []
    said += [f"更早的{some(undos)}后来撤销了，请先把它的文件再导入一次"] if undos else []
    said += [f"其中有之后填报的改动，不能撤销：{some(others)}"] if others else []
    said += [] if writes else ["这些行是在 QGIS 等别的程序里改的，请先在那里改回"]
    return (
        f"导入 {done.id}（{done.file}）没有撤销：{of_table(done.table)}有 {len(rows)} 行在导入之后又改过"
        f"（{some(rows)}）。{'；'.join(said)}。"
    )


def _refuse_orphans(connection: sa.Connection, done: _Import) -> None:
    """Refuse to delete rows that other tables name."""
    deleted = LAYERS[done.table.name]
    for name, column, other in REFERENCES:
        if other != done.table.name or not done.inserted:
            continue
        own = sa.select(deleted.c.id).where(deleted.c.fid.between(*done.fids))
        layer = LAYERS[name]
        found = connection.execute(sa.select(layer.c.fid, layer.c[column]).where(layer.c[column].in_(own))).fetchall()
        if found:
            named = some(sorted({row[1] for row in found}))
            raise UndoProblem(
                f"导入 {done.id}（{done.file}）没有撤销：它新增的{done.table.title}已有 {len(found)} 行"
                f"{TABLES[name].title}（{named}）。{_first(connection, name, [row[0] for row in found])}"
            )


def _refuse_lost_references(connection: sa.Connection, done: _Import, updated: _Updated) -> None:
    """Refuse to set a row back to a place or an inspection that is gone meanwhile."""
    for name, column, other in REFERENCES:
        if name != done.table.name or column not in updated.touched:
            continue
        wanted = set(updated.was.columns[column][updated.touched[column]].tolist()) - {None}
        there = {row[0] for row in connection.execute(sa.select(LAYERS[other].c.id))}
        if wanted - there:
            title = TABLES[other].title
            raise UndoProblem(
                f"导入 {done.id}（{done.file}）没有撤销：它改动前的{done.table.title}属于已经不在的{title}"
                f"（{some(sorted(wanted - there))}）。请先导入这些{title}。"
            )


def _refuse_lost_parents(connection: sa.Connection, done: _Import) -> None:
    """Refuse when areas that stay have their parent among the deleted ones."""
    if done.table.name != "areas":
        return
    areas, above = LAYERS["areas"], LAYERS["areas"].alias()
    there = sa.exists().where(above.c.level == areas.c.parent_level, above.c.code == areas.c.parent)
    query = sa.select(areas.c.fid, areas.c.code).where(areas.c.parent_level.isnot(None), ~there)
    found = connection.execute(query).fetchall()
    if found:
        raise UndoProblem(
            f"导入 {done.id}（{done.file}）没有撤销：还有 {len(found)} 个区域以它的区域为上级"
            f"（{some([row[1] for row in found])}）。{_first(connection, 'areas', [row[0] for row in found])}"
        )


def _first(connection: sa.Connection, table: str, fids: Sequence[int]) -> str:
    """Say which imports brought rows, and so must be undone first."""
    query = (
        sa.select(AUDIT.c.id, AUDIT.c.source, IMPORTS.c.first_fid, AUDIT.c.inserted)
        .join(IMPORTS, IMPORTS.c.audit_id == AUDIT.c.id)
        .where(AUDIT.c.table == table, IMPORTS.c.undone_by.is_(None), AUDIT.c.inserted > 0)
        .order_by(AUDIT.c.id.desc())
    )
    held = np.asarray(fids)
    runs = connection.execute(query).fetchall()
    named = [f"导入 {each}（{file}）" for each, file, first, rows in runs if _holds(held, first, rows)]
    return f"请先撤销{some(named)}。" if named else "这些行不是可以撤销的导入带来的，请先删除或改正它们。"


def _holds(fids: npt.NDArray[np.int64], first: int, rows: int) -> bool:
    return bool(((fids >= first) & (fids < first + rows)).any())
