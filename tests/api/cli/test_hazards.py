"""`wangge hazards` of a period, and beside the period before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.store import create_store, open_store
from geodata.synthetic import make_town

AS_OF = ("--as-of", "2024-06-20")


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the village once."""
    path = tmp_path_factory.mktemp("rates") / "village.gpkg"
    made = make_town("village")
    with create_store(path, made.town) as store:
        store.write_many(made.frames, actor="t", action="demo", source="t")
    return path


def test_a_period_beside_the_one_before(village: Path, wangge: Callable[..., Any]) -> None:
    """Without a period the document is as ever; with one it has more, and the changes."""
    plain = wangge("hazards", village, *AS_OF, "--by", "town", "--format", "json").document
    assert plain.keys() == {"as_of", "town", "by", "rows"}
    words = ("--by", "town", "--period", "month", "--compare", "--format", "json")
    told = wangge("hazards", village, *AS_OF, *words).document
    assert (told["period"], told["from"], told["to"]) == ("2024-06", "2024-06-01", "2024-06-20")
    assert told["before"] == {"period": "2024-05", "from": "2024-05-01", "to": "2024-05-20"}
    (row,) = told["rows"]
    assert row["found_change"] == row["found"] - row["found_before"]
    every = wangge("hazards", village, *AS_OF, "--by", "town", "--period", "all", "--format", "json").document["rows"][
        0
    ]
    assert plain["rows"][0].items() <= every.items()


def test_the_table_and_the_sheet(village: Path, wangge: Callable[..., Any], tmp_path: Path) -> None:
    """Changes have signs and points; a sheet of all columns is written."""
    said = wangge("hazards", village, *AS_OF, "--by", "risk", "--since", "2024-06-11", "--compare")
    assert said.code == 0
    assert "按期整改率增减（百分点）" in said.out
    sheet = tmp_path / "r.xlsx"
    assert wangge("hazards", village, *AS_OF, "--by", "grid", "--period", "quarter", "--out", sheet).code == 0
    assert sheet.stat().st_size > 1000


def test_nothing_to_compare_with(village: Path, wangge: Callable[..., Any]) -> None:
    """A period before the ledger begins is null, and that is said."""
    said = wangge("hazards", village, *AS_OF, "--by", "town", "--period", "half-year", "--compare", "--format", "json")
    assert said.document["note"] == "2023年下半年没有检查和隐患记录，无从对比。"
    assert said.document["rows"][0]["found_before"] is None
    assert "无从对比" in said.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--compare", "--compare"),
        ("--compare --period all", "--compare"),
        ("--period month --since 2024-06-01", "只写一个"),
        ("--period fortnight", "fortnight"),
    ],
)
def test_wrong_usage(village: Path, wangge: Callable[..., Any], words: str, said: str) -> None:
    """Exit code 2, and what to write."""
    answer = wangge("hazards", village, *AS_OF, "--by", "town", *words.split())
    assert answer.code == 2
    assert said in answer.err


def test_days_of_recurrence_of_the_rules(village: Path, wangge: Callable[..., Any], tmp_path: Path) -> None:
    """With fewer days fewer recur: the town's rules say how many."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    asked = ("hazards", path, *AS_OF, "--by", "town", "--period", "all", "--format", "json")
    (before,) = wangge(*asked).document["rows"]
    with open_store(path, write=True) as store:
        text = store.rules_text() + "\n[hazards]\nrecurrence_days = 1\n"
        store.write_rules(text, actor="t", source="t")
    (after,) = wangge(*asked).document["rows"]
    assert 0 < after["recurring"] < before["recurring"]
    assert {**after, "recurring": 0, "recurring_rate": 0} == {**before, "recurring": 0, "recurring_rate": 0}
