"""`wangge assign`: what is written and what is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geodata.store import open_store
from tests.api.cli.test_dividing import TOWN, WRITTEN, grids_of, places_of, town_at

pytestmark = pytest.mark.usefixtures("few_tries")


@pytest.fixture(scope="module")
def manned(tmp_path_factory: pytest.TempPathFactory, wangge: Callable[..., Any]) -> Path:
    """Divide a town into eight grids and give it people."""
    path = town_at(tmp_path_factory.mktemp("manned") / "t.gpkg")
    assert wangge("divide", path, "--level", "grid", "--into", 8).code == 0
    places = places_of(400).drop(columns="geometry").assign(
        tags=np.where(np.arange(400) % 100 == 0, "不放心点位", None),
        department=np.where(np.arange(400) % 3 == 0, "甲局", np.where(np.arange(400) % 3 == 1, "乙局", None)),
        industry=np.where(np.arange(400) % 2 == 0, "燃气", "教育"),
    )  # fmt: skip
    with open_store(path, write=True) as store:
        codes = grids_of(store)["code"].tolist()
        people = [(f"A{n}", f"安全员{n}", "inspector", code) for n, code in enumerate(codes)]
        people += [("L1", "领导一", "leader", TOWN), ("B1", "部门一", "department", TOWN)]
        frame = pd.DataFrame(people, columns=["id", "name", "role", "area"]).astype("str")
        frame["department"] = pd.Series([None] * 9 + ["甲局"], dtype="str")
        store.write("officers", frame, **WRITTEN)
        store.write("places", places[["id", "tags", "department", "industry"]].astype("str"), **WRITTEN)
    return path


@pytest.fixture
def store(manned: Path, tmp_path: Path) -> Path:
    """Give a copy of the town."""
    path = tmp_path / "t.gpkg"
    shutil.copy(manned, path)
    return path


def test_after_a_division_with_one_less(store: Path, wangge: Callable[..., Any]) -> None:
    """Officers follow their ground; the one too many is the second of a grid; everybody has a stand-in."""
    with open_store(store) as before:
        gone = grids_of(before)["code"].iloc[0]
    assert wangge("divide", store, "--level", "grid", "--least-change", "--leaving", gone).code == 0
    document = wangge("assign", store, "officers", "--format", "json").document
    rows = {row["officer"]: row for row in document["rows"]}
    with open_store(store) as after:
        codes = set(grids_of(after)["code"])
        officers = after.ledger("officers").officers.set_index("id")
    assert {row["grid"] for row in rows.values()} == codes
    assert rows["A0"]["grid"] in codes
    assert rows["A1"]["why"] in ("不变", *(each["why"] for each in rows.values()))
    assert officers.loc["A0", "area"] == rows["A0"]["grid"]
    assert all(row["stand_in"] in rows and row["stand_in"] != officer for officer, row in rows.items())
    again = wangge("assign", store, "officers")
    assert "0 行有变化" in again.err


def test_fewer_officers_than_grids_count_in_the_figures(store: Path, wangge: Callable[..., Any]) -> None:
    """An officer with several grids answers for the places of all of them."""
    assert wangge("divide", store, "--level", "grid", "--into", 12).code == 0
    assert wangge("assign", store, "officers").code == 0
    rows = wangge("coverage", store, "--as-of", "2026-11-30", "--by", "officer", "--format", "json").document["rows"]
    assert sum(row["places"] for row in rows if row["key"].startswith("A")) == 399


def test_leaders(store: Path, wangge: Callable[..., Any]) -> None:
    """Worrying places get somebody, their own department first; the ledger has it then."""
    document = wangge("assign", store, "leaders", "--format", "json").document
    assert {row["place_id"] for row in document["rows"]} == {"P000", "P100", "P200", "P300"}
    with open_store(store) as after:
        places = after.ledger("places").places.set_index("id")
    leader = places["leader"].dropna()
    assert len(leader) == 4
    mine = places.loc[leader.index]
    assert (leader[mine["department"] == "甲局"] == "部门一").sum() == 2
    assert "0 行有变化" in wangge("assign", store, "leaders").err


def test_orphans(store: Path, wangge: Callable[..., Any]) -> None:
    """Each place without a department with whom to ask first; nothing is written."""
    before = store.read_bytes()
    rows = wangge("assign", store, "orphans", "--format", "json").document["rows"]
    assert len(rows) == 133
    assert {row["by"] for row in rows} == {"谁主管"}
    assert store.read_bytes() == before


def test_a_dry_run_writes_nothing(store: Path, wangge: Callable[..., Any]) -> None:
    """A dry run tells and writes nothing."""
    before = store.read_bytes()
    assert "没有写入" in wangge("assign", store, "officers", "--dry-run").err
    assert store.read_bytes() == before


def test_what_is_lacking_is_said(tmp_path: Path, wangge: Callable[..., Any]) -> None:
    """Without grids, officers or worrying places it says what to import."""
    store = town_at(tmp_path / "t.gpkg")
    for what, sentence in (("officers", "还没有有边界的网格"), ("leaders", "没有带标签“不放心点位”的场所")):
        said = wangge("assign", store, what)
        assert said.code == 1
        assert sentence in said.err
    assert wangge("divide", store, "--level", "grid", "--into", 4).code == 0
    assert "没有安全员" in wangge("assign", store, "officers").err
