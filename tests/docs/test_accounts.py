"""The page of accounts prints the one table role × action as it is."""

from __future__ import annotations

from pathlib import Path

from api.permissions import ACTION_WORDS, ALLOWED, Action
from geodata.accounts.model import ROLES

PAGE = Path(__file__).parents[2] / "docs" / "accounts.md"


def test_table() -> None:
    """Each action stands there with the roles that may do it."""
    printed = PAGE.read_text(encoding="utf-8").split("<!-- actions -->\n")[1].split("<!-- /actions -->")[0]
    rows = printed.splitlines()[2:]
    assert rows == [
        f"| {ACTION_WORDS[action]} | " + " | ".join("能" if role in ALLOWED[action] else "—" for role in ROLES) + " |"
        for action in Action
        if action is not Action.ANYBODY
    ]
