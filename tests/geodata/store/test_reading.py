"""Reads: what was written comes back, with the dtypes of `geodata.tables`, in one state of the file."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import StoreProblem
from geodata.model import Town
from geodata.store import Store, create_store, open_store, reading
from geodata.tables import TABLES, Column, Table

Written = dict[str, str]
WRITTEN = {"actor": "a", "action": "import", "source": "s"}
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "America/Chicago")
EPOCH, LAST = datetime(1990, 1, 1), datetime(2100, 12, 31)

degrees = st.floats(-180, 180).map(lambda value: round(value, 9))
rings = st.tuples(degrees, degrees).map(lambda at: shapely.box(at[0], at[1], at[0] + 0.5, at[1] + 0.25))
lines = st.lists(st.tuples(degrees, degrees), min_size=2, max_size=5, unique=True).map(shapely.LineString)
SHAPES = {
    "POINT": st.builds(shapely.Point, degrees, degrees),
    "MULTIPOLYGON": rings.map(lambda ring: shapely.MultiPolygon([ring])),
    "MULTILINESTRING": st.lists(lines, min_size=1, max_size=3).map(shapely.MultiLineString),
}
texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", " ", "null", "NaN", "None", "'; DROP TABLE places; --", '"', "a\nb\r\n", "👩🏽‍🚒", "\x00x", "字" * 9000]
    ),
)


def values(column: Column) -> st.SearchStrategy[Any]:
    """Give a strategy for the values of a column, missing ones among them."""
    moments = st.datetimes(EPOCH, LAST).map(lambda moment: moment.replace(microsecond=0))
    choices = st.sampled_from(sorted(set(column.choices.values())) or ["x"])
    return {
        "text": st.none() | texts,
        "tags": st.none() | texts,
        "choice": st.none() | choices,
        "integer": st.none() | st.integers(-(2**53), 2**53).map(float),
        "number": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "date": st.none() | st.dates(EPOCH.date(), LAST.date()),
        "moment": st.none() | moments,
        "flag": st.booleans(),
    }[column.kind]


def as_column(column: Column, found: list[Any], timezone: str) -> Any:
    """Give values the dtype that `geodata.tables` promises."""
    if column.kind in ("integer", "number"):
        return np.array(found, dtype=np.float64)
    if column.kind == "flag":
        return np.array(found, dtype=bool)
    if column.kind == "date":
        return np.array(found, dtype="datetime64[s]")
    if column.kind == "moment":
        utc = pd.DatetimeIndex(np.array(found, dtype="datetime64[s]")).tz_localize("UTC")
        return utc.tz_convert(timezone)
    return pd.Series(found, dtype="str")


@st.composite
def frames(draw: st.DrawFn, table: Table, timezone: str) -> pd.DataFrame:
    """Draw a frame of a table as a ledger would hold it."""
    n = draw(st.integers(1, 6))
    columns: dict[str, Any] = {}
    for column in table.columns:
        found = draw(st.lists(values(column), min_size=n, max_size=n))
        columns[column.name] = as_column(column, found, timezone)
    keys = draw(st.lists(texts, min_size=n, max_size=n, unique=True))
    for name in table.key:
        columns[name] = pd.Series(keys, dtype="str")
    if "level" in table.key:
        columns["level"] = pd.Series(["grid"] * n, dtype="str")
    if table.geometry is None:
        return pd.DataFrame(columns)
    shapes = np.array(draw(st.lists(st.none() | SHAPES[table.geometry], min_size=n, max_size=n)), dtype=object)
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


@pytest.fixture(scope="module")
def blanks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Give the bytes of an empty store by time zone."""
    folder = tmp_path_factory.mktemp("blanks")
    for number, timezone in enumerate(ZONES):
        create_store(folder / f"{number}.gpkg", Town("甲", "441900121", timezone)).close()
    return {timezone: (folder / f"{number}.gpkg").read_bytes() for number, timezone in enumerate(ZONES)}


@pytest.mark.parametrize("name", list(TABLES))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_what_is_written_comes_back(name: str, data: st.DataObject, blanks: dict[str, bytes]) -> None:
    """Frame → write → ledger gives the same frame: any text, dates 1990–2100, anything missing."""
    timezone = data.draw(st.sampled_from(ZONES))
    frame = data.draw(frames(TABLES[name], timezone))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "t.gpkg").write_bytes(blanks[timezone])
        _assert_comes_back(Path(folder) / "t.gpkg", name, frame)


def _assert_comes_back(path: Path, name: str, frame: pd.DataFrame) -> None:
    with open_store(path, write=True) as store:
        outcome = store.write(name, frame, **WRITTEN)
        assert set(outcome) == {"inserted"}
        read = store.ledger(name).frames[name]
        if name == "areas":
            read = read.iloc[1:].reset_index(drop=True)
        assert set(store.write(name, frame, **WRITTEN)) == {"unchanged"}
        assert [line for line in store.check() if not re.search("不在 (places|inspections|hazards) 里", line)] == []
    if isinstance(frame, gpd.GeoDataFrame):
        assert_geodataframe_equal(read, frame, check_crs=True)
    else:
        pd.testing.assert_frame_equal(read, frame)


def test_an_empty_table_has_its_dtypes(store: Store) -> None:
    """A table without rows has every column of the schema with the dtype of its kind, and a RangeIndex."""
    promised = {
        **dict.fromkeys(("text", "choice", "tags"), "str"),
        **dict.fromkeys(("integer", "number"), "float64"),
        "date": "datetime64[s]",
        "moment": "datetime64[s, Asia/Shanghai]",
        "flag": "bool",
    }
    for name, frame in store.ledger().frames.items():
        expected = {column.name: promised[column.kind] for column in TABLES[name].columns}
        shape = {"geometry": "geometry"} if TABLES[name].geometry else {}
        assert {key: str(dtype) for key, dtype in frame.dtypes.items()} == expected | shape
        assert isinstance(frame.index, pd.RangeIndex)
        assert TABLES[name].geometry is None or frame.crs.to_epsg() == 4326


def test_only_the_asked_columns_are_read(store: Store, made: SimpleNamespace, written: Written) -> None:
    """Columns come in the order asked for; without the geometry the frame is a plain one."""
    store.write_many({"places": made.places(), "inspections": made.inspections()}, **written)
    ledger = store.ledger(
        "places", "inspections", columns={"places": ("risk", "id"), "inspections": ("at", "geometry")}
    )
    assert list(ledger.frames["places"]) == ["risk", "id"]
    assert not isinstance(ledger.frames["places"], gpd.GeoDataFrame)
    assert list(ledger.inspections) == ["at", "geometry"]
    with pytest.raises(LookupError, match="without hazards"):
        _ = ledger.hazards


def test_what_one_row_names(store: Store, made: SimpleNamespace, written: Written) -> None:
    """One row is asked for what it names; whether tables were written is asked of the writes after one."""
    store.write("places", made.places(), **written)
    before = store.version()
    store.write("inspections", made.inspections(), **written)
    visit = made.inspections().iloc[0]
    assert store.links("inspections", visit["id"]) == {"place_id": visit["place_id"]}
    assert store.links("inspections", "none") is None
    assert store.links("hazards", "none") is None
    assert store.written(before, ("inspections", "hazards"))
    assert not store.written(before, ("places", "hazards"))
    assert not store.written(store.version(), TABLES)


def test_a_column_or_table_that_is_none_is_a_fault_of_the_program(store: Store) -> None:
    """KeyError, never a column full of its own name."""
    with pytest.raises(KeyError):
        store.ledger("places", columns={"places": ("id", "shoe_size")})
    with pytest.raises(KeyError):
        store.ledger("officers", columns={"officers": ("geometry",)})
    with pytest.raises(KeyError):
        store.ledger("wangge_audit")


def test_a_moment_is_the_same_instant_in_the_zone_of_the_town(
    store: Store, path: Path, made: SimpleNamespace, written: Written
) -> None:
    """Midnight of a Shanghai day stands in the file as 16:00 of the day before, in UTC."""
    frame = made.inspections(1).assign(at=pd.Timestamp("2024-03-05T00:00:00+08:00").as_unit("s"))
    store.write("inspections", frame, **written)
    assert store._connection.execute("SELECT at FROM inspections").fetchone() == ("2024-03-04T16:00:00.000Z",)
    assert store.ledger("inspections").inspections["at"][0].isoformat() == "2024-03-05T00:00:00+08:00"


def test_a_ledger_is_one_state_of_the_file(
    store: Store, path: Path, made: SimpleNamespace, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write between the reading of two tables is not seen by the second."""
    real = reading.read_frame

    def read_and_write(connection: Any, table: Table, *rest: Any) -> pd.DataFrame:
        frame = real(connection, table, *rest)
        if table.name == "places":
            store.write_many({"places": made.places(), "inspections": made.inspections()}, **written)
        return frame

    monkeypatch.setattr(reading, "read_frame", read_and_write)
    with open_store(path) as reader:
        ledger = reader.ledger("places", "inspections")
        assert (len(ledger.places), len(ledger.inspections)) == (0, 0)
        monkeypatch.undo()
        assert len(reader.ledger("inspections").inspections) == 8


@pytest.mark.geopackage
def test_a_value_that_cannot_be_read_is_named(store: Store, made: SimpleNamespace, written: Written) -> None:
    """A date that is none stops the reading with table, column and remedy."""
    store.write("places", made.places(), **written)
    store._connection.execute("UPDATE places SET opened = '2024年3月' WHERE fid = 1")
    with pytest.raises(StoreProblem, match=r"places（监管场所）的列 opened .*wangge check"):
        store.ledger("places")


def test_a_column_that_was_taken_away_is_named(store: Store) -> None:
    """A layer that lost a column in a GIS program is not read as if it held the column's name."""
    store._connection.execute("ALTER TABLE places DROP COLUMN address")
    with pytest.raises(
        StoreProblem, match=r"(no such column: places\.address|column places\.address does not exist).*wangge check"
    ):
        store.ledger("places")


def test_a_reader_does_not_import_sqlalchemy(store: Store, path: Path) -> None:
    """Opening and reading a store starts without the library that only writes need."""
    store.close()
    code = (
        "import sys; from geodata.store import open_store; open_store(sys.argv[1]).ledger('places');"
        "sys.exit('sqlalchemy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0


def test_the_audit_is_read_newest_first(store: Store, made: SimpleNamespace, written: Written) -> None:
    """The audit has its dtypes, the newest row first, and no more rows than asked for."""
    start = pd.Timestamp.now("UTC") - timedelta(seconds=1)
    store.write("places", made.places(), **written)
    audit = store.audit()
    assert audit["id"].tolist() == [3, 2, 1]
    assert audit["table"].tolist() == ["places", "areas", "wangge_settings"]
    assert audit["inserted"].tolist()[0] == 5
    assert start <= audit["at"][0] <= pd.Timestamp.now("UTC")
    assert len(store.audit(2)) == 2
    assert len(store.audit(0)) == 0
