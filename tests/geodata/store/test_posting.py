"""Single rows into the store: the twin of what a frame of one row gives, and neighbours that don't harm each other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import NamedProblem, StoreProblem
from geodata.store import Posted, Store, open_store
from geodata.store.posting import Outcome, Row, Together, row_of
from geodata.store.writing import batch
from geodata.tables import HAZARDS, INSPECTIONS, PHOTOS, STEPS

AT = datetime(2024, 6, 30, 2, tzinfo=UTC)
TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))])
MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(2199, 12, 30), timezones=ZONES).map(
    lambda at: at.replace(microsecond=0)
)
NUMBERS = st.none() | st.floats(0, 1e6) | st.just(-0.0)
POINTS = st.none() | st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(shapely.Point)


def post(store: Store, *rows: Row, tell: Callable[[Posted], None] = lambda _: None) -> list[Outcome]:
    """Post rows in one transaction, each by itself."""
    return store.post([Together((row,)) for row in rows], actor="service", source="api", tell=tell)


def inspection(row_id: str, **values: Any) -> Row:
    """Give an inspection to be posted, of no place."""
    return row_of(INSPECTIONS, {"id": row_id, "at": AT, **values})


@given(st.text(min_size=1, alphabet="ab/号"), TEXTS, MOMENTS, NUMBERS, st.sampled_from(["gps", None]), POINTS)
def test_as_a_frame_would_be(
    row_id: str, text: str | None, at: datetime, number: float | None, geotag: str | None, point: shapely.Point | None
) -> None:
    """One row is stored, value for value, as a frame of one row is."""
    values = {"id": row_id, "note": text, "at": at, "accuracy": number, "geotag": geotag, "geometry": point}
    series = {name: pd.Series([values[name]], dtype="str") for name in ("id", "note", "geotag")}
    series["at"] = pd.Series([at.astimezone(UTC)], dtype="datetime64[s, UTC]")
    series["accuracy"] = pd.Series([number], dtype="float64")
    frame = gpd.GeoDataFrame(series, geometry=[point], crs=4326)
    stored = {name: column[0] for name, column in batch(INSPECTIONS, frame).columns.items()}
    row = row_of(INSPECTIONS, values)
    assert row.stored == stored
    assert {name: type(value) for name, value in row.stored.items()} == {
        name: type(value) for name, value in stored.items()
    }


@given(st.dates(datetime(1990, 1, 2).date(), datetime(2199, 12, 30).date()), st.booleans())
def test_days_and_flags(day: Any, void: bool) -> None:
    """Days and flags too."""
    series = {"id": pd.Series(["h"], dtype="str"), "deadline": pd.Series([day], dtype="datetime64[s]"), "void": [void]}
    stored = {name: column[0] for name, column in batch(HAZARDS, pd.DataFrame(series)).columns.items()}
    assert row_of(HAZARDS, {"id": "h", "deadline": day, "void": void}).stored == stored


@pytest.mark.parametrize(
    "values",
    [
        {"id": None},
        {},
        {"id": "a", "at": datetime(2024, 1, 1)},
        {"id": "a", "at": AT.replace(microsecond=5)},
        {"id": "a", "at": "2024-01-01"},
        {"id": "a", "by": "somebody"},
        {"id": "a", "note": 7},
        {"id": "a", "note": "\ud800"},
        {"id": "a", "accuracy": float("inf")},
        {"id": "a", "accuracy": True},
        {"id": "a", "geometry": shapely.Point()},
        {"id": "a", "geometry": shapely.LineString([(0, 0), (1, 1)])},
    ],
)
def test_refused_before_anything_is_written(values: dict[str, Any]) -> None:
    """What a column can't hold is a ValueError, and so is a row without its key."""
    with pytest.raises(ValueError):
        row_of(INSPECTIONS, values)


def test_each_row_has_its_audit_row(store: Store, made: SimpleNamespace, written: dict[str, str]) -> None:
    """Rows of one transaction, of two tables: each inserted, each with an audit row, each run of fids told once."""
    store.write("places", made.places(), **written)
    heard: list[Posted] = []
    hazard = row_of(HAZARDS, {"id": "h", "found_at": AT, "geometry": shapely.Point(113.6, 22.8)})
    rows = [inspection("a", place_id="P00001"), hazard, inspection("b", geometry=shapely.Point(113.7, 22.9))]
    assert post(store, *rows, tell=heard.append) == ["inserted"] * 3
    audit = store.audit(limit=3)
    assert audit["table"].tolist() == ["inspections", "hazards", "inspections"]
    assert (audit["inserted"] == 1).all()
    (posted,) = heard
    assert posted.after.version == posted.before.version + 3
    assert posted.after == store.mark()
    read = store.posted(heard)
    assert {name: frame["id"].tolist() for name, frame in read.items()} == {"inspections": ["a", "b"], "hazards": ["h"]}
    assert store.check() == []


@pytest.mark.geopackage
def test_neighbours_stand(store: Store, path: Path, made: SimpleNamespace, written: dict[str, str]) -> None:
    """A repetition, a conflict, a broken row and one whose standing twin can't be read leave their neighbours alone."""
    store.write("inspections", made.inspections(2), **written)
    post(store, inspection("old", note="有"))
    store._connection.execute("UPDATE inspections SET at = 'never' WHERE id = 'I000000'")
    before = store.version()
    broken = Row(INSPECTIONS, {"id": None})
    first, same, other, wrong, unread, last = post(
        store,
        inspection("new"),
        inspection("old", note="有"),
        inspection("old", note="无"),
        broken,
        inspection("I000000"),
        inspection("last"),
    )
    assert (first, same, other, last) == ("inserted", "unchanged", "updated", "inserted")
    assert isinstance(wrong, sqlite3.IntegrityError)
    assert isinstance(unread, StoreProblem)
    assert store.version() == before + 2
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT id, note FROM inspections ORDER BY fid DESC LIMIT 3").fetchall() == [
        ("last", None),
        ("new", None),
        ("old", "有"),
    ]
    raw.close()


def test_the_same_twice_in_one_transaction(store: Store) -> None:
    """Of two equal posts the second is a repetition; of two that differ it is a conflict."""
    assert post(store, inspection("a"), inspection("a"), inspection("a", note="别的")) == [
        "inserted",
        "unchanged",
        "updated",
    ]
    assert store.ledger("inspections").inspections["note"].isna().tolist() == [True]


def test_nothing_new_writes_nothing(store: Store) -> None:
    """A transaction of repetitions leaves no audit row and tells nobody."""
    post(store, inspection("a"))
    before, heard = store.mark(), list[Posted]()
    assert post(store, inspection("a"), tell=heard.append) == ["unchanged"]
    assert store.mark() == before
    assert heard == []


def test_all_or_nothing(store: Store, path: Path) -> None:
    """When the transaction can't be committed none of its rows stands."""
    before = store.mark()

    def fail(_: Posted) -> None:
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        post(store, inspection("a"), inspection("b"), tell=fail)
    failing = patch("geodata.store.posting.put_audit", side_effect=sqlite3.OperationalError("disk I/O error"))
    with failing, pytest.raises(sqlite3.OperationalError):
        post(store, inspection("a"))
    assert store.mark() == before
    with open_store(path) as other:
        assert other.ledger("inspections").inspections.empty
    assert post(store, inspection("a")) == ["inserted"]


@pytest.mark.geopackage
def test_every_commit_is_flushed(store: Store) -> None:
    """The connection that posts flushes the disk at every commit, with the write-ahead log on."""
    assert store._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert store._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.postgis
def test_every_commit_is_waited_for(store: Store) -> None:
    """Where a server answers before a commit is on the disk, the connection that posts waits all the same."""
    with open_store(store.path) as reader:
        assert reader._connection.execute("SHOW synchronous_commit").fetchone() == ("off",)
    assert store._connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_together(store: Store) -> None:
    """Rows that stand or fall together: all new, all there, or nothing of them, whatever is wrong with one."""
    visit, found = inspection("v"), row_of(HAZARDS, {"id": "v/1", "found_at": AT, "description": "通道堵塞"})
    other = row_of(HAZARDS, {"id": "v/1", "found_at": AT, "description": "别的"})
    more = row_of(HAZARDS, {"id": "v/2", "found_at": AT})
    heard: list[Posted] = []
    posts = [
        Together((visit, found)),
        Together((visit, found)),
        Together((visit, other)),
        Together((visit, found, more)),
    ]
    before = store.version()
    outcomes = store.post([*posts, Together((inspection("w"),))], actor="a", source="api", tell=heard.append)
    assert outcomes == ["inserted", "unchanged", "updated", "updated", "inserted"]
    assert store.version() == before + 3
    assert {name: len(rows) for name, rows in store.posted(heard).items()} == {"inspections": 2, "hazards": 1}
    assert store.ledger("hazards").hazards["id"].tolist() == ["v/1"]


def test_what_is_gone_is_named_by_nobody(store: Store, made: SimpleNamespace, written: dict[str, str]) -> None:
    """A post that names a place, an inspection or a hazard whose import was undone is refused, and it alone."""
    places = made.places()
    store.write("places", places.iloc[:3], **written)
    gone = store.import_rows({"places": places.iloc[3:]}, actor="clerk", source="a file")["places"][1]
    assert gone is not None
    store.undo(gone, actor="clerk")
    before = store.version()
    visit = inspection("v", place_id="P00001")
    found = row_of(HAZARDS, {"id": "h", "found_at": AT, "inspection_id": "v"})
    refused = [
        inspection("a", place_id="P00004"),
        row_of(HAZARDS, {"id": "b", "found_at": AT, "place_id": "P00003"}),
        row_of(HAZARDS, {"id": "c", "found_at": AT, "inspection_id": "nothing"}),
        row_of(STEPS, {"id": "d", "hazard_id": "nothing", "at": AT}),
        row_of(PHOTOS, {"id": "e", "place_id": "P00001", "inspection_id": "nothing"}),
    ]
    posts = [Together((visit, found)), *(Together((row,)) for row in refused), Together((inspection("w"),))]
    first, *told, last = store.post(posts, actor="a", source="api", tell=lambda _: None)
    assert (first, last) == ("inserted", "inserted")
    assert [str(problem) for problem in told if isinstance(problem, NamedProblem)] == [
        "没有编号为“P00004”的场所，没有写入。",
        "没有编号为“P00003”的场所，没有写入。",
        "没有编号为“nothing”的检查，没有写入。",
        "没有编号为“nothing”的隐患，没有写入。",
        "没有编号为“nothing”的检查，没有写入。",
    ]
    assert store.version() == before + 3
    assert store.check() == []


def test_what_is_appended_names_what_is_there(store: Store) -> None:
    """A step of a hazard that is gone is not written, nor half a row of the hazard with it."""
    step = pd.DataFrame({"id": ["s"], "hazard_id": ["h"]}, dtype="str")
    hazard = pd.DataFrame({"id": ["h"]}, dtype="str")
    before = store.mark()
    with pytest.raises(NamedProblem, match="没有编号为“h”的隐患"):
        store.append("steps", step, {"hazards": hazard}, actor="a", action="assign", source="api")
    assert store.mark() == before
