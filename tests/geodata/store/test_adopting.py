"""A new division comes into force: the old areas stay as past versions, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from shapely import MultiPolygon, box

from geodata.errors import AdoptProblem, ChangedProblem, DraftProblem, UndoProblem
from geodata.identity import areas_mark
from geodata.model import Level
from geodata.store import Store
from geodata.store.adopting import Adoption

WRITTEN = {"actor": "t", "action": "t", "source": "t"}
NOTHING = {"follows": pd.DataFrame(), "successions": pd.DataFrame()}


def grids(**boxes: tuple[float, float]) -> gpd.GeoDataFrame:
    """Make strips of ground, each from one degree of longitude to another."""
    shapes = [MultiPolygon([box(west, 22, east, 23)]) for west, east in boxes.values()]
    columns = {
        "code": pd.Series(list(boxes), dtype="str"),
        "level": "grid",
        "name": pd.Series(list(boxes), dtype="str"),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).astype({"level": "str"})


def adoption(day: date, ended: list[str], areas: gpd.GeoDataFrame, **more: pd.DataFrame) -> Adoption:
    """Make an adoption of grids."""
    return Adoption(Level.GRID, day, "新增一名安全员", ended, areas, **{**NOTHING, **more})


def on(store: Store, day: date) -> dict[str, tuple[float, float]]:
    """Give the grids of a day: code, from which to which longitude."""
    areas = store.ledger("areas", "past_areas").areas_on(day)
    mine = areas[areas["level"] == "grid"]
    return {code: (shape.bounds[0], shape.bounds[2]) for code, shape in zip(mine["code"], mine.geometry, strict=True)}


def test_first_grids_hold_for_all_days(store: Store) -> None:
    """A level that never had areas gets them for every day: there was nothing before them."""
    store.adopt(adoption(date(2024, 7, 1), [], grids(a=(113, 114))), actor="clerk")
    assert on(store, date(2000, 1, 1)) == on(store, date(2030, 1, 1)) == {"a": (113, 114)}


def test_each_day_has_its_areas(store: Store) -> None:
    """What is replaced holds until the day before, what is new from that day on; a moved border keeps its code."""
    store.write("areas", grids(a=(113, 114), b=(114, 115)), **WRITTEN)
    store.adopt(adoption(date(2024, 7, 1), ["b"], grids(a=(113, 113.5), c=(113.5, 115))), actor="clerk")
    assert on(store, date(2024, 6, 30)) == {"a": (113, 114), "b": (114, 115)}
    assert on(store, date(2024, 7, 1)) == {"a": (113, 113.5), "c": (113.5, 115)}
    store.adopt(adoption(date(2024, 9, 1), ["a", "c"], grids(d=(113, 115))), actor="clerk")
    assert on(store, date(2024, 6, 30)) == {"a": (113, 114), "b": (114, 115)}
    assert on(store, date(2024, 8, 31)) == {"a": (113, 113.5), "c": (113.5, 115)}
    assert on(store, date(2024, 9, 1)) == {"d": (113, 115)}
    assert store.check() == []


def test_the_same_day_twice(store: Store) -> None:
    """Two divisions from the same day: the later one holds, the earlier one is kept and held on no day."""
    store.write("areas", grids(a=(113, 115)), **WRITTEN)
    store.adopt(adoption(date(2024, 7, 1), [], grids(a=(113, 114))), actor="clerk")
    store.adopt(adoption(date(2024, 7, 1), [], grids(a=(113, 113.5))), actor="clerk")
    assert on(store, date(2024, 6, 30)) == {"a": (113, 115)}
    assert on(store, date(2024, 7, 1)) == {"a": (113, 113.5)}
    assert len(store.ledger("past_areas").frames["past_areas"]) == 2


def test_it_is_remembered(store: Store) -> None:
    """The store keeps who, when, why and what became of what; the audit tells it too."""
    store.write("areas", grids(a=(113, 115)), **WRITTEN)
    became = pd.DataFrame({"level": ["grid"], "old": ["a"], "new": ["b"], "m2": [9.5], "places": [3.0]})
    became = became.astype(dict.fromkeys(("level", "old", "new"), "str"))
    number = store.adopt(adoption(date(2024, 7, 1), ["a"], grids(b=(113, 115)), successions=became), actor="clerk")
    ledger = store.ledger("adoptions", "successions")
    row = ledger.adoptions.iloc[0]
    assert (row["id"], row["level"], row["reason"]) == (str(number), "grid", "新增一名安全员")
    assert (row["actor"], row["day"]) == ("clerk", pd.Timestamp("2024-07-01"))
    assert ledger.successions.iloc[0].to_dict() == {
        **{"adoption": str(number), "level": "grid", "old": "a", "new": "b"},
        **{"m2": 9.5, "places": 3.0},
    }
    assert set(store.audit(5)["action"]) == {"adopt"}


def test_no_day_before_the_last_one(store: Store) -> None:
    """A day before the one from which an area holds is refused, and nothing is written."""
    store.write("areas", grids(a=(113, 115)), **WRITTEN)
    store.adopt(adoption(date(2024, 7, 1), ["a"], grids(b=(113, 115))), actor="clerk")
    version = store.version()
    with pytest.raises(AdoptProblem, match="2024-07-01 起才启用"):
        store.adopt(adoption(date(2024, 6, 1), ["b"], grids(c=(113, 115))), actor="clerk")
    assert store.version() == version


def test_areas_that_changed_meanwhile(store: Store) -> None:
    """A division of areas that are no more as they were is refused."""
    base = areas_mark(store.ledger("areas").areas)
    store.write("areas", grids(a=(113, 115)), **WRITTEN)
    with pytest.raises(AdoptProblem, match="区域又有改动"):
        store.adopt(adoption(date(2024, 7, 1), [], grids(b=(113, 115))), actor="clerk", base=base)


def test_an_import_before_it_is_not_undone(store: Store) -> None:
    """The import of areas that a division replaced can't be undone, and nothing is lost."""
    frames = {"areas": grids(a=(113, 115))}
    _, number = store.import_rows(frames, actor="clerk", source="a.geojson")["areas"]
    store.adopt(adoption(date(2024, 7, 1), ["a"], grids(b=(113, 115))), actor="clerk")
    with pytest.raises(UndoProblem, match="没有撤销"):
        store.undo(number or 0, actor="clerk")
    assert on(store, date(2024, 7, 1)) == {"b": (113, 115)}


def test_drafts(store: Store) -> None:
    """A draft is kept, changed in place, listed without its content, thrown away; the audit hears nothing of it."""
    version = store.version()
    paper = {"name": "方案一", "level": "grid", "actor": "clerk", "base": "x"}
    number = store.save_draft(None, **paper, content={"parts": [1, "二"]})
    assert store.save_draft(number, **{**paper, "name": "方案二"}, content={"parts": []}) == number
    assert [(each.id, each.name, each.content) for each in store.drafts()] == [(number, "方案二", None)]
    assert store.draft(number).content == {"parts": []}
    store.drop_draft(number)
    assert store.drafts() == []
    for gone in (lambda: store.draft(number), lambda: store.drop_draft(number)):
        with pytest.raises(DraftProblem, match="没有编号"):
            gone()
    with pytest.raises(DraftProblem, match="没有编号"):
        store.save_draft(number, **paper, content={})
    assert store.version() == version


def test_what_was_seen(store: Store) -> None:
    """What another process changed since it was seen is not written over, adopted or dropped."""
    paper = {"name": "方案一", "level": "grid", "actor": "clerk", "base": "x", "content": {}}
    number = store.save_draft(None, **paper)
    seen, texts, version = store.draft(number), store.rule_texts(), store.version()
    late = replace(seen, changed_at="2024-06-30T00:00:00.000Z")
    store.save_draft(number, **paper, seen=seen.changed_at)
    store.write_rules("# 一\n", actor="clerk", source="x", seen=texts)
    writes = (
        lambda: store.save_draft(number, **paper, seen=late.changed_at),
        lambda: store.drop_draft(number, late.changed_at),
        lambda: store.adopt(adoption(date(2024, 7, 1), [], grids(b=(113, 115))), actor="clerk", draft=late),
        lambda: store.write_rules("# 二\n", actor="clerk", source="x", seen=texts),
        lambda: store.write("areas", grids(b=(113, 115)), actor="c", action="post", source="x", version=version),
    )
    for write in writes:
        with pytest.raises(ChangedProblem):
            write()
    assert store.rules_text() == "# 一\n"
    assert on(store, date(2024, 7, 1)) == {}
    store.adopt(adoption(date(2024, 7, 1), [], grids(b=(113, 115))), actor="clerk", draft=store.draft(number))
    assert store.drafts() == []
