"""`wangge hazard`, `step`, `todo`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from geodata.store import open_store
from tests.made_up import village_store

DAY = ("--as-of", "2024-04-15")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the village once."""
    return village_store(tmp_path_factory.mktemp("made") / "village.gpkg")


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """Give a copy to write to."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(made.read_bytes())
    return path


def run(capsys: pytest.CaptureFixture[str], *words: str | Path, code: int = 0) -> str:
    """Run a command and give what it printed on stdout (on stderr when it says no)."""
    assert main([str(word) for word in words]) == code
    out = capsys.readouterr()
    return out.err if code else out.out


def open_hazard(store: Path) -> str:
    """Give a general hazard that is not put right."""
    with open_store(store) as held:
        rows = held.ledger("hazards").hazards
    open_ones = rows[rows["rectified_at"].isna() & rows["closed_at"].isna() & ~rows["void"] & (rows["level"] == "一般")]
    return str(open_ones["id"].iloc[0])


def test_a_life(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Steps are taken by the same judge as the service; the life is shown for people and as JSON."""
    hazard_id = open_hazard(store)
    step = ("step", store, hazard_id)
    assign = ("assign", "--as", "clerk", "--actor", "文", "--responsible", "店主", "--deadline", "2030-01-07")
    run(capsys, *step, *assign)
    run(capsys, *step, "start", "--as", "enterprise", "--actor", "店主")
    told = run(capsys, *step, "rectify", "--as", "enterprise", "--actor", "店主", "--photo", "p1", "--photo", "p2")
    assert "待复查" in told
    assert "照片 p1;p2" in told
    refused = run(capsys, *step, "pass", "--as", "inspector", "--actor", "店主", code=1)
    assert "店主是整改的人" in refused
    life: dict[str, Any] = json.loads(run(capsys, "hazard", store, hazard_id, "--format", "json"))
    assert [each["action"] for each in life["steps"]] == ["register", "assign", "start", "rectify"]
    assert life["facts"]["deadline"] == "2030-01-07"
    shown = run(capsys, "hazard", store, hazard_id)
    assert "可以办：pass 复查合格" in shown


def test_everything_in_the_way(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1 with all of it in one sentence, and nothing is written; an unknown hazard is said."""
    hazard_id = open_hazard(store)
    said = run(capsys, "step", store, hazard_id, "close", "--as", "enterprise", "--actor", "店主", code=1)
    assert "要在“待销号”时才能办理" in said
    assert "企业不能办理" in said
    assert "没有编号为“无”的隐患" in run(capsys, "hazard", store, "无", code=1)
    assert "还没有在系统里办理过" in run(capsys, "hazard", store, hazard_id)
    for words in (("fly", "--as", "clerk"), ("close", "--as", "king")):
        run(capsys, "step", store, hazard_id, *words, "--actor", "文", code=2)


def test_a_notice_and_a_proposal(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A 督办单 gets its number; an assignment without a deadline is told the town's proposal."""
    hazard_id = open_hazard(store)
    urge = ("step", store, hazard_id, "urge", "--as", "clerk", "--actor", "文")
    assert "要写明督办单的送达、督办期限" in run(capsys, *urge, code=1)
    told = run(capsys, *urge, "--addressee", "某店", "--answer-by", "2030-01-07")
    assert "督办单编号 督〔20" in told
    assert "〕001号" in told
    with open_store(store, write=True) as held:
        text = held.rules_text() + '\n[hazards]\ndeadline_days = { "一般" = 10 }\n'
        held.write_rules(text, actor="t", source="t")
    assign = ("step", store, hazard_id, "assign", "--as", "clerk", "--actor", "文", "--responsible", "店主")
    with open_store(store, write=True) as held:
        bare = held.ledger("hazards").hazards.head(1)[["id", "found_at"]].assign(id="新", level="一般")
        held.write("hazards", bare, actor="t", action="t", source="t")
    said = run(capsys, *assign[:2], "新", *assign[3:], code=1)
    assert "期限可以写 --deadline 20" in said


@pytest.mark.parametrize("role", ["inspector", "grid_manager", "clerk", "leader", "department", "enterprise"])
def test_to_do_of_a_role(made: Path, capsys: pytest.CaptureFixture[str], role: str) -> None:
    """One JSON document; the table names what is to be done."""
    told = json.loads(run(capsys, "todo", made, *DAY, "--role", role, "--format", "json"))
    assert (told["as_of"], told["role"], told["kind"]) == ("2024-04-15", role, None)
    assert "隐患待办 截至 2024-04-15" in run(capsys, "todo", made, *DAY, "--role", role, "--limit", "3")


@pytest.mark.parametrize("kind", ["due_soon", "overdue", "stale", "supervise", "publish"])
def test_to_do_of_a_kind(made: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str) -> None:
    """Each kind as table, JSON, CSV and a file."""
    out = tmp_path / "rows.xlsx"
    told = json.loads(run(capsys, "todo", made, *DAY, "--kind", kind, "--format", "json", "--out", out))
    lines = run(capsys, "todo", made, *DAY, "--kind", kind, "--format", "csv").splitlines()
    assert len(lines) == len(told["rows"]) + 1
    assert out.exists()
    assert run(capsys, "todo", made, *DAY, "--kind", kind)


def test_what_makes_no_sense(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither role nor kind, both, or a filter that has none: wrong usage, in Chinese."""
    assert "要写一个，也只能写一个" in run(capsys, "todo", made, code=2)
    run(capsys, "todo", made, "--role", "clerk", "--kind", "stale", code=2)
    assert "--who 要和 --role" in run(capsys, "todo", made, "--kind", "stale", "--who", "甲", code=2)
    assert "全镇的" in run(capsys, "todo", made, "--kind", "publish", "--area", "1", code=2)
    run(capsys, "todo", made, *DAY, "--role", "clerk", "--area", "没有", code=1)
