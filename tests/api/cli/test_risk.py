"""`wangge risk`: proposals, and a decision about some."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.store import open_store
from tests.made_up import village_store

Wangge = Callable[..., Any]
DAY = ("--as-of", "2024-06-30")


@pytest.fixture
def village(tmp_path: Path) -> Path:
    """Give a store of the made-up village."""
    return village_store(tmp_path / "village.gpkg")


def test_proposals(wangge: Wangge, village: Path, tmp_path: Path) -> None:
    """Those that would change come first, each with its sentence; --changed keeps them, --area its own; a map too."""
    rows = wangge("risk", village, *DAY, "--format", "json").document["rows"]
    changed = wangge("risk", village, *DAY, "--changed", "--format", "json").document["rows"]
    assert changed == [row for row in rows if row["change"] != "same"]
    assert rows[: len(changed)] == changed
    area = rows[0]["community"]
    some = wangge("risk", village, *DAY, "--area", area, "--format", "json").document["rows"]
    assert some == [row for row in rows if row["community"] == area]
    said = wangge("risk", village, *DAY, "--limit", 1, "--out", tmp_path / "a.geojson")
    assert "建议调高" in said.err
    (feature,) = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))["features"]
    assert feature["properties"]["why"] == rows[0]["why"]
    assert feature["geometry"]["coordinates"] == pytest.approx([rows[0]["lon"], rows[0]["lat"]])


def test_nothing_is_written_unasked(wangge: Wangge, village: Path) -> None:
    """A list changes nothing."""
    with open_store(village) as store:
        version = store.version()
        wangge("risk", village, *DAY)
        assert store.version() == version


def test_a_decision(wangge: Wangge, village: Path) -> None:
    """The places get what was proposed, in one write with the decisions; the second time another colour."""
    rows = wangge("risk", village, *DAY, "--changed", "--limit", 2, "--format", "json").document["rows"]
    ids = [row["place_id"] for row in rows]
    said = wangge("risk", village, *DAY, "--accept", ",".join(ids), "--actor", "李", "--reason", "核实")
    assert said.code == 0, said.err
    assert f"{ids[0]}：{rows[0]['risk'] or '未定级'} → {rows[0]['proposed']}" in said.out
    with open_store(village) as store:
        ledger = store.ledger("places", "risk_decisions")
        risk = ledger.places.set_index("id")["risk"]
        assert risk[ids].tolist() == [row["proposed"] for row in rows]
        assert ledger.risk_decisions["accepted"].tolist() == risk[ids].tolist()
        assert store.audit(2)["table"].tolist() == ["places", "risk_decisions"]
        assert store.check() == []
    wangge("risk", village, *DAY, "--accept", ids[0], "--risk", "低", "--actor", "李", "--reason", "复核")
    with open_store(village) as store:
        last = store.ledger("risk_decisions").risk_decisions.iloc[-1]
        assert last[["place_id", "before", "accepted"]].tolist() == [ids[0], rows[0]["proposed"], "低"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--accept", "P1"), 2, "--actor（谁定的）和 --reason"),
        (("--actor", "李"), 2, "要和 --accept 一起用"),
        (("--accept", "没有", "--actor", "李", "--reason", "核实"), 1, "没有编号为“没有”的在营场所"),
        (("--accept", "P1", "--risk", "高", "--actor", "李", "--reason", "核实"), 2, "没有风险等级“高”"),
    ],
)
def test_what_is_refused(wangge: Wangge, village: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """Who and why must be said; places and colours must be there; nothing is written."""
    answer = wangge("risk", village, *DAY, *words)
    assert answer.code == code
    assert said in answer.err
    with open_store(village) as store:
        assert store.ledger("risk_decisions").risk_decisions.empty


def test_rules_with_a_wrong_score_are_refused(wangge: Wangge, village: Path, tmp_path: Path) -> None:
    """A rules file whose [risk] is wrong is not loaded; the key is named with the file."""
    file = tmp_path / "rules.toml"
    file.write_text("[risk]\ndays = 0\n", encoding="utf-8")
    said = wangge("rules", village, "--load", file)
    assert said.code == 1
    assert "rules.toml：规则文件 [risk] 的 days 写成了 0" in said.err
