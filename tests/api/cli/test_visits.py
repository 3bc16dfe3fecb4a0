"""`wangge visits` and `wangge review`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.store import open_store
from tests.made_up import village_store

Wangge = Callable[..., Any]


@pytest.fixture
def village(tmp_path: Path) -> Path:
    """Give a store of the made-up village."""
    return village_store(tmp_path / "village.gpkg")


def test_those_to_look_at_come_first(wangge: Wangge, village: Path) -> None:
    """The list begins with suspect ones, each with its reason; a grade keeps its own; by community they are counted."""
    rows = wangge("visits", village, "--as-of", "2024-06-30", "--limit", 20, "--format", "json").document["rows"]
    assert {row["grade"] for row in rows} == {"D"}
    assert all("请核实" in row["why"] for row in rows)
    only = wangge("visits", village, "--as-of", "2024-06-30", "--grade", "A", "--format", "json").document["rows"]
    figures = wangge("visits", village, "--as-of", "2024-06-30", "--by", "community", "--format", "json").document
    assert len(only) == sum(row["grade_a"] for row in figures["rows"])


def test_a_review_is_kept(wangge: Wangge, village: Path) -> None:
    """What a person says is in the store with an audit row, and beside the visit from then on."""
    first = wangge("visits", village, "--limit", 1, "--format", "json").document["rows"][0]["inspection_id"]
    words = ("--verdict", "genuine", "--reason", "现场看过", "--actor", "李")
    assert "核实属实" in wangge("review", village, first, *words).out
    with open_store(village) as store:
        assert store.ledger("reviews").reviews["inspection_id"].tolist() == [first]
        assert store.audit(1)["action"].iloc[0] == "review"
    rows = wangge("visits", village, "--grade", "D", "--format", "json").document["rows"]
    assert [row["verdict"] for row in rows if row["inspection_id"] == first] == ["genuine"]


def test_no_such_inspection(wangge: Wangge, village: Path) -> None:
    """An unknown id is refused; nothing is written."""
    words = ("--verdict", "false", "--reason", "没有这次", "--actor", "李")
    said = wangge("review", village, "没有", *words)
    assert said.code == 1
    assert "没有编号为“没有”的检查" in said.err
