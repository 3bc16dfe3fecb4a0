"""`wangge users`: accounts at the server."""

from __future__ import annotations

import getpass
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.accounts.book import Accounts

PASSWORD = "three brown cows at dawn\n"
Say = Callable[..., Any]


@pytest.fixture
def town(village: Path, tmp_path: Path) -> Path:
    """Give a copy of the village."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    return path


@pytest.fixture
def say(town: Path, wangge: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Give the command of one town, with a password piped in."""

    def run(*words: str, password: str = PASSWORD) -> Any:
        monkeypatch.setattr("sys.stdin", io.StringIO(password))
        return wangge("users", town, *words)

    return run


def test_first_account(say: Say, town: Path) -> None:
    """The first account is a clerk's who sees the town; it says that the door is shut from then on."""
    assert "安委办" in say("add", "a", "--role", "leader", "--name", "镇长", "--password-stdin").err
    made = say("add", "wang", "--role", "clerk", "--name", "王五", "--password-stdin")
    assert (made.code, "没有账号的人进不来" in made.err) == (0, True)
    rows = json.loads(say("list", "--format", "json").out)["users"]
    assert [(row["login"], row["role"], row["has_password"]) for row in rows] == [("wang", "clerk", True)]
    assert Accounts(town).changes()[0].actor == f"命令行（{getpass.getuser()}）"


def test_what_is_refused(say: Say) -> None:
    """Weak passwords, unknown areas and logins, missing words are refused with what to do; nothing is written."""
    say("add", "wang", "--role", "clerk", "--name", "王五", "--password-stdin")
    weak = say("add", "li", "--role", "leader", "--name", "李四", "--password-stdin", password="12345678\n")
    assert (weak.code, "密码" in weak.err) == (1, True)
    lost = say("add", "li", "--role", "grid_manager", "--name", "李四", "--area", "grid:1", "--password-stdin")
    assert (lost.code, "没有区域“grid:1”" in lost.err) == (1, True)
    assert say("add", "li", "--password-stdin").code == 2
    assert say("passwd", "nobody", "--password-stdin").code == 1
    assert say("add").code == 2
    assert len(json.loads(say("list", "--format", "json").out)["users"]) == 1


def test_disable(say: Say, town: Path) -> None:
    """A door is shut and opened again; never the last clerk's."""
    say("add", "wang", "--role", "clerk", "--name", "王五", "--password-stdin")
    say("add", "li", "--role", "leader", "--name", "李四", "--no-password")
    assert say("disable", "li").code == 0
    assert Accounts(town).user("li").disabled  # type: ignore[union-attr]
    assert say("enable", "li").code == 0
    assert say("disable", "wang").code == 1
