"""Writes: what becomes of each row, what the audit keeps, and that a write that fails leaves nothing."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import StoreProblem
from geodata.store import Store, open_store, writing
from geodata.store.connection import connect
from geodata.store.dialects import dialect_at
from geodata.store.location import Where

Written = dict[str, str]


def dump(path: Where) -> list[Any]:
    """Give the whole content of a store: a file's as SQL, else the rows of every table."""
    with closing(connect(path, write=False)) as connection:
        if isinstance(connection, sqlite3.Connection):
            return [line for line in connection.iterdump() if "_node" not in line]  # of R-trees: may differ
        query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        names = [name for (name,) in connection.execute(query)]
        return [(name, sorted(map(str, connection.execute(f'SELECT * FROM "{name}"')))) for name in names]


def test_new_rows_are_inserted(store: Store, made: SimpleNamespace, written: Written) -> None:
    """Every row of a first write is inserted; the outcome stands on the frame's own index."""
    frame = made.places().set_index(pd.Index([9, 7, 5, 3, 1]))
    outcome = store.write("places", frame, **written)
    assert outcome.index.tolist() == [9, 7, 5, 3, 1]
    assert set(outcome) == {"inserted"}


def test_the_same_rows_again_are_unchanged(store: Store, made: SimpleNamespace, written: Written) -> None:
    """A second write of the same frames, in another order, changes no row."""
    frames = {"places": made.places(), "inspections": made.inspections(), "areas": made.areas()}
    store.write_many(frames, **written)
    before = store.ledger()
    again = store.write_many({name: frame.iloc[::-1] for name, frame in frames.items()}, **written)
    assert {word for outcome in again.values() for word in outcome} == {"unchanged"}
    for name, frame in before.frames.items():
        pd.testing.assert_frame_equal(frame, store.ledger().frames[name])


def test_only_what_differs_is_updated(store: Store, made: SimpleNamespace, written: Written) -> None:
    """A row with one new value is updated, its neighbours are not, and a new row comes last."""
    store.write("places", made.places(), **written)
    old = store.ledger("places").places
    frame = pd.concat([old[["id", "name", "headcount"]], pd.DataFrame({"id": ["NEW"], "name": ["新"]})])
    frame.iloc[1, 1] = "改名"
    frame.iloc[2, 2] = np.nan
    outcome = store.write("places", frame, **written)
    assert outcome.tolist() == ["unchanged", "updated", "updated", "unchanged", "unchanged", "inserted"]
    now = store.ledger("places").places
    assert now["id"].tolist() == [*old["id"], "NEW"]
    assert now["name"].tolist()[1] == "改名"
    assert np.isnan(now["headcount"].iloc[2])


def test_columns_that_are_not_in_the_frame_stay(store: Store, made: SimpleNamespace, written: Written) -> None:
    """A frame of id and status touches neither names nor points."""
    store.write("places", made.places(), **written)
    store.write("places", pd.DataFrame({"id": ["P00001"], "status": ["closed"]}), **written)
    expected = made.places()
    expected.loc[1, "status"] = "closed"
    now = store.ledger("places").places
    assert now["status"].tolist() == expected["status"].tolist()
    assert now["name"].tolist() == expected["name"].tolist()
    assert now.geometry.geom_equals_exact(expected.geometry, 0).tolist() == [True] * 4 + [False]


def test_the_audit_says_from_what_to_what(store: Store, made: SimpleNamespace, written: Written) -> None:
    """The audit row of an update holds the counts, and old and new value of each changed field and no other."""
    store.write("places", made.places(), **written)
    change = gpd.GeoDataFrame(
        {"id": ["P00001", "P00002"], "name": ["改“名”", "第2号“小店”"], "headcount": [np.nan, 3.0]},
        geometry=[shapely.Point(113.5, 22.5), made.places().geometry[2]],
        crs=4326,
    )
    old = made.places()
    store.write("places", change, actor="li", action="post", source="form")
    row = store.audit(1).iloc[0]
    assert (row["actor"], row["action"], row["source"], row["table"]) == ("li", "post", "form", "places")
    assert (row["inserted"], row["updated"], row["unchanged"]) == (0, 2, 0)
    x, y = old.geometry[1].x, old.geometry[1].y
    assert json.loads(row["changes"]) == {
        "P00001": {
            "name": {"from": "第1号“小店”", "to": "改“名”"},
            "headcount": {"from": int(old["headcount"][1]), "to": None},
            "geometry": {"from": f"POINT ({x!r} {y!r})", "to": "POINT (113.5 22.5)"},
        },
        "P00002": {"headcount": {"from": int(old["headcount"][2]), "to": 3}},
    }


def test_areas_are_matched_by_level_and_code(store: Store, made: SimpleNamespace, written: Written) -> None:
    """A district and a community may share a code; their audit names both parts of the key."""
    communities = made.areas()
    store.write("areas", communities, **written)
    districts = communities.assign(level="district")
    assert set(store.write("areas", districts, **written)) == {"inserted"}
    store.write("areas", districts.assign(name="改"), **written)
    assert set(json.loads(store.audit(1)["changes"][0])) == {"district/A", "district/B"}
    assert store.ledger("areas").areas["name"].tolist()[1:] == ["A", "B", "改", "改"]


def test_one_part_becomes_many(store: Store, made: SimpleNamespace, written: Written) -> None:
    """A polygon is kept as a multi-polygon of one, a line as a multi-line; written again they are unchanged."""
    store.write("areas", made.areas(), **written)
    line = shapely.LineString([(113.6, 22.7), (113.7, 22.8)])
    roads = gpd.GeoDataFrame({"id": ["R"], "oneway": [True]}, geometry=[line], crs=4326)
    store.write("roads", roads, **written)
    ledger = store.ledger("areas", "roads")
    assert ledger.areas.geom_type.tolist()[1:] == ["MultiPolygon", "MultiPolygon"]
    assert ledger.roads.geometry[0] == shapely.MultiLineString([line])
    assert set(store.write("areas", made.areas(), **written)) == {"unchanged"}


def test_a_moved_vertex_is_a_change_and_the_last_bit_counts(
    store: Store, made: SimpleNamespace, written: Written
) -> None:
    """Geometries are compared by exact coordinates."""
    store.write("places", made.places(), **written)
    moved = made.places()
    point = moved.geometry[0]
    moved.geometry = [shapely.Point(np.nextafter(point.x, 180), point.y), *moved.geometry[1:]]
    assert store.write("places", moved, **written).tolist() == ["updated"] + ["unchanged"] * 4


def test_height_is_dropped(store: Store, made: SimpleNamespace, written: Written) -> None:
    """The store is plane: a point with Z is kept without it."""
    high = made.places(2)
    high.geometry = [shapely.Point(113.6, 22.7, 40.0), None]
    store.write("places", high, **written)
    assert not store.ledger("places").places.geometry[0].has_z


def test_an_empty_frame_writes_only_its_audit(store: Store, made: SimpleNamespace, written: Written) -> None:
    """No rows are no fault."""
    outcome = store.write("places", made.places().iloc[:0], **written)
    assert len(outcome) == 0
    assert store.audit(1)[["inserted", "updated", "unchanged"]].to_numpy().tolist() == [[0, 0, 0]]


WRONG: dict[str, Callable[[gpd.GeoDataFrame], pd.DataFrame]] = {
    "no such choice": lambda frame: frame.assign(risk="极高"),
    "numbers wanted": lambda frame: frame.assign(headcount="5"),
    "whole numbers": lambda frame: frame.assign(headcount=1.5),
    "infinite": lambda frame: frame.assign(headcount=np.inf),
    "text wanted": lambda frame: frame.assign(name=pd.Series([1, 2, 3, 4, 5])),
    "without a time zone": lambda frame: frame.assign(opened="2024-01-01"),
    "time of day": lambda frame: frame.assign(opened=np.datetime64("2024-01-01T10:00", "s")),
    "unknown columns": lambda frame: frame.assign(row=1),
    "key columns lacking": lambda frame: frame.drop(columns="id"),
    "row without id": lambda frame: frame.assign(id=frame["id"].where(frame.index != 2)),
    "twice in one write": lambda frame: frame.assign(id="P1"),
    "must be in EPSG": lambda frame: frame.to_crs(3857),
    "geometry of DataFrame": lambda frame: pd.DataFrame(frame).assign(geometry=1),
    "holds POINT": lambda frame: frame.set_geometry(gpd.GeoSeries([shapely.box(0, 0, 1, 1)] * 5, crs=4326)),
    "empty geometry": lambda frame: frame.set_geometry(gpd.GeoSeries([shapely.Point()] * 5, crs=4326)),
    "no numbers": lambda frame: frame.set_geometry(gpd.GeoSeries([shapely.Point(np.inf, 1)] * 5, crs=4326)),
}


@pytest.mark.geopackage
@pytest.mark.parametrize("message", WRONG)
def test_a_frame_that_is_not_as_the_schema_says_is_a_fault_of_the_program(
    message: str, store: Store, path: Path, made: SimpleNamespace, written: Written
) -> None:
    """ValueError, and not even an audit row, for every way a frame can be wrong."""
    before = dump(path)
    with pytest.raises(ValueError, match=message):
        store.write_many({"areas": made.areas(), "places": WRONG[message](made.places())}, **written)
    assert dump(path) == before


@pytest.mark.parametrize(
    ("column", "value"), [("at", np.datetime64("2024-01-01", "s")), ("at", pd.Timestamp("2024-01-01T10:00:00.5Z"))]
)
def test_moments_carry_a_zone_and_whole_seconds(
    store: Store, made: SimpleNamespace, written: Written, column: str, value: object
) -> None:
    """A moment without a zone, or with a fraction of a second, is a fault of the program."""
    with pytest.raises(ValueError, match="column at"):
        store.write("inspections", made.inspections().assign(**{column: value}), **written)


def test_flags_are_never_missing(store: Store, written: Written) -> None:
    """A flag that is no bool is a fault of the program."""
    with pytest.raises(ValueError, match="bool wanted"):
        store.write("roads", pd.DataFrame({"id": ["R"], "oneway": [None]}), **written)


def test_no_such_table(store: Store, made: SimpleNamespace, written: Written) -> None:
    """A table that is none is a fault of the program."""
    with pytest.raises(ValueError, match="no such tables"):
        store.write("wangge_audit", made.places(), **written)


def test_a_write_that_breaks_half_way_leaves_the_file_as_it_was(
    store: Store, path: Path, made: SimpleNamespace, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of three tables, their R-trees and audit are rolled back when the last audit row fails."""
    store.write_many({"areas": made.areas(), "places": made.places()}, **written)
    before = dump(path)
    calls: list[str] = []
    real = writing.put_audit

    def fail_at_inspections(connection: object, table: str, *rest: object) -> object:
        calls.append(table)
        if table == "inspections":
            raise RuntimeError("broken")
        return real(connection, table, *rest)

    monkeypatch.setattr(writing, "put_audit", fail_at_inspections)
    changed = made.places().assign(name="改")
    frames = {"areas": made.areas(("A", "B", "C")), "places": changed, "inspections": made.inspections()}
    with pytest.raises(RuntimeError, match="broken"):
        store.write_many(frames, **written)
    assert calls == ["areas", "places", "inspections"]
    assert dump(path) == before
    assert store.check() == []
    monkeypatch.undo()
    assert set(store.write_many(frames, **written)["inspections"]) == {"inserted"}


@pytest.mark.geopackage
def test_a_full_disk_leaves_the_file_as_it_was(
    store: Store, path: Path, made: SimpleNamespace, written: Written
) -> None:
    """When the file can't grow, the write is undone and says so, and the store goes on working."""
    store.write("places", made.places(), **written)
    before = dump(path)
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(StoreProblem, match="磁盘已满"):
        store.write("inspections", made.inspections(2000), **written)
    assert dump(path) == before
    store._connection.execute("PRAGMA max_page_count = 1073741823")
    assert set(store.write("inspections", made.inspections(2000), **written)) == {"inserted"}
    assert store.check() == []


def test_a_store_held_by_another_writer_is_not_waited_for_without_end(
    store: Store, path: Path, made: SimpleNamespace, written: Written
) -> None:
    """While another program writes, reading goes on and writing gives up after its patience, with a remedy."""
    store.write("places", made.places(), **written)
    other = connect(path, write=True)
    dialect_at(path).begin(other, "writing")
    with open_store(path, write=True, patience=0.05) as patient:
        with pytest.raises(StoreProblem, match="正被另一个程序写入"):
            patient.write("places", made.places(), **written)
        assert len(patient.ledger("places").places) == 5
        other.execute("COMMIT")
        other.close()
        assert set(patient.write("places", made.places(), **written)) == {"unchanged"}


@pytest.mark.geopackage
def test_a_read_only_file_says_so(store: Store, path: Path, made: SimpleNamespace, written: Written) -> None:
    """Who may not write the file can read it, and is told so when writing."""
    store.write("places", made.places(), **written)
    store.close()
    path.chmod(0o444)
    for folder in (path.parent, *path.parent.parents[:3]):
        folder.chmod(0o755)
    root = os.geteuid() == 0
    if root:  # whom no mode of a file keeps out
        os.seteuid(65534)
    try:
        with open_store(path) as reader:
            assert len(reader.ledger("places").places) == 5
        with pytest.raises(StoreProblem, match="只读"), open_store(path, write=True) as writer:
            writer.write("places", made.places(), **written)
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.geopackage
def test_a_value_another_program_broke_stops_the_write(
    store: Store, path: Path, made: SimpleNamespace, written: Written
) -> None:
    """A stored time that is none is named, and nothing is written over it."""
    store.write("inspections", made.inspections(), **written)
    store._connection.execute("UPDATE inspections SET at = 'yesterday' WHERE fid = 2")
    before = dump(path)
    with pytest.raises(StoreProblem, match="列 at"):
        store.write("inspections", made.inspections(), **written)
    assert dump(path) == before


@pytest.mark.geopackage
@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%f000Z"])
def test_a_moment_that_another_program_wrote_otherwise_is_the_same(
    store: Store, made: SimpleNamespace, written: Written, form: str
) -> None:
    """Times without milliseconds or with microseconds compare by what they mean."""
    store.write("inspections", made.inspections(), **written)
    store._connection.execute("UPDATE inspections SET at = strftime(?, at)", (form,))
    assert set(store.write("inspections", made.inspections(), **written)) == {"unchanged"}
    expected = made.inspections()["at"]
    assert store.ledger("inspections").inspections["at"].tolist() == expected.tolist()


def test_a_write_may_refuse_to_update(store: Store, path: Path, made: SimpleNamespace, written: Written) -> None:
    """Who only adds changes nothing of what others wrote meanwhile; who only asks changes nothing at all."""
    store.write("places", made.places(), **written)
    before, other = dump(path), made.places()
    other["name"] = "别的名字"
    assert set(store.write("places", other, keep="if new", **written)) == {"updated"}
    assert set(store.write("places", other, keep="nothing", **written)) == {"updated"}
    assert dump(path) == before
    assert set(store.write("inspections", made.inspections(), keep="if new", **written)) == {"inserted"}
