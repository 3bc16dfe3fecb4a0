"""The file as a GeoPackage: blobs, SQL functions, R-trees, and what GDAL makes of it from another process."""

from __future__ import annotations

import json
import sqlite3
import struct
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.store import Store, open_store
from geodata.store.geopackage import (
    blob_bounds,
    decode_points,
    decode_shapes,
    encode_points,
    encode_shapes,
    register_functions,
)
from geodata.tables import TABLES

pytestmark = pytest.mark.geopackage
Written = dict[str, str]
POINTS = np.array([shapely.Point(113.5, 22.5), None, shapely.Point(-71.25, -0.0)], dtype=object)
SHAPES = np.array([shapely.MultiPolygon([shapely.box(1, 2, 3, 5)]), None, shapely.MultiPoint([(0, 0), (9, 4)])])


def gdal(code: str, *arguments: str) -> Any:
    """Run code that has pyogrio and prints one JSON value, in a process of its own: GDAL carries its own SQLite."""
    head = "import json, sys, warnings, pyogrio, pandas as pd, geopandas as gpd; warnings.simplefilter('error');"
    done = subprocess.run(
        [sys.executable, "-c", head + code, *arguments], check=True, capture_output=True, text=True, timeout=120
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


READ_EVERY_LAYER = """
layers = {}
for name, kind in pyogrio.list_layers(sys.argv[1]).tolist():
    frame = pyogrio.read_dataframe(sys.argv[1], layer=name)
    info = pyogrio.read_info(sys.argv[1], layer=name)
    layers[name] = [kind, info["features"], len(frame), info["crs"]]
print(json.dumps(layers))
"""


@pytest.fixture
def full(store: Store, made: SimpleNamespace, written: Written) -> Store:
    """Give a store with rows in several layers."""
    frames = {"areas": made.areas(), "places": made.places(300), "inspections": made.inspections(700)}
    store.write_many(frames, **written)
    return store


def test_points_survive_their_blobs() -> None:
    """Points decode to themselves, None stays None, and a blob is 29 bytes long."""
    blobs = encode_points(POINTS)
    assert [blob and len(blob) for blob in blobs] == [29, None, 29]
    assert decode_points(blobs).tolist() == POINTS.tolist()


def test_shapes_survive_their_blobs_and_carry_their_bounds() -> None:
    """Other geometries decode to themselves; their envelope is read without decoding."""
    blobs = encode_shapes(SHAPES)
    assert decode_shapes(blobs).tolist() == SHAPES.tolist()
    assert [blob_bounds(blob) for blob in blobs] == [(1, 3, 2, 5), None, (0, 9, 0, 4)]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("boxed", [False, True])
def test_points_of_other_programs_are_read(order: str, boxed: bool) -> None:
    """A point in the other byte order, or with an envelope, is the same point."""
    little = int(order == "<")
    head = b"GP\x00" + bytes([little | boxed << 1]) + struct.pack(order + "i", 4326)
    box = struct.pack(order + "dddd", 113.5, 113.5, 22.5, 22.5) if boxed else b""
    blob = head + box + shapely.to_wkb(shapely.Point(113.5, 22.5), byte_order=little)
    assert decode_points([None, blob]).tolist() == [None, shapely.Point(113.5, 22.5)]
    assert blob_bounds(blob) == (113.5, 113.5, 22.5, 22.5)


def test_an_empty_point_of_another_program_is_no_position() -> None:
    """POINT EMPTY, marked as empty or not, is None and has no bounds."""
    for flags in (0x11, 0x01):
        blob = b"GP\x00" + bytes([flags]) + struct.pack("<i", 4326) + shapely.to_wkb(shapely.Point(), byte_order=1)
        assert decode_points([blob]).tolist() == [None]
        assert blob_bounds(blob) is None


@pytest.mark.parametrize("blob", [b"", b"GP", b"not a geometry at all", b"GP\x00\x0f" + b"\x00" * 30])
def test_a_blob_that_is_no_geometry_is_refused(blob: bytes) -> None:
    """ValueError, not a wrong geometry."""
    with pytest.raises(ValueError, match="not a GeoPackage geometry"):
        decode_points([blob])


def test_the_r_tree_answers_as_a_look_at_every_row(full: Store) -> None:
    """A box query through the index finds the rows that brute force finds, after inserts and moves."""
    moved = full.ledger("places", columns={"places": ("id", "geometry")}).places.iloc[:50]
    moved = moved.set_geometry(moved.geometry.translate(0.05, 0.05))
    full.write("places", moved, actor="a", action="post", source="s")
    points = full.ledger("places").places.geometry
    for minx, miny, maxx, maxy in ((113.65, 22.75, 113.72, 22.81), (0, 0, 1, 1), (113, 22, 114, 23)):
        found = full._connection.execute(
            "SELECT fid - 1 FROM places JOIN rtree_places_geometry AS r ON fid = r.id "
            "WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ? ORDER BY 1",
            (maxx, minx, maxy, miny),
        )
        expected = np.flatnonzero(points.intersects(shapely.box(minx, miny, maxx, maxy)))
        assert [position for (position,) in found] == expected.tolist()


def test_plain_sqlite_can_edit_a_layer_once_it_has_the_functions(full: Store, path: Path) -> None:
    """Moving, clearing, renumbering and restoring points by plain SQL keeps the R-tree true."""
    full.close()
    connection = sqlite3.connect(path)
    register_functions(connection)
    (blob,) = connection.execute("SELECT geometry FROM places WHERE fid = 1").fetchone()
    connection.execute("UPDATE places SET geometry = NULL WHERE fid = 1")
    connection.execute("UPDATE places SET fid = 1000 WHERE fid = 2")
    connection.execute("UPDATE places SET fid = 2000, geometry = NULL WHERE fid = 3")
    connection.execute("UPDATE places SET geometry = ? WHERE fid = 2000", (blob,))
    connection.commit()
    connection.close()
    with open_store(path) as store:
        assert store.check() == []


def test_gdal_opens_every_layer_while_a_writer_holds_the_file(full: Store, path: Path) -> None:
    """Layers, geometry types, counts and CRS are there for GDAL during an open write transaction, as before it."""
    other = sqlite3.connect(path, isolation_level=None)
    register_functions(other)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO places (id, name, geometry) SELECT id || '-copy', name, geometry FROM places")
    try:
        layers = gdal(READ_EVERY_LAYER, str(path))
    finally:
        other.execute("ROLLBACK")
        other.close()
    kinds = {"POINT": "Point", "MULTILINESTRING": "MultiLineString", "MULTIPOLYGON": "MultiPolygon", None: None}
    counts = {"areas": 3, "places": 300, "inspections": 700}
    assert layers == {
        name: [kinds[table.geometry], counts.get(name, 0), counts.get(name, 0), table.geometry and "EPSG:4326"]
        for name, table in TABLES.items()
    }


def test_gdal_reads_whole_states_while_a_writer_keeps_writing(full: Store, path: Path) -> None:
    """Each write adds two rows at once; GDAL in another process never sees one of the two, nor an error."""
    code = """
print("ready", flush=True)
for _ in sys.stdin:
    print(len(pyogrio.read_dataframe(sys.argv[1], layer="officers")), flush=True)
"""
    reader = subprocess.Popen(
        [sys.executable, "-c", "import sys, pyogrio;" + code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdin is not None
    assert reader.stdout is not None
    assert reader.stdout.readline() == "ready\n"
    seen = []
    for number in range(20):
        frame = pd.DataFrame({"id": [f"{number}a", f"{number}b"]})
        full.write("officers", frame, actor="a", action="post", source="s")
        reader.stdin.write("go\n")
        reader.stdin.flush()
        seen.append(int(reader.stdout.readline()))
    reader.stdin.close()
    reader.stdout.close()
    assert reader.wait(60) == 0
    assert all(count % 2 == 0 for count in seen)
    assert seen == sorted(seen)
    assert seen[-1] > 0


def test_gdal_and_we_agree_on_boxes_times_and_values(full: Store, path: Path) -> None:
    """GDAL's box query finds our rows, its times are ours, its dates and numbers too."""
    box = (113.65, 22.75, 113.72, 22.81)
    code = """
box = tuple(map(float, sys.argv[2].split()))
inside = pyogrio.read_dataframe(sys.argv[1], layer="inspections", bbox=box).sort_values("id")
places = pyogrio.read_dataframe(sys.argv[1], layer="places")
day = places["opened"].astype(str).str[:10]
print(json.dumps([inside["id"].tolist(), inside["at"].dt.tz_convert("UTC").dt.strftime("%FT%T").tolist(), day.tolist(),
                  places["headcount"].tolist(), places["name"].tolist()]))
"""
    ids, times, days, heads, names = gdal(code, str(path), " ".join(map(str, box)))
    ledger = full.ledger("places", "inspections")
    ours = ledger.inspections[ledger.inspections.intersects(shapely.box(*box))]
    assert ids == ours["id"].tolist()
    assert times == ours["at"].dt.tz_convert("UTC").dt.strftime("%FT%T").tolist()
    assert days == ledger.places["opened"].astype("str").tolist()
    assert heads == ledger.places["headcount"].tolist()
    assert names == ledger.places["name"].tolist()


APPEND = """
import shapely
frame = gpd.GeoDataFrame({"id": ["QGIS-1", "QGIS-2"], "name": ["画的点", "另一个"], "status": ["open", "open"]},
                         geometry=[shapely.Point(113.66, 22.77), shapely.Point(113.67, 22.78)], crs=4326)
frame["opened"] = pd.to_datetime(["2024-03-05", "2024-03-06"]).date
pyogrio.write_dataframe(frame, sys.argv[1], layer="places", append=True)
print(len(pyogrio.read_dataframe(sys.argv[1], layer="places", bbox=(113.6599, 22.7699, 113.6601, 22.7701))))
"""


def test_points_drawn_in_a_gis_program_are_part_of_the_town(full: Store, path: Path) -> None:
    """Rows that GDAL appends are in its index and ours, in the ledger, no finding, and can be updated by us."""
    assert gdal(APPEND, str(path)) >= 1
    places = full.ledger("places").places
    assert places["id"].tolist()[-2:] == ["QGIS-1", "QGIS-2"]
    assert places["opened"].astype("str").tolist()[-2:] == ["2024-03-05", "2024-03-06"]
    assert full.check() == []
    change = gpd.GeoDataFrame({"id": ["QGIS-1"]}, geometry=[shapely.Point(113.66, 22.77)], crs=4326)
    assert full.write("places", change, actor="a", action="post", source="s").tolist() == ["unchanged"]


def test_the_triggers_of_geopackage_1_4_are_as_good_as_ours(full: Store, made: SimpleNamespace) -> None:
    """An index that a GIS program built anew, with the triggers of 1.4, is no finding, and our writes keep it true."""
    sides = "ST_MinX(NEW.geometry), ST_MaxX(NEW.geometry), ST_MinY(NEW.geometry), ST_MaxY(NEW.geometry)"
    drawn, was = "NEW.geometry NOTNULL AND NOT ST_IsEmpty(NEW.geometry)", "OLD.geometry NOTNULL"
    index = "rtree_places_geometry"
    put = f"UPDATE {index} SET (minx, maxx, miny, maxy) = ({sides}) WHERE id = NEW.fid;"
    add = f"INSERT INTO {index} VALUES (NEW.fid, {sides});"
    for name, when, action in (("update6", f"{drawn} AND {was}", put), ("update7", f"{drawn} AND NOT ({was})", add)):
        full._connection.execute(
            f"CREATE TRIGGER {index}_{name} AFTER UPDATE OF geometry ON places WHEN {when} BEGIN {action} END"
        )
    full._connection.execute(f"DROP TRIGGER {index}_update1")
    moved = full.ledger("places", columns={"places": ("id", "geometry")}).places
    moved = moved.set_geometry(moved.geometry.translate(0.05, 0.05))
    assert set(full.write("places", moved, actor="a", action="post", source="s")) == {"updated", "unchanged"}
    assert full.check() == []


def test_the_reference_systems_of_the_standard_are_there(full: Store) -> None:
    """The file knows -1, 0, WGS 84 and CGCS2000, and says it is a GeoPackage 1.3."""
    run = full._connection.execute
    assert [row[0] for row in run("SELECT srs_id FROM gpkg_spatial_ref_sys ORDER BY 1")] == [-1, 0, 4326, 4490]
    assert run("PRAGMA application_id").fetchone() == (0x47504B47,)
    assert run("PRAGMA user_version").fetchone() == (10300,)
    assert run("PRAGMA journal_mode").fetchone() == ("wal",)
    assert run("PRAGMA synchronous").fetchone() == (2,)
    assert run("PRAGMA foreign_key_check").fetchall() == []


def test_the_reach_of_a_layer_is_told(full: Store, made: SimpleNamespace, written: Written) -> None:
    """gpkg_contents holds the bounds of all that was ever written to a layer."""
    far = made.places(1)
    far["id"], far["geometry"] = ["far"], [shapely.Point(120.0, 30.0)]
    full.write("places", far, **written)
    box = full._connection.execute("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'places'")
    assert box.fetchone() == tuple(full.ledger("places").places.total_bounds)
