"""Imports are undone: all of one, or none of it with the reason."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import UndoProblem
from geodata.model import Town
from geodata.store import Store, create_store, open_store
from tests.geodata.store.elsewhere import elsewhere

HISTORIES = int(os.environ.get("WANGGE_UNDO_EXAMPLES", "10"))
"""`make deep` tries 25."""


def bring(store: Store, table: str, frame: pd.DataFrame, source: str = "f.csv", digest: str | None = None) -> int:
    """Import rows; give the id of the import."""
    done = store.import_rows({table: frame}, actor="clerk", source=source, digest=digest)
    _, import_id = done[table]
    assert import_id is not None
    return import_id


def named(ids: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """Make places with a name alone."""
    return pd.DataFrame({"id": ids, "name": names}, dtype="str")


def tables(store: Store) -> dict[str, pd.DataFrame]:
    """Give every table as it stands, in order of its key."""
    return {name: pd.DataFrame(frame) for name, frame in store.ledger().frames.items()}


def same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    """See that two states of a store are the same."""
    assert one.keys() == other.keys()
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name])


def refused(store: Store, import_id: int) -> str:
    """Undo what must be refused; give the message, and see that nothing changed."""
    before, version = tables(store), store.version()
    with pytest.raises(UndoProblem) as problem:
        store.undo(import_id, actor="clerk")
    same(tables(store), before)
    assert store.version() == version
    return str(problem.value)


def test_inserted_rows_go(store: Store, made: SimpleNamespace) -> None:
    """What an import inserted is deleted, and the store is whole after it."""
    before = tables(store)
    done = store.undo(bring(store, "places", made.places(5)), actor="clerk")
    assert (done.table, done.file, done.deleted, done.restored) == ("places", "f.csv", 5, 0)
    same(tables(store), before)
    assert store.check() == []


def test_updated_cells_go_back(store: Store, made: SimpleNamespace) -> None:
    """What an import updated is set back: texts, numbers, dates, positions to the last digit."""
    bring(store, "places", made.places(6))
    before = tables(store)
    other = made.places(6, seed=9).assign(name="新名", opened=pd.NaT)
    done = store.undo(bring(store, "places", other), actor="clerk")
    assert (done.deleted, done.restored) == (0, 6)
    same(tables(store), before)


def test_areas_and_inspections(store: Store, made: SimpleNamespace) -> None:
    """Keys of two columns, polygons and moments go back too."""
    bring(store, "areas", made.areas())
    bring(store, "places", made.places())
    bring(store, "inspections", made.inspections(8))
    before = tables(store)
    squares = made.areas(("A/1", "A", "C"))
    squares.geometry = squares.geometry.translate(0.01)
    redone = made.inspections(9).assign(accuracy=3.5)
    ids = [bring(store, "areas", squares), bring(store, "inspections", redone)]
    for import_id in reversed(ids):
        store.undo(import_id, actor="clerk")
    same(tables(store), before)
    assert store.check() == []


@pytest.mark.geopackage
def test_layer_measured_anew(store: Store, made: SimpleNamespace, path: Path) -> None:
    """The layer's extent, which GIS programs open with, shrinks back, to nothing for an empty layer."""
    query = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'places'"
    first = bring(store, "places", made.places(5))
    (small,) = elsewhere(path, query)
    far = gpd.GeoDataFrame({"id": ["P9"], "name": ["远"]}, geometry=[shapely.Point(114.5, 23.5)], crs=4326)
    store.undo(bring(store, "places", far), actor="clerk")
    (again,) = elsewhere(path, query)
    assert np.allclose(again, small, atol=1e-4)  # R-tree boxes are single precision, rounded outwards
    store.undo(first, actor="clerk")
    assert elsewhere(path, query) == [(None,) * 4]


def test_audited(store: Store, made: SimpleNamespace) -> None:
    """An undo has an audit row of its own that says what it undid; the import is listed as undone."""
    first = bring(store, "places", made.places(3), "a.csv")
    second = bring(store, "places", named(["P00000", "X"], ["新", "加"]), "b.csv")
    done = store.undo(second, actor="chief")
    newest = store.audit(1).iloc[0]
    assert (newest["id"], newest["actor"], newest["action"], newest["source"]) == (
        done.undo_id,
        "chief",
        "undo",
        str(second),
    )
    listed = store.imports().set_index("id")
    assert listed.index.tolist() == [second, first]
    assert listed.loc[second, "undone"] == done.undo_id
    assert pd.isna(listed.loc[first, "undone"])
    assert listed.loc[second, ["table", "file", "inserted", "updated"]].tolist() == ["places", "b.csv", 1, 1]


def test_redone(store: Store, made: SimpleNamespace) -> None:
    """After an undo the same rows can be imported again, and that undone again."""
    before = tables(store)
    for _ in range(3):
        store.undo(bring(store, "places", made.places(4)), actor="clerk")
    same(tables(store), before)


def test_file_remembered(store: Store, made: SimpleNamespace) -> None:
    """A file is known by its digest, also after its import was undone."""
    assert not store.took("places", "ab" * 32)
    import_id = bring(store, "places", made.places(3), digest="ab" * 32)
    assert store.took("places", "ab" * 32)
    store.undo(import_id, actor="clerk")
    assert store.took("places", "ab" * 32)
    assert not store.took("places", "cd" * 32)
    assert not store.took("areas", "ab" * 32)


def test_only_what_differs_is_touched(store: Store, made: SimpleNamespace) -> None:
    """A later change of another field of an updated row stays when the import is undone."""
    bring(store, "places", made.places(3))
    renamed = bring(store, "places", named(["P00000"], ["新名"]))
    later = pd.DataFrame({"id": ["P00000"], "address": ["人民路 1 号"]}, dtype="str")
    bring(store, "places", later)
    store.undo(renamed, actor="clerk")
    place = store.ledger("places").places.set_index("id").loc["P00000"]
    assert (place["name"], place["address"]) == ("第0号“小店”", "人民路 1 号")


def test_later_import_first(store: Store, made: SimpleNamespace) -> None:
    """An import whose rows a later one changed is refused, with the rows and the later import; then in order."""
    first = bring(store, "places", made.places(3), "a.csv")
    second = bring(store, "places", named(["P00001"], ["新名"]), "b.csv")
    assert f"P00001）。请先撤销导入 {second}（b.csv）" in refused(store, first)
    store.undo(second, actor="clerk")
    store.undo(first, actor="clerk")
    assert store.ledger("places").places.empty


def test_later_post(store: Store, made: SimpleNamespace) -> None:
    """Rows that somebody changed otherwise can't be undone: the write is named."""
    first = bring(store, "places", made.places(3))
    store.write("places", named(["P00001"], ["新名"]), actor="li", action="post", source="web")
    assert "其中有之后填报的改动，不能撤销" in refused(store, first)


def test_earlier_undone_in_between(store: Store, made: SimpleNamespace) -> None:
    """An import over a row that the undo of an earlier one set back is refused, and says which."""
    bring(store, "places", made.places(2))
    ids = [bring(store, "places", named(["P00000"], [name])) for name in ("甲", "乙", "甲")]
    store.undo(ids[0], actor="clerk")
    assert f"更早的导入 {ids[0]}后来撤销了" in refused(store, ids[2])


def test_edited_elsewhere(store: Store, made: SimpleNamespace, path: Path) -> None:
    """Rows that were changed or deleted in a GIS program stand in the way: an inserted, an updated, a field added."""
    bring(store, "places", made.places(2))
    import_id = bring(store, "places", named(["P00000", "X1", "X2", "X3"], ["新", "一", "二", "三"]))
    elsewhere(
        path,
        "UPDATE places SET name = '改' WHERE id IN ('P00000', 'X1')",
        "UPDATE places SET leader = '张' WHERE id = 'X2'",
        "DELETE FROM places WHERE id = 'X3'",
    )
    said = refused(store, import_id)
    assert "有 4 行在导入之后又改过（P00000、X1、X2、fid 5（已删除））" in said
    assert "QGIS" in said


def test_places_in_use(store: Store, made: SimpleNamespace) -> None:
    """Places that inspections name can't go; the import of those inspections is named."""
    places = bring(store, "places", made.places(5), "p.csv")
    visits = bring(store, "inspections", made.inspections(4), "v.csv")
    said = refused(store, places)
    assert "监管场所已有 4 行检查" in said
    assert f"请先撤销导入 {visits}（v.csv）" in said
    store.undo(visits, actor="clerk")
    store.undo(places, actor="clerk")


def test_back_to_a_lost_place(store: Store, made: SimpleNamespace) -> None:
    """An inspection is not set back to a place that is gone."""
    bring(store, "places", made.places(2))
    lost = bring(store, "places", named(["X"], ["某"]))
    visit = made.inspections(1, places=1)
    bring(store, "inspections", visit.assign(place_id="X"))
    moved = bring(store, "inspections", visit)
    store.undo(lost, actor="clerk")
    assert "已经不在的监管场所（X）" in refused(store, moved)


def test_parents_in_use(store: Store, made: SimpleNamespace) -> None:
    """Areas that others have as their parent can't go."""
    parents = bring(store, "areas", made.areas())
    grids = made.areas(("A01",)).assign(level="grid", parent="A", parent_level="community")
    children = bring(store, "areas", grids, "g.csv")
    assert f"为上级（A01）。请先撤销导入 {children}（g.csv）" in refused(store, parents)


def test_what_can_not_be_undone(store: Store, made: SimpleNamespace) -> None:
    """Not: an id that is none, another kind of write, an import twice."""
    import_id = bring(store, "places", made.places(2))
    assert "没有编号 999" in refused(store, 999)
    assert "不是导入的编号 1" in refused(store, 1)
    store.undo(import_id, actor="clerk")
    assert "已经撤销过了" in refused(store, import_id)


def test_import_from_before(store: Store, made: SimpleNamespace, path: Path) -> None:
    """An import that the store remembers nothing of is refused with the reason, and listed as such."""
    import_id = bring(store, "places", made.places(2))
    elsewhere(path, "DELETE FROM wangge_imports")
    assert store.imports()["remembered"].tolist() == [False]
    assert not store.took("places", "ab" * 32)
    assert "旧版本写入的" in refused(store, import_id)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE wangge_imports SET marks = x'00'",
        "UPDATE wangge_imports SET marks = x''",
        "UPDATE wangge_imports SET columns = '[1'",
        "UPDATE wangge_imports SET columns = '[\"name\"]'",
        'UPDATE wangge_imports SET columns = \'["id", "no"]\'',
        "UPDATE wangge_imports SET columns = '3'",
        "UPDATE wangge_audit SET changes = '[3]'",
        'UPDATE wangge_audit SET changes = \'{"P1": {"no": 3}}\'',
        "UPDATE wangge_audit SET \"table\" = 'no'",
    ],
)
def test_damaged_memory(store: Store, made: SimpleNamespace, path: Path, damage: str) -> None:
    """What the store remembers of an import may be damaged: refused in words."""
    import_id = bring(store, "places", made.places(2))
    elsewhere(path, damage)
    assert "记录读不出" in refused(store, import_id)


def test_dry_run_remembers_nothing(store: Store, made: SimpleNamespace) -> None:
    """An import that is not kept has no id."""
    done = store.import_rows({"places": made.places(2)}, actor="c", source="s", keep="nothing")
    outcome, import_id = done["places"]
    assert (outcome.tolist(), import_id) == (["inserted", "inserted"], None)
    assert store.imports().empty


def test_progress_is_told(store: Store, made: SimpleNamespace) -> None:
    """A long import tells how many rows are written, and of how many."""
    told: list[tuple[int, int]] = []
    store.import_rows({"places": made.places(12_000)}, actor="c", source="s", tell=lambda *at: told.append(at))
    assert told == [(5_000, 12_000), (10_000, 12_000), (12_000, 12_000)]


def test_what_is_kept_is_small(store: Store, made: SimpleNamespace, path: Path) -> None:
    """Four bytes a row, and no more than a line besides."""
    bring(store, "places", made.places(5_000))
    ((size,),) = elsewhere(path, "SELECT length(marks) FROM wangge_imports")
    assert size == 4 * 5_000


# ── any history ──

_NUMBERS = st.one_of(st.none(), st.floats(-1e9, 1e9), st.sampled_from([-0.0, 0.0, 3.0]))
_TEXTS = st.one_of(st.none(), st.text(st.characters(exclude_categories=("Cs",)), max_size=6))
_POINTS = st.one_of(st.none(), st.tuples(st.floats(73, 135), st.floats(3, 53)))


@st.composite
def batches(draw: st.DrawFn) -> pd.DataFrame:
    """Draw rows of places with some of the columns."""
    ids = draw(st.lists(st.sampled_from([f"P/{k}" for k in range(6)]), min_size=1, max_size=6, unique=True))
    n = len(ids)
    columns: dict[str, Any] = {"id": pd.Series(ids, dtype="str")}
    for name, kind, dtype in (("name", _TEXTS, "str"), ("address", _TEXTS, "str"), ("headcount", _NUMBERS, "float64")):
        if draw(st.booleans()):
            whole = kind if name != "headcount" else st.one_of(st.none(), st.integers(0, 10**6))
            columns[name] = pd.Series(draw(st.lists(whole, min_size=n, max_size=n)), dtype=dtype)
    if not draw(st.booleans()):
        return pd.DataFrame(columns)
    points = [None if at is None else shapely.Point(at) for at in draw(st.lists(_POINTS, min_size=n, max_size=n))]
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make an empty town whose file is copied."""
    path = tmp_path_factory.mktemp("undo") / "blank.gpkg"
    create_store(path, Town("甲镇", "990001001")).close()
    return path


@settings(max_examples=HISTORIES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(batches(), min_size=1, max_size=4))
def test_undone_backwards(blank: Path, tmp_path: Path, history: list[pd.DataFrame]) -> None:
    """Whatever came before, import and undo give back the same tables; all undone backwards is the empty town."""
    path = tmp_path / "copy.gpkg"
    shutil.copy(blank, path)
    with open_store(path, write=True) as store:
        states, ids = [], []
        for rows in history:
            states.append(tables(store))
            ids.append(bring(store, "places", rows))
            store.undo(ids[-1], actor="clerk")
            same(tables(store), states[-1])
            ids[-1] = bring(store, "places", rows)
        for import_id, state in zip(reversed(ids), reversed(states), strict=True):
            store.undo(import_id, actor="clerk")
            same(tables(store), state)
        assert store.check() == []
